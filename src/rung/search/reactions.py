"""What changes the words by which something is found.

A letter costs a row: its conversation is put on the list of those waiting, whatever else it brings about.
"""

from collections.abc import Iterable, Sequence

from django.db import transaction

from rung.core.actor import SYSTEM
from rung.customers.events import (
    AddressAdded,
    AddressRemoved,
    CompanyDescribed,
    CustomerDescribed,
    CustomerForgotten,
    CustomerMet,
    CustomerRemoved,
    CustomersMerged,
    CustomersParted,
    OrderPlaced,
)
from rung.fields.events import FieldSet
from rung.journal.access import Entry
from rung.journal.reacting import Told, reacts_to
from rung.search.documents import NOTHING_SAID
from rung.search.errands import index_what_waits
from rung.search.models import Kind
from rung.search.verbs import await_indexing
from rung.touchpoints.access import Conversation, tagged_with
from rung.touchpoints.events import (
    AnswerStopped,
    AnswerTakenBack,
    ConversationAnswered,
    ConversationAssigned,
    ConversationBlanked,
    ConversationJoined,
    ConversationParted,
    ConversationReopened,
    ConversationResolved,
    ConversationSnoozed,
    ConversationSplit,
    ConversationTagged,
    ConversationUntagged,
    NoteCorrected,
    NoteWritten,
    NoticeGiven,
    SnoozeEnded,
    SpamMarked,
    SpamUnmarked,
    TagChanged,
    TagDeleted,
    TagMerged,
    TouchpointLogged,
    TouchpointReceived,
    TouchpointReworded,
)

_CHANGE_NO_WORDS = (ConversationAssigned, ConversationSnoozed, SnoozeEnded, ConversationResolved, ConversationReopened)


@reacts_to(
    *(TouchpointReceived, ConversationAnswered, TouchpointLogged, NoticeGiven, NoteWritten, NoteCorrected),
    *(ConversationAssigned, ConversationSnoozed, SnoozeEnded, ConversationResolved, ConversationReopened),
    *(SpamMarked, SpamUnmarked, ConversationTagged, ConversationUntagged, TouchpointReworded, ConversationBlanked),
    *(AnswerTakenBack, AnswerStopped),
    at_once=True,
)
def index_conversation(told: Sequence[Told]) -> None:
    since: dict[int, int] = {}
    for event, _entry in told:
        since[event.conversation] = min(since.get(event.conversation, NOTHING_SAID), _first_new(event))
    await_indexing(
        Kind.CONVERSATION, since, since=since, bell=index_what_waits, by=SYSTEM, at=told[-1].entry.recorded_at
    )


def _first_new(event: object) -> int:
    """The touchpoint from which on something is new to the index; 0 where anything else may be, too."""
    if isinstance(event, TouchpointReceived):
        return event.touchpoint
    return NOTHING_SAID if isinstance(event, _CHANGE_NO_WORDS) else 0


@reacts_to(ConversationJoined, ConversationParted, ConversationSplit)
def index_where_it_went(event: ConversationJoined | ConversationParted | ConversationSplit, *, entry: Entry) -> None:
    """What was said is found where it stands now, and no longer where it stood."""
    _await(Kind.CONVERSATION, [event.conversation, event.into], entry)


@reacts_to(FieldSet)
def index_what_a_field_says(event: FieldSet, *, entry: Entry) -> None:
    """A serial number leads to its conversation, and what is known of a person to them."""
    if event.conversation is not None:
        _await(Kind.CONVERSATION, [event.conversation], entry)
    if event.customer is not None:
        _await(Kind.PERSON, [event.customer], entry)


@reacts_to(CustomerDescribed, AddressAdded, AddressRemoved)
def index_person_and_theirs(event: CustomerDescribed | AddressAdded | AddressRemoved, *, entry: Entry) -> None:
    """Conversations are found by the name and the addresses of their customer."""
    _index_with_theirs([event.customer], entry)


@reacts_to(CustomersMerged, CustomersParted)
def index_both(event: CustomersMerged | CustomersParted, *, entry: Entry) -> None:
    """Whoever was merged is no longer found, and what was theirs is found by whom we kept; or again as before."""
    _index_with_theirs([event.customer, event.merged], entry)


@reacts_to(CustomerMet, OrderPlaced, at_once=True)
def index_person(told: Sequence[Told]) -> None:
    _await(Kind.PERSON, [event.customer for event, _ in told], told[-1].entry)


@reacts_to(CustomerRemoved)
def forget_person(event: CustomerRemoved, *, entry: Entry) -> None:
    """Whom a list had brought and nobody misses is found no longer."""
    _await(Kind.PERSON, [event.customer], entry)


@reacts_to(CompanyDescribed)
def index_company(event: CompanyDescribed, *, entry: Entry) -> None:
    _await(Kind.COMPANY, [event.company], entry)


@reacts_to(CustomerForgotten)
def unlearn_person(event: CustomerForgotten, *, entry: Entry) -> None:
    """Nothing is left to find them by. Their conversations are told of one by one."""
    _await(Kind.PERSON, [event.customer, *event.merged], entry)


def _index_with_theirs(customers: list[int], entry: Entry) -> None:
    theirs = Conversation.objects.filter(customer__in=customers).values_list("pk", flat=True)
    with transaction.atomic():
        _await(Kind.PERSON, customers, entry)
        _await_many(theirs, entry)


def _await_many(conversations: Iterable[int], entry: Entry) -> None:
    for start in range(0, len(keys := list(conversations)), 1000):
        _await(Kind.CONVERSATION, keys[start : start + 1000], entry)


@reacts_to(TagChanged, TagMerged, TagDeleted)
def index_what_carried_the_tag(event: TagChanged | TagMerged | TagDeleted, *, entry: Entry) -> None:
    with transaction.atomic():
        _await_many(tagged_with(event.into if isinstance(event, TagMerged) else event.tag), entry)


def _await(kind: Kind, keys: list[int], entry: Entry) -> None:
    await_indexing(kind, keys, bell=index_what_waits, by=SYSTEM, at=entry.recorded_at)
