"""The tags there are: what each is on, and what can be done to it."""

from __future__ import annotations

from dataclasses import dataclass

from rung.desk.pages.labels import TagChip, tag_chip
from rung.touchpoints.access import TagColour, tags_with_counts


@dataclass(frozen=True, slots=True)
class TagLine:
    chip: TagChip
    count: int


@dataclass(frozen=True)
class TagsPage:
    """`error`: why something was refused, about the tag `refused`, or without it about a new one."""

    tags: tuple[TagLine, ...]
    colours: tuple[tuple[str, str], ...]
    refused: int | None
    error: str


def tags_page(*, refused: int | None = None, error: str = "") -> TagsPage:
    """Two queries."""
    return TagsPage(
        tags=tuple(TagLine(tag_chip(tag), count) for tag, count in tags_with_counts()),
        colours=tuple((each.value, str(each.label)) for each in TagColour),
        refused=refused,
        error=error,
    )
