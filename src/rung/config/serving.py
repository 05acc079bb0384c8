"""Between the event loop, which speaks with visitors, and the threads that make pages.

A page is made whole in one thread, and then sent: each time a thread and the loop hand something over, one of them waits for
Python's one lock. What is told piece by piece (long files, long tables) is handed over piece by piece, at the visitor's
pace, by threads beside those that make pages: a few visitors on poor lines must not stop the desk for everybody.
"""

from __future__ import annotations

import asyncio
import contextvars
import logging
import threading
from collections.abc import Callable, Iterable, MutableSequence
from contextlib import contextmanager
from functools import partial
from typing import Any

from a2wsgi.wsgi import Body, build_environ

from rung.config.threads import Threads

Message = dict[str, Any]
Send = Callable[[Any], Any]

log = logging.getLogger(__name__)

PATIENCE_S = 0.05
"""So long a page waits for its turn."""
STREAMS = 24
"""So many more threads may be telling something piece by piece."""
SILENCE_S = 60.0
"""Seconds in which a visitor takes no piece, after which nobody waits for them."""
SMALL = 256 * 1024
"""Bytes up to which a file goes out like a page: what is taken from memory holds no thread."""


class Pages:
    """A WSGI application as an ASGI application. Bodies of requests are to have come whole before (`bodies.py`)."""

    def __init__(self, application: Any, threads: int) -> None:
        self._application = application
        self._threads = Threads(threads + STREAMS, "page")
        self._seats = asyncio.Semaphore(threads)
        self._turn = threading.Lock()
        self.load = Load()

    async def __call__(self, scope: Any, receive: Any, send: Send) -> None:
        loop = asyncio.get_running_loop()
        environ = build_environ(scope, Body(loop, receive))

        def tell(message: Message) -> None:
            sending = asyncio.run_coroutine_threadsafe(send(message), loop)
            try:
                sending.result(SILENCE_S)
            finally:
                sending.cancel()  # nothing, where it is done

        with self.load.one_more():
            seat = _Seat(self._seats)
            await self._seats.acquire()
            try:
                make, stream = contextvars.copy_context().run, partial(loop.call_soon_threadsafe, seat.leave)
                whole = await loop.run_in_executor(self._threads, make, self._make, environ, tell, stream)
            finally:
                seat.leave()
            if whole is None:
                return
            beginning, body = whole
            if self.load.is_more_than_others():
                beginning["headers"].append((b"connection", b"close"))
            await send(beginning)
            await send({"type": "http.response.body", "body": body})

    def _make(
        self, environ: Any, tell: Callable[[Message], None], stream: Callable[[], Any]
    ) -> tuple[Message, bytes] | None:
        """How an answer begins, and its body; None when it was told already, or as far as the visitor took it. `stream` is
        called before the first piece."""
        beginning: Message = {"type": "http.response.start"}

        def start(status: str, headers: Iterable[tuple[str, str]], failure: Any = None) -> Callable[[bytes], Any]:
            beginning["status"] = int(status.split(" ", 1)[0])
            # A cookie of Django's begins with a blank.
            beginning["headers"] = [
                (name.lower().encode("latin1"), value.strip().encode("latin1")) for name, value in headers
            ]
            return _write_nothing

        with self._in_turn():
            answer = self._application(environ, start)
            is_asked_for = environ["REQUEST_METHOD"] != "HEAD"  # else a whole file would be read to be thrown away
            if not is_asked_for or not getattr(answer, "streaming", True) or _is_small(beginning):
                try:
                    body = b"".join(answer) if is_asked_for else b""
                    if is_asked_for and _is_small(beginning):
                        _say_length(beginning, body)
                    return beginning, body
                finally:
                    getattr(answer, "close", _nothing)()
        try:
            stream()
            tell(beginning)
            for piece in answer:
                tell({"type": "http.response.body", "body": piece, "more_body": True})
            tell({"type": "http.response.body", "body": b""})
        except TimeoutError:
            log.info("a visitor took nothing for %d s, and was let go", SILENCE_S)
        finally:
            getattr(answer, "close", _nothing)()
        return None

    @contextmanager
    def _in_turn(self) -> Any:
        """One page after the other, as long as they are quick: two at once would take turns at every question to the
        database, each turn costs, and both come late. Who has waited long goes all the same; a slow page stops nobody."""
        is_ours = self._turn.acquire(timeout=PATIENCE_S)
        try:
            yield
        finally:
            if is_ours:
                self._turn.release()


class _Seat:
    """One of the places for pages in the making; left once, however often it is said. In the event loop alone."""

    def __init__(self, seats: asyncio.Semaphore) -> None:
        self._seats: asyncio.Semaphore | None = seats

    def leave(self) -> None:
        if self._seats is not None:
            self._seats.release()
            self._seats = None


class Load:
    """How many pages this process has in hand, told to the processes that serve beside it.

    A visitor's line stays with the process that took it. With few lines, which is what a proxy before us keeps, chance may
    give most of them to one process while another has nothing to do; that one then lets a line go with its answer, to be
    taken by whoever is free. `shared`: a number for each process, each written by its own process alone.
    """

    def __init__(self) -> None:
        self._shared: MutableSequence[int] = [0]
        self._place = 0

    def share(self, shared: MutableSequence[int], place: int) -> None:
        self._shared, self._place = shared, place
        shared[place] = 0  # who was here before may have died with pages in hand

    @contextmanager
    def one_more(self) -> Any:
        """Called in the event loop alone, so that no addition is lost."""
        self._shared[self._place] += 1
        try:
            yield
        finally:
            self._shared[self._place] -= 1

    def is_more_than_others(self) -> bool:
        """By more than the one that whoever is let go would bring there."""
        return self._shared[self._place] - min(self._shared) > 1


def _is_small(beginning: Message) -> bool:
    """Whether it says that it is."""
    said = dict(beginning["headers"]).get(b"content-length", b"")
    return bool(said.isdigit()) and int(said) <= SMALL


def _say_length(beginning: Message, body: bytes) -> None:
    """As it is: a stylesheet that an upgrade has just replaced is longer than the server knew when it started, and would be
    no answer at all."""
    beginning["headers"] = [
        (name, str(len(body)).encode() if name == b"content-length" else value) for name, value in beginning["headers"]
    ]


def _write_nothing(piece: bytes) -> None:
    raise NotImplementedError("Django gives its answer back, and does not write it")


def _nothing() -> None:
    pass
