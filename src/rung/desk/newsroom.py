"""Who watches the journal for all open desks of a process, and the desks that wait to be told."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections import defaultdict
from dataclasses import replace

from django.db import Error as DatabaseTrouble
from django.db import connection

from rung.desk.news import Listener, News, Sight, look, news_between, parted
from rung.touchpoints.here import newest_stirring, stirrings_after

LOOK_EVERY_S = 0.02
# After a look that failed: a server that is away for a minute is no reason to write three thousand tracebacks.
TROUBLE_S = 1.0
HEARTBEAT_S = 15.0
# Who comes and goes may be seen a little later.
PRESENCE_EVERY = 10

logger = logging.getLogger(__name__)


class Desk:
    """One open stream. What it is told while it is still writing waits for it, folded into one piece of news."""

    def __init__(self, listener: Listener) -> None:
        self.listener = listener
        self._loop = asyncio.get_running_loop()
        self._news = News()
        self._beat = self._is_gone = self.is_to_ask_anew = False
        self._waiter: asyncio.Future[None] | None = None
        self._spoke_at = self._loop.time()
        self._clock = self._loop.call_later(HEARTBEAT_S, self._rest)

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        return self._loop

    def tell(self, news: News) -> None:
        """Called in the desk's own loop."""
        self._news = self._news | news if self._news else news
        self._wake()

    def beat(self) -> None:
        self._beat = True
        self._wake()

    def leave(self) -> None:
        self._is_gone = True
        self._clock.cancel()
        self._wake()

    async def hear(self) -> bytes | None:
        """What is to be written next; None when whoever listened has left."""
        while not (self._news or self._beat or self._is_gone):
            self._waiter = self._loop.create_future()
            await self._waiter
        if self._is_gone:
            return None
        said, self._news, self._beat = self._news, News(), False
        self._spoke_at = self._loop.time()
        self.is_to_ask_anew = said.asks_anew
        return said.message if said else b": still here\n\n"

    def _rest(self) -> None:
        """Say that we are still here, unless we have said something meanwhile."""
        now, due = self._loop.time(), self._spoke_at + HEARTBEAT_S
        if due <= now:
            self.beat()
        self._clock = self._loop.call_at(due if due > now else now + HEARTBEAT_S, self._rest)

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)


class Newsroom:
    """Watches the journal in one thread, while anyone listens, and wakes all whom the news concerns."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._desks: set[Desk] = set()
        self._is_watching = False
        self._version: object = None
        self.seen: Sight = {}
        self._stirred: int | None = None
        self._looks = 0

    def enter(self, desk: Desk, seen: Sight) -> None:
        """Come in, having seen the journal so far: what is there beyond it when the watch begins is news already."""
        with self._lock:
            self._desks.add(desk)
            if not self._is_watching:
                self._is_watching, self._version, self._stirred = True, None, None
                self.seen = seen
                threading.Thread(target=self._watch, name="newsroom", daemon=True).start()

    def leave(self, desk: Desk) -> None:
        with self._lock:
            self._desks.discard(desk)

    def _watch(self) -> None:
        try:
            while True:
                with self._lock:
                    if not self._desks:
                        self._is_watching = False
                        return
                try:
                    now, stirring = self._look(), self._listen()
                except DatabaseTrouble as trouble:
                    logger.warning("the journal could not be read; trying again: %s", trouble)
                    connection.close()
                    # What was looked at before it failed is still to be told, and another connection counts anew.
                    self._version = None
                    time.sleep(TROUBLE_S)
                    continue
                news = replace(news_between(self.seen, now), stirring=stirring)
                self.seen = now  # before anybody is told: whoever comes in now compares with it
                if news:
                    self._tell(news)
                time.sleep(LOOK_EVERY_S)
        except BaseException:
            with self._lock:
                self._is_watching = False  # or whoever comes in next would wait for one who is gone
            raise
        finally:
            connection.close()

    def _look(self) -> Sight:
        """A look at the journal, unless the database says that nothing has become visible in it since the last one."""
        version = _version()
        if version == self._version:
            return self.seen
        now, self._version = look(), version
        return now

    def _listen(self) -> frozenset[int]:
        """In which conversations somebody stirred since the last time; nothing at the first."""
        self._looks += 1
        if self._stirred is None:
            self._stirred = newest_stirring()
        if self._looks % PRESENCE_EVERY:
            return frozenset()
        came = stirrings_after(self._stirred)
        self._stirred = max(came, default=self._stirred)
        return frozenset(came.values())

    def _tell(self, news: News) -> None:
        with self._lock:
            there = list(self._desks)
        listeners = {desk.listener for desk in there}
        try:
            told = parted(news, listeners)
        except DatabaseTrouble:
            logger.warning("nobody could say whom news concern; everybody looks again", exc_info=True)
            connection.close()
            told = parted(News(news.entry, None), listeners)
        desks: dict[asyncio.AbstractEventLoop, list[tuple[Desk, News]]] = defaultdict(list)
        for desk in there:
            if desk.listener in told:
                desks[desk.loop].append((desk, told[desk.listener]))
        for loop, pieces in desks.items():
            try:
                loop.call_soon_threadsafe(_tell_all, pieces)
            except RuntimeError:  # its loop has ended: nobody is left to tell
                continue


def _version() -> object:
    """What differs when something may have become visible in the database; read from memory, not from its tables."""
    sqlite = connection.vendor == "sqlite"
    with connection.cursor() as cursor:
        return cursor.execute("PRAGMA data_version" if sqlite else "SELECT pg_current_snapshot()::text").fetchone()


def _tell_all(pieces: list[tuple[Desk, News]]) -> None:
    for desk, news in pieces:
        desk.tell(news)


newsroom = Newsroom()
