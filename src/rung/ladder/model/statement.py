"""What may be published about a touchpoint."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .grid import Array
from .parameters import Parameters

ENOUGH = 0.15
COVER = 0.90
LEVELS = 6

_RUNS = sorted(
    ((low, high) for low in range(1, LEVELS + 1) for high in range(low, LEVELS + 1)), key=lambda run: run[1] - run[0]
)


@dataclass(frozen=True, slots=True, eq=False)
class Statement:
    """For N touchpoints: the level to name, the smallest run of adjacent levels holding 90 %, and whether to say it.

    ``stated`` False means "not enough evidence": the level is then only the prior's and must not be shown as found.
    """

    level: npt.NDArray[np.int64]
    low: npt.NDArray[np.int64]
    high: npt.NDArray[np.int64]
    stated: npt.NDArray[np.bool_]


def level_of(d: Array, parameters: Parameters) -> npt.NDArray[np.int64]:
    """L = 1 + the number of cutpoints below d; equation (3)."""
    return np.asarray(1 + (d[..., None] > np.asarray(parameters.cutpoints)).sum(axis=-1), dtype=np.int64)


def statement(
    levels: Array,
    median: Array,
    variance: Array,
    before: Array,
    seen: npt.NDArray[np.bool_],
    direct: npt.NDArray[np.bool_],
    praised: npt.NDArray[np.bool_],
    parameters: Parameters,
) -> Statement:
    """Decide what to say. ``variance`` and ``before`` are those of posterior and prior, all (N,); ``levels`` (N, 6).
    ``seen``: there is evidence at all; ``direct``: the customer spoke or acted; ``praised``: in praise.

    Unbelievable is named only when it holds half the probability and the customer praised us directly.
    """
    level = level_of(median, parameters)
    level = np.where((level == LEVELS) & ~((levels[:, LEVELS - 1] >= 0.5) & praised), LEVELS - 1, level)
    upto = np.concatenate([np.zeros((len(levels), 1)), np.cumsum(levels, axis=1)], axis=1)
    low = np.ones(len(levels), dtype=np.int64)
    high = np.full(len(levels), LEVELS, dtype=np.int64)
    best = np.zeros(len(levels))
    width = np.full(len(levels), LEVELS)
    for first, last in _RUNS:
        mass = upto[:, last] - upto[:, first - 1]
        size = last - first
        take = (mass >= COVER) & ((size < width) | ((size == width) & (mass > best)))
        low, high = np.where(take, first, low), np.where(take, last, high)
        best, width = np.where(take, mass, best), np.where(take, size, width)
    # held back from Unbelievable, the run must still hold the level that is named
    low = np.minimum(low, level)
    # Without `seen` a prior that the end of the grid cuts short would pass for knowledge.
    stated = direct | (seen & (1 - variance / before >= ENOUGH))
    return Statement(level, low, high, stated)


def likely_run(levels: tuple[float, ...]) -> tuple[int, int]:
    """The smallest run of adjacent levels holding 90 % of one touchpoint's probability."""
    upto = [0.0]
    for share in levels:
        upto.append(upto[-1] + share)
    for size in range(LEVELS):
        runs = [(upto[last] - upto[first - 1], first, last) for first, last in _RUNS if last - first == size]
        mass, first, last = max(runs)
        if mass >= COVER:
            return first, last
    return 1, LEVELS
