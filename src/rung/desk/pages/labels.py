"""Tags and priority, as they are shown on a conversation and on its line in a list."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from rung.core.addresses import reverse
from rung.core.text import labels
from rung.touchpoints.access import Conversation, Priority, Tag, all_tags, tags_of

# So many tags are offered on a button; the others by typing.
OFFERED = 8
TONES = {"urgent": "bad", "high": "warn", "low": ""}


@dataclass(frozen=True, slots=True)
class TagChip:
    pk: int
    name: str
    colour: str
    href: str


@dataclass(frozen=True, slots=True)
class PriorityChip:
    """`tone` as of a chip; there is none to show where `value` is "normal"."""

    value: str
    label: str
    tone: str
    is_shown: bool


@dataclass(frozen=True, slots=True)
class Labels:
    """What a conversation carries, and what it could: `known` are the names of all other tags."""

    priority: PriorityChip
    priorities: tuple[PriorityChip, ...]
    tags: tuple[TagChip, ...]
    offered: tuple[TagChip, ...]
    known: tuple[str, ...]


def labels_of(conversation: Conversation) -> Labels:
    """Two queries."""
    carried = chips_of([conversation.pk]).get(conversation.pk, ())
    keys = {chip.pk for chip in carried}
    others = [tag for tag in all_tags() if tag.pk not in keys]
    return Labels(
        priority=priority_chip(conversation.priority),
        priorities=tuple(priority_chip(each) for each in reversed(Priority.values)),
        tags=carried,
        offered=tuple(tag_chip(tag) for tag in others[:OFFERED]),
        known=tuple(tag.name for tag in others),
    )


def chips_of(conversations: Iterable[int]) -> dict[int, tuple[TagChip, ...]]:
    """The tags on each of some conversations, those without left out. One query."""
    return {pk: tuple(tag_chip(tag) for tag in tags) for pk, tags in tags_of(conversations).items()}


def priority_chip(priority: str) -> PriorityChip:
    return PriorityChip(priority, labels(Priority)[priority], TONES.get(priority, ""), priority != Priority.NORMAL)


def tag_chip(tag: Tag) -> TagChip:
    said = f'"{tag.name}"' if " " in tag.name else tag.name
    return TagChip(tag.pk, tag.name, tag.colour, f"{reverse('search:search')}?{urlencode({'q': f'tag:{said}'})}")
