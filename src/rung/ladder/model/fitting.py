"""Estimating the model: the filter's log-likelihood and its gradient, climbed by L-BFGS.

The gradient is worked out backwards through the filter (the chain rule from a customer's last touchpoint to the first),
which costs about two runs of the filter, however many numbers are free. Moving one number at a time was not taken: with
forty of them it costs eighty runs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from .evidence import Evidence, likelihood
from .filter import Sequences, filter_sequences
from .free import Block, Free
from .grid import Array, grid
from .parameters import Parameters

FITTING_STEP = 0.2
_DELTA = 1e-5
_TINY = 1e-300

Watch = Callable[[int, float], bool]
"""Called with the number of steps made and the log-posterior reached; returns whether to go on."""


@dataclass(frozen=True, slots=True)
class Fit:
    """Where the climb ended. ``log_likelihood`` is that of all rows, without the prior."""

    parameters: Parameters
    log_likelihood: float
    steps: int


@dataclass(frozen=True, slots=True)
class Rows:
    kinds: tuple[str, ...]
    places: npt.NDArray[np.int64]


class _Stopped(Exception):
    pass


class Objective:
    """Log-likelihood of sequences under parameters, and its gradient over whatever is free."""

    def __init__(self, given: Sequences, cutpoints: tuple[float, ...], step: float = FITTING_STEP) -> None:
        self.given = given
        self.on = grid(step, cutpoints)
        count = len(given.customer)
        items = sorted({item for signature in given.signatures for item in signature})
        place = {item: i for i, item in enumerate(items)}
        self.items: list[Evidence] = items
        self.values = np.array([item.value for item in items])
        kinds = np.array([item.kind for item in items])
        self.of_kind = {str(kind): np.flatnonzero(kinds == kind) for kind in np.unique(kinds)}
        # one row for each touchpoint, one column for each different item; products with it gather and scatter likelihoods
        lengths = np.array([len(signature) for signature in given.signatures], dtype=np.int64)[given.seen]
        columns = [place[item] for code in given.seen for item in given.signatures[code]]
        ends = np.concatenate(([0], np.cumsum(lengths)))
        # Here, since every screen that names a level imports this module, and none of them fits anything.
        from scipy.sparse import csr_matrix

        self.has = csr_matrix((np.ones(len(columns)), columns, ends), shape=(count, len(items)))
        self.had = self.has.T.tocsr()
        first = np.ones(count, dtype=bool)
        first[1:] = given.customer[1:] != given.customer[:-1]
        starts = np.flatnonzero(first)
        rank = np.arange(count) - np.repeat(starts, np.diff(np.append(starts, count)))
        order = np.argsort(rank, kind="stable")
        bounds = np.searchsorted(rank[order], np.arange(int(rank.max(initial=0)) + 2))
        self.layers = [order[low:high] for low, high in pairwise(bounds)]
        since = np.where(first, 0.0, given.months - np.roll(given.months, 1))
        self.since = since
        self.promise = np.zeros(count) if given.promise is None else given.promise

    def table(self, parameters: Parameters, rows: Rows | None = None) -> Array:
        """log p(item | d) of the items in those rows, or of all, (rows, G)."""
        found = np.empty((len(self.items), len(self.on.points)))
        for kind, of_kind in self.of_kind.items():
            if rows is not None and kind not in rows.kinds:
                continue
            if kind == "sentiment":
                found[of_kind] = _sentiment(self.values[of_kind], parameters, self.on.points)
            else:
                shares = np.stack([likelihood(self.items[i], parameters, self.on.points) for i in of_kind])
                found[of_kind] = np.log(np.maximum(shares, _TINY))
        return found if rows is None else found[rows.places]

    def value(self, parameters: Parameters) -> float:
        return self._forward(parameters).log_likelihood

    def gradient(self, free: Free, vector: Array) -> tuple[float, Array]:
        """The log-likelihood at ``vector`` and its gradient, (len(vector),)."""
        parameters = free.unpack(vector)
        run = self._forward(parameters)
        slopes = self._backward(parameters, run)
        gradient = np.zeros(len(vector))
        for block in free.blocks:
            where = free.slices[block.name]
            rows = self._rows(block)
            if rows is not None and not len(rows.places):
                continue
            for i in range(where.start, where.stop):
                up, down = vector.copy(), vector.copy()
                up[i] += _DELTA
                down[i] -= _DELTA
                high, low = free.unpack(up), free.unpack(down)
                if rows is not None:
                    moved = self.table(high, rows) - self.table(low, rows)
                    gradient[i] = float((slopes.table[rows.places] * moved).sum()) / (2 * _DELTA)
                else:
                    # the model's own numbers move on smooth known lines, so that this is the chain rule and no estimate
                    gradient[i] = float(slopes.numbers @ (_numbers(high) - _numbers(low))) / (2 * _DELTA)
        return run.log_likelihood, gradient

    def _rows(self, block: Block) -> Rows | None:
        """The items whose likelihood hangs on a block; None for a block of the model's own numbers."""
        if not block.evidence:
            return None
        places = [self.of_kind[kind] for kind in block.evidence if kind in self.of_kind]
        return Rows(block.evidence, np.concatenate(places) if places else np.zeros(0, dtype=np.int64))

    def _forward(self, parameters: Parameters) -> _Run:
        given, d = self.given, self.on.points
        count = len(given.customer)
        evidence = np.asarray(self.has @ self.table(parameters))
        drift = given.x @ np.array([cause.weight for cause in parameters.causes])
        adapt = np.where(d > 0, parameters.adapt_up, parameters.adapt_down) * d
        basis = np.column_stack((d, adapt, d * d, d * adapt, adapt * adapt))
        run = _Run(np.zeros(count), np.zeros(count), np.zeros((count, len(d))), np.zeros((count, 5)), 0.0)
        after_m, after_p = np.zeros(count), np.zeros(count)
        total = 0.0
        for turn, rows in enumerate(self.layers):
            if turn:
                before, now = given.months[rows - 1], given.months[rows]
                rho = np.exp(-self.since[rows] / parameters.regression_months)
                run.m[rows] = parameters.market_drift * now + rho * (
                    after_m[rows - 1] - parameters.market_drift * before
                )
                run.p[rows] = rho * rho * after_p[rows - 1]
            else:
                run.p[rows] = parameters.expectation_variance
            m, p = run.m[rows], run.p[rows]
            mu, s = drift[rows] - m, parameters.quality_sd**2 + p
            log_w = -0.5 * (d[None, :] - mu[:, None]) ** 2 / s[:, None] + evidence[rows]
            top = log_w.max(axis=1)
            w = np.exp(log_w - top[:, None])
            mass = w.sum(axis=1)
            w /= mass[:, None]
            total += float((top + np.log(mass * self.on.step) - 0.5 * np.log(2 * np.pi * s)).sum())
            moments = w @ basis
            gain = p / s
            sway = moments[:, 1] - gain * moments[:, 0]
            square = gain**2 * moments[:, 2] - 2 * gain * moments[:, 3] + moments[:, 4]
            after_m[rows] = m + gain * mu + sway + parameters.promise_weight * self.promise[rows]
            after_p[rows] = square - sway**2 + p * (1 - gain) + parameters.expectation_noise_sd**2
            run.w[rows], run.moments[rows] = w, moments
        return _Run(run.m, run.p, run.w, run.moments, total)

    def _backward(self, parameters: Parameters, run: _Run) -> _Slopes:
        given, d = self.given, self.on.points
        count = len(given.customer)
        is_up = d > 0
        adapt = np.where(is_up, parameters.adapt_up, parameters.adapt_down) * d
        basis = np.column_stack((d, adapt, d * d, d * adapt, adapt * adapt))
        drift = given.x @ np.array([cause.weight for cause in parameters.causes])
        by_evidence = np.zeros((count, len(d)))
        by_drift = np.zeros(count)
        # slopes of the likelihood of everything later, by what was expected just after this touchpoint
        by_m_after, by_p_after = np.zeros(count), np.zeros(count)
        variance = start = up = down = noise = market = 0.0
        for turn in range(len(self.layers) - 1, -1, -1):
            rows = self.layers[turn]
            m, p, w, moments = run.m[rows], run.p[rows], run.w[rows], run.moments[rows]
            mu, s = drift[rows] - m, parameters.quality_sd**2 + p
            gain = p / s
            am, ap = by_m_after[rows], by_p_after[rows]
            sway = moments[:, 1] - gain * moments[:, 0]
            a_sway = am - 2 * sway * ap
            a_moments = np.column_stack((-gain * a_sway, a_sway, gain**2 * ap, -2 * gain * ap, ap))
            a_gain = am * mu - moments[:, 0] * a_sway + ap * (2 * gain * moments[:, 2] - 2 * moments[:, 3]) - ap * p
            noise += float(ap.sum()) * 2 * parameters.expectation_noise_sd
            by_w = a_moments @ basis.T
            by_log_w = w * (by_w - (w * by_w).sum(axis=1)[:, None]) + w
            by_evidence[rows] = by_log_w
            by_adapt = w * (a_moments[:, 1:2] + a_moments[:, 3:4] * d + 2 * a_moments[:, 4:5] * adapt)
            per_point = by_adapt.sum(axis=0) * d
            up += float(per_point[is_up].sum())
            down += float(per_point[~is_up].sum())
            away = d[None, :] - mu[:, None]
            a_mu = (by_log_w * away).sum(axis=1) / s + am * gain
            a_s = 0.5 * (by_log_w * away * away).sum(axis=1) / s**2 - 0.5 / s - a_gain * p / s**2
            a_p = a_s + a_gain / s + ap * (1 - gain)
            variance += float(a_s.sum()) * 2 * parameters.quality_sd
            by_drift[rows] = a_mu
            a_m = am - a_mu
            if not turn:
                start += float(a_p.sum())
                continue
            before, now = given.months[rows - 1], given.months[rows]
            rho = np.exp(-self.since[rows] / parameters.regression_months)
            by_m_after[rows - 1] = rho * a_m
            by_p_after[rows - 1] = rho * rho * a_p
            market += float((a_m * (now - rho * before)).sum())
        numbers = np.array([*(by_drift @ given.x), variance, start, up, down, noise, market])
        return _Slopes(np.asarray(self.had @ by_evidence), numbers)


@dataclass(frozen=True, slots=True)
class _Run:
    m: Array
    p: Array
    w: Array
    moments: Array
    log_likelihood: float


@dataclass(frozen=True, slots=True)
class _Slopes:
    table: Array
    numbers: Array


def _sentiment(values: Array, parameters: Parameters, d: Array) -> Array:
    """All readings at once: unlike answers, hardly two of them are the same."""
    expected = parameters.sentiment_origin + parameters.sentiment_slope * d
    miss = (values[:, None] - expected[None, :]) / parameters.sentiment_sd
    return np.asarray(-0.5 * miss * miss - np.log(parameters.sentiment_sd * np.sqrt(2 * np.pi)))


def _numbers(parameters: Parameters) -> Array:
    """The model's own numbers, in the order of ``_Slopes.numbers``."""
    return np.array(
        [
            *(cause.weight for cause in parameters.causes),
            parameters.quality_sd,
            parameters.expectation_variance,
            parameters.adapt_up,
            parameters.adapt_down,
            parameters.expectation_noise_sd,
            parameters.market_drift,
        ]
    )


def fit(
    given: Sequences,
    free: Free,
    *,
    version: str,
    start: Parameters | None = None,
    watch: Watch | None = None,
    most_steps: int = 200,
) -> Fit | None:
    """Maximise log-likelihood plus log-prior from ``start``; None when ``watch`` says to stop."""
    objective = Objective(given, free.around.cutpoints)
    made = 0
    reached = [0.0]

    def against(vector: Array) -> tuple[float, Array]:
        likely, slope = objective.gradient(free, vector)
        prior, prior_slope = free.log_prior(vector)
        reached[0] = likely + prior
        return -(likely + prior), -(slope + prior_slope)

    def after_step(vector: Array) -> None:
        nonlocal made
        made += 1
        if watch is not None and not watch(made, reached[0]):
            raise _Stopped

    try:
        from scipy.optimize import minimize

        found = minimize(
            against,
            free.pack(start or free.around),
            jac=True,
            method="L-BFGS-B",
            callback=after_step,
            options={"maxiter": most_steps, "maxcor": 20, "ftol": 1e-7},
        )
    except _Stopped:
        return None
    parameters = free.unpack(np.asarray(found.x), version)
    return Fit(parameters, objective.value(parameters), made)


def split_by_customer(given: Sequences, share: float = 0.2, seed: int = 20261121) -> tuple[Sequences, Sequences]:
    """Those to learn from and those held out, whole customers each; seeded."""
    people = np.unique(given.customer)
    held = np.random.default_rng(seed).permutation(people)[: max(1, round(share * len(people)))]
    out = np.isin(given.customer, held)
    return rows_of(given, ~out), rows_of(given, out)


def rows_of(given: Sequences, keep: npt.NDArray[np.bool_]) -> Sequences:
    """The sequences of the rows marked in ``keep`` (N,), which must hold whole customers."""

    def kept(column: Array | None) -> Array | None:
        return None if column is None else column[keep]

    return Sequences(
        given.customer[keep],
        given.months[keep],
        given.x[keep],
        given.seen[keep],
        given.signatures,
        kept(given.promise),
        kept(given.start_m),
        kept(given.start_p),
    )


def log_scores(given: Sequences, parameters: Parameters, step: float = FITTING_STEP) -> Array:
    """The log score of each customer's evidence as it was foretold from what was known before it, (customers,)."""
    found = filter_sequences(given, parameters, step)
    ends = np.flatnonzero(np.append(given.customer[1:] != given.customer[:-1], True))
    return np.asarray(np.diff(np.concatenate(([0.0], np.cumsum(found.log_evidence)[ends]))))


def difference_interval(
    first: Sequence[float] | Array, second: Sequence[float] | Array, draws: int = 1000, seed: int = 20261121
) -> tuple[float, float, float]:
    """Mean of ``first`` minus ``second`` over customers, and its 95 % bootstrap interval."""
    away = np.asarray(first) - np.asarray(second)
    picked = np.random.default_rng(seed).integers(0, len(away), size=(draws, len(away)))
    low, high = np.quantile(away[picked].mean(axis=1), (0.025, 0.975))
    return float(away.mean()), float(low), float(high)
