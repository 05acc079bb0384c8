"""When a report goes out next, by the receiver's clock, in plain values."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from rung.reports.models import Rhythm


def next_moment(rhythm: str, weekday: int, hour: time, zone: ZoneInfo, *, after: datetime) -> datetime:
    """The first moment strictly after `after`, in its zone. Where a clock skips the hour, as far behind it as it skips."""
    day = after.astimezone(zone).date()
    # The day itself may be past its hour; the second match never is.
    while True:
        if _is_meant(rhythm, weekday, day):
            moment = datetime.combine(day, hour, zone).astimezone(after.tzinfo)
            if moment > after:
                return moment
        day += timedelta(days=1)


def _is_meant(rhythm: str, weekday: int, day: date) -> bool:
    if rhythm == Rhythm.WEEKLY:
        return day.weekday() == weekday
    return rhythm == Rhythm.DAILY or day.day == 1
