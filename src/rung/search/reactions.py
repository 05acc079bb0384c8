"""What changes the words by which something is found.

A letter costs one statement: its conversation is put on the list of those waiting, whatever else it brings about.
"""

from typing import Any

from django.db import transaction

from rung.core.actor import SYSTEM
from rung.customers.events import AddressAdded, CustomerDescribed, OrderPlaced
from rung.journal.access import Entry
from rung.journal.reacting import reacts_to
from rung.search.errands import index_what_waits
from rung.search.models import Kind
from rung.search.verbs import await_indexing
from rung.touchpoints.access import Conversation
from rung.touchpoints.events import (
    ConversationAnswered,
    ConversationAssigned,
    ConversationReopened,
    ConversationResolved,
    ConversationSnoozed,
    NoteWritten,
    NoticeGiven,
    SnoozeEnded,
    SpamMarked,
    SpamUnmarked,
    TouchpointLogged,
    TouchpointReceived,
)


@reacts_to(
    *(TouchpointReceived, ConversationAnswered, TouchpointLogged, NoticeGiven, NoteWritten),
    *(ConversationAssigned, ConversationSnoozed, SnoozeEnded, ConversationResolved, ConversationReopened),
    *(SpamMarked, SpamUnmarked),
)
def index_conversation(event: Any, *, entry: Entry) -> None:
    _await(Kind.CONVERSATION, [event.conversation], entry)


@reacts_to(CustomerDescribed, AddressAdded)
def index_person_and_theirs(event: CustomerDescribed | AddressAdded, *, entry: Entry) -> None:
    """Conversations are found by the name and the addresses of their customer."""
    theirs = Conversation.objects.filter(customer=event.customer).values_list("pk", flat=True)
    with transaction.atomic():
        _await(Kind.PERSON, [event.customer], entry)
        for start in range(0, len(keys := list(theirs)), 1000):
            _await(Kind.CONVERSATION, keys[start : start + 1000], entry)


@reacts_to(OrderPlaced)
def index_person(event: OrderPlaced, *, entry: Entry) -> None:
    _await(Kind.PERSON, [event.customer], entry)


def _await(kind: Kind, keys: list[int], entry: Entry) -> None:
    await_indexing(kind, keys, bell=index_what_waits, by=SYSTEM, at=entry.recorded_at)
