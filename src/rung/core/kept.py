"""Questions that PostgreSQL parses and plans once for a connection, and only answers from then on.

Their constants stand in the text: a plan that serves any value cannot use an index with a condition (`WHERE state = 'open'`)
on a value that it does not know. Only what varies is handed over beside it. Other databases are asked as always.
"""

import re
from collections.abc import Container, Sequence
from functools import cache
from typing import Any, cast

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

# A connection keeps so many; the one that was asked longest ago makes room. The driver's own bound is a hundred.
_MOST_KEPT = 400

_MARKS = re.compile(r"IN \((%s(?:, %s)+)\)|%s|%%")

# What is left to be handed over: a parameter, or the parameters from here to there as one list.
Left = int | tuple[int, int]


def can_keep(connection: BaseDatabaseWrapper) -> bool:
    """Whether this database keeps questions, and has not been told otherwise (`prepare_threshold`)."""
    if connection.vendor != "postgresql":
        return False
    options: dict[str, Any] = connection.settings_dict["OPTIONS"]
    return options.get("prepare_threshold") is not None


def with_constants(
    sql: str, params: Sequence[Any], varying: Container[int], connection: BaseDatabaseWrapper
) -> tuple[str, tuple[Left, ...]]:
    """The text with all parameters written out but those at the positions that vary, and these in their order.

    Several values to look among become one list: a plan is kept whose cost does not seem to grow with their number.
    """
    from psycopg import ClientCursor

    connection.ensure_connection()
    writer: Any = ClientCursor(connection.connection)
    left: list[Left] = []
    position = 0

    def one() -> str:
        nonlocal position
        position += 1
        if position - 1 in varying:
            left.append(position - 1)
            return "%s"
        return str(writer.mogrify("%s", [params[position - 1]])).replace("%", "%%")

    def written(found: re.Match[str]) -> str:
        nonlocal position
        if found.group() == "%%":
            return "%%"
        if not found[1]:
            return one()
        end = position + found[1].count("%s")
        if all(each in varying for each in range(position, end)):
            left.append((position, end))
            position = end
            return "= ANY(%s)"
        return f"IN ({', '.join(one() for _ in range(position, end))})"

    text = _MARKS.sub(written, sql)
    return text, tuple(left)


def handed_over(params: Sequence[Any], left: tuple[Left, ...]) -> tuple[Any, ...]:
    """The values that a text written by `with_constants` wants."""
    return tuple(params[each] if isinstance(each, int) else _list(params[each[0] : each[1]]) for each in left)


def _list(values: Sequence[Any]) -> list[Any]:
    """Numbers all of one width: by the widest among them the driver would name another kind of list each time."""
    from psycopg.types.numeric import Int8

    return [Int8(value) if isinstance(value, int) else value for value in dict.fromkeys(values)]


def keeping_cursor(connection: BaseDatabaseWrapper) -> CursorWrapper:
    """A cursor that has the database keep what it asks. Only where `can_keep`."""
    cursor: CursorWrapper = connection.cursor()
    session: Any = connection.connection
    if session.prepared_max != _MOST_KEPT:
        session.prepared_max = _MOST_KEPT
    cursor.cursor = _keeping()(session)
    return cursor


@cache
def _keeping() -> Any:
    """The kind of cursor. A table that was altered by an upgrade makes PostgreSQL refuse what it planned before, on every
    connection until that one ends: what is kept is let go then and asked once more. Within a transaction, which is lost,
    the driver lets it go when that is rolled back."""
    from django.db.backends.postgresql.base import ServerBindingCursor
    from psycopg.errors import FeatureNotSupported
    from psycopg.pq import TransactionStatus

    class Keeping(ServerBindingCursor):
        def execute(self, query: Any, params: Any = None, **options: Any) -> Any:
            of_driver: Any = super()  # the types of Django's class do not say what it inherits
            try:
                return of_driver.execute(query, params, **options)
            except FeatureNotSupported:
                session: Any = cast(Any, self).connection
                if session.info.transaction_status != TransactionStatus.IDLE:
                    raise
                session.execute("DEALLOCATE ALL")
                return of_driver.execute(query, params, **options)

        def _convert_query(self, query: Any, params: Any = None) -> Any:
            """Noted where `connection.queries` reads it: the driver notes by itself only what it does not keep."""
            of_driver: Any = super()
            self._query = of_driver._convert_query(query, params)
            return self._query

    return Keeping
