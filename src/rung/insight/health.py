"""Customer health: the chance that somebody buys within the next year, and how such chances told a year ago turned out.

Pure. BG/NBD on months (see `lifetimes`), fitted to what was known a year ago and held against what came; the odds of today's
chances are then moved by as much as a year ago would have made them right on average.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import exp, log

from rung.insight.lifetimes import Bought, BuyTillYouDie, fitted_buying
from rung.insight.statistics import wilson

AHEAD = 12.0
# Fewer people known for a year can confirm nothing.
FEWEST = 30
BANDS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)


@dataclass(frozen=True, slots=True)
class Foretold:
    """Somebody's state a year ago, how many such people there were, and how many of these bought in the year after."""

    state: Bought
    came: int


@dataclass(frozen=True, slots=True)
class Band:
    """People of whom a year ago a chance between two ends was told: its mean, how many, and how many came."""

    low: float
    high: float
    told: float
    n: int
    came: int


@dataclass(frozen=True, slots=True)
class Calibration:
    """How a year ago turned out: Brier's score (1950) of the chances and of the same chance for all, the bands of the
    reliability curve, and by how much the odds are to be moved, with the ends of its interval."""

    brier: float
    brier_of_the_mean: float
    bands: tuple[Band, ...]
    shift: tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Health:
    """The mean chance of today's customers, calibrated, with what the calibration leaves open; and the calibration."""

    mean: tuple[float, float, float]
    calibration: Calibration
    model: BuyTillYouDie


def health(now: Sequence[Bought], before: Sequence[Foretold]) -> Health | None:
    """None while too few have been known for a year, or nobody ever bought twice."""
    people = sum(each.state[3] for each in before)
    if people < FEWEST or not now:
        return None
    try:
        past = fitted_buying([each.state for each in before])
        model = fitted_buying(now)
    except ValueError:
        return None
    calibration = _calibration(past, before, people)
    chances = [(_chance(model, state), state[3]) for state in now]
    value, low, high = (_mean_moved(chances, shift) for shift in calibration.shift)
    return Health((value, low, high), calibration, model)


def _chance(model: BuyTillYouDie, state: Bought) -> float:
    repeats, last, watched, _count = state
    return min(max(model.active(AHEAD, repeats, last, watched), 1e-6), 1 - 1e-6)


def _calibration(model: BuyTillYouDie, before: Sequence[Foretold], people: int) -> Calibration:
    told = [(_chance(model, each.state), each.state[3], each.came) for each in before]
    came = sum(each for _chance_, _n, each in told)
    share = came / people
    brier = sum(hit * (1 - chance) ** 2 + (n - hit) * chance**2 for chance, n, hit in told) / people
    bands = []
    for low, high in pairwise(BANDS):
        own = [each for each in told if low <= each[0] < high]
        n = sum(each[1] for each in own)
        if n:
            mean = sum(chance * count for chance, count, _hits in own) / n
            bands.append(Band(low, high, mean, n, sum(each[2] for each in own)))
    seen = wilson(came, people)
    chances = [(chance, n) for chance, n, _hit in told]
    shift = tuple(_shift_to(chances, goal) for goal in (seen.value, seen.low, seen.high))
    return Calibration(brier, share * (1 - share), tuple(bands), (shift[0], shift[1], shift[2]))


def _mean_moved(chances: Sequence[tuple[float, int]], shift: float) -> float:
    people = sum(n for _chance_, n in chances)
    return sum(n / (1 + exp(-(log(chance / (1 - chance)) + shift))) for chance, n in chances) / people


def _shift_to(chances: Sequence[tuple[float, int]], goal: float) -> float:
    """By how much the odds have to be moved for the mean chance to be `goal`, by halving."""
    low, high = -15.0, 15.0
    for _ in range(40):
        middle = (low + high) / 2
        if _mean_moved(chances, middle) < goal:
            low = middle
        else:
            high = middle
    return (low + high) / 2
