"""From graded turns of service to cases: what was the case in each, and what the customer said or did about it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import OuterRef, QuerySet, Subquery

from rung.ladder.access import Grade
from rung.patterns.drivers import BITS, CAME_BACK_DAYS, LATE, LONG_TURNS
from rung.patterns.models import Case
from rung.patterns.reading import LEFT_OUT
from rung.patterns.settling import Settling, settlings_in
from rung.promises.access import Promise
from rung.touchpoints.access import Conversation, Direction, Touchpoint

FRUSTRATED_ACTS = ("complaint", "escalation", "negative_review")
DELIGHTED_ACTS = ("thanks", "referral")
LOWEST = {"level": 2, "csat": 2, "ces": 3, "nps": 6}
HIGHEST = {"level": 5, "csat": 5, "ces": 7, "nps": 9}
WATCHED = "complaint"


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
    conversation, in time order; ``since``: our turn before this one; ``is_settled``: declared so by one of us, and never
    taken up again.
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
    """Unsaved cases of these conversations between two moments; ``topics``: what each is mainly about. Six queries."""
    turns: dict[int, list[Turn]] = defaultdict(list)
    for turn in turns_in(conversations):
        turns[turn.conversation].append(turn)
    words: dict[int, list[Word]] = defaultdict(list)
    # What was imported as history nobody waited for here.
    said = Touchpoint.objects.filter(
        conversation__in=turns, direction=Direction.IN, is_automatic=False, is_archived=False
    )
    for pk, moment, channel in said.order_by("occurred_at", "pk").values_list(
        "conversation_id", "occurred_at", "channel"
    ):
        words[pk].append(Word(moment, channel))
    about = {begun.conversation: begun for begun in _begun(Conversation.objects.filter(pk__in=turns))}
    settled = settlings_in(list(turns))
    others = _openings({turn.customer for mine in turns.values() for turn in mine})
    promises = _promises(turns)
    found = []
    for pk, mine in turns.items():
        if pk not in about:
            continue
        is_settled = _is_settled(settled.get(pk, ()))
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
                    came_back=about[pk].by_customer and _came_back(others[turn.customer], about[pk].at),
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


def _is_settled(settlings: Sequence[Settling]) -> bool:
    return bool(settlings) and all(each.by_person and each.again_at is None for each in settlings)


def _promises(conversations: Iterable[int]) -> dict[int, list[tuple[datetime, str]]]:
    """From when on promises made in these conversations had been kept, or not: by their day, or as was said."""
    found: dict[int, list[tuple[datetime, str]]] = defaultdict(list)
    standing = Promise.objects.filter(conversation__in=list(conversations), withdrawn_at__isnull=True)
    for of, due_at, kept_at, broken_at in standing.values_list("conversation", "due_at", "kept_at", "broken_at"):
        if kept_at is not None and kept_at <= due_at:
            found[of or 0].append((kept_at, "promise_kept"))
        else:
            found[of or 0].append((min(due_at, broken_at or due_at), "promise_broken"))
    return found


class Begun(NamedTuple):
    """When a conversation begins with what stands in it, and with whom."""

    conversation: int
    customer: int
    at: datetime
    by_customer: bool


def _begun(conversations: QuerySet[Conversation]) -> list[Begun]:
    first = Touchpoint.objects.filter(conversation=OuterRef("pk")).order_by("occurred_at", "pk")
    rows = conversations.annotate(
        **{name: Subquery(first.values(name)[:1]) for name in ("occurred_at", "direction", "is_automatic")}
    )
    columns = ("pk", "customer_id", "occurred_at", "opened_at", "direction", "is_automatic")
    return [
        Begun(pk, customer, at or opened_at, direction == Direction.IN and not is_automatic)
        for pk, customer, at, opened_at, direction, is_automatic in rows.values_list(*columns)
    ]


def _openings(customers: Iterable[int]) -> dict[int, list[datetime]]:
    """When these customers began a conversation. What has joined another was no other."""
    found: dict[int, list[datetime]] = defaultdict(list)
    rows = Conversation.objects.filter(customer__in=list(customers), beside__isnull=True).exclude(state__in=LEFT_OUT)
    for begun in _begun(rows):
        if begun.by_customer:
            found[begun.customer].append(begun.at)
    return found


def _came_back(openings: Iterable[datetime], opened_at: datetime) -> bool:
    earliest = opened_at - timedelta(days=CAME_BACK_DAYS)
    return any(earliest <= each < opened_at for each in openings)
