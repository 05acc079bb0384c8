"""One note of a conversation, and how notes read before their authors put them right."""

from collections.abc import Iterable

from django.shortcuts import get_object_or_404

from rung.touchpoints.models import Conversation, Note, NoteWording

__all__ = ["Note", "NoteWording", "note_in", "wordings_among", "wordings_of"]


def note_in(conversation: Conversation, pk: int) -> Note:
    """A note of a conversation that has come through the gate."""
    return get_object_or_404(Note.objects.select_related("agent", "conversation"), pk=pk, conversation=conversation.pk)


def wordings_of(note: Note) -> list[NoteWording]:
    """The former words, the latest first."""
    return list(NoteWording.objects.filter(note=note.pk).order_by("-pk"))


def wordings_among(notes: Iterable[Note]) -> dict[int, list[NoteWording]]:
    """The former words of those that have any, by primary key, the first first. A query only where one was put right."""
    found: dict[int, list[NoteWording]] = {}
    if changed := [note.pk for note in notes if note.edited_at is not None]:
        for each in NoteWording.objects.filter(note__in=changed).order_by("pk"):
            found.setdefault(each.note_id, []).append(each)
    return found
