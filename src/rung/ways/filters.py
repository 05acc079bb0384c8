"""What a screen of journeys is narrowed to. It stands in the address, so that it can be sent to a colleague."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from rung.core.given import given_day, given_key, given_page
from rung.touchpoints.doors import doors

PERIODS = (30, 90, 365)
USUAL_PERIOD = 90
LONGEST = timedelta(days=3 * 366)


@dataclass(frozen=True, slots=True)
class WayFilters:
    """``start`` to before ``end`` is the period; ``days`` is 0 where the two were given by date. ``step``: the place, from
    1, of the one step whose touchpoints are listed; 0: all. ``at``: now."""

    start: datetime
    end: datetime
    at: datetime
    days: int = USUAL_PERIOD
    from_on: str = ""
    to_on: str = ""
    channel: str = ""
    team: int | None = None
    step: int = 0
    page: int = 1

    def query(self, **changes: object) -> str:
        """The address's query for these filters with some changed; begins with "?", or is empty."""
        values: dict[str, object] = {
            "days": self.days,
            "from": self.from_on,
            "to": self.to_on,
            "channel": self.channel,
            "team": self.team or "",
            "step": self.step or "",
            "page": self.page if self.page > 1 else "",
        }
        if "days" in changes:
            changes = {"from": "", "to": "", **changes}
        if changes:
            values["page"] = ""
        values.update(changes)
        if str(values["days"]) in ("0", str(USUAL_PERIOD)):
            values["days"] = ""
        kept = {name: value for name, value in values.items() if value not in ("", None)}
        return "?" + urlencode(kept) if kept else ""


def filters_from(query: Mapping[str, str], *, at: datetime, zone: ZoneInfo) -> WayFilters:
    """Read an address leniently: what is not understood is as if it were not there."""
    days = given_key(query.get("days", "")) or 0
    days = days if days in PERIODS else USUAL_PERIOD
    start, end = at - timedelta(days=days), at
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
    channel = query.get("channel", "")
    return WayFilters(
        start=start,
        end=end,
        at=at,
        days=days,
        from_on=from_on,
        to_on=to_on,
        channel=channel if channel in {each.kind for each in doors()} else "",
        team=given_key(query.get("team", "")) or None,
        step=given_key(query.get("step", "")) or 0,
        page=given_page(query.get("page", "")),
    )
