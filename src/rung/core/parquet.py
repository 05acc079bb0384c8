"""A table as a Parquet file, for those who go on reckoning with it."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory


def parquet_of(rows: Iterable[Sequence[object]], types: Mapping[str, str] | None = None) -> bytes:
    """A Parquet file of a head and rows. A column of nothing but numbers is one of numbers, an empty cell is a null; a head
    that comes twice is numbered. ``types``: what DuckDB is to take the columns for instead, by their heads, which are unlike
    each other then; a moment that names no zone is one of UTC."""
    # Here, so that a process that exports nothing does not carry 40 MB for it.
    import duckdb

    head, *body = [list(row) for row in rows]
    names = _names([str(cell) for cell in head])
    kinds = types or {name: _kind(cells) for name, cells in _columns(names, body)}
    columns = ", ".join(f"{_quoted(name)}: '{kinds[name]}'" for name in names)
    with TemporaryDirectory() as folder:
        told, made = Path(folder, "rows.csv"), Path(folder, "rows.parquet")
        with told.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, quoting=csv.QUOTE_MINIMAL).writerows([names, *body])
        duck = duckdb.connect(
            config={"autoinstall_known_extensions": "false", "autoload_known_extensions": "false", "threads": "1"}
        )
        try:
            duck.execute("SET TimeZone = 'UTC'")
            read = (
                f"read_csv({_quoted(str(told))}, header = true, auto_detect = false, delim = ',', quote = '\"',"
                f" escape = '\"', new_line = '\\r\\n', columns = {{{columns}}})"
            )
            duck.execute(f"COPY (SELECT * FROM {read}) TO {_quoted(str(made))} (FORMAT parquet)")  # noqa: S608  # paths of ours, quoted
        finally:
            duck.close()
        return made.read_bytes()


def _names(head: Sequence[str]) -> list[str]:
    """Unlike each other also to DuckDB, which knows no capitals, and none of them empty."""
    found: dict[str, str] = {}
    for name in head:
        unlike, number = name or "–", 1
        while unlike.casefold() in found:
            number += 1
            unlike = f"{name or '–'} ({number})"
        found[unlike.casefold()] = unlike
    return list(found.values())


def _columns(names: Sequence[str], body: Sequence[Sequence[object]]) -> Iterable[tuple[str, list[object]]]:
    return ((name, [row[place] for row in body if row[place] not in ("", None)]) for place, name in enumerate(names))


def _kind(cells: Sequence[object]) -> str:
    if cells and all(isinstance(cell, int) and not isinstance(cell, bool) for cell in cells):
        return "BIGINT"
    if cells and all(isinstance(cell, (int, float)) and not isinstance(cell, bool) for cell in cells):
        return "DOUBLE"
    return "VARCHAR"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
