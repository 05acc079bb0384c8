"""The tables, and the stage with its cast, made once in a run of the tests; whoever needs them gets a copy.

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
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

ROOT = Path(__file__).resolve().parents[1]
TABLES = ("rung", "migrate", "--verbosity", "0", "--skip-checks")
STAGE = ("tests.stage",)


def keep() -> None:
    """Make the folder of the moulds, unless whoever started this program did. Whoever makes it takes it away at its end."""
    if "RUNG_TEST_MOULDS" not in os.environ:
        os.environ["RUNG_TEST_MOULDS"] = tempfile.mkdtemp(prefix="rung-moulds-")
        atexit.register(_throw_away, _folder(), os.getpid())


def is_kept() -> bool:
    """Whether this is a run of the tests, and copies are to be had."""
    return "RUNG_TEST_MOULDS" in os.environ


def made(server: str = "", program: tuple[str, ...] = TABLES) -> Path:
    """A data folder with all tables, on the SQLite of its own or on a PostgreSQL server; after STAGE with the cast too."""
    place = _folder() / f"{'postgres' if server else 'sqlite'}-{program[0]}"
    with _one_at_a_time(place.with_name(f"{place.name}.lock")):
        if not (place / "made").exists():
            shutil.rmtree(place, ignore_errors=True)
            if server:
                place.with_name(f"{place.name}.server").write_text(server)
            if program == TABLES:
                place.mkdir(mode=0o700)
            else:
                shutil.copytree(made(server), place)
                (place / "made").unlink()
            _make(place, server, program)
            (place / "made").touch()
    return place


def database(server: str, program: tuple[str, ...] = TABLES) -> str:
    """The name of such a database on a PostgreSQL server; to be used as a template, not to be connected to."""
    return _name(made(server, program))


def lay_down(data: Path, program: tuple[str, ...] = TABLES, *, server: str = "", name: str = "") -> None:
    """A copy: all files into an empty data folder, and on a server the database of this name in place of what it was."""
    shutil.copytree(made(server, program), data, ignore=shutil.ignore_patterns("made"), dirs_exist_ok=True)
    if server:
        on_server(server, _drop(name), f'CREATE DATABASE "{name}" TEMPLATE "{database(server, program)}"')


def on_server(server: str, *statements: str) -> None:
    import psycopg

    # The database of the suite may be the one that is being tested in; CREATE DATABASE needs only some connection.
    with psycopg.connect(server, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())  # names of our own making, so no parameters


def harmless_environment() -> dict[str, str]:
    """What surrounds us, without what would reach into an installation from the shell or from pytest."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("RUNG_", "DJANGO_", "PYTEST_"))}


def _folder() -> Path:
    return Path(os.environ["RUNG_TEST_MOULDS"])


def _name(place: Path) -> str:
    return place.name.replace(".", "-") + "-" + place.parent.name


def _drop(name: str) -> str:
    return f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'


@contextmanager
def _one_at_a_time(path: Path) -> Iterator[None]:
    """Whoever comes while another makes a mould waits until it is there."""
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _make(place: Path, server: str, program: tuple[str, ...]) -> None:
    address = ""
    if server:
        template = "" if program == TABLES else f' TEMPLATE "{database(server)}"'
        on_server(server, _drop(_name(place)), f'CREATE DATABASE "{_name(place)}"{template}')
        address = urlunsplit(urlsplit(server)._replace(path=f"/{_name(place)}"))
    own = {"RUNG_DATA": str(place), "DATABASE_URL": address, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}
    subprocess.run([sys.executable, "-m", *program], env={**harmless_environment(), **own}, cwd=ROOT, check=True)
    if not server:
        _in_one_file(place / "db.sqlite3")


def _in_one_file(database: Path) -> None:
    """What still lies in the write-ahead log goes into the file itself."""
    import sqlite3

    with closing(sqlite3.connect(database)) as opened:
        assert opened.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0


def _throw_away(folder: Path, maker: int) -> None:
    if os.getpid() != maker:  # a fork of the one that made it
        return
    import psycopg

    for owing in folder.glob("*.server"):
        with suppress(psycopg.OperationalError):  # a server that was made for this run is gone, and all of it
            on_server(owing.read_text(), _drop(_name(owing.with_suffix(""))))
    shutil.rmtree(folder, ignore_errors=True)
