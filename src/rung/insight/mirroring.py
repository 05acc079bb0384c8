"""Keeping the mirror: bringing it up by what has changed, or making it anew, a bounded piece at a time.

Each piece ends with the renaming of one file, so that whoever is killed has lost a piece of work and nothing else. See
docs/records/095 for why nothing is lost or counted twice.
"""

import csv
import logging
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.conf import settings
from django.db.models import F

from rung.core.rows import insert_values
from rung.insight.clickhouse import Refused, carry, is_clickhouse, server_of
from rung.insight.mirror import DAY_MS, GRACE_MS, TABLES, Mirror, State, Table, connected, quoted_path, write_parquet
from rung.insight.models import MirrorLine, Unmirrored

if TYPE_CHECKING:
    import duckdb

log = logging.getLogger(__name__)

# Changed rows read for one bringing up.
BATCH = 5_000
# So many changed subjects are written into their months; until then they lie beside them and are read over them.
SETTLE_AT = 5_000
# And whatever changed is written into its month after this time, so that what was forgotten is off the disk.
SETTLE_AFTER_MS = 3_600_000
# Rows of one table that a piece of a rebuilding reads.
PIECE = 20_000
_ASKED_AT_ONCE = 1_000
_NULL = "\\N"


def own_mirror() -> Mirror:
    """The mirror of this installation."""
    return Mirror(Path(settings.DATA_DIR) / "mirror")


def is_kept() -> bool:
    """Whether this installation keeps a mirror at all."""
    return settings.NUMBERS == "duckdb" or is_clickhouse(settings.NUMBERS)


def note_changed(subject: str, numbers: Iterable[int]) -> None:
    """Note that the facts of these conversations or orders differ from the mirror's. Belongs in the transaction that
    changed them."""
    if is_kept():
        insert_values(Unmirrored, ("subject", "number"), [(subject, number) for number in numbers])


def keep_mirror(mirror: Mirror, *, at_ms: int) -> bool:
    """Do one piece of what the mirror needs. True when more may be waiting. Nothing while another process is at it."""
    if not is_kept():
        _give_up(mirror)
        return False
    with mirror.held() as is_ours:
        if not is_ours:
            return False
        line = MirrorLine.objects.get_or_create(pk=1)[0]
        state = mirror.state()
        if line.building:
            return _build(mirror, line, state, at_ms)
        if not fits(state, line):
            ask_for_rebuilding()
            return True
        assert state is not None
        return _bring_up(mirror, line, state, at_ms)


def fits(state: State | None, line: MirrorLine | None) -> bool:
    """Whether files and database speak of the same mirror. The database may be ahead by the step that was begun last."""
    if state is None or line is None:
        return False
    return bool(line.line) and state.line == line.line and state.step in (line.step, line.step - 1)


def ask_for_rebuilding() -> None:
    """From the next piece on the mirror is made anew; until that is done the former one stays."""
    MirrorLine.objects.update_or_create(pk=1, defaults={"building": uuid4().hex})


def _give_up(mirror: Mirror) -> None:
    if mirror.state() is not None:
        mirror.drop()
        MirrorLine.objects.all().delete()
        Unmirrored.objects.all().delete()


# Bringing up.


def _bring_up(mirror: Mirror, line: MirrorLine, state: State, at_ms: int) -> bool:
    waiting = list(Unmirrored.objects.order_by("id")[:BATCH])
    is_due = bool(state.changed) and at_ms - state.changed_since_ms >= SETTLE_AFTER_MS
    if not waiting and not is_due:
        if any(since <= at_ms - GRACE_MS for since in state.leaving.values()):
            _publish(mirror, state, at_ms=at_ms)
        return False
    # Said before anything is read: a database that is put back from a copy then knows fewer steps than the files.
    if not MirrorLine.objects.filter(pk=1, line=line.line, step=line.step).update(step=F("step") + 1):
        return False
    step = line.step + 1
    duck = _writer(mirror)
    try:
        state = _lay_over(mirror, duck, state, step, waiting, at_ms)
        if is_due or state.waiting >= SETTLE_AT:
            state = _settle(mirror, duck, state, step)
    finally:
        duck.close()
    _publish(mirror, state, at_ms=at_ms)
    Unmirrored.objects.filter(pk__in=[row.pk for row in waiting]).delete()
    return len(waiting) == BATCH


def _lay_over(
    mirror: Mirror,
    duck: "duckdb.DuckDBPyConnection",
    state: State,
    step: int,
    waiting: Sequence[Unmirrored],
    at_ms: int,
) -> State:
    """The state with the changed subjects' rows, as they are now, over those of before."""
    if not waiting:
        return state
    _load(
        mirror, duck, "batch", {"subject": "VARCHAR", "number": "BIGINT"},
        sorted({(row.subject, row.number) for row in waiting}),
    )  # fmt: skip
    fresh = {}
    days: set[int] = set()
    for table in TABLES:
        columns = ", ".join(table.columns)
        numbers = sorted({row.number for row in waiting if row.subject == table.subject})
        if table.file in state.fresh and not numbers:
            fresh[table.file] = state.fresh[table.file]
            continue
        arrived = list(_rows_about(table, numbers))
        if numbers:
            moment = table.columns.index(table.moment)
            days |= _days_of(mirror, duck, state, table) | {row[moment] // DAY_MS for row in arrived}
        if table.file not in state.fresh and not arrived:
            continue  # most have nothing to say of most conversations, and a file of nothing costs as much as another
        _load(mirror, duck, "arrived", table.types, arrived)
        path = f"fresh/{table.file}-{state.line[:8]}-{step:08d}.parquet"
        write_parquet(
            duck,
            f"SELECT {columns} FROM {mirror.fresh_of(state, table)} f"  # noqa: S608 - names and numbers of our own
            f" WHERE f.{table.subject} NOT IN (SELECT number FROM batch WHERE subject = '{table.subject}')"
            f" UNION ALL SELECT {columns} FROM arrived ORDER BY {table.order}",
            mirror.folder / path,
        )
        fresh[table.file] = path
    path = f"fresh/changed-{state.line[:8]}-{step:08d}.parquet"
    before = f"SELECT subject, number FROM {mirror.read(state.changed)} UNION " if state.changed else ""  # noqa: S608 - as above
    both = f"{before}SELECT subject, number FROM batch ORDER BY subject, number"  # noqa: S608 - as above
    write_parquet(duck, both, mirror.folder / path)
    found = duck.execute(f"SELECT COUNT(*) FROM {mirror.read(path)}").fetchone()  # noqa: S608 - as above
    touched, touched_since = state.touching(days, step)
    return State(
        line=state.line,
        step=step,
        base=state.base,
        fresh=fresh,
        changed=path,
        waiting=int(found[0]) if found else 0,
        changed_since_ms=state.changed_since_ms if state.changed else at_ms,
        touched=touched,
        touched_since=touched_since,
    )


def _days_of(mirror: Mirror, duck: "duckdb.DuckDBPyConnection", state: State, table: Table) -> set[int]:
    """The days on which the batch's subjects had rows in a table until now."""
    found = duck.execute(
        f"SELECT DISTINCT {table.moment} // {DAY_MS} FROM ({mirror.rows_of(state, table)}) q"  # noqa: S608 - names of our own
        f" WHERE q.{table.subject} IN (SELECT number FROM batch WHERE subject = '{table.subject}')"
    ).fetchall()
    return {int(day) for (day,) in found}


def _settle(mirror: Mirror, duck: "duckdb.DuckDBPyConnection", state: State, step: int) -> State:
    """The same facts with the changed subjects written into their months, and nothing lying over them."""
    base: dict[str, dict[str, str]] = {}
    for table in TABLES:
        columns, months = ", ".join(table.columns), dict(state.base.get(table.file, {}))
        gone = mirror.changed_of(state, table)
        touched = {
            month
            for month in months
            if duck.execute(
                f"SELECT 1 FROM {mirror.base_of(state, table, [month])} b WHERE b.{table.subject} IN ({gone}) LIMIT 1"  # noqa: S608 - names of our own
            ).fetchone()
        }
        touched |= _months_in(duck, mirror.fresh_of(state, table), table)
        for month in sorted(touched):
            path = f"base/{table.file}/{month}-{state.line[:8]}-{step:08d}.parquet"
            write_parquet(
                duck,
                f"SELECT {columns} FROM {mirror.base_of(state, table, [month])} b"  # noqa: S608 - names of our own
                f" WHERE b.{table.subject} NOT IN ({gone})"
                f" UNION ALL SELECT {columns} FROM {mirror.fresh_of(state, table)} f WHERE {month_of(table)} = {month}"
                f" ORDER BY {table.order}",
                mirror.folder / path,
            )
            months[month] = path
        base[table.file] = months
    return State(line=state.line, step=step, base=base, touched=state.touched, touched_since=state.touched_since)


# Making anew.


def _build(mirror: Mirror, line: MirrorLine, state: State | None, at_ms: int) -> bool:
    """One piece of a rebuilding: some rows of one table, or the last step. What changes meanwhile waits as ever."""
    if state is not None and state.line == line.building:
        return _take_over(mirror, line)
    folder = mirror.folder / "building" / line.building
    if not folder.exists():
        shutil.rmtree(mirror.folder / "building", ignore_errors=True)
    duck = _writer(mirror)
    try:
        for table in TABLES:
            if not (folder / table.file / "done").exists():
                _copy_piece(mirror, duck, table, folder / table.file)
                return True
        base = {table.file: _months_of(mirror, duck, table, line.building, folder / table.file) for table in TABLES}
    finally:
        duck.close()
    _publish(mirror, State(line=line.building, step=0, base=base, touched_since=0), at_ms=at_ms)
    return _take_over(mirror, line)


def _take_over(mirror: Mirror, line: MirrorLine) -> bool:
    MirrorLine.objects.filter(pk=1, building=line.building).update(line=line.building, step=0, building="")
    shutil.rmtree(mirror.folder / "building", ignore_errors=True)
    return True


def _copy_piece(mirror: Mirror, duck: "duckdb.DuckDBPyConnection", table: Table, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    # The name of a piece is the key of its last row, so that whoever goes on knows from where.
    after = max((int(path.stem) for path in folder.glob("*.parquet")), default=-(2**62))
    rows = list(
        table.model._default_manager.filter(pk__gt=after).order_by("pk").values_list("pk", *table.columns)[:PIECE]
    )
    if rows:
        _load(mirror, duck, "arrived", table.types, [row[1:] for row in rows])
        write_parquet(duck, "SELECT * FROM arrived", folder / f"{rows[-1][0]}.parquet")
    if len(rows) < PIECE:
        (folder / "done").touch()


def _months_of(
    mirror: Mirror, duck: "duckdb.DuckDBPyConnection", table: Table, line: str, folder: Path
) -> dict[str, str]:
    pieces = sorted(folder.glob("*.parquet"))
    if not pieces:
        return {}
    read = f"read_parquet([{', '.join(quoted_path(piece) for piece in pieces)}])"
    written = {}
    for month in sorted(_months_in(duck, read, table)):
        path = f"base/{table.file}/{month}-{line[:8]}-{0:08d}.parquet"
        columns = ", ".join(table.columns)
        query = f"SELECT {columns} FROM {read} p WHERE {month_of(table)} = {month} ORDER BY {table.order}"  # noqa: S608 - names of our own
        write_parquet(duck, query, mirror.folder / path)
        written[month] = path
    return written


# What both need.


def _writer(mirror: Mirror) -> "duckdb.DuckDBPyConnection":
    # The worker has other things to do: a month of a million rows is sorted in this much, and on disk when it is more.
    return connected(memory=192_000_000, threads=1, spill=mirror.folder / "spill")


def _publish(mirror: Mirror, state: State, *, at_ms: int) -> None:
    """Make this the state, and carry it to the server first, if one is named: whoever reads it then finds all of it there.

    A server that does not answer holds up nothing. What it lacks is brought with the next state; until then the mirror
    itself answers.
    """
    if is_clickhouse(settings.NUMBERS):
        try:
            carry(server_of(settings.NUMBERS), mirror, state)
        except Refused as refused:
            log.warning("the mirror could not be carried on: %s", refused)
    mirror.publish(state, at_ms=at_ms)


def _rows_about(table: Table, numbers: Sequence[int]) -> Iterable[Sequence[Any]]:
    for start in range(0, len(numbers), _ASKED_AT_ONCE):
        some = {f"{table.subject}__in": numbers[start : start + _ASKED_AT_ONCE]}
        yield from table.model._default_manager.filter(**some).order_by().values_list(*table.columns)


def _load(
    mirror: Mirror, duck: "duckdb.DuckDBPyConnection", name: str, types: dict[str, str], rows: Iterable[Sequence[Any]]
) -> None:
    """Make a table of DuckDB's from rows. By way of a file of text: its interface for single rows takes 50 times longer."""
    path = mirror.folder / "arriving.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        for row in rows:
            writer.writerow([_NULL if cell is None else cell for cell in row])
    columns = ", ".join(f"'{column}': '{kind}'" for column, kind in types.items())
    duck.execute(
        f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * FROM read_csv({quoted_path(path)}, auto_detect = false,"  # noqa: S608 - names of our own
        f" header = false, delim = ',', quote = '\"', escape = '\"', nullstr = '{_NULL}', columns = {{{columns}}})"
    )
    path.unlink()


def month_of(table: Table) -> str:
    """A row's month since January 1970, in UTC, in DuckDB's own words: the statements of the KPIs have no dates."""
    moment = f"make_timestamp({table.moment} * 1000)"
    return f"((year({moment}) - 1970) * 12 + month({moment}) - 1)"


def _months_in(duck: "duckdb.DuckDBPyConnection", source: str, table: Table) -> set[str]:
    found = duck.execute(f"SELECT DISTINCT {month_of(table)} FROM {source} q").fetchall()  # noqa: S608 - names of our own
    return {str(month) for (month,) in found}
