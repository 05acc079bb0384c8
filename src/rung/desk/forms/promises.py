"""A promise as it is entered beside an answer or on a person's page. Cleaning only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _

from rung.core.text import one_line
from rung.promises.warning import end_of_day

PROMISE_FIELDS = ("promise", "promise_day", "promise_time")


@dataclass(frozen=True, slots=True)
class Promised:
    what: str
    due_at: datetime
    is_day: bool


def promise_in(given: QueryDict, zone: ZoneInfo, *, at: datetime) -> Promised | None:
    """What is promised and by when; None when nothing is. Raises ValidationError when only one of the two is said, or the
    moment is past."""
    what = one_line(given.get("promise", ""), 300)
    day, clock = given.get("promise_day", "").strip(), given.get("promise_time", "").strip()
    if not what and not day:
        return None
    if not what:
        raise ValidationError(_("Say what is promised for that day."))
    if not day:
        raise ValidationError(_("Say by which day that is promised."))
    due_at, is_day = day_in(day, clock, zone)
    if due_at <= at:
        raise ValidationError(_("Choose a day for the promise that is still to come."))
    return Promised(what, due_at, is_day)


def day_in(day: str, clock: str, zone: ZoneInfo) -> tuple[datetime, bool]:
    """A day and, where one is said, an hour of it; without one, its last minute. Whether it is the whole day. Raises
    ValidationError when it is none."""
    try:
        wanted = date.fromisoformat(day.strip())
        hour = time.fromisoformat(clock.strip()) if clock.strip() else None
    except ValueError as wrong:
        raise ValidationError(_("This is no date and time.")) from wrong
    if not 1900 <= wanted.year <= 2999:
        raise ValidationError(_("This is no date and time."))
    if hour is None:
        return end_of_day(datetime.combine(wanted, time(12), zone), zone), True
    return datetime.combine(wanted, hour.replace(tzinfo=None), zone), False
