from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from rung.accounts.access import Agent, names_of_colleagues
from rung.core.actor import Actor
from rung.core.text import storable
from rung.journal.verbs import record
from rung.touchpoints.calling import calls_in
from rung.touchpoints.events import ColleagueCalled, NoteWritten
from rung.touchpoints.models import Conversation, Mention, Note, Reading
from rung.touchpoints.verbs.drafts import spend_draft


@transaction.atomic
def write_note(conversation: Conversation, text: str, *, by: Actor, at: datetime) -> Note:
    """Leave a note for colleagues, and let those know whom it calls by name. Raises ValidationError when it is empty."""
    text = storable(text).strip()
    if not text:
        raise ValidationError({"text": _("Write something first.")})
    conversation.lock()  # whoever answers at this instant is either before it, or told
    note = Note.objects.create(conversation=conversation, agent_id=by.agent_key, text=text, written_at=at)
    record(NoteWritten(conversation=conversation.pk, note=note.pk), by=by, at=at)
    calls = calls_in(text, names_of_colleagues()) if "@" in text else []
    for called in dict.fromkeys(call.agent for call in calls if call.agent != by.agent_key):
        Mention.objects.create(note=note, agent_id=called)
        record(ColleagueCalled(conversation=conversation.pk, note=note.pk, agent=called), by=by, at=at)
    spend_draft(conversation, by=by, at=at)
    return note


def mark_read(conversation: Conversation, *, agent: Agent, by: Actor, at: datetime) -> None:
    """Remember up to when an agent has seen a conversation, and with it the notes that call them. No fact of the journal:
    it tells of us, not of service."""
    Mention.objects.filter(agent=agent, note__conversation=conversation, seen_at__isnull=True).update(seen_at=at)
    seen = Reading.objects.filter(agent=agent, conversation=conversation)
    if not seen.update(read_at=at):
        Reading.objects.get_or_create(agent=agent, conversation=conversation, defaults={"read_at": at})
