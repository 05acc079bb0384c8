"""The arithmetic against published values (anchors A1 to A6, A14, A17) and closed forms."""

from math import inf, isclose, sqrt

import pytest

from rung.insight.statistics import (
    Estimate,
    adjusted_net_promoter,
    difference,
    kaplan_meier,
    mean_of_counts,
    nearest_rank,
    net_promoter,
    poisson,
    wilson,
)


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_anchor_a1_wilson(successes: int, n: int, low: float, high: float) -> None:
    estimate = wilson(successes, n)
    assert round(estimate.low, 4) == low
    assert round(estimate.high, 4) == high


@pytest.mark.parametrize(
    ("after", "before", "d", "low", "high"),
    [((56, 70), (48, 80), 0.20, 0.0524, 0.3339), ((9, 10), (3, 10), 0.60, 0.1705, 0.8090)],
)
def test_anchor_a2_newcombe_difference(
    after: tuple[int, int], before: tuple[int, int], d: float, low: float, high: float
) -> None:
    estimate = difference(wilson(*after), wilson(*before))
    assert round(estimate.value, 4) == d
    assert round(estimate.low, 4) == low
    assert round(estimate.high, 4) == high


def test_anchor_a3_net_promoter_standard_error() -> None:
    estimate = net_promoter(162, 108, 54)
    assert round(estimate.value, 1) == 33.3
    standard_error = (estimate.high - estimate.low) / 2 / 1.959964
    assert round(standard_error, 2) == 4.14
    assert isclose((standard_error / 100) ** 2 * 324, 5 / 9, rel_tol=1e-4)


def test_anchor_a4_net_promoter_adjusted() -> None:
    plain = net_promoter(50, 30, 20)
    assert plain.value == pytest.approx(30)
    assert round((plain.high - plain.low) / 2 / 1.959964, 2) == 7.81
    adjusted = adjusted_net_promoter(50, 30, 20)
    assert [round(x, 1) for x in (adjusted.value, adjusted.low, adjusted.high)] == [29.1, 14.1, 44.2]


def test_anchor_a5_unanimous_promoters_keep_an_interval() -> None:
    plain = net_promoter(10, 0, 0)
    assert plain.high - plain.low == 0
    adjusted = adjusted_net_promoter(10, 0, 0)
    assert [round(x, 1) for x in (adjusted.value, adjusted.low, adjusted.high)] == [76.9, 47.5, 100.0]


@pytest.mark.parametrize(("successes", "n"), [(1, 0), (3, 2), (-1, 4)])
def test_no_proportion_without_trials(successes: int, n: int) -> None:
    with pytest.raises(ValueError, match="no proportion"):
        wilson(successes, n)


def test_wilson_ends_are_exact() -> None:
    assert wilson(0, 7).low == 0.0
    assert wilson(7, 7).high == 1.0


FREIREICH = [(float(t), True, c) for t, c in ((6, 3), (7, 1), (10, 1), (13, 1), (16, 1), (22, 1), (23, 1))] + [
    (float(t), False, c)
    for t, c in ((6, 1), (9, 1), (10, 1), (11, 1), (17, 1), (19, 1), (20, 1), (25, 1), (32, 2), (34, 1), (35, 1))
]


def test_anchor_a14_kaplan_meier() -> None:
    curve = kaplan_meier(FREIREICH)
    assert [(step.time, round(step.survival, 4)) for step in curve.steps] == [
        (6, 0.8571),
        (7, 0.8067),
        (10, 0.7529),
        (13, 0.6902),
        (16, 0.6275),
        (22, 0.5378),
        (23, 0.4482),
    ]


def test_the_band_is_the_log_log_one() -> None:
    # R: survfit(Surv(time, status) ~ 1, conf.type = "log-log") on the same arm.
    first = kaplan_meier(FREIREICH).steps[0]
    assert (round(first.low, 3), round(first.high, 3)) == (0.620, 0.952)
    assert kaplan_meier(FREIREICH).quantile(0.5) == Estimate(23, 13, inf)


def test_anchor_a17_open_conversations_move_the_median() -> None:
    closed = [(2.0, True, 1), (4.0, True, 1), (6.0, True, 1)]
    median = kaplan_meier([*closed, (5.0, False, 1), (10.0, False, 1)]).quantile(0.5)
    assert median is not None
    assert median.value == 6
    naive = kaplan_meier(closed).quantile(0.5)
    assert naive is not None
    assert naive.value == 4


def test_a_median_that_most_have_not_reached_is_not_given() -> None:
    assert kaplan_meier([(1.0, True, 1), (9.0, False, 5)]).quantile(0.5) is None


def test_where_nothing_has_ended_everybody_waits() -> None:
    curve = kaplan_meier([(4.0, False, 2), (9.0, False, 1)])
    assert (curve.steps, curve.n, curve.ended, curve.quantile(0.5), curve.restricted_mean()) == ((), 3, 0, None, 9.0)


def test_where_the_last_has_ended_the_band_has_no_width() -> None:
    last = kaplan_meier([(1.0, True, 1), (2.0, True, 1)]).steps[-1]
    assert (last.time, last.survival, last.low, last.high) == (2.0, 0.0, 0.0, 0.0)


def test_the_restricted_mean_is_the_mean_when_all_have_ended() -> None:
    assert kaplan_meier([(2.0, True, 1), (4.0, True, 2), (6.0, True, 1)]).restricted_mean() == pytest.approx(4)


@pytest.mark.parametrize(
    ("count", "low", "high"),
    # Garwood's table, as printed by Ulm (1990) and in every epidemiology handbook.
    [(0, 0.0, 3.689), (1, 0.0253, 5.572), (5, 1.623, 11.668), (10, 4.795, 18.390), (100, 81.364, 121.627)],
)
def test_poisson_limits_are_garwoods(count: int, low: float, high: float) -> None:
    estimate = poisson(count)
    assert estimate.low == pytest.approx(low, abs=6e-4)
    assert estimate.high == pytest.approx(high, abs=6e-4)


@pytest.mark.parametrize(
    ("count", "low", "high"),
    # The second is past where the exact search gives way to the cube root; its limits here are the exact ones.
    [(1_000, 938.9730, 1_063.9521), (1_001, 939.9420, 1_064.9831), (5_000, 4_862.3592, 5_140.5489)],
)
def test_limits_of_large_counts(count: int, low: float, high: float) -> None:
    estimate = poisson(count)
    assert estimate.low == pytest.approx(low, abs=1e-3)
    assert estimate.high == pytest.approx(high, abs=1e-3)


def test_the_mean_of_counts() -> None:
    estimate = mean_of_counts([(5, 10), (4, 20), (3, 10), (2, 5), (1, 5)])
    assert estimate.value == pytest.approx(3.5)
    assert estimate.high - estimate.value == pytest.approx(1.96 * 1.21638 / sqrt(50), abs=2e-3)
    assert not mean_of_counts([(4, 1)]).is_bounded


@pytest.mark.parametrize(("share", "expected"), [(0.5, 2), (0.9, 4), (1.0, 4), (0.25, 1)])
def test_nearest_rank(share: float, expected: float) -> None:
    assert nearest_rank([(4, 1), (1, 1), (2, 1), (3, 1)], share) == expected
