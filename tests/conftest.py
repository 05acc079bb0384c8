import os
import shutil
import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connection

from rung.config.static import StaticFiles
from rung.core import clock
from rung.journal.models import Undelivered
from rung.journal.ringing import ERRANDS
from tests import mould

pytest_plugins = ["tests.browsers", "tests.cast"]

# A real password hash costs a quarter of a second by design; a test that signs in wants none of that.
django_settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


# Through one of these a test reaches a database; pytest-django keeps everything else away from it.
DATABASES = {"db", "transactional_db", "live_server", "rung", "installed"}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--with-database", action="store_true", help="only the tests that reach a database: the others hold on any"
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--with-database"):
        return
    reaching = [item for item in items if _reaches_a_database(item)]
    kept = set(reaching)
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = reaching


def _reaches_a_database(item: pytest.Item) -> bool:
    if item.get_closest_marker("django_db") or not DATABASES.isdisjoint(getattr(item, "fixturenames", ())):
        return True
    return hasattr(getattr(item, "module", None), "Installation")


@pytest.fixture(autouse=True)
def _no_models_of_other_tests() -> None:
    """A process keeps its model of topics by the number of its fit, and a database rolled back gives numbers anew."""
    if standing := sys.modules.get("rung.patterns.standing"):
        standing._loaded.clear()


@pytest.fixture(scope="session", autouse=True)
def _static_files_listed_once() -> Iterator[None]:
    """A process of the product lists its files once; here every `Client` is a new process, and listing them takes as long
    as a page."""
    listing, listed = StaticFiles.add_files_from_finders, dict[tuple[int, str], dict[str, Any]]()

    def once(self: StaticFiles) -> None:
        told = (self.max_age, self.static_prefix)  # what settings of a test may change
        if told not in listed:
            listing(self)
            listed[told] = self.files
        self.files = listed[told]

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(StaticFiles, "add_files_from_finders", once)
        yield


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """An SQLite file is laid down here before Django opens it, and goes with the folder it lies in."""
    return connection.vendor == "sqlite"


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """The database of the tests is a copy, in which there is nothing left for Django to migrate."""
    test = connection.settings_dict["TEST"]
    test["MIGRATE"] = False
    if connection.vendor == "sqlite":
        shutil.copyfile(mould.made() / "db.sqlite3", test["NAME"])
    else:
        test["TEMPLATE"] = mould.database(os.environ["DATABASE_URL"])


class Dead:
    """A process that has ended."""

    def poll(self) -> int:
        return 1


@pytest.fixture
def work(db: None, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """The worker, without its queue: run every errand as of a moment until a whole round finds nothing more to do.

    What it would have a process of its own compute is begun and left: a process sees nothing of a transaction that is rolled
    back, would look for three seconds of a processor into a database without tables, and die. Those are tested by name.
    """
    for area in ("ladder", "patterns", "training"):
        monkeypatch.setattr(f"rung.{area}.errands.start", lambda command, key, tries: Dead())

    def run(at: datetime | None = None) -> None:
        moment = at or clock.now()
        for _round in range(100):
            more = [errand.name for errand in tuple(ERRANDS.values()) if errand(at=moment)]
            if not more and not Undelivered.objects.due(moment).exists():
                return
        raise AssertionError(f"after 100 rounds these errands still want more: {more}")

    return run
