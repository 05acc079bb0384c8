"""Intervals and survival curves: pure functions, each naming the source of its formula.

Written out rather than taken from scipy and statsmodels because the web process would carry 100 MB for two pages of
arithmetic; the tests compare them with published values. Curves, which have thousands of steps, are numpy's.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import exp, inf, isfinite, lgamma, log, sqrt
from typing import TYPE_CHECKING, NamedTuple

from rung.core.proportion import Z95, wilson_ends

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value with its 95 % interval, in the unit of the value. An end that the data do not bound is infinite."""

    value: float
    low: float
    high: float

    @classmethod
    def exactly(cls, value: float) -> "Estimate":
        """What was counted or measured whole, and varies by no chance."""
        return cls(value, value, value)

    @property
    def is_bounded(self) -> bool:
        return isfinite(self.low) and isfinite(self.high)

    def times(self, factor: float) -> "Estimate":
        """The same estimate in another unit, `factor` > 0."""
        return Estimate(self.value * factor, self.low * factor, self.high * factor)


def wilson(successes: float, n: float, z: float = Z95) -> Estimate:
    """A proportion with its score interval, as fractions of 1. Raises as `wilson_ends` does."""
    low, high = wilson_ends(successes, n, z)
    return Estimate(successes / n, low, high)


def difference(after: Estimate, before: Estimate) -> Estimate:
    """`after` minus `before` for two independent samples, by squaring and adding the distances to their limits.

    With Wilson limits this is Newcombe's hybrid score interval (1998b, method 10); for other estimates it is the MOVER
    of Zou and Donner (2008). An unbounded limit leaves the difference unbounded on that side.
    """
    d = after.value - before.value
    low = d - sqrt((after.value - after.low) ** 2 + (before.high - before.value) ** 2)
    high = d + sqrt((after.high - after.value) ** 2 + (before.value - before.low) ** 2)
    return Estimate(d, low, high)


def net_promoter(promoters: int, passives: int, detractors: int) -> Estimate:
    """Net Promoter Score in points, plain: %promoters - %detractors, with the Wald interval, not clipped.

    Variance of one answer: p + d - (p - d)^2. Too narrow at the ends (0 wide when all agree): show `adjusted_net_promoter`.
    Raises ValueError without answers.
    """
    return _net_promoter(promoters, detractors, promoters + passives + detractors)


def adjusted_net_promoter(promoters: int, passives: int, detractors: int) -> Estimate:
    """Net Promoter Score in points by adjusted Wald: 3 added to n, 3/4 each to promoters and detractors.

    Agresti-Min's adjustment as tried for this score by Rocks (2016) and Lewis and Sauro (2021); the interval is clipped
    to -100 … 100. Raises ValueError without answers.
    """
    n = promoters + passives + detractors
    if n <= 0:
        raise ValueError("no answers")
    wide = _net_promoter(promoters + 0.75, detractors + 0.75, n + 3)
    return Estimate(wide.value, max(-100.0, wide.low), min(100.0, wide.high))


def _net_promoter(promoters: float, detractors: float, n: float) -> Estimate:
    if n <= 0:
        raise ValueError("no answers")
    p, d = promoters / n, detractors / n
    half = Z95 * sqrt((p + d - (p - d) ** 2) / n)
    return Estimate(100 * (p - d), 100 * (p - d - half), 100 * (p - d + half))


def mean_of_counts(counts: Sequence[tuple[float, int]]) -> Estimate:
    """The mean of values given as (value, how often), with the normal interval from its standard error.

    Raises ValueError without values; a single value has no bounded interval.
    """
    n = sum(count for _, count in counts)
    if n <= 0:
        raise ValueError("no values")
    mean = sum(value * count for value, count in counts) / n
    if n == 1:
        return Estimate(mean, -inf, inf)
    variance = sum(count * (value - mean) ** 2 for value, count in counts) / (n - 1)
    half = Z95 * sqrt(variance / n)
    return Estimate(mean, mean - half, mean + half)


def student_mean_of_counts(counts: Sequence[tuple[float, int]]) -> Estimate:
    """The same with Student's interval, for answers of which there may be few."""
    n = sum(count for _, count in counts)
    plain = mean_of_counts(counts)
    if n < 2:
        return plain
    half = (plain.high - plain.value) * _student(n - 1) / Z95
    return Estimate(plain.value, plain.value - half, plain.value + half)


def _student(freedom: int) -> float:
    """The 97.5th percentile of Student's t (Abramowitz and Stegun 26.7.5); 1.5 % short with 2 degrees of freedom, 0.05 %
    with 4, below which nothing is told."""
    z, v = Z95, float(freedom)
    first = (z**3 + z) / 4
    second = (5 * z**5 + 16 * z**3 + 3 * z) / 96
    third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    fourth = (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160
    return z + first / v + second / v**2 + third / v**3 + fourth / v**4


def index_of_tens(scores: Sequence[tuple[float, float]]) -> float:
    """Mean answers on scales of 1 to 10, given as (mean, weight), as an index of 0 to 100: the customer satisfaction index
    of Fornell et al. (1996). Raises ValueError without weight."""
    weight = sum(each for _, each in scores)
    if weight <= 0:
        raise ValueError("nothing weighs anything")
    return 100 * sum((score - 1) * each for score, each in scores) / (9 * weight)


def mean_over_clusters(clusters: int, n: int, amount: int, amount_2: int, amount_n: int, n_2: int) -> Estimate:
    """`amount` for each of `n`, where both come in `clusters` of different sizes: the ratio with the interval of its
    linearised variance (Kish 1965, 6.3), which is what resampling whole clusters comes to.

    `amount_2`, `amount_n`, `n_2`: over the clusters, the sums of amount², amount × n, and n². Raises ValueError when there
    is nothing to divide by; a single cluster has no bounded interval.
    """
    if n <= 0:
        raise ValueError("nothing to divide by")
    ratio = amount / n
    if clusters < 2:
        return Estimate(ratio, -inf, inf)
    squares = max(0.0, amount_2 - 2 * ratio * amount_n + ratio * ratio * n_2)
    half = Z95 * sqrt(clusters / (clusters - 1) * squares) / n
    return Estimate(ratio, max(0.0, ratio - half), ratio + half)


# Above this count the cube-root approximation differs from the exact limit by less than one part in 10^5.
_EXACT_UP_TO = 1_000


@lru_cache(maxsize=4096)
def poisson(count: int) -> Estimate:
    """A count with its exact interval as the mean of a Poisson distribution (Garwood 1936).

    Large counts use the Wilson-Hilferty (1931) cube root of the same chi-squared limits. Raises ValueError below 0.
    """
    if count < 0:
        raise ValueError("a count is not negative")
    tail = 0.025
    if count > _EXACT_UP_TO:
        return Estimate(float(count), _wilson_hilferty(count, -Z95), _wilson_hilferty(count + 1, Z95))
    low = 0.0 if count == 0 else _where(lambda mean: _gamma_p(count, mean) - tail, 0.0, float(count))
    top = count + 10 * sqrt(count + 1.0) + 10
    high = _where(lambda mean: _gamma_p(count + 1, mean) - (1 - tail), float(count), top)
    return Estimate(float(count), low, high)


def _wilson_hilferty(shape: float, z: float) -> float:
    return float(shape * (1 - 1 / (9 * shape) + z / (3 * sqrt(shape))) ** 3)


def _where(rising: Callable[[float], float], low: float, high: float) -> float:
    """The root of a rising function between `low` and `high`, by halving."""
    for _ in range(55):
        middle = (low + high) / 2
        if rising(middle) < 0:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _gamma_p(a: float, x: float) -> float:
    """The regularised lower incomplete gamma function, by its series (Abramowitz and Stegun 6.5.29)."""
    if x <= 0:
        return 0.0
    term = 1.0 / a
    total = term
    n = a
    while term > total * 1e-16:
        n += 1
        term *= x / n
        total += term
    return min(1.0, total * exp(a * log(x) - x - lgamma(a)))


class Step(NamedTuple):  # a curve has thousands, and a frozen dataclass takes three times as long to make
    """The survival curve from `time` on: the share still waiting, with its pointwise 95 % band."""

    time: float
    survival: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, eq=False)
class SurvivalCurve:
    """What Kaplan and Meier (1958) make of durations of which some have not ended yet.

    `times` rise, and `survival`, `low` and `high` hold from each of them on. The band is Greenwood's variance on the
    log(-log) scale (Kalbfleisch and Prentice), so it stays within 0 … 1.
    """

    times: "Floats"
    survival: "Floats"
    low: "Floats"
    high: "Floats"
    n: int
    ended: int
    longest: float

    @property
    def steps(self) -> tuple[Step, ...]:
        columns = (each.tolist() for each in (self.times, self.survival, self.low, self.high))
        return tuple(Step(*each) for each in zip(*columns, strict=True))

    def quantile(self, share: float) -> Estimate | None:
        """The time by which `share` of all have ended, in the unit of the durations, or None when it is not reached.

        Limits after Brookmeyer and Crowley (1982): the times at which the band crosses; infinite where it never does.
        """
        value = self._first(self.survival, share)
        if value is None:
            return None
        low, high = self._first(self.low, share), self._first(self.high, share)
        return Estimate(value, value if low is None else min(low, value), inf if high is None else max(high, value))

    def _first(self, waiting: "Floats", share: float) -> float | None:
        """The first time from which no more than the rest are still waiting."""
        reached = (waiting <= 1 - share + 1e-12).nonzero()[0]
        return float(self.times[reached[0]]) if len(reached) else None

    def restricted_mean(self) -> float:
        """The area under the curve up to the longest time seen; the plain mean when every duration has ended."""
        import numpy as np

        before = np.concatenate(([1.0], self.survival))
        return float(before @ np.diff(self.times, prepend=0.0, append=self.longest))


def kaplan_meier(durations: Iterable[tuple[float, bool, int]]) -> SurvivalCurve:
    """The survival curve of (duration, whether it has ended, how many such). An open one at the same time as an end counts
    as still at risk there. Raises ValueError without durations."""
    import numpy as np

    told = list(durations)
    counts = np.array([count for _, _, count in told], dtype=float)
    n = int(counts.sum())
    if n <= 0:
        raise ValueError("no durations")
    times, place = np.unique(np.array([time for time, _, _ in told], dtype=float), return_inverse=True)
    left = np.bincount(place, weights=counts)
    ended = np.bincount(place, weights=counts * np.array([is_ended for _, is_ended, _ in told]))
    is_step = ended > 0
    at_risk, deaths = (n - np.cumsum(left) + left)[is_step], ended[is_step]
    survival = np.cumprod(1 - deaths / at_risk)
    # Where the last of all end the curve is 0, and has no width.
    remaining = np.where(at_risk > deaths, at_risk - deaths, inf)
    low, high = _log_log_band(survival, np.cumsum(deaths / (at_risk * remaining)))
    return SurvivalCurve(times[is_step], survival, low, high, n, int(deaths.sum()), float(times[-1]))


def _log_log_band(survival: "Floats", greenwood: "Floats") -> tuple["Floats", "Floats"]:
    import numpy as np

    is_inside = (survival > 0) & (survival < 1)
    inside = np.where(is_inside, survival, 0.5)
    spread = Z95 * np.sqrt(greenwood) / np.log(inside)
    low, high = inside ** np.exp(-spread), inside ** np.exp(spread)
    return np.where(is_inside, low, survival), np.where(is_inside, high, survival)


def nearest_rank(counts: Sequence[tuple[float, int]], share: float) -> float:
    """The smallest value that at least `share` of all do not exceed, from (value, how often) in any order.

    Raises ValueError without values.
    """
    n = sum(count for _, count in counts)
    if n <= 0:
        raise ValueError("no values")
    seen = 0
    for value, count in sorted(counts):
        seen += count
        if seen >= share * n - 1e-9:
            return value
    raise AssertionError("a share is at most 1")
