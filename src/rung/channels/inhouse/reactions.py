"""What follows for a request when its conversation is answered, resolved or taken up again."""

from __future__ import annotations

from collections.abc import Sequence

from rung.channels.inhouse.access import requests_numbered, requests_standing_in
from rung.channels.inhouse.apps import KIND
from rung.channels.inhouse.verbs import note_answer, note_reopened, note_settled
from rung.core.actor import SYSTEM
from rung.journal.access import Entry
from rung.journal.reacting import Told, reacts_to
from rung.touchpoints.access import Touchpoint
from rung.touchpoints.events import (
    ConversationAnswered,
    ConversationJoined,
    ConversationParted,
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
    requests = requests_standing_in([touchpoint.conversation_id]).get(touchpoint.conversation_id, [])
    if not requests or isinstance(event, NoticeGiven):
        mark_delivered(touchpoint, by=SYSTEM, at=entry.recorded_at)
        return
    for request in requests:
        note_answer(request, touchpoint, by=entry.actor if entry.actor.is_agent else SYSTEM, at=entry.recorded_at)


@reacts_to(ConversationJoined)
def end_waits_elsewhere(event: ConversationJoined, *, entry: Entry) -> None:
    """A request that has become part of another is answered there. Part of what is no request, it is no team's any more:
    what was asked stands where the customer waits."""
    if event.into in requests_numbered([event.into]):
        return
    moved = requests_standing_in([event.conversation]).get(event.conversation, [])
    note_settled([(each.pk, entry.occurred_at) for each in moved], by=SYSTEM, at=entry.recorded_at)


@reacts_to(ConversationResolved, SpamMarked, at_once=True)
def end_waits(told: Sequence[Told]) -> None:
    """The wait for a team ends with its request, also where the team takes that for spam. Two statements for a batch in
    which there is none."""
    moments = {event.conversation: entry.occurred_at for event, entry in told}
    settled = [
        (each.pk, moments[number]) for number, standing in requests_standing_in(moments).items() for each in standing
    ]
    note_settled(settled, by=SYSTEM, at=told[-1].entry.recorded_at)


@reacts_to(ConversationReopened, SpamUnmarked, ConversationParted, at_once=True)
def take_up_again(told: Sequence[Told]) -> None:
    """What was settled when it was parted from another is so still."""
    requests = requests_standing_in(event.conversation for event, _entry in told)
    parted = {event.conversation for event, _entry in told if isinstance(event, ConversationParted)}
    reopened = [
        each.pk
        for number, standing in requests.items()
        for each in standing
        if number not in parted or not each.conversation.is_resolved()
    ]
    note_reopened(reopened, by=SYSTEM, at=told[-1].entry.recorded_at)
