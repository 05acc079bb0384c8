"""Looking after one live mailbox: fetch what is new, then wait at the server's door (IDLE) or for the interval."""

import imaplib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event
from time import monotonic
from typing import Any

import structlog
from django.db import Error

from rung.channels.email.connecting import imap_reply, in_words
from rung.channels.email.fetching import look_into
from rung.channels.email.models import Folder, Mailbox
from rung.channels.email.sessions import MailboxUnreachable, close_session, imap_server, open_mailbox
from rung.channels.email.verbs.mailbox import note_check
from rung.core.actor import SYSTEM

log = structlog.get_logger(__name__)

MAX_PAUSE = timedelta(minutes=15)
"""The longest rest between two tries at a server that does not answer."""

NAP_S = 2.0
"""Seconds until the database is asked again when it was in trouble."""

IDLE_S = 9 * 60
"""So long one IDLE lasts at most. RFC 2177 asks for less than 29 minutes; some routers forget a silent line after ten."""

SESSION_S = 9 * 60
"""So old a connection gets at most. A folder's numbering changes between sessions only (RFC 3501, 2.3.1.1), and servers take
that to the letter: after a restored backup Dovecot shows a session that was open before the old folder for ever, however
often it selects it anew, and nothing would come in any more."""

GLANCE_S = 1.0
"""So often the waiting looks up, to see whether it shall stop."""


@dataclass(frozen=True)
class Rest:
    """What to do until the next look: nothing for so many seconds, or wait for the server to say that something came. It may
    be asked to (`may_idle`), or is (`is_waited`)."""

    seconds: float
    may_idle: bool = False
    is_waited: bool = False


class Attendant:
    """One mailbox, in a thread of its own, so that a slow or silent server keeps no other mailbox waiting.

    The connection stays open between looks; one that broke is opened again at once, a server that is down after a pause
    that doubles from the interval to MAX_PAUSE.
    """

    def __init__(self, pk: int, stop: Event, *, interval_s: float, now: Callable[[], datetime]) -> None:
        self.pk = pk
        self.stop = stop
        self.interval_s = interval_s
        self.now = now
        self.failures = 0
        self.session: Any = None
        self.opened_s = 0.0

    def turn(self) -> Rest:
        """One look; how to rest after it. Nothing goes out from here but what the database or the process raise."""
        mailbox = Mailbox.objects.fetched().filter(pk=self.pk).first()
        if mailbox is None:
            return Rest(NAP_S)
        try:
            more = self._look(mailbox)
        except Error:
            self.hang_up()
            raise
        except MailboxUnreachable as failure:
            return self._failed(mailbox, str(failure))
        except Exception as failure:
            # A server that answers what no server should.
            log.exception("mailbox could not be looked into", mailbox=mailbox.address)
            self.hang_up()
            return self._failed(mailbox, f"{type(failure).__name__}: {failure}")
        self.failures = 0
        return Rest(0.0) if more else Rest(self.interval_s, may_idle=True)

    def _look(self, mailbox: Mailbox) -> bool:
        """One look; on a connection that was left open and has died meanwhile, a second one on a new connection."""
        # Also where a folder could not be opened: one that was made anew under us stays shut on the old connection.
        if mailbox.last_error or monotonic() - self.opened_s > SESSION_S:
            self.hang_up()
        for is_fresh in (False, True):
            if self.session is None:
                is_fresh = True
                self.session = open_mailbox(mailbox, at=self.now())
                self.opened_s = monotonic()
            try:
                return look_into(mailbox, self.session, at=self.now())
            except MailboxUnreachable:
                self.hang_up()
                if is_fresh:
                    raise
        raise AssertionError("a fresh connection either works or raises")

    def _failed(self, mailbox: Mailbox, reason: str) -> Rest:
        self.failures += 1
        pause = min(self.interval_s * 2 ** min(self.failures, 20), MAX_PAUSE.total_seconds())
        log.warning("mailbox unreachable", mailbox=mailbox.address, reason=reason, pause_s=pause)
        note_check(mailbox, error=reason, by=SYSTEM, at=self.now())
        return Rest(pause)

    def hang_up(self) -> None:
        close_session(self.session)
        self.session = None

    def begin_idling(self) -> Rest:
        """Ask the server to say when something comes to the first folder. How to rest, also where it cannot, or something
        has come since the last look."""
        mailbox = Mailbox.objects.fetched().filter(pk=self.pk).first()
        if mailbox is None or self.session is None:
            return self._shortly()
        try:
            if not self.session.has_capability("IDLE"):
                return Rest(self.interval_s)
            first = (mailbox.folders or ["INBOX"])[0]
            folder = Folder.objects.filter(mailbox=mailbox, name=first, is_history=False).first()
            selected = self.session.select_folder(first, readonly=True)
            if folder is None or int(selected.get(b"UIDVALIDITY", 0)) != folder.uid_validity:
                return Rest(self.interval_s)
            if int(selected.get(b"UIDNEXT", 0)) > folder.last_uid + 1:
                return self._shortly()
            said = [*self.session.idle(), *self.session.idle_check(timeout=0)]
            if any(b"EXISTS" in answer for answer in said):
                self.session.idle_done()
                return self._shortly()
        except (OSError, EOFError, imaplib.IMAP4.abort) as failure:
            log.info("line lost", mailbox=mailbox.address, reason=in_words(failure, imap_server(mailbox)))
            self._let_go()
            return self._shortly()
        except imaplib.IMAP4.error as refusal:
            # The folder is missing, or the server offers what it does not do.
            log.info("mailbox cannot be waited at", mailbox=mailbox.address, reason=imap_reply(refusal))
            return Rest(self.interval_s)
        return Rest(0.0, is_waited=True)

    def _shortly(self) -> Rest:
        # Not at once: what a server says each time would keep both busy for ever.
        return Rest(min(NAP_S, self.interval_s))

    def idle(self, seconds: float) -> None:
        """Wait until the server says that something came, but not longer than so many seconds."""
        start = monotonic()
        try:
            while not self.stop.is_set() and monotonic() < start + seconds:
                began = monotonic()
                said = self.session.idle_check(timeout=GLANCE_S)
                if any(b"BYE" in answer[:1] for answer in said):
                    raise imaplib.IMAP4.abort("BYE")
                if any(b"EXISTS" in answer for answer in said):
                    # Some servers say so each time.
                    self.stop.wait(max(0.0, start + GLANCE_S - monotonic()))
                    break
                if any(b"NO" in answer[:1] for answer in said):
                    # As when the folder was deleted and made anew under us. Not at once: some may say so each time.
                    self.stop.wait(NAP_S)
                    break
                if not said and monotonic() - began < GLANCE_S / 2:
                    # The line is at its end: the library takes that for having heard nothing.
                    raise imaplib.IMAP4.abort("the line is dead")
            self.session.idle_done()
        except (OSError, EOFError, imaplib.IMAP4.error) as failure:
            log.info("line lost while waiting", mailbox=self.pk, reason=str(failure))
            self._let_go()
            self.stop.wait(self._shortly().seconds)

    def _let_go(self) -> None:
        """No farewell: who waits in IDLE and says LOGOUT is not answered before the line's patience ends."""
        self.session.shutdown()
        self.session = None
