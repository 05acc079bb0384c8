"""From graded turns of service to cases: what was the case in each, and what the customer said or did about it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from rung.journal.access import entries
from rung.ladder.access import Grade
from rung.patterns.drivers import BITS, CAME_BACK_DAYS, LATE, LONG_TURNS
from rung.patterns.models import Case
from rung.touchpoints.access import Conversation, Direction, Touchpoint

FRUSTRATED_ACTS = ("complaint", "escalation", "negative_review")
DELIGHTED_ACTS = ("thanks", "referral")
LOWEST = {"level": 2, "csat": 2, "ces": 3, "nps": 6}
HIGHEST = {"level": 5, "csat": 5, "ces": 7, "nps": 9}
WATCHED = "complaint"
_PROMISES = {"promise.broken": "promise_broken", "promise.kept": "promise_kept"}


class Verdict(NamedTuple):
    """What a customer said or did about a turn. ``is_known``: there was time to say it, or they have."""

    is_known: bool
    is_frustrated: bool
    is_delighted: bool


def verdict_of(evidence: Iterable[dict[str, Any]]) -> Verdict:
    """From a grade's evidence. Whoever complains and thanks is frustrated: thanks are often mere manners."""
    known = frustrated = delighted = False
    for item in evidence:
        kind, value = item["kind"], item["value"]
        known |= kind == WATCHED or kind in LOWEST
        frustrated |= (kind in FRUSTRATED_ACTS and value == 1) or (kind in LOWEST and value <= LOWEST[kind])
        delighted |= (kind in DELIGHTED_ACTS and value == 1) or (kind in HIGHEST and value >= HIGHEST[kind])
    return Verdict(known or frustrated or delighted, frustrated, delighted and not frustrated)


class Turn(NamedTuple):
    """A graded turn, as little of it as is needed."""

    touchpoint: int
    conversation: int
    customer: int
    team: int | None
    channel: str
    occurred_at: datetime
    parts: dict[str, Any]


_COLUMNS = ("touchpoint_id", "conversation_id", "customer_id", "team_id", "channel", "occurred_at", "parts")


class Word(NamedTuple):
    """Something a customer said or did in a conversation."""

    occurred_at: datetime
    channel: str


def flags_of(
    turn: Turn,
    number: int,
    *,
    turns: int,
    words: Sequence[Word],
    since: datetime | None,
    is_settled: bool,
    came_back: bool,
    promises: Iterable[tuple[datetime, str]] = (),
) -> int:
    """What was the case in one turn, as bits.

    ``number``: the turn's place in its conversation from 0, of ``turns``; ``words``: what the customer said in the
    conversation, in time order; ``since``: our turn before this one; ``is_settled``: resolved and never taken up again.
    """
    facts = turn.parts.get("facts", {})
    before = [word for word in words if word.occurred_at < turn.occurred_at]
    asked = [word for word in before if since is None or word.occurred_at > since]
    found = {
        f"{_speed(facts)}_{'first' if number == 0 else 'later'}": bool(_speed(facts)),
        "asked_again": len(asked) > 1,
        "switched": len(before) > 1 and before[-1].channel != before[-2].channel,
        "handed_on": bool(facts.get("transfers")),
        "reopened": bool(facts.get("reopened")),
        "proactive": bool(facts.get("proactive")),
        "known": facts.get("known") is True,
        "stranger": facts.get("known") is False,
        "came_back": came_back,
        "long": number + 1 >= LONG_TURNS,
        "one_answer": turns == 1 and is_settled and not facts.get("proactive"),
        **{key: True for moment, key in promises if moment <= turn.occurred_at},
    }
    return sum(BITS[key] for key, is_so in found.items() if is_so)


def _speed(facts: dict[str, Any]) -> str:
    """ "late" or "quick" by what the customer had been led to expect; empty for neither."""
    wait, usual = facts.get("wait_s"), facts.get("expected_wait_s")
    if wait is None or not usual:
        return ""
    return "late" if wait > LATE * usual else "quick" if wait < usual / LATE else ""


def turns_in(conversations: Sequence[int]) -> list[Turn]:
    """All graded turns of these conversations, in time order."""
    rows = Grade.objects.filter(conversation__in=conversations).order_by("conversation", "occurred_at", "touchpoint")
    return [Turn(*row) for row in rows.values_list(*_COLUMNS)]


def cases_in(
    study: int, conversations: Sequence[int], topics: dict[int, int], *, since: datetime, until: datetime
) -> list[Case]:
    """Unsaved cases of these conversations between two moments; ``topics``: what each is mainly about. Five queries."""
    turns: dict[int, list[Turn]] = defaultdict(list)
    for turn in turns_in(conversations):
        turns[turn.conversation].append(turn)
    words: dict[int, list[Word]] = defaultdict(list)
    said = Touchpoint.objects.filter(conversation__in=turns, direction=Direction.IN, is_automatic=False)
    for pk, moment, channel in said.order_by("occurred_at", "pk").values_list(
        "conversation_id", "occurred_at", "channel"
    ):
        words[pk].append(Word(moment, channel))
    about = {
        pk: (opened_at, resolved_at is not None and not reopened)
        for pk, opened_at, resolved_at, reopened in Conversation.objects.filter(pk__in=turns).values_list(
            "pk", "opened_at", "resolved_at", "reopen_count"
        )
    }
    others = _openings({turn.customer for mine in turns.values() for turn in mine})
    promises: dict[int, list[tuple[datetime, str]]] = defaultdict(list)
    told = entries().filter(conversation__in=turns, kind__in=_PROMISES)
    for of, kind, moment in told.values_list("conversation", "kind", "occurred_at"):
        promises[of or 0].append((moment, _PROMISES[kind]))
    found = []
    for pk, mine in turns.items():
        if pk not in about:
            continue
        opened_at, is_settled = about[pk]
        last: datetime | None = None
        for number, turn in enumerate(mine):
            verdict = verdict_of(turn.parts.get("evidence", ()))
            if verdict.is_known and since <= turn.occurred_at < until:
                flags = flags_of(
                    turn,
                    number,
                    turns=len(mine),
                    words=words[pk],
                    since=last,
                    is_settled=is_settled,
                    came_back=_came_back(others[turn.customer], opened_at),
                    promises=promises[pk],
                )
                found.append(_case(study, turn, flags, topics.get(pk, 0), verdict))
            last = turn.occurred_at
    return found


def _case(study: int, turn: Turn, flags: int, topic: int, verdict: Verdict) -> Case:
    return Case(
        study_id=study,
        touchpoint=turn.touchpoint,
        conversation=turn.conversation,
        customer=turn.customer,
        team=turn.team or 0,
        channel=turn.channel,
        occurred_at=turn.occurred_at,
        flags=flags,
        topic=topic,
        is_frustrated=verdict.is_frustrated,
        is_delighted=verdict.is_delighted,
    )


def _openings(customers: Iterable[int]) -> dict[int, list[datetime]]:
    found: dict[int, list[datetime]] = defaultdict(list)
    rows = Conversation.objects.filter(customer__in=list(customers), beside__isnull=True)
    for customer, opened_at in rows.values_list("customer_id", "opened_at"):
        found[customer].append(opened_at)
    return found


def _came_back(openings: Iterable[datetime], opened_at: datetime) -> bool:
    earliest = opened_at - timedelta(days=CAME_BACK_DAYS)
    return any(earliest <= each < opened_at for each in openings)
