"""The filter over customers' touchpoints in time: exact on a grid for d, Gaussian for the expectation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .evidence import Evidence, log_likelihood
from .explanation import causes_part, evidence_part
from .grid import PRODUCTION_STEP, Array, grid
from .parameters import Parameters
from .posterior import expectation_after, expectation_before, posterior, prior_mean, prior_variance
from .statement import Statement, statement

CHUNK = 4096


@dataclass(frozen=True, slots=True, eq=False)
class Sequences:
    """Touchpoints of many customers, in arrays of N rows.

    Rows of one customer are adjacent and in time order; ``customer`` (N,) is any integer that says which.
    ``months`` (N,) is time in months from any common start; ``x`` (N, causes) the centred causes; ``promise`` (N,).
    ``seen`` (N,) points into ``signatures``, the different sets of evidence that occur.
    ``start_m`` and ``start_p`` (N,) may hold an expectation carried over; only a customer's first row is read.
    """

    customer: npt.NDArray[np.int64]
    months: Array
    x: Array
    seen: npt.NDArray[np.int64]
    signatures: Sequence[tuple[Evidence, ...]]
    promise: Array | None = None
    start_m: Array | None = None
    start_p: Array | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Filtered:
    """What the filter found, N rows in the order given. ``*_after`` are just after the touchpoint."""

    m: Array
    p: Array
    mu: Array
    s: Array
    mean: Array
    variance: Array
    p5: Array
    p50: Array
    p95: Array
    levels: Array
    m_after: Array
    p_after: Array
    log_evidence: Array


def filter_sequences(given: Sequences, parameters: Parameters, step: float = PRODUCTION_STEP) -> Filtered:
    """Run the filter. All customers' first touchpoints are worked out together, then all second ones, and so on."""
    on = grid(step, parameters.cutpoints)
    count = len(given.customer)
    table = (
        np.stack([log_likelihood(items, parameters, on.key) for items in given.signatures])
        if given.signatures
        else np.zeros((1, len(on.points)))
    )
    first = np.ones(count, dtype=bool)
    first[1:] = given.customer[1:] != given.customer[:-1]
    starts = np.flatnonzero(first)
    rank = np.arange(count) - np.repeat(starts, np.diff(np.append(starts, count)))

    column = {name: np.zeros(count) for name in Filtered.__slots__ if name != "levels"}
    levels = np.zeros((count, 6))
    if count:
        column["m"][starts] = 0.0 if given.start_m is None else given.start_m[starts]
        column["p"][starts] = parameters.expectation_variance if given.start_p is None else given.start_p[starts]
    promise = np.zeros(count) if given.promise is None else given.promise
    drift = prior_mean(given.x, np.zeros(count), parameters)

    order = np.argsort(rank, kind="stable")
    bounds = np.searchsorted(rank[order], np.arange(rank.max() + 2 if count else 1))
    for turn in range(len(bounds) - 1):
        layer = order[bounds[turn] : bounds[turn + 1]]
        for offset in range(0, len(layer), CHUNK):
            rows = layer[offset : offset + CHUNK]
            if turn:
                column["m"][rows], column["p"][rows] = expectation_before(
                    column["m_after"][rows - 1],
                    column["p_after"][rows - 1],
                    given.months[rows - 1],
                    given.months[rows],
                    parameters,
                )
            m, p = column["m"][rows], column["p"][rows]
            mu, s = drift[rows] - m, prior_variance(p, parameters)
            believed = posterior(mu, s, table[given.seen[rows]], on)
            column["mu"][rows], column["s"][rows] = mu, s
            column["mean"][rows], column["variance"][rows] = believed.mean, believed.variance
            column["p5"][rows], column["p50"][rows], column["p95"][rows] = believed.quantiles(0.05, 0.5, 0.95)
            column["log_evidence"][rows] = believed.log_evidence
            levels[rows] = believed.levels
            column["m_after"][rows], column["p_after"][rows] = expectation_after(
                m, p, mu, s, believed, promise[rows], parameters
            )
    return Filtered(levels=levels, **column)


def publish(given: Sequences, found: Filtered, parameters: Parameters) -> Statement:
    """What may be said of each row."""
    some = np.array([bool(items) for items in given.signatures], dtype=bool)
    direct = np.array([any(item.is_direct for item in items) for items in given.signatures], dtype=bool)
    praised = np.array([any(item.is_direct_praise for item in items) for items in given.signatures], dtype=bool)
    return statement(
        found.levels,
        found.p50,
        found.variance,
        found.s,
        some[given.seen],
        direct[given.seen],
        praised[given.seen],
        parameters,
    )


def explain(
    given: Sequences, found: Filtered, parameters: Parameters, step: float = PRODUCTION_STEP
) -> tuple[Array, Array, list[Array]]:
    """What moved each row: causes (N, causes), expectation (N,), and for each row its items' Shapley values.

    Each row's parts sum to its posterior mean.
    """
    on = grid(step, parameters.cutpoints)
    shares: list[Array] = [np.zeros(0)] * len(given.customer)
    order = np.argsort(given.seen, kind="stable")
    bounds = np.searchsorted(given.seen[order], np.arange(len(given.signatures) + 1))
    for code, items in enumerate(given.signatures):
        members = order[bounds[code] : bounds[code + 1]]
        for offset in range(0, len(members), CHUNK):
            rows = members[offset : offset + CHUNK]
            for row, share in zip(
                rows, evidence_part(found.mu[rows], found.s[rows], items, parameters, on), strict=True
            ):
                shares[row] = share
    return causes_part(given.x, parameters), -found.m, shares
