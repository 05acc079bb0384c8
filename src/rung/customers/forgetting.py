"""Who keeps words of a person, in whichever room they lie, so that all of them can be forgotten at once.

The rooms above know this one, not the other way round: each hands in from its `apps.py: ready()` how it forgets somebody.
All of it happens in the transaction of `forget_customer`: either everybody has forgotten them, or nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from rung.core.actor import Actor

People = list[int]
"""The keys of one person's records: the one that is kept, and those that were merged into it."""

Memory = Callable[[People, Actor, datetime], None]
"""Blanks what a room keeps of a person. Raises ValidationError where that cannot be now, with what to do about it."""

_MEMORIES: dict[str, Memory] = {}


def add_memory(room: str, memory: Memory) -> None:
    """Say how a room forgets. Saying it twice changes nothing."""
    _MEMORIES[room] = memory


def memories() -> Iterator[Memory]:
    yield from _MEMORIES.values()
