"""Keeps the parts of an installation running: starts each as a process of its own, starts again what dies, stops all.

On Linux the parts are forked from a process that has loaded everything already, so they start at once and share its
memory. Elsewhere (macOS, whose system libraries do not survive a fork) each loads for itself.
"""

import gc
import multiprocessing
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.connection import wait
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess
from types import FrameType
from typing import Any

import structlog

log = structlog.get_logger(__name__)

LONGEST_PAUSE = 60.0
STEADY_AFTER = 60.0
PATIENCE = 10.0
SAME_SIGNAL = 0.3


@dataclass(frozen=True)
class Part:
    """One process: a name for the log, and what it does until SIGTERM. Both must survive pickling, for the sake of macOS."""

    name: str
    run: Callable[..., None]
    arguments: tuple[Any, ...] = ()


@dataclass
class Child:
    """A part as it runs: its process, since when, how often it died in a row, and when to try again."""

    part: Part
    process: BaseProcess | None = None
    started: float = 0.0
    deaths: int = 0
    due: float = field(default=0.0)


def pause_after(deaths: int) -> float:
    """Seconds before the next try: 1, 2, 4 … at most a minute."""
    return min(2.0 ** min(deaths - 1, 10), LONGEST_PAUSE)


def default_context() -> BaseContext:
    return multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")


class Supervisor:
    """`run()` returns after SIGINT or SIGTERM, when every part has stopped. A second signal stops them the hard way."""

    def __init__(self, parts: list[Part], context: BaseContext | None = None) -> None:
        self.children = [Child(part) for part in parts]
        self.context = context or default_context()
        self.signals = 0
        self.signalled = float("-inf")
        self.bell, self.rope = socket.socketpair()

    def run(self) -> None:
        self.bell.setblocking(False)
        self.rope.setblocking(False)
        before = {sig: signal.signal(sig, self._signalled) for sig in (signal.SIGINT, signal.SIGTERM)}
        bell_before = signal.set_wakeup_fd(self.rope.fileno(), warn_on_full_buffer=False)
        gc.collect()
        gc.freeze()  # what is loaded stays shared: the collector does not touch it, so no page is copied
        try:
            while not self.signals:
                self._start_what_is_due()
                self._wait()
                self._bury()
        finally:
            self._stop_all()
            signal.set_wakeup_fd(bell_before)
            for sig, handler in before.items():
                signal.signal(sig, handler)

    def _signalled(self, number: int, frame: FrameType | None) -> None:
        # A terminal or a wrapper may pass one Ctrl-C on twice, to us and to our group: at once means the same one.
        if time.monotonic() - self.signalled > SAME_SIGNAL:
            self.signals += 1
            self.signalled = time.monotonic()

    def _start_what_is_due(self) -> None:
        for child in self.children:
            if child.process is None and child.due <= time.monotonic():
                # multiprocessing's contexts all have Process, their common base does not say so
                process: BaseProcess = self.context.Process(  # type: ignore[attr-defined]
                    target=_live, args=(child.part,), name=child.part.name
                )
                process.start()
                child.process, child.started = process, time.monotonic()

    def _wait(self) -> None:
        pauses = [child.due - time.monotonic() for child in self.children if child.process is None]
        sentinels: list[Any] = [child.process.sentinel for child in self.children if child.process]
        if self.bell in wait([*sentinels, self.bell], max(0.0, min(pauses)) if pauses else None):
            self.bell.recv(64)

    def _bury(self) -> None:
        if self.signals:
            return
        for child in self.children:
            if child.process is None or child.process.is_alive():
                continue
            lived = time.monotonic() - child.started
            child.deaths = 1 if lived > STEADY_AFTER else child.deaths + 1
            pause = pause_after(child.deaths)
            log.error(
                "a part stopped by itself and is started again",
                part=child.part.name, exit=child.process.exitcode, lived_s=round(lived, 1), pause_s=pause,
            )  # fmt: skip
            child.process, child.due = None, time.monotonic() + pause

    def _stop_all(self) -> None:
        running = {child.part.name: child.process for child in self.children if child.process}
        for process in running.values():
            if process.is_alive():
                process.terminate()
        deadline = time.monotonic() + PATIENCE
        asked = self.signals
        while running and time.monotonic() < deadline and self.signals in (asked, 0):
            sentinels: list[Any] = [process.sentinel for process in running.values()]
            if self.bell in wait([*sentinels, self.bell], deadline - time.monotonic()):
                self.bell.recv(64)
            running = {name: process for name, process in running.items() if process.is_alive()}
        for name, process in running.items():
            log.warning("a part did not stop when asked, and was killed", part=name)
            process.kill()
            process.join()


def _live(part: Part) -> None:
    """The life of a child: out of the terminal's Ctrl-C (the supervisor passes it on), and never an orphan."""
    os.setpgrp()
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    part.run(*part.arguments)


def _leave_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(PATIENCE)
        os._exit(1)
