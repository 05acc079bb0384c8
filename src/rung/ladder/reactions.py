"""What makes a customer's grades stale.

A letter coming in is not among it: by itself it is no turn of service, and what it says of the one before (that they came
back, that they did not complain) is read when it is answered, or when the quiet week is over. So intake pays nothing.
"""

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from rung.core.actor import SYSTEM
from rung.customers.access import Customer, kept_instead_of
from rung.customers.events import CustomerDescribed, CustomersMerged, CustomersParted, OrderPlaced
from rung.journal.access import Entry
from rung.journal.reacting import Told, reacts_to
from rung.journal.ringing import ring
from rung.ladder.episodes import NOTED
from rung.ladder.errands import grade_stale_customers, start_estimation
from rung.ladder.events import EstimationAsked, EstimationPublished, LadderReturned
from rung.ladder.reading import GATHERED, gathered_signals
from rung.ladder.verbs import mark_days, mark_days_of, mark_days_seen_anew, mark_everyone_stale, mark_stale
from rung.surveys.events import SurveyAnswered
from rung.touchpoints.events import (
    ConversationAnswered,
    ConversationAssigned,
    ConversationJoined,
    ConversationParted,
    ConversationResolved,
    ConversationSplit,
    PhaseSet,
    SignalNoted,
    SignalWithdrawn,
    SpamMarked,
    SpamRemoved,
    SpamUnmarked,
    ThanksRecognised,
    TouchpointLogged,
)


@reacts_to(
    ConversationAnswered,
    TouchpointLogged,
    ConversationResolved,
    PhaseSet,
    SurveyAnswered,
    OrderPlaced,
    ThanksRecognised,
)
def regrade_customer(event: Any, *, entry: Entry) -> None:
    _regrade(event.customer, entry)


@reacts_to(SpamMarked, SpamUnmarked, ConversationJoined, ConversationParted, ConversationSplit)
def regrade_those_in_it(event: Any, *, entry: Entry) -> None:
    """Whoever was served in a conversation that stands elsewhere now, or nowhere, or again."""
    told = Entry.objects.filter(conversation=event.conversation, customer__isnull=False)
    served = {pk for pk in told.values_list("customer", flat=True).order_by().distinct() if pk is not None}
    kept = kept_instead_of(served)
    there = Customer.objects.filter(pk__in={kept.get(each, each) for each in served})
    _regrade(event.customer, entry, *there.values_list("pk", flat=True))


@reacts_to(SignalNoted, SignalWithdrawn)
def weigh_signal(event: SignalNoted | SignalWithdrawn, *, entry: Entry) -> None:
    _regrade(event.customer, entry)
    if event.signal in GATHERED:
        # The first of its kind makes its absence elsewhere mean something, and the last one withdrawn undoes that.
        standing = event.signal in gathered_signals()
        others = Entry.objects.filter(kind=NOTED, data__signal=event.signal).exclude(pk=entry.pk)
        if not standing or not others.exists():
            with transaction.atomic():
                mark_everyone_stale(by=SYSTEM, at=entry.recorded_at)


@reacts_to(CustomerDescribed)
def weigh_captivity(event: CustomerDescribed, *, entry: Entry) -> None:
    if {"captive", "is_internal"} & set(event.changed):
        _regrade(event.customer, entry)
        with transaction.atomic():
            mark_days_of([event.customer], by=SYSTEM, at=entry.recorded_at)


@reacts_to(SpamRemoved)
def forget_days_of_spam(event: SpamRemoved, *, entry: Entry) -> None:
    """Its grades went with it, if they were still there."""
    days = Entry.objects.filter(conversation=event.conversation).values_list("occurred_at", flat=True)
    with transaction.atomic():
        mark_days(list(days), by=SYSTEM, at=entry.recorded_at)


@reacts_to(ConversationAssigned, at_once=True)
def see_days_anew(told: Sequence[Told]) -> None:
    """Who has a conversation decides who may see its grades."""
    at = max(entry.recorded_at for _event, entry in told)
    with transaction.atomic():
        mark_days_seen_anew([event.conversation for event, _entry in told], by=SYSTEM, at=at)


@reacts_to(EstimationAsked)
def begin_what_was_asked(event: EstimationAsked, *, entry: Entry) -> None:
    with transaction.atomic():
        ring(start_estimation)


@reacts_to(EstimationPublished, LadderReturned)
def regrade_everybody(event: EstimationPublished | LadderReturned, *, entry: Entry) -> None:
    """Other numbers are in force, so that no grade stands as it was."""
    with transaction.atomic():
        mark_everyone_stale(by=SYSTEM, at=entry.recorded_at)
        ring(grade_stale_customers)


@reacts_to(CustomersMerged, CustomersParted)
def regrade_both(event: CustomersMerged | CustomersParted, *, entry: Entry) -> None:
    _regrade(event.customer, entry, event.merged)
    with transaction.atomic():  # merging may also tell that somebody is bound to us
        mark_days_of([event.customer, event.merged], by=SYSTEM, at=entry.recorded_at)


def _regrade(customer: int, entry: Entry, *others: int) -> None:
    with transaction.atomic():
        mark_stale([customer, *others], by=SYSTEM, at=entry.recorded_at)
        ring(grade_stale_customers)
