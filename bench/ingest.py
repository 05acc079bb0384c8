"""How fast letters become touchpoints: from kept to visible in the queue, by the real worker on one core.

Beside it what new mail and replies cost apart, which errands of the worker that goes into, the rate of the mail door for a
plain SMTP client, the wait of a single letter at an idle desk, and as reference what the standard library alone needs to
parse the same letters in the same run. What a letter costs is counted until all that it set off is done.
"""

import email
import email.policy
import json
import os
import signal
import smtplib
import subprocess
import sys
import time
from argparse import Namespace
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from bench.indexed import index_what_will_be_answered, take_for_indexed
from bench.letters import MAILBOX, Known, Letter, make_letters
from bench.measure import Report, cpu_of, median, on_one_core, parser, quantile, tell, timed, wait_until
from bench.seed import filled
from tests.installation import ROOT, Installation

GOAL = 300.0
MOST_COMMITS = 3
SENT = 400
SINGLE = 20
APART = 1000
AGAIN = 500
# Read before the workers begin to be watched: what a worker loads at its first letter, it has loaded for years to come.
WARMED = 100
# As many letters in one commit as the door and the poller may keep together.
KEPT_TOGETHER = 100
WORKING: list["subprocess.Popen[str]"] = []


def main() -> None:
    arguments = parser(__doc__.splitlines()[0], 2000)
    arguments.add_argument("--store", type=int, default=0, help="conversations that are there before")
    arguments.add_argument("--data", type=Path, help="keep that store in this folder, or use it when it is filled")
    arguments.add_argument("--workers", type=int, default=1, help="each on a core of its own, while there are cores")
    arguments.add_argument("--brief", action="store_true", help="neither the mail door nor single letters")
    asked = arguments.parse_args()
    report = Report("ingest", asked.size)
    with _installed(asked.store, asked.data) as (rung, known):
        try:
            _measure(rung, report, asked, known)
        finally:  # nothing of a bench that failed goes on working
            for process in WORKING:
                process.kill()
    report.print(asked.json)


@contextmanager
def _installed(stored: int, data: Path | None) -> Iterator[tuple[Installation, Sequence[Known]]]:
    if stored or data:
        with filled(stored, data) as (rung, store):
            take_for_indexed()
            index_what_will_be_answered(store.known)
            yield rung, store.known
        return
    with Installation() as rung:
        os.environ.update(rung.env)
        os.environ["DJANGO_SETTINGS_MODULE"] = "rung.config.settings"
        rung.migrate()
        import django

        django.setup()
        yield rung, ()


def _measure(rung: Installation, report: Report, asked: Namespace, known: Sequence[Known]) -> None:
    size = asked.size
    _open_mailbox()
    # Again on the same store: other people, other letters.
    run = _letters_kept()
    tell(f"making {size} letters" + (f" at {asked.store:,} conversations" if asked.store else ""))
    # Of these days: what is older sets off less.
    make = partial(make_letters, seed=run, began=datetime.now(UTC).replace(microsecond=0) - timedelta(days=1))
    letters = list(make(size, known=known))
    report.add("bytes of a letter", sum(len(letter.raw) for letter in letters) / size, "mean")
    answered = list(make(APART, known=_of(letters), share=1, name="reply"))
    new = list(make(APART, share=0, name="new"))

    tell("the standard library parses them")
    parsed = [_parsed_on_one_core(letters)]

    tell("they are kept, and read")
    _keep(list(make(WARMED, known=known, name="warm")))
    workers = _Workers(rung, asked.workers)
    report.add("kept", size / timed(lambda: _keep(letters)), "letters/s", note=f"{KEPT_TOGETHER} in a commit")
    visible_before = _visible()
    workers.begin_to_count()
    took = workers.read_everything(seconds=60 + size / 5)
    if (visible := _visible() - visible_before) < size:
        raise AssertionError(f"{size} letters were kept, {visible} more are visible in the queue")
    settled = workers.settle(seconds=120 + size / 5)
    # Before and after: a neighbour who comes or goes slows both.
    parsed.append(_parsed_on_one_core(letters))
    reference = 2 * size / sum(wall_s for wall_s, _ in parsed)
    reference_cpu_s = sum(cpu_s for _, cpu_s in parsed) / (2 * size)
    reached = size / took.wall_s
    how = "one core" if asked.workers == 1 else f"{asked.workers} workers"
    report.add("kept to visible in the queue", reached, "letters/s", at_least=GOAL, note=how)
    _tell_cost(report, "CPU of a letter, to visible", took, size, reference_cpu_s)
    report.add("kept to settled", size / settled.wall_s, "letters/s", note="reactions, index, grades and facts done")
    _tell_cost(report, "CPU of a letter, to settled", settled, size, reference_cpu_s)
    for name, some in (("new mail", new), ("replies", answered)):
        apart = workers.cost_of(some)
        _tell_cost(report, f"CPU of a letter, only {name}, to settled", apart, len(some), reference_cpu_s)
    # What takes up a settled matter does more than other letters, at every size; only a store that has such matters can have
    # them in its mixture, and growth is to be read from letters of one kind.
    again = list(make(AGAIN, known=known or _resolved(new[:AGAIN]), share=1, name="again"))
    workers.settle(seconds=120 + size / 5)
    apart = workers.cost_of(again)
    what = "answers to what is stored" if known else "answers to what was resolved"
    _tell_cost(report, f"CPU of a letter, only {what}, to settled", apart, len(again), reference_cpu_s)

    single = 0
    if not asked.brief:
        tell("single letters at an idle desk")
        waits = [1000 * workers.wait_for(letter) for letter in make(SINGLE, name="single")]
        report.add("a single letter, kept to visible", median(waits), "ms", note=f"p95 {quantile(waits, 0.95):.0f} ms")
        single = SINGLE
    used, kept = workers.stop(), WARMED + size + 2 * APART + AGAIN + single
    report.add(
        "commits of a letter", used["commits"] / kept, "", at_most=MOST_COMMITS, note="the worker's, all errands"
    )
    report.add("queries of a letter", used["queries"] / kept, "")
    _tell_errands(report, used, kept)
    report.add("peak memory of a worker", used["peak_kib"] / 1024, "MiB")
    if not asked.brief:
        tell("a plain SMTP client at the mail door")
        rung.start("door")
        report.add("SMTP door, one connection", _send(rung, 1, run), "letters/s", note="to “250 OK”, committed")
        report.add("SMTP door, eight connections", _send(rung, 8, run), "letters/s")
        rung.stop("door")
    report.add("reference: standard library", reference, "letters/s", note="email.policy.default, headers and bodies")
    report.add("kept to visible, share of the reference", reached / reference, "×")


def _tell_cost(report: Report, name: str, took: "_Took", letters: int, reference_s: float) -> None:
    server = f", and {1000 * took.server_s / letters:.2f} ms of the database server" if took.server_s else ""
    times = took.cpu_s / letters / reference_s
    report.add(name, 1000 * took.cpu_s / letters, "ms", note=f"{times:.2f} times the bare parsing{server}")


def _tell_errands(report: Report, used: dict[str, float], letters: int) -> None:
    """What each errand took that counts, first letters and all."""
    report.add("CPU of a letter, all of the worker's", 1000 * used["cpu_s"] / letters, "ms")
    for name, seconds in sorted(used.items(), key=lambda item: -item[1]):
        if name.startswith("cpu: ") and seconds >= 0.01 * used["cpu_s"]:
            wall = 1000 * used[f"wall: {name[5:]}"] / letters
            report.add(f"of it {name[5:]}", 1000 * seconds / letters, "ms", note=f"{wall:.2f} ms by the clock")
    hourly = sum(seconds for name, seconds in used.items() if name.startswith("hourly: "))
    report.add("what is done once an hour", hourly, "s", note="before, and not counted above")


def _of(letters: Sequence[Letter]) -> list[Known]:
    """Letters that began something, for others to answer."""
    return [Known(letter.message_id, letter.sender, letter.subject) for letter in letters if not letter.is_reply]


def _resolved(letters: Sequence[Letter]) -> list[Known]:
    """The conversations that letters began, settled now; for others to take up."""
    from rung.channels.email.models import Letter as KeptLetter
    from rung.core.actor import SYSTEM
    from rung.touchpoints.verbs import resolve_conversation

    begun = KeptLetter.objects.filter(message_id__in=[letter.message_id for letter in letters])
    kept = [each.touchpoint for each in begun.select_related("touchpoint__conversation") if each.touchpoint]
    for touchpoint in kept:
        resolve_conversation(touchpoint.conversation, by=SYSTEM, at=datetime.now(UTC))
    if len(kept) < len(letters):
        raise AssertionError(f"of {len(letters)} letters that began something, {len(kept)} are found again")
    return _of(letters)


def _letters_kept() -> int:
    from rung.channels.email.models import Letter as KeptLetter

    return KeptLetter.objects.count() + 1


def _open_mailbox() -> None:
    from rung.channels.email.models import Mailbox
    from rung.channels.email.verbs.mailbox import add_mailbox
    from rung.core.actor import SYSTEM

    if not Mailbox.objects.exists():
        add_mailbox(name="Support", address=MAILBOX, by=SYSTEM, at=datetime.now(UTC))


def _parsed_on_one_core(letters: Sequence[Letter]) -> tuple[float, float]:
    """Wall and CPU seconds the standard library takes, on the core the worker will have."""
    before = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else None
    on_one_core(0)
    try:
        began = time.thread_time()
        wall_s = timed(lambda: [_parse(letter.raw) for letter in letters])
        return wall_s, time.thread_time() - began
    finally:
        if before is not None:
            os.sched_setaffinity(0, before)


def _parse(raw: bytes) -> int:
    letter = email.message_from_bytes(raw, policy=email.policy.default)
    total = sum(len(str(letter[name])) for name in ("From", "To", "Subject", "Date", "Message-ID", "References"))
    return total + sum(len(part.get_content()) for part in letter.walk() if not part.is_multipart())


def _keep(letters: Sequence[Letter]) -> None:
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


def _visible() -> int:
    """How many of the letters lie in conversations that the lead's queue of everything open shows."""
    from rung.accounts.models import Agent
    from rung.channels.email.models import Letter as KeptLetter
    from rung.touchpoints.access import visible_conversations

    seen_by = Agent(role="lead", scope="all")
    return KeptLetter.objects.filter(touchpoint__conversation__in=visible_conversations(seen_by).open()).count()


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
class _Took:
    """Seconds since the letters were kept: wall, CPU of the workers, and of what serves them in a server on this machine."""

    wall_s: float
    cpu_s: float
    server_s: float


class _Workers:
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

    def _since(self) -> _Took:
        return _Took(*(now - before for now, before in zip(self._used(), self.before, strict=True)))

    def begin_to_count(self) -> None:
        """What is told from now on is what it took since."""
        self.before = self._used()

    def read_everything(self, *, seconds: float) -> _Took:
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

    def settle(self, *, seconds: float) -> _Took:
        """What it took until nothing waits at all."""
        wait_until(_is_settled, seconds=seconds, every=0.1, why="reactions, grades or facts still wait")
        return self._since()

    def cost_of(self, letters: Sequence[Letter]) -> _Took:
        """What it took to keep them, read them and settle all that they set off."""
        seconds = 120 + len(letters) / 5
        self.begin_to_count()  # before: they begin to read while the rest is being kept
        _keep(letters)
        self.read_everything(seconds=seconds)
        return self.settle(seconds=seconds)

    def wait_for(self, letter: Letter) -> float:
        """Keep one letter at an idle desk; seconds until it is visible."""
        from rung.channels.email.models import Letter as KeptLetter

        began = time.perf_counter()
        _keep([letter])
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


def _send(rung: Installation, connections: int, run: int) -> float:
    """Letters a second that a plain client gets rid of over so many connections."""
    letters = list(make_letters(SENT, seed=run, name=f"sent{connections}"))

    def send(mine: Sequence[Letter]) -> None:
        with smtplib.SMTP("127.0.0.1", rung.smtp_port, timeout=60) as client:
            for letter in mine:
                client.sendmail(letter.sender, [MAILBOX], letter.raw)

    with ThreadPoolExecutor(connections) as pool:
        parts = [letters[start::connections] for start in range(connections)]
        return SENT / timed(lambda: list(pool.map(send, parts)))


if __name__ == "__main__":
    main()
