"""From turns of service to what became of customers at each step. Pure.

A visit is what one customer lived of one step within one conversation. What came next is the customer's next visit, within
FOLLOW of the end of this one, to a step of this journey or to anything else with us. Only visits that have had FOLLOW behind
them can say so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np

from rung.ladder.model.grid import Array
from rung.ladder.shares import COUNTS_ONLY_BELOW, DRAWS, GROUPS, Row, SliceShares, Span, draws_of, shares_of, span_of
from rung.ways.steps import Step, Turn, place_of

FOLLOW = timedelta(days=30)


@dataclass(slots=True)
class Visit:
    place: int | None
    began_at: datetime
    ended_at: datetime
    is_meant: bool


@dataclass(slots=True)
class After:
    """Of one customer's ``followed`` visits to a step, how many led ``onward`` to a later step, ``back`` to this or an
    earlier one, and to nothing more (``quiet``). What is left led to something beside the journey."""

    followed: int = 0
    onward: int = 0
    back: int = 0
    quiet: int = 0


@dataclass(slots=True)
class Walked:
    """What became of one step. ``people`` were there; ``after`` is what came next, by customer."""

    place: int
    turns: list[Turn] = field(default_factory=list)
    people: set[int] = field(default_factory=set)
    visits: int = 0
    after: dict[int, After] = field(default_factory=lambda: defaultdict(After))

    @property
    def followed(self) -> int:
        """The visits that have had FOLLOW behind them."""
        return sum(each.followed for each in self.after.values())


@dataclass(frozen=True, slots=True)
class Delivered:
    """What a step delivered. ``level`` is of the mean d; ``weakest`` how often it is the weakest of all steps when customers
    are drawn anew; None for all where there are fewer than COUNTS_ONLY_BELOW turns."""

    shares: SliceShares
    level: Span | None
    weakest: float | None


def walk(
    turns: Iterable[Turn],
    steps: Sequence[Step],
    *,
    start: datetime,
    end: datetime,
    at: datetime,
    meant: Callable[[Turn], bool] = lambda _turn: True,
) -> list[Walked]:
    """One Walked for each step, in the journey's order. Turns that are ``meant`` from ``start`` to before ``end`` are
    counted; all others, also later ones, tell only what came next."""
    walked = [Walked(place) for place in range(len(steps))]
    theirs: dict[int, list[tuple[Turn, int | None, bool]]] = defaultdict(list)
    for turn in sorted(turns, key=lambda turn: (turn.occurred_at, turn.touchpoint)):
        place = place_of(turn, steps)
        counts = start <= turn.occurred_at < end and meant(turn)
        theirs[turn.customer].append((turn, place, counts))
        if place is not None and counts:
            walked[place].turns.append(turn)
            walked[place].people.add(turn.customer)
    for customer, mine in theirs.items():
        _follow(customer, _visits(mine), walked, at)
    return walked


def _visits(mine: Iterable[tuple[Turn, int | None, bool]]) -> list[Visit]:
    """In the order they began. Another step of the same conversation is another visit; back in the first, a third."""
    last: dict[int, Visit] = {}
    found = []
    for turn, place, counts in mine:
        visit = last.get(turn.conversation)
        if visit is not None and visit.place == place:
            visit.ended_at, visit.is_meant = turn.occurred_at, visit.is_meant or counts
            continue
        last[turn.conversation] = Visit(place, turn.occurred_at, turn.occurred_at, counts)
        found.append(last[turn.conversation])
    return found


def _follow(customer: int, visits: Sequence[Visit], walked: Sequence[Walked], at: datetime) -> None:
    for number, visit in enumerate(visits):
        if visit.place is None or not visit.is_meant:
            continue
        walked[visit.place].visits += 1
        if visit.ended_at + FOLLOW > at:
            continue
        after = walked[visit.place].after[customer]
        after.followed += 1
        then = visits[number + 1] if number + 1 < len(visits) else None
        if then is None or then.began_at > visit.ended_at + FOLLOW:
            after.quiet += 1
        elif then.place is not None:
            after.onward += then.place > visit.place
            after.back += then.place <= visit.place


def delivered(walked: Sequence[Walked]) -> list[Delivered]:
    """Shares of the levels, mean level and how surely each is the weakest, by drawing customers anew."""
    rows: list[Row] = []
    names: list[tuple[str, str]] = [("step", str(step.place)) for step in walked]
    for step, name in zip(walked, names, strict=True):
        rows += [(turn.customer % GROUPS, 0, (name,), 1, int(turn.is_stated), turn.shares) for turn in step.turns]
    shares = shares_of(rows, names)
    people, group = np.unique(np.array([row[0] for row in rows], dtype=int), return_inverse=True)
    sums = np.zeros((max(len(people), 1), len(walked), 3))
    # (groups, steps, [turns, sum of d, probability of a level below Expected])
    places = [step.place for step in walked for _turn in step.turns]
    values = [(1.0, turn.mean, sum(turn.shares[:2])) for step in walked for turn in step.turns]
    if values:
        np.add.at(sums, (group, np.array(places)), np.array(values))
    total = sums.sum(axis=0)
    several = (sums[..., 0] > 0).sum(axis=0)
    drawn = (draws_of(len(sums)) @ sums.reshape(len(sums), -1)).reshape(DRAWS, len(walked), 3)
    known = total[:, 0] >= COUNTS_ONLY_BELOW
    with np.errstate(invalid="ignore", divide="ignore"):
        means, below = drawn[..., 1] / drawn[..., 0], drawn[..., 2] / drawn[..., 0]
    weakest = _how_often_weakest(below, known)
    return [
        Delivered(
            shares=shares[name],
            level=span_of(float(total[k, 1] / total[k, 0]), means[:, k], several[k] >= COUNTS_ONLY_BELOW)
            if known[k]
            else None,
            weakest=weakest[k],
        )
        for k, name in enumerate(names)
    ]


def _how_often_weakest(below: Array, known: Array) -> list[float | None]:
    """Of all draws, in how many each known step has the largest share below Expected; None where fewer than two are."""
    if known.sum() < 2:
        return [None] * len(known)
    ranked = np.where(known & np.isfinite(below), below, -1.0)
    first = np.bincount(ranked.argmax(axis=1), minlength=len(known)) / len(ranked)
    return [float(share) if is_known else None for share, is_known in zip(first, known, strict=True)]
