"""How good a grading is, where the truth is known."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from .grid import Array

Levels = npt.NDArray[np.int64]


def weighted_kappa(first: Levels, second: Levels) -> float:
    """Agreement of two gradings beyond chance, a miss counted by the square of its size; 1 is perfect, 0 is chance.

    Not a proper score: over-dispersed gradings may reach more than true ones. ValueError when the lengths differ.
    """
    if len(first) != len(second) or not len(first):
        raise ValueError("needs two gradings of the same things")
    lowest = int(min(first.min(), second.min()))
    size = int(max(first.max(), second.max())) - lowest + 1
    seen = np.zeros((size, size))
    np.add.at(seen, (first - lowest, second - lowest), 1)
    step = np.arange(size)
    weight = (step[:, None] - step[None, :]) ** 2
    chance = np.outer(seen.sum(axis=1), seen.sum(axis=0)) / seen.sum()
    expected = float((weight * chance).sum())
    return 1.0 if expected == 0 else 1 - float((weight * seen).sum()) / expected


def ranked_probability(levels: Array, truth: Levels) -> float:
    """Mean ranked probability score of (N, 6) level probabilities against levels 1 to 6; lower is better, and proper."""
    splits = levels.shape[1] - 1
    below = np.cumsum(levels, axis=1)[:, :splits]
    is_below = truth[:, None] <= np.arange(1, splits + 1)
    return float(((below - is_below) ** 2).sum(axis=1).mean() / splits)


def calibration_error(levels: Array, truth: Levels) -> float:
    """The largest difference, over the six levels, of the mean probability from the share that came true."""
    share = np.array([(truth == number).mean() for number in range(1, levels.shape[1] + 1)])
    return float(np.abs(levels.mean(axis=0) - share).max())
