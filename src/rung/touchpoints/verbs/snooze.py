from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from rung.core.actor import Actor
from rung.core.clock import epoch_ms
from rung.core.rows import alter, end_standing
from rung.journal.verbs import record
from rung.touchpoints.events import ConversationSnoozed, SnoozeEnded
from rung.touchpoints.models import Conversation, Snooze, State


@transaction.atomic
def snooze_conversation(conversation: Conversation, *, until: datetime, by: Actor, at: datetime) -> None:
    """Lay a conversation aside until a moment. Raises ValidationError when that is past, the matter is settled or spam."""
    conversation.lock()
    if until <= at:
        raise ValidationError({"until": _("Choose a moment that is still to come.")})
    if conversation.is_resolved():
        raise ValidationError(_("This conversation is resolved; reopen it first."))
    if conversation.is_spam():
        raise ValidationError(_("This conversation is marked as spam; take it out of Spam first."))
    Snooze.objects.filter(conversation=conversation, ended_at__isnull=True).update(ended_at=at)
    Snooze.objects.create(conversation=conversation, agent_id=by.agent_key, snoozed_at=at, until_at=until)
    conversation.state, conversation.snoozed_until_at = State.SNOOZED, until
    conversation.save(update_fields=["state", "snoozed_until_at"])
    record(ConversationSnoozed(conversation=conversation.pk, until_ms=epoch_ms(until)), by=by, at=at)


@transaction.atomic
def end_snooze(conversation: Conversation, *, by: Actor, at: datetime) -> None:
    """Bring a conversation back. Nothing happens when it is not laid aside."""
    conversation.lock()
    wake_conversation(conversation, by=by, at=at)


def wake_conversation(conversation: Conversation, *, by: Actor, at: datetime) -> None:
    """The same for a conversation that this transaction has locked."""
    if not conversation.is_snoozed():
        return
    end_standing(Snooze, "conversation", conversation.pk, ended="ended_at", at=at)
    conversation.state, conversation.snoozed_until_at = State.OPEN, None
    alter(conversation, ["state", "snoozed_until_at"])
    record(SnoozeEnded(conversation=conversation.pk), by=by, at=at)
