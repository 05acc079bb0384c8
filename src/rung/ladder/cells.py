"""A day's grades as columns of numbers, so that a page reads two hundred thousand of them in the time of a blink.

A grade is a row of thirty columns; to add up ninety days of them a database spends seconds on a million conversations. The
same numbers lie here packed, a day to a row, in the millionths to which grades are rounded: sums of them are exact.

Another layout needs a migration that has all days laid together anew, as `0004_who_may_see_days` does.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt

from rung.ladder.model.grid import Array
from rung.ladder.shares import GROUPS
from rung.touchpoints.access import Phase

MILLIONTH = 1e6
DAY_MS = 86_400_000
PHASES: tuple[str, ...] = tuple(Phase.values)
FREEDOMS = ("captive", "free", "unknown")

LIGHT = np.dtype(
    [("ms", "<u4"), ("group", "<u2"), ("channel", "u1"), ("phase", "u1"), ("team", "<i4"), ("mean", "<i4"),
     ("expected", "<i4"), ("held_by", "<i4"), ("held_team", "<i4")]
)  # fmt: skip
"""What the level over time is made of. ``ms`` since the day began; ``channel`` is a place among the day's channels,
``phase`` in PHASES; ``team`` 0 is none; ``mean`` and ``expected`` in millionths; ``held_by`` and ``held_team``: who has the
conversation now, 0 nobody: what decides who may see it."""
MORE = np.dtype([("pk", "<i8"), ("freedom", "u1"), ("stated", "u1"), ("p50", "<i4"), ("shares", "<i4", (6,))])
"""What the shares are made of, and which are the weakest."""

FIELDS = (
    "pk", "occurred_at", "customer_id", "channel", "phase", "team_id", "mean", "expected", "is_stated", "p50",
    "share_1", "share_2", "share_3", "share_4", "share_5", "share_6", "customer__captive", "customer__is_internal",
    "conversation__assignee_id", "conversation__team_id",
)  # fmt: skip
"""The values of a grade from which ``packed`` makes cells, in this order."""


def freedom(captive: bool | None, is_internal: bool) -> str:
    """Colleagues cannot leave us either, unless it is known that they can."""
    captive = True if captive is None and is_internal else captive
    return {True: "captive", False: "free", None: "unknown"}[captive]


def begin_of(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)


def day_of(moment: datetime) -> date:
    """The day, by UTC, to whose row a moment belongs."""
    return moment.astimezone(UTC).date()


def ms_of(moment: datetime) -> int:
    """Milliseconds since 1970, whole ones."""
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


def packed(
    rows: Iterable[Sequence[Any]], channels: list[str]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[Any], npt.NDArray[Any]]:
    """Days (as ms of their beginnings), light and further cells of grades given by FIELDS.

    New channels are added to the list.
    """
    listed = list(rows)
    light, more = np.zeros(len(listed), LIGHT), np.zeros(len(listed), MORE)
    if not listed:
        return np.zeros(0, np.int64), light, more
    columns = list(zip(*listed, strict=True))
    pk, at, customer, channel, phase, team, mean, expected, stated, p50, *shares = columns[:-4]
    captive, internal, held_by, held_team = columns[-4:]
    for name in channel:
        if name not in channels:
            channels.append(name)
    ms = np.array([ms_of(moment) for moment in at], dtype=np.int64)
    light["ms"] = ms % DAY_MS
    light["group"] = np.array(customer, dtype=np.int64) % GROUPS
    places = {name: place for place, name in enumerate(channels)}
    light["channel"] = [places[name] for name in channel]
    light["phase"] = [PHASES.index(name) for name in phase]
    light["team"] = [name or 0 for name in team]
    light["held_by"] = [name or 0 for name in held_by]
    light["held_team"] = [name or 0 for name in held_team]
    light["mean"], light["expected"], more["p50"] = _millionths(mean), _millionths(expected), _millionths(p50)
    more["pk"], more["stated"] = pk, stated
    more["freedom"] = [FREEDOMS.index(freedom(*each)) for each in zip(captive, internal, strict=True)]
    more["shares"] = np.stack([_millionths(share) for share in shares], axis=1)
    return ms - ms % DAY_MS, light, more


def _millionths(values: Sequence[float]) -> Array:
    return np.rint(np.array(values, dtype=np.float64) * MILLIONTH)
