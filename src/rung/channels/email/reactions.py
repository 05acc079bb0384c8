"""What the e-mail door does when something was written that is to leave by e-mail."""

from datetime import datetime

from rung.channels.email.access.automatic import hindrance, refusal
from rung.channels.email.errands.dispatches import send_waiting_dispatches
from rung.channels.email.events import KeyEntered, KeyWithdrawn
from rung.channels.email.outgoing import recipients_of
from rung.channels.email.verbs.brake import hold_dispatch
from rung.channels.email.verbs.dispatch import plan_dispatch, retry_dispatch, withhold_dispatch
from rung.channels.email.verbs.key import judge_again
from rung.channels.email.verbs.sender import let_in, suspect_again
from rung.core.actor import SYSTEM
from rung.customers.events import CustomersMerged, CustomersParted
from rung.journal.access import Entry
from rung.journal.reacting import reacts_to
from rung.journal.ringing import ring
from rung.touchpoints.access import Conversation, Touchpoint
from rung.touchpoints.events import ConversationAnswered, NoticeGiven, SendingAskedAgain, SpamMarked, SpamUnmarked


@reacts_to(ConversationAnswered, NoticeGiven)
def send_by_email(event: ConversationAnswered | NoticeGiven, *, entry: Entry) -> None:
    """Plan the letter. Not when the touchpoint has been dealt with already, as in history that was imported."""
    if event.channel != "email":
        return
    touchpoint = (
        Touchpoint.objects.select_related("conversation", "customer")
        .filter(pk=event.touchpoint, delivery="waiting")
        .first()
    )
    if touchpoint is None:
        return
    if isinstance(event, NoticeGiven):
        _send_automatically(touchpoint, entry.recorded_at)
        return
    plan_dispatch(touchpoint, by=SYSTEM, at=entry.recorded_at)
    ring(send_waiting_dispatches)


def _send_automatically(touchpoint: Touchpoint, at: datetime) -> None:
    """Nobody pressed "send": a machine gets none of these, and nobody too many."""
    to = recipients_of(touchpoint).to
    address = to[0].address if to else ""
    dispatch = plan_dispatch(touchpoint, automatic_to=address, by=SYSTEM, at=at)
    if reason := refusal(touchpoint, address):
        withhold_dispatch(dispatch, reason, by=SYSTEM, at=at)
        return
    hindered = hindrance(address, dispatch.mailbox, at=at, besides=dispatch.pk)
    if hindered is not None:
        hold_dispatch(dispatch, hindered, by=SYSTEM, at=at)
        return
    ring(send_waiting_dispatches)


@reacts_to(SendingAskedAgain)
def try_again(event: SendingAskedAgain, *, entry: Entry) -> None:
    """Bring the letter back among those to be sent; one whose plan was lost is planned."""
    if event.channel != "email":
        return
    touchpoint = Touchpoint.objects.select_related("conversation").filter(pk=event.touchpoint).first()
    if touchpoint is None or touchpoint.delivery != "waiting":
        return
    retry_dispatch(plan_dispatch(touchpoint, by=SYSTEM, at=entry.recorded_at), by=SYSTEM, at=entry.recorded_at)
    ring(send_waiting_dispatches)


@reacts_to(SpamUnmarked)
def remember_as_good(event: SpamUnmarked, *, entry: Entry) -> None:
    """Somebody said that it is no spam: the next letter from there is not held to be either."""
    conversation = Conversation.objects.filter(pk=event.conversation).first()
    if conversation is not None and entry.actor.is_agent:
        let_in(conversation, by=entry.actor, at=entry.recorded_at)


@reacts_to(SpamMarked)
def suspect_sender_again(event: SpamMarked, *, entry: Entry) -> None:
    """Somebody said that it is spam, though its sender was to be let past."""
    conversation = Conversation.objects.filter(pk=event.conversation).first()
    if conversation is not None and entry.actor.is_agent:
        suspect_again(conversation, by=entry.actor, at=entry.recorded_at)


@reacts_to(KeyEntered, KeyWithdrawn)
def judge_signatures_again(event: KeyEntered | KeyWithdrawn, *, entry: Entry) -> None:
    """What was signed by nobody we knew may be theirs now, and the other way round."""
    judge_again(event.customer, by=SYSTEM, at=entry.recorded_at)


@reacts_to(CustomersMerged, CustomersParted)
def judge_signatures_of_both(event: CustomersMerged | CustomersParted, *, entry: Entry) -> None:
    """A key counts for the addresses of its owner, and these have become more, or fewer."""
    for customer in {event.customer, event.merged}:
        judge_again(customer, by=SYSTEM, at=entry.recorded_at)
