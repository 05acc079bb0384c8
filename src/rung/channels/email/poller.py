"""The clock of the IMAP mailboxes: looks into each at its interval, from one thread of the door process."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Event
from time import monotonic
from typing import Any

import structlog
from django.conf import settings
from django.db import Error, close_old_connections, connection

from rung.channels.email.fetching import look_into, poll_mailbox
from rung.channels.email.models import Mailbox
from rung.channels.email.sessions import MailboxUnreachable, close_session, open_mailbox
from rung.channels.email.verbs.mailbox import note_check
from rung.core import clock
from rung.core.actor import SYSTEM

__all__ = ["Poller", "poll_mailbox"]

log = structlog.get_logger(__name__)

MAX_PAUSE = timedelta(minutes=15)
"""The longest rest between two tries at a server that does not answer."""

NAP_S = 2.0
"""Seconds until a mailbox that was added or changed is noticed."""


@dataclass
class _Rhythm:
    """When a mailbox is looked into next, and the connection kept open until then. `settings` tells when it was changed."""

    settings: tuple[object, ...]
    next_look: float = 0.0
    failures: int = 0
    session: Any = field(default=None, repr=False)


class Poller:
    """Meant for one thread: `Poller(stop).run()` comes back soon after `stop` is set.

    Connections stay open between looks; one that broke is opened again at once, a server that is down after a pause that
    doubles from the interval to MAX_PAUSE.
    """

    def __init__(
        self, stop: Event, *, interval_s: float | None = None, now: Callable[[], datetime] | None = None
    ) -> None:
        self.stop = stop
        self.now = now or clock.now  # noqa: TID251  # the loop of a command: here time enters
        self.interval_s = settings.IMAP_INTERVAL_S if interval_s is None else interval_s
        self._rhythms: dict[int, _Rhythm] = {}

    def run(self) -> None:
        try:
            while not self.stop.is_set():
                close_old_connections()
                try:
                    pause = self.round()
                except Error as trouble:
                    # Nothing is lost: what was not kept is still on the server.
                    log.warning("mailboxes cannot be looked into", reason=str(trouble))
                    connection.close()
                    pause = NAP_S
                self.stop.wait(pause)
        finally:
            for rhythm in self._rhythms.values():
                close_session(rhythm.session)
            connection.close()

    def round(self) -> float:
        """Look into every mailbox whose time has come; the seconds until the next one's time, at most NAP_S."""
        mailboxes = list(Mailbox.objects.fetched())
        self._forget_others({mailbox.pk for mailbox in mailboxes})
        for mailbox in mailboxes:
            if self.stop.is_set():
                return 0.0
            self._visit(mailbox)
        coming = min((rhythm.next_look for rhythm in self._rhythms.values()), default=float("inf"))
        return max(0.0, min(coming - monotonic(), NAP_S))

    def _forget_others(self, known: set[int]) -> None:
        for pk in set(self._rhythms) - known:
            close_session(self._rhythms.pop(pk).session)

    def _visit(self, mailbox: Mailbox) -> None:
        current = _settings(mailbox)
        rhythm = self._rhythms.get(mailbox.pk)
        if rhythm is None or rhythm.settings != current:
            if rhythm is not None:
                close_session(rhythm.session)
            rhythm = self._rhythms[mailbox.pk] = _Rhythm(current)
        if rhythm.next_look > monotonic():
            return
        try:
            more = self._look(mailbox, rhythm)
        except Error:
            self._hang_up(rhythm)
            raise
        except MailboxUnreachable as failure:
            self._rest(mailbox, rhythm, str(failure))
        except Exception as failure:
            # A server that answers what no server should; the other mailboxes are not to suffer.
            log.exception("mailbox could not be looked into", mailbox=mailbox.address)
            self._hang_up(rhythm)
            self._rest(mailbox, rhythm, f"{type(failure).__name__}: {failure}")
        else:
            rhythm.failures = 0
            rhythm.next_look = monotonic() + (0.0 if more else self.interval_s)

    def _hang_up(self, rhythm: _Rhythm) -> None:
        close_session(rhythm.session)
        rhythm.session = None

    def _rest(self, mailbox: Mailbox, rhythm: _Rhythm, reason: str) -> None:
        rhythm.failures += 1
        pause = min(self.interval_s * 2 ** min(rhythm.failures, 20), MAX_PAUSE.total_seconds())
        rhythm.next_look = monotonic() + pause
        log.warning("mailbox unreachable", mailbox=mailbox.address, reason=reason, pause_s=pause)
        note_check(mailbox, error=reason, by=SYSTEM, at=self.now())

    def _look(self, mailbox: Mailbox, rhythm: _Rhythm) -> bool:
        """One look; on a connection that was left open and has died meanwhile, a second one on a new connection."""
        for is_fresh in (False, True):
            if rhythm.session is None:
                is_fresh = True
                rhythm.session = open_mailbox(mailbox, at=self.now())
            try:
                return look_into(mailbox, rhythm.session, at=self.now())
            except MailboxUnreachable:
                self._hang_up(rhythm)
                if is_fresh:
                    raise
        raise AssertionError("a fresh connection either works or raises")


def _settings(mailbox: Mailbox) -> tuple[object, ...]:
    return (
        mailbox.imap_host,
        mailbox.imap_port,
        mailbox.imap_security,
        mailbox.imap_user,
        mailbox.imap_password,
        mailbox.certificate,
        tuple(mailbox.folders),
    )
