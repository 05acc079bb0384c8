"""Two teams against each other, from the journal to the page: each difference with its interval, by other means."""

from datetime import timedelta
from math import exp, log, sqrt
from typing import Any

import numpy as np
import pytest
from scipy import stats

from rung.accounts.models import Agent, Team
from rung.insight.kpi import Measure
from rung.insight.pages.compared import compared, compared_page, verdict_of
from rung.insight.resampling import Brought, widened
from rung.insight.statistics import Estimate, difference, wilson
from rung.reports.making import compared_paper_for
from rung.touchpoints.verbs import assign_conversation
from tests.insight.conftest import Story

Z = stats.norm.ppf(0.975)
Ends = tuple[float, float, float]


def score(hits: int, n: int) -> tuple[float, float]:
    """The ends of the score interval, as the roots of what it is defined by: (p - hits/n)² = z² p (1 - p) / n."""
    a, b, c = 1 + Z**2 / n, -(2 * hits / n + Z**2 / n), (hits / n) ** 2
    root = sqrt(b * b - 4 * a * c)
    return (-b - root) / (2 * a), (-b + root) / (2 * a)


def newcombe(one: tuple[int, int], other: tuple[int, int]) -> Ends:
    (l1, u1), (l2, u2) = score(*one), score(*other)
    p1, p2 = one[0] / one[1], other[0] / other[1]
    return (
        p1 - p2, p1 - p2 - sqrt((p1 - l1) ** 2 + (u2 - p2) ** 2), p1 - p2 + sqrt((u1 - p1) ** 2 + (p2 - l2) ** 2),
    )  # fmt: skip


def of_means(one: list[int], other: list[int]) -> Ends:
    """Every customer is a cluster of their own here."""
    means = [sum(each) / len(each) for each in (one, other)]
    errors = [
        sum((value - mean) ** 2 for value in each) / (len(each) - 1) / len(each)
        for each, mean in zip((one, other), means, strict=True)
    ]
    d, half = means[0] - means[1], Z * sqrt(sum(errors))
    return d, d - half, d + half


def median_of(ended: list[int], still: list[int]) -> Ends:
    """Kaplan and Meier's median, and where their log-log band crosses a half (Brookmeyer and Crowley)."""
    survival, greenwood, ends = 1.0, 0.0, [0.0, 0.0, 0.0]
    for time in sorted(set(ended)):
        at_risk = sum(each >= time for each in (*ended, *still))
        died = ended.count(time)
        survival *= 1 - died / at_risk
        greenwood += died / (at_risk * (at_risk - died)) if at_risk > died else 0.0
        if not 0 < survival < 1:
            band = (survival, survival)
        else:
            spread = Z * sqrt(greenwood) / log(survival)
            band = (survival ** exp(-spread), survival ** exp(spread))
        for place, value in enumerate((survival, *band)):
            if value <= 0.5 and not ends[place]:
                ends[place] = time
    return ends[0], ends[1], ends[2]


def mover(one: Ends, other: Ends) -> Ends:
    d = one[0] - other[0]
    return (
        d, d - sqrt((one[0] - one[1]) ** 2 + (other[2] - other[0]) ** 2),
        d + sqrt((one[2] - one[0]) ** 2 + (other[0] - other[1]) ** 2),
    )  # fmt: skip


def recommending(promoters: int, detractors: int, n: int) -> Ends:
    p, d = (promoters + 0.75) / (n + 3), (detractors + 0.75) / (n + 3)
    half = Z * sqrt((p + d - (p - d) ** 2) / (n + 3))
    return 100 * (p - d), 100 * (p - d - half), 100 * (p - d + half)


def ends(found: Estimate | None) -> Ends:
    assert found is not None
    return found.value, found.low, found.high


def test_a_difference_of_two_teams_has_its_honest_interval(
    story: Story, lin: Agent, support: Team, billing: Team
) -> None:
    # Of each, how many hours somebody took (0: still open), what they answered, whether they would recommend us, how often
    # they wrote.
    told = {
        support: [
            (5 * (1 + n % 9) if n % 7 else 0, 5 if n % 4 else 2, 9 if n % 3 else 3, 1 + n % 3) for n in range(36)
        ],
        billing: [
            (9 * (1 + n % 8) if n % 5 else 0, 4 if n % 2 else 1, 10 if n % 4 else 7, 1 + n % 5) for n in range(31)
        ],
    }
    for team, people in told.items():
        for hours, satisfied, likely, often in people:
            matter = story.writes(story.person(), 2, team=team)
            for again in range(1, often):
                story.writes_again(matter, 2 + again / 48)
            if hours:
                story.answer(matter, 2.5 + hours / 24, resolve=True)
                # Only the team counts here, and answering has put it into somebody's hands.
                assign_conversation(matter, agent=None, team=team, by=lin.actor, at=story.moment(2.6 + hours / 24))
            for question, value in (("csat", satisfied), ("nps", likely)):
                story.says(matter, story.asked(matter, question, 7), question, value, 7.5)
    story.folded(9)
    days = {"from": story.start.date(), "to": story.start.date() + timedelta(days=7)}
    asked = {"from": str(days["from"]), "to": str(days["to"]), "from2": str(days["from"]), "to2": str(days["to"])}

    def change(kpi: str) -> tuple[Ends, Measure, Measure]:
        data = {**asked, "team": str(support.pk), "team2": str(billing.pk), "kpi": kpi}
        [pair] = compared(data, lin, at=story.moment(9)).pairs
        assert verdict_of(pair).value
        return ends(pair.one.change_from(pair.other)), pair.one, pair.other

    one, other = told[support], told[billing]
    happy = [(sum(each[1] >= 4 for each in side), len(side)) for side in (one, other)]
    assert change("overall_satisfaction")[0] == pytest.approx(newcombe(*happy), abs=1e-6)
    scores = [
        recommending(sum(each[2] >= 9 for each in side), sum(each[2] <= 6 for each in side), len(side))
        for side in (one, other)
    ]
    assert change("net_promoter_score")[0] == pytest.approx(mover(*scores), abs=1e-6)
    contacts = of_means(*([each[3] for each in side] for side in (one, other)))
    assert change("contacts_per_need")[0] == pytest.approx(contacts, abs=1e-6)
    times = [
        median_of([60 * (12 + each[0]) for each in side if each[0]], [60 * 24 * 7 for each in side if not each[0]])
        for side in (one, other)
    ]
    found, mine, theirs = change("resolution_time")
    assert ends(mine.told) == pytest.approx(times[0])
    assert ends(theirs.told) == pytest.approx(times[1])
    assert found == pytest.approx(mover(*times))


def test_who_is_on_both_sides_is_told_with_what_it_does(story: Story, lin: Agent, support: Team, billing: Team) -> None:
    """Counted by hand: four wrote to Support, three to Billing, of whom one wrote to both; one of no team is on none."""
    people = [story.person() for _each in range(6)]
    for each in people[:4]:
        story.writes(each, 2, team=support)
    for each in people[3:]:
        story.writes(each, 3, team=billing)
    story.writes(story.person(), 3)
    story.folded(8)
    days = {"from": story.moment(1).date().isoformat(), "to": story.moment(5).date().isoformat()}
    asked = days | {"from2": days["from"], "to2": days["to"], "team": str(support.pk), "team2": str(billing.pk)}
    found = compared(asked, lin, at=story.moment(9)).shared
    assert (found.ones, found.others, found.both) == (4, 3, 1)
    told = compared_page(asked, lin, at=story.moment(9)).shared
    assert told.startswith(
        "In contact on both sides: 1, which is 33\u00a0% of the customers of the side that has fewer."
    )
    assert told in compared_paper_for(lin, asked, at=story.moment(9)).parts[1].notes
    # Every team, and one of them: whoever wrote to that is on both.
    found = compared(asked | {"team2": ""}, lin, at=story.moment(9)).shared
    assert (found.ones, found.others, found.both) == (4, 7, 4)
    apart = compared(asked | {"from2": "2025-01-01", "to2": "2025-01-05"}, lin, at=story.moment(9))
    assert apart.shared.both == 0


def test_of_the_same_customers_on_both_sides_the_interval_is_too_wide() -> None:
    """What the page says, by drawing: customers who are much the same on both sides, asked ten times each on either."""
    draws = np.random.default_rng(7)
    differences, covered = [], 0
    for _draw in range(400):
        chances = draws.beta(2, 2, 60)
        ones, others = draws.binomial(10, chances), draws.binomial(10, chances)
        sides = [clustered(each) for each in (ones, others)]
        found = difference(*sides)
        differences.append(found.value)
        covered += found.low <= 0 <= found.high
    assert covered == 400
    assert 2 * Z * np.std(differences) < 0.6 * (found.high - found.low)


def clustered(hits: "np.ndarray[Any, Any]") -> Estimate:
    brought = [Brought(int(each), 10, 1) for each in hits]
    return widened(wilson(int(hits.sum()), 600), brought)
