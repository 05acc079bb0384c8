"""What the screens of custom fields need, and what other rooms' screens show of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from zlib import crc32

from django.utils.translation import gettext as _

from rung.fields.access import Field, FieldValue, Kind, Subject, all_fields

INPUTS = {Kind.NUMBER: "number", Kind.DATE: "date"}


@dataclass(frozen=True, slots=True)
class Line:
    """A field of a subject, to be read and to be filled in. `input` is the type of its input, "" where `options`, pairs of
    value and words, are offered."""

    pk: int
    name: str
    shown: str
    raw: str
    input: str
    options: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields of one subject; `href` is where its form is sent, see `entered_values`. `title` names the section."""

    href: str
    lines: tuple[Line, ...]
    prefix: str = ""

    @property
    def form_id(self) -> str:
        """Another one when a value is another, so that a live page keeps what is being entered until something changes."""
        said = "\n".join(f"{line.pk}={line.raw}" for line in self.lines)
        return f"{self.prefix}fields-{crc32(said.encode()):x}"

    @property
    def known(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.raw)


@dataclass(frozen=True, slots=True)
class Setting:
    field: Field
    kind: str
    is_first: bool
    is_last: bool

    @property
    def shown(self) -> dict[str, str]:
        """What its form is filled with: its name, and the words of its choices under their keys."""
        return {"name": self.field.name, **{each["key"]: each["label"] for each in self.field.offered()}}


@dataclass(frozen=True, slots=True)
class Section:
    subject: str
    title: str
    fields: tuple[Setting, ...]
    archived: tuple[Setting, ...]


@dataclass(frozen=True)
class FieldsPage:
    """`error`: why something was refused, about the field `refused`, or without it about a new one, which `entered` was to
    be."""

    sections: tuple[Section, ...]
    subjects: tuple[tuple[str, str], ...]
    kinds: tuple[tuple[str, str], ...]
    refused: int | None
    error: str
    entered: Mapping[str, str]


def fields_part(values: Iterable[FieldValue], href: str, *, prefix: str = "") -> Fields:
    """The fields of a subject for its screen. `prefix` keeps ids apart where two subjects stand on one screen. No query."""
    return Fields(href, tuple(_line(value) for value in values), prefix)


def entered_values(fields: Iterable[Field], given: Mapping[str, str]) -> list[tuple[Field, str, str | None]]:
    """What the form of `fields/macros/fields.html` brings: each field that was on it, what was entered, and what had stood
    there."""
    there = [(field, f"field-{field.pk}", f"was-{field.pk}") for field in fields]
    return [(field, given[name], given.get(was)) for field, name, was in there if name in given]


def fields_page(*, refused: int | None = None, error: str = "", entered: Mapping[str, str] | None = None) -> FieldsPage:
    """One query."""
    fields = all_fields()
    return FieldsPage(
        sections=tuple(_section(subject, fields) for subject in Subject),
        subjects=tuple((each.value, str(each.label)) for each in Subject),
        kinds=tuple((each.value, str(each.label)) for each in Kind),
        refused=refused,
        error=error,
        entered=entered or {},
    )


def _section(subject: Subject, fields: list[Field]) -> Section:
    used = [field for field in fields if field.subject == subject and not field.is_archived]
    archived = [field for field in fields if field.subject == subject and field.is_archived]
    last = len(used) - 1
    return Section(
        subject=subject.value,
        title=str(subject.label),
        fields=tuple(_setting(field, place == 0, place == last) for place, field in enumerate(used)),
        archived=tuple(_setting(field, True, True) for field in archived),
    )


def _setting(field: Field, is_first: bool, is_last: bool) -> Setting:
    return Setting(field, str(Kind(field.kind).label), is_first, is_last)


def _line(value: FieldValue) -> Line:
    field = value.field
    options: list[tuple[str, str]] = []
    if field.kind == Kind.YES_NO:
        options = [("", "–"), ("yes", _("yes")), ("no", _("no"))]
    elif field.kind == Kind.CHOICE:
        options = [("", "–"), *((each["key"], each["label"]) for each in field.offered())]
        if value.raw and value.raw not in dict(options):
            options.append((value.raw, value.shown))
    return Line(field.pk, field.name, value.shown, value.raw, INPUTS.get(Kind(field.kind), "text"), tuple(options))
