"""The numbers of a report, for one who may see them: asked anew each time, so that nobody gets what they no longer may."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from django.urls import reverse

from rung.accounts.access import Agent
from rung.insight.access import kpi_for
from rung.insight.pages.detail import kpi_page
from rung.insight.pages.filters import filters_of
from rung.insight.pages.overview import overview_page
from rung.reports.models import Schedule
from rung.reports.papers import kpi_paper, overview_paper
from rung.ui.paper import Paper


def paper_for(agent: Agent, kpi: str, asked: Mapping[str, str], *, at: datetime) -> Paper:
    """The overview, or with a name one KPI, about what an address asks. Raises Http404 for what they may not see."""
    filters = filters_of(asked, agent, at=at)
    if kpi:
        href = reverse("insight:kpi", args=[kpi]) + filters.query
        return kpi_paper(kpi_page(kpi_for(agent, kpi), filters, agent), href, at=at)
    return overview_paper(overview_page(filters), reverse("insight:overview") + filters.query, at=at)


def asked_by(schedule: Schedule, *, at: datetime) -> dict[str, str]:
    """The address that a schedule asks for at a moment: so many whole days until the last midnight (UTC, as all days of
    the numbers)."""
    last = at.astimezone(UTC).date() - timedelta(days=1)
    asked = {"from": (last - timedelta(days=schedule.days - 1)).isoformat(), "to": last.isoformat()}
    if schedule.team is not None:
        asked["team"] = str(schedule.team)
    return asked | ({"channel": schedule.channel} if schedule.channel else {})
