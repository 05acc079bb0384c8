"""Where in the index a conversation lies: by the minute it was last in touch, so that the index itself is in order of time.

A minute has ROOM places; who finds them taken lies in the next free one, which may be of the minute after. Small steps keep
the index small: SQLite writes the distance from one place to the next.
"""

from __future__ import annotations

from collections.abc import Container
from datetime import UTC, datetime, timedelta

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
ROOM = 32
# How many places a week has; PostgreSQL looks through the newest weeks first.
WEEK = 7 * 24 * 60 * ROOM


def place_at(moment: datetime) -> int:
    """The first place of a moment's minute."""
    return int((moment - BEGINNING) / timedelta(minutes=1)) * ROOM


def free_place(wanted: int, taken: Container[int]) -> int:
    """The first free place from `wanted` on."""
    while wanted in taken:
        wanted += 1
    return wanted


# People and companies lie below nought, whoever came last the highest; a company beside the person of its number.
_LOWEST = -(1 << 50)


def place_of_person(key: int) -> int:
    return _LOWEST + 2 * key


def place_of_company(key: int) -> int:
    return _LOWEST + 2 * key + 1
