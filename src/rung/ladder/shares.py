"""Shares of touchpoints on each level with their uncertainty: mean level probabilities, cluster bootstrap over customers.

Touchpoints of one customer are not independent, so customers are drawn, not touchpoints. Many customers may be laid
together into groups that have nothing to do with what they lived (GROUPS, by the remainder of their key) and the groups be
drawn: the cost is then bounded, the interval the same.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from rung.ladder.model.grid import Array

DRAWS = 1000
GROUPS = 1009
SEED = 20261121
CONFIDENCE = 0.95
ALIKE = 1e-9
"""Where all customers were served alike no draw differs from another: that is no certainty, and no interval."""
COUNTS_ONLY_BELOW = 5
TREND_WORDS_FROM = 30


@dataclass(frozen=True, slots=True)
class Span:
    """A number with its interval; no interval when there are too few to say."""

    value: float
    low: float | None = None
    high: float | None = None

    @property
    def has_interval(self) -> bool:
        return self.low is not None and self.high is not None


@dataclass(frozen=True, slots=True)
class SliceShares:
    """One slice (a channel, a phase, all): counts now and before, and six shares, their former values, differences.

    Tuples are empty where there are fewer than COUNTS_ONLY_BELOW touchpoints.
    """

    count: int
    before: int
    stated: int
    shares: tuple[Span, ...]
    former: tuple[Span, ...]
    differences: tuple[Span, ...]
    below: Span | None
    above: Span | None


Row = tuple[int, int, Sequence[Hashable], int, int, Sequence[float]]
"""(group of customers, 0 now or 1 before, its slices, touchpoints, stated, six sums of probabilities)

All rows name equally many slices, such as all of them, a channel and a phase.
"""


@lru_cache(maxsize=8)
def draws_of(groups: int) -> Array:
    """(DRAWS, groups): how often each group is drawn. Seeded, so that a page shows the same interval twice."""
    generator = np.random.default_rng(SEED)
    picked = generator.integers(0, groups, size=(DRAWS, groups))
    rows = np.arange(DRAWS)[:, None] * groups
    return np.bincount((picked + rows).ravel(), minlength=DRAWS * groups).reshape(DRAWS, groups).astype(np.float64)


def shares_of(rows: Iterable[Row], slices: Sequence[Hashable]) -> dict[Hashable, SliceShares]:
    """The shares of every slice, from rows that a database has summed up by group of customers."""
    listed = list(rows)
    if not listed:
        return {name: _empty() for name in slices}
    place = {name: i for i, name in enumerate(slices)}
    people, group = np.unique(np.array([row[0] for row in listed]), return_inverse=True)
    period = np.array([row[1] for row in listed])
    values = np.array([(row[3], row[4], *row[5]) for row in listed], dtype=np.float64)
    # (groups, slices, now or before, [touchpoints, stated, six sums])
    sums = np.zeros((len(people), len(slices), 2, 8))
    for names in zip(*(row[2] for row in listed), strict=True):
        np.add.at(sums, (group, np.array([place[name] for name in names]), period), values)
    return shares_of_sums(sums, slices)


def shares_of_sums(sums: Array, slices: Sequence[Hashable]) -> dict[Hashable, SliceShares]:
    """The same from (groups, slices, now or before, [touchpoints, stated, six sums]); every group has a touchpoint."""
    total = sums.sum(axis=0)
    drawn = (draws_of(len(sums)) @ sums.reshape(len(sums), -1)).reshape(DRAWS, len(slices), 2, 8)
    with np.errstate(invalid="ignore", divide="ignore"):
        point = total[..., 2:] / total[..., :1]
        spread = drawn[..., 2:] / drawn[..., :1]
    several = (sums[..., 0] > 0).sum(axis=0)
    return {name: _slice(total[i], point[i], spread[:, i], several[i]) for i, name in enumerate(slices)}


def _empty() -> SliceShares:
    return SliceShares(0, 0, 0, (), (), (), None, None)


def _slice(total: Array, point: Array, spread: Array, people: npt.NDArray[np.int64]) -> SliceShares:
    count, before = round(float(total[0, 0])), round(float(total[1, 0]))
    stated = round(float(total[0, 1]))
    if count < COUNTS_ONLY_BELOW:
        return SliceShares(count, before, stated, (), (), (), None, None)
    now_ok = people[0] >= COUNTS_ONLY_BELOW
    both_ok = now_ok and before >= COUNTS_ONLY_BELOW and people[1] >= COUNTS_ONLY_BELOW
    former: tuple[Span, ...] = ()
    differences: tuple[Span, ...] = ()
    if before >= COUNTS_ONLY_BELOW:
        former = tuple(span_of(point[1, k], spread[:, 1, k], both_ok) for k in range(6))
        differences = tuple(
            span_of(point[0, k] - point[1, k], spread[:, 0, k] - spread[:, 1, k], both_ok) for k in range(6)
        )
    return SliceShares(
        count=count,
        before=before,
        stated=stated,
        shares=tuple(span_of(point[0, k], spread[:, 0, k], now_ok) for k in range(6)),
        former=former,
        differences=differences,
        below=span_of(point[0, :2].sum(), spread[:, 0, :2].sum(axis=1), now_ok),
        above=span_of(point[0, 3:].sum(), spread[:, 0, 3:].sum(axis=1), now_ok),
    )


def span_of(value: float, spread: Array, has_interval: bool) -> Span:
    known = spread[np.isfinite(spread)]
    if not has_interval or len(known) < DRAWS / 2:
        return Span(float(value))
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(known, (tail, 1 - tail))
    if high - low < ALIKE:
        return Span(float(value))
    return Span(float(value), float(low), float(high))
