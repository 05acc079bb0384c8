"""Finding topics in texts: tf-idf and non-negative matrix factorisation (Lee and Seung 1999), by scikit-learn.

Only the process that fits a model comes here: loading scikit-learn costs some 60 MB.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from rung.patterns.sharing import SEED, Array
from rung.patterns.topic_model import TopicModel

MOST_WORDS = 4000
MOST_SAMPLED = 20_000
"""Conversations from which topics are found; all are then assigned. 20,000 of some 60 words take about 100 MB."""
FEWEST = 40
"""Conversations below which nothing is looked for."""
FEWEST_BEARERS = 5
"""A word of fewer customers is theirs, and may lead to them: it is left out."""
COMMON_SHARE = 0.35
ROUNDS = 300
SAME = 0.5
"""Cosine of two topics' words from which on they are the same topic."""


@dataclass(frozen=True, slots=True)
class Sampled:
    """A conversation to find topics in: whose it is, in which language they are written to ("": not known)."""

    customer: int
    language: str
    words: Sequence[str]


def usual_number(conversations: int) -> int:
    """How many topics to look for where nobody says: 6 for a few hundred conversations, 24 at most."""
    return int(np.clip(round(2.2 * np.log(max(conversations, 1)) - 7), 3, 24))


def vocabulary(sample: Iterable[Sampled], names: frozenset[str]) -> list[str]:
    """The words a topic may be made of: of several customers, nobody's name, not in every third conversation.

    "Every third" is counted among customers of each language, so that the grammar of a language in the minority is found
    out too.
    """
    bearers: dict[str, set[int]] = defaultdict(set)
    texts: Counter[str] = Counter()
    by_language: dict[str, Counter[str]] = defaultdict(Counter)
    sizes: Counter[str] = Counter()
    for each in sample:
        language = each.language[:2].lower()
        sizes[language] += 1
        own = set(each.words) - names
        texts.update(own)
        by_language[language].update(own)
        for word in own:
            if len(bearers[word]) < FEWEST_BEARERS:
                bearers[word].add(each.customer)
    common = {
        word
        for language, counts in by_language.items()
        if sizes[language] >= FEWEST
        for word, count in counts.items()
        if count > COMMON_SHARE * sizes[language]
    }
    known = [word for word in texts if len(bearers[word]) >= FEWEST_BEARERS and word not in common]
    return sorted(sorted(known, key=lambda word: (-texts[word], word))[:MOST_WORDS])


def found_topics(sample: Sequence[Sampled], names: frozenset[str], number: int | None = None) -> TopicModel | None:
    """The topics of a sample, those of most weight first; None where it holds too little. The same sample gives the same."""
    if len(sample) < FEWEST:
        return None
    words = vocabulary(sample, names)
    wanted = min(number or usual_number(len(sample)), len(words) // 4, len(sample) // 10)
    if wanted < 2:
        return None
    # Loaded here, in the process that fits: the worker and the desk stay light.
    from sklearn.decomposition import NMF
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectorizer = TfidfVectorizer(analyzer=_as_they_are, vocabulary=words, sublinear_tf=True)
    matrix = vectorizer.fit_transform([each.words for each in sample])
    filled = matrix[np.asarray(matrix.sum(axis=1)).ravel() > 0]
    if filled.shape[0] < FEWEST:
        return None
    nmf = NMF(n_components=wanted, init="nndsvda", max_iter=ROUNDS, random_state=SEED, tol=1e-4)
    strength = nmf.fit_transform(filled)
    parts = np.asarray(nmf.components_, dtype=np.float64)
    length = np.linalg.norm(parts, axis=1)
    weight = strength.sum(axis=0) * length
    order = [int(k) for k in np.argsort(-weight, kind="stable") if weight[k] > 0]
    return TopicModel(tuple(words), np.asarray(vectorizer.idf_), parts[order] / length[order][:, None])


def _as_they_are(words: Sequence[str]) -> Sequence[str]:
    return words


def matched(before: Sequence[dict[str, float]], now: Sequence[dict[str, float]]) -> dict[int, int]:
    """Which of the topics found now is which of those before, by the words they share: one to one, best sum of cosines."""
    if not before or not now:
        return {}
    from scipy.optimize import linear_sum_assignment

    alike = np.array([[_cosine(one, other) for other in before] for one in now])
    rows, columns = linear_sum_assignment(-alike)
    return {int(row): int(column) for row, column in zip(rows, columns, strict=True) if alike[row, column] >= SAME}


def _cosine(one: dict[str, float], other: dict[str, float]) -> float:
    shared = sum(weight * other.get(word, 0.0) for word, weight in one.items())
    lengths: Array = np.sqrt([sum(w * w for w in each.values()) for each in (one, other)])
    return float(shared / lengths.prod()) if lengths.all() else 0.0
