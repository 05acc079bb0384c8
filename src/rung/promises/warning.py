"""When somebody is reminded of what they promised: before it is due, and by day. Pure."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

MORNING, AFTERNOON, EVENING = time(8), time(17), time(20)
BEFORE = timedelta(hours=4)


def warned_from(due_at: datetime, *, is_day: bool, zone: ZoneInfo, made_at: datetime) -> datetime | None:
    """The morning of the day that was named, or four hours before the hour that was; where that is night, the afternoon
    before it. None when that is not after `made_at`: whoever has just promised it knows."""
    local = due_at.astimezone(zone)
    if is_day:
        moment = datetime.combine(local.date(), MORNING, zone)
    else:
        moment = (due_at - BEFORE).astimezone(zone)
        if moment.time() < MORNING:
            moment = datetime.combine(moment.date() - timedelta(days=1), AFTERNOON, zone)
        elif moment.time() >= EVENING:
            moment = datetime.combine(moment.date(), AFTERNOON, zone)
    moment = moment.astimezone(due_at.tzinfo)
    return moment if moment > made_at else None


def end_of_day(day: datetime, zone: ZoneInfo) -> datetime:
    """The last minute of the day that a moment is in, where somebody is."""
    local = day.astimezone(zone)
    return datetime.combine(local.date(), time(23, 59), zone)
