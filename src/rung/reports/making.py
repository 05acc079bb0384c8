"""What a report holds, for one who may see it: asked anew each time, so that nobody gets what they no longer may."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import partial

from django.http import Http404
from django.urls import reverse

from rung.accounts.access import Agent
from rung.insight.access import kpi_for, visible_teams
from rung.insight.kpis import KPIS
from rung.insight.pages.compared import compared_page
from rung.insight.pages.detail import kpi_page
from rung.insight.pages.filters import filters_of
from rung.insight.pages.overview import overview_page
from rung.ladder.filters import filters_from as ladder_filters
from rung.ladder.pages import ladder_paper
from rung.patterns.filters import filters_from as pattern_filters
from rung.patterns.pages import patterns_paper, topics_paper
from rung.patterns.working import PERIODS
from rung.reports import single
from rung.reports.comparing import address_of, comparisons
from rung.reports.models import Schedule, Screen
from rung.reports.papers import compared_paper, kpi_paper, overview_paper
from rung.training.access import may_lead
from rung.training.pages import opportunities_paper
from rung.ui.paper import Paper
from rung.ways.filters import filters_from as way_filters
from rung.ways.pages import journeys_paper

Asked = Mapping[str, str]
NARROWED = ("days", "team", "channel")
ON_THE_LADDER = ("phase", "freedom")


def _itself(_agent: Agent, _which: Collection[str], _at: datetime) -> dict[str, str]:
    return {}


def _stands(_agent: Agent, _which: str) -> str:
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Maker:
    """How a screen is put on paper. ``check`` and ``paper`` get an agent, which one it is (empty for the whole screen), what
    its address asks and a moment, and raise Http404 for what the agent may not see.

    ``zone``: whose midnight ends the days, None for the receiver's. ``parts``: it is told of a team or of a channel, in one
    word of the address, and some periods are worked out anyway. ``narrowed``: what of a schedule it heeds.
    ``names``: which of these are, or were, and are theirs to see, with their names; some are one among many on a screen.
    ``gone``: why one of them is told of no more, in a sentence; empty as long as it is."""

    check: Callable[[Agent, str, Asked, datetime], object]
    paper: Callable[[Agent, str, Asked, datetime], Paper]
    zone: tzinfo | None = None
    parts: bool = False
    narrowed: tuple[str, ...] = NARROWED
    names: Callable[[Agent, Collection[str], datetime], Mapping[str, str]] = _itself
    gone: Callable[[Agent, str], str] = _stands


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
    maker.check(schedule.agent, schedule.which, asked, at)
    return maker.paper(schedule.agent, schedule.which, asked, at)


def check_theirs(schedule: Schedule, *, at: datetime) -> None:
    """Raises Http404 for what its receiver may not see, without making anything."""
    MAKERS[schedule.screen].check(schedule.agent, schedule.which, asked_by(schedule, at=at), at)


def why_gone(schedule: Schedule) -> str:
    """Why what it is about is told of no more, in a sentence; empty as long as it is."""
    return MAKERS[schedule.screen].gone(schedule.agent, schedule.which)


def name_of(schedule: Schedule, *, at: datetime) -> str:
    """What it is about, in the language in force."""
    names = MAKERS[schedule.screen].names(schedule.agent, [schedule.which], at)
    return names.get(schedule.which) or str(Screen(schedule.screen).label)


def names_for(agent: Agent, wanted: Collection[tuple[str, str]], *, at: datetime) -> dict[tuple[str, str], str]:
    """The names of some (screen, which); without what has none beyond its screen's, or is not theirs to see. So many
    queries as there are kinds of screens, whatever their number."""
    found: dict[tuple[str, str], str] = {}
    for screen in {screen for screen, _which in wanted}:
        which = {which for of, which in wanted if of == screen}
        found |= {(screen, key): name for key, name in MAKERS[screen].names(agent, which, at).items()}
    return found


def asked_by(schedule: Schedule, *, at: datetime) -> dict[str, str]:
    """The address that a schedule asks for at a moment: so many whole days until the last midnight, which is that of UTC
    for the numbers, as on their screen, and that of its receiver elsewhere. Periods that patterns are worked out for
    anyway are those, until now."""
    maker = MAKERS[schedule.screen]
    if "days" not in maker.narrowed:
        return {}
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
    words = {name: getattr(schedule, name) for name in ("channel", *ON_THE_LADDER) if name in maker.narrowed}
    return asked | {name: word for name, word in words.items() if word}


def _of_numbers(agent: Agent, which: str, asked: Asked, at: datetime) -> None:
    filters_of(asked, agent, at=at)
    if which:
        kpi_for(agent, which)


def _of_compared(agent: Agent, which: str, asked: Asked, at: datetime) -> None:
    for team in ("team", "team2"):
        filters_of({"team": address_of(which, asked).get(team, "")}, agent, at=at)


def _of_patterns(agent: Agent, _which: str, asked: Asked, _at: datetime) -> None:
    # The screen shows the first part there is where an address asks for one that is not theirs.
    part = pattern_filters(asked, agent).part
    if asked.get("part", part) != part:
        raise Http404


def _of_a_team(agent: Agent, _which: str, asked: Asked, _at: datetime) -> None:
    if "team" in asked and asked["team"] not in {str(team.pk) for team in visible_teams(agent)}:
        raise Http404


def _of_those_who_lead(agent: Agent, _which: str, _asked: Asked, _at: datetime) -> None:
    if not may_lead(agent):
        raise Http404


def _both(one: Callable[..., object], other: Callable[..., object]) -> Callable[..., None]:
    def check(agent: Agent, which: str, asked: Asked, at: datetime) -> None:
        one(agent, which, asked, at)
        other(agent, which, asked, at)

    return check


def _kpis(_agent: Agent, which: Collection[str], _at: datetime) -> dict[str, str]:
    return {name: str(KPIS[name].title) for name in which if name in KPIS}


def _numbers(agent: Agent, kpi: str, asked: Asked, at: datetime) -> Paper:
    return paper_for(agent, kpi, asked, at=at)


def _compared(agent: Agent, which: str, asked: Asked, at: datetime) -> Paper:
    return compared_paper_for(agent, address_of(which, asked), at=at)


def _ladder(agent: Agent, _which: str, asked: Asked, at: datetime) -> Paper:
    return ladder_paper(agent, ladder_filters(asked, at=at, zone=agent.zone), at=at)


def _journeys(agent: Agent, _which: str, asked: Asked, at: datetime) -> Paper:
    return journeys_paper(agent, way_filters(asked, at=at, zone=agent.zone), at=at)


def _patterns(agent: Agent, _which: str, asked: Asked, at: datetime) -> Paper:
    return patterns_paper(agent, pattern_filters(asked, agent), at=at)


def _topics(agent: Agent, _which: str, asked: Asked, at: datetime) -> Paper:
    return topics_paper(agent, pattern_filters(asked, agent), at=at)


def _training(agent: Agent, _which: str, _asked: Asked, at: datetime) -> Paper:
    return opportunities_paper(agent, at=at)


_by_part = partial(Maker, parts=True)
_of_all_days = partial(Maker, narrowed=())
MAKERS: dict[str, Maker] = {
    Screen.NUMBERS: Maker(check=_of_numbers, paper=_numbers, zone=UTC, names=_kpis),
    Screen.COMPARED: Maker(check=_of_compared, paper=_compared, zone=UTC, names=comparisons),
    Screen.LADDER: Maker(check=_of_a_team, paper=_ladder, narrowed=(*NARROWED, *ON_THE_LADDER)),
    Screen.JOURNEYS: Maker(check=_of_a_team, paper=_journeys),
    Screen.PATTERNS: _by_part(check=_of_patterns, paper=_patterns),
    Screen.TOPICS: _by_part(check=_of_patterns, paper=_topics),
    Screen.TRAINING: _of_all_days(check=_of_those_who_lead, paper=_training),
    Screen.JOURNEY: Maker(
        check=_both(_of_a_team, single.of_journey),
        paper=single.journey,
        names=single.journey_names,
        gone=single.journey_gone,
    ),
    Screen.PATTERN: _by_part(
        check=_both(_of_patterns, single.of_pattern),
        paper=single.pattern,
        names=single.pattern_names,
        gone=single.pattern_gone,
    ),
    Screen.TOPIC: _by_part(
        check=_both(_of_patterns, single.of_topic),
        paper=single.topic,
        names=single.topic_names_of,
        gone=single.topic_gone,
    ),
    Screen.OPPORTUNITY: _of_all_days(
        check=single.of_opportunity,
        paper=single.opportunity,
        names=single.opportunity_names,
        gone=single.opportunity_gone,
    ),
}
