"""Which facts of the journal are moments for rules."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rung.channels.inhouse.events import RequestMade
from rung.journal.access import Entry
from rung.promises.events import DeadlineMissed, DeadlineNearing, PromiseBroken, PromiseDue, PromiseNearing
from rung.rules.matters import Look
from rung.rules.models import Moment
from rung.touchpoints.events import (
    ConversationAnswered,
    ConversationAssigned,
    ConversationOpened,
    ConversationReopened,
    ConversationResolved,
    ConversationTagged,
    SignalNoted,
    TouchpointLogged,
    TouchpointReceived,
)

GRIEVANCES = ("complaint", "escalation", "negative_review")


@dataclass(frozen=True, slots=True)
class Happening:
    """A moment that came in a conversation. `entry`: the fact, or None where a customer has waited since `since_at`.
    `tag`: the one that was put on."""

    moment: Moment
    look: Look
    recorded_at: datetime
    entry: int | None = None
    since_at: datetime | None = None
    tag: int | None = None
    depth: int = 1


def _received(event: TouchpointReceived) -> tuple[Moment, ...]:
    # Whether they had written before is asked for where a rule wants to know.
    return () if event.archived or event.ours else (Moment.INCOMING, Moment.AGAIN)


def _logged(event: TouchpointLogged) -> tuple[Moment, ...]:
    return (Moment.INCOMING, Moment.AGAIN) if event.direction == "in" else (Moment.ANSWERED,)


def _opened(event: ConversationOpened) -> tuple[Moment, ...]:
    return () if event.archived or event.beside is not None else (Moment.OPENED,)


def _noted(event: SignalNoted) -> tuple[Moment, ...]:
    return (Moment.COMPLAINT,) if event.signal in GRIEVANCES else ()


def _always(moment: Moment) -> Callable[[Any], tuple[Moment, ...]]:
    return lambda event: (moment,)


MOMENTS: dict[type[Any], Callable[[Any], tuple[Moment, ...]]] = {
    TouchpointReceived: _received,
    TouchpointLogged: _logged,
    ConversationOpened: _opened,
    ConversationAnswered: _always(Moment.ANSWERED),
    ConversationAssigned: _always(Moment.ASSIGNED),
    ConversationTagged: _always(Moment.TAGGED),
    ConversationResolved: _always(Moment.RESOLVED),
    ConversationReopened: _always(Moment.REOPENED),
    SignalNoted: _noted,
    PromiseNearing: _always(Moment.NEARING),
    DeadlineNearing: _always(Moment.NEARING),
    DeadlineMissed: _always(Moment.MISSED),
    PromiseDue: _always(Moment.BROKEN),
    PromiseBroken: _always(Moment.BROKEN),
    RequestMade: _always(Moment.REQUESTED),
}


def moments_in(event: Any, entry: Entry, *, depth: int = 1) -> list[Happening]:
    """What a fact is for rules. A promise without a conversation is nothing."""
    conversation = getattr(event, "conversation", None)
    if conversation is None:
        return []
    return [
        Happening(
            moment=moment,
            look=Look(
                conversation,
                getattr(event, "touchpoint", None) if moment in _OF_A_TOUCHPOINT else None,
                at_first=moment is Moment.OPENED,
            ),
            recorded_at=entry.recorded_at,
            entry=entry.pk,
            tag=getattr(event, "tag", None),
            depth=depth,
        )
        for moment in MOMENTS[type(event)](event)
    ]


# Of the others what the customer last wrote is what a rule reads.
_OF_A_TOUCHPOINT = (Moment.INCOMING, Moment.AGAIN, Moment.COMPLAINT)
