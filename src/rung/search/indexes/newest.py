"""Where in PostgreSQL's index the newest lie, places alone, read off the primary keys; and when they are read through one
after the other, before the index is asked."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection

from rung.core.once import once_a_page
from rung.search.expression import Expression
from rung.search.indexes import Sought, Stretch
from rung.search.places import WEEK

# What holds for one in so many conversations is found soonest in the newest of them: a thousand take two to four
# milliseconds, and the index puts all of a week in order. At first so many, then so many times as many at most.
DENSE, READ, READ_MORE = 5, 1000, 8
# What holds for one in so many of all may hold for most of the newest: a glance at fewer tells.
NOT_RARE, GLANCE = 15, 250
# Where fewer hold than one in DENSE no more than so many are read besides: a week puts itself in order in that time.
CHEAP = 2000


def read_through(wanted: Expression, lowest: int, highest: int, likely: int, sought: Sought) -> Iterator[Stretch]:
    """The newest documents, some at first, and those before them where so many hold that enough should be among them. None
    where the index is asked in less. Whoever has enough stops within."""
    share = likely / sought.documents()
    first = int(max(2 * sought.enough / max(share, 1e-9), READ // 10))
    if first > GLANCE and share * NOT_RARE < 1:
        return
    if share * DENSE < 1:
        if GLANCE < first < READ:
            return  # few are wanted
        first = min(first, GLANCE)
    first = more = min(first, READ)
    while more and (lower := place_before(lowest, highest, more)) is not None:
        yield Stretch(wanted, wanted, lower, highest, is_read=True)
        highest, found = lower, sought.found()
        missing = sought.enough - found
        is_worth_it = found * DENSE >= first or 2 * share >= 1 or READ_MORE * first <= CHEAP
        if more != first or not is_worth_it or 5 * missing >= 4 * READ_MORE * found:
            return
        more = min(READ_MORE * first, 3 * missing * first // found)


def place_before(lowest: int, highest: int, documents: int) -> int | None:
    """Where the newest so many of the conversations from `lowest` to before `highest` begin; None where there is none."""
    newest = "(SELECT place FROM {} WHERE place >= %s AND place < %s ORDER BY place DESC LIMIT %s)"
    both = f"{newest.format('search_words')} UNION ALL {newest.format('search_recent')} ORDER BY place DESC LIMIT %s"
    lies = (max(lowest, 0), highest, documents)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT min(place) FROM ({both}) newest", (*lies, *lies, documents))  # noqa: S608  # our own words
        place = cursor.fetchone()[0]
        return None if place is None else int(place)


def newest_person() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(place) FROM search_words WHERE place < 0")
        return int(cursor.fetchone()[0] or 0)


@once_a_page
def weeks_there() -> tuple[int, int]:
    """The oldest and the newest week in which a conversation lies."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT least((SELECT min(place) FROM search_words WHERE place >= 0), (SELECT min(place) FROM search_recent)),"
            " greatest((SELECT max(place) FROM search_words), (SELECT max(place) FROM search_recent))"
        )
        oldest, newest = cursor.fetchone()
        return (oldest or 0) // WEEK, max(newest or 0, 0) // WEEK
