"""What is read of the journal, and what holds in the end however often it was changed on the way."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

OPENED = "conversation.opened"
RECEIVED = "touchpoint.received"
ANSWERED = "conversation.answered"
LOGGED = "touchpoint.logged"
ASSIGNED = "conversation.assigned"
RESOLVED = "conversation.resolved"
REOPENED = "conversation.reopened"
PHASE = "touchpoint.phase_set"
NOTED = "signal.noted"
WITHDRAWN = "signal.withdrawn"
ASKED = "survey.offered"
REPLIED = "survey.answered"
ORDERED = "order.placed"
SPAM = "spam.marked"
NO_SPAM = "spam.unmarked"
JOINED = "conversation.joined"
PARTED = "conversation.parted"
TOUCH_JOINED = "touchpoint.joined"
TOUCH_PARTED = "touchpoint.parted"

KINDS = (
    OPENED,
    RECEIVED,
    ANSWERED,
    LOGGED,
    ASSIGNED,
    RESOLVED,
    REOPENED,
    PHASE,
    NOTED,
    WITHDRAWN,
    ASKED,
    REPLIED,
    ORDERED,
    SPAM,
    NO_SPAM,
    JOINED,
    PARTED,
    TOUCH_JOINED,
    TOUCH_PARTED,
)


class Fact(NamedTuple):
    """One entry of the journal, as little of it as is needed."""

    id: int
    kind: str
    occurred_at: datetime
    recorded_at: datetime
    conversation: int | None
    customer: int | None
    touchpoint: int | None
    data: dict[str, Any]


def counting(facts: Iterable[Fact]) -> list[Fact]:
    """Those that tell of our service, each where it stands now: nothing of history that was imported, nor of what stands
    under Spam, has joined another conversation, or is our own question to somebody beside one. What was joined counts as
    received where it came to; what was split off counts as it was, in the conversation it was put into."""
    kept = _where_they_stand(
        sorted((fact for fact in facts if not fact.data.get("archived")), key=lambda fact: fact.id)
    )
    spam = {fact.conversation: fact.kind for fact in kept if fact.kind in (SPAM, NO_SPAM)}
    joined = {fact.conversation: fact.kind for fact in kept if fact.kind in (JOINED, PARTED)}
    guests = {fact.touchpoint: fact.kind for fact in kept if fact.kind in (TOUCH_JOINED, TOUCH_PARTED)}
    asides = {fact.conversation for fact in kept if fact.kind == OPENED and fact.data.get("beside")}
    found = []
    for fact in kept:
        if fact.conversation in asides:
            continue
        if spam.get(fact.conversation) == SPAM or joined.get(fact.conversation) == JOINED:
            continue
        if fact.kind != TOUCH_JOINED:
            found.append(fact)
        elif guests[fact.touchpoint] == TOUCH_JOINED and fact.data["direction"] == "in":
            found.append(fact._replace(kind=RECEIVED))
    return found


def _where_they_stand(ordered: list[Fact]) -> list[Fact]:
    """The facts with what was split off in the conversation it stands in now. The moves themselves are left out, also those
    by which it came back: what was said was said once."""
    went: dict[int, tuple[int | None, int | None]] = {}
    away: set[int] = set()
    moves: set[int] = set()
    for fact in ordered:
        touchpoint = fact.touchpoint
        if touchpoint is None or fact.kind not in (TOUCH_JOINED, TOUCH_PARTED):
            continue
        if fact.kind == TOUCH_JOINED and fact.data.get("split"):
            went[touchpoint] = (fact.data["former"], fact.conversation)
            away.add(touchpoint)
        elif touchpoint in went and fact.conversation == went[touchpoint][0]:
            (away.discard if fact.kind == TOUCH_JOINED else away.add)(touchpoint)
        elif not fact.data.get("split"):
            continue
        moves.add(fact.id)
    return [
        fact._replace(conversation=went[fact.touchpoint][1]) if fact.touchpoint in away else fact
        for fact in ordered
        if fact.id not in moves
    ]


@dataclass(slots=True)
class Standing:
    """What holds in the end, however often it was changed on the way."""

    signals: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    phases: dict[int, str] = field(default_factory=dict)
    moments: dict[int, tuple[int, datetime]] = field(default_factory=dict)
    touches: list[datetime] = field(default_factory=list)
    orders: list[datetime] = field(default_factory=list)
    asked: dict[int, Fact] = field(default_factory=dict)
    replied: dict[int, dict[str, Fact]] = field(default_factory=lambda: defaultdict(dict))


def standing_of(customer: int, ordered: Sequence[Fact]) -> Standing:
    found = Standing()
    for fact in ordered:
        kind, touchpoint, data = fact.kind, fact.touchpoint, fact.data
        if touchpoint is not None and kind in (RECEIVED, ANSWERED, LOGGED) and fact.conversation is not None:
            found.moments[touchpoint] = (fact.conversation, fact.occurred_at)
        if fact.customer != customer:
            continue
        if kind == NOTED and touchpoint is not None:
            found.signals[touchpoint].add(data["signal"])
        elif kind == WITHDRAWN and touchpoint is not None:
            found.signals[touchpoint].discard(data["signal"])
        elif kind == PHASE and touchpoint is not None:
            found.phases[touchpoint] = data["phase"]
        elif kind == ASKED:
            found.asked[data["invitation"]] = fact
        elif kind == REPLIED:
            found.replied[data["invitation"]][data["question"]] = fact
        elif kind == ORDERED:
            found.orders.append(fact.occurred_at)
        elif _is_customers_touch(fact):
            found.touches.append(fact.occurred_at)
    found.touches.sort()
    found.orders.sort()
    return found


def _is_customers_touch(fact: Fact) -> bool:
    if fact.kind == RECEIVED:
        return not fact.data.get("automatic", False)
    return fact.kind == LOGGED and fact.data.get("direction") == "in"
