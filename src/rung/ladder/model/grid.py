"""The line on which d is worked out: cells of equal width from -7 to 7."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

REACH = 7.0
PRODUCTION_STEP = 0.1


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """``points`` (G,) are cell centres, ``step`` their distance, ``levels`` (G, 6) the share of each cell per level.

    A cell that a cutpoint runs through belongs to both its neighbours in proportion. Counting points instead would
    move half a cell's mass across every cutpoint that lies on a point, .004 of probability at step .1.
    """

    step: float
    points: Array
    levels: Array
    key: tuple[float, ...]


@lru_cache(maxsize=32)
def grid(step: float, cutpoints: tuple[float, ...]) -> Grid:
    """The grid with that step (in units of d), cut into levels at the cutpoints. Cached."""
    count = round(2 * REACH / step) + 1
    points = np.linspace(-REACH, REACH, count)
    edges = np.concatenate(([-np.inf], cutpoints, [np.inf]))
    low, high = points - step / 2, points + step / 2
    overlap = np.minimum(high[:, None], edges[None, 1:]) - np.maximum(low[:, None], edges[None, :-1])
    return Grid(step, points, np.clip(overlap, 0.0, None) / step, tuple(points.tolist()))
