"""What the database knows of its own tables when it plans a query."""

from django.db import connection

LOOKED_AT = 2000
"""Entries of an index that are looked at, at most: enough to tell a few from many, and done in a moment at any size."""


def look_at_tables() -> None:
    """Have SQLite look at how its tables are filled. PostgreSQL does that by itself."""
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA analysis_limit={LOOKED_AT:d}")
        cursor.execute("ANALYZE")


def pages() -> int:
    """How large a SQLite database is, in pages; nought on PostgreSQL."""
    if connection.vendor != "sqlite":
        return 0
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA page_count")
        return int(cursor.fetchone()[0])
