"""Rows of an answer as the query set would give them that asked. What Django works out anew for each answer (which columns
make which model, what converts them, how related rows are found) is worked out once for each question."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from operator import itemgetter
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model, prefetch_related_objects, signals
from django.db.models.base import ModelState
from django.db.models.fields.related_descriptors import ForeignKeyDeferredAttribute
from django.db.models.query import (
    FlatValuesListIterable,
    ModelIterable,
    NamedValuesListIterable,
    ValuesIterable,
    ValuesListIterable,
    get_related_populators,
)
from django.db.models.query_utils import DeferredAttribute
from django.db.models.utils import create_namedtuple_class

Rows = list[Any]


class Reading:
    """How an answer to one question is read. `compiler`: the one that wrote its text."""

    def __init__(self, queryset: Any, compiler: Any) -> None:
        columns = [column[0] for column in compiler.select[: compiler.col_count]]
        if compiler.has_composite_fields(columns):
            raise TypeError("keys of several columns are not read here")
        # Extra columns stand at the end: a query may need them for its order alone.
        self._width = compiler.col_count if compiler.has_extra_select else None
        self._converters = [
            (position, _converter(converters, expression, compiler.connection))
            for position, (converters, expression) in compiler.get_converters(columns).items()
        ]
        self._make = _MAKERS[queryset._iterable_class](queryset, compiler)
        self._along = queryset._prefetch_related_lookups

    def __call__(self, answer: Sequence[Sequence[Any]]) -> Rows:
        rows: Any = answer
        if self._width is not None:
            rows = [row[: self._width] for row in rows]
        if self._converters:
            rows = [list(row) for row in rows]
            for position, convert in self._converters:
                for row in rows:
                    row[position] = convert(row[position])
        made = list(map(self._make, rows))
        if self._along:
            prefetch_related_objects(made, *self._along)
        return made


def _converter(converters: Sequence[Any], expression: Any, connection: BaseDatabaseWrapper) -> Callable[[Any], Any]:
    known: Any = connection.ops
    if (
        connection.vendor == "sqlite"
        and connection.timezone is UTC
        and list(converters) == [known.convert_datetimefield_value]
    ):
        return partial(_moment, partial(converters[0], expression=expression, connection=connection))

    def converted(value: Any) -> Any:
        for convert in converters:
            value = convert(value, expression, connection)
        return value

    return converted


def _moment(otherwise: Callable[[Any], Any], value: Any) -> Any:
    """A moment as SQLite keeps it, or as its driver reads it from a column; Django would try what it may be, one after the
    other."""
    if value is None:
        return None
    try:
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return otherwise(value)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _models(queryset: Any, compiler: Any) -> Callable[[Any], Any]:
    populators_of: Any = get_related_populators  # of which the type checker knows a later release
    info, select, db = compiler.klass_info, compiler.select, queryset.db
    start, end = info["select_fields"][0], info["select_fields"][-1] + 1
    names = [column[0].target.attname for column in select[start:end]]
    populators = [_quick(populator) for populator in populators_of(info, select, db)]
    annotations = tuple((compiler.annotation_col_map or {}).items())
    make = _maker(info["model"])

    def made(row: Any) -> Any:
        one = make(db, names, row[start:end])
        for populator in populators:
            populator.populate(row, one)
        for name, position in annotations:
            setattr(one, name, row[position])
        return one

    return made


class _Made:
    """What a populator takes for the model."""

    def __init__(self, model: type[Model]) -> None:
        self.from_db = _maker(model)


def _quick(populator: Any) -> Any:
    """One of Django's, told to make its rows as we do."""
    populator.model_cls = _Made(populator.model_cls)
    for each in populator.related_populators:
        _quick(each)
    return populator


def _maker(model: type[Model]) -> Callable[[str, Sequence[str], Sequence[Any]], Any]:
    """`from_db`, without asking of each value whether somebody listens, or wants it otherwise, where nobody does."""
    return partial(_made_of, model) if _is_plain(model) else model.from_db


def _made_of(model: type[Model], db: str, names: Sequence[str], values: Sequence[Any]) -> Any:
    one = model.__new__(model)
    state = ModelState()
    state.adding, state.db = False, db
    one.__dict__["_state"] = state
    # A column that was not asked for is missing here, and will be asked for when it is wanted.
    one.__dict__.update(zip(names, values, strict=True))
    return one


def _is_plain(model: Any) -> bool:
    return (
        model.__init__ is Model.__init__
        and model.from_db.__func__ is Model.from_db.__func__  # type: ignore[attr-defined]  # a class method
        and not signals.pre_init.has_listeners(model)
        and not signals.post_init.has_listeners(model)
        and all(
            type(getattr(model, field.attname)) in (DeferredAttribute, ForeignKeyDeferredAttribute)
            for field in model._meta.concrete_fields
        )
    )


def _names(queryset: Any) -> tuple[str, ...]:
    query = queryset.query
    return tuple(query.selected or (*query.extra_select, *query.values_select, *query.annotation_select))


def _dicts(queryset: Any, _: Any) -> Callable[[Any], Any]:
    names = _names(queryset)
    return lambda row: dict(zip(names, row, strict=False))


def _named(queryset: Any, _: Any) -> Callable[[Any], Any]:
    return create_namedtuple_class(*(queryset._fields or _names(queryset)))._make


def _tuples(*_: Any) -> Callable[[Any], Any]:
    return tuple


def _flat(*_: Any) -> Callable[[Any], Any]:
    return itemgetter(0)


_MAKERS: dict[Any, Callable[[Any, Any], Callable[[Any], Any]]] = {
    ModelIterable: _models,
    ValuesIterable: _dicts,
    NamedValuesListIterable: _named,
    ValuesListIterable: _tuples,
    FlatValuesListIterable: _flat,
}
