"""The dry run: what would become of the letters that lie in a mailbox, without anything being written.

It is no forecast: the letters are kept and read by the very steps that real ones go through, in a transaction that is
rolled back at the end. So it cannot say other than what would happen. Letters are fetched and taken apart before the
transaction begins, and their files left out: contents are laid into the storage, which no rollback would clear.
"""

import imaplib
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from rung.channels.email.access.key import keyring
from rung.channels.email.anchors import anchors
from rung.channels.email.connecting import in_words
from rung.channels.email.fetching import BITE_BYTES, Fetched, as_moment, is_older, too_large
from rung.channels.email.foreseeing import Foreseen, Foreseer, Foresight, Read
from rung.channels.email.models import Fate, Letter, Mailbox, Source, Stage
from rung.channels.email.reading import Reading, read
from rung.channels.email.sessions import MailboxUnreachable, imap_server
from rung.channels.email.verbs.intake import note_rehearsal
from rung.channels.email.verbs.letter import Arrival, keep_letters
from rung.channels.email.verbs.reading import Opened, read_opened
from rung.core.actor import SYSTEM
from rung.touchpoints.access import Conversation

LETTERS = 200
"""So many of the newest letters are looked at."""


@dataclass(frozen=True)
class Line:
    """What would become of one letter: `fate`, `what`, `trail`, `conversation`, `mentions` and `reason` as `Foresight` has
    them; `kind` is that of a machine's letter, "" for a person's; `files` their number; moments in ISO form."""

    sender: str
    sender_name: str
    subject: str
    arrived: str
    fate: str
    what: str
    is_automatic: bool
    files: int
    conversation: int | None = None
    reason: str = ""
    kind: str = ""
    is_list: bool = False
    until: str = ""
    trail: str = ""
    mentions: int | None = None


class _Undone(Exception):
    """Carries the lines out of the transaction that it rolls back."""

    def __init__(self, lines: list[Line]) -> None:
        self.lines = lines


def newest_letters(mailbox: Mailbox, session: Any, *, at: datetime, count: int = LETTERS) -> list[Fetched]:
    """The newest letters of all its folders, the oldest first; of those too large for us only the header.

    Raises MailboxUnreachable. Changes nothing on the server.
    """
    found: list[tuple[datetime, str, int, int]] = []
    try:
        for name in mailbox.folders or ["INBOX"]:
            try:
                session.select_folder(name, readonly=True)
            except imaplib.IMAP4.abort:
                raise
            except imaplib.IMAP4.error:
                continue
            newest = sorted(session.search("ALL"))[-count:]
            said = session.fetch(newest, ["INTERNALDATE", "RFC822.SIZE"]) if newest else {}
            for uid, about in said.items():
                size = int(about.get(b"RFC822.SIZE", 0))
                excess = size if size > settings.MAX_LETTER_BYTES else 0
                found.append((as_moment(about.get(b"INTERNALDATE")) or at, name, int(uid), excess))
        chosen = sorted(found)[-count:]
        letters: dict[tuple[str, int], bytes] = {}
        for name in mailbox.folders or ["INBOX"]:
            here = {uid: excess for _, folder, uid, excess in chosen if folder == name}
            letters |= _fetched(
                mailbox, session, name, [uid for uid, excess in here.items() if not excess], len(chosen), at
            )
            letters |= _headers(session, name, [uid for uid, excess in here.items() if excess])
    except (OSError, EOFError, imaplib.IMAP4.error) as failure:
        raise MailboxUnreachable(in_words(failure, imap_server(mailbox))) from failure
    return [
        Fetched(letters[name, uid], moment, was_there=True, excess=excess)
        for moment, name, uid, excess in chosen
        if (name, uid) in letters
    ]


def _fetched(
    mailbox: Mailbox, session: Any, name: str, uids: list[int], total: int, at: datetime
) -> dict[tuple[str, int], bytes]:
    if not uids:
        return {}
    session.select_folder(name, readonly=True)
    letters: dict[tuple[str, int], bytes] = {}
    weight = 0
    for start in range(0, len(uids), 10):
        for uid, about in session.fetch(uids[start : start + 10], ["BODY.PEEK[]"]).items():
            if isinstance(about.get(b"BODY[]"), bytes):
                letters[name, uid] = about[b"BODY[]"]
                weight += len(about[b"BODY[]"])
        note_rehearsal(mailbox, done=min(start + 10, len(uids)), total=total, by=SYSTEM, at=at)
        if weight > 8 * BITE_BYTES:  # letters this large are no sample of anything; memory stays bounded
            break
    return letters


def _headers(session: Any, name: str, uids: list[int]) -> dict[tuple[str, int], bytes]:
    """The headers of letters that are too large to be fetched, as far as they go with a megabyte."""
    if not uids:
        return {}
    session.select_folder(name, readonly=True)
    said = session.fetch(uids, ["BODY.PEEK[HEADER]<0.1000000>"])
    found = {
        uid: next((value for key, value in about.items() if key[:5] == b"BODY["), b"") for uid, about in said.items()
    }
    return {(name, uid): value if isinstance(value, bytes) else b"" for uid, value in found.items()}


def held_letters(mailbox: Mailbox, count: int = LETTERS) -> list[Fetched]:
    """What came through our own door and waits for the mailbox to be live, the oldest first."""
    held = Letter.objects.filter(mailbox=mailbox, fate=Fate.HELD).select_related("raw").order_by("-kept_at", "-pk")
    return [Fetched(letter.raw.whole(), letter.arrived_at) for letter in reversed(held[:count])]


def rehearse(mailbox: Mailbox, letters: Sequence[Fetched], *, at: datetime) -> list[Line]:
    """What would become of these letters, in the order in which they come; the newest line first."""
    opened: list[tuple[Fetched, Reading, int]] = []
    taken = [each for each in letters if not each.excess]
    for each in taken:
        try:
            reading = read(each.raw, anchors(), keyring)
        except Exception as failure:
            reading = Reading(remarks=(str(failure),))
        opened.append((each, replace(reading, files=()), len(reading.files)))
    try:
        with transaction.atomic():
            raise _Undone(_lines(mailbox, opened, at))
    except _Undone as undone:
        lines = iter(undone.lines)
        return [_left(each) if each.excess else next(lines) for each in letters][::-1]


def _lines(mailbox: Mailbox, opened: Sequence[tuple[Fetched, Reading, int]], at: datetime) -> list[Line]:
    """Keep and read them, as if the mailbox were live. Only ever inside a transaction that is rolled back."""
    Letter.objects.filter(mailbox=mailbox, fate=Fate.HELD).delete()
    # Live to us alone: the row would be locked until all is undone, and letters wait at the door meanwhile.
    live = Mailbox.objects.get(pk=mailbox.pk)
    live.stage = Stage.LIVE
    newest = Conversation.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    before = Letter.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    arrivals = [
        Arrival(each.raw, live, Source.IMAP, arrived_at=each.arrived_at, is_archived=_is_history(live, each))
        for each, _, _ in opened
    ]
    kept = keep_letters(arrivals, by=SYSTEM, at=at)
    fresh = {letter.pk: Opened(letter, reading) for letter, (_, reading, _) in zip(kept, opened, strict=True)}
    read_opened([each for pk, each in fresh.items() if pk > before], by=SYSTEM, at=at)
    rows = Letter.objects.select_related("mailbox", "touchpoint__conversation__customer")
    after = rows.in_bulk([letter.pk for letter in kept])
    seen: set[int] = set()
    done = []
    for letter, (_each, reading, _files) in zip(kept, opened, strict=True):
        done.append(Read(after[letter.pk], reading, is_known=letter.pk <= before or letter.pk in seen))
        seen.add(letter.pk)
    foreseer = Foreseer(newest)
    foreseer.prepare(done)
    return [
        _line(each, foreseer.look(each), fetched, files)
        for each, (fetched, _reading, files) in zip(done, opened, strict=True)
    ]


def _left(fetched: Fetched) -> Line:
    """The line of a letter that is too large for us."""
    head = read(fetched.raw)
    return Line(
        sender=head.sender.address if head.sender else "",
        sender_name=head.sender.name if head.sender else "",
        subject=head.subject,
        arrived=(fetched.arrived_at or datetime.fromtimestamp(0, UTC)).isoformat(),
        fate=Foreseen.LEFT,
        what=_("stays where it is, and nothing of it comes in"),
        is_automatic=False,
        files=0,
        reason=too_large(fetched.excess),
    )


def _is_history(mailbox: Mailbox, letter: Fetched) -> bool:
    start = mailbox.live_from_at
    if start is None:
        return False
    came_before = letter.arrived_at is not None and letter.arrived_at < start
    return came_before or (letter.was_there and is_older(letter.raw, start))


def _line(each: Read, foreseen: Foresight, fetched: Fetched, files: int) -> Line:
    letter, reading = each.letter, each.reading
    kind = reading.automatic.value if reading.automatic is not None else "repeated" if each.repeats else ""
    return Line(
        sender=letter.sender,
        sender_name=letter.sender_name,
        subject=letter.subject,
        arrived=(fetched.arrived_at or reading.received_at or letter.kept_at).isoformat(),
        fate=foreseen.fate,
        what=foreseen.what,
        is_automatic=bool(kind),
        files=files,
        conversation=foreseen.conversation,
        reason=foreseen.reason,
        kind=kind,
        is_list=reading.is_list,
        until=reading.absence_until.isoformat() if reading.absence_until is not None else "",
        trail=foreseen.trail,
        mentions=foreseen.mentions,
    )


def as_json(lines: Sequence[Line]) -> list[dict[str, Any]]:
    return [asdict(line) for line in lines]
