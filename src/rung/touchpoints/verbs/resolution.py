from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from rung.core.actor import Actor
from rung.core.rows import alter, end_standing
from rung.journal.verbs import record
from rung.touchpoints.events import ConversationReopened, ConversationResolved
from rung.touchpoints.models import Conversation, Outcome, Resolution, Snooze, State
from rung.touchpoints.verbs.linking import tell_of_settling, waiting_for


@transaction.atomic
def resolve_conversation(
    conversation: Conversation, *, outcome: str = Outcome.UNKNOWN, by: Actor, at: datetime
) -> None:
    """Declare the customer's matter settled, and whether they reached what they wanted. Resolving twice does nothing.

    Those that wait for it are told. Raises ValidationError under Spam: nobody there is a customer whose matter could be.
    """
    conversation.lock_with(waiting := waiting_for(conversation))
    if conversation.is_resolved():
        return
    if conversation.is_spam():
        raise ValidationError(_("This conversation is marked as spam; take it out of Spam first."))
    Snooze.objects.filter(conversation=conversation, ended_at__isnull=True).update(ended_at=at)
    Resolution.objects.create(
        conversation=conversation, agent_id=by.agent_key, resolved_at=at, outcome=Outcome(outcome)
    )
    conversation.state, conversation.resolved_at = State.RESOLVED, at
    conversation.snoozed_until_at = conversation.awaits_us_since_at = None
    conversation.save(update_fields=["state", "resolved_at", "snoozed_until_at", "awaits_us_since_at"])
    fact = ConversationResolved(
        conversation=conversation.pk, customer=conversation.customer_id, agent=by.agent_key, outcome=str(outcome)
    )
    record(fact, by=by, at=at)
    tell_of_settling(waiting, conversation, by=by, at=at)


@transaction.atomic
def reopen_conversation(
    conversation: Conversation, *, awaits_us_since_at: datetime | None = None, by: Actor, at: datetime
) -> None:
    """Take a settled matter up again; `awaits_us_since_at` is since when the customer had been waiting, where the settling
    itself is taken back. Nothing happens when it is not settled."""
    conversation.lock()
    was_resolved = conversation.is_resolved()
    unsettle_conversation(conversation, by=by, at=at)
    if was_resolved and awaits_us_since_at is not None and conversation.awaits_us_since_at is None:
        conversation.awaits_us_since_at = awaits_us_since_at
        conversation.save(update_fields=["awaits_us_since_at"])


def unsettle_conversation(conversation: Conversation, *, thanks: bool = False, by: Actor, at: datetime) -> None:
    """The same for a conversation that this transaction has locked. `thanks`: for a letter that says no more than that."""
    if not conversation.is_resolved():
        return
    end_standing(Resolution, "conversation", conversation.pk, ended="reopened_at", at=at)
    conversation.state, conversation.resolved_at = State.OPEN, None
    conversation.reopen_count += 1
    alter(conversation, ["state", "resolved_at", "reopen_count"])
    fact = ConversationReopened(conversation=conversation.pk, customer=conversation.customer_id, thanks=thanks)
    record(fact, by=by, at=at)
