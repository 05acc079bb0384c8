"""What every bench shares: figures with their goals, quantiles, memory, and one way to print them."""

import argparse
import json
import os
import platform
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

MIB = 1024 * 1024


@dataclass(frozen=True)
class Figure:
    """One number that was measured. `at_least` and `at_most` are goals; a figure without one is told for itself."""

    name: str
    value: float
    unit: str
    at_least: float | None = None
    at_most: float | None = None
    note: str = ""

    @property
    def is_reached(self) -> bool | None:
        """Whether the goal is met; None where there is none."""
        if self.at_least is not None:
            return self.value >= self.at_least
        if self.at_most is not None:
            return self.value <= self.at_most
        return None

    @property
    def goal(self) -> str:
        if self.at_least is not None:
            return f"≥ {self.at_least:g}"
        return f"≤ {self.at_most:g}" if self.at_most is not None else ""


@dataclass
class Report:
    """The figures of one run, with what one needs to know of the machine to judge them."""

    name: str
    size: int
    figures: list[Figure] = field(default_factory=list)
    load_before: float = field(default_factory=lambda: os.getloadavg()[0])
    began: float = field(default_factory=time.monotonic)

    def add(
        self,
        name: str,
        value: float,
        unit: str,
        *,
        at_least: float | None = None,
        at_most: float | None = None,
        note: str = "",
    ) -> Figure:
        figure = Figure(name, value, unit, at_least, at_most, note)
        self.figures.append(figure)
        return figure

    def surroundings(self) -> dict[str, object]:
        return {
            "database": "postgresql" if os.environ.get("DATABASE_URL") else "sqlite",
            "python": platform.python_version(),
            "cores": os.cpu_count() or 1,
            "load_before": round(self.load_before, 2),
            "load_after": round(os.getloadavg()[0], 2),
            "seconds": round(time.monotonic() - self.began, 1),
        }

    def print(self, as_json: bool) -> None:
        around = self.surroundings()
        if as_json:
            figures = [{**asdict(figure), "is_reached": figure.is_reached} for figure in self.figures]
            print(json.dumps({"bench": self.name, "size": self.size, **around, "figures": figures}, indent=2))
            return
        print(f"\n{self.name}, size {self.size:,} · " + " · ".join(f"{name} {value}" for name, value in around.items()))
        width = max((len(figure.name) for figure in self.figures), default=0)
        for figure in self.figures:
            verdict = {True: "reached", False: "MISSED", None: ""}[figure.is_reached]
            goal = f"goal {figure.goal} {verdict}" if figure.goal else ""
            line = f"  {figure.name:<{width}}  {shown(figure.value):>10} {figure.unit:<10} {goal:<24} {figure.note}"
            print(line.rstrip())


def shown(value: float) -> str:
    """A number to three or four digits, with thousands set apart."""
    if value >= 1000 or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def parser(description: str, size: int) -> argparse.ArgumentParser:
    """The arguments every bench takes."""
    made = argparse.ArgumentParser(description=description, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    made.add_argument("--size", type=int, default=size, help="how many")
    made.add_argument("--json", action="store_true", help="print the figures as JSON")
    return made


def tell(text: str) -> None:
    """A word on what goes on, where it does not disturb the figures."""
    import sys

    print(f"  … {text}", file=sys.stderr, flush=True)


def quantile(values: Sequence[float], share: float) -> float:
    """The nearest-rank quantile; no value in between is invented."""
    ranked = sorted(values)
    return ranked[max(0, -(-len(ranked) * round(share * 1000) // 1000) - 1)]


def median(values: Sequence[float]) -> float:
    return quantile(values, 0.5)


def timed(what: Callable[[], object]) -> float:
    """Seconds one call takes."""
    began = time.perf_counter()
    what()
    return time.perf_counter() - began


def on_one_core(core: int) -> None:
    """Keep this process on one core, where the system lets it be said; elsewhere its threads are few anyhow."""
    if hasattr(os, "sched_setaffinity"):
        cores = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, {cores[core % len(cores)]})


def wait_until(what: Callable[[], object], *, seconds: float, every: float = 0.02, why: str = "") -> float:
    """Seconds until something holds. Raises TimeoutError with `why` when it does not within `seconds`."""
    began = time.perf_counter()
    while not what():
        if time.perf_counter() - began > seconds:
            raise TimeoutError(why or f"{what} did not hold within {seconds} s")
        time.sleep(every)
    return time.perf_counter() - began


def descendants(pid: int) -> list[int]:
    """A process and all that it started, by Linux's /proc."""
    found = [pid]
    for one in found:
        for task in Path(f"/proc/{one}/task").glob("*/children"):
            found += [int(child) for child in task.read_text().split()]
    return found


def memory_of(pids: Sequence[int]) -> dict[int, float]:
    """Proportional set size of each process in MiB: what is shared is counted once over all of them. Linux only."""
    sizes = {}
    for pid in pids:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                sizes[pid] = int(line.split()[1]) / 1024
    return sizes


def cpu_of(pid: int) -> float:
    """CPU seconds a process has used, to a hundredth. Linux only."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / float(os.sysconf("SC_CLK_TCK"))


@dataclass
class Counted:
    """What went through the database connection while it was watched."""

    queries: int = 0
    commits: int = 0


@contextmanager
def counting() -> Iterator[Counted]:
    """Count statements and commits of this thread's connection. A write outside of a transaction is a commit of its own."""
    from django.db import connection

    counted = Counted()
    plain_commit = connection.commit

    def commit() -> None:
        counted.commits += 1
        plain_commit()

    def watch(execute: Callable[..., object], sql: str, params: object, many: bool, context: object) -> object:
        counted.queries += 1
        if not connection.in_atomic_block and sql.lstrip()[:6].upper() in ("INSERT", "UPDATE", "DELETE"):
            counted.commits += 1
        return execute(sql, params, many, context)

    connection.commit = commit  # type: ignore[method-assign]  # watched for the time of the block
    try:
        with connection.execute_wrapper(watch):
            yield counted
    finally:
        del connection.commit
