"""How fast letters become touchpoints: from kept to visible in the queue, by the real worker on one core.

Beside it what new mail and replies cost apart, which errands of the worker that goes into, the rate of the mail door for a
plain SMTP client, the wait of a single letter at an idle desk, and as reference what the standard library alone needs to
parse the same letters in the same run. What a letter costs is counted until all that it set off is done.
"""

import email
import email.policy
import os
import smtplib
import time
from argparse import Namespace
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from bench.answered import FEW, await_folding_of, figures_of_few, leave_nothing_for_later, tell_what_is_left_for_later
from bench.indexed import index_what_will_be_answered, take_for_indexed
from bench.letters import MAILBOX, Known, Letter, make_letters
from bench.measure import Report, median, on_one_core, parser, quantile, tell, timed
from bench.seed import filled
from bench.workers import KEPT_TOGETHER, WORKING, Took, Workers, keep
from tests.installation import Installation

GOAL = 300.0
MOST_COMMITS = 3
SENT = 400
SINGLE = 20
APART = 1000
AGAIN = 500
STORED = "only answers to what is stored"
# Read before the workers begin to be watched: what a worker loads at its first letter, it has loaded for years to come.
WARMED = 100


def main() -> None:
    arguments = parser(__doc__.splitlines()[0], 2000)
    arguments.add_argument("--store", type=int, default=0, help="conversations that are there before")
    arguments.add_argument("--data", type=Path, help="keep that store in this folder, or use it when it is filled")
    arguments.add_argument("--workers", type=int, default=1, help="each on a core of its own, while there are cores")
    arguments.add_argument("--brief", action="store_true", help="neither the mail door nor single letters")
    arguments.add_argument("--only-answers", action="store_true", help="nothing but answers to what is stored")
    asked = arguments.parse_args()
    if asked.only_answers and not asked.store:
        arguments.error("--only-answers wants a --store whose conversations are answered")
    environment = dict(os.environ)
    report = Report("ingest", AGAIN if asked.only_answers else asked.size)
    with installed(asked.store, asked.data) as (rung, known):
        try:
            if asked.only_answers:
                _measure_answers(rung, report, asked, known)
            else:
                _measure(rung, report, asked, known)
        finally:  # nothing of a bench that failed goes on working
            for process in WORKING:
                process.kill()
    if not asked.store and not asked.only_answers:
        for figure in figures_of_few(environment, asked.workers):
            name = figure["name"].replace("is stored", f"a store of {FEW:,} has")
            report.add(name, figure["value"], figure["unit"], note=figure["note"])
    report.print(asked.json)


@contextmanager
def installed(stored: int, data: Path | None) -> Iterator[tuple[Installation, Sequence[Known]]]:
    if stored or data:
        with filled(stored, data) as (rung, store):
            take_for_indexed()
            index_what_will_be_answered(store.known)
            await_folding_of(store.known)
            leave_nothing_for_later()  # as at any desk where nothing has waited for a minute
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
    open_mailbox()
    # Again on the same store: other people, other letters.
    run, first = letters_kept(), newest_touchpoint()
    tell(f"making {size} letters" + (f" at {asked.store:,} conversations" if asked.store else ""))
    # Of these days: what is older sets off less.
    make = partial(make_letters, seed=run, began=datetime.now(UTC).replace(microsecond=0) - timedelta(days=1))
    letters = list(make(size, known=known))
    report.add("bytes of a letter", sum(len(letter.raw) for letter in letters) / size, "mean")
    answered = list(make(APART, known=of(letters), share=1, name="reply"))
    new = list(make(APART, share=0, name="new"))

    tell("the standard library parses them")
    parsed = [_parsed_on_one_core(letters)]

    tell("they are kept, and read")
    keep(list(make(WARMED, known=known, name="warm")))
    workers = Workers(rung, asked.workers)
    report.add("kept", size / timed(lambda: keep(letters)), "letters/s", note=f"{KEPT_TOGETHER} in a commit")
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
        _tell_cost_apart(report, workers, f"only {name}", some)
    # What takes up a settled matter does more than other letters, at every size; only a store that has such matters can have
    # them in its mixture, and growth is to be read from letters of one kind. So an empty store is compared by one of a few.
    again = list(make(AGAIN, known=known, share=1, name="again")) if known else []
    if again:
        _tell_cost_apart(report, workers, STORED, again)
        tell_what_is_left_for_later(report, WARMED + size + 2 * APART + AGAIN)

    single = 0
    if not asked.brief:
        tell("single letters at an idle desk")
        waits = [1000 * workers.wait_for(letter) for letter in make(SINGLE, name="single")]
        report.add("a single letter, kept to visible", median(waits), "ms", note=f"p95 {quantile(waits, 0.95):.0f} ms")
        single = SINGLE
    used, kept = workers.stop(), WARMED + size + 2 * APART + len(again) + single
    see_that_each_is_there_once(first, kept)
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


def _measure_answers(rung: Installation, report: Report, asked: Namespace, known: Sequence[Known]) -> None:
    """What letters cost that answer stored conversations, without anything else."""
    open_mailbox()
    run, first = letters_kept(), newest_touchpoint()
    make = partial(make_letters, seed=run, began=datetime.now(UTC).replace(microsecond=0) - timedelta(days=1), share=1)
    again = list(make(AGAIN, known=known, name="again"))
    keep(list(make(WARMED, known=known, name="warm")))
    workers = Workers(rung, asked.workers)
    _tell_cost_apart(report, workers, STORED, again)
    tell_what_is_left_for_later(report, WARMED + AGAIN)
    workers.stop()
    see_that_each_is_there_once(first, WARMED + len(again))


def newest_touchpoint() -> int:
    from django.db.models import Max

    from rung.touchpoints.models import Touchpoint

    return Touchpoint.objects.aggregate(newest=Max("pk"))["newest"] or 0


def see_that_each_is_there_once(after: int, letters: int) -> None:
    """Raises AssertionError when of so many letters one was lost, doubled or not read."""
    from rung.channels.email.models import Fate
    from rung.channels.email.models import Letter as KeptLetter
    from rung.touchpoints.models import Touchpoint

    came = Touchpoint.objects.filter(pk__gt=after, channel="email", direction="in")
    read = KeptLetter.objects.filter(touchpoint__in=came, fate=Fate.READ)
    found = came.count(), read.count(), read.values("touchpoint").distinct().count()
    if found != (letters, letters, letters):
        raise AssertionError(
            f"of {letters} letters there are {found[0]} touchpoints and {found[1]} letters that were read"
        )


def _tell_cost(report: Report, name: str, took: "Took", letters: int, reference_s: float) -> None:
    server = f", and {1000 * took.server_s / letters:.2f} ms of the database server" if took.server_s else ""
    times = took.cpu_s / letters / reference_s
    report.add(name, 1000 * took.cpu_s / letters, "ms", note=f"{times:.2f} times the bare parsing{server}")


def _tell_cost_apart(report: Report, workers: Workers, what: str, letters: Sequence[Letter]) -> None:
    """What letters of one kind cost, beside the parsing of these very letters before and after."""
    parsed = [_parsed_on_one_core(letters)]
    took = workers.cost_of(letters)
    parsed.append(_parsed_on_one_core(letters))
    reference_cpu_s = sum(cpu_s for _, cpu_s in parsed) / (2 * len(letters))
    _tell_cost(report, f"CPU of a letter, {what}, to settled", took, len(letters), reference_cpu_s)


def _tell_errands(report: Report, used: dict[str, float], letters: int) -> None:
    """What each errand took that counts, first letters and all."""
    report.add("CPU of a letter, all of the worker's", 1000 * used["cpu_s"] / letters, "ms")
    for name, seconds in sorted(used.items(), key=lambda item: -item[1]):
        if name.startswith("cpu: ") and seconds >= 0.01 * used["cpu_s"]:
            wall = 1000 * used[f"wall: {name[5:]}"] / letters
            report.add(f"of it {name[5:]}", 1000 * seconds / letters, "ms", note=f"{wall:.2f} ms by the clock")
    hourly = sum(seconds for name, seconds in used.items() if name.startswith("hourly: "))
    report.add("what is done once an hour", hourly, "s", note="before, and not counted above")


def of(letters: Sequence[Letter]) -> list[Known]:
    """Letters that began something, for others to answer."""
    return [Known(letter.message_id, letter.sender, letter.subject) for letter in letters if not letter.is_reply]


def letters_kept() -> int:
    from rung.channels.email.models import Letter as KeptLetter

    return KeptLetter.objects.count() + 1


def open_mailbox() -> None:
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


def _visible() -> int:
    """How many of the letters lie in conversations that the lead's queue of everything open shows."""
    from rung.accounts.models import Agent
    from rung.channels.email.models import Letter as KeptLetter
    from rung.touchpoints.access import visible_conversations

    seen_by = Agent(role="lead", scope="all")
    return KeptLetter.objects.filter(touchpoint__conversation__in=visible_conversations(seen_by).open()).count()


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
