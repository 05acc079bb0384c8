"""The worker processes that `bench.ingest` watches, and the letters it hands them."""

import json
import signal
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bench.letters import MAILBOX, Letter
from bench.measure import cpu_of, wait_until
from tests.installation import ROOT, Installation

# As many letters in one commit as the door and the poller may keep together.
KEPT_TOGETHER = 100
WORKING: list["subprocess.Popen[str]"] = []


def keep(letters: Sequence[Letter]) -> None:
    from rung.channels.email.models import Mailbox, Source
    from rung.channels.email.verbs.letter import Arrival, keep_letters
    from rung.core.actor import SYSTEM

    mailbox = Mailbox.objects.get()
    for start in range(0, len(letters), KEPT_TOGETHER):
        arrivals = [
            Arrival(letter.raw, mailbox, Source.SMTP, letter.sender, (MAILBOX,))
            for letter in letters[start : start + KEPT_TOGETHER]
        ]
        keep_letters(arrivals, by=SYSTEM, at=datetime.now(UTC))


def _is_settled() -> bool:
    from rung.channels.email.models import Letter as KeptLetter
    from rung.insight.models import Unfolded
    from rung.journal.models import Undelivered
    from rung.ladder.models import Regrade
    from rung.search.models import Waiting

    waiting = (
        KeptLetter.objects.waiting(), Undelivered.objects.all(), Regrade.objects.all(), Unfolded.objects.all(),
        Waiting.objects.all(),
    )  # fmt: skip
    return not any(rows.exists() for rows in waiting)


@dataclass(frozen=True)
class Took:
    """Seconds since the letters were kept: wall, CPU of the workers, and of what serves them in a server on this machine."""

    wall_s: float
    cpu_s: float
    server_s: float


class Workers:
    """Worker processes that have loaded, done all that waited for them, and wait for the word."""

    def __init__(self, rung: Installation, count: int) -> None:
        self.processes = [
            subprocess.Popen(
                [sys.executable, "-m", "bench.working", str(core)],
                env=rung.env, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            )
            for core in range(count)
        ]  # fmt: skip
        WORKING.extend(self.processes)
        for process in self.processes:
            assert process.stdout is not None
            if process.stdout.readline() != "ready\n":
                raise RuntimeError("a worker did not load")
        self.have_begun = False

    def _used(self) -> tuple[float, float, float]:
        own = sum(cpu_of(process.pid) for process in self.processes)
        return time.perf_counter(), own, sum(cpu_of(pid) for pid in _servers() if Path(f"/proc/{pid}").exists())

    def _since(self) -> Took:
        return Took(*(now - before for now, before in zip(self._used(), self.before, strict=True)))

    def begin_to_count(self) -> None:
        """What is told from now on is what it took since."""
        self.before = self._used()

    def read_everything(self, *, seconds: float) -> Took:
        """Give the word where it was not given; what it took until no letter waits any more."""
        from rung.channels.email.models import Letter as KeptLetter

        if not self.have_begun:
            for process in self.processes:
                assert process.stdin is not None
                process.stdin.write("go\n")
                process.stdin.flush()
            self.have_begun = True
        wait_until(lambda: not KeptLetter.objects.waiting().exists(), seconds=seconds, why="letters still wait")
        return self._since()

    def settle(self, *, seconds: float) -> Took:
        """What it took until nothing waits at all."""
        wait_until(_is_settled, seconds=seconds, every=0.1, why="reactions, grades or facts still wait")
        return self._since()

    def cost_of(self, letters: Sequence[Letter]) -> Took:
        """What it took to keep them, read them and settle all that they set off."""
        seconds = 120 + len(letters) / 5
        self.begin_to_count()  # before: they begin to read while the rest is being kept
        keep(letters)
        self.read_everything(seconds=seconds)
        return self.settle(seconds=seconds)

    def wait_for(self, letter: Letter) -> float:
        """Keep one letter at an idle desk; seconds until it is visible."""
        from rung.channels.email.models import Letter as KeptLetter

        began = time.perf_counter()
        keep([letter])
        wait_until(lambda: not KeptLetter.objects.waiting().exists(), seconds=20, every=0.005, why="it still waits")
        took = time.perf_counter() - began
        time.sleep(0.05 * (len(letter.raw) % 7))  # so that the letters do not march in step with the worker's look
        return took

    def stop(self) -> dict[str, float]:
        """What they used altogether, and the most memory that one had."""
        used: dict[str, float] = defaultdict(float)
        for process in self.processes:
            process.send_signal(signal.SIGTERM)
        for process in self.processes:
            said, _ = process.communicate(timeout=60)
            for name, value in json.loads(said.splitlines()[-1]).items():
                used[name] = max(used[name], value) if name == "peak_kib" else used[name] + value
        return used


def _servers() -> list[int]:
    """The processes of a PostgreSQL server that serve our database, but for this one's."""
    from django.db import connection

    if connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        return [pid for (pid,) in cursor.fetchall()]
