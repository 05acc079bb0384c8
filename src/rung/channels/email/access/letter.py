from django.db.models import Q
from django.shortcuts import get_object_or_404

from rung.accounts.access import Agent, teams_of
from rung.channels.email.models import Letter, LetterQuerySet, RawLetter
from rung.touchpoints.access import visible_touchpoints


def visible_letters(agent: Agent) -> LetterQuerySet:
    """Whose role lets them see letters sees them all; within a scope those of the conversations they see, and what was
    refused by the mailboxes of their teams. Others see none."""
    letters = Letter.objects.all()
    if not agent.may("letters.see"):
        return letters.none()
    if agent.sees_all:
        return letters
    theirs = Q(mailbox__team__in=teams_of(agent)) | Q(mailbox__team__isnull=True)
    return letters.filter(Q(touchpoint__in=visible_touchpoints(agent)) | Q(touchpoint__isnull=True) & theirs)


def letter_for(agent: Agent, pk: int) -> Letter:
    letters = visible_letters(agent).select_related("mailbox", "touchpoint__conversation", "replayed_by")
    return get_object_or_404(letters, pk=pk)


def bytes_of(letter: Letter) -> bytes:
    """The letter as it came; 404 when it was removed with the spam it was."""
    return get_object_or_404(RawLetter, pk=letter.pk).whole()
