"""Customers as clusters: the interval of a ratio when one customer's cases are alike, and the guards on arrows."""

import numpy as np
import pytest

from rung.insight import words
from rung.insight.kpi import Measure, as_alike, over_customers
from rung.insight.kpis import KPIS
from rung.insight.resampling import Brought, design_effect, linearised, repeats, resampled_ratio, widened
from rung.insight.statistics import Estimate, wilson
from tests.insight.conftest import Story


def test_drawing_pairs_is_drawing_customers() -> None:
    # Two hundred customers one by one, drawn by hand, against their distinct pairs.
    lot = np.random.default_rng(7)
    n = lot.integers(1, 6, 200)
    amount = np.array([lot.binomial(each, share) for each, share in zip(n, lot.beta(1, 1, 200), strict=True)])
    found = resampled_ratio([Brought(int(a), int(m), 1) for a, m in zip(amount, n, strict=True)])
    picked = lot.integers(0, 200, (20_000, 200))
    ratios = amount[picked].sum(axis=1) / n[picked].sum(axis=1)
    assert found.value == amount.sum() / n.sum()
    assert found.low == pytest.approx(np.quantile(ratios, 0.025), abs=0.006)
    assert found.high == pytest.approx(np.quantile(ratios, 0.975), abs=0.006)


def test_the_same_data_give_the_same_interval() -> None:
    brought = [Brought(3, 4, 20), Brought(0, 3, 9)]
    assert resampled_ratio(brought) == resampled_ratio(brought)


def test_with_very_many_pairs_thelinearised_variance_takes_over() -> None:
    lot = np.random.default_rng(3)
    n = lot.integers(1, 5, 6_000)
    amounts = lot.integers(1, 1_000_000, 6_000)
    many = resampled_ratio([Brought(int(a), int(m), 1) for a, m in zip(amounts, n, strict=True)])
    picked = lot.integers(0, 6_000, (1_000, 6_000))
    ratios = amounts[picked].sum(axis=1) / n[picked].sum(axis=1)
    assert many.low == pytest.approx(np.quantile(ratios, 0.025), rel=0.01)


def test_customers_who_agree_with_themselves_widen_the_interval() -> None:
    # Forty customers, each of whom said the same five times: forty answers' worth, not two hundred.
    brought = [Brought(5, 5, 28), Brought(0, 5, 12)]
    taken_alone, whole = wilson(140, 200), wilson(28, 40)
    found = widened(taken_alone, brought)
    assert found.low < taken_alone.low < taken_alone.high < found.high
    assert found.high - found.low == pytest.approx(whole.high - whole.low, rel=0.08)


def test_an_interval_is_never_moved_inward() -> None:
    everybody = [Brought(3, 3, 4)]
    assert widened(wilson(12, 12), everybody) == wilson(12, 12)
    once = [Brought(1, 1, 60), Brought(0, 1, 40)]
    assert not repeats(once)
    assert widened(wilson(60, 100), once) == wilson(60, 100)
    with pytest.raises(ValueError, match="nobody"):
        resampled_ratio([Brought(1, 2, 1)])


def test_the_page_says_that_customers_were_drawn(story: Story) -> None:
    for n in range(12):
        conversation = story.survey("csat", 5 if n < 6 else 1, 2)
        for times in range(4):
            another = story.writes(conversation.customer, 3 + times)
            story.answer(another, 3.1 + times, resolve=True)
            story.says(another, story.asked(another, "csat", 3.2 + times), "csat", 5 if n < 6 else 1, 3.3 + times)
    whole = story.reckoning("overall_satisfaction", 0, 10, now=40)
    headline = whole.result.headline
    assert (headline.count, headline.n, headline.people) == (30, 60, 12)
    assert headline.told is not None
    assert headline.told.low < wilson(30, 60).low
    assert "12 customers" in words.how_sure(headline, whole.effect)
    assert f"by {whole.effect:.1f}, and those of weeks, teams and" in words.how_sure(headline, whole.effect)
    assert "no wider interval" in words.how_sure(headline, 1.0)
    single = story.result("overall_satisfaction", 0, 3, now=40).headline
    assert (single.people, words.how_sure(single, 1.0)) == (None, "")

    # Five answers of each customer, all alike: about five times the variance, in every part as in the whole.
    assert 3 < whole.effect < 6
    (team,) = whole.by_team.values()
    (channel,) = whole.by_channel.values()
    week = max((result for _, _, result in whole.points), key=lambda result: result.headline.n)
    for part in (team.headline, channel.headline):
        assert part.told is not None
        assert part.told.high - part.told.low == pytest.approx(headline.told.high - headline.told.low, rel=0.1)
    assert week.headline.told is not None
    assert week.headline.count is not None
    assert week.headline.told.low < wilson(week.headline.count, week.headline.n).low


def test_a_score_is_widened_in_points() -> None:
    headline = Measure("", "score", 100, Estimate(20.0, 15.0, 25.0))
    rows = [{"amount_n": 5, "count_n": 5, "people": 12}, {"amount_n": -5, "count_n": 5, "people": 8}]
    found = over_customers(headline, rows)
    assert found.estimate is not None
    assert found.estimate.value == 20.0
    assert found.estimate.low < -15
    assert found.estimate.high > 55


def test_a_part_is_as_sure_as_of_fewer_cases_that_are_not_alike() -> None:
    share = as_alike(Measure("", "share", 40, wilson(12, 40), count=12), 4.0).estimate
    assert share is not None
    assert (share.low, share.high) == (wilson(3, 10).low, wilson(3, 10).high)
    nobody = as_alike(Measure("", "share", 40, wilson(0, 40), count=0), 4.0).estimate
    assert nobody == wilson(0, 10)
    score = as_alike(Measure("", "score", 40, Estimate(80.0, 70.0, 90.0)), 9.0)
    assert score.estimate == Estimate(80.0, 50.0, 100.0)
    seconds = as_alike(Measure("", "seconds", 40, Estimate(10.0, 4.0, 16.0)), 4.0)
    assert seconds.estimate == Estimate(10.0, 0.0, 22.0)
    alone = Measure("", "share", 40, wilson(12, 40), count=12)
    assert as_alike(alone, 1.0) == alone


def test_parts_widened_by_the_whole_hold_what_they_promise() -> None:
    # 500 times a team of 40 customers with one to six cases each, alike within a customer, out of a whole of 200.
    lot = np.random.default_rng(11)
    truth, held, held_alone = 0.6, 0, 0
    for _ in range(500):
        n = lot.integers(1, 7, 200)
        amount = lot.binomial(n, lot.beta(0.6, 0.4, 200))
        brought = [Brought(int(a), int(m), 1) for a, m in zip(amount, n, strict=True)]
        alone = wilson(int(amount.sum()), int(n.sum()))
        whole = linearised(brought)
        team = Measure(
            "",
            "share",
            int(n[:40].sum()),
            wilson(int(amount[:40].sum()), int(n[:40].sum())),
            count=int(amount[:40].sum()),
        )
        part = as_alike(team, design_effect(alone, whole)).estimate
        assert part is not None
        assert team.estimate is not None
        held += part.low <= truth <= part.high
        held_alone += team.estimate.low <= truth <= team.estimate.high
    assert held_alone < 400
    assert 460 <= held <= 490


def test_no_interval_no_arrow() -> None:
    bare, sure = Estimate.exactly(3.0), Estimate(5.0, 4.5, 5.5)
    for one, other in ((bare, sure), (sure, bare), (bare, Estimate.exactly(9.0))):
        now, before = Measure("", "mean", 100, one), Measure("", "mean", 100, other)
        assert now.moved_from(before) == "unknown"
        assert words.change(KPIS["observed_effort"], now, before).direction == ""
        assert words.difference(KPIS["observed_effort"], now, before).value == "–"


@pytest.mark.parametrize(("n", "told", "moved"), [(4, False, "unknown"), (29, True, "unknown"), (30, True, "up")])
def test_below_five_only_counts_and_below_thirty_no_trend(n: int, told: bool, moved: str) -> None:
    now = Measure("", "mean", n, Estimate(9.0, 8.5, 9.5))
    assert (now.told is not None) is told
    assert now.moved_from(Measure("", "mean", 100, Estimate(1.0, 0.5, 1.5))) == moved
