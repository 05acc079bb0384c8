"""Section 5.3 in its order: case mix, then what is weak for nearly everybody, and only then what is one person's.

Pure: columns in, findings out. Nothing here knows a name.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from rung.patterns.drivers import BITS
from rung.training.bounds import DELTA, FALSE_DISCOVERIES, FEWEST, FEWEST_COLLEAGUES, FEWEST_EACH, NEARLY_ALL, SURE
from rung.training.case_mix import expected_of
from rung.training.discovery import q_values, tails
from rung.training.pooling import Array, Posterior, pool_of, posterior
from rung.training.served import Served, Truths

PROCESS, KNOWLEDGE, PRODUCT, PEOPLE = "process", "knowledge", "product", "people"
PROCESS_FLAGS = ("late_first", "late_later", "asked_again", "handed_on", "switched", "promise_broken")
KNOWLEDGE_FLAGS = ("long",)
PRODUCT_FLAGS = ("reopened", "came_back")
WEAK, STRONG = "weak", "strong"


@dataclass(frozen=True, slots=True)
class Cell:
    """One of us and one topic. ``rate``: adjusted for case mix; ``mean`` with ``low`` and ``high``: drawn to the pool, with
    its 95 % interval; ``deficit`` and ``excess``: the probability of being more than DELTA below, above the pool's mean."""

    agent: int
    topic: int
    n: int
    hits: int
    expected: float
    rate: float
    mean: float
    low: float
    high: float
    deficit: float
    excess: float
    p_low: float
    p_high: float


@dataclass(frozen=True, slots=True)
class TopicPool:
    """How one outcome goes with one topic, of all who deal with it. ``colleagues``: with at least FEWEST_EACH cases."""

    topic: int
    n: int
    mean: float
    rho: float
    strength: float
    colleagues: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """What is to be shown. ``agent`` 0: it is the house's. ``mean`` against ``usual``; ``chance``: that it is more than
    DELTA off; ``q``: the rate of false discoveries at which it is believed. ``weak_for`` of ``looked_at`` colleagues;
    ``signs``: what was oftener the case there than elsewhere."""

    side: str
    cause: str
    agent: int
    topic: int
    n: int
    hits: int
    expected: float
    mean: float
    low: float
    high: float
    usual: float
    chance: float
    p: float
    q: float = 1.0
    weak_for: int = 0
    looked_at: int = 0
    signs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Judged:
    """All about one outcome. ``tested_…``: what was looked at and may or may not be believed, see `believed`."""

    cases: int
    mean: float
    expected: Array
    pools: tuple[TopicPool, ...]
    tested_topics: tuple[Finding, ...]
    tested_people: tuple[Finding, ...]


def judged(served: Served, *, circular: Collection[str] = ()) -> Judged:
    """Look at one outcome; nothing is believed yet. ``circular``: drivers that are the outcome itself in other words, and
    explain nothing. Raises ValueError without cases."""
    with_topic = expected_of(served.mix(with_topic=True), served.hits)
    without = expected_of(served.mix(with_topic=False), served.hits)
    pools = tuple(_pool(served, with_topic, int(topic)) for topic in np.unique(served.topics))
    return Judged(
        cases=len(served),
        mean=float(served.hits.mean()),
        expected=with_topic,
        pools=pools,
        tested_topics=_topics(served, without, circular),
        tested_people=tuple(each for pool in pools if pool.colleagues >= FEWEST_COLLEAGUES for each in _people(pool)),
    )


def _pool(served: Served, expected: Array, topic: int) -> TopicPool:
    of_topic = served.topics == topic
    mean = float(served.hits[of_topic].mean())
    groups = [
        (int(agent), of_topic & (served.agents == agent)) for agent in np.unique(served.agents[of_topic]) if agent
    ]
    adjusted = [_adjusted(served.hits[mine], expected[mine], mean) for _agent, mine in groups]
    cases = [int(mine.sum()) for _agent, mine in groups]
    within = float((expected[of_topic] * (1 - expected[of_topic])).mean())
    pool = pool_of(adjusted, cases, within) if cases else pool_of([mean], [1.0], within)
    cells = []
    for (agent, mine), x, n in zip(groups, adjusted, cases, strict=True):
        found = posterior(mean, pool.strength, x, n)
        p_low, p_high = tails(int(served.hits[mine].sum()), expected[mine]) if n >= FEWEST else (1.0, 1.0)
        low, high = found.interval()
        cells.append(
            Cell(
                agent=agent,
                topic=topic,
                n=n,
                hits=int(served.hits[mine].sum()),
                expected=float(expected[mine].sum()),
                rate=x / n,
                mean=found.mean,
                low=low,
                high=high,
                deficit=found.below(mean - DELTA),
                excess=1 - found.below(mean + DELTA),
                p_low=p_low,
                p_high=p_high,
            )
        )
    colleagues = sum(n >= FEWEST_EACH for n in cases)
    return TopicPool(topic, int(of_topic.sum()), mean, pool.rho, pool.strength, colleagues, tuple(cells))


def _adjusted(hits: Truths, expected: Array, mean: float) -> float:
    """As many successes as these cases would have had, had they been of the usual mix: the difference between what happened
    and what was to be expected is added to what is usual (direct standardisation of the difference)."""
    n = len(hits)
    return float(min(max(n * mean + float(hits.sum()) - float(expected.sum()), 0.0), n))


def _topics(served: Served, expected: Array, circular: Collection[str]) -> tuple[Finding, ...]:
    """Each topic as a whole against all others, by what its cases were beside their topic."""
    names = [int(topic) for topic in np.unique(served.topics)]
    if len(names) < 2:
        return ()
    usual = float(served.hits.mean())
    of = {topic: served.topics == topic for topic in names}
    adjusted = [_adjusted(served.hits[of[topic]], expected[of[topic]], usual) for topic in names]
    cases = [int(of[topic].sum()) for topic in names]
    pool = pool_of(adjusted, cases, float((expected * (1 - expected)).mean()))
    found = []
    for topic, x, n in zip(names, adjusted, cases, strict=True):
        if n < FEWEST or not topic:  # "no topic" is nothing that could be mended
            continue
        mine = of[topic]
        believed = posterior(usual, pool.strength, x, n)
        low, high = believed.interval()
        weak_for, looked_at = _weak_for(served, expected, mine, usual)
        signs = signs_of(served, mine, circular)
        found.append(
            Finding(
                side=WEAK,
                cause=cause_of(signs),
                agent=0,
                topic=topic,
                n=n,
                hits=int(served.hits[mine].sum()),
                expected=float(expected[mine].sum()),
                mean=believed.mean,
                low=low,
                high=high,
                usual=usual,
                chance=believed.below(usual - DELTA),
                p=tails(int(served.hits[mine].sum()), expected[mine])[0],
                weak_for=weak_for,
                looked_at=looked_at,
                signs=signs,
            )
        )
    return tuple(found)


def _weak_for(served: Served, expected: Array, mine: Truths, usual: float) -> tuple[int, int]:
    """For how many of those who deal with a topic it goes worse than DELTA below what is usual, each drawn to the topic."""
    groups = [mine & (served.agents == agent) for agent in np.unique(served.agents[mine]) if agent]
    groups = [group for group in groups if group.sum() >= FEWEST_EACH]
    if not groups:
        return 0, 0
    adjusted = [_adjusted(served.hits[group], expected[group], usual) for group in groups]
    cases = [int(group.sum()) for group in groups]
    pool = pool_of(adjusted, cases, float((expected[mine] * (1 - expected[mine])).mean()))
    drawn = [posterior(pool.mean, pool.strength, x, n).mean for x, n in zip(adjusted, cases, strict=True)]
    return sum(each < usual - DELTA for each in drawn), len(drawn)


def signs_of(served: Served, mine: Truths, circular: Collection[str] = ()) -> tuple[str, ...]:
    """What was oftener the case among these cases than among the others, by more than chance (two shares, z above 2.58)."""
    found = []
    for key in (*PROCESS_FLAGS, *KNOWLEDGE_FLAGS, *PRODUCT_FLAGS):
        if key in circular:
            continue
        has = (served.flags & BITS[key]) > 0
        here, there = float(has[mine].mean()), float(has[~mine].mean()) if (~mine).any() else 0.0
        whole = float(has.mean())
        error = float(np.sqrt(whole * (1 - whole) * (1 / max(mine.sum(), 1) + 1 / max((~mine).sum(), 1))))
        if error > 0 and (here - there) / error > 2.58:
            found.append(key)
    return tuple(found)


def cause_of(signs: Iterable[str]) -> str:
    """The likeliest of the three causes that are not people: the process where waiting, handing on or promises stand out,
    what is known where it takes many turns, else the product: what was done does not last, whoever did it. A guess, to be
    changed by hand."""
    held = set(signs)
    if held & set(PROCESS_FLAGS):
        return PROCESS
    return KNOWLEDGE if held & set(KNOWLEDGE_FLAGS) and not held & set(PRODUCT_FLAGS) else PRODUCT


def _people(pool: TopicPool) -> Iterable[Finding]:
    for cell in pool.cells:
        if cell.n < FEWEST:
            continue
        for side, chance, p in ((WEAK, cell.deficit, cell.p_low), (STRONG, cell.excess, cell.p_high)):
            yield Finding(
                side=side,
                cause=PEOPLE,
                agent=cell.agent,
                topic=cell.topic,
                n=cell.n,
                hits=cell.hits,
                expected=cell.expected,
                mean=cell.mean,
                low=cell.low,
                high=cell.high,
                usual=pool.mean,
                chance=chance,
                p=p,
            )


def believed(found: Mapping[str, Judged]) -> dict[str, list[Finding]]:
    """Of everything that was tested, over all outcomes together, what is believed: by outcome, topics first.

    False discoveries are controlled over all topics, over all pairs of agent and topic for weaknesses, and over all for
    strengths. Where a topic is weak for nearly everybody, or too few deal with it to tell, it is the house's, and nobody's
    weakness with it is told.
    """
    told: dict[str, list[Finding]] = {outcome: [] for outcome in found}
    houses: set[tuple[str, int]] = set()
    for outcome, each in _passing((o, each) for o, one in found.items() for each in one.tested_topics):
        if each.looked_at < FEWEST_COLLEAGUES or each.weak_for >= NEARLY_ALL * each.looked_at:
            told[outcome].append(each)
            houses.add((outcome, each.topic))
    for side in (WEAK, STRONG):
        tested = ((o, each) for o, one in found.items() for each in one.tested_people if each.side == side)
        for outcome, each in _passing(tested):
            if side == STRONG or (outcome, each.topic) not in houses:
                told[outcome].append(each)
    return told


def _passing(tested: Iterable[tuple[str, Finding]]) -> list[tuple[str, Finding]]:
    held = list(tested)
    rates = q_values([each.p for _outcome, each in held])
    return [
        (outcome, replace(each, q=float(q)))
        for (outcome, each), q in zip(held, rates, strict=True)
        if each.chance >= SURE and q <= FALSE_DISCOVERIES
    ]


__all__ = ["DELTA", "FEWEST", "Cell", "Finding", "Judged", "Posterior", "TopicPool", "believed", "judged"]
