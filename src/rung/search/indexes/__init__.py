"""The index in the words of the database in use: SQLite's FTS5 or PostgreSQL's tsvector with GIN, behind one interface."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cache
from typing import Protocol

from django.db import connections

from rung.search.expression import Expression


@dataclass(frozen=True, slots=True)
class Entry:
    """What the index is told of one document: words in their order, a None wherever a phrase ends; terms in no order."""

    place: int
    words: Sequence[str | None]
    terms: Sequence[str]


@dataclass(frozen=True, slots=True)
class Addition:
    """What is new in the document that lies at `was` and shall lie at `place`, where nothing does."""

    was: int
    place: int
    words: Sequence[str | None]
    terms: Sequence[str]


# So many documents are read through for words beside each other, where the index does not know what is beside what.
MOST_CHECKED = 3000


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of the index, from the place `lowest` to before `highest`, what is wanted, and what is asked there instead,
    because the database finds it faster. `is_loose`: what is asked finds more than what is wanted, of which about one in
    `share` is; `is_read`: nothing is asked, what lies there is read through."""

    wanted: Expression
    asked: Expression
    lowest: int
    highest: int
    is_loose: bool = False
    share: int = 1
    is_read: bool = False


@dataclass(frozen=True, slots=True)
class Sought:
    """Asked only where it matters: in how many documents all that is wanted holds, about, of how many; and how many have
    been found, which are enough at `enough`."""

    likely: Callable[[], int]
    documents: Callable[[], int]
    found: Callable[[], int]
    enough: int


class Index(Protocol):
    narrowed_from: int
    """What stands in more documents than this is looked for only among those that can be seen, by terms in which very many
    stand."""

    def placing(self, *, waits: bool = False) -> AbstractContextManager[None]:
        """Around the search for free places and their taking, which nobody else is at meanwhile.

        Raises InOtherHands where somebody is, or `waits` for the end of it.
        """

    def write(self, entries: Iterable[Entry], *, again: bool = False) -> None:
        """Put entries in; at none of their places is one. `again`: of what was there before, and may soon change again."""

    def take_out(self, places: Sequence[int]) -> dict[int, set[str]]:
        """Remove what lies at these places; the distinct words and terms that were there."""

    def growable(self, places: Sequence[int]) -> set[int]:
        """Those of these places at which something lies that can be added to: what is very long is better read anew."""

    def grow(self, additions: Sequence[Addition], without: Sequence[str]) -> dict[int, set[str]]:
        """Add to what lies in the index, and take the terms out of it that begin as one of `without`.

        By the place where each lay: which of its words and terms are new to it. Nothing of those that lie there no more.
        """

    def settle(self, *, most: int, at_once: int) -> int:
        """Take in for good what was written again or added to, until it is `most` that lies in front of the index, and what
        changed longest ago first. At most so many `at_once`; how many. Finds the same before and after."""

    def merge(self) -> bool:
        """Put together what was told bit by bit, in a step that is over in a moment; whether there is more to do. Finds the
        same before and after."""

    def clear(self) -> None:
        """Remove everything."""

    def building(self) -> AbstractContextManager[None]:
        """Around the writing of very much, such as everything."""

    def stretches(
        self, wanted: Expression, *, lowest: int, highest: int, commonness: int, share: int, sought: Sought | None
    ) -> Iterator[Stretch]:
        """Where to look for what is wanted from `lowest` to before `highest`: the newest first, each below the one before,
        and longer. Whoever has found enough stops. `commonness`: in how many documents the rarest of what is wanted stands,
        about; one in `share` of them will do. `sought`: what else is known where all that holds is."""

    def candidates(self, stretch: Stretch, *, kind: int, limit: int) -> list[tuple[int, int, bool]]:
        """Place and key of the documents of one kind that are found there, from the highest place down, and whether they are
        what is wanted."""

    def counts(self) -> Iterator[tuple[str, int]]:
        """Every word and term, and in how many documents it stands. Reads the whole index."""

    def bytes_on_disk(self) -> int:
        """What the index takes, as far as the database can tell."""


@cache
def _made(vendor: str) -> Index:
    if vendor == "postgresql":
        from rung.search.indexes.postgresql import PostgresIndex

        return PostgresIndex()
    from rung.search.indexes.sqlite import SqliteIndex

    return SqliteIndex()


def index() -> Index:
    return _made(connections["default"].vendor)
