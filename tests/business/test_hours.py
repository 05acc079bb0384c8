"""Seconds in opening hours: by tables, over nights, weekends, holidays and changes of the clocks."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from rung.business.hours import Hours, Span, business_seconds, is_open, opens_next
from rung.business.written import NotUnderstood, read_day, read_holidays, write_day, write_holidays

H = 3600


def week(workdays: str, weekend: str = "", *, zone: str = "Europe/Berlin", off: tuple[str, ...] = ()) -> Hours:
    days = (read_day(workdays),) * 5 + (read_day(weekend),) * 2
    return Hours(ZoneInfo(zone), days, frozenset(date.fromisoformat(day) for day in off))


OFFICE = week("9-12:30, 13:30-17")
ALWAYS = week("0-24", "0-24")
NIGHT = week("0-6, 22-24", "0-6, 22-24")
EARLY = week("1-4", "1-4")


def local(text: str, zone: str = "Europe/Berlin") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


@pytest.mark.parametrize(
    ("start", "end", "hours", "seconds"),
    [
        # 2026-03-10 is a Tuesday
        ("2026-03-10T10:00", "2026-03-10T11:00", OFFICE, H),
        ("2026-03-10T08:00", "2026-03-10T09:30", OFFICE, H // 2),
        ("2026-03-10T12:00", "2026-03-10T14:00", OFFICE, H),  # over the midday break
        ("2026-03-10T16:00", "2026-03-11T10:00", OFFICE, 2 * H),  # over a night
        ("2026-03-13T16:00", "2026-03-16T10:00", OFFICE, 2 * H),  # over a weekend
        ("2026-03-14T08:00", "2026-03-15T20:00", OFFICE, 0),  # within one
        ("2026-03-09T00:00", "2026-03-16T00:00", OFFICE, 5 * 7 * H),
        ("2026-03-10T11:00", "2026-03-10T11:00", OFFICE, 0),
        ("2026-03-10T11:00", "2026-03-10T10:00", OFFICE, 0),  # backwards is nothing
        ("2026-03-10T10:00", "2026-03-11T10:00", week("9-17", off=("2026-03-11",)), 7 * H),
        ("2026-03-10T10:00", "2026-03-12T10:00", week("9-17", off=("2026-03-11",)), 8 * H),
        ("2026-03-10T23:00", "2026-03-11T05:00", NIGHT, 6 * H),  # over midnight, without a seam
        ("2026-03-10T00:00", "2026-03-11T00:00", NIGHT, 8 * H),
        ("2026-03-10T00:00", "2026-03-11T00:00", week("", ""), 0),
        # The clocks go forward at 2 on 29 March 2026: that day has 23 hours.
        ("2026-03-29T00:00", "2026-03-30T00:00", ALWAYS, 23 * H),
        ("2026-03-29T00:00", "2026-03-30T00:00", EARLY, 2 * H),  # 1 to 4 lasts two hours
        ("2026-03-29T00:00", "2026-03-30T00:00", week("", "2:15-2:45"), 0),  # left out altogether
        ("2026-03-29T00:00", "2026-03-30T00:00", week("", "2:30-4"), H),  # begins when the clocks go on
        ("2026-03-29T00:00", "2026-03-30T00:00", week("", "1-2:30"), H),  # ends there
        ("2026-03-28T12:00", "2026-03-29T12:00", week("", "9-17"), 8 * H),  # by day nobody notices
        # They go back at 3 on 25 October 2026: that day has 25.
        ("2026-10-25T00:00", "2026-10-26T00:00", ALWAYS, 25 * H),
        ("2026-10-25T00:00", "2026-10-26T00:00", EARLY, 4 * H),
        ("2026-10-25T00:00", "2026-10-26T00:00", week("", "2-3"), 2 * H),  # the hour that comes twice
        ("2026-10-25T00:00", "2026-10-26T00:00", week("", "9-17"), 8 * H),
    ],
)
def test_seconds_in_opening_hours(start: str, end: str, hours: Hours, seconds: int) -> None:
    assert business_seconds(local(start), local(end), hours) == seconds


def test_the_same_moments_in_another_zone_are_the_same_time() -> None:
    start, end = local("2026-03-10T16:00"), local("2026-03-16T10:00")
    elsewhere = [moment.astimezone(ZoneInfo("Asia/Tokyo")) for moment in (start, end)]
    assert business_seconds(start, end, OFFICE) == business_seconds(*elsewhere, OFFICE) == (1 + 7 * 3 + 1) * H


@pytest.mark.parametrize("zone", ["Pacific/Apia", "Asia/Kathmandu", "America/St_Johns", "Pacific/Kiritimati"])
def test_every_zone_adds_up(zone: str) -> None:
    """Always open, business time is time, however odd the zone."""
    start = datetime(2026, 1, 1, 3, 7, 11, tzinfo=UTC)
    for days in range(0, 400, 7):
        end = start + timedelta(days=days, minutes=13)
        assert business_seconds(start, end, week("0-24", "0-24", zone=zone)) == (end - start).total_seconds()


def test_parts_add_up_to_the_whole() -> None:
    start = local("2026-03-27T07:00")
    moments = [start + timedelta(hours=5 * number) for number in range(40)]
    parts = [business_seconds(a, b, OFFICE) for a, b in pairwise(moments)]
    assert sum(parts) == business_seconds(moments[0], moments[-1], OFFICE)


@pytest.mark.parametrize(
    ("at", "hours", "opens"),
    [
        ("2026-03-10T10:00", OFFICE, "2026-03-10T10:00"),
        ("2026-03-10T12:45", OFFICE, "2026-03-10T13:30"),
        ("2026-03-13T17:00", OFFICE, "2026-03-16T09:00"),
        ("2026-12-24T18:00", week("9-17", off=("2026-12-25",)), "2026-12-28T09:00"),
        ("2026-03-10T10:00", week(""), None),
    ],
)
def test_when_it_opens_next(at: str, hours: Hours, opens: str | None) -> None:
    found = opens_next(local(at), hours)
    assert found == (local(opens) if opens else None)
    assert is_open(local(at), hours) == (opens == at)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("", ()),
        ("9-17", ((time(9), time(17)),)),
        (" 13.30 – 17:00 ; 09:00-12:30 ", ((time(9), time(12, 30)), (time(13, 30), time(17)))),
        ("0-24", ((time(), time()),)),
    ],
)
def test_hours_are_read_as_people_write_them(written: str, read: tuple[Span, ...]) -> None:
    assert read_day(written) == read
    assert read_day(write_day(read)) == read


@pytest.mark.parametrize(
    "written", ["nine to five", "9", "25-26", "17-9", "9-9", "9-12, 11-17", "0-24, 3-4", "9:75-10"]
)
def test_what_is_no_time_is_refused(written: str) -> None:
    with pytest.raises(NotUnderstood):
        read_day(written)


def test_holidays_are_read_a_line_a_day() -> None:
    days = read_holidays("2026-12-25 Christmas\n\n 2026-05-01\n")
    assert days == {date(2026, 5, 1): "", date(2026, 12, 25): "Christmas"}
    assert read_holidays(write_holidays(days)) == days
    for wrong in ("25.12.2026", "2026-02-30 x", "Christmas"):
        with pytest.raises(NotUnderstood):
            read_holidays(wrong)
