"""Opening hours and holidays as people write them: "09:00-12:30, 13:30-17:00", and a day with its name a line. Pure."""

import re
from collections.abc import Iterable
from datetime import date, time
from itertools import pairwise

from rung.business.hours import Span

_SPAN = re.compile(r"^\s*(\d{1,2})(?:[:.](\d{2}))?\s*[-–—]\s*(\d{1,2})(?:[:.](\d{2}))?\s*$")
_DAY = re.compile(r"^\s*(\d{4}-\d{2}-\d{2})\s*(.*)$")
MOST_SPANS, MOST_HOLIDAYS = 6, 500


class NotUnderstood(ValueError):
    """What was written is no time or day; its text says which part."""


def read_day(text: str) -> tuple[Span, ...]:
    """The spans of one day, in order; none for an empty text. Raises NotUnderstood, also where they overlap."""
    spans = [_span(part) for part in re.split(r"[,;]", text) if part.strip()]
    if len(spans) > MOST_SPANS:
        raise NotUnderstood(text.strip()[:40])
    spans.sort()
    for (_begin, former), (after, _end) in pairwise(spans):
        if former == time() or after < former:
            raise NotUnderstood(text.strip()[:40])
    return tuple(spans)


def _span(part: str) -> Span:
    found = _SPAN.match(part)
    if found is None:
        raise NotUnderstood(part.strip()[:40])
    hour, minute, to_hour, to_minute = (int(each or 0) for each in found.groups())
    try:
        begin = time(hour, minute)
        end = time() if (to_hour, to_minute) == (24, 0) else time(to_hour, to_minute)
    except ValueError as wrong:
        raise NotUnderstood(part.strip()[:40]) from wrong
    if end != time() and end <= begin:
        raise NotUnderstood(part.strip()[:40])
    return begin, end


def write_day(spans: Iterable[Span]) -> str:
    """What `read_day` reads."""
    return ", ".join(f"{begin:%H:%M}-{'24:00' if end == time() else format(end, '%H:%M')}" for begin, end in spans)


def read_holidays(text: str) -> dict[date, str]:
    """Days with their names, one a line; a day that stands twice has its last name. Raises NotUnderstood."""
    days: dict[date, str] = {}
    for line in text.splitlines():
        if not line.strip():
            continue
        found = _DAY.match(line)
        try:
            days[date.fromisoformat(found.group(1) if found else line)] = found.group(2).strip()[:80] if found else ""
        except ValueError as wrong:
            raise NotUnderstood(line.strip()[:40]) from wrong
    if len(days) > MOST_HOLIDAYS:
        raise NotUnderstood(str(len(days)))
    return dict(sorted(days.items()))


def write_holidays(days: dict[date, str]) -> str:
    """What `read_holidays` reads."""
    return "\n".join(f"{day.isoformat()} {name}".strip() for day, name in sorted(days.items()))
