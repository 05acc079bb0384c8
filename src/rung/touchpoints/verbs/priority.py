from datetime import datetime

from django.db import transaction

from rung.core.actor import Actor
from rung.journal.verbs import record
from rung.touchpoints.events import PrioritySet
from rung.touchpoints.models import Conversation, Priority


@transaction.atomic
def set_priority(conversation: Conversation, priority: str, *, by: Actor, at: datetime) -> None:
    """Say how pressing a conversation is. As it is already: nothing happens. Raises ValueError for what is no priority."""
    conversation.lock()
    former, wanted = conversation.priority, Priority(priority).value
    if former == wanted:
        return
    conversation.priority = wanted
    conversation.save(update_fields=["priority"])
    record(PrioritySet(conversation=conversation.pk, priority=wanted, former=former), by=by, at=at)
