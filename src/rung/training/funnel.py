"""Funnel plots: within which limits shares of so many cases fall by chance (Spiegelhalter 2005)."""

from __future__ import annotations

from functools import lru_cache
from math import exp, lgamma, log

LIMITS = (0.95, 0.998)
"""As drawn by Spiegelhalter: two and three standard errors, about."""


@lru_cache(maxsize=4096)
def limits(cases: int, target: float, level: float) -> tuple[float, float]:
    """The shares between which ``cases`` fall with probability ``level`` where the true share is ``target``.

    Exact binomial limits, interpolated as in Spiegelhalter (2005), appendix A.1.1: with r the smallest count of which
    P(R <= r) > q, the limit is (r - a) / n, a = (P(R <= r) - q) / P(R = r). Interpolated, all of n would lie without however
    likely that is (one of one, say): where chance brings it more often than the tail, it is within. Raises ValueError
    without cases.
    """
    if cases <= 0:
        raise ValueError("there are no cases")
    if target <= 0 or target >= 1:
        return target, target
    tail = (1 - level) / 2
    return _limit(cases, target, tail), 1.0 if target**cases > tail else _limit(cases, target, 1 - tail)


def _limit(n: int, p: float, q: float) -> float:
    below = 0.0
    for r in range(n + 1):
        mass = exp(lgamma(n + 1) - lgamma(r + 1) - lgamma(n - r + 1) + r * log(p) + (n - r) * log(1 - p))
        below += mass
        if below > q:
            return min(max((r - (below - q) / mass) / n, 0.0), 1.0)
    return 1.0
