"""Another program that holds the database, and databases without room: for real, on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from contextlib import closing, contextmanager

from django.db import connection


def is_sqlite() -> bool:
    return connection.vendor == "sqlite"


def be_impatient() -> None:
    """Wait a fifth of a second for others, not twenty, on this thread's connection."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout = 200" if is_sqlite() else "SET lock_timeout = 200")


@contextmanager
def held(*tables: str) -> Iterator[None]:
    """The database as a whole (SQLite has no other way) or these tables of it, held by somebody else."""
    name = str(connection.settings_dict["NAME"])
    if is_sqlite():
        import sqlite3

        with closing(sqlite3.connect(name, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            yield
            other.execute("ROLLBACK")
        return
    import psycopg

    known = connection.get_connection_params()
    reach = {key: known[key] for key in ("host", "port", "user", "password", "dbname") if known.get(key)}
    with psycopg.connect(**reach) as other:
        for table in tables:
            other.execute(f'LOCK TABLE "{table}" IN ACCESS EXCLUSIVE MODE'.encode())
        yield
        other.rollback()


@contextmanager
def full() -> Iterator[None]:
    """An SQLite database that may not grow by a page, and in which no page is free."""
    with connection.cursor() as cursor:
        (before,) = cursor.execute("PRAGMA max_page_count").fetchone()
        (free,) = cursor.execute("PRAGMA freelist_count").fetchone()
        (page_bytes,) = cursor.execute("PRAGMA page_size").fetchone()
        cursor.execute("CREATE TABLE filling AS SELECT zeroblob(%s) AS filling", [free * page_bytes])
        cursor.execute("PRAGMA max_page_count = 1")  # no less than there are is what SQLite makes of it
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA max_page_count = {before}")
            cursor.execute("DROP TABLE filling")
