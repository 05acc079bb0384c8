"""Penalty-reward contrast: what an attribute costs where it is low, and what it brings where it is high.

y = b0 + sum_k (p_k Low_k + r_k High_k). Impact asymmetry IA_k = (r_k - |p_k|) / (r_k + |p_k|): below -0.1 the attribute
mostly hurts when it is missing, above +0.1 it mostly pleases when it is there (Matzler and Sauerwein 2002; bands are
conventional). A penalty that comes out positive, or a reward that comes out negative, counts as none.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rung.patterns.sharing import Array

BAND = 0.1
TANGLED = 10.0
"""Condition number of the standardised predictors from which on a ridge keeps them apart."""
RIDGE = 0.01


@dataclass(frozen=True, slots=True)
class Fitted:
    """Coefficients (columns) with the constant first, and their HC3 standard errors."""

    coefficients: Array
    errors: Array
    is_ridged: bool


def fitted(x: Array, y: Array) -> Fitted:
    """Least squares with a constant; errors HC3 (MacKinnon and White 1985), so that unequal spread does no harm.

    Columns that hold nothing get 0. Where columns go together so much that they cannot be told apart, a small ridge on the
    standardised columns keeps them finite: shrunk, and said to be.
    """
    n, columns = x.shape
    spread = x.std(axis=0)
    used = np.flatnonzero(spread > 0)
    design = np.column_stack((np.ones(n), x[:, used]))
    scaled = (x[:, used] - x[:, used].mean(axis=0)) / spread[used]
    penalty = np.zeros(design.shape[1])
    is_ridged = bool(len(used) > 1 and np.linalg.cond(scaled) > TANGLED)
    if is_ridged:
        penalty[1:] = RIDGE * n * spread[used] ** 2
    inverse = np.linalg.pinv(design.T @ design + np.diag(penalty))
    found = inverse @ design.T @ y
    leverage = np.einsum("ij,jk,ik->i", design, inverse, design)
    residual = (y - design @ found) / np.maximum(1 - leverage, 1e-9)
    meat = design.T @ (design * residual[:, None] ** 2)
    errors = np.sqrt(np.maximum(np.diag(inverse @ meat @ inverse), 0))
    coefficients, spreads = np.zeros(columns + 1), np.zeros(columns + 1)
    coefficients[np.append(0, used + 1)] = found
    spreads[np.append(0, used + 1)] = errors
    return Fitted(coefficients, spreads, is_ridged)


def drawn_coefficients(moments: Array, drawn: Array) -> Array:
    """(draws, columns) coefficients, the constant first, from ``moments`` (groups, c + 1, c + 1) of [1, x, y] summed by
    group of customers, and how often each group is drawn."""
    summed = np.tensordot(drawn, moments, axes=1)
    left, right = summed[:, :-1, :-1], summed[:, :-1, -1]
    size = left.shape[1]
    scale = np.trace(left, axis1=1, axis2=2)[:, None, None] / size
    return np.asarray(np.linalg.solve(left + 1e-9 * scale * np.eye(size), right[..., None])[..., 0])


def impact_asymmetry(penalty: Array, reward: Array) -> Array:
    """IA from -1 (only hurts) to 1 (only pleases); NaN where neither does anything."""
    hurt, pleased = np.maximum(-penalty, 0), np.maximum(reward, 0)
    whole = hurt + pleased
    return np.asarray(np.where(whole > 1e-12, (pleased - hurt) / np.where(whole > 1e-12, whole, 1.0), np.nan))
