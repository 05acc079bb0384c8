"""Opportunities: kept from round to round, seen by whom they are about, replied to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q

from rung.core.actor import Actor
from rung.core.text import storable
from rung.journal.verbs import record
from rung.training.events import OpportunityCauseNamed, OpportunityFound, OpportunityReplied, OpportunitySeen
from rung.training.models import Cause, Direction, Evidence, Opportunity, Reply, Round

if TYPE_CHECKING:  # the screens write too, and have no use for scipy
    from rung.training.judging import Finding

MOST_WORDS = 1000
REPLIES = {
    Direction.WEAK: (Reply.ACCEPTED, Reply.DECLINED, Reply.PROCESS),
    Direction.STRONG: (Reply.TEACHES, Reply.DECLINED),
}
"""What can be said to a weakness, and to a strength."""
Behind = Sequence[tuple[int, float, bool]]
"""Conversation, moment in seconds since 1970, whether it went well; the latest first."""
Words = Sequence[tuple[str, float, float, float, int]]
"""What customers write more often where it did not go well: word, lift with its interval, how many customers wrote it."""


def keep_opportunities(
    found: Mapping[str, Sequence[tuple[Finding, Behind, Words]]], *, going: Round, by: Actor, at: datetime
) -> None:
    """Let what a round found, by outcome, be what stands: what stood already keeps when it was seen and what was replied,
    what is not found any more ends. In the caller's transaction, with the end of the round."""
    standing = {
        (each.agent_id or 0, each.topic, each.outcome, each.direction): each
        for each in Opportunity.objects.standing().select_for_update()
    }
    for outcome, findings in found.items():
        for finding, behind, words in findings:
            key = (finding.agent, finding.topic, outcome, finding.side)
            known = standing.pop(key, None)
            row = known or Opportunity(
                agent_id=finding.agent or None,
                topic=finding.topic,
                outcome=outcome,
                direction=finding.side,
                found_at=at,
            )
            row.words = list(words)
            _write(row, finding, going)
            _keep_evidence(row, behind)
            if known is None and row.agent_id is not None:
                record(OpportunityFound(opportunity=row.pk), by=by, at=at)
    Opportunity.objects.filter(pk__in=[row.pk for row in standing.values()]).update(ended_at=at)
    Evidence.objects.filter(opportunity__in=[row.pk for row in standing.values()]).delete()


def _write(row: Opportunity, finding: Finding, going: Round) -> None:
    row.round = going
    if row.cause_named_at is None:
        row.cause = finding.cause
    row.n, row.hits, row.expected = finding.n, finding.hits, finding.expected
    row.mean, row.low, row.high, row.usual = finding.mean, finding.low, finding.high, finding.usual
    row.chance, row.q = finding.chance, finding.q
    row.weak_for, row.looked_at, row.signs = finding.weak_for, finding.looked_at, list(finding.signs)
    if row._state.adding:
        row.save(force_insert=True)
    else:
        row.save(
            update_fields=[
                *("round", "cause", "n", "hits", "expected", "mean", "low", "high", "usual", "chance", "q"),
                *("weak_for", "looked_at", "signs", "words"),
            ]
        )


def _keep_evidence(row: Opportunity, behind: Behind) -> None:
    Evidence.objects.filter(opportunity=row).delete()
    Evidence.objects.bulk_create(
        (
            Evidence(
                opportunity=row,
                conversation_id=conversation,
                occurred_at=datetime.fromtimestamp(moment, UTC),
                is_hit=is_hit,
            )
            for conversation, moment, is_hit in behind
        ),
        batch_size=200,
    )


@transaction.atomic
def note_seen(*, by: Actor, at: datetime, only: Opportunity | None = None) -> int:
    """Whoever acts has seen what was found about them, or `only` one of it: how many opportunities they had not seen
    before."""
    count = 0
    mine = Q(agent=by.agent_key, seen_at__isnull=True)
    if only is not None:
        mine &= Q(pk=only.pk)
    for row in Opportunity.objects.standing().filter(mine) if by.agent_key is not None else ():
        if Opportunity.objects.filter(mine, pk=row.pk).update(seen_at=at):
            record(OpportunitySeen(opportunity=row.pk, agent=by.agent_key or 0), by=by, at=at)
            count += 1
    return count


@transaction.atomic
def reply_to_opportunity(opportunity: Opportunity, reply: str, words: str = "", *, by: Actor, at: datetime) -> bool:
    """Say what one makes of an opportunity of one's own; False when it is somebody else's, or that is no reply to it.

    Whoever says that it is the process is believed as far as where it is listed: it stands with the process from then on.
    """
    if opportunity.agent_id is None or opportunity.agent_id != by.agent_key:
        return False
    if reply not in REPLIES[Direction(opportunity.direction)]:
        return False
    words = storable(words).strip()[:MOST_WORDS]
    cause = Cause.PROCESS if reply == Reply.PROCESS else Cause.PEOPLE
    changed = Opportunity.objects.filter(pk=opportunity.pk).exclude(reply=reply, reply_words=words)
    if changed.update(reply=reply, reply_words=words, replied_at=at, cause=cause, cause_named_at=at):
        record(OpportunityReplied(opportunity=opportunity.pk, agent=by.agent_key, reply=reply), by=by, at=at)
    return True


@transaction.atomic
def name_cause(opportunity: Opportunity, cause: str, *, by: Actor, at: datetime) -> bool:
    """Say where a weakness of the house comes from; it stays said in later rounds. False where it is one of us, or the cause
    would be people: what is weak for nearly everybody is nobody's."""
    if not opportunity.is_of_house or cause not in (Cause.PROCESS, Cause.KNOWLEDGE, Cause.PRODUCT):
        return False
    same = Opportunity.objects.filter(pk=opportunity.pk, cause=opportunity.cause)
    if same.update(cause=cause, cause_named_at=at) and cause != opportunity.cause:
        fact = OpportunityCauseNamed(opportunity=opportunity.pk, cause=cause, former=opportunity.cause)
        record(fact, by=by, at=at)
    return True
