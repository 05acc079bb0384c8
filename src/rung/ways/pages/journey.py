"""One journey: its steps, the weakest first, what came next, how people stand in the end, and the touchpoints behind it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from rung.accounts.access import Agent
from rung.ladder.access import relationships_of, visible_grades
from rung.ladder.erosion import erosion_of
from rung.ladder.filters import LadderFilters
from rung.ladder.levels import settings_note
from rung.ladder.model.adaptation import rung_for
from rung.ladder.model.parameters import Parameters
from rung.ladder.pages import ErosionPart, OverTime, SliceLine, TouchpointLine, erosion_part, lines_of, slice_line
from rung.ladder.pages.over_time import stretches
from rung.ladder.pages.over_time import told as level_told
from rung.ladder.shares import GROUPS, shares_of
from rung.ladder.versions import parameters_in_force
from rung.ways.built_in import Drawn
from rung.ways.filters import WayFilters
from rung.ways.pages.journeys import Choices, choices_of, names_of, walked_of
from rung.ways.pages.telling import Told, told
from rung.ways.reading import read_turns
from rung.ways.steps import Turn

PAGE = 25


@dataclass(frozen=True, slots=True)
class JourneyPage:
    """``touchpoints`` weakest first, those without enough evidence last; of ``step`` alone where one is chosen.

    ``over_time`` and ``erosion``: of the step that is chosen, None without one. ``relationship``: of the people on this
    journey, on which level the whole with us stands by peak and end.
    """

    filters: WayFilters
    choices: Choices
    told: Told
    back_href: str
    relationship: SliceLine | None
    relationship_people: int
    step: str
    over_time: OverTime | None
    erosion: ErosionPart | None
    all_href: str
    touchpoints: tuple[TouchpointLine, ...]
    previous: str
    next: str
    since: datetime | None
    edit_href: str
    may_draw: bool
    copy_href: str
    csv: str
    note: str


def journey_page(agent: Agent, drawn: Drawn, filters: WayFilters) -> JourneyPage:
    """A fixed number of queries up to ten thousand customers; one more for each ten thousand more."""
    parameters = parameters_in_force()
    read = read_turns(agent, filters, drawn.steps)
    walked = walked_of(drawn, read, filters)
    base = reverse("ways:journey", args=[drawn.key])
    names = names_of(agent, list(drawn.steps))
    chosen = [step for step in walked if filters.step in (0, step.place + 1)]
    is_step = 0 < filters.step <= len(drawn.steps)
    over_time, erosion = _step_over_time(agent, drawn, filters, parameters) if is_step else (None, None)
    lines, has_more = _lines(agent, [turn for step in chosen for turn in step.turns], filters)
    people = sorted(set().union(*(step.people for step in walked)))
    stands = relationships_of(people)
    return JourneyPage(
        filters=filters,
        choices=choices_of(agent, filters),
        told=told(drawn, walked, base, filters, names, parameters),
        back_href=reverse("ways:journeys") + filters.query(step="", page=""),
        relationship=_relationship(stands, parameters) if stands else None,
        relationship_people=len(stands),
        step=drawn.steps[filters.step - 1].name if is_step else "",
        over_time=over_time,
        erosion=erosion,
        all_href=base + filters.query(step="", page="") + "#touchpoints",
        touchpoints=lines,
        previous=base + filters.query(page=filters.page - 1 if filters.page > 2 else "") + "#touchpoints"
        if filters.page > 1
        else "",
        next=base + filters.query(page=filters.page + 1) + "#touchpoints" if has_more else "",
        since=read.start if read.is_cut else None,
        edit_href=reverse("ways:drawing", args=[drawn.key]) if drawn.is_own else "",
        may_draw=agent.may("settings.ladder"),
        copy_href=f"{reverse('ways:new')}?from={drawn.key}",
        csv=filters.query(step="", page=""),
        note=settings_note(parameters.version),
    )


def _lines(agent: Agent, turns: Sequence[Turn], filters: WayFilters) -> tuple[tuple[TouchpointLine, ...], bool]:
    ranked = sorted(turns, key=lambda turn: (not turn.is_stated, turn.p50, -turn.occurred_at.timestamp()))
    first = (filters.page - 1) * PAGE
    shown = [turn.touchpoint for turn in ranked[first : first + PAGE]]
    if not shown:
        return (), False
    ladder = LadderFilters(start=filters.start, end=filters.end)
    lines, _more = lines_of(
        visible_grades(agent).filter(touchpoint__in=shown), agent, replace(ladder, page=1), size=PAGE
    )
    return lines, len(ranked) > first + PAGE


def _step_over_time(
    agent: Agent, drawn: Drawn, filters: WayFilters, parameters: Parameters
) -> tuple[OverTime, ErosionPart]:
    """The level of the chosen step in stretches of time, and what moved it since the period before. As many queries as
    reading the turns takes; of more than MOST_TURNS the oldest stretches stay empty."""
    length = filters.end - filters.start
    begins, width = stretches(filters.end, length)
    before = filters.start - length
    longer = replace(filters, start=min(begins[0], before))
    read = read_turns(agent, longer, drawn.steps)
    turns = walked_of(drawn, read, longer)[filters.step - 1].turns
    sums = [
        (turn.customer % GROUPS, bisect_right(begins, turn.occurred_at) - 1, 1, turn.mean, turn.expected)
        for turn in turns
        if turn.occurred_at >= begins[0]
    ]
    moved = erosion_of(
        (turn.customer % GROUPS, int(turn.occurred_at < filters.start), 1, turn.mean, turn.expected)
        for turn in turns
        if turn.occurred_at >= before
    )
    is_whole = read.start <= before
    return level_told(sums, begins, width, parameters), erosion_part(moved if is_whole else None, parameters)


def _relationship(stands: dict[int, float], parameters: Parameters) -> SliceLine:
    name = ("relationship", "")
    rows = []
    for customer, r in stands.items():
        level = rung_for(r, parameters)
        rows.append((customer % GROUPS, 0, (name,), 1, 1, tuple(float(k == level) for k in range(1, 7))))
    return slice_line(_("The whole relationship"), "", shares_of(rows, [name])[name])
