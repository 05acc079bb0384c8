"""What became of the level between two periods: what came from our operations, what from expectations that rose.

d = q - e, quality as lived minus what was expected. So the change of mean d is the change of mean q plus the erosion,
which is minus the change of mean e: the change that would have come had quality stood still.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from rung.ladder.model.grid import Array
from rung.ladder.shares import COUNTS_ONLY_BELOW, Span, draws_of, span_of

Totals = tuple[int, int, int, float, float]
"""(group of customers, 0 now or 1 before, touchpoints, sum of d, sum of what was expected)"""


@dataclass(frozen=True, slots=True)
class Erosion:
    """Changes of means from the period before to this one, in units of d, with 95 % intervals over customers."""

    level: Span
    operations: Span
    expectation: Span


def erosion_of(rows: Iterable[Totals]) -> Erosion | None:
    """None where either period has too few touchpoints or customers for an interval."""
    listed = list(rows)
    if not listed:
        return None
    people, group = np.unique(np.array([row[0] for row in listed]), return_inverse=True)
    period = np.array([row[1] for row in listed])
    sums = np.zeros((len(people), 2, 3))
    np.add.at(sums, (group, period), np.array([row[2:] for row in listed], dtype=np.float64))
    return erosion_of_sums(sums)


def erosion_of_sums(sums: Array) -> Erosion | None:
    """The same from (groups, now or before, [touchpoints, sum of d, sum of what was expected])."""
    if (sums[..., 0].sum(axis=0) < COUNTS_ONLY_BELOW).any() or (
        (sums[..., 0] > 0).sum(axis=0) < COUNTS_ONLY_BELOW
    ).any():
        return None
    drawn = np.concatenate(
        (sums.sum(axis=0)[None], (draws_of(len(sums)) @ sums.reshape(len(sums), -1)).reshape(-1, 2, 3))
    )
    with np.errstate(invalid="ignore", divide="ignore"):
        means = drawn[..., 1:] / drawn[..., :1]
    level, expected = (means[:, 0, k] - means[:, 1, k] for k in range(2))
    return Erosion(*(span_of(float(each[0]), each[1:], True) for each in (level, level + expected, -expected)))
