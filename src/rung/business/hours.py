"""Time as it passes in opening hours. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
Span = tuple[time, time]
"""From and to on one day; to 00:00 is the end of that day."""


@dataclass(frozen=True)
class Hours:
    """A week of opening hours in a zone, Monday first, and the days on which nobody works.

    The spans of a day are in order and do not overlap.
    """

    zone: ZoneInfo
    week: tuple[tuple[Span, ...], ...]
    holidays: frozenset[date] = frozenset()

    def on(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        """The moments, in UTC, between which it is open on a day.

        Where the clocks go back, an hour that comes twice is open both times; where they go forward, one that is left out
        is not made up for.
        """
        if day in self.holidays:
            return
        for opens, closes in self.week[day.weekday()]:
            begin = _moment(day, opens, self.zone, fold=0)
            end = _moment(day + DAY, time(), self.zone, fold=0) if closes == time() else None
            end = end or _moment(day, closes, self.zone, fold=1)
            if begin < end:
                yield begin, end


def _moment(day: date, clock: time, zone: ZoneInfo, *, fold: int) -> datetime:
    """A local time in UTC. A time that the clocks leave out is the moment at which they do."""
    local = datetime.combine(day, clock, zone).replace(fold=fold)
    moment = local.astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) != local.replace(tzinfo=None):
        before, after = local.replace(fold=0).utcoffset(), local.replace(fold=1).utcoffset()
        assert before is not None
        assert after is not None
        # Between two offsets: the same wall time, taken with the later one, is as far before the leap as with the earlier
        # one behind it.
        return max(local.replace(fold=1).astimezone(UTC), _leap(zone, local.replace(tzinfo=None), before, after))
    return moment


def _leap(zone: ZoneInfo, left_out: datetime, before: timedelta, after: timedelta) -> datetime:
    """When the clocks went forward over a local time, to the second."""
    low, high = left_out - max(before, after), left_out - min(before, after)
    low, high = low.replace(tzinfo=UTC), high.replace(tzinfo=UTC)
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) / 2
        low, high = (middle, high) if middle.astimezone(zone).utcoffset() == before else (low, middle)
    return high.replace(microsecond=0)


def business_seconds(start: datetime, end: datetime, hours: Hours) -> int:
    """Whole seconds between two aware moments in which it was open; 0 when `end` is not after `start`."""
    if end <= start:
        return 0
    total = timedelta()
    day, last = start.astimezone(hours.zone).date() - DAY, end.astimezone(hours.zone).date()
    while day <= last:
        for opens, closes in hours.on(day):
            total += max(min(closes, end) - max(opens, start), timedelta())
        day += DAY
    return int(total.total_seconds())


def is_open(at: datetime, hours: Hours) -> bool:
    day = at.astimezone(hours.zone).date()
    return any(opens <= at < closes for each in (day - DAY, day) for opens, closes in hours.on(each))


def opens_next(at: datetime, hours: Hours, *, within: timedelta = timedelta(days=60)) -> datetime | None:
    """The moment from which on it is open, `at` itself when it is; None when it does not open for so long."""
    if is_open(at, hours):
        return at
    day, last = at.astimezone(hours.zone).date(), (at + within).astimezone(hours.zone).date()
    while day <= last:
        for opens, _closes in hours.on(day):
            if opens >= at:
                return opens
        day += DAY
    return None


def moment_after(
    start: datetime, seconds: float, hours: Hours, *, within: timedelta = timedelta(days=800)
) -> datetime | None:
    """The moment at which it has been open for so many seconds since `start`; None when that takes longer than `within`.

    At the very end of a span it is that end, not the beginning of the next.
    """
    # In UTC: between two moments of one zone Python counts what the clock on the wall says.
    left, start = timedelta(seconds=seconds), start.astimezone(UTC)
    day, last = start.astimezone(hours.zone).date() - DAY, (start + within).astimezone(hours.zone).date()
    while day <= last:
        for opens, closes in hours.on(day):
            begin = max(opens, start)
            if closes > begin:
                if begin + left <= closes:
                    return begin + left
                left -= closes - begin
        day += DAY
    return None
