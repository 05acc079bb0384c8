"""The stage of the journeys: one running Rung for all of them, a mail server out in the world, and who appears."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browsers import Windows
from tests.installation import Installation
from tests.journeys.vocabulary import Colleague, Person, PostOffice, Seats


def pytest_itemcollected(item: pytest.Item) -> None:
    """What lies in this folder is a journey, whether it says so or not."""
    if Path(__file__).parent in item.path.parents:
        item.add_marker("journey")


@pytest.fixture(scope="package")
def post_office() -> Iterator[PostOffice]:
    """The mail server of the rest of the world: whatever Rung sends arrives here."""
    with PostOffice() as opened:
        yield opened


@pytest.fixture(scope="package")
def rung(post_office: PostOffice) -> Iterator[Installation]:
    """Web, worker and mail door as processes of their own, with the standing cast in their seats."""
    with Installation({"RUNG_SMTP_URL": post_office.url, "RUNG_IMAP_INTERVAL": "1"}) as rung:
        rung.set_stage()
        rung.start("web", "worker", "door")
        yield rung


@pytest.fixture(scope="package")
def seats(rung: Installation) -> Seats:
    return Seats(rung)


@pytest.fixture
def carla(rung: Installation, post_office: PostOffice) -> Person:
    return Person("Carla Ruiz", rung, post_office)


@pytest.fixture
def karim(rung: Installation, post_office: PostOffice) -> Person:
    return Person("Karim Haddad", rung, post_office)


@pytest.fixture
def ada(seats: Seats, windows: Windows) -> Colleague:
    return seats.take("ada", windows)


@pytest.fixture
def lin(seats: Seats, windows: Windows) -> Colleague:
    return seats.take("lin", windows)


@pytest.fixture
def root(seats: Seats, windows: Windows) -> Colleague:
    return seats.take("root", windows)
