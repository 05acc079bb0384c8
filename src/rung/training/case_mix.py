"""Case mix: what was to be expected of each case from what it was, whoever served it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from rung.training.pooling import Array

RIDGE = 1.0
"""The penalty: as if every part had been seen at no effect once already. Rare topics and channels need it."""
FEWEST_OF_A_KIND = 20
"""Kinds with fewer cases than that are laid together with the first."""
_STEPS, _CLOSE = 40, 1e-8


def columns(kinds: Sequence[Sequence[object]], numbers: Sequence[Sequence[float]]) -> Array:
    """The table of a regression: a column of zeros and ones for every kind but the most frequent of each list, and the
    numbers in units of their standard deviation, not-a-number as the mean.

    Shape: cases by columns; without an intercept.
    """
    found: list[Array] = []
    for values in kinds:
        names, which, counts = np.unique(np.asarray(values, dtype=str), return_inverse=True, return_counts=True)
        usual = int(counts.argmax())
        found += [
            (which == number).astype(np.float64)
            for number in range(len(names))
            if number != usual and counts[number] >= FEWEST_OF_A_KIND
        ]
    for measured in numbers:
        column = np.asarray(measured, dtype=np.float64)
        known = np.isfinite(column)
        if known.any() and (spread := float(column[known].std())) > 0:
            found.append(np.where(known, (column - column[known].mean()) / spread, 0.0))
    size = len(kinds[0]) if kinds else len(numbers[0]) if numbers else 0
    return np.column_stack(found) if found else np.zeros((size, 0))


def expected_of(table: Array, hit: Sequence[bool] | npt.NDArray[Any], ridge: float = RIDGE) -> Array:
    """The probability of success of every case by logistic regression on ``table``, as fractions of 1.

    Newton's steps on the log-likelihood less ridge/2 · Σ b² (le Cessie and van Houwelingen 1992); the intercept is not
    penalised, so that as much is expected in all as happened. Where all or none succeeded, that share. Raises ValueError
    without cases.
    """
    y = np.asarray(hit, dtype=np.float64)
    if not len(y):
        raise ValueError("there are no cases")
    if y.min() == y.max():
        return np.full(len(y), y[0])
    x = np.column_stack([np.ones(len(y)), table])
    penalty = np.full(x.shape[1], ridge)
    penalty[0] = 0.0
    b = np.zeros(x.shape[1])
    b[0] = np.log(y.mean() / (1 - y.mean()))
    reached = _worth(x, y, b, penalty)
    for _ in range(_STEPS):
        p = 1 / (1 + np.exp(-(x @ b)))
        gradient = x.T @ (y - p) - penalty * b
        curvature = (x * (p * (1 - p))[:, None]).T @ x + np.diag(penalty)
        step = np.linalg.solve(curvature, gradient)
        factor, ahead = 1.0, _worth(x, y, b + step, penalty)
        while ahead < reached and factor > 1e-4:
            factor /= 2
            ahead = _worth(x, y, b + factor * step, penalty)
        b, gain, reached = b + factor * step, ahead - reached, ahead
        if gain < _CLOSE:
            break
    return np.asarray(1 / (1 + np.exp(-(x @ b))), dtype=np.float64)


def _worth(x: Array, y: Array, b: Array, penalty: Array) -> float:
    z = x @ b
    return float((y * z - np.logaddexp(0.0, z)).sum() - (penalty * b * b).sum() / 2)
