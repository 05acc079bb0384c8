"""The standing model of topics, and which topics a conversation is about by it. Numpy alone: the worker assigns with it,
and only the process that fits a model loads more.

A conversation's words weigh by frequency and rarity (tf-idf, sublinear, length 1), as scikit-learn's TfidfVectorizer
weighs them, so that what was fitted and what is assigned are one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log
from typing import Any

import numpy as np

from rung.patterns.sharing import Array

ROUNDS = 60
SHARE_FROM = 0.3
"""Of what a conversation's topics weigh together, so much makes one of them a topic of it."""
KNOWN_FROM = 0.12
"""Of the length of a conversation's words, so much has to be accounted for by topics; else it has none of them."""
MOST_TOPICS = 3
_KEPT_WEIGHT = 0.002


@dataclass(frozen=True, slots=True)
class TopicModel:
    """``words`` and their rarity ``idf``; ``parts`` (topics, words), each row of length 1."""

    words: tuple[str, ...]
    idf: Array
    parts: Array

    def place(self) -> dict[str, int]:
        return {word: number for number, word in enumerate(self.words)}

    def weights(self, texts: Sequence[Sequence[str]], place: dict[str, int] | None = None) -> Array:
        """(texts, topics): how much of each text, of length 1, each topic accounts for; non-negative least squares."""
        place = self.place() if place is None else place
        cross = np.zeros((len(texts), len(self.parts)))
        for row, words in enumerate(texts):
            numbers, values = self._weighed(words, place)
            if len(numbers):
                cross[row] = self.parts[:, numbers] @ values
        own = self.parts @ self.parts.T
        found = np.zeros_like(cross)
        for _round in range(ROUNDS):
            for k in range(len(self.parts)):
                found[:, k] = np.maximum(found[:, k] + (cross[:, k] - found @ own[:, k]) / own[k, k], 0)
        return found

    def _weighed(self, words: Sequence[str], place: dict[str, int]) -> tuple[list[int], Array]:
        counts: dict[int, int] = {}
        for word in words:
            number = place.get(word)
            if number is not None:
                counts[number] = counts.get(number, 0) + 1
        numbers = list(counts)
        values = np.array([1 + log(counts[number]) for number in numbers]) * self.idf[numbers]
        length = np.linalg.norm(values)
        return numbers, values / length if length else values

    def top_words(self, topic: int, count: int) -> list[tuple[str, float]]:
        order = np.argsort(-self.parts[topic], kind="stable")[:count]
        return [(self.words[i], round(float(self.parts[topic, i]), 4)) for i in order if self.parts[topic, i] > 0]


def topics_of(weights: Array) -> list[list[tuple[int, float]]]:
    """The topics of each text, heaviest first, with their share of what its topics weigh together; none where the topics
    account for too little of it."""
    found: list[list[tuple[int, float]]] = []
    for row in weights:
        total = float(row.sum())
        if total < KNOWN_FROM:
            found.append([])
            continue
        order = np.argsort(-row, kind="stable")[:MOST_TOPICS]
        shares = [(int(k), float(row[k] / total)) for k in order]
        found.append([(k, share) for k, share in shares if share >= SHARE_FROM] or shares[:1])
    return found


def kept(model: TopicModel) -> dict[str, Any]:
    """A model as JSON can hold it; weights of next to nothing are left out."""
    parts = [[[int(i), round(float(row[i]), 4)] for i in np.flatnonzero(row > _KEPT_WEIGHT)] for row in model.parts]
    return {"words": list(model.words), "idf": [round(float(each), 5) for each in model.idf], "parts": parts}


def model_from(found: dict[str, Any]) -> TopicModel:
    """A model as it was kept."""
    parts = np.zeros((len(found["parts"]), len(found["words"])))
    for row, cells in enumerate(found["parts"]):
        for number, weight in cells:
            parts[row, number] = weight
    length = np.linalg.norm(parts, axis=1, keepdims=True)
    return TopicModel(
        tuple(found["words"]), np.array(found["idf"], dtype=np.float64), parts / np.where(length > 0, length, 1)
    )
