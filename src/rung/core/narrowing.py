"""The days that a screen is narrowed to by its address, and that address with something in it changed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from rung.core.given import given_day, given_key

LONGEST = timedelta(days=3 * 366)


class Stretch(NamedTuple):
    """``start`` to before ``end``. ``days``: it is the last so many, or 0 where it was given by its first and last day,
    ``from_on`` and ``to_on`` as ISO days, which are empty otherwise."""

    start: datetime
    end: datetime
    days: int
    from_on: str = ""
    to_on: str = ""


def given_days(query: Mapping[str, str]) -> tuple[date | None, date | None]:
    """The first and the last day that an address names under ``from`` and ``to``, whichever was written as which."""
    first, last = given_day(query.get("from", "")), given_day(query.get("to", ""))
    return (last, first) if first and last and last < first else (first, last)


def whole_days(first: date, last: date, zone: ZoneInfo) -> Stretch:
    """From the midnight on which the first begins to that on which the last ends."""
    start = datetime.combine(first, time.min, zone)
    end = datetime.combine(last + timedelta(days=1), time.min, zone)
    return Stretch(start, end, 0, first.isoformat(), last.isoformat())


def given_stretch(
    query: Mapping[str, str], *, at: datetime, zone: ZoneInfo, offered: Collection[int], usual: int
) -> Stretch:
    """Days that have come, three years at the most, where the address names one; else the last so many days, which are one
    of those ``offered`` or the ``usual``. A last day alone ends as many days as usual, a first day alone begins those until
    today."""
    first, last = given_days(query)
    if first is None and last is None:
        days = given_key(query.get("days", "")) or 0
        days = days if days in offered else usual
        return Stretch(at - timedelta(days=days), at, days)
    today = at.astimezone(zone).date()
    last = min(last or today, today)
    first = min(first or last - timedelta(days=usual - 1), last)
    return whole_days(max(first, last - LONGEST), last, zone)


def changed_query(values: Mapping[str, object], changes: Mapping[str, object], *, usual: int) -> str:
    """The address's query with some values changed; begins with "?", or is empty. Another number of days lets go of days of
    the calendar, and whatever else changes, its list begins at the first page again."""
    first_page = {"page": ""} if changes else {}
    no_calendar = {"from": "", "to": ""} if "days" in changes else {}
    said = {**values, **first_page, **no_calendar, **changes}
    if str(said["days"]) in ("0", str(usual)):
        said["days"] = ""
    kept = {name: value for name, value in said.items() if value not in ("", None)}
    return "?" + urlencode(kept) if kept else ""
