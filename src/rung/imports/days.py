"""Days and moments as lists write them. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, tzinfo

DAY_FIRST, MONTH_FIRST = "day", "month"
EARLIEST, LATEST = 1970, 2100

# Three numbers of which the last is the year: which of the others is the day nobody can see. A point puts the day first.
_PARTED = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})")
_FORMS = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%d-%b-%Y")
_TIME = re.compile(r"(.*?)[ T,]+(\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)(?:\s*([ap])\.?m\.?)?", re.IGNORECASE | re.DOTALL)


class TwoWays(ValueError):
    """A day that is another one where months stand first, and nobody has said whether they do."""


@dataclass(frozen=True, slots=True)
class Days:
    """How a file writes days: `order` is DAY_FIRST, MONTH_FIRST, or empty where nobody knows; `zone` in which its moments
    are that name none."""

    order: str = ""
    zone: tzinfo = UTC


def order_seen(cells: Iterable[str]) -> str:
    """Whether days or months stand first, as far as a cell tells: no month is a thirteenth. Empty where none does, or where
    they contradict each other."""
    seen = set()
    for cell in cells:
        if (parted := _PARTED.match(cell.strip())) and parted[2] != ".":
            first, second = int(parted[1]), int(parted[3])
            seen |= {DAY_FIRST} if first > 12 else {MONTH_FIRST} if second > 12 else set()
    return seen.pop() if len(seen) == 1 else ""


def day_of(written: str, order: str) -> date | None:
    """None for what is no day. Raises TwoWays."""
    written = written.strip()
    if parted := _PARTED.fullmatch(written):
        return _parted(int(parted[1]), int(parted[3]), parted[4], DAY_FIRST if parted[2] == "." else order)
    for form in _FORMS:
        try:
            found = datetime.strptime(written, form).date()  # noqa: DTZ007  # a day has no zone
        except ValueError:
            continue
        return found if EARLIEST <= found.year <= LATEST else None
    return None


def moment_of(written: str, days: Days) -> datetime | None:
    """A day, or a day and time; without a zone in that of the file. None for what is neither. Raises TwoWays."""
    written = written.strip()
    moment = None
    if not re.fullmatch(r"[\d\s]+", written):
        with suppress(ValueError):
            moment = datetime.fromisoformat(written)
    if moment is None:
        timed = _TIME.fullmatch(written)
        day, clock = day_of(timed[1] if timed else written, days.order), _clock(timed) if timed else time()
        moment = datetime.combine(day, clock) if day is not None and clock is not None else None
    if moment is None or not EARLIEST <= moment.year <= LATEST:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=days.zone).astimezone(UTC)


def _parted(first: int, second: int, year: str, order: str) -> date | None:
    if not order and first <= 12 and second <= 12 and first != second:
        raise TwoWays
    is_month_first = order == MONTH_FIRST if order else second > 12
    day, month = (second, first) if is_month_first else (first, second)
    # As strptime reads two figures (POSIX): 69 to 99 lie in the century before.
    whole = int(year) if len(year) == 4 else int(year) + (1900 if int(year) >= 69 else 2000)
    try:
        return date(whole, month, day) if EARLIEST <= whole <= LATEST else None
    except ValueError:
        return None


def _clock(timed: re.Match[str]) -> time | None:
    hour, minute, second = (int(each) for each in f"{timed[2].partition('.')[0]}:0".split(":")[:3])
    if half := (timed[3] or "").lower():
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "p" else 0)
    try:
        return time(hour, minute, second)
    except ValueError:
        return None
