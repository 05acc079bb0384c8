"""How long customers stay, and whether two curves of waiting differ: models with published values to hold them against.

Pure functions; scipy is loaded when one of them is called, not with the screens.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import exp, lgamma, sqrt
from statistics import NormalDist


@dataclass(frozen=True, slots=True)
class LogRank:
    """Whether two groups end alike: chi-squared with one degree of freedom, and how likely so much is by chance alone."""

    chi_squared: float
    p: float


def log_rank(one: Sequence[tuple[float, bool]], other: Sequence[tuple[float, bool]]) -> LogRank:
    """The log-rank test of Mantel (1966) on (duration, whether it has ended) of two groups. Raises ValueError when none
    has."""
    expected = variance = seen = 0.0
    for time in sorted({time for time, is_ended in (*one, *other) if is_ended}):
        mine = sum(1 for duration, _ in one if duration >= time)
        both = mine + sum(1 for duration, _ in other if duration >= time)
        ends = [sum(1 for duration, is_ended in group if is_ended and duration == time) for group in (one, other)]
        seen += ends[0]
        expected += sum(ends) * mine / both
        if both > 1:
            variance += sum(ends) * mine / both * (1 - mine / both) * (both - sum(ends)) / (both - 1)
    if variance <= 0:
        raise ValueError("nothing has ended")
    chi_squared = (seen - expected) ** 2 / variance
    return LogRank(chi_squared, 2 * (1 - NormalDist().cdf(sqrt(chi_squared))))


@dataclass(frozen=True, slots=True)
class ShiftedBetaGeometric:
    """Fader and Hardie (2007): everybody leaves with a chance of their own each period; the chances are Beta(alpha, beta).

    It is why retention rises with age without anybody becoming more loyal: those who leave easily are gone.
    """

    alpha: float
    beta: float
    log_likelihood: float

    def retention(self, period: int) -> float:
        """The share of those left at the beginning of a period, counted from 1, who stay through it."""
        return (self.beta + period - 1) / (self.alpha + self.beta + period - 1)

    def survival(self, periods: int) -> float:
        """The share of all who are left after so many periods."""
        return exp(_log_beta(self.alpha, self.beta + periods) - _log_beta(self.alpha, self.beta))


def fitted_retention(left: Sequence[float]) -> ShiftedBetaGeometric:
    """The likeliest such model of one cohort: how many were left at the beginning, after one period, after two …

    Raises ValueError for fewer than two periods, or counts that grow.
    """
    from scipy.optimize import minimize

    if len(left) < 3 or any(after > before for before, after in pairwise(left)):
        raise ValueError("at least two periods, and nobody comes back")
    gone = [before - after for before, after in pairwise(left)]

    def unlikely(logs: Sequence[float]) -> float:
        alpha, beta = exp(logs[0]), exp(logs[1])
        base = _log_beta(alpha, beta)
        told = sum(count * (_log_beta(alpha + 1, beta + period) - base) for period, count in enumerate(gone) if count)
        return -(told + left[-1] * (_log_beta(alpha, beta + len(gone)) - base))

    found = minimize(
        unlikely, (0.0, 0.0), method="Nelder-Mead", options={"xatol": 1e-8, "fatol": 1e-8, "maxiter": 4000}
    )
    return ShiftedBetaGeometric(exp(found.x[0]), exp(found.x[1]), -float(found.fun))


@dataclass(frozen=True, slots=True)
class BuyTillYouDie:
    """BG/NBD of Fader, Hardie and Lee (2005): people buy at a rate of their own until, after some purchase, they are gone.

    `repeats` purchases after the first one, the last of them at `last`, watched for `watched`, in the model's unit of time.
    """

    r: float
    alpha: float
    a: float
    b: float

    def alive(self, repeats: int, last: float, watched: float) -> float:
        """The chance that a person still is a customer. Without a repeat it is 1: nobody leaves before a purchase."""
        if repeats == 0:
            return 1.0
        odds = self.a / (self.b + repeats - 1) * ((self.alpha + watched) / (self.alpha + last)) ** (self.r + repeats)
        return float(1 / (1 + odds))

    def active(self, ahead: float, repeats: int, last: float, watched: float) -> float:
        """The chance of at least one purchase in the time ahead: to be a customer still, and to buy in it. The rate of
        buying of whoever is one is Gamma(r + repeats, alpha + watched)."""
        none = ((self.alpha + watched) / (self.alpha + watched + ahead)) ** (self.r + repeats)
        return float(self.alive(repeats, last, watched) * (1 - none))

    def expected(self, ahead: float, repeats: int, last: float, watched: float) -> float:
        """How many purchases to expect of a person in the time ahead."""
        from scipy.special import hyp2f1

        r, alpha, a, b = self.r, self.alpha, self.a, self.b
        curve = float(hyp2f1(r + repeats, b + repeats, a + b + repeats - 1, ahead / (alpha + watched + ahead)))
        shrunk = ((alpha + watched) / (alpha + watched + ahead)) ** (r + repeats)
        return float((a + b + repeats - 1) / (a - 1) * (1 - shrunk * curve) * self.alive(repeats, last, watched))


Bought = tuple[int, float, float, int]
"""Repeats, the last of them, watched for how long, and how many such people there are."""


def fitted_buying(people: Sequence[Bought]) -> BuyTillYouDie:
    """The likeliest such model (equation 6 of the same paper, in logarithms). Raises ValueError when nobody repeats."""
    import numpy as np
    from scipy.optimize import minimize
    from scipy.special import gammaln

    x, last, watched, count = (np.array([each[column] for each in people], dtype=float) for column in range(4))
    if not (x * count).sum():
        raise ValueError("nobody bought again")
    # An origin of time that suits the fit: parameters of the rate in units of the mean time watched.
    unit = float((watched * count).sum() / count.sum()) or 1.0
    last, watched = last / unit, watched / unit

    def unlikely(logs: Sequence[float]) -> float:
        r, alpha, a, b = (exp(min(max(each, -12.0), 12.0)) for each in logs)
        first = gammaln(r + x) - gammaln(r) + r * np.log(alpha)
        first += gammaln(a + b) + gammaln(b + x) - gammaln(b) - gammaln(a + b + x)
        still = -(r + x) * np.log(alpha + watched)
        gone = np.log(a) - np.log(b + np.maximum(x, 1) - 1) - (r + x) * np.log(alpha + last)
        told = first + np.where(x > 0, np.logaddexp(still, gone), still)
        return -float((told * count).sum())

    # Steps of its own choosing from 0 would be of 0.00025, and the search over before it began.
    start = np.vstack([np.zeros(4), np.eye(4)]) - np.array([0.3, 0.3, 0.3, -0.4])
    options = {"xatol": 1e-4, "fatol": 1e-3, "maxiter": 1200, "maxfev": 1200, "initial_simplex": start}
    found = minimize(unlikely, start[0], method="Nelder-Mead", options=options)
    r, alpha, a, b = (exp(min(max(each, -12.0), 12.0)) for each in found.x)
    return BuyTillYouDie(r, alpha * unit, a, b)


def _log_beta(a: float, b: float) -> float:
    return lgamma(a) + lgamma(b) - lgamma(a + b)
