"""The words that compete with causes and topics for either side: some of them, which stand out.

A word that is picked because it stands out stands out less among others: so words are picked by half of the customers, and
their shares counted among the other half.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from rung.patterns.models import Side

MOST_PLAYERS = 20
"""Of each side. Both sides together fit into the bits of a case."""
FEWEST_TO_PICK = 10
"""Customers of the picking half who wrote a word."""


class Held(NamedTuple):
    """The words of one conversation, how it went, and whose it is."""

    words: set[str]
    is_frustrated: bool
    is_delighted: bool
    customer: int


def picks(customers: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Whether words are picked by these customers; the others' cases are counted."""
    return np.asarray(customers % 2 == 0)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words of each side, the one that stands out most first. One word may be of both."""

    sides: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, kept: Mapping[str, Sequence[str]]) -> Vocabulary:
        """As `kept` made it; nothing where nothing was kept."""
        return cls({str(side): tuple(kept.get(side, ())) for side in Side.values})

    def kept(self) -> dict[str, list[str]]:
        return {side: list(words) for side, words in self.sides.items()}

    def bits(self) -> dict[tuple[str, str], int]:
        """The bit of each side and word."""
        every = [(side, word) for side in Side.values for word in self.sides.get(side, ())]
        return {each: 1 << number for number, each in enumerate(every)}

    def words_of(self, side: str) -> list[tuple[str, int]]:
        """The words of a side with their bits."""
        return [(word, bit) for (of, word), bit in self.bits().items() if of == side]

    def mask(self, words: set[str]) -> int:
        """The bits of those that are among some words."""
        return sum(bit for (_side, word), bit in self.bits().items() if word in words)

    def said(self, mask: int) -> set[str]:
        """The words that some bits stand for."""
        return {word for (_side, word), bit in self.bits().items() if mask & bit}

    def bits_of_word(self, word: str) -> int:
        """0 where it is none of them."""
        return self.mask({word})


def vocabulary_from(rows: Iterable[Mapping[str, Any]]) -> Vocabulary:
    """Of rows of `slicing.telling_words`."""
    found: dict[str, list[str]] = {side: [] for side in Side.values}
    for row in rows:
        found[row["side"]].append(row["word"])
    return Vocabulary.of(found)
