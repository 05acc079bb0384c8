"""How fast letters become touchpoints: from kept to visible in the queue, by the real worker on one core.

Beside it the rate of the mail door for a plain SMTP client, the wait of a single letter at an idle desk, and as reference
what the standard library alone needs to parse the same letters in the same run.
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
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from bench.letters import MAILBOX, Letter, make_letters
from bench.measure import Report, cpu_of, median, on_one_core, parser, quantile, tell, timed, wait_until
from tests.installation import ROOT, Installation

GOAL = 150.0
SENT = 400
SINGLE = 20
# As many letters in one commit as the door and the poller may keep together.
KEPT_TOGETHER = 100


def main() -> None:
    arguments = parser(__doc__.splitlines()[0], 2000)
    arguments.add_argument("--store", type=int, default=0, help="conversations that are there before")
    asked = arguments.parse_args()
    report = Report("ingest", asked.size)
    with Installation() as rung:
        os.environ.update(rung.env)
        rung.migrate()
        _measure(rung, report, asked.size, asked.store)
    report.print(asked.json)


def _measure(rung: Installation, report: Report, size: int, stored: int) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "rung.config.settings"
    import django

    django.setup()
    from bench.store import fill

    tell(f"making {size} letters" + (f" and {stored} conversations" if stored else ""))
    known = fill(stored).known if stored else ()
    letters = list(make_letters(size, known=known))
    report.add("bytes of a letter", sum(len(letter.raw) for letter in letters) / size, "mean")

    tell("the standard library parses them")
    reference = size / _on_one_core_timed(letters)
    _open_mailbox()

    tell("they are kept, and the worker reads them")
    report.add("kept", size / timed(lambda: _keep(letters)), "letters/s", note=f"{KEPT_TOGETHER} in a commit")
    worker = _Worker(rung)
    took, cpu_s = worker.reads_everything(seconds=60 + size / 5)
    visible = _visible()
    if visible < size:
        raise AssertionError(f"{size} letters were kept, {visible} are visible in the queue")
    reached = size / took
    report.add("kept to visible in the queue", reached, "letters/s", at_least=GOAL, note="one core")
    report.add(
        "CPU of a letter, to visible", 1000 * cpu_s / size, "ms", note=f"{size / cpu_s:.0f} letters per CPU second"
    )
    settled, settled_cpu_s = worker.settles(seconds=120 + size / 5)
    report.add("kept to settled", size / settled, "letters/s", note="reactions, grades and facts done")
    report.add("CPU of a letter, to settled", 1000 * settled_cpu_s / size, "ms")

    tell("single letters at an idle desk")
    waits = [1000 * worker.wait_for(letter) for letter in make_letters(SINGLE, seed=2, name="single")]
    report.add("a single letter, kept to visible", median(waits), "ms", note=f"p95 {quantile(waits, 0.95):.0f} ms")
    used = worker.stop()
    report.add("commits of a letter", used["commits"] / (size + SINGLE), "", note="the worker's, all errands")
    report.add("queries of a letter", used["queries"] / (size + SINGLE), "")
    report.add("peak memory of the worker", used["peak_kib"] / 1024, "MiB")

    tell("a plain SMTP client at the mail door")
    rung.start("door")
    report.add("SMTP door, one connection", _send(rung, 1), "letters/s", note="to “250 OK”, committed")
    report.add("SMTP door, eight connections", _send(rung, 8), "letters/s")
    rung.stop("door")
    report.add("reference: standard library", reference, "letters/s", note="email.policy.default, headers and bodies")
    report.add("kept to visible, share of the reference", reached / reference, "×")


def _open_mailbox() -> None:
    from rung.channels.email.verbs.mailbox import add_mailbox
    from rung.core.actor import SYSTEM

    add_mailbox(name="Support", address=MAILBOX, by=SYSTEM, at=datetime.now(UTC))


def _on_one_core_timed(letters: Sequence[Letter]) -> float:
    """Seconds the standard library takes, on the core the worker will have."""
    before = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else None
    on_one_core(0)
    try:
        return timed(lambda: [_parse(letter.raw) for letter in letters])
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

    seen_by = Agent(role="lead")
    return KeptLetter.objects.filter(touchpoint__conversation__in=visible_conversations(seen_by).open()).count()


def _is_settled() -> bool:
    from rung.channels.email.models import Letter as KeptLetter
    from rung.insight.models import Unfolded
    from rung.journal.models import Undelivered
    from rung.ladder.models import Regrade

    waiting = (KeptLetter.objects.waiting(), Undelivered.objects.all(), Regrade.objects.all(), Unfolded.objects.all())
    return not any(rows.exists() for rows in waiting)


class _Worker:
    """A worker process that has loaded and waits for the word."""

    def __init__(self, rung: Installation) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bench.working"],
            env=rung.env, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert self.process.stdout is not None
        if self.process.stdout.readline() != "ready\n":
            raise RuntimeError("the worker did not load")
        self.cpu_before = cpu_of(self.process.pid)

    def _since(self) -> tuple[float, float]:
        return time.perf_counter() - self.began, cpu_of(self.process.pid) - self.cpu_before

    def reads_everything(self, *, seconds: float) -> tuple[float, float]:
        """Give the word; wall and CPU seconds until no letter waits any more."""
        from rung.channels.email.models import Letter as KeptLetter

        assert self.process.stdin is not None
        self.began = time.perf_counter()
        self.process.stdin.write("go\n")
        self.process.stdin.flush()
        wait_until(lambda: not KeptLetter.objects.waiting().exists(), seconds=seconds, why="letters still wait")
        return self._since()

    def settles(self, *, seconds: float) -> tuple[float, float]:
        """Wall and CPU seconds since the word until nothing waits at all."""
        wait_until(_is_settled, seconds=seconds, every=0.1, why="reactions, grades or facts still wait")
        return self._since()

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
        self.process.send_signal(signal.SIGTERM)
        said, _ = self.process.communicate(timeout=60)
        told: dict[str, float] = json.loads(said.splitlines()[-1])
        return told


def _send(rung: Installation, connections: int) -> float:
    """Letters a second that a plain client gets rid of over so many connections."""
    letters = list(make_letters(SENT, seed=3, name=f"sent{connections}"))

    def send(mine: Sequence[Letter]) -> None:
        with smtplib.SMTP("127.0.0.1", rung.smtp_port, timeout=60) as client:
            for letter in mine:
                client.sendmail(letter.sender, [MAILBOX], letter.raw)

    with ThreadPoolExecutor(connections) as pool:
        parts = [letters[start::connections] for start in range(connections)]
        return SENT / timed(lambda: list(pool.map(send, parts)))


if __name__ == "__main__":
    main()
