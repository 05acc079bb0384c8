from collections.abc import Sequence

from django.db.models import F

from rung.business.events import CalendarChanged, CalendarEnded, CalendarMade
from rung.channels.phone.events import CallAnnounced, CallAnswered, CallEnded, CallerRecognised
from rung.core.rows import insert_values
from rung.customers.events import (
    CustomerDescribed,
    CustomerForgotten,
    CustomerMet,
    CustomersMerged,
    CustomersParted,
    OrderPlaced,
)
from rung.customers.merged import once_one_with
from rung.insight.colleagues import tells_of_colleagues
from rung.insight.loose import follow_caller
from rung.insight.mirroring import note_changed
from rung.insight.models import Recounting, Unfolded
from rung.journal.access import Entry, entries_among
from rung.journal.reacting import Told, reacts_to
from rung.promises.events import (
    DeadlineDropped,
    DeadlineMet,
    DeadlineMissed,
    DeadlineReopened,
    PromiseBroken,
    PromiseKept,
    PromiseMade,
    PromiseMoved,
    PromiseReopened,
    PromiseWithdrawn,
)
from rung.surveys.events import SurveyAnswered, SurveyOffered
from rung.touchpoints.events import (
    ConversationAnswered,
    ConversationAssigned,
    ConversationJoined,
    ConversationParted,
    ConversationReopened,
    ConversationResolved,
    PhaseSet,
    SignalNoted,
    SignalWithdrawn,
    SpamMarked,
    SpamUnmarked,
    ThanksRecognised,
    TouchpointJoined,
    TouchpointLogged,
    TouchpointParted,
    TouchpointReceived,
)


# ConversationOpened is left out: the touchpoint it was opened for is recorded in the same transaction and wakes us.
@reacts_to(
    TouchpointParted,
    TouchpointReceived,
    ConversationAnswered,
    TouchpointJoined,
    TouchpointLogged,
    ConversationAssigned,
    ConversationResolved,
    ConversationJoined,
    ConversationParted,
    ConversationReopened,
    PhaseSet,
    SignalNoted,
    SignalWithdrawn,
    SpamMarked,
    SpamUnmarked,
    ThanksRecognised,
    SurveyOffered,
    SurveyAnswered,
    OrderPlaced,
    DeadlineMet,
    DeadlineMissed,
    DeadlineReopened,
    DeadlineDropped,
    at_once=True,
)
def await_folding(told: Sequence[Told]) -> None:
    """Note that the facts of these entries' subjects are behind. The folding itself is done in batches by an errand."""
    insert_values(Unfolded, ("entry", "conversation"), [(entry.pk, entry.conversation) for _, entry in told])


@reacts_to(
    CallAnnounced,
    CallAnswered,
    CallEnded,
    CallerRecognised,
    PromiseMade,
    PromiseKept,
    PromiseBroken,
    PromiseMoved,
    PromiseWithdrawn,
    PromiseReopened,
    at_once=True,
)
def await_folding_by_itself(told: Sequence[Told]) -> None:
    """The same for what stands beside conversations, also where it names one."""
    Unfolded.objects.bulk_create(Unfolded(entry=entry.pk, conversation=None) for _, entry in told)


@reacts_to(CustomerMet, CustomerDescribed, at_once=True)
def await_folding_of_colleagues(told: Sequence[Told]) -> None:
    """The same for who is a colleague: most are not, and nothing is noted of them."""
    entries = [entry for _, entry in told if tells_of_colleagues(entry.kind, entry.data)]
    Unfolded.objects.bulk_create(Unfolded(entry=entry.pk, conversation=None) for entry in entries)


@reacts_to(CustomerForgotten)
def fold_what_was_forgotten(event: CustomerForgotten, *, entry: Entry) -> None:
    """Facts hold no word of anybody. Theirs are folded again all the same, and written into the mirror's months anew, so
    that no file holds what is not known any more."""
    told = entries_among([event.customer, *event.merged])
    conversations = told.filter(conversation__isnull=False).values_list("conversation", flat=True).distinct()
    note_changed("conversation", sorted({pk for pk in conversations if pk is not None}))
    orders = told.filter(kind="order.placed").values_list("data__order", flat=True)
    note_changed("placed_order", sorted({int(pk) for pk in orders}))


@reacts_to(CustomersMerged, CustomersParted)
def fold_again(event: CustomersMerged | CustomersParted, *, entry: Entry) -> None:
    """Facts name whom we kept, so those of whoever was merged are behind, and of whom had been merged into them before:
    their conversations, orders and promises."""
    if isinstance(event, CustomersMerged):
        follow_caller(event.merged, event.customer)
    theirs = entries_among(once_one_with([event.merged]))
    told_in = theirs.filter(conversation__isnull=False).values_list("conversation", flat=True)
    conversations = {pk for pk in told_in if pk is not None}
    orders = theirs.filter(kind__in=("order.placed", "promise.made")).values_list("pk", flat=True)
    Unfolded.objects.bulk_create(
        [
            *(Unfolded(entry=entry.pk, conversation=conversation) for conversation in sorted(conversations)),
            *(Unfolded(entry=order, conversation=None) for order in orders),
        ]
    )


@reacts_to(CalendarMade, CalendarChanged, CalendarEnded)
def recount(event: CalendarMade | CalendarChanged | CalendarEnded, *, entry: Entry) -> None:
    """Working hours have changed, so every duration in them is behind."""
    Recounting.objects.bulk_create([Recounting(pk=1)], ignore_conflicts=True)
    Recounting.objects.filter(pk=1).update(after=0, asked=F("asked") + 1)
