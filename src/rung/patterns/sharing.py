"""How much of an outcome each driver accounts for: Shapley values of reach, and of explained variance (LMG).

Association, never cause: what goes together with an outcome, shared out fairly among drivers that go together with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

EXACT_UP_TO = 15
"""Drivers whose every subset is looked at; above, orderings are drawn."""
ORDERINGS = 400
SEED = 20261122
_TINY = 1e-10


def reach_shares(flags: Array, hit: Array, weights: Array | None = None) -> Array:
    """Shapley shares of "reach minus noise" (Conklin, Powaga and Lipovetsky 2004), exact for any number of drivers.

    ``flags`` (cases, drivers) are 0 or 1, ``hit`` (cases,) says whether the outcome came about. The worth of a set is
    v(S) = P(a flag in S | hit) - P(a flag in S | not hit). A case with k flags is worth 1 to every set that holds one of
    them; by symmetry each of the k has 1/k of it. So the shares are two means, without a single subset.
    """
    whole = np.ones(len(flags)) if weights is None else weights
    each = flags / np.maximum(flags.sum(axis=1, keepdims=True), 1)
    return _mean(each, whole * hit) - _mean(each, whole * (1 - hit))


def reach(flags: Array, hit: Array, drivers: Sequence[int]) -> float:
    """v(S) of a set of drivers."""
    any_of = np.asarray(flags[:, list(drivers)].max(axis=1, initial=0.0)).reshape(-1, 1)
    return float((_mean(any_of, hit) - _mean(any_of, 1 - hit)).item())


def key_drivers(flags: Array, hit: Array, shares: Array) -> list[int]:
    """The drivers from the largest share down, until the reach of them together peaks."""
    order = [int(i) for i in np.argsort(-shares, kind="stable") if shares[i] > 0]
    worths = [reach(flags, hit, order[: k + 1]) for k in range(len(order))]
    return order[: int(np.argmax(worths)) + 1] if worths else []


def _mean(values: Array, weights: Array) -> Array:
    total = weights.sum()
    return np.asarray(weights @ values / total if total > 0 else np.zeros(values.shape[1]))


@dataclass(frozen=True, slots=True)
class Explained:
    """``shares`` (draws, outcomes, drivers) sum to ``whole`` (draws, outcomes), the R² of all drivers together.

    ``error`` is the Monte Carlo standard error (outcomes, drivers) of the first draw; 0 where every subset was looked at.
    """

    shares: Array
    whole: Array
    error: Array


def explained(
    moments: Array, groups: Sequence[Sequence[int]], outcomes: int = 1, *, seed: int = SEED, orderings: int = ORDERINGS
) -> Explained:
    """LMG: the mean over orderings of what a driver adds to R², which is its Shapley value of R².

    ``moments`` (draws, m, m) are matrices of co-variances; the last ``outcomes`` rows are what is to be explained, the
    others predictors. ``groups`` names the predictors of each driver, so that a channel with four indicators is one driver.
    Up to EXACT_UP_TO drivers every subset is looked at, by sweeping predictors in, all draws at once.
    """
    start = np.array(moments, dtype=np.float64)
    if len(groups) <= EXACT_UP_TO:
        return _by_subsets(start, groups, outcomes)
    return _by_orderings(start, groups, outcomes, seed, orderings)


def _by_subsets(start: Array, groups: Sequence[Sequence[int]], outcomes: int) -> Explained:
    count, draws = len(groups), len(start)
    worth = np.zeros((1 << count, draws, outcomes))
    # Laid out group after group, so that what has had its turn can be cut off: the widest group is best the first.
    kept = [*(j for group in groups for j in group), *range(start.shape[1] - outcomes, start.shape[1])]
    laid = start[:, kept][:, :, kept]
    sizes = [len(group) for group in groups]

    def walk(matrix: Array, mask: int, first: int) -> None:
        worth[mask] = _r2(matrix, start, outcomes)
        begins = 0
        for driver in range(first, count):
            ends = begins + sizes[driver]
            walk(_swept(matrix[:, begins:, begins:], range(sizes[driver]))[:, sizes[driver] :, sizes[driver] :],
                 mask | 1 << driver, driver + 1)  # fmt: skip
            begins = ends

    walk(laid, 0, 0)
    masks = np.arange(1 << count)
    many = np.array([mask.bit_count() for mask in range(1 << count)])
    weight = _weights(count)
    shares = np.empty((draws, outcomes, count))
    for driver in range(count):
        without = masks[(masks >> driver & 1) == 0]
        gain = worth[without | 1 << driver] - worth[without]
        shares[:, :, driver] = np.tensordot(weight[many[without]], gain, axes=1)
    return Explained(shares, worth[-1], np.zeros((outcomes, count)))


def _by_orderings(start: Array, groups: Sequence[Sequence[int]], outcomes: int, seed: int, orderings: int) -> Explained:
    """Orderings drawn in pairs, one the other's reverse, which takes away much of the chance in them."""
    generator = np.random.default_rng(seed)
    count = len(groups)
    total = np.zeros((len(start), outcomes, count))
    kept = []
    for _pair in range(max(orderings // 2, 2)):
        order = generator.permutation(count)
        gains = np.zeros_like(total)
        for drawn in (order, order[::-1]):
            matrix, before = start, np.zeros((len(start), outcomes))
            for driver in drawn.tolist():
                matrix = _swept(matrix, groups[driver])
                now = _r2(matrix, start, outcomes)
                gains[:, :, driver] += (now - before) / 2
                before = now
        total += gains
        kept.append(gains[0])
    every = np.array(kept)
    return Explained(total / len(every), before, every.std(axis=0, ddof=1) / np.sqrt(len(every)))


def _swept(matrix: Array, predictors: Sequence[int]) -> Array:
    """What is left of the co-variances once these predictors are known. One that says nothing new changes nothing."""
    for j in predictors:
        pivot = matrix[:, j, j]
        column = matrix[:, :, j]
        known = pivot > _TINY
        scaled = np.where(known[:, None], column / np.where(known, pivot, 1.0)[:, None], 0.0)
        matrix = matrix - scaled[:, :, None] * column[:, None, :]
    return matrix


def _r2(matrix: Array, start: Array, outcomes: int) -> Array:
    left, whole = (np.stack([each[:, -k, -k] for k in range(outcomes, 0, -1)], axis=1) for each in (matrix, start))
    return np.asarray(np.where(whole > _TINY, 1 - left / np.where(whole > _TINY, whole, 1.0), 0.0))


def _weights(count: int) -> Array:
    """By the size of the set a player joins: |S|! (n - |S| - 1)! / n!"""
    found = [1.0 / count] if count else []
    for size in range(1, count):
        found.append(found[-1] * size / (count - size))
    return np.array(found)


@dataclass(frozen=True, slots=True)
class Ranked:
    """A share with its interval, and its place among all with the interval of that: 1 is the largest."""

    value: float
    low: float
    high: float
    place: int
    place_low: int
    place_high: int


def ranked(value: Array, drawn: Array, confidence: float = 0.95) -> list[Ranked]:
    """``value`` (drivers,) with the spread of ``drawn`` (draws, drivers): percentile intervals of share and of place."""
    tail = (1 - confidence) / 2
    low, high = np.quantile(drawn, (tail, 1 - tail), axis=0)
    places = _places(drawn)
    place_low, place_high = np.quantile(places, (tail, 1 - tail), axis=0, method="nearest")
    own = _places(value[None])[0]
    return [
        Ranked(float(value[i]), float(low[i]), float(high[i]), int(own[i]), int(place_low[i]), int(place_high[i]))
        for i in range(len(value))
    ]


def _places(values: Array) -> npt.NDArray[np.int64]:
    order = np.argsort(-values, axis=1, kind="stable")
    found = np.empty_like(order)
    np.put_along_axis(found, order, np.arange(1, values.shape[1] + 1)[None], axis=1)
    return found


def design_effect(people: Iterable[tuple[int, int]]) -> float:
    """By how much a share is less sure than its count says, because cases of one customer are alike; 1 at least.

    ``people``: of each customer the cases, and how many of them count. The linearised variance of the share over customers
    (Kish 1965), divided by that of as many independent cases.
    """
    rows = np.array([row for row in people if row[0]], dtype=np.float64).reshape(-1, 2)
    n, hits = rows.sum(axis=0)
    if len(rows) < 2 or not 0 < hits < n:
        return 1.0
    share = hits / n
    variance = len(rows) / (len(rows) - 1) * ((rows[:, 1] - share * rows[:, 0]) ** 2).sum() / n**2
    return max(float(variance / (share * (1 - share) / n)), 1.0)


def draws(groups: int, count: int, seed: int = SEED) -> Array:
    """(count, groups): how often each group of customers is drawn. A multinomial: `groups` draws with putting back."""
    generator = np.random.default_rng(seed)
    return generator.multinomial(groups, np.full(groups, 1 / groups), size=count).astype(np.float64)
