"""The numbers of a report, for one who may see them: asked anew each time, so that nobody gets what they no longer may."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from django.http import Http404
from django.urls import reverse

from rung.accounts.access import Agent
from rung.insight.access import kpi_for, visible_teams
from rung.insight.pages.compared import compared_page
from rung.insight.pages.detail import kpi_page
from rung.insight.pages.filters import filters_of
from rung.insight.pages.overview import overview_page
from rung.ladder.filters import filters_from as ladder_filters
from rung.ladder.pages import ladder_paper
from rung.patterns.filters import PatternFilters
from rung.patterns.filters import filters_from as pattern_filters
from rung.patterns.pages import patterns_paper, topics_paper
from rung.patterns.working import PERIODS
from rung.reports.models import Schedule, Screen
from rung.reports.papers import compared_paper, kpi_paper, overview_paper
from rung.ui.paper import Paper
from rung.ways.filters import filters_from as way_filters
from rung.ways.pages import journeys_paper

Asked = Mapping[str, str]


def paper_for(agent: Agent, kpi: str, asked: Asked, *, at: datetime) -> Paper:
    """The overview, or with a name one KPI, about what an address asks. Raises Http404 for what they may not see."""
    filters = filters_of(asked, agent, at=at)
    if kpi:
        href = reverse("insight:kpi", args=[kpi]) + filters.query
        return kpi_paper(kpi_page(kpi_for(agent, kpi), filters, agent), href, at=at)
    return overview_paper(overview_page(filters), reverse("insight:overview") + filters.query, at=at)


def compared_paper_for(agent: Agent, asked: Asked, *, at: datetime) -> Paper:
    """Two periods or teams against each other. Raises Http404 for a team they may not see."""
    return compared_paper(compared_page(asked, agent, at=at), at=at)


def report_for(schedule: Schedule, *, at: datetime) -> Paper:
    """What a schedule asks for at a moment, as far as its receiver may see it. Raises Http404 where they may not."""
    asked = asked_by(schedule, at=at)
    if schedule.screen == Screen.NUMBERS:
        return paper_for(schedule.agent, schedule.kpi, asked, at=at)
    return _MAKERS[schedule.screen](schedule.agent, asked, at)


def check_theirs(schedule: Schedule, *, at: datetime) -> None:
    """Raises Http404 for what its receiver may not see, without making anything."""
    asked = asked_by(schedule, at=at)
    if schedule.screen in (Screen.PATTERNS, Screen.TOPICS):
        _of_patterns(schedule.agent, asked)
    elif schedule.screen == Screen.NUMBERS:
        filters_of(asked, schedule.agent, at=at)
    else:
        _check_team(schedule.agent, asked)


def asked_by(schedule: Schedule, *, at: datetime) -> dict[str, str]:
    """The address that a schedule asks for at a moment: so many whole days until the last midnight, which is that of UTC
    for the numbers, as on their screen, and that of its receiver elsewhere. Periods that patterns are worked out for
    anyway are those, until now."""
    of_patterns = schedule.screen in (Screen.PATTERNS, Screen.TOPICS)
    if of_patterns and schedule.days in PERIODS:
        asked = {"days": str(schedule.days)}
    else:
        zone = UTC if schedule.screen == Screen.NUMBERS else schedule.agent.zone
        last = at.astimezone(zone).date() - timedelta(days=1)
        asked = {"from": (last - timedelta(days=schedule.days - 1)).isoformat(), "to": last.isoformat()}
    if of_patterns:
        part = f"channel-{schedule.channel}" if schedule.channel else ""
        part = f"team-{schedule.team}" if schedule.team is not None else part
        return asked | ({"part": part} if part else {})
    if schedule.team is not None:
        asked["team"] = str(schedule.team)
    return asked | ({"channel": schedule.channel} if schedule.channel else {})


def _of_patterns(agent: Agent, asked: Asked) -> PatternFilters:
    filters = pattern_filters(asked, agent)
    # The screen shows the first part there is where an address asks for one that is not theirs.
    if asked.get("part", filters.part) != filters.part:
        raise Http404
    return filters


def _check_team(agent: Agent, asked: Asked) -> None:
    if "team" in asked and asked["team"] not in {str(team.pk) for team in visible_teams(agent)}:
        raise Http404


def _ladder(agent: Agent, asked: Asked, at: datetime) -> Paper:
    _check_team(agent, asked)
    return ladder_paper(agent, ladder_filters(asked, at=at, zone=agent.zone), at=at)


def _journeys(agent: Agent, asked: Asked, at: datetime) -> Paper:
    _check_team(agent, asked)
    return journeys_paper(agent, way_filters(asked, at=at, zone=agent.zone), at=at)


def _patterns(agent: Agent, asked: Asked, at: datetime) -> Paper:
    return patterns_paper(agent, _of_patterns(agent, asked), at=at)


def _topics(agent: Agent, asked: Asked, at: datetime) -> Paper:
    return topics_paper(agent, _of_patterns(agent, asked), at=at)


_MAKERS: dict[str, Callable[[Agent, Asked, datetime], Paper]] = {
    Screen.LADDER: _ladder,
    Screen.JOURNEYS: _journeys,
    Screen.PATTERNS: _patterns,
    Screen.TOPICS: _topics,
}
