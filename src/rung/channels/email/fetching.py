"""Fetching letters from an IMAP mailbox.

The order is the promise: a letter is fetched without touching its flags (BODY.PEEK), kept and committed, then, only where
the mailbox says so, marked or deleted on the server, and last the bookkeeping moves on. Cut off anywhere, the next look
begins at the same place, and what was kept already is known by its Message-ID or hash.
"""

import imaplib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.utils.translation import gettext as _
from imapclient import SEEN

from rung.channels.email.connecting import imap_reply, in_words
from rung.channels.email.models import Folder, Mailbox, OnceKept, Source, Straggler
from rung.channels.email.reading.identity import identity_of
from rung.channels.email.sessions import MailboxUnreachable, close_session, imap_server, open_mailbox
from rung.channels.email.verbs.letter import Arrival, keep_letters
from rung.channels.email.verbs.mailbox import advance_folder, drop_straggler, note_check, note_straggler, open_folder
from rung.core.actor import SYSTEM

log = structlog.get_logger(__name__)

BATCH = 200
"""Letters fetched from one folder before the next folder gets its turn."""

BITE_LETTERS = 25
BITE_BYTES = 16 * 1024 * 1024
"""What is asked for in one go, so that memory stays bounded; a single larger letter is a bite of its own."""

WINDOW = 20_000
"""UIDs searched through in one go: the answer is one line, and the library refuses endless ones."""

SUSPECT_TRIES = 3
"""A letter at which the connection broke so many times is stepped over and left as a straggler."""

DAYS = timedelta(days=2)
"""IMAP looks for letters by the day, in a zone of the server's choosing: so much more is asked for, and sorted out here."""


@dataclass(frozen=True)
class Fetched:
    """A letter and when its server got it, where that was said. `was_there` before its folder was first looked into.

    `excess` are the bytes of one that is too large for us, and `raw` is its header then; else 0.
    """

    raw: bytes
    arrived_at: datetime | None = None
    was_there: bool = False
    excess: int = 0


Keep = Callable[[Sequence[Fetched], Mailbox, datetime], None]
"""Keeps all of the letters in one commit, or none of them and raises."""


@dataclass(frozen=True)
class Span:
    """Which letters are wanted, by when the server got them: from `since_at` on, before `until_at`; None: no bound."""

    since_at: datetime | None = None
    until_at: datetime | None = None

    def holds(self, moment: datetime | None) -> bool:
        if moment is None:
            return True
        return (self.since_at is None or moment >= self.since_at) and (self.until_at is None or moment < self.until_at)

    def days(self, margin: timedelta = DAYS) -> list[object]:
        """The same as words of SEARCH, with a margin; one below nothing leaves only what is within beyond doubt."""
        since = ["SINCE", (self.since_at - margin).date()] if self.since_at else []
        return [*since, *(["BEFORE", (self.until_at + margin).date()] if self.until_at else [])]


class FolderTrouble(Exception):
    """One folder cannot be read; the others may be fine. The reason is in words."""


def poll_mailbox(mailbox: Mailbox, *, at: datetime) -> bool:
    """Look once, on a connection of its own; True when more letters may be waiting. Trouble is noted on the mailbox."""
    try:
        session = open_mailbox(mailbox, at=at)
    except MailboxUnreachable as failure:
        note_check(mailbox, error=str(failure), by=SYSTEM, at=at)
        return False
    try:
        return look_into(mailbox, session, at=at)
    except MailboxUnreachable as failure:
        note_check(mailbox, error=str(failure), by=SYSTEM, at=at)
        return False
    finally:
        close_session(session)


def look_into(mailbox: Mailbox, session: Any, *, at: datetime, keep: Keep | None = None) -> bool:
    """Fetch a bounded batch from each folder. True when more may be waiting.

    Raises MailboxUnreachable when the connection broke (what was kept until then is safe), and the database's own errors,
    which are not the mailbox's fault.
    """
    more = False
    troubles = []
    for name in mailbox.folders or ["INBOX"]:
        try:
            more |= Look(mailbox, name, session, at, keep or _keep, Span(since_at=mailbox.live_from_at)).run()
        except FolderTrouble as trouble:
            troubles.append(str(trouble))
        except (OSError, EOFError, imaplib.IMAP4.error) as failure:
            raise MailboxUnreachable(in_words(failure, imap_server(mailbox))) from failure
    note_check(mailbox, error=" ".join(troubles), by=SYSTEM, at=at)
    return more


def _keep(letters: Sequence[Fetched], mailbox: Mailbox, at: datetime) -> None:
    keep_letters([arrival_of(each, mailbox) for each in letters], by=SYSTEM, at=at)


def arrival_of(letter: Fetched, mailbox: Mailbox) -> Arrival:
    """What lay there before and was written before the mailbox was live is history, though the server says it came today:
    so it does of every letter where a mailbox was moved."""
    start = mailbox.live_from_at
    is_history = letter.was_there and start is not None and is_older(letter.raw, start)
    return Arrival(letter.raw, mailbox, Source.IMAP, arrived_at=letter.arrived_at, is_archived=is_history)


def is_older(raw: bytes, moment: datetime) -> bool:
    """Whether a letter says that it was written before a moment."""
    written = identity_of(raw).sent_at
    return written is not None and written < moment


@dataclass
class Look:
    """One look into one folder, for new letters or for history. `seen` counts the letters that lie in the span."""

    mailbox: Mailbox
    name: str
    session: Any
    at: datetime
    keep: Keep
    span: Span
    is_history: bool = False
    seen: int = 0
    _arrived: dict[int, datetime | None] = field(default_factory=dict)
    _known_uid: int = 0

    def run(self) -> bool:
        folder, uid_next = self._select()
        waiting, searched_to = self._waiting(folder, uid_next)
        suspect = Straggler.objects.filter(
            folder=folder, uid_validity=folder.uid_validity, uid__gt=folder.last_uid
        ).exists()
        for bite in self._bites(folder, waiting, letters=1 if suspect else BITE_LETTERS):
            self._take(folder, bite)
        if searched_to > folder.last_uid:
            advance_folder(folder, searched_to, kept=False, by=SYSTEM, at=self.at)
        self._take_stragglers(folder)
        return len(waiting) >= BATCH or searched_to + 1 < uid_next

    def _select(self) -> tuple[Folder, int]:
        # EXAMINE cannot change anything on the server, not even the "recent" mark.
        readonly = self.is_history or self.mailbox.once_kept == OnceKept.LEAVE
        try:
            selected = self.session.select_folder(self.name, readonly=readonly)
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error as failure:
            reason = _("The folder “%(folder)s” cannot be opened: %(reason)s")
            raise FolderTrouble(reason % {"folder": self.name, "reason": imap_reply(failure)}) from failure
        validity = int(selected.get(b"UIDVALIDITY", 0))
        uid_next = int(selected.get(b"UIDNEXT", 0)) or max(self.session.search("ALL"), default=0) + 1
        folder = Folder.objects.filter(mailbox=self.mailbox, name=self.name, is_history=self.is_history).first()
        if folder is None or folder.uid_validity != validity:
            folder = open_folder(
                self.mailbox,
                self.name,
                uid_validity=validity,
                from_uid=self._first_interesting(uid_next) - 1,
                known_uid=uid_next,
                is_history=self.is_history,
                by=SYSTEM,
                at=self.at,
            )
        self._known_uid = folder.known_uid
        # What came since the import began is not history, whatever date it bears.
        return folder, min(uid_next, folder.known_uid) if self.is_history else uid_next

    def _first_interesting(self, uid_next: int) -> int:
        """The UID to begin at: what was there long before stays where it is."""
        if self.span.since_at is None:
            return 1
        return int(min(self.session.search(self.span.days()), default=uid_next))

    def _waiting(self, folder: Folder, uid_next: int) -> tuple[list[int], int]:
        """At most BATCH UIDs after the last one seen, and the UID up to which nothing else is to be found."""
        found: list[int] = []
        start = folder.last_uid + 1
        while start < uid_next and len(found) < BATCH:
            is_known = start < folder.known_uid
            end = min(start + WINDOW, uid_next, folder.known_uid if is_known else uid_next) - 1
            # "n:*" would always name the last letter, even one below n; both ends are checked.
            asked = ["UID", f"{start}:{end}", *(self.span.days() if is_known else ())]
            found += sorted(uid for uid in self.session.search(asked) if start <= uid <= end)
            start = end + 1
        if len(found) > BATCH:
            found = found[:BATCH]
            return found, found[-1]
        return found, max(start - 1, folder.last_uid)

    def _bites(self, folder: Folder, uids: Sequence[int], *, letters: int) -> Iterator[list[int]]:
        said = self.session.fetch(list(uids), ["RFC822.SIZE", "INTERNALDATE"]) if uids else {}
        bite: list[int] = []
        weight = 0
        for uid in uids:
            about = said.get(uid, {})
            size, self._arrived[uid] = int(about.get(b"RFC822.SIZE", 0)), as_moment(about.get(b"INTERNALDATE"))
            is_unwanted = uid < folder.known_uid and not self.span.holds(self._arrived[uid])
            if bite and (len(bite) >= letters or weight + size > BITE_BYTES):
                yield bite
                bite, weight = [], 0
            if is_unwanted:
                continue
            self.seen += 1
            if size > settings.MAX_LETTER_BYTES:
                if bite:
                    yield bite
                    bite, weight = [], 0
                self._leave_behind(folder, uid, too_large(size))
                advance_folder(folder, uid, kept=False, by=SYSTEM, at=self.at)
                continue
            bite.append(uid)
            weight += size
        if bite:
            yield bite

    def _take(self, folder: Folder, bite: list[int]) -> None:
        """Fetch and keep a few letters, then tell the server, then move on."""
        try:
            letters = self._fetch(bite)
        except (OSError, EOFError, imaplib.IMAP4.abort) as failure:
            self._suspect(folder, bite[0], failure)
            raise
        whole = {uid: letter for uid, letter in letters.items() if isinstance(letter, bytes)}
        reasons = {uid: letter for uid, letter in letters.items() if isinstance(letter, str)} | self._keep_all(whole)
        for uid, reason in reasons.items():
            self._leave_behind(folder, uid, reason)
        kept = [uid for uid in whole if uid not in reasons]
        self._tell_server(kept)
        Straggler.objects.filter(folder=folder, uid_validity=folder.uid_validity, uid__in=kept).delete()
        advance_folder(folder, bite[-1], kept=bool(kept), by=SYSTEM, at=self.at)

    def _fetch(self, uids: Sequence[int]) -> dict[int, bytes | str | None]:
        """For each UID its bytes, or why the server will not give it, or None when it is gone."""
        try:
            answer = self.session.fetch(list(uids), ["BODY.PEEK[]"])
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error as failure:
            if len(uids) == 1:
                return {uids[0]: imap_reply(failure) or _("The server does not give it out.")}
            answer = {}
        result: dict[int, bytes | str | None] = {uid: answer.get(uid, {}).get(b"BODY[]") for uid in uids}
        missing = [uid for uid in uids if result[uid] is None]
        if missing and len(uids) > 1:
            # The server stumbled over one of them, or they are gone: each on its own tells which.
            for uid in missing:
                result |= self._fetch([uid])
        elif missing and self.session.search(["UID", str(missing[0])]):
            result[missing[0]] = _("The server does not give it out.")
        return result

    def _keep_all(self, letters: dict[int, bytes]) -> dict[int, str]:
        """Keep a bite of letters in one commit; why single ones could not be kept, by UID.

        A database or disk in trouble is no letter's fault and raises OperationalError.
        """
        if not letters:
            return {}
        try:
            fetched = [Fetched(raw, self._arrived.get(uid), uid < self._known_uid) for uid, raw in letters.items()]
            self.keep(fetched, self.mailbox, self.at)
        except (OperationalError, InterfaceError):
            raise
        except OSError as failure:
            raise OperationalError(f"letters cannot be kept: {failure}") from failure
        except Exception as failure:
            if len(letters) > 1:  # one of them spoils the others: each on its own tells which
                return {key: why for uid, raw in letters.items() for key, why in self._keep_all({uid: raw}).items()}
            log.exception("letter could not be kept", mailbox=self.mailbox.pk)
            return {uid: f"{type(failure).__name__}: {failure}" for uid in letters}
        return {}

    def _tell_server(self, uids: list[int]) -> None:
        """Only what is kept and committed, and only where the mailbox was set up so."""
        if not uids or self.is_history or self.mailbox.once_kept == OnceKept.LEAVE:
            return
        if self.mailbox.once_kept == OnceKept.SEEN:
            self.session.add_flags(uids, [SEEN], silent=True)
            return
        self.session.delete_messages(uids, silent=True)
        if self.session.has_capability("UIDPLUS"):
            # A plain EXPUNGE would also remove what somebody else has marked as deleted.
            self.session.uid_expunge(uids)

    def _leave_behind(self, folder: Folder, uid: int, reason: str) -> None:
        known = Straggler.objects.filter(folder=folder, uid_validity=folder.uid_validity, uid=uid).first()
        tries = known.tries if known else 0
        pause = min(timedelta(minutes=5) * 2**tries, timedelta(hours=24))
        note_straggler(folder, uid, reason, due_at=self.at + pause, by=SYSTEM, at=self.at)

    def _suspect(self, folder: Folder, uid: int, failure: Exception) -> None:
        """The connection broke at this letter. By chance, most often; not for the third time."""
        reason = in_words(failure, imap_server(self.mailbox))
        straggler = note_straggler(folder, uid, reason, due_at=self.at + timedelta(hours=1), by=SYSTEM, at=self.at)
        if straggler.tries >= SUSPECT_TRIES:
            advance_folder(folder, uid, kept=False, by=SYSTEM, at=self.at)

    def _take_stragglers(self, folder: Folder) -> None:
        left = Straggler.objects.due(self.at).filter(
            folder=folder, uid_validity=folder.uid_validity, uid__lte=folder.last_uid
        )
        for straggler in left.order_by("due_at")[:10]:
            said = self.session.fetch([straggler.uid], ["RFC822.SIZE", "INTERNALDATE"]).get(straggler.uid, {})
            size, self._arrived[straggler.uid] = said.get(b"RFC822.SIZE", 0), as_moment(said.get(b"INTERNALDATE"))
            if int(size) > settings.MAX_LETTER_BYTES:
                self._leave_behind(folder, straggler.uid, too_large(int(size)))
                continue
            try:
                letter = self._fetch([straggler.uid])[straggler.uid]
            except (OSError, EOFError, imaplib.IMAP4.abort) as failure:
                self._leave_behind(folder, straggler.uid, in_words(failure, imap_server(self.mailbox)))
                raise
            if isinstance(letter, bytes):
                letter = self._keep_all({straggler.uid: letter}).get(straggler.uid)
                if letter is None:
                    self._tell_server([straggler.uid])
            if letter is not None:
                self._leave_behind(folder, straggler.uid, letter)
                continue
            drop_straggler(straggler, by=SYSTEM, at=self.at)


def as_moment(moment: object) -> datetime | None:
    """A date of arrival as a server gives it, if it is one; those before 1980 are the clocks of broken servers."""
    return moment if isinstance(moment, datetime) and moment.tzinfo is not None and moment.year >= 1980 else None


def too_large(size: int) -> str:
    """Why a letter of so many bytes is left where it is."""
    return _("It is %(size)d MB, more than the %(limit)d MB that are taken in.") % {
        "size": -(-size // 1_000_000),
        "limit": settings.MAX_LETTER_BYTES // 1_000_000,
    }
