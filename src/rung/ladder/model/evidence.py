"""What a touchpoint's effects say about d: the likelihoods of equations (7) to (11) and their information."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from .grid import Array
from .parameters import Behaviour, Ordinal, Parameters

ITEMS = ("level", "csat", "ces", "nps")
SIGNALS = ("complaint", "escalation", "negative_review", "referral", "thanks")
RETURNS = ("returned", "returned_captive", "returned_free")


@dataclass(frozen=True, slots=True, order=True)
class Evidence:
    """One observed effect.

    ``kind`` is one of ITEMS (value: the answer given), SIGNALS (1 it happened, 0 it was watched for and did not),
    RETURNS (1 came back, 0 did not; the name says whether the customer is free to leave, plain when unknown),
    ``answered`` (1 answered the survey, 0 was asked and did not) or ``sentiment`` (value: the reading).
    """

    kind: str
    value: float

    @property
    def is_direct(self) -> bool:
        """Whether the customer said or did it, as against silence, habit or a reading of ours."""
        return self.kind in ITEMS or (self.kind in SIGNALS and self.value == 1)

    @property
    def is_direct_praise(self) -> bool:
        """Whether it may carry Unbelievable: an act of praise, or the level question answered 5 or 6.

        A top CSAT or NPS answer may not: lenient raters give it too.
        """
        if self.kind == "level":
            return self.value >= 5
        return self.kind in ("referral", "thanks") and self.value == 1


def sigmoid(x: Array) -> Array:
    # tanh form: exact at both ends and without overflow, where 1/(1+exp(-x)) warns
    return 0.5 * (1.0 + np.tanh(0.5 * x))


def answer_probability(item: Ordinal, answer: float, d: Array) -> Array:
    """P(Y = answer | d) by equation (7). ValueError when the item has no such answer."""
    k = int(answer) - item.lowest
    if k != answer - item.lowest or not 0 <= k <= len(item.thresholds):
        raise ValueError(f"no answer {answer} between {item.lowest} and {item.highest}")
    at_least = np.ones_like(d) if k == 0 else sigmoid(item.slope * (d - item.thresholds[k - 1]))
    more = np.zeros_like(d) if k == len(item.thresholds) else sigmoid(item.slope * (d - item.thresholds[k]))
    return np.asarray(at_least - more)


def behaviour_probability(behaviour: Behaviour, d: Array, floor: float | None = None) -> Array:
    """P(Y = 1 | d) by equation (8); ``floor`` replaces l, as equation (9) does for captives."""
    low = behaviour.floor if floor is None else floor
    rise = sigmoid(behaviour.sign * behaviour.slope * (d - behaviour.location))
    return np.asarray(low + (behaviour.ceiling - low) * rise)


def return_probability(parameters: Parameters, d: Array, kind: str) -> Array:
    """P(came back | d) by equation (9); a mixture of captive and free when it is not known which."""
    free = behaviour_probability(parameters.returned, d)
    captive = behaviour_probability(parameters.returned, d, floor=parameters.captive_floor)
    if kind == "returned_free":
        return free
    if kind == "returned_captive":
        return captive
    share = parameters.captive_share
    return np.asarray(share * captive + (1 - share) * free)


def answering_probability(parameters: Parameters, d: Array) -> Array:
    """P(answered the survey | d) by equation (11)."""
    r0, r1, r2 = parameters.answered
    return sigmoid(r0 + r1 * d + r2 * d * d)


def likelihood(evidence: Evidence, parameters: Parameters, d: Array) -> Array:
    """p(evidence | d) at every point of d. ValueError for evidence the parameters cannot read."""
    kind, value = evidence.kind, evidence.value
    if kind in ITEMS:
        item: Ordinal | None = getattr(parameters, kind)
        if item is None:
            raise ValueError(f"parameters {parameters.version} do not read {kind}")
        return answer_probability(item, value, d)
    if kind == "sentiment":
        miss = (value - parameters.sentiment_origin - parameters.sentiment_slope * d) / parameters.sentiment_sd
        return np.asarray(np.exp(-0.5 * miss * miss) / (parameters.sentiment_sd * np.sqrt(2 * np.pi)))
    if kind in SIGNALS:
        happened = behaviour_probability(getattr(parameters, kind), d)
    elif kind in RETURNS:
        happened = return_probability(parameters, d, kind)
    elif kind == "answered":
        happened = answering_probability(parameters, d)
    else:
        raise ValueError(f"unknown evidence {kind}")
    return happened if value == 1 else np.asarray(1.0 - happened)


def information(kind: str, parameters: Parameters, d: Array) -> Array:
    """Fisher information about d that asking for or watching ``kind`` carries, at every point of d."""
    step = 1e-4
    values: Iterable[float]
    if kind in ITEMS:
        item: Ordinal | None = getattr(parameters, kind)
        if item is None:
            raise ValueError(f"parameters {parameters.version} do not read {kind}")
        values = range(item.lowest, item.highest + 1)
    elif kind == "sentiment":
        return np.full_like(d, (parameters.sentiment_slope / parameters.sentiment_sd) ** 2)
    else:
        values = (0, 1)
    total = np.zeros_like(d)
    for value in values:
        evidence = Evidence(kind, value)
        slope = (likelihood(evidence, parameters, d + step) - likelihood(evidence, parameters, d - step)) / (2 * step)
        total += slope**2 / likelihood(evidence, parameters, d)
    return total


@lru_cache(maxsize=4096)
def _log_likelihood(evidence: Evidence, parameters: Parameters, points: tuple[float, ...]) -> Array:
    with np.errstate(divide="ignore"):
        return np.log(np.maximum(likelihood(evidence, parameters, np.asarray(points)), 1e-300))


def log_likelihood(items: Iterable[Evidence], parameters: Parameters, points: tuple[float, ...]) -> Array:
    """log p(all items | d) on the grid's points; all zeros without evidence."""
    total = np.zeros(len(points))
    for evidence in items:
        total = total + _log_likelihood(evidence, parameters, points)
    return total
