"""What people are told of.

One reaction for all of it: a letter in a conversation that is nobody's costs one look at that conversation.
"""

from datetime import timedelta
from typing import Any

from rung.core import clock
from rung.core.actor import SYSTEM
from rung.journal.access import Entry
from rung.journal.reacting import reacts_to
from rung.notices.telling import told_of
from rung.notices.verbs import give_notices, move_notices
from rung.touchpoints.access import Conversation
from rung.touchpoints.events import (
    AsideAnswered,
    ColleagueCalled,
    ConversationAnswered,
    ConversationAssigned,
    ConversationJoined,
    ConversationReopened,
    ConversationResolved,
    ConversationSnoozed,
    NoteWritten,
    SnoozeEnded,
    SpamMarked,
    TouchpointLogged,
    TouchpointReceived,
    TouchpointUndelivered,
)

# What is older when we learn of it is history: imported, or told again. A bell that rings for it would cry wolf.
NEWS = timedelta(days=3)


@reacts_to(
    *(ColleagueCalled, NoteWritten, ConversationAssigned),
    *(TouchpointReceived, AsideAnswered, TouchpointUndelivered, SnoozeEnded),
    *(ConversationAnswered, TouchpointLogged, ConversationSnoozed, ConversationResolved, ConversationReopened),
    SpamMarked,
)
def tell_those_concerned(event: Any, *, entry: Entry) -> None:
    """Give everybody concerned a notice, each their own way."""
    if clock.now() - entry.occurred_at > NEWS:
        return
    conversation = Conversation.objects.filter(pk=event.conversation).first()
    if conversation is None:
        return
    if told := told_of(event, entry, conversation):
        give_notices(conversation, told, entry=entry, by=SYSTEM, at=clock.now())


@reacts_to(ConversationJoined)
def take_notices_along(event: ConversationJoined, *, entry: Entry) -> None:
    """What was told of a conversation is to be read where it has gone."""
    move_notices(event.conversation, into=event.into, by=SYSTEM, at=entry.recorded_at)
