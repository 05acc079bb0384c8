"""What the mail door asks of the database, in one thread of its own: whose mailbox an address is, and to keep letters."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from math import inf
from time import monotonic

import structlog
from django.db import DatabaseError, InterfaceError, close_old_connections, connection

from rung.channels.email.models import Mailbox
from rung.channels.email.tokens import bare_address
from rung.channels.email.verbs.letter import Arrival, keep_letters
from rung.core.actor import SYSTEM
from rung.customers.addresses import in_letters

log = structlog.get_logger(__name__)

TOGETHER = 100
"""Letters kept with one commit, at most."""
TOGETHER_BYTES = 32 * 1024 * 1024
REMEMBER_S = 5.0
"""How long the door believes what it knows about an address."""
REMEMBER_UNKNOWN_S = 0.5
"""And how long that there is no mailbox at one: a new mailbox takes letters after so many seconds."""


@dataclass(slots=True)
class Keeper:
    """A line to the database that many clients share: while it commits, further letters gather."""

    now: Callable[[], datetime]
    waiting: list[tuple[Arrival, "asyncio.Future[None]"]] = field(default_factory=list)
    known: dict[str, Mailbox] = field(default_factory=dict)
    looked_s: float = -inf
    task: "asyncio.Task[None] | None" = None
    thread: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, thread_name_prefix="keeper"))

    async def mailbox_at(self, address: str) -> Mailbox | None:
        """Whose mailbox an address is, plus-addresses included. Raises what the database raises."""
        if monotonic() - self.looked_s >= REMEMBER_S:
            await self._look()
        mailbox = self._known_at(address)
        if mailbox is None and monotonic() - self.looked_s >= REMEMBER_UNKNOWN_S:
            # A refusal is for good: whoever has just set up a mailbox writes to it first of all.
            await self._look()
            mailbox = self._known_at(address)
        return mailbox

    async def _look(self) -> None:
        # All of them at once: a letter may name thousands of recipients.
        self.known = await asyncio.get_running_loop().run_in_executor(self.thread, _active_mailboxes)
        self.looked_s = monotonic()

    def _known_at(self, address: str) -> Mailbox | None:
        # Servers write a domain as DNS knows it, whoever set up the mailbox perhaps in letters.
        written = in_letters(address.lower())
        return self.known.get(written) or self.known.get(bare_address(written))

    async def keep(self, arrival: Arrival) -> None:
        """Returns when the letter is committed; raises when it is not."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.waiting.append((arrival, done))
        if self.task is None or self.task.done():
            self.task = asyncio.create_task(self._keep_all())
        await done

    async def _keep_all(self) -> None:
        while self.waiting:
            await self._commit(self._next_batch())

    def _next_batch(self) -> list[tuple[Arrival, "asyncio.Future[None]"]]:
        size = count = 0
        for arrival, _ in self.waiting[:TOGETHER]:
            size += len(arrival.raw)
            if count and size > TOGETHER_BYTES:
                break
            count += 1
        batch, self.waiting[:count] = self.waiting[:count], []
        return batch

    async def _commit(self, batch: list[tuple[Arrival, "asyncio.Future[None]"]]) -> None:
        arrivals = [arrival for arrival, _ in batch]
        try:
            await asyncio.get_running_loop().run_in_executor(self.thread, _keep, arrivals, self.now())
        except Exception as failure:  # each sender is told 451; nobody's letter is lost, nobody else waits
            if len(batch) > 1 and not isinstance(failure, (DatabaseError, InterfaceError)):
                for each in batch:
                    await self._commit([each])
                return
            log.exception("letters could not be kept", letters=len(batch))
            for _, done in batch:
                if not done.done():
                    done.set_exception(failure)
            return
        for _, done in batch:
            if not done.done():
                done.set_result(None)

    async def finish(self, patience_s: float) -> None:
        """Wait until what has come in completely is kept."""
        if self.task is not None and not self.task.done():
            await asyncio.wait([self.task], timeout=patience_s)

    def close(self) -> None:
        # Named inside the thread: outside it, `connection` is somebody else's.
        self.thread.submit(lambda: connection.close())
        self.thread.shutdown(wait=True)


def _active_mailboxes() -> dict[str, Mailbox]:
    close_old_connections()
    try:
        return {in_letters(mailbox.address): mailbox for mailbox in Mailbox.objects.active()}
    except (DatabaseError, InterfaceError):
        connection.close()
        raise


def _keep(arrivals: Sequence[Arrival], at: datetime) -> None:
    close_old_connections()
    try:
        keep_letters(arrivals, by=SYSTEM, at=at)
    except (DatabaseError, InterfaceError):
        # The next letter gets a fresh connection, should this one be what is broken.
        connection.close()
        raise
