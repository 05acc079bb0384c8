"""Where in the index a conversation lies: by the minute it was last in touch, so that the index itself is in order of time.

A minute has ROOM places; who finds them taken lies in the next free one, which may be of the minute after. Small steps keep
the index small: SQLite writes the distance from one place to the next.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
ROOM = 32
# How many places a week has; PostgreSQL looks through the newest weeks first.
WEEK = 7 * 24 * 60 * ROOM


def place_at(moment: datetime) -> int:
    """The first place of a moment's minute."""
    return int((moment - BEGINNING) / timedelta(minutes=1)) * ROOM


class Places:
    """Which places are known to be taken. What was passed once on the way to a free one is passed in a step from then on
    (disjoint sets with path compression, Tarjan 1975): where hours are full, everybody's way leads through them."""

    def __init__(self) -> None:
        self._beyond: dict[int, int] = {}  # of a taken place, one on the way to the first free place behind it

    def note_taken(self, places: Iterable[int]) -> None:
        for place in places:
            self._beyond.setdefault(place, place + 1)

    def take_from(self, wanted: int) -> int:
        """Take the first free place from `wanted` on."""
        passed = []
        while wanted in self._beyond:
            passed.append(wanted)
            wanted = self._beyond[wanted]
        self._beyond.update(dict.fromkeys([*passed, wanted], wanted + 1))
        return wanted


# People and companies lie below nought, whoever came last the highest; a company beside the person of its number.
_LOWEST = -(1 << 50)


def place_of_person(key: int) -> int:
    return _LOWEST + 2 * key


def place_of_company(key: int) -> int:
    return _LOWEST + 2 * key + 1
