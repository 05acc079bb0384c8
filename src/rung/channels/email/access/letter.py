from django.shortcuts import get_object_or_404

from rung.accounts.access import Agent
from rung.channels.email.models import Letter, LetterQuerySet, RawLetter


def visible_letters(agent: Agent) -> LetterQuerySet:
    """Leads and administrators see them all, others none: what was refused is in nobody's queue."""
    letters = Letter.objects.all()
    return letters if agent.leads else letters.none()


def letter_for(agent: Agent, pk: int) -> Letter:
    letters = visible_letters(agent).select_related("mailbox", "touchpoint__conversation", "replayed_by")
    return get_object_or_404(letters, pk=pk)


def bytes_of(letter: Letter) -> bytes:
    """The letter as it came; 404 when it was removed with the spam it was."""
    return get_object_or_404(RawLetter, pk=letter.pk).whole()
