"""From a prior and evidence to what is believed about d: the filter."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .grid import Array, Grid
from .parameters import Parameters


@dataclass(frozen=True, slots=True, eq=False)
class Posterior:
    """What is believed about d for N touchpoints at once. ``weights`` (N, G) sum to 1 in each row."""

    grid: Grid
    weights: Array
    log_evidence: Array

    @property
    def mean(self) -> Array:
        return np.asarray(self.weights @ self.grid.points)

    @property
    def variance(self) -> Array:
        mean = self.mean
        return np.asarray(np.maximum(self.weights @ self.grid.points**2 - mean**2, 0.0))

    @property
    def sd(self) -> Array:
        return np.asarray(np.sqrt(self.variance))

    @property
    def levels(self) -> Array:
        """Probability of each of the six levels, (N, 6)."""
        return np.asarray(self.weights @ self.grid.levels)

    def quantiles(self, *probabilities: float) -> tuple[Array, ...]:
        """d below which each probability lies, (N,) each; linear inside a cell."""
        below = np.cumsum(self.weights, axis=1)
        rows = np.arange(len(below))
        found = []
        for probability in probabilities:
            cell = np.argmax(below >= probability * below[:, -1:], axis=1)
            mass = self.weights[rows, cell]
            reached = below[rows, cell] - mass
            inside = (probability - reached) / np.where(mass > 0, mass, 1.0)
            edge = self.grid.points[cell] - self.grid.step / 2
            found.append(edge + np.clip(inside, 0.0, 1.0) * self.grid.step)
        return tuple(found)


def prior_mean(x: Array, m: Array, parameters: Parameters) -> Array:
    """mu = x'beta - m. ``x`` (N, causes) is already centred, in the order of ``parameters.causes``."""
    beta = np.array([cause.weight for cause in parameters.causes])
    return np.asarray(x @ beta - m)


def prior_variance(variance: Array, parameters: Parameters) -> Array:
    """S = tau² + P."""
    return np.asarray(parameters.quality_sd**2 + variance)


def prior_weights(mu: Array, s: Array, on: Grid) -> Array:
    """N(d; mu, S) on the grid, unnormalised but scaled so that the largest is 1; (N, G)."""
    distance = on.points[None, :] - mu[:, None]
    return np.asarray(np.exp(-0.5 * distance**2 / s[:, None]))


def posterior(mu: Array, s: Array, log_likelihood: Array, on: Grid) -> Posterior:
    """w(d) proportional to N(d; mu, S) times the likelihood of the evidence.

    ``log_likelihood`` is (N, G), or (G,) when all rows saw the same.
    """
    log_w = -0.5 * (on.points[None, :] - mu[:, None]) ** 2 / s[:, None] + log_likelihood
    top = log_w.max(axis=1)
    weights = np.exp(log_w - top[:, None])
    total = weights.sum(axis=1)
    weights /= total[:, None]
    log_evidence = top + np.log(total * on.step) - 0.5 * np.log(2 * np.pi * s)
    return Posterior(on, weights, log_evidence)


def expectation_after(
    m: Array, variance: Array, mu: Array, s: Array, believed: Posterior, promise: Array | float, parameters: Parameters
) -> tuple[Array, Array]:
    """What the customer expects just after the touchpoint, as mean and variance; equation (4).

    f(d) = m - K (d - mu) + lambda(d) d with K = P / S: learning about the hidden expectation, then adapting it.
    """
    d = believed.grid.points
    adapted = np.where(d > 0, parameters.adapt_up, parameters.adapt_down) * d
    gain = variance / s
    moved = m + gain * mu  # the part of f that does not hang on d
    mean_d, mean_a = believed.weights @ d, believed.weights @ adapted
    square = (
        gain**2 * (believed.weights @ d**2)
        - 2 * gain * (believed.weights @ (d * adapted))
        + believed.weights @ adapted**2
    )
    sway = mean_a - gain * mean_d
    spread = np.maximum(square - sway**2, 0.0)
    mean = moved + sway + parameters.promise_weight * promise
    return np.asarray(mean), np.asarray(spread + variance * (1 - gain) + parameters.expectation_noise_sd**2)


def expectation_before(
    mean: Array, variance: Array, since: Array, now: Array, parameters: Parameters, benchmark: Array | float = 0.0
) -> tuple[Array, Array]:
    """What is expected at ``now``, given what was after ``since`` (both in months); equation (5)."""
    rho = np.exp(-(now - since) / parameters.regression_months)
    market_then = parameters.market_drift * since + parameters.benchmark_weight * benchmark
    market_now = parameters.market_drift * now + parameters.benchmark_weight * benchmark
    return np.asarray(market_now + rho * (mean - market_then)), np.asarray(rho**2 * variance)
