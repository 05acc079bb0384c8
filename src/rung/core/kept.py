"""Questions that PostgreSQL parses and plans once for a connection, and only answers from then on.

Their constants stand in the text: a plan that serves any value cannot use an index with a condition (`WHERE state = 'open'`)
on a value that it does not know. Only what varies is handed over beside it. Other databases are asked as always.
"""

import re
from collections.abc import Container, Sequence
from functools import cache
from types import SimpleNamespace
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

# A connection keeps so many; the one that was asked longest ago makes room.
_MOST_KEPT = 400

_BELIEVED = 10

_MARKS = re.compile(r"IN \((%s(?:, %s)+)\)|%s|%%")

# Under this name the driver's connection has its line with it: both end together.
_LINE = "_line_of_rung"

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
    """Numbers all of one width: by the widest among them the driver would name another kind of list each time.

    Of a list that it does not see PostgreSQL believes that it has ten values. A shorter one would seem cheaper, and would be
    planned anew each time; so its last value is said again.
    """
    from psycopg.types.numeric import Int8

    single = [Int8(value) if isinstance(value, int) else value for value in dict.fromkeys(values)]
    return single + single[-1:] * (_BELIEVED - len(single))


def asked(connection: BaseDatabaseWrapper, text: str, params: Sequence[Any]) -> list[tuple[Any, ...]]:
    """The answer to a text written by `with_constants`. Only where `can_keep`.

    Past the cursors of Django and of the driver, which cost several times what PostgreSQL needs for a look-up by key; but
    not past those who watch what is asked.
    """
    # Not `queries_logged`: it looks up a setting at each question, for a log that nobody reads who has not asked for it.
    if connection.execute_wrappers or connection.force_debug_cursor:
        return _asked_before_witnesses(connection, text, params)
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    connection.validate_no_broken_transaction()
    with connection.wrap_database_errors:
        answer: list[tuple[Any, ...]] = _line_of(connection.connection).ask(text, params)
    return answer


def asked_together(
    connection: BaseDatabaseWrapper, questions: Sequence[tuple[str, Sequence[Any]]]
) -> list[list[tuple[Any, ...]] | None]:
    """The answers to several such texts, sent at once; None for what has to be asked by itself. Only where `can_keep`."""
    if connection.execute_wrappers or connection.force_debug_cursor:
        return [None] * len(questions)
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    connection.validate_no_broken_transaction()
    with connection.wrap_database_errors:
        answers: list[list[tuple[Any, ...]] | None] = _line_of(connection.connection).ask_together(questions)
    return answers


def _asked_before_witnesses(connection: BaseDatabaseWrapper, text: str, params: Sequence[Any]) -> list[tuple[Any, ...]]:
    cursor: CursorWrapper = connection.cursor()
    cursor.cursor = _Told(_line_of(connection.connection))
    cursor.execute(text, params)
    answer: list[tuple[Any, ...]] = cursor.cursor.answer
    return answer


class _Told:
    """What Django takes for a cursor of the driver: it asks, and says what was asked."""

    def __init__(self, line: Any) -> None:
        self._line = line

    def execute(self, text: str, params: Sequence[Any] = ()) -> None:
        # Where `connection.queries` reads it.
        self._query = SimpleNamespace(query=self._line.numbered(text).encode())
        self.answer = self._line.ask(text, params)


def _line_of(session: Any) -> Any:
    line = session.__dict__.get(_LINE)
    if line is None:
        line = session.__dict__[_LINE] = _line()(session, _MOST_KEPT)
    return line


@cache
def _line() -> Any:
    """The kind of line on which what is kept is asked; the driver is loaded where there is a PostgreSQL."""
    from rung.core.line import Line

    return Line
