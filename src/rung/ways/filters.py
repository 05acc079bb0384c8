"""What a screen of journeys is narrowed to. It stands in the address, so that it can be sent to a colleague."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from rung.core.given import given_key, given_page
from rung.core.narrowing import changed_query, given_stretch
from rung.touchpoints.doors import doors

PERIODS = (30, 90, 365)
USUAL_PERIOD = 90


@dataclass(frozen=True, slots=True)
class WayFilters:
    """``start`` to before ``end`` is the period; ``days`` is 0 where the two were given by date. ``step``: the place, from
    1, of the one step whose touchpoints are listed; 0: all. ``at``: now."""

    start: datetime
    end: datetime
    days: int
    from_on: str
    to_on: str
    at: datetime
    channel: str = ""
    team: int | None = None
    step: int = 0
    page: int = 1

    def query(self, **changes: object) -> str:
        """The address's query for these filters with some changed; begins with "?", or is empty."""
        values = {
            "days": self.days,
            "from": self.from_on,
            "to": self.to_on,
            "channel": self.channel,
            "team": self.team or "",
            "step": self.step or "",
            "page": self.page if self.page > 1 else "",
        }
        return changed_query(values, changes, usual=USUAL_PERIOD)


def filters_from(query: Mapping[str, str], *, at: datetime, zone: ZoneInfo) -> WayFilters:
    """Read an address leniently: what is not understood is as if it were not there."""
    stretch = given_stretch(query, at=at, zone=zone, offered=PERIODS, usual=USUAL_PERIOD)
    channel = query.get("channel", "")
    return WayFilters(
        *stretch,
        at=at,
        channel=channel if channel in {each.kind for each in doors()} else "",
        team=given_key(query.get("team", "")) or None,
        step=given_key(query.get("step", "")) or 0,
        page=given_page(query.get("page", "")),
    )
