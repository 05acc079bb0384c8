"""The days that an address narrows a screen to."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from rung.core.narrowing import Stretch, changed_query, given_stretch

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 3, 31, 22, 30, tzinfo=UTC)  # the first of April in Berlin


def narrowed(**query: str) -> Stretch:
    given = {name.rstrip("_"): value for name, value in query.items()}
    return given_stretch(given, at=NOW, zone=BERLIN, offered=(7, 30), usual=30)


@pytest.mark.parametrize(("days", "found"), [("7", 7), ("30", 30), ("8", 30), ("", 30), ("-7", 30), ("١", 30)])
def test_only_days_that_are_offered_are_looked_back(days: str, found: int) -> None:
    assert narrowed(days=days) == Stretch(NOW - timedelta(days=found), NOW, found)


@pytest.mark.parametrize(
    ("first", "last", "found"),
    [
        ("2026-03-02", "2026-03-08", ("2026-03-02", "2026-03-08")),
        ("2026-03-08", "2026-03-02", ("2026-03-02", "2026-03-08")),
        ("2026-03-30", "", ("2026-03-30", "2026-04-01")),
        ("", "2026-03-30", ("2026-03-01", "2026-03-30")),
        ("2026-03-30", "2027-01-01", ("2026-03-30", "2026-04-01")),
        ("2026-07-01", "2026-08-01", ("2026-04-01", "2026-04-01")),
        ("1970-01-01", "2026-03-30", ("2023-03-28", "2026-03-30")),
        ("never", "2026-03-30T23:59", ("2026-03-01", "2026-03-30")),
    ],
)
def test_days_of_the_calendar_are_those_of_whoever_looks(first: str, last: str, found: tuple[str, str]) -> None:
    stretch = narrowed(from_=first, to=last, days="7")
    assert (stretch.from_on, stretch.to_on, stretch.days) == (*found, 0)
    assert stretch.start.isoformat()[:19] == f"{found[0]}T00:00:00"
    assert stretch.start.tzinfo is BERLIN
    assert (stretch.end - timedelta(microseconds=1)).date().isoformat() == found[1]


def test_what_is_changed_begins_at_the_first_page_and_lets_go_of_what_it_replaces() -> None:
    here = {"days": 0, "from": "2026-03-02", "to": "2026-03-08", "team": 4, "page": 3}

    def to(**changes: object) -> str:
        return changed_query(here, changes, usual=30)

    assert to() == "?from=2026-03-02&to=2026-03-08&team=4&page=3"
    assert to(page=4) == "?from=2026-03-02&to=2026-03-08&team=4&page=4"
    assert to(team="") == "?from=2026-03-02&to=2026-03-08"
    assert to(days=7) == "?days=7&team=4"
    assert to(days=30, team=None) == ""
