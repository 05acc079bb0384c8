"""What the ladder page is narrowed to. It stands in the address, so that it can be sent to a colleague."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from rung.core.given import given_day, given_key, given_page

PERIODS = (7, 30, 90)
USUAL_PERIOD = 30
LONGEST = timedelta(days=3 * 366)


@dataclass(frozen=True, slots=True)
class LadderFilters:
    """``start`` to before ``end`` is the period; ``days`` is 0 where the two were given by date."""

    start: datetime
    end: datetime
    days: int = USUAL_PERIOD
    from_on: str = ""
    to_on: str = ""
    channel: str = ""
    phase: str = ""
    team: int | None = None
    page: int = 1

    @property
    def before(self) -> datetime:
        """Where the period before this one begins; it is as long."""
        return self.start - (self.end - self.start)

    def query(self, **changes: object) -> str:
        """The address's query for these filters with some changed; begins with "?", or is empty."""
        values: dict[str, object] = {
            "days": self.days if self.days != USUAL_PERIOD else "",
            "from": self.from_on,
            "to": self.to_on,
            "channel": self.channel,
            "phase": self.phase,
            "team": self.team or "",
            "page": self.page if self.page > 1 else "",
        }
        if "days" in changes:
            changes = {"from": "", "to": "", **changes}
        if changes:
            values["page"] = ""
        values.update(changes)
        values["days"] = "" if str(values["days"]) in ("0", str(USUAL_PERIOD)) else values["days"]
        kept = {name: value for name, value in values.items() if value not in ("", None)}
        return "?" + urlencode(kept) if kept else ""


def filters_from(query: Mapping[str, str], *, at: datetime, zone: ZoneInfo) -> LadderFilters:
    """Read an address leniently: what is not understood is as if it were not there."""
    days = given_key(query.get("days", "")) or 0
    days = days if days in PERIODS else USUAL_PERIOD
    end, start = at, at - timedelta(days=days)
    first, last = given_day(query.get("from", "")), given_day(query.get("to", ""))
    from_on = to_on = ""
    if first is not None or last is not None:
        today = at.astimezone(zone).date()
        last = min(last or today, today)
        first = min(first or last - timedelta(days=USUAL_PERIOD - 1), last)
        first = max(first, last - LONGEST)
        start = datetime.combine(first, time.min, zone)
        end = datetime.combine(last + timedelta(days=1), time.min, zone)
        days, from_on, to_on = 0, first.isoformat(), last.isoformat()
    return LadderFilters(
        start=start,
        end=end,
        days=days,
        from_on=from_on,
        to_on=to_on,
        channel=query.get("channel", "")[:20],
        phase=query.get("phase", "") if query.get("phase", "") in ("before", "during", "after") else "",
        team=given_key(query.get("team", "")) or None,
        page=given_page(query.get("page", "")),
    )
