"""What the ladder page is narrowed to. It stands in the address, so that it can be sent to a colleague."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from rung.core.given import given_key, given_page
from rung.core.narrowing import changed_query, given_stretch
from rung.ladder.cells import FREEDOMS

PERIODS = (7, 30, 90)
USUAL_PERIOD = 30


@dataclass(frozen=True, slots=True)
class LadderFilters:
    """``start`` to before ``end`` is the period; ``days`` is 0 where the two were given by date. ``freedom``: one of
    FREEDOMS, as it is known of the customers now."""

    start: datetime
    end: datetime
    days: int = USUAL_PERIOD
    from_on: str = ""
    to_on: str = ""
    channel: str = ""
    phase: str = ""
    freedom: str = ""
    team: int | None = None
    page: int = 1

    @property
    def before(self) -> datetime:
        """Where the period before this one begins; it is as long."""
        return self.start - (self.end - self.start)

    def query(self, **changes: object) -> str:
        """The address's query for these filters with some changed; begins with "?", or is empty."""
        values = {
            "days": self.days,
            "from": self.from_on,
            "to": self.to_on,
            "channel": self.channel,
            "phase": self.phase,
            "freedom": self.freedom,
            "team": self.team or "",
            "page": self.page if self.page > 1 else "",
        }
        return changed_query(values, changes, usual=USUAL_PERIOD)


def filters_from(query: Mapping[str, str], *, at: datetime, zone: ZoneInfo) -> LadderFilters:
    """Read an address leniently: what is not understood is as if it were not there."""
    stretch = given_stretch(query, at=at, zone=zone, offered=PERIODS, usual=USUAL_PERIOD)
    return LadderFilters(
        *stretch,
        channel=query.get("channel", "")[:20],
        phase=query.get("phase", "") if query.get("phase", "") in ("before", "during", "after") else "",
        freedom=query.get("freedom", "") if query.get("freedom", "") in FREEDOMS else "",
        team=given_key(query.get("team", "")) or None,
        page=given_page(query.get("page", "")),
    )
