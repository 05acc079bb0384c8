"""Keeping letters, and having them read again. Reading itself is in `verbs/reading.py`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from rung.channels.email.errands.letters import read_waiting_letters
from rung.channels.email.events import LetterReplayed
from rung.channels.email.models import Fate, Letter, LetterQuerySet, Mailbox, RawLetter, Reason, Source
from rung.channels.email.reading.identity import Identity, identity_of
from rung.channels.email.words import sheet_of, write_sheets
from rung.core.actor import Actor
from rung.core.text import one_line
from rung.journal.ringing import ring
from rung.journal.verbs import record

MAX_ENVELOPE = 100
MAX_REPLAYED = 1000


@dataclass(frozen=True, slots=True)
class Arrival:
    """A letter as it came through a door, `raw` untouched. `envelope_from` is "" for a report (`<>`); `arrived_at` when a
    foreign server got it; `is_archived` when it is taken in as history."""

    raw: bytes
    mailbox: Mailbox | None
    source: str
    envelope_from: str = ""
    envelope_to: tuple[str, ...] = ()
    arrived_at: datetime | None = None
    is_archived: bool = False


def keep_letter(
    raw: bytes,
    *,
    mailbox: Mailbox | None,
    envelope_from: str = "",
    envelope_to: Sequence[str] = (),
    source: str = Source.IMAP,
    by: Actor,
    at: datetime,
) -> Letter:
    """Keep the bytes of a letter and see to it that they are read. The same letter again only counts a copy."""
    arrival = Arrival(raw, mailbox, source, envelope_from, tuple(envelope_to))
    return keep_letters([arrival], by=by, at=at)[0]


def keep_letters(arrivals: Sequence[Arrival], *, by: Actor, at: datetime) -> list[Letter]:
    """Keep many letters with one commit; the letters in the order of the arrivals, the same one for copies.

    All are kept or none is. The identities are worked out before the transaction begins.
    """
    known = [(identity_of(arrival.raw), arrival, RawLetter.packed(arrival.raw)) for arrival in arrivals]
    for _attempt in range(3):
        try:
            return _keep(known, at)
        except IntegrityError:  # the same letter came through another door between our look and our write
            continue
    return _keep(known, at)


@transaction.atomic
def _keep(known: list[tuple[Identity, Arrival, tuple[bytes, bool]]], at: datetime) -> list[Letter]:
    live = _gone_live([arrival for _, arrival, _ in known])
    digests = [identity.digest for identity, _, _ in known]
    kept = {letter.digest: letter for letter in Letter.objects.filter(digest__in=digests)}
    fresh: dict[str, tuple[Letter, tuple[bytes, bool]]] = {}
    copies: dict[str, int] = {}
    for identity, arrival, packed in known:
        digest, is_held = identity.digest, _is_held(arrival, live)
        if digest not in kept and digest not in fresh:
            fresh[digest] = (_letter(identity, arrival, is_held, at), packed)
            continue
        copies[digest] = copies.get(digest, 0) + 1
        first = kept.get(digest) or fresh[digest][0]
        if first.fate == Fate.HELD and not is_held and not arrival.is_archived and arrival.mailbox is not None:
            # It went to several of our mailboxes, and to this one customers may write.
            first.fate, first.mailbox = Fate.KEPT, arrival.mailbox
    for letter, _packed in fresh.values():
        letter.copies = copies.pop(letter.digest, 0)
    Letter.objects.bulk_create([letter for letter, _ in fresh.values()])
    RawLetter.objects.bulk_create(
        [
            RawLetter(letter=letter, content=content, is_compressed=is_compressed)
            for letter, (content, is_compressed) in fresh.values()
        ],
        batch_size=20,
    )
    write_sheets(sheet_of(letter) for letter, _ in fresh.values())
    for digest, count in copies.items():
        Letter.objects.filter(digest=digest).update(copies=F("copies") + count)
        kept[digest].copies += count
        if kept[digest].fate == Fate.KEPT:
            Letter.objects.filter(digest=digest, fate=Fate.HELD).update(fate=Fate.KEPT, mailbox=kept[digest].mailbox)
    if any(letter.fate == Fate.KEPT for letter in (*(letter for letter, _ in fresh.values()), *kept.values())):
        ring(read_waiting_letters)
    return [kept.get(identity.digest) or fresh[identity.digest][0] for identity, _, _ in known]


def _letter(identity: Identity, arrival: Arrival, is_held: bool, at: datetime) -> Letter:
    sender = identity.sender
    return Letter(
        digest=identity.digest,
        message_id=identity.message_id,
        mailbox=arrival.mailbox,
        source=arrival.source,
        envelope_from=one_line(arrival.envelope_from, 320),
        envelope_to=[one_line(address, 320) for address in arrival.envelope_to[:MAX_ENVELOPE]],
        sender=sender.address.lower()[:320] if sender else "",
        sender_name=sender.name if sender else "",
        subject=identity.subject,
        recipients="\n".join(_recipients(identity, arrival)),
        sent_at=identity.sent_at,
        size=len(arrival.raw),
        kept_at=at,
        arrived_at=arrival.arrived_at,
        is_archived=arrival.is_archived,
        fate=Fate.HELD if is_held else Fate.KEPT,
    )


def _recipients(identity: Identity, arrival: Arrival) -> list[str]:
    named = (*arrival.envelope_to, *identity.recipients)
    return list(dict.fromkeys(one_line(address, 320).lower() for address in named))[:MAX_ENVELOPE]


def _is_held(arrival: Arrival, live: set[int]) -> bool:
    """What comes to a mailbox that is not live waits until it is; history is read at once."""
    mailbox = arrival.mailbox
    return mailbox is not None and not (mailbox.is_live() or mailbox.pk in live or arrival.is_archived)


def _gone_live(arrivals: Sequence[Arrival]) -> set[int]:
    """Those mailboxes that have gone live since the door looked at them, by primary key. No query where all were live.

    They are locked: whoever lets one go live next lets go what is held then, and would pass by what we are about to hold.
    """
    believed = {each.mailbox.pk for each in arrivals if each.mailbox is not None and _is_held(each, set())}
    if not believed:
        return set()
    there = Mailbox.objects.filter(pk__in=believed).order_by("pk").select_for_update(no_key=True)
    return {mailbox.pk for mailbox in there if mailbox.is_live()}


@transaction.atomic
def replay_letter(letter: Letter, *, treat_as_from: str = "", by: Actor, at: datetime) -> None:
    """Have a letter read once more, as if it had just been kept; `treat_as_from` says whose it is where it does not say.

    Nothing happens to one that is in a conversation already. Raises ValidationError when `treat_as_from` is no address.
    """
    treat_as_from = one_line(treat_as_from, 254).lower()
    if treat_as_from:
        try:
            validate_email(treat_as_from)
        except ValidationError as failure:
            message = _("“%(address)s” is not a complete address.") % {"address": treat_as_from}
            raise ValidationError({"treat_as_from": message}) from failure
    if not _replay([letter.pk], treat_as_from, by, at):
        return
    letter.refresh_from_db()
    record(LetterReplayed(letter=letter.pk, with_sender=bool(treat_as_from)), by=by, at=at)
    ring(read_waiting_letters)


@transaction.atomic
def replay_letters(letters: LetterQuerySet, *, by: Actor, at: datetime) -> int:
    """Have all of these that are in no conversation read once more; how many they are, at most MAX_REPLAYED at a time."""
    chosen = list(letters.troubled().order_by("-kept_at", "-pk").values_list("pk", flat=True)[:MAX_REPLAYED])
    for pk in chosen:
        record(LetterReplayed(letter=pk, with_sender=False), by=by, at=at)
    if _replay(chosen, "", by, at):
        ring(read_waiting_letters)
    return len(chosen)


def _replay(letters: Sequence[int], treat_as_from: str, by: Actor, at: datetime) -> int:
    return (
        Letter.objects.troubled()
        .filter(pk__in=letters)
        .update(
            fate=Fate.KEPT,
            reason=Reason.NONE,
            detail="",
            traceback="",
            attempts=0,
            replayed_at=at,
            replayed_by_id=by.agent_key,
            treat_as_from=treat_as_from,
        )
    )
