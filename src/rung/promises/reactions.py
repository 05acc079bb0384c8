"""What moves a clock. Letters cost one statement for all of a batch while nobody has set a target."""

from collections.abc import Sequence

from rung.business.events import CalendarChanged, CalendarEnded, CalendarMade
from rung.core.actor import SYSTEM
from rung.journal.access import Entry
from rung.journal.reacting import Told, reacts_to
from rung.promises.verbs import (
    await_reckoning,
    give_promises_back,
    reckon_deadlines,
    split_promises,
    take_promises_along,
    withdraw_unsent,
)
from rung.touchpoints.events import (
    AnswerStopped,
    AnswerTakenBack,
    ConversationAnswered,
    ConversationAssigned,
    ConversationJoined,
    ConversationParted,
    ConversationReopened,
    ConversationResolved,
    ConversationSplit,
    PrioritySet,
    SpamMarked,
    SpamUnmarked,
    TouchpointLogged,
    TouchpointReceived,
)


@reacts_to(
    *(TouchpointReceived, ConversationAnswered, TouchpointLogged, ConversationResolved, ConversationReopened),
    *(ConversationAssigned, PrioritySet, SpamMarked, SpamUnmarked),
    *(ConversationJoined, ConversationParted, ConversationSplit),
    at_once=True,
)
def move_clocks(told: Sequence[Told]) -> None:
    """Reckon what is owed in the conversations of these facts, each once, as of when the last of them was known."""
    concerned: set[int] = set()
    for event, _entry in told:
        # History that is taken in, and what a machine says, moves no clock.
        if getattr(event, "archived", False) or getattr(event, "automatic", False):
            continue
        concerned.add(event.conversation)
        if isinstance(event, ConversationJoined | ConversationParted | ConversationSplit):
            concerned.add(event.into)
    if concerned:
        reckon_deadlines(concerned, by=SYSTEM, at=max(entry.recorded_at for _event, entry in told))


@reacts_to(CalendarMade, CalendarChanged, CalendarEnded)
def follow_hours(event: CalendarMade | CalendarChanged | CalendarEnded, *, entry: Entry) -> None:
    """Other working hours: what is open is due at another moment."""
    await_reckoning(by=SYSTEM, at=entry.recorded_at)


@reacts_to(AnswerTakenBack, AnswerStopped)
def withdraw_what_was_not_sent(event: AnswerTakenBack | AnswerStopped, *, entry: Entry) -> None:
    withdraw_unsent(event.conversation, by=entry.actor, at=entry.recorded_at)


@reacts_to(ConversationJoined)
def take_along(event: ConversationJoined, *, entry: Entry) -> None:
    take_promises_along(event.conversation, into=event.into, by=SYSTEM, at=entry.recorded_at)


@reacts_to(ConversationParted)
def give_back(event: ConversationParted, *, entry: Entry) -> None:
    give_promises_back(event.conversation, into=event.into, by=SYSTEM, at=entry.recorded_at)


@reacts_to(ConversationSplit)
def split(event: ConversationSplit, *, entry: Entry) -> None:
    """What was promised in letters that were put elsewhere stands there."""
    split_promises(event.conversation, into=event.into, by=SYSTEM, at=entry.recorded_at)
