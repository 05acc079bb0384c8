from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from rung.core.actor import Actor
from rung.core.seen import UNSEEN, Seen
from rung.core.text import folded, one_line
from rung.fields.events import FieldArchived, FieldChanged, FieldMade, FieldMoved, FieldRestored
from rung.fields.models import Field, Kind, Subject
from rung.journal.verbs import record

MOST_LETTERS = 60
MOST_CHOICES = 100
# A screen that shows more is no longer read.
MOST_FIELDS = 40


@transaction.atomic
def make_field(subject: str, name: str, *, kind: str, choices: Iterable[str] = (), by: Actor, at: datetime) -> Field:
    """A new field, the last among its like. Raises ValidationError without a name, with one that is taken, without choices
    where it needs them, and when there are MOST_FIELDS."""
    subject, kind = Subject(subject).value, Kind(kind).value
    present = Field.objects.filter(subject=subject)
    if present.in_use().count() >= MOST_FIELDS:
        raise ValidationError(_("There are too many fields already; archive one first."))
    field = Field(subject=subject, kind=kind, created_by_id=by.agent_key, created_at=at)
    field.name = _name(name, field)
    if kind == Kind.CHOICE:
        field.choices = _added([], choices)
        _check(field.choices)
    last = present.aggregate(last=Max("position"))["last"]
    field.position = 0 if last is None else last + 1
    field.save(force_insert=True)
    record(FieldMade(field=field.pk, name=field.name, subject=subject), by=by, at=at)
    return field


@transaction.atomic
def rename_field(field: Field, name: str, *, seen: Seen = UNSEEN, by: Actor, at: datetime) -> None:
    """As it is called already: nothing happens. Raises ValidationError without a name and with one that is taken, Overtaken
    when somebody else was quicker."""
    field.refresh_from_db(from_queryset=Field.objects.select_for_update().order_by())
    former = field.name
    name = _name(seen.settled({"name": one_line(name, MOST_LETTERS)}, {"name": former})["name"], field)
    if name == former:
        return
    field.name = name
    field.save(update_fields=["name"])
    record(FieldChanged(field=field.pk, name=name, former=former), by=by, at=at)


@transaction.atomic
def change_choices(
    field: Field,
    labels: Mapping[str, str],
    added: Iterable[str] = (),
    *,
    seen: Seen = UNSEEN,
    by: Actor,
    at: datetime,
) -> None:
    """Give choices other words, by key, and add some. Empty words: it is no longer offered, and read where it stands.

    `seen` has choices under their keys. Raises ValidationError when two would read alike or nothing would be left to choose,
    Overtaken when somebody else was quicker, ValueError for another kind.
    """
    if field.kind != Kind.CHOICE:
        raise ValueError("only a field of choices has choices")
    field.refresh_from_db(from_queryset=Field.objects.select_for_update().order_by())
    there = {each["key"]: "" if each.get("is_archived", False) else each["label"] for each in field.choices}
    labels = seen.settled({key: one_line(label, MOST_LETTERS) for key, label in labels.items()}, there)
    kept: list[dict[str, Any]] = []
    for each in field.choices:
        label = one_line(labels.get(each["key"], each["label"]), MOST_LETTERS)
        gone = not label or (each.get("is_archived", False) and each["key"] not in labels)
        kept.append({"key": each["key"], "label": label or each["label"], "is_archived": gone})
    choices = _added(kept, added)
    _check(choices)
    if choices == field.choices:
        return
    field.choices = choices
    field.save(update_fields=["choices"])
    record(FieldChanged(field=field.pk, name=field.name, former=field.name), by=by, at=at)


@transaction.atomic
def move_field(field: Field, *, down: bool, by: Actor, at: datetime) -> None:
    """Change places with the one above, or below. At the end already: nothing happens."""
    order = list(Field.objects.select_for_update().in_use().filter(subject=field.subject))
    here = next((place for place, each in enumerate(order) if each.pk == field.pk), None)
    there = None if here is None else here + (1 if down else -1)
    if here is None or there is None or not 0 <= there < len(order):
        return
    order[here], order[there] = order[there], order[here]
    for position, each in enumerate(order):
        each.position = position
    Field.objects.bulk_update(order, ["position"])
    field.position = there
    record(FieldMoved(field=field.pk, name=field.name, position=there), by=by, at=at)


@transaction.atomic
def archive_field(field: Field, *, by: Actor, at: datetime) -> None:
    """Show it no more; what it says is kept. Nothing happens the second time."""
    if Field.objects.in_use().filter(pk=field.pk).update(is_archived=True):
        record(FieldArchived(field=field.pk, name=field.name), by=by, at=at)


@transaction.atomic
def restore_field(field: Field, *, by: Actor, at: datetime) -> None:
    """Show an archived field again, as the last. Raises ValidationError when another has its name by now."""
    _name(field.name, field)
    last = Field.objects.filter(subject=field.subject).aggregate(last=Max("position"))["last"] or 0
    if Field.objects.filter(pk=field.pk, is_archived=True).update(is_archived=False, position=last + 1):
        record(FieldRestored(field=field.pk, name=field.name), by=by, at=at)


def _name(name: str, field: Field) -> str:
    name = one_line(name, MOST_LETTERS)
    if not folded(name):
        raise ValidationError({"name": _("A field needs a name.")})
    others = Field.objects.in_use().filter(subject=field.subject).exclude(pk=field.pk)
    if any(folded(each) == folded(name) for each in others.values_list("name", flat=True)):
        raise ValidationError({"name": _("There is a field of that name already.")})
    return name


def _added(choices: list[dict[str, Any]], labels: Iterable[str]) -> list[dict[str, Any]]:
    """The choices and some more. One that reads like an archived one is that one, offered again."""
    choices = [dict(each) for each in choices]
    number = max((int(each["key"][1:]) for each in choices), default=0)
    for given in labels:
        label = one_line(given, MOST_LETTERS)
        former = next(
            (each for each in choices if each["is_archived"] and folded(each["label"]) == folded(label)), None
        )
        if former is not None:
            former["is_archived"] = False
        elif label:
            number += 1
            choices.append({"key": f"c{number}", "label": label, "is_archived": False})
    return choices


def _check(choices: list[dict[str, Any]]) -> None:
    offered = [folded(each["label"]) for each in choices if not each["is_archived"]]
    if not offered:
        raise ValidationError({"choices": _("Write down what there is to choose from.")})
    if len(choices) > MOST_CHOICES:
        raise ValidationError({"choices": _("That is more than anybody can choose from.")})
    if len(set(offered)) < len(offered):
        raise ValidationError({"choices": _("Two of the choices read alike.")})
