"""What drives either side in one slice of the cases: shares, places, contrasts and words, with their intervals.

Cases of one customer are not independent, so customers are drawn, not cases: REACH_DRAWS times for reach and contrast,
VARIANCE_DRAWS times for explained variance, seeded.
"""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from rung.insight.statistics import wilson
from rung.patterns.contrast import drawn_coefficients, fitted, impact_asymmetry
from rung.patterns.drivers import ATTRIBUTES, BITS, CHANNEL, TOPIC, TOPICS, WORD, drivers_of
from rung.patterns.models import Contrast, Driver, Method, Side, Slice, TellingWord
from rung.patterns.reaching import placed, reached
from rung.patterns.sharing import SEED, Array, design_effect, draws, explained, ranked
from rung.patterns.vocabulary import FEWEST_TO_PICK, MOST_PLAYERS, Held, Vocabulary, picks, vocabulary_from

REACH_DRAWS, VARIANCE_DRAWS, AT_ONCE = 1000, 200, 50
MOST_CUSTOMERS = 1009
"""Customers above are laid together into groups, by the remainder of their key: the same interval at a bounded cost."""
FEWEST = 5
FEWEST_WITH_WORD = 20
MOST_WORDS = 15
Numbers = npt.NDArray[np.int64]
Truths = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Cases:
    """Cases as columns. ``moments`` in seconds since 1970."""

    conversations: Numbers
    customers: Numbers
    teams: Numbers
    channels: npt.NDArray[np.str_]
    moments: Array
    flags: Numbers
    topics: Numbers
    frustrated: Truths
    delighted: Truths
    words: Numbers

    @classmethod
    def of(cls, rows: Iterable[Sequence[Any]]) -> Cases:
        """From rows of conversation, customer, team, channel, moment, flags, topic, frustrated, delighted, words."""
        columns: list[list[Any]] = [[] for _ in range(10)]
        for row in rows:
            for column, value in zip(columns, row, strict=True):
                column.append(value)
        columns[4] = [moment.timestamp() for moment in columns[4]]
        columns[9] = [words or 0 for words in columns[9]]
        kinds = (np.int64, np.int64, np.int64, np.str_, np.float64, np.int64, np.int64, np.bool_, np.bool_, np.int64)
        return cls(*(np.array(column, dtype=kind) for column, kind in zip(columns, kinds, strict=True)))

    def __len__(self) -> int:
        return len(self.customers)

    def only(self, chosen: Truths) -> Cases:
        return Cases(*(getattr(self, name)[chosen] for name in self.__slots__))

    def hit(self, side: str) -> Truths:
        return self.frustrated if side == Side.FRUSTRATION else self.delighted

    def groups(self) -> tuple[Numbers, int]:
        """The group of customers each case is of, and how many there are."""
        names, group = np.unique(self.customers % MOST_CUSTOMERS, return_inverse=True)
        return group.astype(np.int64), len(names)

    def design_effect(self, hit: Truths) -> float:
        """Of the share of `hit`, over customers."""
        _names, each = np.unique(self.customers, return_inverse=True)
        return design_effect(zip(np.bincount(each).tolist(), np.bincount(each, weights=hit).tolist(), strict=True))

    def by_conversation(self) -> dict[int, tuple[bool, bool]]:
        """Whether any case of a conversation was frustrated, and whether any was delighted and none frustrated."""
        found: dict[int, tuple[bool, bool]] = defaultdict(lambda: (False, False))
        for pk, frustrated, delighted in zip(
            self.conversations.tolist(), self.frustrated.tolist(), self.delighted.tolist(), strict=True
        ):
            one, other = found[pk]
            found[pk] = (one or frustrated, other or delighted)
        return {pk: (one, other and not one) for pk, (one, other) in found.items()}


@dataclass(slots=True)
class Found:
    """What was found in a slice; `keep` makes rows of it."""

    cases: int
    customers: int
    frustrated: int
    delighted: int
    whole: dict[str, float | None] = field(default_factory=dict)
    effect: dict[str, float] = field(default_factory=dict)
    drivers: list[dict[str, Any]] = field(default_factory=list)
    contrasts: list[dict[str, Any]] = field(default_factory=list)
    words: list[dict[str, Any]] = field(default_factory=list)

    def keep(self, study: int, **which: Any) -> int:
        """``which``: the columns that say what of the cases it is."""
        row = Slice.objects.create(
            study_id=study,
            **which,
            cases=self.cases,
            customers=self.customers,
            frustrated=self.frustrated,
            delighted=self.delighted,
            effect_frustrated=self.effect.get(Side.FRUSTRATION, 1.0),
            effect_delighted=self.effect.get(Side.DELIGHT, 1.0),
            r2_frustrated=self.whole.get(Side.FRUSTRATION),
            r2_delighted=self.whole.get(Side.DELIGHT),
        )
        Driver.objects.bulk_create([Driver(slice_id=row.pk, **each) for each in self.drivers])
        Contrast.objects.bulk_create([Contrast(slice_id=row.pk, **each) for each in self.contrasts])
        TellingWord.objects.bulk_create([TellingWord(slice_id=row.pk, **each) for each in self.words])
        return int(row.pk)


def worked_out(cases: Cases, vocabulary: Vocabulary, *, go_on: Callable[[], None] = lambda: None) -> Found:
    """Everything of one slice. Of a side with fewer than FEWEST cases or customers on it or beside it: counts only."""
    people = len(np.unique(cases.customers))
    found = Found(len(cases), people, int(cases.frustrated.sum()), int(cases.delighted.sum()))
    group, groups = cases.groups()
    if groups < FEWEST:
        return found
    drawn = draws(groups, REACH_DRAWS)
    for side in Side.values:
        hit = cases.hit(side)
        found.effect[side] = cases.design_effect(hit)
        if min(hit.sum(), (~hit).sum(), len(np.unique(cases.customers[hit]))) < FEWEST:
            continue
        found.drivers += _reach(cases, side, group, drawn)
        found.drivers += together_in(cases, side, vocabulary)
        go_on()
        rows, whole = _variance(cases, side, group, groups, go_on)
        found.drivers += rows
        found.whole[side] = whole
    found.contrasts = _contrasts(cases, group, groups, drawn)
    found.words = lifted(cases, vocabulary)
    return found


def looked_up(cases: Cases, vocabulary: Vocabulary) -> Found:
    """A slice without explained variance, worked out while somebody waits."""
    found = Found(len(cases), len(np.unique(cases.customers)), int(cases.frustrated.sum()), int(cases.delighted.sum()))
    group, groups = cases.groups()
    if groups < FEWEST:
        return found
    for side in Side.values:
        found.effect[side] = cases.design_effect(cases.hit(side))
        found.drivers += reach_in(cases, side) + together_in(cases, side, vocabulary)
    found.contrasts = _contrasts(cases, group, groups, draws(groups, REACH_DRAWS))
    found.words = lifted(cases, vocabulary)
    return found


def reach_in(cases: Cases, side: str) -> list[dict[str, Any]]:
    """The shares of one side in some cases, worked out while somebody waits: none where there are too few."""
    hit = cases.hit(side)
    group, groups = cases.groups()
    if groups < FEWEST or min(hit.sum(), (~hit).sum(), len(np.unique(cases.customers[hit]))) < FEWEST:
        return []
    return _reach(cases, side, group, draws(groups, REACH_DRAWS))


def together_in(cases: Cases, side: str, vocabulary: Vocabulary) -> list[dict[str, Any]]:
    """The shares of causes, topics and words that compete with one another, among the customers who picked no words."""
    words = vocabulary.words_of(side)
    cases = cases.only(~picks(cases.customers))
    hit = cases.hit(side)
    group, groups = cases.groups()
    if not words or groups < FEWEST or min(hit.sum(), (~hit).sum(), len(np.unique(cases.customers[hit]))) < FEWEST:
        return []
    return _reach(cases, side, group, draws(groups, REACH_DRAWS), words)


def _reach(
    cases: Cases, side: str, group: Numbers, drawn: Array, words: Sequence[tuple[str, int]] = ()
) -> list[dict[str, Any]]:
    """Reach minus noise over operational drivers and topics, and over ``words`` with their bits where there are any. Delight
    is looked at without the cases of frustration."""
    hit = cases.hit(side)
    if side == Side.DELIGHT:
        kept = ~cases.frustrated
        cases, group, hit = cases.only(kept), group[kept], hit[kept]
    found = {key: (cases.flags & BITS[key]) > 0 for key in drivers_of(side)}
    found |= {f"{TOPIC}{pk}": cases.topics == pk for pk in sorted(set(cases.topics.tolist())) if pk}
    found |= {f"{WORD}{word}": (cases.words & bit) > 0 for word, bit in words}
    found = {name: column for name, column in found.items() if column.sum() >= FEWEST}
    if not found:
        return []
    flags = np.column_stack(list(found.values())).astype(np.float64)
    method = Method.TOGETHER if words else Method.REACH
    return reached(side, method, list(found), flags, hit.astype(np.float64), group, drawn)


def _variance(
    cases: Cases, side: str, group: Numbers, groups: int, go_on: Callable[[], None]
) -> tuple[list[dict[str, Any]], float | None]:
    """LMG: how much of being on a side each driver explains, topics as one driver and the channel as one."""
    hit = cases.hit(side).astype(np.float64)
    columns: list[Array] = []
    layout: list[list[int]] = []
    names: list[str] = []
    for name, labels in ((TOPICS, cases.topics), (CHANNEL, cases.channels)):
        # The most frequent is what the others are compared with.
        order = [label for label, count in Counter(labels.tolist()).most_common() if count >= FEWEST]
        if len(order) > 1:
            layout.append(list(range(len(columns), len(columns) + len(order) - 1)))
            columns += [(labels == label).astype(np.float64) for label in order[1:]]
            names.append(name)
    for key in drivers_of(side):
        flag = (cases.flags & BITS[key]) > 0
        if flag.sum() >= FEWEST and (~flag).sum() >= FEWEST:
            layout.append([len(columns)])
            columns.append(flag.astype(np.float64))
            names.append(key)
    if not names:
        return [], None
    full = np.column_stack((np.ones(len(hit)), *columns, hit))
    sums = _summed(full, group, groups)
    own = explained(_covariances(sums.sum(axis=0)[None]), layout)
    drawn = draws(groups, VARIANCE_DRAWS, SEED + 1)
    spread = []
    for first in range(0, VARIANCE_DRAWS, AT_ONCE):
        go_on()
        spread.append(
            explained(_covariances(np.tensordot(drawn[first : first + AT_ONCE], sums, axes=1)), layout).shares[:, 0]
        )
    ranks = ranked(own.shares[0, 0], np.concatenate(spread))
    with_it = {
        name: (int(full[:, 1 + layout[i][0]].sum()), int(full[:, 1 + layout[i][0]] @ hit))
        for i, name in enumerate(names)
        if name not in (TOPICS, CHANNEL)
    }
    return [
        {
            "side": side,
            "method": Method.VARIANCE,
            "key": name,
            "with_it": with_it.get(name, (len(hit), 0))[0],
            "with_it_hit": with_it.get(name, (0, int(hit.sum())))[1],
            **placed(rank),
            "error": float(own.error[0, i]),
        }
        for i, (name, rank) in enumerate(zip(names, ranks, strict=True))
    ], float(own.whole[0, 0])


def _summed(full: Array, group: Numbers, groups: int) -> Array:
    """(groups, m, m): the products of each case's columns, summed up by group of customers."""
    order = np.argsort(group, kind="stable")
    ends = np.searchsorted(group[order], np.arange(groups + 1))
    rows = full[order]
    return np.stack([rows[a:b].T @ rows[a:b] for a, b in itertools.pairwise(ends)])


def _covariances(moments: Array) -> Array:
    """From sums of products, the first column being the constant, to co-variances of the others."""
    n = np.maximum(moments[:, :1, :1], 1)
    means = moments[:, :1, 1:] / n
    return np.asarray(moments[:, 1:, 1:] / n - means.transpose(0, 2, 1) * means)


def _contrasts(cases: Cases, group: Numbers, groups: int, drawn: Array) -> list[dict[str, Any]]:
    """Penalty and reward of each attribute that was low or high often enough."""
    y = cases.delighted.astype(np.float64) - cases.frustrated
    used: list[tuple[str, str]] = []
    counts: dict[str, tuple[int, int]] = {}
    for attribute in ATTRIBUTES:
        pair = []
        for end, key in (("low", attribute.low), ("high", attribute.high)):
            size = int(((cases.flags & BITS[key]) > 0).sum()) if key else 0
            pair.append(size)
            if FEWEST <= size <= len(cases) - FEWEST:
                used.append((attribute.key, end))
        counts[attribute.key] = (pair[0], pair[1])
    if not used or len(np.unique(y)) < 2:
        return []
    bits = {
        (each.key, end): BITS[key]
        for each in ATTRIBUTES
        for end, key in (("low", each.low), ("high", each.high))
        if key
    }
    x = np.column_stack([(cases.flags & bits[each]) > 0 for each in used]).astype(np.float64)
    own = fitted(x, y)
    spread = drawn_coefficients(_summed(np.column_stack((np.ones(len(y)), x, y)), group, groups), drawn)
    columns = {each: number for number, each in enumerate(used, 1)}
    found = []
    for attribute in ATTRIBUTES:
        low, high = columns.get((attribute.key, "low")), columns.get((attribute.key, "high"))
        if low is None and high is None:
            continue
        row: dict[str, Any] = {
            "attribute": attribute.key,
            "low_cases": counts[attribute.key][0],
            "high_cases": counts[attribute.key][1],
            "is_shrunk": own.is_ridged,
        }
        for name, column in (("penalty", low), ("reward", high)):
            if column is not None:
                row[name] = float(own.coefficients[column])
                ends = np.quantile(spread[:, column], (0.025, 0.975))
                row[f"{name}_low"], row[f"{name}_high"] = float(ends[0]), float(ends[1])
        if low is not None and high is not None:
            value = impact_asymmetry(own.coefficients[[low]], own.coefficients[[high]])[0]
            every = impact_asymmetry(spread[:, low], spread[:, high])
            every = every[np.isfinite(every)]
            if np.isfinite(value) and len(every) > len(spread) / 2:
                ends = np.quantile(every, (0.025, 0.975))
                row["asymmetry"] = float(value)
                row["asymmetry_low"], row["asymmetry_high"] = float(ends[0]), float(ends[1])
        found.append(row)
    return found


def picked(held: Sequence[Held]) -> Vocabulary:
    """The words that stand out on either side among the customers by whom words are picked."""
    picking = picks(np.array([each.customer for each in held], dtype=np.int64)).tolist()
    half = [each for each, is_in in zip(held, picking, strict=True) if is_in]
    return vocabulary_from(telling_words(half, fewest=FEWEST_TO_PICK, most=MOST_PLAYERS))


def lifted(cases: Cases, vocabulary: Vocabulary) -> list[dict[str, Any]]:
    """`telling_words` of some cases, of the words that compete."""
    if not vocabulary.bits():
        return []
    masks = dict(zip(cases.conversations.tolist(), cases.words.tolist(), strict=True))
    whose = dict(zip(cases.conversations.tolist(), cases.customers.tolist(), strict=True))
    went = cases.by_conversation()
    return telling_words([Held(vocabulary.said(masks[pk]), *went[pk], whose[pk]) for pk in masks])


def telling_words(
    held: Sequence[Held], *, fewest: int = FEWEST_WITH_WORD, most: int = MOST_WORDS
) -> list[dict[str, Any]]:
    """The words of either side by lift, of those whose Wilson lower bound is above 1.

    The bound is Wilson's, for customers: each counts once for a word, so that one who writes often does not make it.
    ``fewest`` customers must have written it.
    """
    found = []
    for side, column in ((Side.FRUSTRATION, 1), (Side.DELIGHT, 2)):
        verdicts: dict[int, bool] = {}
        words: dict[int, set[str]] = defaultdict(set)
        for row in held:
            customer = int(row[3])
            verdicts[customer] = verdicts.get(customer, False) or bool(row[column])
            words[customer] |= row[0]
        total, hits = len(verdicts), sum(verdicts.values())
        if hits < FEWEST or total - hits < FEWEST:
            continue
        counts: Counter[str] = Counter()
        hit: Counter[str] = Counter()
        for customer, mine in words.items():
            counts.update(mine)
            if verdicts[customer]:
                hit.update(mine)
        base = hits / total
        rows = []
        for word, count in counts.items():
            if count < fewest or hit[word] < FEWEST:
                continue
            share = wilson(hit[word], count)
            if share.low > base:
                rows.append(
                    {
                        "side": side,
                        "word": word,
                        "with_it": count,
                        "with_it_hit": hit[word],
                        "lift": hit[word] / count / base,
                        "low": share.low / base,
                        "high": share.high / base,
                    }
                )
        found += sorted(rows, key=lambda row: (-float(str(row["low"])), str(row["word"])))[:most]
    return found
