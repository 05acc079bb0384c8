"""Rows of one transaction, written together.

Inside `together()` a row that is handed to `put` or `alter` waits, and is written with others of its table when the block
ends: one statement for many, where each row on its own would cost more in saying than in writing. Nobody can tell: a
statement that names a table with waiting rows has them written first, and so do a savepoint and an insert past this module.

What others point to is written first. While SQLite knows of a row that points to none, it looks for such rows at every row
it inserts, through whole tables where their column has no index.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from django.db import DatabaseError, connection, connections
from django.db.models import (
    BigAutoField,
    BigIntegerField,
    BooleanField,
    CharField,
    DateTimeField,
    EmailField,
    Field,
    FloatField,
    ForeignKey,
    IntegerField,
    JSONField,
    Model,
    PositiveBigIntegerField,
    PositiveIntegerField,
    PositiveSmallIntegerField,
    SmallIntegerField,
    TextField,
)
from django.db.models.expressions import DatabaseDefault

KEYS_AT_ONCE = 200
"""Keys taken from a sequence together at most. Those left over are lost on PostgreSQL, as those of a rollback are."""


@contextmanager
def together(expected: int = 1) -> Iterator[None]:
    """Write the rows that are put or altered inside together, at the latest when the block ends.

    It belongs inside a transaction, which has to be undone when the block raises: what was waiting is then forgotten.
    Within another such block it changes nothing. `expected`: about how many rows of a table there will be.
    """
    if _waiting.get() is not None:
        yield
        return
    if not connection.in_atomic_block:
        raise RuntimeError("together() belongs inside the transaction that its rows are part of")
    waiting = _Waiting(expected)
    token = _waiting.set(waiting)
    try:
        with connection.execute_wrapper(waiting.watch):
            yield
            waiting.write()
            waiting.return_keys()
    finally:
        _waiting.reset(token)


def put(row: Model, *, keyed: bool = True) -> None:
    """Insert a row, at once or with others. It has its primary key then, unless nobody needs to know it (`keyed`)."""
    waiting = _waiting.get()
    if waiting is None:
        row.save(force_insert=True)
    else:
        waiting.put(row, keyed)


def alter(row: Model, columns: Sequence[str]) -> None:
    """Save some columns of a row, at once or with others, then with the values they have by that time."""
    waiting = _waiting.get()
    if waiting is None:
        row.save(update_fields=columns)
    else:
        waiting.alter(row, columns)


def end_standing(model: type[Model], of: str, key: int, *, ended: str, at: datetime) -> None:
    """Set the moment `ended` in those rows of a table whose column `of` is `key` and that have none yet, at once or with
    others."""
    waiting = _waiting.get()
    if waiting is None:
        model._default_manager.filter(**{of: key, f"{ended}__isnull": True}).update(**{ended: at})
    else:
        waiting.end(model, of, key, ended, at)


def insert_together(rows: Iterable[Model]) -> None:
    """Insert rows of one table now, in one statement; nobody asks for their primary keys.

    For many small rows it costs a third of `bulk_create`, which puts every value and every mark into words of its own.
    """
    some = list(rows)
    if some:
        _insert(type(some[0]), some, keyed=some[0].pk is not None)


def insert_values(model: type[Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows now, in one statement, of which nobody needs the objects: what is to stand in `columns`, named as the
    attributes are. The others hold their defaults."""
    given = list(zip(*rows, strict=True))
    if not given:
        return
    fields = [field for field in model._meta.local_concrete_fields if not field.primary_key or field.attname in columns]
    by_name = dict(zip(columns, given, strict=True))
    values = [by_name.get(field.attname) or [field.get_default()] * len(given[0]) for field in fields]
    _insert_columns(model, fields, values)


class _Waiting:
    def __init__(self, expected: int) -> None:
        self.expected = expected
        self.rows: dict[type[Model], list[Model]] = {}
        self.changed: dict[int, tuple[Model, set[str]]] = {}
        self.fresh: set[int] = set()
        self.ended: dict[tuple[type[Model], str, str], list[tuple[datetime, int]]] = {}
        self.tables: set[str] = set()
        self.keys: dict[type[Model], list[int]] = defaultdict(list)
        self.is_writing = False

    def watch(self, execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
        if self.tables and not self.is_writing:
            said = str(sql)
            if said.startswith("ROLLBACK TO"):
                self._forget()  # whatever waits was put since the savepoint: before it, everything was written
                self.keys.clear()  # a sequence that is a row went back as well
            elif said.startswith(("SAVEPOINT", "INSERT")) or any(table in said for table in self.tables):
                self.write()
        return execute(sql, params, many, context)

    def put(self, row: Model, keyed: bool) -> None:
        model = type(row)
        if keyed and row.pk is None:
            row.pk = self._key(model)
        row._state.adding, row._state.db = False, connection.alias
        self.rows.setdefault(model, []).append(row)
        self.fresh.add(id(row))
        self.tables.add(model._meta.db_table)

    def alter(self, row: Model, columns: Sequence[str]) -> None:
        if id(row) in self.fresh:
            return  # it is written as it will be
        known = self.changed.get(id(row))
        if known is None:
            self.changed[id(row)] = (row, set(columns))
            self.tables.add(row._meta.db_table)
        else:
            known[1].update(columns)

    def end(self, model: type[Model], of: str, key: int, ended: str, at: datetime) -> None:
        self.ended.setdefault((model, of, ended), []).append((at, key))
        self.tables.add(model._meta.db_table)

    def write(self) -> None:
        rows, changed, ended = self.rows, self.changed, self.ended
        self._forget()
        self.is_writing = True
        try:
            for model in _parents_first(rows):
                some = rows[model]
                _insert(model, [row for row in some if row.pk is not None], keyed=True)
                _insert(model, [row for row in some if row.pk is None], keyed=False)
            alike: dict[tuple[type[Model], tuple[str, ...]], list[Model]] = defaultdict(list)
            for row, columns in changed.values():
                alike[type(row), tuple(sorted(columns))].append(row)
            for (model, names), some in alike.items():
                _update(model, names, some)
            for (model, of, name), moments in ended.items():
                _end(model, of, name, moments)
        finally:
            self.is_writing = False

    def _forget(self) -> None:
        self.rows, self.changed, self.fresh, self.ended, self.tables = {}, {}, set(), {}, set()

    def _key(self, model: type[Model]) -> int:
        keys = self.keys[model]
        if not keys:
            self.is_writing = True
            try:
                keys += reversed(_take_keys(model._meta.db_table, min(max(self.expected, 1), KEYS_AT_ONCE)))
            finally:
                self.is_writing = False
        return keys.pop()

    def return_keys(self) -> None:
        """Where a sequence is an ordinary row, what was not used is given back."""
        if connection.vendor != "sqlite":
            return
        with connection.cursor() as cursor:
            for model, keys in self.keys.items():
                if keys:
                    cursor.execute(
                        "UPDATE sqlite_sequence SET seq = %s WHERE name = %s AND seq = %s",
                        [keys[-1] - 1, model._meta.db_table, keys[0]],
                    )


def _parents_first(models: Iterable[type[Model]]) -> list[type[Model]]:
    left, ordered = list(models), list[type[Model]]()
    while left:
        for model in left:
            points_to = {field.related_model for field in model._meta.local_concrete_fields if field.is_relation}
            if not points_to & (set(left) - {model}):
                break
        else:
            model = left[0]  # they point to one another
        left.remove(model)
        ordered.append(model)
    return ordered


_waiting: ContextVar[_Waiting | None] = ContextVar("rows that wait", default=None)


def _take_keys(table: str, count: int) -> list[int]:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Its sequence is found once: in the list of what is selected it would be for each key.
            found = "SELECT pg_get_serial_sequence(%s, 'id')::regclass AS sequence OFFSET 0"
            cursor.execute(
                f"SELECT nextval(sequence) FROM ({found}) s, generate_series(1, %s)",  # noqa: S608  # our own words
                [f'"{table}"', count],
            )
            return [key for (key,) in cursor.fetchall()]
        # We are the only writer, and whoever inserts into the table without us begins after these.
        cursor.execute("UPDATE sqlite_sequence SET seq = seq + %s WHERE name = %s RETURNING seq", [count, table])
        moved = cursor.fetchone()
        if moved is None:
            cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s) RETURNING seq", [table, count])
            moved = cursor.fetchone()
        return list(range(moved[0] - count + 1, moved[0] + 1))


def _fields(model: type[Model], keyed: bool) -> list[Field[Any, Any]]:
    return [field for field in model._meta.local_concrete_fields if keyed or not field.primary_key]


def _insert(model: type[Model], rows: Sequence[Model], *, keyed: bool) -> None:
    if not rows:
        return
    fields = _fields(model, keyed)
    _insert_columns(model, fields, [[getattr(row, field.attname) for row in rows] for field in fields])


def _insert_columns(model: type[Model], fields: Sequence[Field[Any, Any]], columns: Sequence[Sequence[Any]]) -> None:
    quote = connection.ops.quote_name
    names = ", ".join(quote(str(field.column)) for field in fields)
    table, values = quote(model._meta.db_table), _as_taken(columns, fields)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Past the statement, whose every value psycopg would put into words. Errors are told as Django's all the same.
            with connection.wrap_database_errors, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in values:
                    copy.write_row(row)
            return
        marks = ", ".join(["%s"] * len(fields))
        cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", values)  # noqa: S608  # names of our own columns


def _as_taken(columns: Sequence[Sequence[Any]], fields: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Row by row what is to stand in each column, as the database takes it."""
    database = connections[connection.alias]  # found once, where the proxy would be asked at every value
    taken = [
        _simply(field, given, database) or _prepared(field, given, database)
        for field, given in zip(fields, columns, strict=True)
    ]
    return list(zip(*taken, strict=True))


def _prepared(field: Any, given: Sequence[Any], database: Any) -> list[Any]:
    prepare = field.get_db_prep_save
    return [prepare(field.db_default if isinstance(value, DatabaseDefault) else value, database) for value in given]


_NOTHING = type(None)
# Of a plain field nothing else comes out than went in, when it is exactly one of these: a choice, say, is a kind of str.
_TEXT: frozenset[type] = frozenset({str, _NOTHING})
_NUMBER: frozenset[type] = frozenset({int, _NOTHING})
_AS_IS: dict[type[Field[Any, Any]], frozenset[type]] = {
    **dict.fromkeys((CharField, EmailField, TextField), _TEXT),
    **dict.fromkeys((BigAutoField, BigIntegerField, IntegerField, SmallIntegerField), _NUMBER),
    **dict.fromkeys((PositiveBigIntegerField, PositiveIntegerField, PositiveSmallIntegerField), _NUMBER),
    BooleanField: frozenset({bool, _NOTHING}),
    FloatField: frozenset({float, _NOTHING}),
}


def _simply(field: Any, given: Sequence[Any], database: Any) -> Sequence[Any] | None:
    """The same as `_prepared` for values whose kinds leave nothing to be asked; None where they do."""
    kinds = set(map(type, given))
    while isinstance(field, ForeignKey):
        field = field.target_field
    if kinds <= _AS_IS.get(type(field), frozenset()):
        return given
    if type(field) is DateTimeField and kinds <= {datetime, _NOTHING}:
        if database.vendor == "postgresql":
            return given
        if database.timezone is UTC and all(moment is None or moment.tzinfo is UTC for moment in given):
            return [None if moment is None else moment.isoformat(" ")[:-6] for moment in given]
    if type(field) is JSONField and field.encoder is None and kinds <= {dict, list} and database.vendor == "sqlite":
        return [json.dumps(value) if value else "{}" if type(value) is dict else "[]" for value in given]
    return None


# What the values of such a field are given to PostgreSQL as, many in one array. Text as text: a cast to a shorter kind would
# cut it, where an assignment refuses.
_IN_ARRAYS: dict[type[Field[Any, Any]], tuple[str, type | None]] = {
    **dict.fromkeys((CharField, EmailField, TextField), ("text", str)),
    **dict.fromkeys((BigAutoField, BigIntegerField, IntegerField, SmallIntegerField), ("bigint", int)),
    **dict.fromkeys((PositiveBigIntegerField, PositiveIntegerField, PositiveSmallIntegerField), ("bigint", int)),
    BooleanField: ("boolean", None),
    FloatField: ("double precision", None),
    DateTimeField: ("timestamptz", None),
    JSONField: ("jsonb", None),
}


def _in_arrays(fields: Sequence[Any], values: Sequence[Sequence[Any]]) -> tuple[list[str], list[list[Any]]] | None:
    """The kinds of these fields and their values, column by column; None where one of them goes into no array."""
    kinds, columns = [], []
    for field, column in zip(fields, zip(*values, strict=True), strict=True):
        while isinstance(field, ForeignKey):
            field = field.target_field
        kind, plain = _IN_ARRAYS.get(type(field), (None, None))
        if kind is None:
            return None
        kinds.append(kind)
        # A choice, say, is a kind of str, and an array is of one kind only.
        columns.append([value if value is None or plain is None else plain(value) for value in column])
    return kinds, columns


def _update(model: type[Model], names: Sequence[str], rows: Sequence[Model]) -> None:
    quote = connection.ops.quote_name
    fields: list[Any] = [model._meta.get_field(name) for name in names]
    key: Any = model._meta.pk
    columns = [[getattr(row, field.attname) for row in rows] for field in (*fields, key)]
    values = _as_taken(columns, [*fields, key])
    # Where a row is there twice, the later has to win.
    if connection.vendor == "postgresql" and len(set(columns[-1])) == len(rows):
        arrays = _in_arrays((*fields, key), values)
        if arrays is not None:
            _update_at_once(model, [*fields, key], *arrays)
            return
    assigned = ", ".join(f"{quote(field.column)} = %s" for field in fields)
    statement = f"UPDATE {quote(model._meta.db_table)} SET {assigned} WHERE {quote(key.column)} = %s"  # noqa: S608  # as above
    with connection.cursor() as cursor:
        cursor.executemany(statement, values)
        _see_that_all_were_there(model, cursor.rowcount, len(rows))


def _update_at_once(model: type[Model], fields: Sequence[Any], kinds: Sequence[str], columns: Sequence[Any]) -> None:
    """One statement for all rows, where PostgreSQL would answer to one for each; the last of the fields is the key."""
    names = [connection.ops.quote_name(field.column) for field in fields]
    assigned = ", ".join(f"{name} = v.{name}" for name in names[:-1])
    marks = ", ".join(f"%s::{kind}[]" for kind in kinds)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {connection.ops.quote_name(model._meta.db_table)} t SET {assigned}"  # noqa: S608  # as above
            f" FROM unnest({marks}) AS v({', '.join(names)}) WHERE t.{names[-1]} = v.{names[-1]}",
            columns,
        )
        _see_that_all_were_there(model, cursor.rowcount, len(columns[0]))


def _see_that_all_were_there(model: type[Model], changed: int, wanted: int) -> None:
    if 0 <= changed < wanted:
        raise DatabaseError(f"{wanted - changed} rows of {model.__name__} to be changed are not there")


def _end(model: type[Model], of: str, name: str, moments: Sequence[tuple[datetime, int]]) -> None:
    quote = connection.ops.quote_name
    fields: list[Any] = [model._meta.get_field(name), model._meta.get_field(of)]
    ended, key = (quote(field.column) for field in fields)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE {quote(model._meta.db_table)} t SET {ended} = v.at"  # noqa: S608  # as above
                f" FROM unnest(%s::timestamptz[], %s::bigint[]) AS v(at, of) WHERE t.{key} = v.of AND t.{ended} IS NULL",
                [[at for at, _ in moments], [of_key for _, of_key in moments]],
            )
        return
    statement = f"UPDATE {quote(model._meta.db_table)} SET {ended} = %s WHERE {key} = %s AND {ended} IS NULL"  # noqa: S608  # as above
    with connection.cursor() as cursor:
        cursor.executemany(statement, _as_taken(list(zip(*moments, strict=True)), fields))
