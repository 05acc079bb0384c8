"""The tags there are: what each is on, and what can be done to it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.safestring import SafeString

from rung.desk.pages.labels import TagChip, tag_chip
from rung.touchpoints.access import Tag, TagColour, tags_with_counts
from rung.ui.stamped import stamp_of


@dataclass(frozen=True, slots=True)
class TagLine:
    """`name` and `colour` as they stand in its form; `stamp` says what the form was filled with."""

    chip: TagChip
    count: int
    name: str
    colour: str
    stamp: SafeString


def _line(tag: Tag, count: int, typed: tuple[str, str] | None) -> TagLine:
    name, colour = typed or (tag.name, str(tag.colour))
    return TagLine(tag_chip(tag), count, name, colour, stamp_of({"name": tag.name, "colour": tag.colour}))


@dataclass(frozen=True)
class TagsPage:
    """`error`: why something was refused, about the tag `refused`, or without it about a new one."""

    tags: tuple[TagLine, ...]
    colours: tuple[tuple[str, str], ...]
    refused: int | None
    error: str


def tags_page(*, refused: int | None = None, error: str = "", typed: tuple[str, str] | None = None) -> TagsPage:
    """`typed`: name and colour that were refused; they stand in the form again. Two queries."""
    return TagsPage(
        tags=tuple(_line(tag, count, typed if tag.pk == refused else None) for tag, count in tags_with_counts()),
        colours=tuple((each.value, str(each.label)) for each in TagColour),
        refused=refused,
        error=error,
    )
