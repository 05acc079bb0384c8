"""What a forgotten person wrote and was written, and what we wrote about them beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from rung.core.actor import Actor
from rung.customers.access import emails_of
from rung.customers.addresses import spellings
from rung.fields.verbs import clear_values
from rung.journal.verbs import blank_entries, record
from rung.touchpoints.addresses import without
from rung.touchpoints.events import ConversationBlanked
from rung.touchpoints.models import (
    Attachment,
    Conversation,
    Delivery,
    Draft,
    DraftFile,
    Note,
    NoteWording,
    Participant,
    Report,
    Role,
    Spam,
    Touchpoint,
    TouchpointQuerySet,
)
from rung.touchpoints.verbs.loose import note_loose

AT_ONCE = 500
_WORDS = {
    "subject": "", "text": "", "html": "", "quoted": "", "signature": "", "parties": {}, "brought": {}, "place": "",
    "delivery_detail": "", "unsubscribe": "", "in_reply_to": "",
}  # fmt: skip


@transaction.atomic
def forget_words(people: Sequence[int], *, by: Actor, at: datetime) -> None:
    """Blank all conversations of these people, those we had with others for their sake, and what they said in others'.

    What others quoted of them in conversations of their own stays there; whom a letter there was written to says FORGOTTEN
    in their place. Raises ValidationError as `blank_conversations`.
    """
    addresses = set(emails_of(people))
    theirs = Conversation.objects.filter(customer__in=people)
    said_in = Touchpoint.objects.filter(customer__in=people).order_by().values("conversation")
    # All at once, in the order of their numbers, as everybody locks several; once more, for what came while we waited.
    for _again in range(2):
        _hold(Q(customer__in=people) | Q(beside__in=theirs.order_by().values("pk")) | Q(pk__in=said_in))
    about = Q(customer__in=people) | Q(beside__in=theirs.order_by().values("pk"))
    conversations = list(Conversation.objects.filter(about).order_by("pk").values_list("pk", flat=True))
    blank_conversations(conversations, by=by, at=at)
    elsewhere = Touchpoint.objects.filter(customer__in=people).exclude(conversation__in=conversations)
    where = set(elsewhere.order_by().values_list("conversation", flat=True))
    _blank(elsewhere, at)
    Conversation.objects.filter(pk__in=where).update(last_snippet="")
    # Somebody in copy whom we did not know by then takes part under the address alone.
    taking_part = Participant.objects.filter(
        Q(customer__in=people) | Q(role=Role.COPIED, address__in=spellings(addresses))
    )
    where |= set(taking_part.order_by().values_list("conversation", flat=True))
    taking_part.delete()
    for part in _parts(sorted(where)):
        _name_no_more(part, addresses)
    for conversation in sorted(where):
        record(ConversationBlanked(conversation=conversation), by=by, at=at)


@transaction.atomic
def blank_conversations(conversations: Sequence[int], *, by: Actor, at: datetime) -> None:
    """Take every word out of these conversations, with who took part; that they were had stays.

    Raises ValidationError while something we wrote is still on its way, or about to leave: it would go out empty.
    """
    if Touchpoint.objects.filter(conversation__in=conversations, delivery=Delivery.WAITING).exists():
        raise ValidationError(
            _("A letter of ours to them is still on its way. Wait until it has left, or take it back.")
        )
    for part in _parts(conversations):
        _blank(Touchpoint.objects.filter(conversation__in=part), at)
        drafts = DraftFile.objects.filter(draft__conversation__in=part)
        note_loose(drafts.values_list("digest", flat=True), at=at)
        Draft.objects.filter(conversation__in=part).delete()
        Note.objects.filter(conversation__in=part).update(text="")
        NoteWording.objects.filter(note__conversation__in=part).delete()
        Spam.objects.filter(conversation__in=part).update(reason="")
        Participant.objects.filter(conversation__in=part).delete()
        Conversation.objects.filter(pk__in=part).update(subject="", last_snippet="")
        clear_values("conversation", part, by=by, at=at)
        for conversation in part:
            record(ConversationBlanked(conversation=conversation), by=by, at=at)
    blank_entries(conversations=conversations, by=by, at=at)


def _name_no_more(conversations: Sequence[int], addresses: set[str]) -> None:
    """Let letters in conversations of others say no longer that these were among those they were written to."""
    rows = Touchpoint.objects.filter(conversation__in=conversations).exclude(parties={}).order_by()
    changed = []
    for touchpoint in rows.only("parties").iterator(chunk_size=AT_ONCE):
        left = without(touchpoint.parties, addresses)
        if left != touchpoint.parties:
            touchpoint.parties = left
            changed.append(touchpoint)
    Touchpoint.objects.bulk_update(changed, ["parties"], batch_size=AT_ONCE)


def _blank(touchpoints: TouchpointQuerySet, at: datetime) -> None:
    """Their Message-ID stays: by it a letter that is fetched once more is known to have been here."""
    pks = list(touchpoints.order_by().values_list("pk", flat=True))
    for part in _parts(pks):
        files = Attachment.objects.filter(touchpoint__in=part)
        note_loose(files.values_list("digest", flat=True), at=at)
        files.delete()
        Report.objects.filter(touchpoint__in=part).update(address="", said="", server="")
        Touchpoint.objects.filter(pk__in=part).update(**_WORDS)


def _hold(which: Q) -> None:
    """Nobody answers in these conversations until the transaction ends: what is written meanwhile would stay."""
    list(Conversation.objects.filter(which).order_by("pk").select_for_update(no_key=True).values_list("pk"))


def _parts(pks: Sequence[int]) -> Iterator[list[int]]:
    for first in range(0, len(pks), AT_ONCE):
        yield list(pks[first : first + AT_ONCE])
