"""Who keeps a subject as it is while one of its fields is written.

The rooms above know this one, not the other way round: each hands in from its `apps.py: ready()` how its noun is held, so
that what is written in the moment in which somebody is forgotten is either forgotten with them, or refused.
"""

from __future__ import annotations

from collections.abc import Callable

Holder = Callable[[int], None]
"""Locks a subject, given by its number, until the transaction ends. Raises ValidationError where nothing can be said of it
any more."""

_HOLDERS: dict[str, Holder] = {}


def add_holder(subject: str, holder: Holder) -> None:
    """Say how subjects of a kind are held. Saying it twice changes nothing."""
    _HOLDERS[subject] = holder


def hold(subject: str, key: int) -> None:
    """Of a kind that nobody holds: nothing happens."""
    if holder := _HOLDERS.get(subject):
        holder(key)
