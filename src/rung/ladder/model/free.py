"""Which numbers of the model a fit may move, and the line on which each is moved.

A positive number is moved on the scale of its logarithm, a probability on that of its logit, thresholds by the first and
the logarithms of their distances, so that every vector is a valid set of parameters.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from math import exp, log
from typing import Any

import numpy as np

from .grid import Array
from .parameters import Behaviour, Ordinal, Parameters

PRIOR_SD = 0.7
DRIFT_SD = 0.05  # per month
SMALLEST = 1e-4

Reader = Callable[[Parameters], list[float]]
Writer = Callable[[Parameters, list[float]], Parameters]


@dataclass(frozen=True, slots=True)
class Block:
    """Numbers that belong together. ``evidence`` names the kinds whose likelihood hangs on them, if any does."""

    name: str
    sd: float
    read: Reader
    write: Writer
    evidence: tuple[str, ...] = ()


def logit(share: float) -> float:
    share = min(max(share, SMALLEST), 1 - SMALLEST)
    return log(share / (1 - share))


def expit(x: float) -> float:
    return 1 / (1 + exp(-min(max(x, -30.0), 30.0)))


def _with(parameters: Parameters, changed: Mapping[str, Any]) -> Parameters:
    return replace(parameters, **changed)


def _causes(parameters: Parameters) -> list[float]:
    return [cause.weight for cause in parameters.causes]


def _with_causes(parameters: Parameters, values: list[float]) -> Parameters:
    pairs = zip(parameters.causes, values, strict=True)
    return replace(parameters, causes=tuple(replace(cause, weight=value) for cause, value in pairs))


def _plain(*names: str, sd: float = PRIOR_SD, evidence: tuple[str, ...] = ()) -> Block:
    return Block(
        names[0],
        sd,
        lambda parameters: [getattr(parameters, name) for name in names],
        lambda parameters, values: _with(parameters, dict(zip(names, values, strict=True))),
        evidence,
    )


def _positive(*names: str, evidence: tuple[str, ...] = ()) -> Block:
    return Block(
        names[0],
        PRIOR_SD,
        lambda parameters: [log(max(getattr(parameters, name), SMALLEST)) for name in names],
        lambda parameters, values: _with(
            parameters, {name: exp(value) for name, value in zip(names, values, strict=True)}
        ),
        evidence,
    )


def _share(*names: str) -> Block:
    return Block(
        names[0],
        PRIOR_SD,
        lambda parameters: [logit(getattr(parameters, name)) for name in names],
        lambda parameters, values: _with(
            parameters, {name: expit(value) for name, value in zip(names, values, strict=True)}
        ),
    )


def _ordinal(name: str) -> Block:
    def read(parameters: Parameters) -> list[float]:
        item: Ordinal = getattr(parameters, name)
        gaps = np.diff(item.thresholds)
        return [log(item.slope), item.thresholds[0], *(log(max(gap, SMALLEST)) for gap in gaps)]

    def write(parameters: Parameters, values: list[float]) -> Parameters:
        item: Ordinal = getattr(parameters, name)
        thresholds = values[1] + np.concatenate(([0.0], np.cumsum(np.exp(values[2:]))))
        return _with(parameters, {name: Ordinal(exp(values[0]), tuple(float(b) for b in thresholds), item.lowest)})

    return Block(name, PRIOR_SD, read, write, (name,))


def _behaviour_values(behaviour: Behaviour) -> list[float]:
    rise = (behaviour.ceiling - behaviour.floor) / (1 - behaviour.floor)
    return [log(behaviour.slope), behaviour.location, logit(behaviour.floor), logit(rise)]


def _behaviour_of(values: list[float], sign: int) -> Behaviour:
    floor = expit(values[2])
    return Behaviour(exp(values[0]), values[1], floor, floor + (1 - floor) * expit(values[3]), sign)


def _behaviour(name: str) -> Block:
    return Block(
        name,
        PRIOR_SD,
        lambda parameters: _behaviour_values(getattr(parameters, name)),
        lambda parameters, values: _with(parameters, {name: _behaviour_of(values, getattr(parameters, name).sign)}),
        (name,),
    )


def _read_return(parameters: Parameters) -> list[float]:
    free = parameters.returned
    held = (parameters.captive_floor - free.floor) / (free.ceiling - free.floor)
    return [*_behaviour_values(free), logit(held)]


def _write_return(parameters: Parameters, values: list[float]) -> Parameters:
    free = _behaviour_of(values[:4], 1)
    floor = free.floor + (free.ceiling - free.floor) * expit(values[4])
    return replace(parameters, returned=free, captive_floor=floor)


BETA = Block("beta", PRIOR_SD, _causes, _with_causes)
SPREAD = _positive("quality_sd", "expectation_variance")
ADAPTATION = _share("adapt_up", "adapt_down")
NOISE = _positive("expectation_noise_sd")
DRIFT = _plain("market_drift", sd=DRIFT_SD)
ANSWERED = Block(
    "answered",
    PRIOR_SD,
    lambda parameters: list(parameters.answered),
    lambda parameters, values: replace(parameters, answered=(values[0], values[1], values[2])),
    ("answered",),
)
EFFECTS = (
    _ordinal("csat"),
    _ordinal("ces"),
    _behaviour("complaint"),
    _behaviour("escalation"),
    _behaviour("negative_review"),
    _behaviour("referral"),
    Block("returned", PRIOR_SD, _read_return, _write_return, ("returned", "returned_captive", "returned_free")),
    _plain("sentiment_origin", evidence=("sentiment",)),
    _positive("sentiment_slope", "sentiment_sd", evidence=("sentiment",)),
    ANSWERED,
)
"""Everything that reads evidence but the level question, which sets the scale of d, and thanks, whose absence is not
counted and which therefore says nothing about how often they come."""


class Free:
    """A choice of blocks around a set of parameters: vectors of them, their prior, and which entry is whose."""

    def __init__(self, blocks: Iterable[Block], around: Parameters) -> None:
        self.blocks = tuple(blocks)
        self.around = around
        lengths = [len(block.read(around)) for block in self.blocks]
        ends = np.cumsum([0, *lengths])
        self.slices = {block.name: slice(int(ends[i]), int(ends[i + 1])) for i, block in enumerate(self.blocks)}
        self.centre = self.pack(around)
        self.sd = np.repeat([block.sd for block in self.blocks], lengths)

    def pack(self, parameters: Parameters) -> Array:
        return np.array([value for block in self.blocks for value in block.read(parameters)], dtype=np.float64)

    def unpack(self, vector: Array, version: str = "") -> Parameters:
        found = self.around if not version else replace(self.around, version=version)
        for block in self.blocks:
            found = block.write(found, [float(value) for value in vector[self.slices[block.name]]])
        return found

    def log_prior(self, vector: Array) -> tuple[float, Array]:
        """The logarithm of the prior up to a constant, and its gradient: normal around the start on the moved scale."""
        away = (vector - self.centre) / self.sd
        return float(-0.5 * away @ away), np.asarray(-away / self.sd)
