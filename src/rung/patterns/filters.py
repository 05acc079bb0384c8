"""What a screen of patterns is narrowed to. It stands in the address, so that it can be sent to a colleague."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _

from rung.accounts.access import Agent
from rung.core.given import given_key, given_page
from rung.core.narrowing import changed_query, given_days, whole_days
from rung.insight.access import NO_TEAM, visible_teams
from rung.patterns.working import PERIODS
from rung.touchpoints.doors import doors

USUAL_DAYS = 365


@dataclass(frozen=True, slots=True)
class PatternFilters:
    """``team`` None: every team, 0: no team. At most one of ``team`` and ``channel`` is set; ``part`` is how it is written.

    ``parts`` are the choices; ``is_partial``: the agent may not see the whole. ``since`` to before ``until``: a period given
    by days of the calendar, ``from_on`` to ``to_on``; both None where the last ``days`` are looked at.
    """

    days: int
    team: int | None
    channel: str
    part: str
    page: int
    parts: tuple[tuple[str, str], ...]
    is_partial: bool
    from_on: str = ""
    to_on: str = ""
    since: datetime | None = None
    until: datetime | None = None

    def span(self, at: datetime) -> tuple[datetime, datetime]:
        """From when to when, as of ``at``."""
        if self.since is None or self.until is None:
            return at - timedelta(days=self.days), at
        return self.since, self.until

    def is_last(self, days: int) -> bool:
        """Whether the last so many days are looked at."""
        return self.since is None and self.days == days

    def query(self, **changes: object) -> str:
        """The address's query for these filters with some changed; begins with "?", or is empty."""
        values = {
            "days": self.days,
            "from": self.from_on,
            "to": self.to_on,
            "part": self.part,
            "page": self.page if self.page > 1 else "",
        }
        return changed_query(values, changes, usual=USUAL_DAYS)

    @property
    def words(self) -> str:
        return dict(self.parts).get(self.part, "")


def filters_from(query: Mapping[str, str], agent: Agent) -> PatternFilters:
    """Read an address leniently. Raises Http404 for a team whose numbers the agent may not see.

    Whose scope is not everything begins with the first of their own teams: the whole is not theirs to see.
    """
    teams = visible_teams(agent)
    parts = [*([("", _("the whole"))] if agent.sees_all else []), *((f"team-{team.pk}", team.name) for team in teams)]
    parts.append((f"team-{NO_TEAM}", _("no team")))
    if agent.sees_all:
        parts += [(f"channel-{each.kind}", str(each.label)) for each in doors()]
    part = query.get("part", "")
    kind, _dash, name = part.partition("-")
    if kind == "team" and name.isdecimal() and part not in dict(parts):
        raise Http404
    if part not in dict(parts):
        part = parts[0][0]
        kind, _dash, name = part.partition("-")
    days = given_key(query.get("days", "")) or 0
    return PatternFilters(
        days=days if days in PERIODS else USUAL_DAYS,
        team=int(name) if kind == "team" else None,
        channel=name if kind == "channel" else "",
        part=part,
        page=given_page(query.get("page", "")),
        parts=tuple(parts),
        is_partial=not agent.sees_all,
        **_period(query, agent),
    )


def _period(query: Mapping[str, str], agent: Agent) -> dict[str, Any]:
    """The period given by its first and last day; one alone is both."""
    first, last = given_days(query)
    first, last = first or last, last or first
    if first is None or last is None:
        return {}
    start, end, _days, from_on, to_on = whole_days(first, last, agent.zone)
    return {"from_on": from_on, "to_on": to_on, "since": start, "until": end}
