from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from rung.accounts.access import Agent, names_of_colleagues
from rung.core.actor import Actor
from rung.core.seen import UNSEEN, Seen
from rung.core.text import storable
from rung.journal.verbs import record
from rung.touchpoints.calling import calls_in
from rung.touchpoints.events import ColleagueCalled, NoteCorrected, NoteWritten
from rung.touchpoints.models import Conversation, Mention, Note, NoteWording, Reading
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
    _call(note, _called_in(note), by, at)
    spend_draft(conversation, by=by, at=at)
    return note


@transaction.atomic
def correct_note(note: Note, text: str, *, seen: Seen = UNSEEN, by: Actor, at: datetime) -> None:
    """Put a note of one's own right: how it read before is kept, those whom it calls only now are let know, and who has not
    read it yet is called no more where it calls them no longer. The same words again: nothing happens.

    Raises ValidationError when nothing is left or the note is somebody else's, Overtaken when it was changed in another
    window meanwhile.
    """
    text = storable(text).strip()
    if not text:
        raise ValidationError({"text": _("Write something first.")})
    if by.agent_key is None or note.agent_id != by.agent_key:
        raise ValidationError({"text": _("Only whoever wrote a note can correct it.")})
    note.conversation.lock()
    note.refresh_from_db(fields=["text", "written_at", "edited_at"])
    text = seen.settled({"text": text}, {"text": note.text})["text"]
    if text == note.text:
        return
    NoteWording.objects.create(note=note, text=note.text, written_at=note.edited_at or note.written_at)
    note.text, note.edited_at = text, at
    note.save(update_fields=["text", "edited_at"])
    record(NoteCorrected(conversation=note.conversation_id, note=note.pk), by=by, at=at)
    called = _called_in(note)
    Mention.objects.filter(note=note, seen_at__isnull=True).exclude(agent__in=called).delete()
    known = set(Mention.objects.filter(note=note).values_list("agent", flat=True))
    _call(note, [each for each in called if each not in known], by, at)


def _called_in(note: Note) -> list[int]:
    """Whom a note calls, but for its author, as primary keys."""
    calls = calls_in(note.text, names_of_colleagues()) if "@" in note.text else []
    return list(dict.fromkeys(call.agent for call in calls if call.agent != note.agent_id))


def _call(note: Note, whom: list[int], by: Actor, at: datetime) -> None:
    for called in whom:
        Mention.objects.create(note=note, agent_id=called)
        record(ColleagueCalled(conversation=note.conversation_id, note=note.pk, agent=called), by=by, at=at)


def mark_read(conversation: Conversation, *, agent: Agent, by: Actor, at: datetime) -> None:
    """Remember up to when an agent has seen a conversation, and with it the notes that call them. No fact of the journal:
    it tells of us, not of service."""
    Mention.objects.filter(agent=agent, note__conversation=conversation, seen_at__isnull=True).update(seen_at=at)
    seen = Reading.objects.filter(agent=agent, conversation=conversation)
    if not seen.update(read_at=at):
        Reading.objects.get_or_create(agent=agent, conversation=conversation, defaults={"read_at": at})
