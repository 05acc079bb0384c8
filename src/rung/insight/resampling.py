"""The cluster bootstrap: how far a ratio would vary if other customers had come, each with all they brought.

Whole customers are drawn again and again with replacement (Efron 1979; for clusters Davison and Hinkley 1997, 3.8). Only
how many customers brought the same (amount, n) matters, so a draw is one multinomial over the distinct pairs, not customers:
exact, and as fast for a million of them as for a thousand.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rung.insight.statistics import Estimate, mean_over_clusters

DRAWS = 2_000
SEED = 19_790_101
"""The same data give the same interval whoever asks, and when."""

# With more distinct pairs than this the draws come to the same as the linearised variance, and take seconds.
MOST_PAIRS = 4_000
FEWEST = 2


@dataclass(frozen=True, slots=True)
class Brought:
    """So many `people` brought `amount` out of `n` each."""

    amount: int
    n: int
    people: int


def people_of(brought: Sequence[Brought]) -> int:
    return sum(each.people for each in brought)


def repeats(brought: Sequence[Brought]) -> bool:
    """Whether anybody counts more than once."""
    return any(each.n > 1 and each.people for each in brought)


def resampled_ratio(brought: Sequence[Brought]) -> Estimate:
    """Amount for each of n, with the 2.5th and 97.5th percentile over DRAWS draws of whole customers.

    Raises ValueError when there is nothing to divide by, or a single customer.
    """
    import numpy as np

    # In one order: an engine gives rows in any, and the draws would be others.
    told = sorted((each for each in brought if each.people), key=lambda each: (each.amount, each.n))
    n = sum(each.n * each.people for each in told)
    if n <= 0 or people_of(told) < FEWEST:
        raise ValueError("nobody to draw from")
    if len(told) > MOST_PAIRS:
        return linearised(told)
    weights = np.array([each.people for each in told], dtype=float)
    drawn = np.random.default_rng(SEED).multinomial(int(weights.sum()), weights / weights.sum(), size=DRAWS)
    amounts = drawn @ np.array([each.amount for each in told], dtype=float)
    counts = drawn @ np.array([each.n for each in told], dtype=float)
    ratios = np.sort(amounts[counts > 0] / counts[counts > 0])
    low, high = (float(each) for each in np.quantile(ratios, [0.025, 0.975]))
    return Estimate(sum(each.amount * each.people for each in told) / n, low, high)


def linearised(told: Sequence[Brought]) -> Estimate:
    """Amount, none below 0, for each of n, with the interval of the linearised variance over whole customers.

    Raises ValueError when there is nothing to divide by."""

    def total(amounts: int, counts: int) -> int:
        return sum(each.people * each.amount**amounts * each.n**counts for each in told)

    return mean_over_clusters(people_of(told), total(0, 1), total(1, 0), total(2, 0), total(1, 1), total(0, 2))


def widened(estimate: Estimate, brought: Sequence[Brought], *, per: float = 1.0) -> Estimate:
    """An estimate that took every case for itself, with each end moved out to where resampling whole customers puts it.

    Never moved in: with few customers the percentiles are too narrow, and where all agree they have no width at all.
    `per`: what a ratio is multiplied by to be in the unit of the estimate.
    """
    if not repeats(brought) or people_of(brought) < FEWEST:
        return estimate
    drawn = resampled_ratio(brought).times(per)
    # By how far the draws reach from their own middle: the estimate itself may be an adjusted one.
    low = min(estimate.low, estimate.value - (drawn.value - drawn.low))
    high = max(estimate.high, estimate.value + (drawn.high - drawn.value))
    return replace(estimate, low=low, high=high)


def design_effect(alone: Estimate, whole: Estimate) -> float:
    """By how much alike cases multiply the variance (Kish 1965, 5.4): the squared ratio of the widths of `whole`, drawn by
    customers, and `alone`, which takes every case for itself. At least 1."""
    width = alone.high - alone.low
    return max(1.0, ((whole.high - whole.low) / width) ** 2) if width > 0 and whole.is_bounded else 1.0


def by_customer(cases: str) -> str:
    """SQL for what each customer brought (see `KPI.clusters`), from one that gives a row a case: span, team, channel,
    customer, amount and one_n, what it adds above and below the line."""
    return f"""
SELECT span, amount_n, count_n, COUNT(*) AS people
FROM (
    SELECT span, customer, SUM(amount) AS amount_n, SUM(one_n) AS count_n
    FROM ({cases}) cases
    WHERE :scope
    GROUP BY span, customer
) brought
GROUP BY span, amount_n, count_n
"""  # noqa: S608 - `cases` is a constant of a KPI's file
