"""Threads that make pages, those first that were busy last: their line to the database is open, and warm at both ends."""

from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor, Future, wait
from functools import partial
from multiprocessing.util import Finalize
from queue import SimpleQueue
from threading import Lock, Thread
from typing import Any, ParamSpec, TypeVar

Given = ParamSpec("Given")
Answer = TypeVar("Answer")

_Work = tuple["Future[Any]", Callable[[], Any]]


class Threads(Executor):
    """No more than are wanted at one moment are ever started, and `most` at most; what comes beyond waits for one of them.

    The standard library's pool goes round all its threads, and starts another one whenever work comes between the end of a
    page and its thread's sitting down: each has a line to the database, whose first page has to have its questions planned.
    """

    def __init__(self, most: int, name: str) -> None:
        self._most, self._name = most, name
        self._lock = Lock()
        self._started = 0
        self._idle: list[SimpleQueue[_Work]] = []
        self._waiting: deque[_Work] = deque()
        self._in_hand: set[Future[Any]] = set()

    def submit(self, work: Callable[Given, Answer], /, *args: Given.args, **kwargs: Given.kwargs) -> "Future[Answer]":
        future: Future[Answer] = Future()
        item: _Work = (future, partial(work, *args, **kwargs))
        with self._lock:
            self._in_hand.add(future)
            if self._idle:
                self._idle.pop().put(item)
            elif self._started < self._most:
                if not self._started:  # not before: what a process forgets when it is forked is how it is to end
                    Finalize(None, self._finish, exitpriority=1)
                self._started += 1
                Thread(target=self._live, args=(item,), name=f"{self._name}_{self._started}", daemon=True).start()
            else:
                self._waiting.append(item)
        return future

    def _live(self, item: _Work) -> None:
        own: SimpleQueue[_Work] = SimpleQueue()
        following: _Work | None = item
        while True:
            future, work = following or own.get()
            tell = _done(work, future) if future.set_running_or_notify_cancel() else None
            with self._lock:
                self._in_hand.discard(future)
                following = self._waiting.popleft() if self._waiting else None
                if following is None:
                    self._idle.append(own)
            # After sitting down: whoever hears of it may have the next page at once.
            if tell is not None:
                tell()
            del future, work, tell

    def _finish(self) -> None:
        """A page that is being made when the process ends is made."""
        with self._lock:
            in_hand = tuple(self._in_hand)
        wait(in_hand)


def _done(work: Callable[[], Any], future: "Future[Any]") -> Callable[[], None]:
    """Do it; what tells of it."""
    try:
        return partial(future.set_result, work())
    except BaseException as failure:
        return partial(future.set_exception, failure)
