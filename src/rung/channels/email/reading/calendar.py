"""What a calendar file says (RFC 5545, RFC 5546), as far as an invitation goes."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from rung.channels.email.reading.findings import Attendee, Invitation
from rung.channels.email.reading.person import Person
from rung.channels.email.reading.windows_zones import NAMES
from rung.channels.email.reading.words import tidy
from rung.core.text import storable

MAX_FILE = 1_000_000
MAX_LINES = 20_000
MAX_ATTENDEES = 200

_FOLD = re.compile(r"\r?\n[ \t]")
_LINE = re.compile(r"^([A-Za-z0-9-]{1,60})((?:;[^:;=]{1,60}=(?:\"[^\"]{0,500}\"|[^:;\"]{0,500}))*):(.*)$", re.DOTALL)
_PARAMETER = re.compile(r";([^:;=]{1,60})=(\"[^\"]{0,500}\"|[^:;\"]{0,500})")
_MOMENT = re.compile(r"^(\d{4})-?(\d\d)-?(\d\d)(?:T(\d\d):?(\d\d)(?::?(\d\d))?(Z)?)?$")
_DURATION = re.compile(r"^([+-]?)P(?:(\d{1,4})W)?(?:(\d{1,4})D)?(?:T(?:(\d{1,4})H)?(?:(\d{1,4})M)?(?:(\d{1,5})S)?)?$")
_OFFSET = re.compile(r"^([+-])(\d\d)(\d\d)")
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)


@dataclass(slots=True)
class _Line:
    name: str
    parameters: dict[str, str]
    value: str


@dataclass(slots=True)
class _Component:
    name: str
    lines: list[_Line] = field(default_factory=list)
    inner: list["_Component"] = field(default_factory=list)

    def line(self, name: str) -> _Line | None:
        return next((line for line in self.lines if line.name == name), None)

    def text(self, name: str, limit: int = 500) -> str:
        line = self.line(name)
        return _unescaped(line.value)[:limit] if line else ""


def invitation_in(text: str, method: str = "") -> Invitation | None:
    """The first event (or task) of a calendar; None when there is none. `method` is what the part's type says."""
    calendar = _components(text[:MAX_FILE])
    event = next((each for each in calendar.inner if each.name in ("VEVENT", "VTODO")), None)
    if event is None:
        return None
    starts = event.line("DTSTART") or event.line("DUE")
    zone, zone_name = _zone_of(starts, calendar)
    first, is_day = _moment(starts, zone)
    ends = event.line("DTEND")
    last, _ = _moment(ends, _zone_of(ends, calendar)[0] if ends and "TZID" in ends.parameters else zone)
    if last is None and first is not None and (length := _duration(event.text("DURATION"))):
        last = first + length
    organiser = event.line("ORGANIZER")
    first_day = last_day = None
    if is_day and first is not None:
        first_day = first.date()
        # The end of whole days is the day after the last one.
        last_day = max(first_day, last.date() - timedelta(days=1)) if last is not None else first_day
    return Invitation(
        method=tidy(calendar.text("METHOD", 30) or method).lower(),
        title=tidy(event.text("SUMMARY")),
        starts_at=_utc(first) if not is_day else None,
        ends_at=_utc(last) if not is_day else None,
        time_zone="" if is_day else zone_name,
        first_day=first_day,
        last_day=last_day,
        place=tidy(event.text("LOCATION")),
        organiser=_person(organiser) if organiser else None,
        attendees=tuple(
            Attendee(_person(line), tidy(line.parameters.get("PARTSTAT", "")).lower()[:30])
            for line in [line for line in event.lines if line.name == "ATTENDEE"][:MAX_ATTENDEES]
        ),
        description=storable(event.text("DESCRIPTION", 5000)).strip(),
        repeats=tidy(event.text("RRULE", 300)),
        status=tidy(event.text("STATUS", 30)).lower(),
        uid=tidy(event.text("UID", 250)),
    )


def _components(text: str) -> _Component:
    top = _Component("")
    stack = [top]
    for line in _lines(text):
        if line.name == "BEGIN":
            inner = _Component(line.value.strip().upper()[:40])
            if len(stack) < 20:
                # The calendar itself is only a wrapper, and is missing in some.
                target = top if inner.name == "VCALENDAR" else stack[-1]
                if inner.name == "VCALENDAR":
                    inner = top
                else:
                    target.inner.append(inner)
                stack.append(inner)
        elif line.name == "END":
            if len(stack) > 1:
                stack.pop()
        else:
            stack[-1].lines.append(line)
    return top


def _lines(text: str) -> Iterator[_Line]:
    text = _FOLD.sub("", text)
    for line in re.split(r"\r\n|\n|\r", text)[:MAX_LINES]:
        match = _LINE.match(line[:20_000])
        if match:
            parameters = {key.strip().upper(): value.strip('"') for key, value in _PARAMETER.findall(match[2])}
            yield _Line(match[1].upper(), parameters, match[3])


def _unescaped(value: str) -> str:
    return _ESCAPE.sub(lambda match: "\n" if match[1] in "nN" else match[1], value) if "\\" in value else value


def _person(line: _Line) -> Person:
    address = line.value.strip()
    if address[:7].lower() == "mailto:":
        address = address[7:]
    name = tidy(line.parameters.get("CN", "")).strip("'\" ")
    address = tidy(address.partition("?")[0]) if "@" in address else tidy(line.parameters.get("EMAIL", ""))
    return Person(address[:320], "" if name.lower() == address.lower() else name[:200])


def _moment(line: _Line | None, zone: tzinfo | None) -> tuple[datetime | None, bool]:
    """The moment a line names, and whether it is only a day. Without a time zone it counts as UTC."""
    match = _MOMENT.match(line.value.strip()) if line else None
    if match is None:
        return None, False
    year, month, day, hour, minute, second, is_utc = match.groups()
    if not 1900 <= int(year) < 2200:
        return None, False
    try:
        if hour is None:
            return datetime(int(year), int(month), int(day), tzinfo=UTC), True
        return datetime(
            int(year),
            int(month),
            int(day),
            int(hour) % 24,
            int(minute),
            min(int(second or 0), 59),
            tzinfo=UTC if is_utc else zone or UTC,
        ), False
    except ValueError:
        return None, False


def _utc(moment: datetime | None) -> datetime | None:
    try:
        return moment.astimezone(UTC) if moment else None
    except (OverflowError, ValueError):
        return None


def _duration(text: str) -> timedelta | None:
    match = _DURATION.match(text.strip())
    if match is None or match[1] == "-":
        return None
    weeks, days, hours, minutes, seconds = (int(each or 0) for each in match.groups()[1:])
    return timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)


def _zone_of(line: _Line | None, calendar: _Component) -> tuple[tzinfo | None, str]:
    """The time zone of a line and its name: by name where the world knows it, else as the file itself describes it."""
    if line is None or line.value.strip().endswith(("Z", "z")):
        return UTC, "UTC"
    name = line.parameters.get("TZID") or calendar.text("X-WR-TIMEZONE", 100)
    if not name:
        return None, ""
    known = known_zone(name)
    if known is not None:
        return known, known.key
    described = next((each for each in calendar.inner if each.name == "VTIMEZONE" and each.text("TZID") == name), None)
    offset = _offset(described, line.value) if described else None
    return (timezone(offset) if offset is not None else None), tidy(name)[:60]


@lru_cache(maxsize=512)
def known_zone(name: str) -> ZoneInfo | None:
    """A zone by any of its names: "Europe/Berlin", "/citadel.org/…/Europe/Berlin", "W. Europe Standard Time"."""
    name = name.strip(" \"'/")[:200]
    if name in NAMES:
        name = NAMES[name]
    parts = name.split("/")
    for length in (3, 2, 1):
        if length > len(parts):
            continue
        tried = "/".join(parts[-length:])
        if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_+-]{0,40}(?:/[A-Za-z0-9_+-]{1,40}){0,2}", tried):
            continue
        try:
            return ZoneInfo(tried)
        except (KeyError, ValueError, OSError):
            continue
    return None


def _offset(described: _Component, when: str) -> timedelta | None:
    """From UTC, by the file's own rules: the last change of the clocks before that day of the year."""
    match = _MOMENT.match(when.strip())
    if match is None:
        return None
    wanted = (int(match[2]), int(match[3]))
    changes = []
    for rule in described.inner[:10]:
        offset = _OFFSET.match(rule.text("TZOFFSETTO", 10).strip())
        if offset is None or int(offset[2]) > 23:
            continue
        sign = -1 if offset[1] == "-" else 1
        changes.append((_change(rule), sign * timedelta(hours=int(offset[2]), minutes=int(offset[3]))))
    if not changes:
        return None
    changes.sort(key=lambda change: change[0])
    passed = [change for change in changes if change[0] <= wanted]
    return (passed or changes)[-1][1]


def _change(rule: _Component) -> tuple[int, int]:
    """(month, day) at which a rule sets the clocks, to within a few days."""
    repeats = rule.text("RRULE")
    month = re.search(r"BYMONTH=(\d{1,2})", repeats)
    week = re.search(r"BYDAY=(-?\d)[A-Z]{2}", repeats)
    begins = _MOMENT.match(rule.text("DTSTART").strip())
    if month is None:
        return (int(begins[2]), int(begins[3])) if begins else (1, 1)
    if week is None:
        return int(month[1]), 1
    number = int(week[1])
    return int(month[1]), 25 if number < 0 else 1 + 7 * (number - 1)
