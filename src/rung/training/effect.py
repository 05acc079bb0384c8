"""What a training changed, against comparable colleagues who had none: who was picked for being weak improves anyway.

Difference in differences of what is left after case mix, as shares of 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from rung.training.bounds import FEWEST_BEFORE_AND_AFTER, FEWEST_CONTROLS, FEWEST_OF_A_CONTROL
from rung.training.pooling import Array, pool_of, posterior
from rung.training.served import Numbers, Truths

COMPARABLE = 0.10
"""Colleagues are comparable whose share before, drawn to that of all, was within so much of the trained ones'."""
NARROW = 0.15
"""An interval reaching no further than this to either side says that there is no difference to speak of."""

BETTER, WORSE, NO_DIFFERENCE, CANNOT_TELL = "better", "worse", "none", "unknown"


@dataclass(frozen=True, slots=True)
class Effect:
    """``value`` with its 95 % interval, None where too little is known; ``before`` and ``after`` cases of the trained ones,
    ``controls`` colleagues with so many cases; ``as_much``: how many of these changed at least as much without training."""

    verdict: str
    value: float | None
    low: float | None
    high: float | None
    before: int
    after: int
    controls: int
    as_much: int


@dataclass(frozen=True, slots=True)
class Side:
    """Cases of some of us in both windows: what is left of each after case mix, whose it is, whether it is after."""

    left: Array
    customers: Numbers
    is_after: Truths

    @property
    def before(self) -> int:
        return int((~self.is_after).sum())

    @property
    def after(self) -> int:
        return int(self.is_after.sum())

    def change(self) -> float:
        return float(self.left[self.is_after].mean() - self.left[~self.is_after].mean())

    def variance(self) -> float:
        """Of the change, with customers as clusters: their cases are alike (Liang and Zeger 1986, with G / (G - 1))."""
        middle = np.where(self.is_after, self.left[self.is_after].mean(), self.left[~self.is_after].mean())
        weight = np.where(self.is_after, 1 / self.after, -1 / self.before)
        _names, which = np.unique(self.customers, return_inverse=True)
        sums = np.bincount(which, weights=(self.left - middle) * weight)
        return float((sums**2).sum()) * len(sums) / max(len(sums) - 1, 1)


def effect_of(trained: Sequence[Side], others: Sequence[Side], usual: float) -> Effect:
    """The effect on those ``trained`` (one `Side` each) against those of the ``others`` with about the same share before.

    (post_T - pre_T) - (post_C - pre_C) (section 5.10). Its variance is that of both changes, and tau² (1/m + 1/k) for how
    differently colleagues change by themselves, tau² by moments over the k controls; Student's t with m + k - 1 degrees of
    freedom, as colleagues are few. ``usual``: the share of all, to which those before are drawn.
    """
    both = _together(trained)
    controls = [other for other in others if min(other.before, other.after) >= FEWEST_OF_A_CONTROL]
    if both is None or min(both.before, both.after) < FEWEST_BEFORE_AND_AFTER:
        return _unknown(both, [])
    controls = comparable(both, controls, usual)
    if len(controls) < FEWEST_CONTROLS:
        return _unknown(both, controls)
    together = _together(controls)
    assert together is not None
    value = both.change() - together.change()
    changes = np.array([control.change() for control in controls])
    own = np.array([control.variance() for control in controls])
    k, m = len(controls), len(trained)
    tau = max(0.0, float(changes.var(ddof=1) - own.mean()))
    error = float(np.sqrt(both.variance() + together.variance() + tau * (1 / m + 1 / k)))
    half = float(stdtrit(m + k - 1, 0.975)) * error
    low, high = value - half, value + half
    verdict = BETTER if low > 0 else WORSE if high < 0 else NO_DIFFERENCE if max(-low, high) <= NARROW else CANNOT_TELL
    as_much = int((changes >= both.change()).sum())
    return Effect(verdict, value, low, high, both.before, both.after, k, as_much)


def comparable(trained: Side, others: Sequence[Side], usual: float) -> list[Side]:
    """Those of the others whose share before the training was about the trained ones', each drawn to the share of all."""
    held = [trained, *others]
    cases = [each.before for each in held]
    hits = [
        min(max(n * usual + float(each.left[~each.is_after].sum()), 0.0), n)
        for each, n in zip(held, cases, strict=True)
    ]
    if len(held) < 2:
        return []
    pool = pool_of(hits, cases)
    first, *drawn = (posterior(pool.mean, pool.strength, x, n).mean for x, n in zip(hits, cases, strict=True))
    return [other for other, each in zip(others, drawn, strict=True) if abs(each - first) <= COMPARABLE]


def _together(sides: Sequence[Side]) -> Side | None:
    if not sides:
        return None
    return Side(
        np.concatenate([each.left for each in sides]),
        np.concatenate([each.customers for each in sides]),
        np.concatenate([each.is_after for each in sides]),
    )


def _unknown(trained: Side | None, controls: Sequence[Side]) -> Effect:
    before, after = (trained.before, trained.after) if trained else (0, 0)
    return Effect(
        CANNOT_TELL,
        *(None, None, None),
        before,
        after,
        len(controls),
        0,
    )
