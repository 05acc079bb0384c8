"""What one of us served, as columns: a case is one conversation and one of us, with whether it went well."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from rung.training.case_mix import columns
from rung.training.pooling import Array

Numbers = npt.NDArray[np.int64]
Truths = npt.NDArray[np.bool_]


class Row(NamedTuple):
    """One case. ``agent`` 0: nobody it can be said of. ``moment`` in seconds since 1970; ``expectation``: what the customer
    had come to expect, in units of d; ``flags``: what was the case, as bits of the drivers of patterns."""

    touchpoint: int
    conversation: int
    customer: int
    agent: int
    topic: int
    channel: str
    priority: str
    is_first_turn: bool
    came_back: bool
    handed_on: bool
    expectation: float
    moment: float
    flags: int
    hit: bool


@dataclass(frozen=True, slots=True)
class Served:
    """Cases of one outcome as columns of equal length, named as in `Row`."""

    touchpoints: Numbers
    conversations: Numbers
    customers: Numbers
    agents: Numbers
    topics: Numbers
    channels: npt.NDArray[np.str_]
    priorities: npt.NDArray[np.str_]
    first_turns: Truths
    came_back: Truths
    handed_on: Truths
    expectations: Array
    moments: Array
    flags: Numbers
    hits: Truths

    @classmethod
    def of(cls, rows: Iterable[Row]) -> Served:
        held: Sequence[Row] = list(rows)
        kinds = (
            *(np.int64, np.int64, np.int64, np.int64, np.int64, np.str_, np.str_),
            *(np.bool_, np.bool_, np.bool_, np.float64, np.float64, np.int64, np.bool_),
        )
        return cls(*(np.array([row[at] for row in held], dtype=kind) for at, kind in enumerate(kinds)))

    def __len__(self) -> int:
        return len(self.hits)

    def mix(self, *, with_topic: bool) -> Array:
        """What each case was, as a regression's table: nothing in it is of whoever served it.

        Speed is left out on purpose: how long somebody takes may be theirs to change.
        """
        kinds: list[Sequence[object]] = [
            list(self.channels),
            list(self.priorities),
            list(self.first_turns),
            list(self.came_back),
            list(self.handed_on),
        ]
        return columns([list(self.topics), *kinds] if with_topic else kinds, [list(self.expectations)])
