"""Where in PostgreSQL's index the newest lie: places alone, read off the primary keys."""

from __future__ import annotations

from django.db import connection

from rung.core.once import once_a_page
from rung.search.places import WEEK


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
