"""When somebody may be written to: hours by their own clock, in plain values."""

from datetime import datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

SATURDAY = 5


class Hours(Protocol):
    quiet_from: time
    quiet_until: time
    is_quiet_at_weekends: bool
    digest_at: time


def free_from(hours: Hours, zone: ZoneInfo, at: datetime) -> datetime:
    """The first moment from `at` on that is not quiet; `at` itself, where it is not."""
    moment = at
    # A quiet evening, a quiet weekend and the night after it are three steps; where all is quiet, the fourth ends it.
    for _step in range(4):
        later = _after_quiet(hours, zone, moment)
        if later == moment:
            return moment
        moment = later
    return moment


def next_digest(hours: Hours, zone: ZoneInfo, at: datetime) -> datetime:
    """When the next letter of the day is due, strictly after `at`."""
    local = at.astimezone(zone)
    today = datetime.combine(local.date(), hours.digest_at, zone)
    due = today if today > at else datetime.combine(local.date() + timedelta(days=1), hours.digest_at, zone)
    return due.astimezone(at.tzinfo)


def _after_quiet(hours: Hours, zone: ZoneInfo, at: datetime) -> datetime:
    local = at.astimezone(zone)
    if hours.is_quiet_at_weekends and local.weekday() >= SATURDAY:
        monday = local.date() + timedelta(days=7 - local.weekday())
        return datetime.combine(monday, time(0), zone).astimezone(at.tzinfo)
    clock, start, end = local.time(), hours.quiet_from, hours.quiet_until
    if start <= end:
        is_quiet, days = start <= clock < end, 0
    else:
        is_quiet, days = clock >= start or clock < end, int(clock >= start)
    if not is_quiet:
        return at
    return datetime.combine(local.date() + timedelta(days=days), end, zone).astimezone(at.tzinfo)
