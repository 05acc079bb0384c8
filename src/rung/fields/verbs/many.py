"""What lists say of many subjects: looked up together, written together."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from rung.core.actor import Actor
from rung.fields.access import raw_of, shown_of
from rung.fields.models import Field, Value
from rung.fields.reading import read
from rung.fields.verbs.value import set_value, told
from rung.journal.gathering import gathered
from rung.journal.verbs import record

_COLUMNS = ("text", "number", "day", "is_yes")


@transaction.atomic
def bring_values(
    said: Sequence[tuple[int, Mapping[Field, str]]], *, dry: bool = False, by: Actor, at: datetime
) -> list[dict[str, list[str]]]:
    """Let fields say something of many subjects, each given by its number; for each of these what a field said before and
    says now, as a form holds it, by the field's number, where that has changed. `dry` only says what would.

    What is said has been read before: raises ValueError otherwise. A handful of statements, however many there are.
    """
    keys, fields = {key for key, _values in said}, {field.pk for _key, values in said for field in values}
    if not fields:
        return [{} for _each in said]
    standing = Value.objects.select_for_update().filter(Q(field__in=fields), Q(subject_id__in=keys))
    rows = {(row.field_id, row.subject_id): row for row in standing}
    new: list[Value] = []
    changed: dict[int, Value] = {}
    moved: list[dict[str, list[str]]] = []
    facts = []
    for key, values in said:
        moves: dict[str, list[str]] = {}
        for field, written in values.items():
            row = rows.get((field.pk, key)) or Value(field=field, subject_id=key, set_at=at)
            before, former = raw_of(field, row), shown_of(field, row)
            for name, value in read(field, written).items():
                setattr(row, name, value)
            if (now := raw_of(field, row)) == before:
                continue
            row.set_by_id, row.set_at = by.agent_key, at
            if (field.pk, key) not in rows:
                new.append(row)
                rows[field.pk, key] = row
            elif row.pk is not None:
                changed[row.pk] = row
            moves[str(field.pk)] = [before, now]
            facts.append(told(field, key, former, shown_of(field, row)))
        moved.append(moves)
    if not dry:
        Value.objects.bulk_create(new)
        Value.objects.bulk_update(changed.values(), [*_COLUMNS, "set_by", "set_at"])
        with gathered():
            for fact in facts:
                record(fact, by=by, at=at)
    return moved


@transaction.atomic
def return_values(moved: Sequence[tuple[int, Mapping[str, Sequence[str]]]], *, by: Actor, at: datetime) -> int:
    """Undo `bring_values`, in the order given; of how many subjects a value stays, because it or they have been changed
    since."""
    numbers = {int(number) for _key, moves in moved for number in moves}
    fields = Field.objects.in_bulk(numbers) if numbers else {}
    standing = Value.objects.filter(field__in=fields, subject_id__in={key for key, _moves in moved}) if fields else ()
    present = {(row.field_id, row.subject_id): raw_of(fields[row.field_id], row) for row in standing}
    stay = 0
    for key, moves in moved:
        stays = False
        for number, (before, now) in moves.items():
            field = fields.get(int(number))
            if field is None:
                continue
            if present.get((field.pk, key), "") != now:
                stays = True
                continue
            try:
                set_value(field, key, before, by=by, at=at)
            except ValidationError:  # forgotten, or merged, since we looked
                stays = True
                continue
            present[field.pk, key] = before
        stay += stays
    return stay
