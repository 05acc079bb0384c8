from datetime import datetime

from django.db import transaction

from rung.core.actor import Actor
from rung.core.text import one_line
from rung.journal.verbs import record
from rung.touchpoints.events import SpamMarked, SpamRemoved, SpamUnmarked
from rung.touchpoints.models import Attachment, Conversation, Direction, DraftFile, Spam, State
from rung.touchpoints.verbs.loose import note_loose
from rung.touchpoints.verbs.resolution import unsettle_conversation
from rung.touchpoints.verbs.snooze import wake_conversation


@transaction.atomic
def mark_spam(conversation: Conversation, *, reason: str = "", by: Actor, at: datetime) -> None:
    """Declare a conversation spam: it stands in no queue but Spam and counts nowhere. Marking twice does nothing."""
    conversation.lock()
    if conversation.is_spam():
        return
    note_spam(conversation, reason=reason, by=by, at=at)
    conversation.save(update_fields=["state", "awaits_us_since_at"])


def note_spam(conversation: Conversation, *, reason: str, by: Actor, at: datetime) -> None:
    """The same for a conversation that this transaction has locked or just made, whose columns the caller saves."""
    reason = one_line(reason, 300)
    Spam.objects.create(
        conversation=conversation,
        agent_id=by.agent_key,
        marked_at=at,
        reason=reason,
        former_state=conversation.state,
        awaited_us_since_at=conversation.awaits_us_since_at,
    )
    # `snoozed_until_at` and `resolved_at` stay: they mean nothing without their state, and are needed on the way back.
    conversation.state, conversation.awaits_us_since_at = State.SPAM, None
    record(SpamMarked(conversation=conversation.pk, customer=conversation.customer_id, reason=reason), by=by, at=at)


@transaction.atomic
def unmark_spam(conversation: Conversation, *, by: Actor, at: datetime) -> None:
    """Take back that a conversation is spam: it is what it was before, and a wait counts from when the letter came.

    What the customer wrote meanwhile does what it would have done: it brings back what was resolved or laid aside. Nothing
    happens when it is not marked.
    """
    conversation.lock()
    clear_spam(conversation, by=by, at=at)


def clear_spam(conversation: Conversation, *, by: Actor, at: datetime) -> None:
    """The same for a conversation that this transaction has locked."""
    if not conversation.is_spam():
        return
    mark = conversation.spam_marks.filter(ended_at__isnull=True).latest("pk")
    conversation.spam_marks.filter(ended_at__isnull=True).update(ended_at=at)
    wrote = conversation.touchpoints.filter(
        direction=Direction.IN, is_automatic=False, is_archived=False, recorded_at__gt=mark.marked_at
    )
    wrote_at = wrote.order_by("occurred_at").values_list("occurred_at", flat=True).first()
    conversation.state = State(mark.former_state)
    conversation.awaits_us_since_at = mark.awaited_us_since_at or wrote_at
    conversation.save(update_fields=["state", "awaits_us_since_at"])
    record(SpamUnmarked(conversation=conversation.pk, customer=conversation.customer_id), by=by, at=at)
    if wrote_at is not None:
        unsettle_conversation(conversation, by=by, at=at)
        wake_conversation(conversation, by=by, at=at)


@transaction.atomic
def remove_spam(conversation: Conversation, *, by: Actor, at: datetime) -> bool:
    """Delete a conversation that is spam, with everything in it; False when it is none any more. The customer stays."""
    conversation.lock()
    if not conversation.is_spam():
        return False
    for named in (
        Attachment.objects.filter(touchpoint__conversation=conversation.pk),
        DraftFile.objects.filter(draft__conversation=conversation.pk),
    ):
        note_loose(named.values_list("digest", flat=True), at=at)
    record(SpamRemoved(conversation=conversation.pk, customer=conversation.customer_id), by=by, at=at)
    Conversation.objects.filter(pk=conversation.pk).delete()
    return True
