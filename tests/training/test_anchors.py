"""The arithmetic of section 5.3 against published and printed values (anchors A21 to A23), and against scipy's."""

import numpy as np
import pytest
from scipy import stats

from rung.training.case_mix import columns, expected_of
from rung.training.discovery import EXACT_UP_TO, q_values, tails
from rung.training.funnel import limits
from rung.training.pooling import STRONGEST, james_stein, pool_of, posterior

BATTERS = [.400, .378, .356, .333, .311, .311, .289, .267, .244, .244, *[.222] * 5, .200, .178, .156]  # fmt: skip
SEASON = [
    .346, .298, .276, .222, .273, .270, .263, .210, .269, .230, .264, .256, .303, .264, .226, .285, .316, .200
]  # fmt: skip
HITS = [18, 25, 9, 40, 3, 60, 12, 30]
CASES = [20, 30, 10, 50, 5, 100, 15, 33]


def test_a21_batting_averages_are_drawn_together_as_published():
    mean = float(np.mean(BATTERS))
    found, factor, drawn = james_stein(BATTERS, mean * (1 - mean) / 45)
    assert round(found, 3) == 0.265
    assert round(factor, 3) == 0.212
    assert round(float(drawn[0]), 3) == 0.294
    season = np.array(SEASON)
    before = float(((np.array(BATTERS) - season) ** 2).sum())
    after = float(((drawn - season) ** 2).sum())
    assert round(before, 4) == 0.0754
    assert round(after, 4) == 0.0213
    assert round(before / after, 1) == 3.5


def test_a22_rat_tumours():
    found = posterior(1.4 / 10, 10, 4, 14)
    assert (round(found.a, 6), round(found.b, 6)) == (5.4, 18.6)
    assert round(found.mean, 3) == 0.225


def test_a23_eight_agents():
    pool = pool_of(HITS, CASES)
    assert round(pool.mean, 4) == 0.7490
    assert round(pool.rho, 4) == 0.0786
    assert round(pool.strength, 2) == 11.72
    few, many = (posterior(pool.mean, pool.strength, x, n) for x, n in ((3, 5), (60, 100)))
    assert round(few.mean, 3) == 0.704
    assert round(many.mean, 3) == 0.616
    # both are 60 % raw; only of the second is enough known
    assert round(few.below(pool.mean - 0.05), 2) == 0.45
    assert round(many.below(pool.mean - 0.05), 2) == 0.97


def test_groups_that_do_not_differ_are_believed_nothing_of_their_own():
    pool = pool_of([30, 30, 30], [60, 60, 60])
    assert pool.strength == pytest.approx(STRONGEST)
    assert posterior(pool.mean, pool.strength, 1, 10).mean == pytest.approx(0.5, abs=1e-4)


def test_an_interval_holds_what_it_says():
    found = posterior(0.5, 2, 30, 40)
    assert found.interval() == pytest.approx(stats.beta(31, 11).ppf([0.025, 0.975]))


@pytest.mark.parametrize("n", [40, EXACT_UP_TO + 400])
def test_tails_of_equal_chances_are_binomial(n):
    hits = int(n * 0.64)
    low, high = tails(hits, [0.7] * n)
    assert low == pytest.approx(stats.binom.cdf(hits, n, 0.7), abs=1e-9 if n < EXACT_UP_TO else 1e-3)
    assert high == pytest.approx(stats.binom.sf(hits - 1, n, 0.7), abs=1e-9 if n < EXACT_UP_TO else 1e-3)


def test_tails_of_unequal_chances_are_counted_out():
    low, high = tails(1, [0.5, 0.2, 0.9])
    none, one = 0.5 * 0.8 * 0.1, 0.5 * 0.8 * 0.1 + 0.5 * 0.2 * 0.1 + 0.5 * 0.8 * 0.9
    assert low == pytest.approx(none + one)
    assert high == pytest.approx(1 - none)


def test_q_values_are_those_of_benjamini_and_hochberg():
    p = np.random.default_rng(3).uniform(size=40) ** 3
    assert q_values(p) == pytest.approx(stats.false_discovery_control(p, method="bh"))
    assert len(q_values([])) == 0


def test_expected_shares_are_what_was_planted_and_as_many_in_all_as_happened():
    rng = np.random.default_rng(5)
    topics, hardness = rng.integers(0, 3, 6000), rng.normal(size=6000)
    truth = 1 / (1 + np.exp(-(1.0 - 1.5 * (topics == 2) - 0.8 * hardness)))
    hit = rng.random(6000) < truth
    found = expected_of(columns([topics], [hardness]), hit)
    assert found.sum() == pytest.approx(hit.sum(), rel=1e-6)
    assert float(np.abs(found - truth).mean()) < 0.02


def test_a_regression_that_separates_still_ends():
    assert expected_of(columns([["a"] * 30 + ["b"] * 30], []), [True] * 30 + [False] * 30)[:30].min() > 0.8
    assert list(expected_of(np.zeros((2, 0)), [True, True])) == [1.0, 1.0]


@pytest.mark.parametrize(("cases", "target"), [(1, 0.91), (1, 0.09), (5, 0.6), (20, 0.95), (30, 0.02)])
def test_all_or_none_of_few_is_within_the_limits_of_chance_where_chance_brings_it(cases, target):
    for level in (0.95, 0.998):
        low, high = limits(cases, target, level)
        assert (high == 1.0) is bool(stats.binom.sf(cases - 1, cases, target) > (1 - level) / 2)
        assert (low == 0.0) is bool(stats.binom.cdf(0, cases, target) > (1 - level) / 2)


def test_limits_of_a_funnel_narrow_and_hold_what_they_say():
    wide, narrow = limits(20, 0.75, 0.95), limits(400, 0.75, 0.95)
    assert wide[0] < narrow[0] < 0.75 < narrow[1] < wide[1]
    assert narrow == pytest.approx((0.75 - 1.96 * 0.02165, 0.75 + 1.96 * 0.02165), abs=0.004)
    outside = stats.binom.cdf(narrow[0] * 400 - 1, 400, 0.75)
    assert outside <= 0.025 + 1e-9
