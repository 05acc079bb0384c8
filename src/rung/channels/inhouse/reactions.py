"""What follows for a request when its conversation is answered, resolved or taken up again."""

from __future__ import annotations

from collections.abc import Sequence

from rung.channels.inhouse.access import requests_numbered
from rung.channels.inhouse.apps import KIND
from rung.channels.inhouse.verbs import note_answer, note_reopened, note_settled
from rung.core.actor import SYSTEM
from rung.journal.access import Entry
from rung.journal.reacting import Told, reacts_to
from rung.touchpoints.access import Touchpoint
from rung.touchpoints.events import (
    ConversationAnswered,
    ConversationReopened,
    ConversationResolved,
    NoticeGiven,
    SpamMarked,
    SpamUnmarked,
)
from rung.touchpoints.verbs import mark_delivered


@reacts_to(ConversationAnswered, NoticeGiven)
def carry_within_the_house(event: ConversationAnswered | NoticeGiven, *, entry: Entry) -> None:
    """What was written has arrived: it is read where it was asked."""
    if event.channel != KIND:
        return
    touchpoint = Touchpoint.objects.filter(pk=event.touchpoint).first()
    if touchpoint is None:
        return
    request = requests_numbered([touchpoint.conversation_id]).get(touchpoint.conversation_id)
    if request is None or isinstance(event, NoticeGiven):
        mark_delivered(touchpoint, by=SYSTEM, at=entry.recorded_at)
        return
    note_answer(request, touchpoint, by=entry.actor if entry.actor.is_agent else SYSTEM, at=entry.recorded_at)


@reacts_to(ConversationResolved, SpamMarked, at_once=True)
def end_waits(told: Sequence[Told]) -> None:
    """The wait for a team ends with its request, also where the team takes that for spam. One statement for a batch in
    which there is none."""
    settled = [(event.conversation, entry.occurred_at) for event, entry in told]
    note_settled(settled, by=SYSTEM, at=told[-1].entry.recorded_at)


@reacts_to(ConversationReopened, SpamUnmarked, at_once=True)
def take_up_again(told: Sequence[Told]) -> None:
    note_reopened([event.conversation for event, _entry in told], by=SYSTEM, at=told[-1].entry.recorded_at)
