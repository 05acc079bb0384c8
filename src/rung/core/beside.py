"""Work of minutes in a process of its own beside the worker: mail does not wait for it, and its memory is given back."""

import os
import subprocess
import sys
import time
from collections.abc import Iterable

GENTLE = 10
"""By how much such a process gives way to others (`os.nice`)."""
PAUSE_S = 3.0
"""Seconds between two words of progress: SQLite has one writer, and mail is coming in."""
ONE_CORE = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"), "1")


class Orphaned(Exception):
    """Whoever started this process is gone, so it should go too."""


def start(command: str, key: int, tries: int) -> "subprocess.Popen[bytes]":
    """A process that does one of our commands with what the key names. ``tries``: which try it is. It is told and does not
    look: on a slow machine another may have been begun in its place before it is up."""
    arguments = [sys.executable, "-m", "rung", command, str(key), str(tries)]
    # our own interpreter, and numbers: nothing of what strangers send comes near it
    return subprocess.Popen(arguments, stdin=subprocess.DEVNULL, env={**os.environ, **ONE_CORE})  # noqa: S603


def living(started: Iterable["subprocess.Popen[bytes]"]) -> list["subprocess.Popen[bytes]"]:
    """Those that still run; asking is what lets the dead go, which would stay as zombies."""
    return [process for process in started if process.poll() is None]


class Words:
    """When such a process is to say how far it has come. `parent`: the process that started it, None where a person did."""

    def __init__(self, parent: int | None) -> None:
        self.parent = parent
        self.spoke = float("-inf")
        self.said = ""

    def are_due(self, doing: str = "") -> bool:
        """Whether to speak now: after a pause, or when something else is being done. Raises Orphaned."""
        if self.parent is not None and os.getppid() != self.parent:
            raise Orphaned
        if time.monotonic() - self.spoke < PAUSE_S and doing == self.said:
            return False
        self.spoke, self.said = time.monotonic(), doing
        return True
