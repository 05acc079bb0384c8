"""The clock of the IMAP mailboxes, in the door process: a thread for each live mailbox, for each dry run and each import."""

from collections.abc import Callable
from datetime import datetime
from threading import Event, Thread
from time import monotonic

import structlog
from django.conf import settings
from django.db import Error, close_old_connections, connection
from django.db.models import Max

from rung.channels.email.attending import IDLE_S, NAP_S, Attendant
from rung.channels.email.importing import import_history
from rung.channels.email.models import History, Incoming, Mailbox, Rehearsal, RunState, Straggler
from rung.channels.email.rehearsing import as_json, held_letters, newest_letters, rehearse
from rung.channels.email.sessions import MailboxUnreachable, close_session, open_mailbox
from rung.channels.email.verbs.intake import claim_rehearsal, end_history, end_rehearsal
from rung.core import clock
from rung.core.actor import SYSTEM

log = structlog.get_logger(__name__)

MAX_BREAKS = 8
"""An import whose connection broke so many times in a row waits for somebody to let it go on."""


class Poller:
    """Meant for one thread: `Poller(stop).run()` comes back soon after `stop` is set.

    It asks the database every NAP_S seconds which mailboxes want what, and has threads of their own do it: so a new or
    changed mailbox is noticed, and none waits for another.
    """

    def __init__(
        self, stop: Event, *, interval_s: float | None = None, now: Callable[[], datetime] | None = None
    ) -> None:
        self.stop = stop
        self.now = now or clock.now  # noqa: TID251  # the loop of a command: here time enters
        self.interval_s = settings.IMAP_INTERVAL_S if interval_s is None else interval_s
        self._live: dict[int, _Helper] = {}
        self._busy: dict[tuple[str, int], _Helper] = {}

    def run(self) -> None:
        try:
            while not self.stop.is_set():
                close_old_connections()
                try:
                    self.round()
                except Error as trouble:
                    # Nothing is lost: what was not kept is still on the server.
                    log.warning("mailboxes cannot be looked into", reason=str(trouble))
                    connection.close()
                self.stop.wait(NAP_S)
        finally:
            connection.close()
            helpers = [*self._live.values(), *self._busy.values()]
            for helper in helpers:
                helper.stop.set()
            end = monotonic() + 3.0
            for helper in helpers:
                helper.thread.join(max(0.0, end - monotonic()))

    def round(self) -> None:
        """Start and stop threads as the rows say."""
        wanted = {mailbox.pk: _settings(mailbox) for mailbox in Mailbox.objects.fetched().select_related("consent")}
        # Who waits at a server's door for minutes would not hear that somebody asks for what was left behind.
        due = dict(Straggler.objects.due(self.now()).values_list("folder__mailbox").annotate(newest=Max("due_at")))
        for pk, helper in list(self._live.items()):
            is_asked = due.get(pk, helper.due) != helper.due
            if wanted.get(pk) != helper.settings or not helper.thread.is_alive() or is_asked:
                helper.stop.set()
                del self._live[pk]
        for pk, known in wanted.items():
            if pk not in self._live:
                self._live[pk] = _Helper(self._attend, pk, known, due.get(pk))
        self._busy = {key: helper for key, helper in self._busy.items() if helper.thread.is_alive()}
        for pk in Rehearsal.objects.filter(state=RunState.ASKED).values_list("pk", flat=True):
            if ("rehearsal", pk) not in self._busy:
                self._busy["rehearsal", pk] = _Helper(self._rehearse, pk)
        for pk in History.objects.going().filter(mailbox__incoming=Incoming.IMAP).values_list("pk", flat=True):
            if ("history", pk) not in self._busy:
                self._busy["history", pk] = _Helper(self._import, pk)

    def _attend(self, pk: int, stop: Event) -> None:
        attendant = Attendant(pk, stop, interval_s=self.interval_s, now=self.now)
        several = len(Mailbox.objects.values_list("folders", flat=True).get(pk=pk)) > 1
        try:
            while not stop.is_set():
                try:
                    rest = attendant.turn()
                    if rest.may_idle:
                        rest = attendant.begin_idling()
                except Error as trouble:
                    log.warning("mailbox cannot be looked into", mailbox=pk, reason=str(trouble))
                    stop.wait(NAP_S)
                    continue
                finally:
                    # Not held while nothing is to be done: a connection for each waiting mailbox would be many.
                    connection.close()
                if rest.is_waited:
                    # The server tells of one folder only; the others are looked into at their interval.
                    attendant.idle(min(IDLE_S, self.interval_s) if several else IDLE_S)
                else:
                    stop.wait(rest.seconds)
        finally:
            attendant.hang_up()

    def _rehearse(self, pk: int, stop: Event) -> None:
        mailbox = Mailbox.objects.get(pk=pk)
        if not claim_rehearsal(mailbox, by=SYSTEM, at=self.now()):
            return
        session = None
        try:
            if mailbox.is_fetched():
                session = open_mailbox(mailbox, at=self.now())
                letters = newest_letters(mailbox, session, at=self.now())
            else:
                letters = held_letters(mailbox)
            lines = rehearse(mailbox, letters, at=self.now())
        except MailboxUnreachable as failure:
            end_rehearsal(mailbox, error=str(failure), by=SYSTEM, at=self.now())
        except Exception as failure:
            log.exception("dry run failed", mailbox=mailbox.address)
            end_rehearsal(mailbox, error=f"{type(failure).__name__}: {failure}", by=SYSTEM, at=self.now())
        else:
            end_rehearsal(mailbox, lines=as_json(lines), by=SYSTEM, at=self.now())
        finally:
            close_session(session)

    def _import(self, pk: int, stop: Event) -> None:
        mailbox = Mailbox.objects.get(pk=pk)
        reason = ""
        for breaks in range(MAX_BREAKS):
            session = None
            try:
                session = open_mailbox(mailbox, at=self.now())
                import_history(mailbox, session, now=self.now, pause=lambda: not stop.wait(0.5))
                return
            except MailboxUnreachable as failure:
                reason = str(failure)
            except Error as trouble:
                reason = str(trouble)
                connection.close()
            except Exception as failure:
                log.exception("import failed", mailbox=mailbox.address)
                reason = f"{type(failure).__name__}: {failure}"
                break
            finally:
                close_session(session)
            if stop.wait(min(self.interval_s * 2**breaks, 60.0)):
                return
        end_history(mailbox, error=reason, by=SYSTEM, at=self.now())


class _Helper:
    """A thread with a way to stop it. It closes its connection to the database when it ends."""

    def __init__(
        self,
        do: Callable[[int, Event], None],
        pk: int,
        settings: tuple[object, ...] = (),
        due: datetime | None = None,
    ) -> None:
        self.stop = Event()
        self.settings = settings
        # The newest moment from which something was due when it began: it looks for that first of all.
        self.due = due
        self.thread = Thread(target=self._run, args=(do, pk), name=f"mailbox-{pk}", daemon=True)
        self.thread.start()

    def _run(self, do: Callable[[int, Event], None], pk: int) -> None:
        try:
            do(pk, self.stop)
        except Exception:
            log.exception("mailbox helper ended", mailbox=pk)
        finally:
            connection.close()


def _settings(mailbox: Mailbox) -> tuple[object, ...]:
    """What a connection is made from: when one of it changes, a new one is."""
    return (
        mailbox.imap_host,
        mailbox.imap_port,
        mailbox.imap_security,
        mailbox.imap_user,
        mailbox.imap_password,
        mailbox.sign_in,
        mailbox.certificate,
        tuple(mailbox.folders),
        mailbox.live_from_at,
        # Whoever connects it again need not wait until the next try is due.
        mailbox.consent.given_at if hasattr(mailbox, "consent") else None,
    )
