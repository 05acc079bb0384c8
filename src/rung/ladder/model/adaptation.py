"""Closed forms of a rising expectation. They carry no data: they say what the model implies."""

from __future__ import annotations

from math import ceil, log

import numpy as np

from .parameters import Parameters


def repeated(d0: float, adapt: float, times: int) -> float:
    """d after the same quality was delivered ``times`` more times: d0 (1 - lambda)^n. Falls towards Expected."""
    return float(d0 * (1 - adapt) ** times)


def repetitions_until(d0: float, cutpoint: float, adapt: float) -> int:
    """How many repetitions take d from ``d0`` down to a positive ``cutpoint``: ceil(ln(c/d0) / ln(1 - lambda))."""
    if not 0 < cutpoint <= d0 or not 0 < adapt < 1:
        raise ValueError("needs 0 < cutpoint <= d0 and 0 < adapt < 1")
    return ceil(log(cutpoint / d0) / log(1 - adapt))


def drifted(drift: float, gap: float, adapt_down: float) -> float:
    """Where constant quality settles while the market rises ``drift`` a month, ``gap`` months between touchpoints."""
    return -drift * gap / adapt_down


def rise_to_hold(d: float, adapt_up: float, drift: float = 0.0, gap: float = 0.0) -> float:
    """The Red Queen rule: how much quality must rise per touchpoint to hold a d above 0."""
    return adapt_up * d + drift * gap


def held_by_rise(rise: float, adapt_up: float) -> float:
    """Where d settles when quality rises by ``rise`` per touchpoint and the market stands still."""
    return rise / adapt_up


def noisy_mean(adapt_up: float, adapt_down: float, sd: float = 1.0) -> float:
    """The long-run mean of d under constant average quality with noise of ``sd``: the ratchet.

    Below 0 whenever expectations rise faster than they fall, so that evenness alone raises the level. Worked out
    from the stationary law of the expectation on a fine grid, without mean reversion.
    """
    e = np.linspace(-4, 4, 801)
    move = e[None, :] - e[:, None]  # from row to column
    adapt = np.where(move > 0, adapt_up, adapt_down)
    quality = e[:, None] + move / adapt
    chance = np.exp(-0.5 * quality**2) / adapt
    chance /= chance.sum(axis=1, keepdims=True)
    law = np.full(len(e), 1 / len(e))
    for _ in range(2000):
        after = law @ chance
        if np.abs(after - law).max() < 1e-13:
            break
        law = after
    return float(-(law @ e) * sd)


def erosion(expected_first: float, expected_last: float) -> float:
    """Change of the mean d over a window at constant operations: minus the change of the mean expectation."""
    return -(expected_last - expected_first)


def rung_for(d: float, parameters: Parameters) -> int:
    """The level, 1 to 6, of one d."""
    return 1 + sum(d > cut for cut in parameters.cutpoints)
