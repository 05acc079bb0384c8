"""Reach minus noise over any drivers, with customers drawn anew for the intervals of shares and of places."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from rung.patterns.sharing import Array, Ranked, key_drivers, ranked, reach_shares


def reached(
    side: str, method: str, names: Sequence[str], flags: Array, hit: Array, group: npt.NDArray[np.int64], drawn: Array
) -> list[dict[str, Any]]:
    """Rows of `Driver`. ``flags`` (cases, drivers) and ``hit`` (cases,) are 0 or 1; ``group`` of customers of each case, and
    in ``drawn`` (draws, groups) how often each was drawn."""
    value = reach_shares(flags, hit)
    # Shares are two means: it is enough to draw the sums of each group of customers.
    each = flags / np.maximum(flags.sum(axis=1, keepdims=True), 1)
    count = drawn.shape[1]
    sums = np.zeros((count, 2, len(names) + 1))
    np.add.at(sums, (group, hit.astype(np.int64)), np.column_stack((each, np.ones(len(each)))))
    totals = (drawn @ sums.reshape(count, -1)).reshape(len(drawn), 2, -1)
    with np.errstate(invalid="ignore", divide="ignore"):
        means = totals[..., :-1] / totals[..., -1:]
    spread = means[:, 1] - means[:, 0]
    spread = spread[np.isfinite(spread).all(axis=1)]
    key_ones = set(key_drivers(flags, hit, value))
    return [
        {
            "side": side,
            "method": method,
            "key": name,
            "with_it": int(flags[:, i].sum()),
            "with_it_hit": int(flags[:, i] @ hit),
            **placed(rank),
            "is_key": i in key_ones,
        }
        for i, (name, rank) in enumerate(zip(names, ranked(value, spread), strict=True))
    ]


def placed(rank: Ranked) -> dict[str, float | int]:
    """A share and its place as columns of `Driver`."""
    return {
        "share": rank.value,
        "low": rank.low,
        "high": rank.high,
        "place": rank.place,
        "place_low": rank.place_low,
        "place_high": rank.place_high,
    }
