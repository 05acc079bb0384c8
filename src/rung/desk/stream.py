"""`/live`: tells every open desk that something happened, by server-sent events.

A bare ASGI application beside Django: an open stream costs a few kilobytes and no database connection. The session is
looked at once, in a thread that closes its connection again. What is sent is only the number of the newest journal
entry and whom and what the news is about, by number; whoever wants to know more asks for it through the gates, as for
every page, and a page that the news does not concern asks for nothing. Beside the news goes in which conversations
somebody comes, leaves or begins to write: it is no news of the journal, and only who shows it listens.
"""

from __future__ import annotations

import asyncio
import json
import logging
import threading
import time
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib import import_module
from urllib.parse import parse_qs

from asgiref.typing import ASGIReceiveCallable, ASGISendCallable, HTTPScope, Scope
from django.conf import settings
from django.contrib.auth import get_user
from django.db import DatabaseError, connection
from django.http import HttpRequest, parse_cookie

from rung.accounts.access import Agent, has_shown_it_elsewhere, is_vouched_for
from rung.journal.access import entries
from rung.notices.access import newest_rings
from rung.touchpoints.here import newest_stirring, stirrings_after

LOOK_EVERY_S = 0.04
HEARTBEAT_S = 15.0
# A stream ends after this long and the browser opens it again, which asks anew who is there.
LONGEST_S = 1800.0
# Entries of concurrent transactions may become visible after a younger one; so many of the newest are looked at.
STRAGGLERS = 100
# And so many of those whose bell has another number than before.
BELLS = 20
# Who comes and goes may be seen a little later.
PRESENCE_EVERY = 5
# News about more than so many is news about everything.
NAMED_AT_MOST = 40
# What changes who may listen, or what they see: every stream ends then, and whoever opens it again is asked who they are.
RIGHTS = {
    *("agent.left", "agent.changed", "role.changed", "team.joined", "team.left"),
    *("identity.released", "identity_provider.ended"),
}
ANEW = "anew"

logger = logging.getLogger(__name__)


# The newest entries by number, each with the words for whom and what it is about; below nought, the bells that rang last.
Sight = Mapping[int, tuple[str, ...]]


def look() -> Sight:
    """What the journal looks like now. What somebody is told is no fact of it, and is seen beside it."""
    named = ("pk", "kind", "conversation", "customer", "data__agents")
    rows = entries().order_by("-pk").values_list(*named)[:STRAGGLERS]
    seen = {pk: _words(*about) for pk, *about in rows}
    return seen | {-ring: (f"bell:{agent}",) for ring, agent in newest_rings(BELLS)}


def _words(kind: str, conversation: int | None, customer: int | None, agents: list[int] | None) -> tuple[str, ...]:
    if agents is not None:  # it says itself whose it is, as a call does that rings for somebody
        return tuple(f"agent:{agent}" for agent in agents)
    if kind in RIGHTS:
        return (ANEW, kind.split(".")[0])
    named = (("conversation", conversation), ("customer", customer))
    return tuple(f"{noun}:{number}" for noun, number in named if number is not None) or (kind.split(".")[0],)


@dataclass(frozen=True)
class News:
    """What has come: the newest entry's number (0: nothing), and whom and what it is about, as `conversation:18`,
    `customer:5` or, where it is about neither, the noun of its kind. None: it may concern anybody."""

    entry: int = 0
    about: frozenset[str] | None = frozenset()
    # The conversations in which somebody came, left or began to write.
    stirring: frozenset[int] = frozenset()

    def __or__(self, other: News) -> News:
        about = None if self.about is None or other.about is None else self.about | other.about
        return News(max(self.entry, other.entry), about, self.stirring | other.stirring)

    def __bool__(self) -> bool:
        return bool(self.entry or self.stirring)

    @property
    def message(self) -> bytes:
        return (self._entries() if self.entry else b"") + (self._presence() if self.stirring else b"")

    def _presence(self) -> bytes:
        data = json.dumps(sorted(self.stirring), separators=(",", ":"))
        return f"event: presence\ndata: {data}\n\n".encode()

    def _entries(self) -> bytes:
        about = None if self.about is None or len(self.about) > NAMED_AT_MOST else sorted(self.about)
        data = json.dumps(about, separators=(",", ":"))
        return f"id: {self.entry}\nevent: news\ndata: {data}\n\n".encode()


def _reaches(sight: Sight) -> int:
    """The number of the oldest entry in sight; 0 where all there are."""
    numbers = [pk for pk in sight if pk > 0]
    return min(numbers) if len(numbers) >= STRAGGLERS else 0


def news_between(before: Sight, now: Sight) -> News:
    """What is in the newer sight and was not in the older one."""
    came = now.keys() - before.keys()
    if not came:
        return News()
    is_gapless = _reaches(now) <= max(before, default=0)
    return News(max(now), frozenset(word for pk in came for word in now[pk]) if is_gapless else None)


class Desk:
    """One open stream. What it is told while it is still writing waits for it, folded into one piece of news."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._news = News()
        self._beat = self._is_gone = self.is_to_ask_anew = False
        self._waiter: asyncio.Future[None] | None = None

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        return self._loop

    def tell(self, news: News) -> None:
        """Called in the desk's own loop."""
        self._news |= news
        self._wake()

    def beat(self) -> None:
        self._beat = True
        self._wake()

    def leave(self) -> None:
        self._is_gone = True
        self._wake()

    async def hear(self) -> bytes | None:
        """What is to be written next; None when whoever listened has left."""
        while not (self._news or self._beat or self._is_gone):
            self._waiter = self._loop.create_future()
            await self._waiter
        if self._is_gone:
            return None
        said, self._news, self._beat = self._news, News(), False
        self.is_to_ask_anew = said.about is not None and ANEW in said.about
        return said.message if said else b": still here\n\n"

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)


class Newsroom:
    """Watches the journal in one thread, while anyone listens, and wakes all who do."""

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
                stirring: frozenset[int] = frozenset()
                try:
                    now, stirring = self._look(), self._listen()
                except DatabaseError:
                    logger.warning("the journal could not be read; trying again", exc_info=True)
                    connection.close()
                    now = self.seen
                news = replace(news_between(self.seen, now), stirring=stirring)
                self.seen = now
                if news:
                    self._tell(news)
                time.sleep(LOOK_EVERY_S)
        finally:
            connection.close()

    def _look(self) -> Sight:
        """A look at the journal, unless SQLite says that nobody has written to its file since the last one."""
        if connection.vendor != "sqlite":
            return look()
        with connection.cursor() as cursor:
            version = cursor.execute("PRAGMA data_version").fetchone()
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
        desks = defaultdict(list)
        with self._lock:
            for desk in self._desks:
                desks[desk.loop].append(desk)
        for loop, there in desks.items():
            try:
                loop.call_soon_threadsafe(_tell_all, there, news)
            except RuntimeError:  # its loop has ended: nobody is left to tell
                continue


def _tell_all(desks: list[Desk], news: News) -> None:
    for desk in desks:
        desk.tell(news)


newsroom = Newsroom()


def _who_is_there(cookies: str) -> tuple[bool, Sight]:
    """Whether the session belongs to an active agent, and what the journal looks like. Runs in a thread of its own."""
    try:
        request = HttpRequest()
        engine = import_module(settings.SESSION_ENGINE)
        request.session = engine.SessionStore(parse_cookie(cookies).get(settings.SESSION_COOKIE_NAME))
        agent = get_user(request)
        if not isinstance(agent, Agent) or not agent.is_active or not is_vouched_for(request, agent):
            return False, look()
        return not agent.owes_second_step or has_shown_it_elsewhere(request), look()
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
    desk = Desk()
    newsroom.enter(desk, sight)
    gone = asyncio.ensure_future(_until_gone(receive, desk))
    try:
        await _stream(send, desk, _missed(_seen_until(scope, headers), sight))
    finally:
        gone.cancel()
        newsroom.leave(desk)


def _missed(seen: int | None, sight: Sight) -> News:
    """What has come since the browser's page was made or, where it does not say when, since it was let in."""
    missed = news_between(sight, newsroom.seen)
    newest = max(sight, default=0)
    if newest <= 0:
        return missed
    seen = newest if seen is None else seen
    # No page says which bells it has heard: whose rang lately looks again.
    about = frozenset(word for pk, words in sight.items() if pk > seen or pk < 0 for word in words)
    return missed | News(newest if about else 0, about if _reaches(sight) <= seen else None)


async def _stream(send: ASGISendCallable, desk: Desk, missed: News) -> None:
    loop = asyncio.get_running_loop()
    ends_at = loop.time() + LONGEST_S
    await _write(send, b"retry: 2000\n: here\n\n")
    if missed.entry:
        desk.tell(missed)
    while loop.time() < ends_at:
        heartbeat = loop.call_later(HEARTBEAT_S, desk.beat)
        try:
            said = await desk.hear()
        finally:
            heartbeat.cancel()
        if said is None:
            return
        await _write(send, said)
        if desk.is_to_ask_anew:
            break
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _write(send: ASGISendCallable, body: bytes) -> None:
    await send({"type": "http.response.body", "body": body, "more_body": True})


async def _until_gone(receive: ASGIReceiveCallable, desk: Desk) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    desk.leave()


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
