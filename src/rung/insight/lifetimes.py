"""How long customers stay, by a model with published values to hold it against.

Pure; scipy is loaded when one of them is called, not with the screens.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, lgamma


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
