"""How surprising a count is, and which of many surprises to believe."""

from __future__ import annotations

from collections.abc import Sequence
from math import erf, exp, pi, sqrt

import numpy as np

from rung.training.pooling import Array

EXACT_UP_TO = 600
"""Cases for which the distribution is convolved; above it the refined normal approximation errs by less than 1e-3."""


def tails(hits: int, expected: Sequence[float] | Array) -> tuple[float, float]:
    """The probability of at most, and of at least, ``hits`` successes in independent cases with these probabilities.

    The Poisson-binomial distribution, by convolution; above EXACT_UP_TO cases Volkova's normal approximation (1996), with
    its correction for skewness. Without cases both are 1.
    """
    p = np.clip(np.asarray(expected, dtype=np.float64), 0.0, 1.0)
    if not 0 <= hits <= len(p):
        raise ValueError(f"{hits} of {len(p)} is no count")
    if len(p) > EXACT_UP_TO:
        return _by_normal(hits, p), 1 - _by_normal(hits - 1, p)
    mass = np.zeros(len(p) + 1)
    mass[0] = 1.0
    for number, each in enumerate(p, start=1):
        mass[1 : number + 1] = mass[1 : number + 1] * (1 - each) + mass[:number] * each
        mass[0] *= 1 - each
    return min(float(mass[: hits + 1].sum()), 1.0), min(float(mass[hits:].sum()), 1.0)


def _by_normal(hits: int, p: Array) -> float:
    """P(X <= hits), refined."""
    variance = float((p * (1 - p)).sum())
    if variance <= 0:
        return float(hits >= p.sum())
    skew = float((p * (1 - p) * (1 - 2 * p)).sum()) / (variance * sqrt(variance))
    x = (hits + 0.5 - float(p.sum())) / sqrt(variance)
    value: float = 0.5 * (1 + erf(x / sqrt(2))) + skew * (1 - x * x) * exp(-x * x / 2) / (6 * sqrt(2 * pi))
    return min(max(value, 0.0), 1.0)


def q_values(p: Sequence[float] | Array) -> Array:
    """For each p-value the smallest false-discovery rate at which it is still believed (Benjamini and Hochberg 1995).

    q_(i) = min over j >= i of m · p_(j) / j. Whoever believes those with q <= .10 is wrong in at most a tenth of them on
    average, as long as the tests are independent or positively dependent.
    """
    values = np.asarray(p, dtype=np.float64)
    if not len(values):
        return values
    order = np.argsort(values, kind="stable")
    scaled = values[order] * len(values) / np.arange(1, len(values) + 1)
    found = np.empty_like(values)
    found[order] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1.0)
    return found
