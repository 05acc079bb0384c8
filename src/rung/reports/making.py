"""The numbers of a report, for one who may see them: asked anew each time, so that nobody gets what they no longer may."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import partial

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


@dataclass(frozen=True, slots=True)
class Maker:
    """How a screen is put on paper. ``check`` and ``paper`` raise Http404 for what an agent may not see; ``paper`` takes the
    name of a KPI as well, empty for the whole screen. ``zone``: whose midnight ends the days, None for the receiver's.
    ``parts``: it is told of a team or of a channel, in one word of the address, and some periods are worked out anyway."""

    check: Callable[[Agent, Asked, datetime], object]
    paper: Callable[[Agent, str, Asked, datetime], Paper]
    zone: tzinfo | None = None
    parts: bool = False


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
    maker = MAKERS[schedule.screen]
    maker.check(schedule.agent, asked, at)
    return maker.paper(schedule.agent, schedule.kpi, asked, at)


def check_theirs(schedule: Schedule, *, at: datetime) -> None:
    """Raises Http404 for what its receiver may not see, without making anything."""
    MAKERS[schedule.screen].check(schedule.agent, asked_by(schedule, at=at), at)


def asked_by(schedule: Schedule, *, at: datetime) -> dict[str, str]:
    """The address that a schedule asks for at a moment: so many whole days until the last midnight, which is that of UTC
    for the numbers, as on their screen, and that of its receiver elsewhere. Periods that patterns are worked out for
    anyway are those, until now."""
    maker = MAKERS[schedule.screen]
    if maker.parts and schedule.days in PERIODS:
        asked = {"days": str(schedule.days)}
    else:
        last = at.astimezone(maker.zone or schedule.agent.zone).date() - timedelta(days=1)
        asked = {"from": (last - timedelta(days=schedule.days - 1)).isoformat(), "to": last.isoformat()}
    if maker.parts:
        part = f"channel-{schedule.channel}" if schedule.channel else ""
        part = f"team-{schedule.team}" if schedule.team is not None else part
        return asked | ({"part": part} if part else {})
    if schedule.team is not None:
        asked["team"] = str(schedule.team)
    return asked | ({"channel": schedule.channel} if schedule.channel else {})


def _of_numbers(agent: Agent, asked: Asked, at: datetime) -> None:
    filters_of(asked, agent, at=at)


def _of_patterns(agent: Agent, asked: Asked, at: datetime) -> PatternFilters:
    filters = pattern_filters(asked, agent)
    # The screen shows the first part there is where an address asks for one that is not theirs.
    if asked.get("part", filters.part) != filters.part:
        raise Http404
    return filters


def _of_a_team(agent: Agent, asked: Asked, at: datetime) -> None:
    if "team" in asked and asked["team"] not in {str(team.pk) for team in visible_teams(agent)}:
        raise Http404


def _numbers(agent: Agent, kpi: str, asked: Asked, at: datetime) -> Paper:
    return paper_for(agent, kpi, asked, at=at)


def _ladder(agent: Agent, _kpi: str, asked: Asked, at: datetime) -> Paper:
    return ladder_paper(agent, ladder_filters(asked, at=at, zone=agent.zone), at=at)


def _journeys(agent: Agent, _kpi: str, asked: Asked, at: datetime) -> Paper:
    return journeys_paper(agent, way_filters(asked, at=at, zone=agent.zone), at=at)


def _patterns(agent: Agent, _kpi: str, asked: Asked, at: datetime) -> Paper:
    return patterns_paper(agent, pattern_filters(asked, agent), at=at)


def _topics(agent: Agent, _kpi: str, asked: Asked, at: datetime) -> Paper:
    return topics_paper(agent, pattern_filters(asked, agent), at=at)


_by_part = partial(Maker, _of_patterns, parts=True)
MAKERS: dict[str, Maker] = {
    Screen.NUMBERS: Maker(_of_numbers, _numbers, zone=UTC),
    Screen.LADDER: Maker(_of_a_team, _ladder),
    Screen.JOURNEYS: Maker(_of_a_team, _journeys),
    Screen.PATTERNS: _by_part(_patterns),
    Screen.TOPICS: _by_part(_topics),
}
