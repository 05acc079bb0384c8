"""Two teams against each other, from the journal to the page: each difference with its interval, by other means."""

from datetime import timedelta
from math import exp, log, sqrt

import pytest
from scipy import stats

from rung.accounts.models import Agent, Team
from rung.insight.kpi import Measure
from rung.insight.pages.compared import compared, verdict_of
from rung.insight.statistics import Estimate
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
