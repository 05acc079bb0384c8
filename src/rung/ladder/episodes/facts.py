"""What is read of the journal, and what holds in the end however often it was changed on the way."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from rung.core.clock import epoch_ms

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
THANKS = "thanks.recognised"

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
    THANKS,
)
SAID = (RECEIVED, ANSWERED, LOGGED)
MOVES = (JOINED, PARTED, TOUCH_JOINED, TOUCH_PARTED)


class Fact(NamedTuple):
    """One entry of the journal, as little of it as is needed. ``said_in``: the conversation it was recorded in, where its
    touchpoint was split off into another."""

    id: int
    kind: str
    occurred_at: datetime
    recorded_at: datetime
    conversation: int | None
    customer: int | None
    touchpoint: int | None
    data: dict[str, Any]
    said_in: int | None = None


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
    own: set[int] = field(default_factory=set)  # touchpoints of this customer's
    thanks: set[int] = field(default_factory=set)
    joined: dict[int, int] = field(default_factory=dict)
    # By the moment, in milliseconds: the conversations in which customers spoke then.
    spoken: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))

    def stands_in(self, conversation: int) -> int:
        """The conversation that one has joined, or itself."""
        while conversation in self.joined:
            conversation = self.joined[conversation]
        return conversation


def standing_of(customer: int, ordered: Sequence[Fact]) -> Standing:
    found = Standing()
    for fact in ordered:
        if fact.kind == JOINED and fact.conversation is not None:
            found.joined[fact.conversation] = fact.data["into"]
        elif fact.touchpoint is not None:
            _tell_of_touchpoint(found, fact, fact.touchpoint, customer)
        if fact.customer != customer:
            continue
        if fact.kind == ASKED:
            found.asked[fact.data["invitation"]] = fact
        elif fact.kind == REPLIED:
            found.replied[fact.data["invitation"]][fact.data["question"]] = fact
        elif fact.kind == ORDERED:
            found.orders.append(fact.occurred_at)
        elif _is_customers_touch(fact):
            found.touches.append(fact.occurred_at)
    found.touches.sort()
    found.orders.sort()
    return found


def _tell_of_touchpoint(found: Standing, fact: Fact, touchpoint: int, customer: int) -> None:
    kind, data = fact.kind, fact.data
    # Whose a touchpoint is, it says itself: they may have been one with somebody else when something was noted of it.
    if kind == NOTED:
        found.signals[touchpoint].add(data["signal"])
    elif kind == WITHDRAWN:
        found.signals[touchpoint].discard(data["signal"])
    elif kind == PHASE:
        found.phases[touchpoint] = data["phase"]
    elif kind == THANKS or (kind == RECEIVED and data.get("thanks")):
        found.thanks.add(touchpoint)
    if kind == TOUCH_JOINED:
        found.spoken.setdefault(data["occurred_ms"], set())  # here once, and elsewhere now
    elif kind in SAID and fact.conversation is not None:
        found.moments[touchpoint] = (fact.conversation, fact.occurred_at)
        if fact.customer == customer:
            found.own.add(touchpoint)
        if kind != ANSWERED:
            found.spoken[epoch_ms(fact.occurred_at)].add(fact.conversation)


def _is_customers_touch(fact: Fact) -> bool:
    if fact.kind == RECEIVED:
        return not fact.data.get("automatic", False)
    return fact.kind == LOGGED and fact.data.get("direction") == "in"
