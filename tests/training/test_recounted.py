"""The whole way from what was done to an opportunity, against a second count: cases read by hand, case mix by scipy's
minimiser, pooling and false discoveries by scipy's own distributions, in the order of blame of section 5.3."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import pytest
from scipy import optimize, stats

from rung.accounts.models import Agent
from rung.journal.models import Entry
from rung.ladder.models import Grade
from rung.patterns.models import Case
from rung.touchpoints.models import Conversation, Touchpoint
from rung.training.funnel import limits
from rung.training.models import Opportunity, Spread
from tests.training.conftest import Company, work_round

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@dataclass
class Served:
    agent: int
    topic: int
    channel: str
    hit: bool
    expected: float = 0.0  # whichever the topic is one of the reasons
    beside: float = 0.0  # without it


def gathered() -> dict[str, list[Served]]:
    """Of every conversation its level, and whether it lasted for fourteen days, counted for whoever wrote in it."""
    agents = dict(Touchpoint.objects.values_list("pk", "agent"))
    grades = {grade.touchpoint_id: grade for grade in Grade.objects.all()}
    told = defaultdict(list)
    for entry in Entry.objects.filter(kind__startswith="conversation.re").order_by("occurred_at", "pk"):
        told[entry.conversation].append(entry)
    found: dict[str, list[Served]] = {"level": [], "durable": []}
    for case in Case.objects.order_by("pk"):
        who = agents[case.touchpoint]
        found["level"].append(Served(who, case.topic, case.channel, grades[case.touchpoint].level >= 3))
        mine = told[case.conversation]
        first = next(
            (each for each in mine if each.kind == "conversation.resolved" and each.actor_kind == "agent"), None
        )
        if first is None:
            continue
        later = [
            each for each in mine
            if each.kind == "conversation.reopened" and not each.data.get("thanks") and each.occurred_at > first.occurred_at
        ]  # fmt: skip
        lasted = not later or later[0].occurred_at - first.occurred_at > 14 * DAY
        found["durable"].append(Served(who, case.topic, case.channel, lasted))
    return found


def chances(cases: list[Served], *, with_topic: bool) -> np.ndarray:
    """Ridge logistic regression, by a minimiser that knows no Newton."""
    columns = [np.ones(len(cases))]
    for values in ([each.topic for each in cases], [each.channel for each in cases])[not with_topic :]:
        kinds, counts = np.unique(values, return_counts=True)
        columns += [
            np.array([value == kind for value in values], float)
            for kind in kinds if kind != kinds[counts.argmax()]
        ]  # fmt: skip
    x, y = np.column_stack(columns), np.array([each.hit for each in cases], float)

    def loss(b: np.ndarray) -> float:
        z = x @ b
        return float(np.logaddexp(0, z).sum() - y @ z + (b[1:] ** 2).sum() / 2)

    return 1 / (1 + np.exp(-(x @ optimize.minimize(loss, np.zeros(x.shape[1]), method="BFGS", tol=1e-10).x)))


def strength(x: np.ndarray, n: np.ndarray, within: float) -> float:
    p, total = x.sum() / n.sum(), n.sum()
    by_chance = within * (len(n) - 1)
    rho = ((n * (x / n - p) ** 2).sum() - by_chance) / (p * (1 - p) * (total - (n**2).sum() / total) - by_chance)
    rho = min(max(rho, 1e-6), 1 - 1e-9)
    return float((1 - rho) / rho)


def adjusted(cases: list[Served], mean: float, by: str) -> float:
    surplus = sum(each.hit for each in cases) - sum(getattr(each, by) for each in cases)
    return float(np.clip(len(cases) * mean + surplus, 0, len(cases)))


def tails(cases: list[Served], by: str) -> tuple[float, float]:
    mass = np.ones(1)
    for each in cases:
        mass = np.convolve(mass, [1 - getattr(each, by), getattr(each, by)])
    hits = sum(each.hit for each in cases)
    # A sum of all that may happen is 1 but for its last digits, and these depend on the processor.
    return min(float(mass[: hits + 1].sum()), 1.0), min(float(mass[hits:].sum()), 1.0)


def believed(mean: float, strong: float, x: float, n: int) -> stats.rv_continuous:
    return stats.beta(mean * strong + x, (1 - mean) * strong + n - x)


Found = tuple[int, int, str, str]  # whose, about which topic, which outcome, which side


def opportunities(of: dict[str, list[Served]]) -> tuple[set[Found], dict[tuple[str, int, int], tuple[float, ...]]]:
    people: dict[str, list[tuple[Found, float, float]]] = {"weak": [], "strong": []}
    topics: list[tuple[Found, float, float, bool]] = []
    standings: dict[tuple[str, int, int], tuple[float, ...]] = {}
    for outcome, cases in of.items():
        for each, one, other in zip(
            cases, chances(cases, with_topic=True), chances(cases, with_topic=False), strict=True
        ):
            each.expected, each.beside = float(one), float(other)
        usual = float(np.mean([each.hit for each in cases]))
        by_topic = {topic: [each for each in cases if each.topic == topic] for topic in {each.topic for each in cases}}
        every = [(adjusted(mine, usual, "beside"), len(mine)) for mine in by_topic.values()]
        pull = strength(*map(np.array, zip(*every, strict=True)), np.mean([e.beside * (1 - e.beside) for e in cases]))
        for topic, mine in by_topic.items():
            theirs = {who: [each for each in mine if each.agent == who] for who in {each.agent for each in mine} if who}
            whole = believed(usual, pull, adjusted(mine, usual, "beside"), len(mine))
            topics.append(((0, topic, outcome, "weak"), whole.cdf(usual - 0.05), tails(mine, "beside")[0],
                           _is_weak_for_nearly_all(mine, theirs, usual)))  # fmt: skip
            mean = float(np.mean([each.hit for each in mine]))
            x = np.array([adjusted(own, mean, "expected") for own in theirs.values()])
            n = np.array([len(own) for own in theirs.values()])
            drawn = strength(x, n, float(np.mean([each.expected * (1 - each.expected) for each in mine])))
            for who, surplus, count in zip(theirs, x, n, strict=True):
                theta = believed(mean, drawn, surplus, count)
                standings[outcome, topic, who] = (
                    surplus / count, theta.mean(), *theta.interval(0.95), sum(each.expected for each in theirs[who])
                )  # fmt: skip
                low, high = tails(theirs[who], "expected")
                people["weak"].append(((who, topic, outcome, "weak"), theta.cdf(mean - 0.05), low))
                people["strong"].append(((who, topic, outcome, "strong"), theta.sf(mean + 0.05), high))
    found: set[Found] = set()
    discovered = stats.false_discovery_control([p for _name, _chance, p, _all in topics]) <= 0.10
    houses = {name for (name, chance, _p, is_all), is_one in zip(topics, discovered, strict=True)
              if is_one and chance >= 0.9 and is_all}  # fmt: skip
    for tested in people.values():
        discovered = stats.false_discovery_control([p for _name, _chance, p in tested]) <= 0.10
        found |= {
            name for (name, chance, _p), is_one in zip(tested, discovered, strict=True)
            if is_one and chance >= 0.9 and (0, *name[1:3], name[3]) not in houses
        }  # fmt: skip
    return found | houses, standings


def _is_weak_for_nearly_all(mine: list[Served], theirs: dict[int, list[Served]], usual: float) -> bool:
    x = np.array([adjusted(own, usual, "beside") for own in theirs.values()])
    n = np.array([len(own) for own in theirs.values()])
    mean = float(x.sum() / n.sum())
    pull = strength(x, n, float(np.mean([each.beside * (1 - each.beside) for each in mine])))
    drawn = [believed(mean, pull, surplus, count).mean() for surplus, count in zip(x, n, strict=True)]
    return bool(np.mean([each < usual - 0.05 for each in drawn]) >= 0.8)


def untidied(ada: Agent) -> None:
    """Some were thanked for what had lasted; some a rule had closed before anybody said that it was settled."""
    resolved = Entry.objects.filter(kind="conversation.resolved").order_by("pk")
    fine = resolved.filter(data__outcome="reached")
    for number, entry in enumerate(fine):
        if number % 5 == 0:
            _entry(entry, "conversation.reopened", entry.occurred_at + DAY, "customer", {"thanks": True})
        if number % 11 == 0:
            _entry(entry, "conversation.resolved", entry.occurred_at - DAY / 48, "rule", {"outcome": ""})
            _entry(entry, "conversation.reopened", entry.occurred_at - DAY / 96, "agent", {})
        if number % 17 == 0:
            Entry.objects.filter(pk=entry.pk).update(actor_kind="rule")


def _entry(like: Entry, kind: str, moment: datetime, actor: str, more: dict[str, object]) -> None:
    about = {"conversation": like.conversation, "customer": like.customer}
    Entry.objects.create(
        kind=kind,
        occurred_at=moment,
        recorded_at=moment,
        actor_kind=actor,
        actor_key=None,
        data={**about, **more},
        **about,
    )


def test_a_second_count_finds_the_same_opportunities(planted: Company, ada: Agent, at: datetime) -> None:
    untidied(ada)
    found, standings = opportunities(gathered())
    work_round(at)
    rows = Opportunity.objects.standing().filter(outcome__in=("level", "durable"))
    assert {(row.agent_id or 0, row.topic, row.outcome, row.direction) for row in rows} == found
    assert any(who for who, *_rest in found)
    assert any(not who for who, *_rest in found)
    told = {
        (spread.outcome, spread.topic, each.agent_id): (each.rate, each.mean, each.low, each.high, each.expected)
        for spread in Spread.objects.filter(outcome__in=("level", "durable")) for each in spread.standings.all()
    }  # fmt: skip
    assert told.keys() == standings.keys()
    for key, numbers in told.items():
        assert numbers == pytest.approx(standings[key], abs=2e-4, rel=2e-4), key
    assert len(Conversation.objects.all()) > len(told)


@pytest.mark.parametrize("level", [0.95, 0.998])
@pytest.mark.parametrize("n", [7, 20, 133, 700])
@pytest.mark.parametrize("share", [0.12, 0.5, 0.8])
def test_the_limits_of_a_funnel_are_spiegelhalters(n: int, share: float, level: float) -> None:
    """Between the counts around the exact quantile, in proportion to what is left of the tail (2005, A.1.1)."""

    def limit(q: float) -> float:
        r = stats.binom.ppf(q, n, share)
        return float((r - (stats.binom.cdf(r, n, share) - q) / stats.binom.pmf(r, n, share)) / n)

    tail = (1 - level) / 2
    low, high = max(limit(tail), 0.0), 1.0 if share**n > tail else limit(1 - tail)
    assert limits(n, share, level) == pytest.approx((low, high), abs=1e-9)
