"""The tables, made once in a run of the tests; whoever needs a database gets a copy of it.

The migrations take a processor some 13 s, a copy a fraction of one. That they lead from nothing to where we are is seen
when the mould is made, and by the tests that start the product as a person does.
"""

import atexit
import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

ROOT = Path(__file__).resolve().parents[1]


def keep() -> None:
    """Make the folder of the moulds, unless whoever started this program did. Whoever makes it takes it away at its end."""
    if "RUNG_TEST_MOULDS" not in os.environ:
        os.environ["RUNG_TEST_MOULDS"] = tempfile.mkdtemp(prefix="rung-moulds-")
        atexit.register(_throw_away, Path(os.environ["RUNG_TEST_MOULDS"]), os.getpid())


def _throw_away(folder: Path, maker: int) -> None:
    if os.getpid() != maker:  # a fork of the one that made it
        return
    for owing in folder.glob("*.server"):
        on_server(owing.read_text(), _drop(folder))
    shutil.rmtree(folder, ignore_errors=True)


def file() -> Path:
    """An SQLite file with all tables and nothing in them; to be copied, not to be opened."""
    folder = Path(os.environ["RUNG_TEST_MOULDS"])
    made = folder / "db.sqlite3"
    with _one_at_a_time(folder):
        if not made.exists():
            _migrate(folder / "sqlite", "")
            (folder / "sqlite" / "db.sqlite3").rename(made)
    return made


def database(server: str) -> str:
    """The name of such a database on a PostgreSQL server; to be used as a template, not to be connected to."""
    folder = Path(os.environ["RUNG_TEST_MOULDS"])
    name, made = _name(folder), folder / f"{urlsplit(server).port}.made"
    with _one_at_a_time(folder):
        if not made.exists():
            made.with_suffix(".server").write_text(server)
            on_server(server, _drop(folder))
            on_server(server, f'CREATE DATABASE "{name}"')
            _migrate(folder / "postgres", urlunsplit(urlsplit(server)._replace(path=f"/{name}")))
            made.touch()
    return name


def on_server(server: str, statement: str) -> None:
    import psycopg

    # The database of the suite may be the one that is being tested in; CREATE DATABASE needs only some connection.
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(statement.encode())  # names of our own making, so no parameters


def harmless_environment() -> dict[str, str]:
    """What surrounds us, without what would reach into an installation from the shell or from pytest."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("RUNG_", "DJANGO_", "PYTEST_"))}


def _name(folder: Path) -> str:
    return folder.name.replace("-", "_")


def _drop(folder: Path) -> str:
    return f'DROP DATABASE IF EXISTS "{_name(folder)}" WITH (FORCE)'


@contextmanager
def _one_at_a_time(folder: Path) -> Iterator[None]:
    """Whoever comes while another makes a mould waits until it is there."""
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _migrate(data: Path, database_url: str) -> None:
    data.mkdir(exist_ok=True)
    own = {"RUNG_DATA": str(data), "DATABASE_URL": database_url, "PYTHONPATH": str(ROOT / "src")}
    command = [sys.executable, "-m", "rung", "migrate", "--verbosity", "0", "--skip-checks"]
    subprocess.run(command, env={**harmless_environment(), **own}, cwd=ROOT, check=True)
    if not database_url:
        _in_one_file(data / "db.sqlite3")


def _in_one_file(database: Path) -> None:
    """What still lies in the write-ahead log goes into the file itself."""
    import sqlite3

    with closing(sqlite3.connect(database)) as opened:
        assert opened.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0
