"""All journeys, the one with the weakest step first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from rung.accounts.access import Agent
from rung.insight.access import visible_teams
from rung.ladder.levels import level_name, settings_note
from rung.ladder.versions import parameters_in_force
from rung.patterns.access import topic_names
from rung.touchpoints.access import all_tags
from rung.touchpoints.doors import doors
from rung.ways.access import journeys_shown
from rung.ways.built_in import Drawn
from rung.ways.filters import PERIODS, WayFilters
from rung.ways.pages.telling import Told, told
from rung.ways.reading import Read, read_turns
from rung.ways.steps import Step, Turn
from rung.ways.walking import Walked, delivered, walk
from rung.ways.words import Names

Cells = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Choices:
    """What one may narrow down to."""

    periods: tuple[tuple[str, str, bool], ...]
    channels: tuple[tuple[str, str], ...]
    teams: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class JourneyCard:
    told: Told
    href: str
    edit_href: str


@dataclass(frozen=True, slots=True)
class JourneysPage:
    """``since``: from when on turns were read where there were too many; None where all were."""

    filters: WayFilters
    choices: Choices
    journeys: tuple[JourneyCard, ...]
    is_empty: bool
    since: datetime | None
    may_draw: bool
    csv: str
    note: str


def choices_of(agent: Agent, filters: WayFilters) -> Choices:
    return Choices(
        periods=tuple(
            (_("%(days)s days") % {"days": days}, filters.query(days=days) or "?", filters.days == days)
            for days in PERIODS
        ),
        channels=(("", _("All channels")), *((each.kind, str(each.label)) for each in doors())),
        teams=(("", _("All teams")), *((str(team.pk), team.name) for team in visible_teams(agent))),
    )


def names_of(agent: Agent, steps: list[Step]) -> Names:
    """The names of what steps are about; nothing is asked where no step names any."""
    return Names(
        teams={team.pk: team.name for team in visible_teams(agent)} if any(step.team for step in steps) else {},
        topics=topic_names() if any(step.topic for step in steps) else {},
        tags={tag.pk: tag.name for tag in all_tags()} if any(step.tag for step in steps) else {},
    )


def walked_of(drawn: Drawn, read: Read, filters: WayFilters) -> list[Walked]:
    """One journey walked, with only the turns of the chosen team and channel counted; what came next may be of any."""

    def meant(turn: Turn) -> bool:
        return (not filters.team or turn.team == filters.team) and filters.channel in ("", turn.channel)

    start = max(filters.start, read.start)
    return walk(read.turns, drawn.steps, start=start, end=filters.end, at=filters.at, meant=meant)


def journeys_page(agent: Agent, filters: WayFilters) -> JourneysPage:
    parameters = parameters_in_force()
    shown = journeys_shown()
    steps = [step for drawn in shown for step in drawn.steps]
    read = read_turns(agent, filters, steps)
    names = names_of(agent, steps)
    cards = []
    for drawn in shown:
        base = reverse("ways:journey", args=[drawn.key])
        went = told(drawn, walked_of(drawn, read, filters), base, filters, names, parameters)
        edit = reverse("ways:drawing", args=[drawn.key]) if drawn.is_own else ""
        cards.append(JourneyCard(went, base + filters.query(step="", page=""), edit))
    cards.sort(key=lambda card: -card.told.below)
    return JourneysPage(
        filters=filters,
        choices=choices_of(agent, filters),
        journeys=tuple(cards),
        is_empty=not any(card.told.turns for card in cards),
        since=read.start if read.is_cut else None,
        may_draw=agent.may("settings.ladder"),
        csv=filters.query(step="", page=""),
        note=settings_note(parameters.version),
    )


def journeys_rows(agent: Agent, filters: WayFilters, shown: Sequence[Drawn] | None = None) -> Iterator[Cells]:
    """A head, then one row for each step of each journey (of those ``shown``), in the order customers meet them."""
    yield (
        _("journey"), _("place"), _("step"), _("touchpoints"), _("mean level"), _("level low"), _("level high"),
        *(_("share %(level)s") % {"level": level_name(number)} for number in range(1, 7)),
        _("below Expected"), _("below low"), _("below high"), _("weakest in draws"), _("people"), _("visits"),
        _("followed 30 days"), _("went on"), _("came back"), _("nothing more"),
    )  # fmt: skip
    shown = journeys_shown() if shown is None else shown
    read = read_turns(agent, filters, [step for drawn in shown for step in drawn.steps])
    for drawn in shown:
        walked = walked_of(drawn, read, filters)
        for step, gave in zip(walked, delivered(walked), strict=True):
            shares = [_cell(span.value) for span in gave.shares.shares] or [""] * 6
            level, below = gave.level, gave.shares.below
            yield (
                drawn.name, step.place + 1, drawn.steps[step.place].name, len(step.turns),
                *((_cell(level.value), _cell(level.low), _cell(level.high)) if level else ("", "", "")), *shares,
                *((_cell(below.value), _cell(below.low), _cell(below.high)) if below else ("", "", "")),
                _cell(gave.weakest), len(step.people), step.visits, step.followed,
                *(sum(getattr(after, what) for after in step.after.values()) for what in ("onward", "back", "quiet")),
            )  # fmt: skip


def _cell(value: float | None) -> object:
    return "" if value is None else round(value, 4)
