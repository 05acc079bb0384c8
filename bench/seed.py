"""The store that benches of the desk and of search measure on: filled once, kept in the folder that --data names.

With DATABASE_URL the rows lie in a database of that server, named for the folder; the folder remembers what is in it.
"""

import argparse
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from bench.letters import Known
from bench.measure import Report, parser, tell
from bench.multiply import multiplied
from bench.store import Store, fill
from tests.installation import Installation


def main() -> None:
    parser = arguments(__doc__.splitlines()[0])
    parser.add_argument("--times", type=int, default=1, help="make it so much larger by copies, not to be searched in")
    asked = parser.parse_args()
    report = Report("seed", asked.size * asked.times)
    began = time.perf_counter()
    with filled(asked.size, asked.data) as (rung, store):
        if asked.times > 1 and store.conversations < asked.size * asked.times:
            store = multiplied(store, asked.times)
            remember(rung, store)
        report.add("filled or found", time.perf_counter() - began, "s")
        report.add("conversations", store.conversations, "")
        report.add("on disk", database_bytes() / 1e6, "MB")
    report.print(asked.json)


def arguments(description: str) -> argparse.ArgumentParser:
    """What a bench on a filled store takes."""
    made = parser(description, 100_000)
    made.add_argument("--data", type=Path, help="keep the store in this folder, or measure on it when it is filled")
    return made


@contextmanager
def filled(size: int, data: Path | None) -> Iterator[tuple[Installation, Store]]:
    """An installation with `size` conversations in it, and Django set up on it in this process."""
    with Installation() as rung, _kept(rung, data):
        os.environ.update(rung.env)
        os.environ["DJANGO_SETTINGS_MODULE"] = "rung.config.settings"
        rung.migrate()
        import django

        django.setup()
        yield rung, _store(rung, size)


@contextmanager
def _kept(rung: Installation, data: Path | None) -> Iterator[None]:
    """The installation with its rows in a folder, or a database named for it, that outlives it."""
    if data is None:
        yield
        return
    own, rung.data = rung.data, data.resolve()
    rung.data.mkdir(parents=True, exist_ok=True)
    rung.env["RUNG_DATA"] = str(rung.data)
    if server := os.environ.get("DATABASE_URL"):
        name = f"rung_bench_{sha256(str(rung.data).encode()).hexdigest()[:12]}"
        _make_database(server, name)
        rung.env["DATABASE_URL"] = urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
    try:
        yield
    finally:
        rung.stop(*rung.running)
        rung.data = own


def _make_database(server: str, name: str) -> None:
    import psycopg

    with psycopg.connect(server, autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            connection.execute(f'CREATE DATABASE "{name}"'.encode())


def _store(rung: Installation, size: int) -> Store:
    remembered = rung.data / "store.json"
    if remembered.exists():
        told = json.loads(remembered.read_text())
        told["known"] = tuple(Known(**known) for known in told["known"])
        return Store(**told)
    tell(f"filling in {size:,} conversations")
    began = time.perf_counter()
    store = fill(size)
    remember(rung, store)
    tell(f"filled in {time.perf_counter() - began:.0f} s")
    return store


def remember(rung: Installation, store: Store) -> None:
    (rung.data / "store.json").write_text(json.dumps(asdict(store)))


def database_bytes() -> int:
    """What the database takes on disk."""
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_database_size(current_database())")
            return int(cursor.fetchone()[0])
        cursor.execute("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
        return int(cursor.fetchone()[0])


if __name__ == "__main__":
    main()
