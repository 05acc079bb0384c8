"""The facts once more, as Parquet files: how they lie in their folder, and how one state of them replaces another.

    manifest.json                         which files make up the present state; replaced by renaming, never changed
    base/touchpointfact/674-00000012.parquet    one month of a table (months since January 1970), written at step 12
    fresh/touchpointfact-00000014.parquet       every row of the subjects that changed since, whatever their month
    fresh/changed-00000014.parquet              the numbers of those subjects: their rows in `base` count no more

A subject is a conversation, or for orders an order. Files are written aside, put on disk and renamed; the manifest is
renamed last. Who is killed before that leaves the former state, who is killed after it the new one.
"""

import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import Field, Model

from rung.insight.models import (
    AnswerFact,
    CallFact,
    ClockFact,
    ColleagueFact,
    ComplaintFact,
    ConversationFact,
    DeadlineFact,
    LeftOutFact,
    OrderFact,
    PromiseFact,
    ResolutionFact,
    SignalFact,
    SpellFact,
    TouchpointFact,
)

if TYPE_CHECKING:
    import duckdb

# Grows with every change of what stands in the files, so that a mirror of another layout is made anew.
LAYOUT = 5
# A reader that has read the manifest may take this long to open what it names.
GRACE_MS = 120_000
DAY_MS = 86_400_000
# Of so many days it is remembered when they were last touched: 20 KB of the manifest, and more days than most have records.
TOUCHED_DAYS = 1_000

_TYPES = {
    "BigIntegerField": "BIGINT",
    "BigAutoField": "BIGINT",
    "IntegerField": "INTEGER",
    "SmallIntegerField": "SMALLINT",
    "CharField": "VARCHAR",
}


@dataclass(frozen=True, slots=True)
class Table:
    """A table of facts as it is mirrored. `moment`: the column its rows' month is taken from.

    `sorted_by`: how rows lie in a file, if not by `moment`. What is asked for together lies together, so that the least and
    greatest values that each group of rows carries say which groups need not be read.
    """

    model: type[Model]
    moment: str
    subject: str = "conversation"
    sorted_by: str = ""

    @property
    def name(self) -> str:
        """What the KPIs call it."""
        return self.model._meta.db_table

    @property
    def order(self) -> str:
        return self.sorted_by or self.moment

    @property
    def file(self) -> str:
        return self.model._meta.model_name or ""

    @property
    def fields(self) -> list["Field[Any, Any]"]:
        return [each for each in self.model._meta.concrete_fields if each.attname != "id"]

    @property
    def columns(self) -> list[str]:
        return [each.attname for each in self.fields]

    @property
    def types(self) -> dict[str, str]:
        return {each.attname: _TYPES[each.get_internal_type()] for each in self.fields}


TABLES = (
    Table(ConversationFact, "opened_ms"),
    Table(ClockFact, "opened_ms"),
    Table(SpellFact, "began_ms", sorted_by="ended_ms"),
    Table(ResolutionFact, "resolved_ms"),
    Table(TouchpointFact, "occurred_ms", sorted_by="is_contact, occurred_ms"),
    Table(AnswerFact, "offered_ms", sorted_by="question, offered_ms"),
    Table(ComplaintFact, "received_ms"),
    Table(DeadlineFact, "settled_ms"),
    Table(SignalFact, "said_ms"),
    Table(LeftOutFact, "began_ms"),
    Table(OrderFact, "placed_ms", subject="placed_order"),
    Table(CallFact, "began_ms", subject="phone_call"),
    Table(PromiseFact, "due_ms", subject="promise"),
    Table(ColleagueFact, "began_ms", subject="customer"),
)


@dataclass(frozen=True, slots=True)
class State:
    """What a manifest says. `line`: of which rebuilding these files are; `step`: how often they were brought up since.

    `base`: table to month to file. `fresh`: table to file. `changed`: the file of changed subjects, empty when there are
    none, and `waiting` how many. Paths are relative to the mirror's folder. `touched`: day (since 1970, UTC) to the last
    step that changed, added or took away a row of that day in any table, or another row of its subject; complete since the
    step `touched_since`, -1 where nobody noted it.
    """

    line: str
    step: int
    base: dict[str, dict[str, str]]
    fresh: dict[str, str] = field(default_factory=dict)
    changed: str = ""
    waiting: int = 0
    changed_since_ms: int = 0  # since when there has been something in `changed`
    leaving: dict[str, int] = field(default_factory=dict)  # files of former states, and when they were named last
    layout: int = LAYOUT
    touched: dict[str, int] = field(default_factory=dict)
    touched_since: int = -1

    def files(self) -> set[str]:
        named = {path for months in self.base.values() for path in months.values()} | set(self.fresh.values())
        return named | {self.changed} if self.changed else named

    def is_touched(self, since: int, from_ms: int | None, to_ms: int | None) -> bool:
        """Whether a row of these moments, ``to_ms`` left out, may differ from what it was at the step ``since`` of this
        line. None: no end."""
        if since >= self.step:
            return False
        if not 0 <= self.touched_since <= since:
            return True
        first = None if from_ms is None else from_ms // DAY_MS
        last = None if to_ms is None else (to_ms - 1) // DAY_MS
        return any(
            step > since and (first is None or int(day) >= first) and (last is None or int(day) <= last)
            for day, step in self.touched.items()
        )

    def touching(self, days: Iterable[int], step: int) -> tuple[dict[str, int], int]:
        """`touched` and `touched_since` once a step has touched these days."""
        touched = self.touched | dict.fromkeys(map(str, days), step)
        newest = sorted(touched.items(), key=lambda told: told[1], reverse=True)
        forgotten = max((at for _day, at in newest[TOUCHED_DAYS:]), default=0)
        since = self.step if self.touched_since < 0 else self.touched_since
        return {day: at for day, at in newest if at > forgotten}, max(since, forgotten)


@dataclass(frozen=True, slots=True)
class Mirror:
    """The folder of a mirror."""

    folder: Path

    @property
    def _manifest(self) -> Path:
        return self.folder / "manifest.json"

    def state(self) -> State | None:
        """What it holds now; None when there is nothing, or nothing that this version can read."""
        try:
            told = json.loads(self._manifest.read_text())
        except (FileNotFoundError, ValueError):
            return None
        return State(**told) if told.get("layout") == LAYOUT else None

    def age_s(self, now_s: float) -> float:
        """Seconds since the state was last replaced; since 1970 where there is none."""
        return now_s - self.published_s()

    def published_s(self) -> float:
        """When the state was last replaced, in seconds since 1970 UTC; 0 where there is none."""
        try:
            return self._manifest.stat().st_mtime
        except FileNotFoundError:
            return 0.0

    def publish(self, state: State, *, at_ms: int) -> None:
        """Make this the state. Everything it names has to be on disk already.

        What former states named stays for those who are about to read it, and goes when the state is next replaced.
        """
        former = self.state()
        left = former.leaving | dict.fromkeys(former.files(), at_ms) if former else {}
        named = state.files()
        leaving = {path: since for path, since in left.items() if path not in named and since > at_ms - GRACE_MS}
        self.folder.mkdir(parents=True, exist_ok=True)
        beside = self._manifest.with_suffix(".aside")
        with beside.open("w") as file:
            json.dump(asdict(replace(state, leaving=leaving)), file)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(self._manifest)
        _on_disk(self.folder)
        for part in ("base", "fresh"):
            for path in (self.folder / part).rglob("*.*"):
                name = path.relative_to(self.folder).as_posix()
                if name not in named and name not in leaving:
                    path.unlink(missing_ok=True)

    def drop(self) -> None:
        """Forget the state. Its files go with the next one."""
        self._manifest.unlink(missing_ok=True)

    @contextmanager
    def held(self) -> Iterator[bool]:
        """Whether we are the one who writes here, until the block ends. The system lets go of it when we are killed."""
        import fcntl

        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
                return
            yield True

    # What follows is SQL of DuckDB over a state.

    def base_of(self, state: State, table: Table, months: Iterable[str] | None = None) -> str:
        """The rows of a table in `base`, of all months or of some."""
        found = state.base.get(table.file, {})
        paths = [found[month] for month in (found if months is None else months) if month in found]
        return self.read(*paths) if paths else self._none(table)

    def fresh_of(self, state: State, table: Table) -> str:
        return self.read(state.fresh[table.file]) if table.file in state.fresh else self._none(table)

    def changed_of(self, state: State, table: Table) -> str:
        """A query for the numbers of a table's changed subjects."""
        return f"SELECT number FROM {self.read(state.changed)} WHERE subject = '{table.subject}'"  # noqa: S608 - our own

    def source_of(self, state: State, table: Table, from_ms: int | None, to_ms: int | None) -> str:
        """What stands for a table after FROM: at least its rows whose moment lies from ``from_ms`` to ``to_ms``."""
        months = months_between(state.base.get(table.file, {}), from_ms, to_ms)
        return f"({self.rows_of(state, table, months)})" if state.changed else self.base_of(state, table, months)

    def rows_of(self, state: State, table: Table, months: Iterable[str] | None = None) -> str:
        """A query for the rows of a table as they stand; with ``months``, of those and whatever changed since."""
        columns = ", ".join(table.columns)
        base = f"SELECT {columns} FROM {self.base_of(state, table, months)}"  # noqa: S608 - names of our own
        if not state.changed:
            return base
        return (
            f"{base} b WHERE b.{table.subject} NOT IN ({self.changed_of(state, table)})"  # noqa: S608 - as above
            f" UNION ALL SELECT {columns} FROM {self.fresh_of(state, table)}"
        )

    def read(self, *paths: str | Path) -> str:
        """A table function over files of the mirror."""
        return f"read_parquet([{', '.join(quoted_path(self.folder / path) for path in paths)}])"

    def _none(self, table: Table) -> str:
        columns = ", ".join(f"CAST(NULL AS {kind}) AS {name}" for name, kind in table.types.items())
        return f"(SELECT {columns} WHERE 1 = 0)"


def months_between(months: Iterable[str], from_ms: int | None, to_ms: int | None) -> list[str]:
    """Those months (see `State.base`) in which a moment from ``from_ms`` to ``to_ms`` may lie. None: no end on that side."""
    first, last = (None if each is None else _month(each) for each in (from_ms, to_ms))
    return [
        month for month in months if (first is None or int(month) >= first) and (last is None or int(month) <= last)
    ]


def _month(ms: int) -> int:
    """The month of a moment, in UTC, counted from January 1970."""
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=ms)
    return (moment.year - 1970) * 12 + moment.month - 1


def quoted_path(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


def connected(
    *, memory: int | None = None, threads: int | None = None, spill: Path | None = None
) -> "duckdb.DuckDBPyConnection":
    """A DuckDB of our own in memory. It fetches nothing from anywhere, and reads no file but those it is told.

    ``memory`` in bytes; None is what RUNG_NUMBERS_MEMORY allows.
    """
    # Here, so that a process that shows no numbers does not carry 40 MB for them.
    import duckdb

    made = duckdb.connect(
        config={
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "threads": str(threads or min(os.cpu_count() or 1, 4)),
            "memory_limit": f"{memory or settings.NUMBERS_MEMORY}B",
            "temp_directory": str(spill) if spill else "",
        }
    )
    # The spans of a question are joined by "from ≤ moment < to". Ten million moments against fifteen spans: 0.5 s by
    # comparing each with each, 4.7 s by sorting all moments first, which is what it does by itself from five spans on.
    # For the whole of it: a cursor is another connection, and does not inherit what was set on this one.
    made.execute("SET GLOBAL nested_loop_join_threshold = 200")
    return made


def write_parquet(duck: "duckdb.DuckDBPyConnection", query: str, path: Path) -> None:
    """Write what a query gives, aside and then renamed, so that the name stands for the whole file or for nothing.

    Version 2 of the format keeps numbers as differences: a fifth of the bytes, and a question takes a fifth less time.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_suffix(".aside")
    form = "FORMAT parquet, PARQUET_VERSION V2, COMPRESSION zstd, ROW_GROUP_SIZE 40960"
    duck.execute(f"COPY ({query}) TO {quoted_path(aside)} ({form})")
    with aside.open("rb") as file:
        os.fsync(file.fileno())
    aside.replace(path)
    _on_disk(path.parent)


def _on_disk(folder: Path) -> None:
    """Make names in a folder survive a loss of power."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
