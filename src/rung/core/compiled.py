"""Questions to the database that are asked on every page: built and compiled once, then only filled in.

Django builds a query set and its SQL anew each time, which costs several times what SQLite needs for the answer (record
109). What is called a compiled query elsewhere (Entity Framework) is made here by Django's own compiler: the text it wrote
for the first values is kept, and later values take the places of the first. So is how an answer is read (`answered.py`).
"""

import functools
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import Any, Generic, ParamSpec, TypeVar, cast

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model, QuerySet

from rung.core.answered import Reading
from rung.core.kept import Left, asked, can_keep, handed_over, with_constants
from rung.core.once import kept_for_this_page

Given = ParamSpec("Given")
Row = TypeVar("Row")
AnyModel = TypeVar("AnyModel", bound=Model)

_VARYING = frozenset({int, str, datetime})
_PLAIN = _VARYING | {bool, type(None)}
# Stand-ins that no look-up lets through unless it passes values on as they are: a string that any LIKE would escape.
_NUMBER = 2_000_000_011
_WORD = "\\%_stands for "
_MOMENT = datetime(2222, 2, 2, tzinfo=UTC)
_BIGGEST = 2**63
# No database takes as many values in one question; stand-ins of different arguments must not be the same.
_MOST_PARTS = 1 << 20
# A question has a few shapes; where people's wishes are part of it they are forgotten and made anew.
_MOST_SHAPES = 500


class compiled(Generic[Given, Row]):  # noqa: N801 - a decorator
    """Decorates a function that makes a query set of its arguments alone: calling it answers with a list of rows.

    Arguments are whole numbers, strings, moments, and sequences of whole numbers or strings for `__in`; None, booleans and
    whatever else can be hashed are allowed too, each of their values being a query of its own. All that varies is to be an
    argument: what the function finds elsewhere (the time, a setting) is what it was at its first call. Slices are fixed.

    Raises TypeError when an argument does not reach the database as it is (`__contains`, a slice).
    """

    def __init__(self, build: Callable[Given, QuerySet[Any, Row]]) -> None:
        if build.__closure__ is not None:
            raise TypeError(f"{build.__qualname__} closes over names around it, which would be kept as they are now")
        self._build = build
        self._known: dict[Hashable, _Compiled | None] = {}
        functools.update_wrapper(cast(Any, self), build)

    def __call__(self, *args: Given.args, **kwargs: Given.kwargs) -> list[Row]:
        given, named = _all_plain(args, kwargs)
        values = (*given, *named.values())
        if any(map(_is_too_big, values)):
            return list(self._build(*given, **named))
        known = self._compiled(given, named)
        if known is None:
            return []
        answers = kept_for_this_page()
        # What was asked ahead (`ahead.py`) is taken once: whoever asks again, having written in between, asks anew.
        if answers and not named and (told := answers.pop((self, given), None)) is not None:
            return known.read(told)
        return known.answer(values)

    def statement(self, *args: Given.args, **kwargs: Given.kwargs) -> tuple[str, tuple[Any, ...]] | None:
        """The text with its values, to stand within another one; None where there can be no answer.

        Where the database keeps questions, its constants are part of the text (`core/kept.py`)."""
        given, named = _all_plain(args, kwargs)
        known = self._compiled(given, named)
        return known.statement((*given, *named.values())) if known else None

    def _compiled(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> "_Compiled | None":
        shape = (*map(_shape, (*args, *kwargs.values())), *kwargs)
        try:
            return self._known[shape]
        except KeyError:
            pass
        if len(self._known) >= _MOST_SHAPES:
            self._known.clear()
        known = self._known[shape] = self._compile(args, kwargs)
        return known

    def _compile(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> "_Compiled | None":
        """None when the query can have no answer, because a sequence is empty."""
        values = (*args, *kwargs.values())
        stand_ins = [_stand_in(value, position) for position, value in enumerate(values)]
        queryset = self._build(*stand_ins[: len(args)], **dict(zip(kwargs, stand_ins[len(args) :], strict=True)))
        compiler = queryset.query.get_compiler(using=queryset.db)
        try:
            sql, params = compiler.as_sql()
        except EmptyResultSet:
            if () in values:
                return None
            raise TypeError(f"{self._build.__qualname__} has no answer with the values that stand in") from None
        places = _places(stand_ins, params, compiler.connection)
        for value, places_of_it in zip(values, places, strict=True):
            if _varies(value) and not all(places_of_it):
                raise TypeError(f"{self._build.__qualname__}: {value!r} does not reach the database as it is")
        fillings = tuple(
            (
                argument,
                part if isinstance(stood_in, tuple) else None,
                position,
                _taken_as(params[position], one, compiler),
            )
            for argument, (stood_in, places_of_it) in enumerate(zip(stand_ins, places, strict=True))
            for part, (one, positions) in enumerate(zip(_parts(stood_in), places_of_it, strict=True))
            for position in positions
        )
        return _Compiled(queryset, compiler, sql, tuple(params), fillings)


# Which argument, which part of it (None where it has none), to which position of the parameters, and made into what there.
_Filling = tuple[int, int | None, int, Callable[[Any], Any] | None]


@dataclass(frozen=True)
class _Compiled:
    queryset: QuerySet[Any, Any]
    compiler: Any
    sql: str
    params: tuple[Any, ...]
    fillings: "tuple[_Filling, ...]"

    @functools.cached_property
    def _alias(self) -> str:
        return self.queryset.db

    def statement(self, values: tuple[Any, ...]) -> tuple[str, tuple[Any, ...]]:
        return self._kept(values) if can_keep(connections[self._alias]) else (self.sql, self._filled(values))

    def _kept(self, values: tuple[Any, ...]) -> tuple[str, tuple[Any, ...]]:
        text, left = self._to_keep
        return text, handed_over(self._filled(values), left)

    @functools.cached_property
    def _to_keep(self) -> tuple[str, tuple[Left, ...]]:
        varying = {position for _, _, position, _ in self.fillings}
        return with_constants(self.sql, self.params, varying, connections[self._alias])

    @functools.cached_property
    def _reading(self) -> Reading:
        return Reading(self.queryset, self.compiler)

    def _filled(self, values: tuple[Any, ...]) -> tuple[Any, ...]:
        """The values as the text wants them."""
        params = list(self.params)
        for argument, part, position, taken_as in self.fillings:
            value = values[argument] if part is None else values[argument][part]
            params[position] = value if taken_as is None else taken_as(value)
        return tuple(params)

    def read(self, answer: Any) -> list[Any]:
        """The rows of an answer that somebody has had."""
        return self._reading(answer)

    def answer(self, values: tuple[Any, ...]) -> list[Any]:
        connection = connections[self._alias]
        if can_keep(connection):
            return self._reading(asked(connection, *self._kept(values)))
        with connection.cursor() as cursor:
            cursor.execute(self.sql, self._filled(values))
            with connection.wrap_database_errors:
                answer = cursor.cursor.fetchall()
        return self._reading(answer)


def lacking(name: str, rows: Iterable[AnyModel]) -> list[AnyModel]:
    """Those of some rows that do not have their rows `name` with them yet."""
    return [row for row in rows if name not in getattr(row, "_prefetched_objects_cache", ())]


def bring_along(name: str, rows: Iterable[Model], parts: Sequence[Model], of: str) -> None:
    """Give rows their `parts`, that `row.name.all()` is no query: what prefetching does, with parts that are there already.
    `of`: the column of a part that holds the key of its row."""
    rows = list(rows)
    found: dict[Any, list[Model]] = {row.pk: [] for row in rows}
    for part in parts:
        found[getattr(part, of)].append(part)
    nothing = _answered(rows[0], name, []) if rows else None
    for row in rows:
        there = _answered(row, name, found[row.pk]) if found[row.pk] else nothing
        row.__dict__.setdefault("_prefetched_objects_cache", {})[name] = there


def _answered(row: Model, name: str, parts: list[Model]) -> Any:
    """The query set of a row's parts, as if it had been asked."""
    related: Any = row._meta.get_field(name).related_model
    there = related._default_manager.all()
    there._result_cache, there._prefetch_done = parts, True
    return there


def as_asked(*args: Any) -> tuple[Any, ...]:
    """Arguments as a compiled question takes them, by which its answer can be kept."""
    return tuple(map(_plain, args))


def _all_plain(args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, Any]:
    return tuple(map(_plain, args)), {name: _plain(value) for name, value in kwargs.items()}


def _plain(value: Any) -> Any:
    """Members of enumerations as their values; sequences as tuples without doubles, and without what no column holds.

    They are filled up to a power of two with their last part, that they have few lengths and so few texts.
    """
    if type(value) in _PLAIN:
        return value
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, list | tuple | set | frozenset):
        single = tuple(dict.fromkeys(part for part in map(_plain, value) if not _is_too_big(part)))
        wanted = 1 << (len(single) - 1).bit_length() if single else 0
        return single + single[-1:] * (wanted - len(single))
    return value


def _varies(value: Any) -> bool:
    return isinstance(value, int | str | datetime | tuple) and not isinstance(value, bool)


def _parts(value: Any) -> Sequence[Any]:
    return value if isinstance(value, tuple) else (value,)


def _shape(value: Any) -> Hashable:
    """What the text of the query depends on."""
    if type(value) in _VARYING:
        return cast(Hashable, type(value))
    if isinstance(value, tuple):
        return (tuple, len(value), type(value[0]) if value else None)
    return cast(Hashable, type(value) if _varies(value) else value)


def _is_too_big(value: Any) -> bool:
    if isinstance(value, tuple):
        return any(map(_is_too_big, value))
    return isinstance(value, int) and not -_BIGGEST <= value < _BIGGEST


def _stand_in(value: Any, position: int) -> Any:
    if isinstance(value, tuple):
        return tuple(_stand_in(part, _MOST_PARTS * (position + 1) + place) for place, part in enumerate(value))
    if not _varies(value):
        return value
    if isinstance(value, int):
        return _NUMBER + position
    if isinstance(value, str):
        return f"{_WORD}{position}"
    return _MOMENT.replace(microsecond=position)


def _taken_as(param: Any, stood_in: Any, compiler: Any) -> Callable[[Any], Any] | None:
    """What makes a parameter of a later value; None where it is one already."""
    if isinstance(stood_in, datetime):
        return cast(Callable[[Any], Any], compiler.connection.ops.adapt_datetimefield_value)
    # PostgreSQL's driver marks how wide a number is by a kind of number of its own.
    return type(param) if isinstance(param, int) and type(param) is not int else None


def _adapted(part: Any, connection: BaseDatabaseWrapper) -> Any:
    return connection.ops.adapt_datetimefield_value(part) if isinstance(part, datetime) else part


def _kind(value: Any) -> type:
    """True is no number here, whatever Python thinks of it."""
    return int if isinstance(value, int) and not isinstance(value, bool) else type(value)


def _places(stand_ins: list[Any], params: Sequence[Any], connection: BaseDatabaseWrapper) -> list[list[list[int]]]:
    """Of each argument, of each of its parts: at which positions of the parameters it stands."""
    found: dict[tuple[type, Any], list[int]] = {}
    for position, param in enumerate(params):
        if isinstance(param, Hashable):
            found.setdefault((_kind(param), param), []).append(position)
    adapted = [[_adapted(part, connection) for part in _parts(stand_in)] for stand_in in stand_ins]
    return [[found.get((_kind(part), part), []) if _varies(part) else [] for part in parts] for parts in adapted]
