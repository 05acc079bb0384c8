"""Importing what came to a mailbox before it was live: the same looks as for new letters, over the past, and stoppable."""

import imaplib
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q

from rung.channels.email.connecting import in_words
from rung.channels.email.fetching import BATCH, DAYS, Fetched, FolderTrouble, Look, Span, as_moment
from rung.channels.email.models import Fate, History, Letter, Mailbox, Source
from rung.channels.email.sessions import MailboxUnreachable, imap_server
from rung.channels.email.verbs.intake import end_history, note_history
from rung.channels.email.verbs.letter import Arrival, keep_letters
from rung.core.actor import SYSTEM

MAX_UNREAD = 2 * BATCH
"""So many letters of history may wait to be read; more would keep new ones, which wait in the same line, waiting."""


def import_history(mailbox: Mailbox, session: Any, *, now: Callable[[], datetime], pause: Callable[[], bool]) -> None:
    """Import until the end, or until the import is stopped; where it was, stands in its folders after every batch.

    `pause` waits a moment while reading catches up, and says whether to go on. Raises MailboxUnreachable when the
    connection broke, and what the database raises.
    """
    history = History.objects.filter(mailbox=mailbox).first()
    if history is None or not history.is_going():
        return
    span = Span(history.since_at, history.until_at)
    try:
        if not history.total:
            note_history(mailbox, total=_count(mailbox, session, span), by=SYSTEM, at=now())
        troubles = []
        for name in mailbox.folders or ["INBOX"]:
            try:
                if not _import_folder(mailbox, name, session, span, now, pause):
                    return
            except FolderTrouble as trouble:
                troubles.append(str(trouble))
    except (OSError, EOFError, imaplib.IMAP4.error) as failure:
        raise MailboxUnreachable(in_words(failure, imap_server(mailbox))) from failure
    end_history(mailbox, error=" ".join(troubles), by=SYSTEM, at=now())


def _count(mailbox: Mailbox, session: Any, span: Span) -> int:
    """How many letters there are to import, as long as none is moved away meanwhile."""
    total = 0
    for name in mailbox.folders or ["INBOX"]:
        try:
            session.select_folder(name, readonly=True)
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error:
            continue
        total += _count_here(session, span)
    return total


def _count_here(session: Any, span: Span) -> int:
    """IMAP counts by the day: of the letters at either end of the span each is asked when it came."""
    found = session.search(span.days() or "ALL")
    if not span.days():
        return len(found)
    doubtful = sorted(set(found) - set(session.search(span.days(-DAYS))))
    outside = 0
    for start in range(0, len(doubtful), BATCH):
        said = session.fetch(doubtful[start : start + BATCH], ["INTERNALDATE"])
        outside += sum(not span.holds(as_moment(about.get(b"INTERNALDATE"))) for about in said.values())
    return len(found) - outside


def _import_folder(
    mailbox: Mailbox, name: str, session: Any, span: Span, now: Callable[[], datetime], pause: Callable[[], bool]
) -> bool:
    """False when the import was stopped."""
    more = True
    while more:
        while _unread(mailbox) > MAX_UNREAD:
            if not pause():
                return False
        at = now()
        kept = _Kept()
        look = Look(mailbox, name, session, at, kept, span, is_history=True)
        more = look.run()
        if not note_history(mailbox, done=look.seen, fresh=kept.fresh, by=SYSTEM, at=at):
            return False
    return True


def _unread(mailbox: Mailbox) -> int:
    waiting = Letter.objects.filter(Q(fate=Fate.KEPT), mailbox=mailbox, is_archived=True)
    return waiting.order_by()[: MAX_UNREAD + 1].count()


class _Kept:
    """Keeps letters as history, and counts those that were new to us."""

    def __init__(self) -> None:
        self.fresh = 0

    def __call__(self, letters: Sequence[Fetched], mailbox: Mailbox, at: datetime) -> None:
        arrivals = [
            Arrival(each.raw, mailbox, Source.IMAP, arrived_at=each.arrived_at, is_archived=True) for each in letters
        ]
        kept = keep_letters(arrivals, by=SYSTEM, at=at)
        self.fresh += sum(letter.copies == 0 and letter.kept_at == at for letter in kept)
