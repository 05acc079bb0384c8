"""Journeys over a company in which everything happens that makes counting hard, against a second count from the journal."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest
from zoneinfo import ZoneInfo

import pytest

from rung.accounts.models import Agent, Team
from rung.core.clock import epoch_ms
from rung.ladder.errands import grade_matured_customers, grade_stale_customers
from rung.ways.filters import WayFilters, filters_from
from rung.ways.pages import journeys_page, journeys_rows
from tests.insight.conftest import Story
from tests.insight.recount import DAY_MS, _ms
from tests.ladder.recount import Ladder, Lived
from tests.ladder.test_recounted import Company

NOW = 165


@dataclass
class Visit:
    """What somebody lived of one step, or of something beside the journey, in one conversation without a break."""

    step: int | None
    turns: list[Lived]
    is_asked_for: bool


@dataclass
class Walk:
    """One journey: of each step the turns asked for, the visits, and what came next of those that can say so."""

    turns: dict[int, list[Lived]]
    visits: dict[int, int]
    after: dict[int, dict[str, int]]


def walk(again: Ladder, steps: list[Callable[[Lived], bool]], given: WayFilters) -> Walk:
    found = Walk(defaultdict(list), defaultdict(int), defaultdict(lambda: defaultdict(int)))
    for mine in again.theirs.values():
        # What is read reaches thirty days beyond the period, and not beyond now.
        until = min(_ms(given.end) + 30 * DAY_MS, _ms(given.at))
        for visit, then in _visits([turn for turn in mine if _ms(given.start) <= turn.ms < until], steps, given, found):
            if visit.step is None or not visit.is_asked_for:
                continue
            found.visits[visit.step] += 1
            over = visit.turns[-1].ms + 30 * DAY_MS
            if over > _ms(given.at):
                continue
            after = found.after[visit.step]
            after["followed"] += 1
            if then is None or then.turns[0].ms > over:
                after["quiet"] += 1
            elif then.step is not None:
                after["onward" if then.step > visit.step else "back"] += 1
    return found


def _visits(
    turns: list[Lived], steps: list[Callable[[Lived], bool]], given: WayFilters, found: Walk
) -> list[tuple[Visit, Visit | None]]:
    visits: list[Visit] = []
    standing: dict[int, Visit] = {}
    for turn in turns:
        step = next((place for place, fits in enumerate(steps) if fits(turn)), None)
        is_asked_for = (
            turn.ms < _ms(given.end) and given.team in (None, turn.team) and given.channel in ("", turn.channel)
        )
        if step is not None and is_asked_for:
            found.turns[step].append(turn)
        visit = standing.get(turn.conversation)
        if visit is None or visit.step != step:
            visit = standing[turn.conversation] = Visit(step, [], False)
            visits.append(visit)
        visit.turns.append(turn)
        visit.is_asked_for |= is_asked_for
    return list(zip_longest(visits, visits[1:]))


@pytest.mark.parametrize("seed", [2])
def test_a_second_count_of_journeys_comes_to_the_same(
    at: datetime, work: Callable[..., None], ada: Agent, lin: Agent, bo: Agent, support: Team, billing: Team, seed: int
) -> None:
    story = Story(start=at.replace(hour=0), agent=ada, work=work)
    Company(story, (ada, lin, bo), (support, billing, None), seed).lives(150, 260)
    now = story.moment(NOW)
    work(at=now)
    while grade_stale_customers(at=now) or grade_matured_customers(at=now):
        pass
    again = Ladder(epoch_ms(now))
    first = {turns[0].touchpoint for turns in again.theirs.values()}

    def phase(turn: Lived) -> str:
        return again.world.touches[turn.touchpoint].phase

    ways: list[list[Callable[[Lived], bool]]] = [
        [
            lambda turn: phase(turn) == "before" and turn.touchpoint in first,
            lambda turn: phase(turn) == "before", lambda turn: phase(turn) == "during", lambda turn: phase(turn) == "after",
        ],
        [lambda turn: turn.shown.get("complaint") == 1, lambda turn: turn.transfers > 0, lambda turn: turn.reopened],
    ]  # fmt: skip
    for query in ({"days": "365"}, {"days": "90", "channel": "email"}, {"from": "2026-04-01", "to": "2026-06-30"}):
        given = filters_from(query, at=now, zone=ZoneInfo("Europe/Berlin"))
        walks = [walk(again, steps, given) for steps in ways]
        expected = [_row(went, step) for went, steps in zip(walks, ways, strict=True) for step in range(len(steps))]
        _head, *rows = journeys_rows(lin, given)
        found = [(row[3], row[-6], row[-5], *row[-4:]) for row in rows]
        assert found == [each[:-1] for each in expected]
        for row, each in zip(rows, expected, strict=True):
            assert row[13] == ("" if each[-1] is None else pytest.approx(each[-1], abs=0.003))
        _weakest_first(lin, given, walks)
    assert sum(len(turns) for went in walks for turns in went.turns.values()) > 15


def _row(went: Walk, step: int) -> tuple[object, ...]:
    turns, after = went.turns[step], went.after[step]
    below = sum(sum(turn.levels[:2]) for turn in turns) / len(turns) if len(turns) >= 5 else None
    people = len({turn.who for turn in turns})
    told = tuple(after[name] for name in ("followed", "onward", "back", "quiet"))
    return (len(turns), people, went.visits[step], *told, below)


def _weakest_first(lin: Agent, given: WayFilters, walks: list[Walk]) -> None:
    """Steps and journeys alike: whose share below Expected is largest stands first, what has too few touchpoints last."""
    weak = []
    for went in walks:
        shares = {step: _row(went, step)[-1] for step in went.turns if len(went.turns[step]) >= 5}
        weak.append(sorted(shares, key=lambda step: -float(str(shares[step]))))
    page = journeys_page(lin, given)
    for card in page.journeys:
        order = weak[0 if card.told.key == "way" else 1]
        assert [line.number - 1 for line in card.told.lines][: len(order)] == order
    below = [card.told.below for card in page.journeys]
    assert below == sorted(below, reverse=True)
