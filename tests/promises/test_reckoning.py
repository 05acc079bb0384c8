"""Until when something is due, as tables of cases."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from rung.business.access import Hours, moment_after
from rung.promises.reckoning import (
    History,
    Owed,
    Said,
    Wait,
    due_had_it_run_on,
    paused_seconds,
    reckon,
    replies_owed,
    resolution_owed,
    waits_in,
)
from rung.promises.warning import end_of_day, warned_from

BERLIN = ZoneInfo("Europe/Berlin")
HOUR = 3600
NINE_TO_FIVE = ((time(9), time(17)),)
OFFICE = Hours(BERLIN, (*(NINE_TO_FIVE,) * 5, (), ()), frozenset({date(2026, 5, 1)}))
TWO_SHIFTS = Hours(BERLIN, (*(((time(9), time(12)), (time(13), time(17))),) * 5, (), ()))
NEVER = Hours(BERLIN, ((),) * 7)
AROUND = Hours(BERLIN, (((time(), time()),),) * 7)


def berlin(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("hours", "start", "seconds", "expected"),
    [
        (OFFICE, "2026-03-10T10:00", 4 * HOUR, "2026-03-10T14:00"),  # within a day
        (OFFICE, "2026-03-10T15:00", 4 * HOUR, "2026-03-11T11:00"),  # over night
        (OFFICE, "2026-03-13T16:00", 2 * HOUR, "2026-03-16T10:00"),  # over a weekend
        (OFFICE, "2026-04-30T16:00", 2 * HOUR, "2026-05-04T10:00"),  # over a holiday and a weekend
        (OFFICE, "2026-03-14T11:00", 1 * HOUR, "2026-03-16T10:00"),  # begun on a Saturday
        (OFFICE, "2026-03-10T07:30", 1 * HOUR, "2026-03-10T10:00"),  # before it opens
        (OFFICE, "2026-03-10T09:00", 8 * HOUR, "2026-03-10T17:00"),  # to the very end, not the next morning
        (TWO_SHIFTS, "2026-03-10T11:00", 2 * HOUR, "2026-03-10T14:00"),  # over lunch
        (OFFICE, "2026-03-27T16:00", 2 * HOUR, "2026-03-30T10:00"),  # over the spring change of clocks
        (OFFICE, "2026-10-23T16:00", 2 * HOUR, "2026-10-26T10:00"),  # and the autumn one
        (AROUND, "2026-03-29T01:00", 2 * HOUR, "2026-03-29T04:00"),  # an hour is left out
        (AROUND, "2026-10-25T01:00", 3 * HOUR, "2026-10-25T03:00"),  # an hour comes twice
    ],
)
def test_time_passes_only_while_it_is_open(hours: Hours, start: str, seconds: int, expected: str) -> None:
    assert moment_after(berlin(start), seconds, hours) == berlin(expected)


def test_where_nobody_ever_works_nothing_is_ever_due() -> None:
    assert moment_after(berlin("2026-03-10T10:00"), HOUR, NEVER) is None


def on(hour: float) -> datetime:
    return datetime(2026, 3, 10, tzinfo=UTC) + timedelta(hours=hour)


def they(*hours: float) -> list[Said]:
    return [Said(on(hour), is_ours=False) for hour in hours]


def we(*hours: float) -> list[Said]:
    return [Said(on(hour), is_ours=True) for hour in hours]


def history(
    *said: list[Said], settled: tuple[tuple[float, float | None], ...] = (), waits: float | None = None
) -> History:
    ordered = sorted((each for some in said for each in some), key=lambda each: each.at)
    spans = [(on(begin), on(end) if end is not None else None) for begin, end in settled]
    return History(ordered, spans, on(waits) if waits is not None else None)


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (history(they(9), waits=9), [(9, None, False, True)]),
        (history(they(9, 10), waits=9), [(9, None, False, True)]),  # asking again does not begin anew
        (history(they(9), we(10)), [(9, 10, True, True)]),
        (history(they(9, 11), we(10), waits=11), [(9, 10, True, True), (11, None, False, False)]),
        (history(we(8), they(9), waits=9), [(9, None, False, False)]),  # where we wrote first, no first reply is owed
        (history(they(9), settled=((10, None),)), [(9, 10, False, True)]),  # settled without a word
        (history(they(9, 12), settled=((10, 12),), waits=12), [(9, 10, False, True), (12, None, False, True)]),
        (history(they(9), settled=((10, 10.1),), waits=9), [(9, None, False, True)]),  # the settling was taken back
        (history(they(9)), [(9, 9, False, True)]),  # under Spam nobody waits
        (history(they(9), we(10), settled=((10.5, 12),)), [(9, 10, True, True)]),  # taken up again by hand
    ],
)
def test_what_a_customer_waited_for(told: History, expected: list[tuple[float, float | None, bool, bool]]) -> None:
    wanted = [Wait(on(a), on(b) if b is not None else None, answered, first) for a, b, answered, first in expected]
    assert waits_in(told) == wanted


def test_the_first_reply_and_the_next_are_owed_apart() -> None:
    waits = waits_in(history(they(9, 11), we(10), waits=11))
    assert [(each.begun_at, each.done_at) for each in replies_owed(waits, first=True)] == [(on(9), on(10))]
    assert [(each.begun_at, each.done_at, each.is_owed) for each in replies_owed(waits, first=False)] == [
        (on(11), None, True)
    ]


@pytest.mark.parametrize(
    ("told", "pauses", "due", "stands_since", "paused_h"),
    [
        (history(they(9), waits=9), True, 13, None, 0),
        (history(they(9), we(10)), True, None, 10, 0),  # their turn: it stands still
        (history(they(9), we(10)), False, 13, None, 0),  # unless it does not
        (history(they(9, 12), we(10), waits=12), True, 15, None, 2),
        (history(they(9, 12, 16), we(10, 14), waits=16), True, 17, None, 4),
        (history(they(9, 20), we(10), settled=((11, 20),), waits=20), True, 23, None, 10),  # settled, and it was not
        (history(they(9, 20), we(10), settled=((11, 20),), waits=20), False, 22, None, 9),
    ],
)
def test_four_hours_to_settle_it(
    told: History, pauses: bool, due: float | None, stands_since: float | None, paused_h: float
) -> None:
    owed = resolution_owed(told, waits_in(told), pauses=pauses)
    assert owed is not None
    assert owed.is_owed
    found = reckon(owed, 4 * HOUR, None)
    assert found.due_at == (on(due) if due is not None else None)
    assert found.paused_at == (on(stands_since) if stands_since is not None else None)
    assert paused_seconds(found.pauses) == paused_h * HOUR


def test_what_was_settled_in_time_has_a_moment_that_had_not_come() -> None:
    told = history(they(9), we(10), settled=((11, None),))
    owed = resolution_owed(told, waits_in(told), pauses=False)
    assert owed is not None
    assert owed.done_at == on(11)
    assert reckon(owed, 4 * HOUR, None).due_at is None
    assert due_had_it_run_on(owed, 4 * HOUR, None) == on(13)


@pytest.mark.parametrize(
    ("told", "pauses", "due", "paused_h"),
    [
        (history(they(9), we(10), settled=((15, None),)), True, 18, 5),  # it stood still until it was done
        (history(they(9), we(10), settled=((10, None),)), True, 13, 0),  # settled with the answer: it never stood
        (history(they(9, 12), we(10, 12.5), settled=((20, None),)), True, 22.5, 9.5),  # twice
        (history(they(9), we(10), settled=((12, None),)), False, 13, 0),  # a clock that nothing stops
        (history(they(9), settled=((9, None),)), True, 13, 0),  # written down and settled in one
        (history(they(9), settled=((9, None),)), False, 13, 0),
        (history(they(9, 16), we(10), settled=((11, None),)), True, 14, 1),  # what came later changes nothing
    ],
)
def test_a_clock_that_stood_when_it_was_done_stood_until_then(
    told: History, pauses: bool, due: float, paused_h: float
) -> None:
    owed = resolution_owed(told, waits_in(told), pauses=pauses)
    assert owed is not None
    found = reckon(owed, 4 * HOUR, None)
    assert (found.due_at, found.paused_at) == (None, None)
    assert paused_seconds(found.pauses) == paused_h * HOUR
    assert due_had_it_run_on(owed, 4 * HOUR, None) == on(due)


def test_nothing_is_owed_to_who_asked_after_it_was_settled() -> None:
    told = history(we(8), they(9), settled=((8.5, None),))
    for pauses in (True, False):
        assert resolution_owed(told, waits_in(told), pauses=pauses) is None


def test_what_was_settled_too_late_was_due_before() -> None:
    told = history(they(9), settled=((15, None),))
    owed = resolution_owed(told, waits_in(told), pauses=True)
    assert owed is not None
    assert reckon(owed, 4 * HOUR, None).due_at == on(13)


def test_it_is_near_when_three_quarters_of_the_time_are_over() -> None:
    owed = Owed(on(9), ((on(9), on(11)), (on(20), None)), None, True)
    assert reckon(owed, 4 * HOUR, None).near_at == on(21)
    assert reckon(owed, 4 * HOUR, None).due_at == on(22)


def test_working_hours_and_pauses_count_together() -> None:
    begun, answered, wrote = (berlin(f"2026-03-{text}") for text in ("10T15:00", "10T16:00", "12T10:00"))
    owed = Owed(begun, ((begun, answered), (wrote, None)), None, True)
    assert reckon(owed, 4 * HOUR, OFFICE).due_at == berlin("2026-03-12T13:00")


@pytest.mark.parametrize(
    ("due", "is_day", "made", "expected"),
    [
        ("2026-03-12T23:59", True, "2026-03-10T10:00", "2026-03-12T08:00"),  # the morning of the day that was named
        ("2026-03-10T23:59", True, "2026-03-10T10:00", None),  # promised for the same day
        ("2026-03-12T15:00", False, "2026-03-10T10:00", "2026-03-12T11:00"),
        ("2026-03-12T09:00", False, "2026-03-10T10:00", "2026-03-11T17:00"),  # four hours before is night
        ("2026-03-12T00:30", False, "2026-03-10T10:00", "2026-03-11T17:00"),
        ("2026-03-10T12:00", False, "2026-03-10T10:00", None),
    ],
)
def test_nobody_is_reminded_at_night(due: str, is_day: bool, made: str, expected: str | None) -> None:
    moment = warned_from(berlin(due), is_day=is_day, zone=BERLIN, made_at=berlin(made))
    assert moment == (berlin(expected) if expected else None)


def test_a_day_ends_where_somebody_is() -> None:
    late = datetime(2026, 3, 10, 23, 30, tzinfo=UTC)
    assert end_of_day(late, BERLIN) == berlin("2026-03-11T23:59")
