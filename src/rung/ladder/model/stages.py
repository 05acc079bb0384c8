"""How far a company's own data carry: which numbers to estimate, and whether what comes out may replace the defaults."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from .filter import Sequences
from .fitting import Fit, Watch, difference_interval, fit, log_scores, rows_of, split_by_customer
from .free import ADAPTATION, BETA, DRIFT, EFFECTS, NOISE, SPREAD, Block, Free
from .parameters import Parameters

EPISODES_TO_FIT = 200
CUSTOMERS_TO_ADAPT = 100
EPISODES_EACH = 6
MONTHS_TO_DRIFT = 12.0
MOST_EPISODES = 20_000
"""More are not read: the estimates are as good as they get, and the time would grow for nothing."""
HELD_OUT = 0.3


class Stage(StrEnum):
    DEFAULTS = "defaults"
    EFFECTS = "effects"
    ADAPTATION = "adaptation"
    DRIFT = "drift"


class Kind(StrEnum):
    """Who is compared: expectations that move with experience, those that stay, and nobody's own numbers."""

    ADAPTIVE = "adaptive"
    STATIC = "static"
    DEFAULTS = "defaults"


@dataclass(frozen=True, slots=True)
class Candidate:
    """One version and how well it foretold customers it had not seen: nats per customer, higher is better."""

    kind: Kind
    parameters: Parameters
    score: float


@dataclass(frozen=True, slots=True)
class Estimate:
    """What an estimation found. ``chosen`` is the candidate with the better held-out log score.

    ``ahead`` is its lead over the next best, with the 95 % interval over customers, in nats per customer. ``learnt_from``
    and ``held_out`` count episodes.
    """

    stage: Stage
    chosen: Candidate
    candidates: tuple[Candidate, ...]
    ahead: tuple[float, float, float]
    learnt_from: int
    held_out: int


Progress = Callable[[str, int], bool]
"""Called with what is being fitted and the steps it has made; returns whether to go on."""


def stage_of(given: Sequences) -> Stage:
    """How much may be estimated from so many episodes of so many customers over so long a time."""
    if len(given.customer) < EPISODES_TO_FIT:
        return Stage.DEFAULTS
    _, counts = np.unique(given.customer, return_counts=True)
    if int((counts >= EPISODES_EACH).sum()) < CUSTOMERS_TO_ADAPT:
        return Stage.EFFECTS
    if float(given.months.max() - given.months.min()) < MONTHS_TO_DRIFT:
        return Stage.ADAPTATION
    return Stage.DRIFT


def blocks_for(stage: Stage, given: Sequences) -> tuple[Block, ...]:
    """What is free at a stage: of the effects those of which there is any evidence."""
    if stage is Stage.DEFAULTS:
        return ()
    kinds = {item.kind for signature in given.signatures for item in signature}
    seen = tuple(block for block in EFFECTS if kinds & set(block.evidence))
    blocks: tuple[Block, ...] = (BETA, SPREAD, *seen)
    if stage in (Stage.ADAPTATION, Stage.DRIFT):
        blocks = (*blocks, ADAPTATION, NOISE)
    return (*blocks, DRIFT) if stage is Stage.DRIFT else blocks


def static(parameters: Parameters) -> Parameters:
    """The same with expectations that experience does not move and a market that stands still."""
    return replace(parameters, adapt_up=0.0, adapt_down=0.0, market_drift=0.0)


def estimate(
    given: Sequences, defaults: Parameters, *, version: str, progress: Progress | None = None
) -> Estimate | None:
    """Fit the adaptive and the static model, and choose by what they foretell of customers held out.

    The defaults compete too: where nothing that was fitted beats them they stay. The winner is fitted once more to
    everybody. None when ``progress`` says to stop.
    """
    stage = stage_of(given)
    if stage is Stage.DEFAULTS:
        alone = Candidate(Kind.DEFAULTS, defaults, float("nan"))
        return Estimate(stage, alone, (alone,), (0.0, 0.0, 0.0), 0, 0)
    given = at_most(given, MOST_EPISODES)
    learning, held = split_by_customer(given, HELD_OUT)
    scores, candidates = [log_scores(held, defaults)], [Candidate(Kind.DEFAULTS, defaults, 0.0)]
    frees = {}
    for kind in (Kind.ADAPTIVE, Kind.STATIC):
        frees[kind] = free = _free(kind, stage, learning, defaults)
        found = fit(learning, free, version=f"{version}-{kind}", watch=_watch(kind, progress))
        if found is None:
            return None
        scores.append(log_scores(held, found.parameters))
        candidates.append(Candidate(kind, found.parameters, 0.0))
    candidates = [
        replace(candidate, score=float(score.mean())) for candidate, score in zip(candidates, scores, strict=True)
    ]
    ranked = sorted(range(len(candidates)), key=lambda i: candidates[i].score, reverse=True)
    best, next_best = ranked[0], ranked[1]
    chosen = candidates[best]
    if chosen.kind is not Kind.DEFAULTS:
        whole: Fit | None = fit(
            given,
            frees[chosen.kind],
            version=f"{version}-{chosen.kind}",
            start=chosen.parameters,
            watch=_watch("all", progress),
        )
        if whole is None:
            return None
        chosen = replace(chosen, parameters=whole.parameters)
    return Estimate(
        stage,
        chosen,
        tuple(candidates),
        difference_interval(scores[best], scores[next_best]),
        len(learning.customer),
        len(held.customer),
    )


def at_most(given: Sequences, count: int, seed: int = 20261121) -> Sequences:
    """About ``count`` rows, whole customers drawn at random; seeded."""
    if len(given.customer) <= count:
        return given
    people, sizes = np.unique(given.customer, return_counts=True)
    order = np.random.default_rng(seed).permutation(len(people))
    taken = people[order[np.cumsum(sizes[order]) <= count]]
    return rows_of(given, np.isin(given.customer, taken))


def _free(kind: Kind, stage: Stage, given: Sequences, defaults: Parameters) -> Free:
    if kind is Kind.ADAPTIVE:
        return Free(blocks_for(stage, given), defaults)
    held_still = (ADAPTATION, NOISE, DRIFT)
    return Free([block for block in blocks_for(stage, given) if block not in held_still], static(defaults))


def _watch(name: str, progress: Progress | None) -> Watch | None:
    if progress is None:
        return None

    def watch(steps: int, reached: float) -> bool:
        return progress(name, steps)

    return watch
