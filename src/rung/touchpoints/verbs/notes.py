from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from rung.accounts.access import Agent
from rung.core.actor import Actor
from rung.core.text import storable
from rung.journal.verbs import record
from rung.touchpoints.events import NoteWritten
from rung.touchpoints.models import Conversation, Note, Reading
from rung.touchpoints.verbs.drafts import spend_draft


@transaction.atomic
def write_note(conversation: Conversation, text: str, *, by: Actor, at: datetime) -> Note:
    """Leave a note for colleagues. Raises ValidationError when it is empty."""
    text = storable(text).strip()
    if not text:
        raise ValidationError({"text": _("Write something first.")})
    conversation.lock()  # whoever answers at this instant is either before it, or told
    note = Note.objects.create(conversation=conversation, agent_id=by.agent_key, text=text, written_at=at)
    record(NoteWritten(conversation=conversation.pk, note=note.pk), by=by, at=at)
    spend_draft(conversation, by=by)
    return note


def mark_read(conversation: Conversation, *, agent: Agent, by: Actor, at: datetime) -> None:
    """Remember up to when an agent has seen a conversation. No fact of the journal: it tells of us, not of service."""
    seen = Reading.objects.filter(agent=agent, conversation=conversation)
    if not seen.update(read_at=at):
        Reading.objects.get_or_create(agent=agent, conversation=conversation, defaults={"read_at": at})
