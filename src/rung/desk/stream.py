"""`/live`: tells every open desk that something happened, by server-sent events.

A bare ASGI application beside Django: an open stream costs a few kilobytes and no database connection. The session is
looked at once, in a thread that closes its connection again. What is sent is only the number of the newest journal
entry; whoever wants to know more asks for it through the gates, as for every page.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from importlib import import_module
from urllib.parse import parse_qs

from asgiref.typing import ASGIReceiveCallable, ASGISendCallable, HTTPScope, Scope
from django.conf import settings
from django.contrib.auth import get_user
from django.db import DatabaseError, connection
from django.db.models import Max
from django.http import HttpRequest, parse_cookie

from rung.accounts.access import Agent
from rung.journal.access import entries

LOOK_EVERY_S = 0.2
HEARTBEAT_S = 15.0
# A stream ends after this long and the browser opens it again, which asks anew who is there.
LONGEST_S = 1800.0
# Entries of concurrent transactions may become visible after a younger one; so many of the newest are counted.
STRAGGLERS = 100

logger = logging.getLogger(__name__)


def newest_entry() -> int:
    """The number of the newest journal entry; 0 in an empty journal."""
    return entries().aggregate(newest=Max("pk"))["newest"] or 0


# The number of the newest entry, and how many of the last numbers up to it are there.
Sight = tuple[int, int]


def look() -> Sight:
    """What the journal looks like now; two looks differ when anything came in between."""
    newest = newest_entry()
    return newest, entries().filter(pk__gt=newest - STRAGGLERS).count()


class Newsroom:
    """Watches the journal in one thread, while anyone listens, and wakes all who do."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._listeners: dict[asyncio.Future[int], asyncio.AbstractEventLoop] = {}
        self._open = 0
        self._is_watching = False
        self.seen: Sight = (0, 0)

    def enter(self, seen: Sight) -> None:
        """Come in, having seen the journal so far: what is there beyond it when the watch begins is news already."""
        with self._lock:
            self._open += 1
            if not self._is_watching:
                self._is_watching = True
                self.seen = seen
                threading.Thread(target=self._watch, name="newsroom", daemon=True).start()

    def leave(self) -> None:
        with self._lock:
            self._open -= 1

    def next_news(self) -> asyncio.Future[int]:
        """A future that gets the newest entry's number when there is something new."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[int] = loop.create_future()
        with self._lock:
            self._listeners[future] = loop
        return future

    def forget(self, future: asyncio.Future[int]) -> None:
        with self._lock:
            self._listeners.pop(future, None)
        future.cancel()

    def _watch(self) -> None:
        try:
            while True:
                with self._lock:
                    if not self._open:
                        self._is_watching = False
                        return
                try:
                    now = look()
                except DatabaseError:
                    logger.warning("the journal could not be read; trying again", exc_info=True)
                    connection.close()
                    now = self.seen
                if now != self.seen:
                    self.seen = now
                    self._tell(now[0])
                time.sleep(LOOK_EVERY_S)
        finally:
            connection.close()

    def _tell(self, newest: int) -> None:
        with self._lock:
            waiting, self._listeners = self._listeners, {}
        for future, loop in waiting.items():
            try:
                loop.call_soon_threadsafe(_settle, future, newest)
            except RuntimeError:  # its loop has ended: nobody is left to tell
                continue


def _settle(future: asyncio.Future[int], newest: int) -> None:
    if not future.done():
        future.set_result(newest)


newsroom = Newsroom()


def _who_is_there(cookies: str) -> tuple[bool, Sight]:
    """Whether the session belongs to an active agent, and what the journal looks like. Runs in a thread of its own."""
    try:
        request = HttpRequest()
        engine = import_module(settings.SESSION_ENGINE)
        request.session = engine.SessionStore(parse_cookie(cookies).get(settings.SESSION_COOKIE_NAME))
        agent = get_user(request)
        return isinstance(agent, Agent) and agent.is_active, look()
    finally:
        connection.close()


def _headers(scope: HTTPScope) -> dict[bytes, str]:
    return {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}


def _seen_until(scope: HTTPScope, headers: dict[bytes, str]) -> int | None:
    """What the browser has seen: its Last-Event-ID on coming back, else what its page was made from (`?after=`)."""
    query = parse_qs(scope["query_string"].decode("latin-1"))
    said = headers.get(b"last-event-id") or query.get("after", [""])[0]
    return int(said) if said.isdecimal() and len(said) < 19 else None


async def app(scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
    """The ASGI application: 401 for strangers, else a stream of `event: news` with the newest entry's number as id."""
    if scope["type"] != "http":
        raise RuntimeError(f"/live is not spoken to by {scope['type']}")
    headers = _headers(scope)
    welcome, sight = await asyncio.to_thread(_who_is_there, headers.get(b"cookie", ""))
    if not welcome or scope["method"] != "GET":
        await _refuse(send, 401 if not welcome else 405)
        return
    await send(
        {
            "type": "http.response.start",
            "status": 200,
            "headers": [
                (b"content-type", b"text/event-stream; charset=utf-8"),
                (b"cache-control", b"no-store"),
                (b"x-accel-buffering", b"no"),
                (b"x-content-type-options", b"nosniff"),
            ],
            "trailers": False,
        }
    )
    news = newsroom.next_news()
    newsroom.enter(sight)
    gone = asyncio.ensure_future(_until_gone(receive))
    try:
        await _stream(send, gone, news, _missed(_seen_until(scope, headers), sight))
    finally:
        gone.cancel()
        newsroom.leave()


def _missed(seen: int | None, sight: Sight) -> int:
    """The newest entry, when something has come since the browser's page was made or since it was let in; else 0."""
    is_behind = (seen is not None and sight[0] > seen) or newsroom.seen != sight
    return max(newsroom.seen[0], sight[0]) if is_behind else 0


async def _stream(send: ASGISendCallable, gone: asyncio.Future[None], news: asyncio.Future[int], missed: int) -> None:
    ends_at = asyncio.get_running_loop().time() + LONGEST_S
    try:
        await _write(send, b"retry: 2000\n: here\n\n")
        if missed:
            await _write(send, _news(missed))
        while asyncio.get_running_loop().time() < ends_at:
            done, _pending = await asyncio.wait((news, gone), timeout=HEARTBEAT_S, return_when=asyncio.FIRST_COMPLETED)
            if gone in done:
                return
            if news in done:
                entry = news.result()
                news = newsroom.next_news()
                await _write(send, _news(entry))
            else:
                await _write(send, b": still here\n\n")
        await send({"type": "http.response.body", "body": b"", "more_body": False})
    finally:
        newsroom.forget(news)


def _news(entry: int) -> bytes:
    return b"id: %d\nevent: news\ndata: %d\n\n" % (entry, entry)


async def _write(send: ASGISendCallable, body: bytes) -> None:
    await send({"type": "http.response.body", "body": body, "more_body": True})


async def _until_gone(receive: ASGIReceiveCallable) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _refuse(send: ASGISendCallable, status: int) -> None:
    await send(
        {
            "type": "http.response.start",
            "status": status,
            "headers": [(b"content-type", b"text/plain; charset=utf-8"), (b"cache-control", b"no-store")],
            "trailers": False,
        }
    )
    await send({"type": "http.response.body", "body": b"", "more_body": False})
