"""By how much a letter costs more in a store of a million conversations than in one of few: both take letters in turns.

What a machine gives changes by a tenth from one minute to the next, and what an index puts together falls into some hundreds
of letters and not into others: two runs of `bench.ingest`, one after the other, tell nothing of a growth of a fifth. Here
each turn hands like letters to both, and the sums are compared: of the workers' processors, and of a database server's.
"""

import json
import os
import subprocess
import sys
from argparse import Namespace
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from bench.answered import FEW, leave_nothing_for_later
from bench.ingest import (
    WARMED,
    installed,
    letters_kept,
    newest_touchpoint,
    of,
    open_mailbox,
    see_that_each_is_there_once,
)
from bench.letters import Letter, make_letters
from bench.measure import Report, median, parser, tell
from bench.workers import WORKING, Workers

GROWTH = 20.0
# What a worker puts together while the other side has its turn; some of it may fall into its own.
AT_REST = ("search.merge_what_lies_in_pieces", "search.settle_what_has_changed")
KINDS = ("new mail", "replies", "answers to what is stored")


def main() -> None:
    arguments = parser(__doc__.splitlines()[0], 200)
    arguments.add_argument(
        "--turns", type=int, default=10, help="so many times --size letters of each kind, in each store"
    )
    arguments.add_argument("--store", type=int, default=1_000_000, help="conversations of the large store")
    arguments.add_argument("--data", type=Path, help="keep the large store in this folder, or use it when it is filled")
    arguments.add_argument("--few", type=int, default=FEW, help="conversations of the small store")
    arguments.add_argument("--few-data", type=Path, help="the same for the small one")
    arguments.add_argument(
        "--side", action="store_true", help="be one of the two: take letters at the word of the other"
    )
    asked = arguments.parse_args()
    if asked.side:
        _be_a_side(asked)
        return
    report = Report("ingest_growth", asked.size)
    # One after the other, so that they do not disturb each other while they are filled.
    with _side(asked, asked.few, asked.few_data) as small, _side(asked, asked.store, asked.data) as large:
        for turn in range(asked.turns):
            tell(f"turn {turn + 1} of {asked.turns}")
            for _ in KINDS:
                for side in (small, large) if turn % 2 else (large, small):
                    side.take_a_turn()
        for kind in KINDS:
            _tell(report, kind, small.took[kind], large.took[kind], asked.size)
        _tell_all(report, small, large, asked.size)
    report.print(asked.json)


def _tell(report: Report, kind: str, small: Sequence[float], large: Sequence[float], size: int) -> None:
    pairs = [100 * (two / one - 1) for one, two in zip(small, large, strict=True)]
    one, two = (1000 * sum(turns) / len(turns) / size for turns in (small, large))
    note = f"{one:.2f} → {two:.2f} ms of a letter, all processors; median of the turns {median(pairs):+.0f} %"
    report.add(f"{kind}, growth", 100 * (two / one - 1), "%", at_most=GROWTH, note=note)


def _tell_all(report: Report, small: "_Side", large: "_Side", size: int) -> None:
    later = [1000 * side.end() / (size * sum(map(len, side.took.values()))) for side in (small, large)]
    each = [
        1000 * sum(map(sum, side.took.values())) / (size * sum(map(len, side.took.values()))) for side in (small, large)
    ]
    note = f"{later[0]:.2f} → {later[1]:.2f} ms of a letter for what is put together while nothing waits"
    report.add(
        "all kinds and that, growth", 100 * (sum((each[1], later[1])) / sum((each[0], later[0])) - 1), "%", note=note
    )


class _Side:
    """A bench of its own process, because one process knows one store."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process
        self.took: dict[str, list[float]] = {kind: [] for kind in KINDS}
        self._answer()

    def _answer(self) -> list[object]:
        assert self.process.stdout is not None
        if not (line := self.process.stdout.readline()):
            raise RuntimeError("one of the two sides ended; what it said stands above")
        return list(json.loads(line))

    def _say(self, word: str) -> list[object]:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{word}\n")
        self.process.stdin.flush()
        return self._answer()

    def take_a_turn(self) -> None:
        kind, seconds = self._say("turn")
        self.took[str(kind)].append(float(str(seconds)))

    def end(self) -> float:
        """Seconds that it took to put together what the turns had left for later."""
        (seconds,) = self._say("end")
        return float(str(seconds))


@contextmanager
def _side(asked: Namespace, store: int, data: Path | None) -> Iterator[_Side]:
    tell(f"{store:,} conversations")
    command = [sys.executable, "-m", "bench.ingest_growth", "--side", "--store", str(store), "--size", str(asked.size)]
    command += ["--turns", str(asked.turns), *(["--data", str(data)] if data else [])]
    process = subprocess.Popen(command, env=dict(os.environ), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield _Side(process)
    finally:
        # At the end of what it hears it ends its worker, which would go on for ever if it were killed itself.
        assert process.stdin is not None
        process.stdin.close()
        process.wait()


def _be_a_side(asked: Namespace) -> None:
    with installed(asked.store, asked.data) as (rung, known):
        try:
            open_mailbox()
            began = datetime.now(UTC).replace(microsecond=0) - timedelta(days=1)
            make, first = partial(make_letters, seed=letters_kept(), began=began), newest_touchpoint()
            leave_nothing_for_later()
            workers = Workers(rung, 1)
            workers.cost_of(list(make(WARMED, known=known, name="warm")))
            _say()
            for turn in range(asked.turns):
                new = list(make(asked.size, share=0, name=f"new{turn}"))
                replies = list(make(asked.size, known=of(new), share=1, name=f"reply{turn}"))
                again = list(make(asked.size, known=known, share=1, name=f"again{turn}"))
                for kind, letters in zip(KINDS, (new, replies, again), strict=True):
                    _heard("turn")
                    _say(kind, _seconds(workers, letters))
            _heard("end")
            used = workers.stop()
            see_that_each_is_there_once(first, WARMED + len(KINDS) * asked.turns * asked.size)
            _say(leave_nothing_for_later() + sum(used.get(f"cpu: {name}", 0.0) for name in AT_REST))
        finally:
            for process in WORKING:
                process.kill()


def _seconds(workers: Workers, letters: Sequence[Letter]) -> float:
    took = workers.cost_of(letters)
    return took.cpu_s + took.server_s


def _say(*what: object) -> None:
    print(json.dumps(what), flush=True)


def _heard(word: str) -> None:
    if sys.stdin.readline().strip() != word:
        raise SystemExit("the bench that began this one is gone")


if __name__ == "__main__":
    main()
