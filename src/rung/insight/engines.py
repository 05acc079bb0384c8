"""The engines that answer the KPIs' statements, and which of them a screen asks."""

import logging
import os
import shutil
import threading
from collections.abc import Container, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings

from rung.core.text import one_line
from rung.insight.clickhouse import Refused, Server, is_carried, is_clickhouse, rows, server_of
from rung.insight.engine import Engine, OwnDatabase, Question, Source, compiled
from rung.insight.mirror import TABLES, Mirror, State, connected
from rung.insight.mirroring import fits, is_kept, own_mirror
from rung.insight.models import MirrorLine, Unmirrored

if TYPE_CHECKING:
    import duckdb
    import psycopg

log = logging.getLogger(__name__)

# While facts wait to be mirrored the files are replaced every few seconds. When they have not been for so long, nobody
# keeps them, and the database knows better.
BEHIND_S = 30.0
# What DuckDB has learnt of files it keeps after they are gone, and it counts a seventh of the memory that takes: 0.1 MB for
# each state. After so many states it is begun anew, which costs one question 50 ms.
STATES_KNOWN = 200
CONNECT_WITHIN_S = 3
"""Seconds that a copy of the database has to take a call."""


def chosen_engine(at: datetime) -> Engine:
    """The engine named by the setting; the database itself while there is no mirror that can be believed."""
    if is_kept():
        mirror = own_mirror()
        state = mirror.state()
        if state is None or not fits(state, MirrorLine.objects.first()):
            return OwnDatabase()
        if mirror.age_s(at.timestamp()) > BEHIND_S and Unmirrored.objects.exists():
            log.warning("the mirror of the facts is behind; the numbers come from the database")
            return OwnDatabase()
        if is_clickhouse(settings.NUMBERS):
            return OnClickHouse(server_of(settings.NUMBERS), mirror, state)
        return Mirrored(mirror, state)
    return OwnDatabase() if settings.NUMBERS == "database" else OtherPostgreSQL(settings.NUMBERS)


class Mirrored:
    """DuckDB over the files of a mirror. One DuckDB in each process, asked by all its threads."""

    _duck: "duckdb.DuckDBPyConnection | None" = None
    _known: ClassVar[set[tuple[str, int]]] = set()
    _making = threading.Lock()

    def __init__(self, mirror: Mirror, state: State) -> None:
        self.mirror = mirror
        self.state = state
        # Everything that had been folded when this state was written lies before it.
        self.published_s = mirror.published_s()

    def rows(self, statement: str, question: Question, **numbers: int) -> list[dict[str, Any]]:
        found = self.answered(statement, question, numbers)
        return OwnDatabase().rows(statement, question, **numbers) if found is None else found

    def answered(self, statement: str, question: Question, numbers: Mapping[str, int]) -> list[dict[str, Any]] | None:
        """Rows as the mirror has them; None where it cannot tell, and the database has to."""
        # Where a table stands its files are written, and only those of months that are needed: a file that need not be read
        # costs 0.1 ms to find that out. A statement that calls a column by the name of its table keeps that name.
        named = {table.name: table for table in TABLES if f"{table.name}." in statement}
        text, values = compiled(statement, question, numbers, placeholder="?", source=self._source(named))
        if named:
            tables = (
                f"{name} AS NOT MATERIALIZED ({self.mirror.rows_of(self.state, table)})"
                for name, table in named.items()
            )
            text = f"WITH {', '.join(tables)} {text}"
        try:
            return self._asked(text, values)
        except self._unreadable() as broken:
            # A file that is gone or spoilt. Whoever asked is answered by the database; the worker makes the mirror anew,
            # unless it has replaced this state while we read it.
            log.warning("the mirror of the facts cannot be read: %s", broken)
            if self.mirror.state() == self.state:
                self.mirror.drop()
        except self._confused() as broken:
            # It answers nothing sound from then on, though its files may be well: the next question makes it anew.
            log.warning("the engine of the numbers lost its way: %s", str(broken).partition("\n")[0])
            with self._making:
                Mirrored._duck = None
        except self._too_large() as full:
            log.warning("a question is too large for the memory of the numbers (RUNG_NUMBERS_MEMORY): %s", full)
        return None

    def _source(self, named: Container[str]) -> Source:
        tables = {table.name: table for table in TABLES if table.name not in named}

        def written(name: str, from_ms: int | None, to_ms: int | None) -> str:
            table = tables.get(name)
            return self.mirror.source_of(self.state, table, from_ms, to_ms) if table else name

        return written

    def _asked(self, text: str, values: Sequence[str]) -> list[dict[str, Any]]:
        with self._shared().cursor() as cursor:
            cursor.execute(text, values)
            names = [column[0] for column in cursor.description or ()]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    @staticmethod
    def _unreadable() -> tuple[type[Exception], ...]:
        import duckdb

        return (duckdb.IOException, duckdb.InvalidInputException)

    @staticmethod
    def _confused() -> tuple[type[Exception], ...]:
        import duckdb

        return (duckdb.InternalException, duckdb.FatalException)

    @staticmethod
    def _too_large() -> type[Exception]:
        import duckdb

        return duckdb.OutOfMemoryException

    def _shared(self) -> "duckdb.DuckDBPyConnection":
        with self._making:
            state = (self.state.line, self.state.step)
            if Mirrored._duck is None or (state not in self._known and len(self._known) >= STATES_KNOWN):
                # Whoever still asks the former one holds it by a cursor of their own.
                Mirrored._duck = connected(spill=_own_spill(self.mirror.folder / "spilling"))
                # Where rows of a file lie is read once, not for each question: no file changes under its name.
                Mirrored._duck.execute("SET GLOBAL parquet_metadata_cache = true")
                self._known.clear()
            self._known.add(state)
            return Mirrored._duck


class OnClickHouse(Mirrored):
    """A ClickHouse server that holds the files of a mirror; the mirror itself where that fails."""

    def __init__(self, server: Server, mirror: Mirror, state: State) -> None:
        super().__init__(mirror, state)
        self.server = server

    def answered(self, statement: str, question: Question, numbers: Mapping[str, int]) -> list[dict[str, Any]] | None:
        try:
            if is_carried(self.server, self.state):
                return rows(self.server, self.state, statement, question, numbers)
            log.warning("the ClickHouse server does not hold all of the mirror yet; the numbers come from the mirror")
        except Refused as refused:
            log.warning("the numbers come from the mirror: %s", refused)
        return super().answered(statement, question, numbers)


def _own_spill(folder: Path) -> Path:
    """Where this process puts what does not fit into its memory. DuckDB makes it when it needs it and removes it when it
    ends; what killed processes left is removed here."""
    for left in folder.glob("*"):
        if left.name.isdigit() and not _is_alive(int(left.name)):
            shutil.rmtree(left, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    return folder / str(os.getpid())


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


class OtherPostgreSQL:
    """A PostgreSQL server that holds a copy of our tables, so that questions do not slow down the desk; where it does not
    answer, the database itself does."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._is_away = False  # whoever asks for a page waits for such a server once, not for each of its numbers

    def rows(self, statement: str, question: Question, **numbers: int) -> list[dict[str, Any]]:
        import psycopg

        if not self._is_away:
            try:
                return self._asked(statement, question, numbers)
            except psycopg.Error as refused:
                # Also a copy that lacks a table: made by another version, it may lag behind ours.
                self._is_away = True
                log.warning("the numbers come from the database: %s", one_line(str(refused), 300))
        return OwnDatabase().rows(statement, question, **numbers)

    def trouble(self) -> str:
        """Why it cannot be asked; empty where it can."""
        import psycopg

        try:
            with self._connected() as asked:
                for table in TABLES:
                    asked.execute(f"SELECT FROM {table.name} LIMIT 0".encode())
        except psycopg.Error as refused:
            return one_line(str(refused), 300)
        return ""

    def _asked(self, statement: str, question: Question, numbers: Mapping[str, int]) -> list[dict[str, Any]]:
        from psycopg.rows import dict_row

        text, values = compiled(statement, question, numbers, placeholder="%s")
        with self._connected() as asked, asked.cursor(row_factory=dict_row) as cursor:
            return cursor.execute(text.encode(), values).fetchall()

    def _connected(self) -> "psycopg.Connection[Any]":
        import psycopg

        return psycopg.connect(self.address, autocommit=True, connect_timeout=CONNECT_WITHIN_S)
