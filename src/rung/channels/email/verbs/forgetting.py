"""The letters a forgotten person sent, and what the sending of ours to them has left."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from rung.channels.email.models import Dispatch, Fate, KnownSender, Letter, PersonKey, RawLetter, Rehearsal
from rung.channels.email.words import blank_sheets, sheet_of
from rung.core.actor import Actor
from rung.customers.access import emails_of
from rung.customers.addresses import spellings
from rung.journal.verbs import blank_entries
from rung.touchpoints.access import words_of

AT_ONCE = 500


@transaction.atomic
def forget_letters(people: Sequence[int], *, by: Actor, at: datetime) -> None:
    """Blank the letters that became touchpoints of theirs, and those from their addresses that became none.

    That a letter came, when and how large it was stays, with its hash and its Message-ID: a mailbox that is read once more
    would else bring everything back.
    """
    addresses = sorted(spellings(emails_of(people)))
    touchpoints = words_of(people)
    for first in range(0, len(touchpoints), AT_ONCE):
        part = touchpoints[first : first + AT_ONCE]
        _blank(Q(touchpoint__in=part))
        Dispatch.objects.filter(touchpoint__in=part).update(last_error="", reached=[], refused={}, automatic_to="")
    # Not those that nobody has read: they came since, or just before, and are somebody's who writes now.
    _blank(Q(sender__in=addresses) & ~Q(fate=Fate.KEPT))
    for rehearsal in Rehearsal.objects.order_by("pk"):
        left = [line for line in rehearsal.lines if str(line.get("sender", "")).lower() not in addresses]
        if len(left) < len(rehearsal.lines):
            Rehearsal.objects.filter(pk=rehearsal.pk).update(lines=left)
    PersonKey.objects.filter(customer__in=people).delete()
    KnownSender.objects.filter(who__in=addresses).delete()
    blank_entries(who=addresses, by=by, at=at)


def _blank(which: Q) -> None:
    letters = list(Letter.objects.filter(which).order_by().values_list("pk", flat=True))
    for first in range(0, len(letters), AT_ONCE):
        part = letters[first : first + AT_ONCE]
        written = Letter.objects.filter(pk__in=part).only(
            "sender", "sender_name", "recipients", "subject", "message_id"
        )
        blank_sheets([sheet_of(letter) for letter in written])
        RawLetter.objects.filter(pk__in=part).update(content=b"", is_compressed=False)
        Letter.objects.filter(pk__in=part).update(
            envelope_from="", envelope_to=[], sender="", sender_name="", subject="", recipients="", spam_reason="",
            detail="", traceback="", remarks=[], treat_as_from="",
        )  # fmt: skip
