"""Gates and questions: which fields there are, and what they say.

Whoever may see a subject may see its fields, so these functions take numbers that have come through the subject's gate.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from rung.accounts.access import Agent
from rung.core.compiled import compiled
from rung.core.seldom import seldom
from rung.fields.models import Field, Kind, Subject, Value
from rung.fields.reading import read

__all__ = [
    "Field",
    "FieldValue",
    "Kind",
    "Subject",
    "all_fields",
    "field_for",
    "fields_of",
    "raw_of",
    "shown_of",
    "subjects_saying",
    "subjects_with",
    "values_of",
    "values_of_each",
]


@dataclass(frozen=True, slots=True)
class FieldValue:
    """What a field says of a subject: `raw` as a form holds it, `shown` as people read it; both empty when nothing is
    known."""

    field: Field
    raw: str
    shown: str
    set_at: datetime | None = None


def all_fields() -> list[Field]:
    """Every field, archived ones too, in their order within each subject."""
    return list(Field.objects.all())


def fields_of(subject: str) -> list[Field]:
    """The fields in use for a subject, in their order."""
    return _in_use((subject,))


@seldom(lambda page: (), is_shown=False)
@compiled
def _any_in_use() -> QuerySet[Field, int]:
    return Field.objects.in_use().values_list("pk", flat=True)


@compiled
def _in_use(subjects: Sequence[str]) -> QuerySet[Field]:
    return Field.objects.in_use().filter(subject__in=subjects)


def field_for(agent: Agent, pk: int) -> Field:
    return get_object_or_404(Field, pk=pk)


def values_of(subject: str, ids: Iterable[int]) -> dict[int, list[FieldValue]]:
    """Of each of some subjects of a kind every field in use, in order, also those of which nothing is known.

    Two queries; one where no field is in use.
    """
    wanted = list(ids)
    fields = fields_of(subject) if wanted else []
    known = _known({field.pk: field for field in fields}, wanted)
    return {pk: [known.get((field.pk, pk)) or FieldValue(field, "", "") for field in fields] for pk in wanted}


def values_of_each(subjects: Mapping[str, int]) -> dict[str, tuple[FieldValue, ...]]:
    """The same for at most one subject of each kind, such as a conversation, its customer and their company, together in
    two queries."""
    fields = [] if _any_in_use.is_missing() else _in_use(tuple(subjects))
    known = _known({field.pk: field for field in fields}, set(subjects.values()))
    told: dict[str, tuple[FieldValue, ...]] = {}
    for subject, pk in subjects.items():
        theirs = [field for field in fields if field.subject == subject]
        told[subject] = tuple(known.get((field.pk, pk)) or FieldValue(field, "", "") for field in theirs)
    return told


def subjects_with(field: Field, wanted: str) -> QuerySet[Value, int]:
    """The numbers of the subjects of which a field says this, written as a form holds it; for `pk__in`."""
    try:
        columns = read(field, wanted)
    except ValueError:
        return Value.objects.none().values_list("subject_id", flat=True)
    said = {name: value for name, value in columns.items() if value not in ("", None)}
    there = Value.objects.filter(field=field, **said) if said else Value.objects.none()
    return there.values_list("subject_id", flat=True)


def subjects_saying(subject: str, words: str) -> QuerySet[Value, int]:
    """The numbers of the subjects of a kind of which a field in use says something that begins so; for `pk__in`."""
    words = words.strip()
    said = Value.objects.filter(field__subject=subject, field__is_archived=False, field__kind=Kind.TEXT)
    return (said.filter(text__istartswith=words) if words else said.none()).values_list("subject_id", flat=True)


def raw_of(field: Field, value: Value) -> str:
    """A value as a form holds it."""
    match field.kind:
        case Kind.NUMBER:
            return _plain(value)
        case Kind.DATE:
            return value.day.isoformat() if value.day else ""
        case Kind.YES_NO:
            return "" if value.is_yes is None else "yes" if value.is_yes else "no"
        case _:
            return value.text


def shown_of(field: Field, value: Value) -> str:
    """A value as people read it."""
    match field.kind:
        case Kind.DATE:
            return date_format(value.day, "j F Y") if value.day else ""
        case Kind.YES_NO:
            return "" if value.is_yes is None else _("yes") if value.is_yes else _("no")
        case Kind.CHOICE:
            return field.label_of(value.text)
        case _:
            return raw_of(field, value)


def _plain(value: Value) -> str:
    return "" if value.number is None else format(value.number.normalize(), "f")


def _known(fields: dict[int, Field], ids: Iterable[int]) -> dict[tuple[int, int], FieldValue]:
    if not fields:
        return {}
    known = {}
    for row in _values(tuple(fields), tuple(ids)):
        field = fields[row.field_id]
        known[row.field_id, row.subject_id] = FieldValue(field, raw_of(field, row), shown_of(field, row), row.set_at)
    return known


@compiled
def _values(fields: Sequence[int], subjects: Sequence[int]) -> QuerySet[Value]:
    return Value.objects.filter(field__in=fields, subject_id__in=subjects)
