"""The files of the mirror on a ClickHouse server, and the KPIs' statements put to it.

Each file is a partition of its table there, named as the file is. Files never change, so one is carried once; a row in the
table of files says that it is there whole. A state is asked by naming its files, exactly as DuckDB is: whoever is killed
while carrying has left a partition that nobody names, and that is dropped before it is filled again.

The server speaks HTTP, which the standard library does too.
"""

import http.client
import json
import ssl
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from rung.insight.engine import Question, compiled
from rung.insight.mirror import LAYOUT, TABLES, Mirror, State, Table

WITHIN_S = 60.0
"""A question that takes longer is put to the mirror instead."""
# In the words of the standard: a join that finds nothing gives null, and so does a sum over nothing.
_AS_ELSEWHERE = {
    "join_use_nulls": "1",
    "aggregate_functions_null_for_empty": "1",
    "output_format_json_quote_64bit_integers": "0",
}
_TYPES = {"BIGINT": "Int64", "INTEGER": "Int32", "SMALLINT": "Int16", "VARCHAR": "String"}
_FILES = f"rung{LAYOUT}_files"
_CHANGED = f"rung{LAYOUT}_changed"


class Refused(Exception):
    """The server cannot be reached, or does not want what it was asked."""


@dataclass(frozen=True, slots=True)
class Server:
    """A ClickHouse server, by its HTTP interface."""

    host: str
    port: int
    user: str
    password: str
    database: str
    is_secure: bool

    def asked(
        self,
        text: str,
        *,
        values: Mapping[str, str] | None = None,
        file: Path | None = None,
        within_s: float = WITHIN_S,
    ) -> bytes:
        """What it answers. `values` are for `{name:String}`; `file` is the body of an INSERT. Raises Refused."""
        words = {
            "database": self.database,
            **_AS_ELSEWHERE,
            **{f"param_{name}": cell for name, cell in (values or {}).items()},
        }
        body: Any = text.encode()
        if file is not None:
            words["query"] = text
            body = file.open("rb")
        headers = {"X-ClickHouse-User": self.user, "X-ClickHouse-Key": self.password}
        try:
            with closing(self._connection(within_s)) as wire:
                if file is not None:
                    headers["Content-Length"] = str(file.stat().st_size)
                wire.request("POST", "/?" + urlencode(words), body=body, headers=headers)
                answer = wire.getresponse()
                told = answer.read()
        except (OSError, http.client.HTTPException) as trouble:
            raise Refused(f"{self.host}:{self.port} cannot be reached: {trouble}") from trouble
        finally:
            if file is not None:
                body.close()
        if answer.status != 200:
            raise Refused(
                f"{self.host}:{self.port} says {answer.status}: {told[:300].decode(errors='replace').strip()}"
            )
        return told

    def _connection(self, within_s: float) -> http.client.HTTPConnection:
        if self.is_secure:
            context = ssl.create_default_context()
            return http.client.HTTPSConnection(self.host, self.port, timeout=within_s, context=context)
        return http.client.HTTPConnection(self.host, self.port, timeout=within_s)


def is_clickhouse(address: str) -> bool:
    """Whether RUNG_NUMBERS names such a server."""
    return address.startswith(("clickhouse://", "clickhouses://"))


def server_of(address: str) -> Server:
    """The server of `clickhouse://user:password@host:8123/database`; `clickhouses://` speaks TLS. Raises ValueError."""
    parts = urlsplit(address)
    if not is_clickhouse(address) or not parts.hostname or parse_qs(parts.query):
        raise ValueError("write it as clickhouse://user:password@host:8123/database, or clickhouses://… for TLS")
    is_secure = parts.scheme == "clickhouses"
    return Server(
        host=parts.hostname,
        port=parts.port or (8443 if is_secure else 8123),
        user=unquote(parts.username or "default"),
        password=unquote(parts.password or ""),
        database=unquote(parts.path.strip("/")) or "default",
        is_secure=is_secure,
    )


# Carrying.


def carry(server: Server, mirror: Mirror, state: State) -> int:
    """Bring the files of a state that are not there yet, and drop those that no reader can name any more. Returns how many
    were brought. Raises Refused."""
    _make_tables(server)
    there = _carried(server)
    former = mirror.state()
    still = former.files() | set(former.leaving) if former else set()
    for path in sorted(there - state.files() - still):
        _drop(server, _FILES, path)
        _drop(server, _table_of(path), path)
    missing = [path for path in sorted(state.files()) if path not in there]
    for path in missing:
        name, columns = _table_of(path), _columns_of(path)
        _drop(server, name, path)
        given = ", ".join(f"{column} {kind}" for column, kind in columns.items())
        server.asked(
            f"INSERT INTO {name} (file, {', '.join(columns)}) SELECT '{path}', {', '.join(columns)}"  # noqa: S608 - names of our own
            f" FROM input('{given}') FORMAT Parquet",
            file=mirror.folder / path,
        )
        server.asked(f"INSERT INTO {_FILES} SELECT '{path}'")
    return len(missing)


def is_carried(server: Server, state: State) -> bool:
    """Whether every file of a state is there. Raises Refused."""
    return state.files() <= _carried(server)


def _carried(server: Server) -> set[str]:
    answer = json.loads(server.asked(f"SELECT DISTINCT file FROM {_FILES} FORMAT JSONCompact"))  # noqa: S608 - as above
    return {row[0] for row in answer["data"]}


def _make_tables(server: Server) -> None:
    server.asked(
        f"CREATE TABLE IF NOT EXISTS {_FILES} (file String) ENGINE = MergeTree PARTITION BY file ORDER BY tuple()"
    )
    for name, columns, sorted_by in (
        (_CHANGED, _columns_of("fresh/changed-"), "subject, number"),
        *((_name(table), _typed(table), table.moment) for table in TABLES),
    ):
        told = ", ".join(f"{column} {kind}" for column, kind in columns.items())
        server.asked(
            f"CREATE TABLE IF NOT EXISTS {name} (file String, {told})"
            f" ENGINE = MergeTree PARTITION BY file ORDER BY ({sorted_by}) SETTINGS allow_nullable_key = 1"
        )


def _drop(server: Server, table: str, path: str) -> None:
    server.asked(f"ALTER TABLE {table} DROP PARTITION '{path}'")


def _name(table: Table) -> str:
    return f"rung{LAYOUT}_{table.file}"


def _typed(table: Table) -> dict[str, str]:
    nullable = {each.attname for each in table.fields if each.null}
    return {
        column: f"Nullable({_TYPES[kind]})" if column in nullable else _TYPES[kind]
        for column, kind in table.types.items()
    }


def _of(path: str) -> Table | None:
    """The table a file of the mirror belongs to; None for the numbers of what changed."""
    folder, _, name = path.partition("/")
    file = name.partition("/")[0] if folder == "base" else name.partition("-")[0]
    return next((table for table in TABLES if table.file == file), None)


def _table_of(path: str) -> str:
    table = _of(path)
    return _name(table) if table else _CHANGED


def _columns_of(path: str) -> dict[str, str]:
    table = _of(path)
    return _typed(table) if table else {"subject": "String", "number": "Int64"}


# Asking.


def rows_of(state: State, table: Table) -> str:
    """A query for the rows of a table as they stand in a state."""
    columns, name = ", ".join(table.columns), _name(table)
    base = sorted(state.base.get(table.file, {}).values())
    files = ", ".join(f"'{path}'" for path in base or [""])
    rows = f"SELECT {columns} FROM {name} WHERE file IN ({files})"  # noqa: S608 - names of our own
    if not state.changed:
        return rows
    changed = f"SELECT number FROM {_CHANGED} WHERE file = '{state.changed}' AND subject = '{table.subject}'"  # noqa: S608 - as above
    fresh = f"SELECT {columns} FROM {name} WHERE file = '{state.fresh.get(table.file, '')}'"  # noqa: S608 - as above
    return f"{rows} AND {table.subject} NOT IN ({changed}) UNION ALL {fresh}"


def rows(
    server: Server, state: State, statement: str, question: Question, numbers: Mapping[str, int]
) -> list[dict[str, Any]]:
    """The rows of a statement over a state that has been carried. Raises Refused."""
    text, values = compiled(statement, question, numbers, placeholder="{channel:String}")
    tables = ", ".join(f"{table.name} AS ({rows_of(state, table)})" for table in TABLES if table.name in statement)
    told = server.asked(f"WITH {tables} {text} FORMAT JSONCompact", values={"channel": values[0]} if values else None)
    answer = json.loads(told)
    names = [column["name"] for column in answer["meta"]]
    return [dict(zip(names, row, strict=True)) for row in answer["data"]]
