"""Working hours beside calendar time: counted with the facts, again when somebody changes the hours."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from rung.accounts.models import Agent, Team
from rung.business.hours import Hours, business_seconds
from rung.business.models import Calendar
from rung.business.verbs import change_calendar, end_calendar, make_calendar
from rung.core.clock import epoch_ms
from rung.insight.access import Scope
from rung.insight.clocks import name_of, worked_ms
from rung.insight.folding import recount_clocks
from rung.insight.kpi import Measure
from rung.insight.kpis import KPIS
from rung.insight.models import ClockFact
from rung.insight.periods import Period
from rung.insight.reckoning import reckon
from tests.insight.conftest import DAY, Story

DAYS = ((time(9), time(12)), (time(13), time(17)))
WEEK = (*(DAYS,) * 5, (), ())
BERLIN = Hours(ZoneInfo("Europe/Berlin"), WEEK, frozenset({date(2026, 5, 1)}))
AUCKLAND = Hours(ZoneInfo("Pacific/Auckland"), (((time(8), time()),),) * 7)


@pytest.mark.parametrize("hours", [BERLIN, AUCKLAND], ids=["Berlin", "Auckland"])
def test_the_difference_of_two_clocks_is_the_time_between(hours: Hours) -> None:
    # Over the turn of a year, a change of the clocks, a holiday, and at odd minutes.
    start = datetime(2025, 12, 28, 4, 3, 21, tzinfo=UTC)
    for n in range(240):
        begin = start + timedelta(hours=17 * n)
        end = begin + timedelta(minutes=613 * n)
        assert (worked_ms(hours, epoch_ms(end)) - worked_ms(hours, epoch_ms(begin))) // 1000 == business_seconds(
            begin, end, hours
        )


def test_a_broken_clock_is_not_counted_up_to() -> None:
    far = epoch_ms(datetime(9999, 1, 1, tzinfo=UTC))
    assert worked_ms(BERLIN, far) == worked_ms(BERLIN, far - 1)
    assert worked_ms(BERLIN, 0) == 0


def test_hours_have_another_name_once_they_change() -> None:
    assert name_of(BERLIN) == name_of(Hours(BERLIN.zone, BERLIN.week, BERLIN.holidays))
    assert len({name_of(each) for each in (BERLIN, AUCKLAND, Hours(BERLIN.zone, WEEK))}) == 3


@pytest.fixture
def monday(story: Story) -> Story:
    """The story begins on a Monday at midnight."""
    story.start -= DAY * story.start.weekday()
    return story


@pytest.fixture
def nine_to_five(monday: Story, support: Team, lin: Agent) -> Calendar:
    return make_calendar(
        "Support", time_zone="UTC", week=(((time(9), time(17)),),) * 5 + ((),) * 2, holidays={}, teams=[support],
        by=lin.actor, at=monday.start,
    )  # fmt: skip


def further(story: Story, name: str, now: float, days: int = 7) -> dict[str, Measure]:
    story.folded(now)
    while recount_clocks():
        pass
    period = Period(story.start.date(), story.moment(days).date() - DAY, story.moment(now))
    found = reckon(KPIS[name], period, Scope(None), is_whole=True).further
    return {str(each.label): each for each in found}


def median(measures: dict[str, Measure], words: str) -> float | None:
    found = next(measure for label, measure in measures.items() if words in label)
    return found.estimate.value if found.estimate is not None else None


def test_times_in_working_hours_stand_beside_those_of_the_calendar(
    monday: Story, support: Team, nine_to_five: Calendar
) -> None:
    # Friday 16:00, answered and settled Monday 10:00: 66 h of the calendar, 2 h of work.
    for _ in range(6):
        conversation = monday.writes(monday.person(), 4 + 16 / 24, team=support)
        monday.answer(conversation, 7 + 10 / 24, resolve=True)
    monday.writes(monday.person(), 4, team=None)  # of no team: no hours
    settled = further(monday, "resolution_time", 20)
    assert median(settled, "median time to the first resolution") == 120
    assert median(settled, "waited for us") == 120
    assert settled[next(iter(settled))].n == 6
    assert median(further(monday, "first_reply_time", 20), "median") == 120


def test_who_still_waits_counts_with_the_hours_worked_so_far(
    monday: Story, support: Team, nine_to_five: Calendar
) -> None:
    for hours in (2, 4, 6):
        monday.answer(monday.writes(monday.person(), 9 / 24, team=support), (9 + hours) / 24, resolve=True)
    for hours in (5, 10):  # of work: opened Monday 12:00, and Friday of the week before 15:00 would be outside
        monday.writes(monday.person(), 17 / 24 - hours / 24 if hours < 8 else 9 / 24, team=support)
    # Seen on Tuesday at 11: the open ones have 7 and 10 hours.
    found = further(monday, "first_reply_time", 1 + 11 / 24)
    assert median(found, "median") == 6 * 60  # anchor A17, in hours of work
    backlog = further(monday, "backlog_age", 1 + 11 / 24, days=2)
    assert median(backlog, "P90") == 10 * 60


def test_other_hours_are_counted_anew_and_never_mixed(
    monday: Story, support: Team, nine_to_five: Calendar, lin: Agent
) -> None:
    for _ in range(5):
        monday.answer(monday.writes(monday.person(), 4 + 16 / 24, team=support), 7 + 10 / 24, resolve=True)
    assert median(further(monday, "first_reply_time", 20), "median") == 120
    change_calendar(
        nine_to_five, name="Support", time_zone="UTC", week=(((time(9), time(17)),),) * 7, holidays={}, teams=[support],
        by=lin.actor, at=monday.moment(20),
    )  # fmt: skip
    assert median(further(monday, "first_reply_time", 20), "median") == 120 + 2 * 8 * 60
    # While some are still counted by other hours these are left out.
    ClockFact.objects.filter(pk=ClockFact.objects.first().pk).update(hours=1)  # type: ignore[union-attr]  # there are five
    period = Period(monday.start.date(), monday.moment(7).date() - DAY, monday.moment(20))
    found = reckon(KPIS["first_reply_time"], period, Scope(None), is_whole=True).further
    assert [each.n for each in found] == [4, 4]
    end_calendar(nine_to_five, by=lin.actor, at=monday.moment(21))
    assert further(monday, "first_reply_time", 21) == {}
    assert not ClockFact.objects.exists()
