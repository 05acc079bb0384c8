from collections.abc import Iterable, Sequence
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from rung.core.actor import Actor
from rung.fields.access import raw_of, shown_of
from rung.fields.events import FieldOutweighed, FieldSet
from rung.fields.holding import hold
from rung.fields.models import Field, Value
from rung.fields.reading import read
from rung.journal.verbs import record


class ValueMoved(ValidationError):
    """Somebody else has changed the value since it was looked at."""


@transaction.atomic
def set_value(field: Field, subject_id: int, value: str, *, was: str | None = None, by: Actor, at: datetime) -> None:
    """Let a field say something of a subject, written as a form holds it: "3.5", "2026-03-31", "yes", the key or the words
    of a choice; empty: nothing is known. As it is already: nothing happens.

    `was`: what whoever writes has seen there, None when they have not looked. Raises ValueMoved when another value stands
    there by now, ValidationError when it cannot be meant, or the person was forgotten a moment ago.
    """
    try:
        wanted = read(field, value)
    except ValueError as refused:
        raise ValidationError(f"{field.name}: {refused}") from None
    hold(field.subject, subject_id)
    # Made first where there is none, so that there is a row to lock: of two who write, one waits for the other.
    row, is_new = Value.objects.select_for_update().get_or_create(
        field=field, subject_id=subject_id, defaults={"set_by_id": by.agent_key, "set_at": at}
    )
    present, former = raw_of(field, row), shown_of(field, row)
    for name, said in wanted.items():
        setattr(row, name, said)
    if (now := raw_of(field, row)) == present:
        if is_new and not now:
            row.delete()
        return
    if was is not None and was != present:
        there = {"name": field.name, "value": former or _("nothing")}
        raise ValueMoved(_("“%(name)s” says “%(value)s” since a moment ago; look at it again.") % there)
    row.set_by_id, row.set_at = by.agent_key, at
    if now:
        row.save(update_fields=[*wanted, "set_by", "set_at"])
    else:
        row.delete()
    record(told(field, subject_id, former, shown_of(field, row) if now else ""), by=by, at=at)


@transaction.atomic
def take_values(subject: str, former: int, kept: int, *, by: Actor, at: datetime) -> list[int]:
    """Two records of a subject become one: `kept` takes over what it does not know itself; the keys of those values.

    Where both know something `kept` wins; what the other said stays with its record and is told in the journal.
    """
    theirs = Value.objects.select_for_update().filter(field__subject=subject, subject_id=former)
    standing = Value.objects.filter(field__subject=subject, subject_id=kept)
    mine = {value.field_id: value for value in standing}
    taken = []
    for value in theirs.select_related("field").order_by("field__position", "pk"):
        field, said = value.field, shown_of(value.field, value)
        if (own := mine.get(value.field_id)) is None:
            Value.objects.filter(pk=value.pk).update(subject_id=kept)
            taken.append(value.pk)
            record(told(field, kept, "", said), by=by, at=at)
        elif raw_of(field, own) != raw_of(field, value):
            about = _about(field, kept)
            fact = FieldOutweighed(field=field.pk, name=field.name, value=shown_of(field, own), lost=said, **about)
            record(fact, by=by, at=at)
    return taken


@transaction.atomic
def give_values_back(
    subject: str, former: int, kept: int, keys: Iterable[int], *, since: datetime, by: Actor, at: datetime
) -> None:
    """Undo `take_values`: those values go back, but one that was changed by hand `since` then stays where it is."""
    rows = Value.objects.filter(pk__in=list(keys), subject_id=kept, field__subject=subject, set_at__lte=since)
    owned = set(Value.objects.filter(subject_id=former).values_list("field_id", flat=True))
    for value in rows.select_related("field"):
        if value.field_id in owned:
            continue
        Value.objects.filter(pk=value.pk).update(subject_id=former)
        record(told(value.field, kept, shown_of(value.field, value), ""), by=by, at=at)


def told(field: Field, subject_id: int, former: str, value: str) -> FieldSet:
    """The fact that a field says something else; both as people read it."""
    return FieldSet(field=field.pk, name=field.name, former=former, value=value, **_about(field, subject_id))


def _about(field: Field, subject_id: int) -> dict[str, int]:
    """Under which name the journal knows the subject."""
    return {field.subject: subject_id}


@transaction.atomic
def clear_values(subject: str, subjects: Sequence[int], *, by: Actor, at: datetime) -> None:
    """Forget what was entered of these subjects, without telling what it was: the facts that told it are blanked too."""
    Value.objects.filter(field__subject=subject, subject_id__in=list(subjects)).delete()
