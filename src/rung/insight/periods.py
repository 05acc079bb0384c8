"""The stretch of time a screen is about, in whole days of UTC, and what it is cut into."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from rung.core.clock import epoch_ms
from rung.insight.kpi import KPI
from rung.insight.spans import Span

QUARTER = timedelta(minutes=15)
DAY = timedelta(days=1)
WEEK = 7 * DAY
# How many days back a screen is offered.
DAYS = (7, 30, 90)
FEWEST_POINTS, MOST_POINTS = 8, 13
FEWEST_LONG_POINTS = 6

THE_PERIOD, THE_ONE_BEFORE, FIRST_POINT = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Period:
    """From the beginning of one day to the end of another, both included, in UTC; never beyond `now`."""

    from_day: date
    to_day: date
    now: datetime

    @property
    def start(self) -> datetime:
        return datetime.combine(self.from_day, time.min, UTC)

    @property
    def end(self) -> datetime:
        """The first moment after it."""
        return min(datetime.combine(self.to_day, time.min, UTC) + DAY, self.now)


def last_days(days: int, now: datetime) -> Period:
    """The period of so many days that ends today."""
    today = now.astimezone(UTC).date()
    return Period(today - timedelta(days=days - 1), today, now)


@dataclass(frozen=True, slots=True)
class Cut:
    """A period as a KPI needs it: moved back by whole days until the last case in it can be judged, with the one before
    and the points of the series, oldest first. Everything begins and ends at midnight UTC, but never ends beyond now.
    """

    start: datetime
    end: datetime
    moved: timedelta
    points: tuple[tuple[datetime, datetime], ...]
    spans: tuple[Span, ...]


def cut(kpi: KPI, period: Period, *, weeks: int = 1) -> Cut:
    """The spans a KPI is asked for: THE_PERIOD, THE_ONE_BEFORE, and from FIRST_POINT on those of its series, a point for
    so many `weeks`."""
    today = datetime.combine(period.now.astimezone(UTC).date(), time.min, UTC)
    midnight = datetime.combine(period.to_day, time.min, UTC) + DAY
    moved = (
        max(midnight + timedelta(days=kpi.follow_up_days) - today, timedelta()) if kpi.follow_up_days else timedelta()
    )
    start, midnight = period.start - moved, midnight - moved
    length = midnight - start
    apart = WEEK * weeks
    count = min(max(-(-length // apart), FEWEST_POINTS if weeks == 1 else FEWEST_LONG_POINTS), MOST_POINTS)
    width = apart if kpi.series == "week" else length

    def until_now(begins: datetime, ends: datetime) -> tuple[datetime, datetime]:
        return begins, max(min(ends, period.now), begins)

    own = until_now(start, midnight)
    # A day that is not over is compared with the same hours of the period before, in quarters of an hour: what lies there is
    # over, and need not be asked again whenever something happens today.
    before = (start - length, _full_quarter(own[1]) - length)
    ends = [midnight - apart * (count - 1 - i) for i in range(count)]
    points = tuple(until_now(end - width, end) for end in ends)
    spans = tuple(Span(n, epoch_ms(begins), epoch_ms(ends)) for n, (begins, ends) in enumerate((own, before, *points)))
    return Cut(own[0], own[1], moved, points, spans)


def _full_quarter(moment: datetime) -> datetime:
    return moment - (moment - datetime.combine(moment.astimezone(UTC).date(), time.min, UTC)) % QUARTER
