"""Partial pooling: how far a share of few cases is believed, and how far it is drawn to what holds for all.

Shares are fractions of 1, counts may be fractional where they were adjusted for case mix.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import betainc, betaincinv

Array = npt.NDArray[np.float64]

STRONGEST = 1e6
"""So many cases the pool is worth where the groups do not differ at all; the formula says infinity."""


@dataclass(frozen=True, slots=True)
class Pool:
    """What holds for all groups: the mean share, how alike cases of one group are (``rho``, 0 to 1), and how many cases
    that is worth when one group is judged (``strength``)."""

    mean: float
    rho: float
    strength: float


@dataclass(frozen=True, slots=True)
class Posterior:
    """A share as Beta(``a``, ``b``): what is believed of one group after its cases were seen."""

    a: float
    b: float

    @property
    def mean(self) -> float:
        return self.a / (self.a + self.b)

    def below(self, share: float) -> float:
        """The probability that the true share lies below ``share``."""
        return float(betainc(self.a, self.b, min(max(share, 0.0), 1.0)))

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """The equal-tailed interval that holds the true share with probability ``level``."""
        tail = (1 - level) / 2
        return float(betaincinv(self.a, self.b, tail)), float(betaincinv(self.a, self.b, 1 - tail))


def pool_of(hits: Sequence[float] | Array, cases: Sequence[float] | Array, within: float | None = None) -> Pool:
    """The pool of groups with ``hits`` of ``cases`` each, by moments (Kleinman 1973, weights equal to the cases).

    With p the share of all, N all cases and k groups, S = Σ n_i (p_i - p)² is on average v (k - 1) when groups do not
    differ, and rho = (S - v (k - 1)) / (p (1 - p) (N - Σ n_i² / N) - v (k - 1)); strength = (1 - rho) / rho. ``within`` is
    v, the variance of one case within its group; None: p (1 - p), as without case mix. Raises ValueError without cases.
    """
    x, n = np.asarray(hits, dtype=np.float64), np.asarray(cases, dtype=np.float64)
    x, n = x[n > 0], n[n > 0]
    total = float(n.sum())
    if total <= 0:
        raise ValueError("there are no cases")
    mean = float(x.sum()) / total
    binomial = mean * (1 - mean)
    usual = binomial if within is None else within
    spread = float((n * (x / n - mean) ** 2).sum())
    by_chance = usual * (len(n) - 1)
    most = binomial * (total - float((n**2).sum()) / total) - by_chance
    rho = (spread - by_chance) / most if most > 0 else 0.0
    rho = min(max(rho, 1 / (1 + STRONGEST)), 1 - 1e-9)
    return Pool(mean, rho, (1 - rho) / rho)


def posterior(mean: float, strength: float, hits: float, cases: float) -> Posterior:
    """Beta(mean · strength, (1 - mean) · strength) after ``hits`` of ``cases`` (Gelman et al., Bayesian Data Analysis, 2.4).

    The mean of it is (mean · strength + hits) / (strength + cases).
    """
    floor = 1e-9  # a pool where all or none succeeded leaves one side empty, and a Beta needs both
    return Posterior(max(mean * strength + hits, floor), max((1 - mean) * strength + cases - hits, floor))


def james_stein(values: Sequence[float] | Array, variance: float) -> tuple[float, float, Array]:
    """Mean, the factor by which distances from it are believed, and the values drawn towards it (Efron and Morris 1975).

    factor = 1 - (k - 3) · variance / Σ (y_i - ȳ)², at least 0; ``variance`` is that of one value. The same idea where every
    group has as many cases; the tests hold it against the published batting averages. Raises ValueError below four values.
    """
    y = np.asarray(values, dtype=np.float64)
    if len(y) < 4:
        raise ValueError("it takes four values to draw them together")
    mean = float(y.mean())
    spread = float(((y - mean) ** 2).sum())
    factor = max(0.0, 1 - (len(y) - 3) * variance / spread) if spread > 0 else 0.0
    return mean, factor, mean + factor * (y - mean)
