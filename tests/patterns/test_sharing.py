"""Shares of reach and of explained variance, judged by published values and by going through every ordering."""

from itertools import permutations

import numpy as np
import pytest

from rung.patterns import sharing
from rung.patterns.contrast import drawn_coefficients, fitted, impact_asymmetry
from rung.patterns.sharing import design_effect, draws, explained, key_drivers, ranked, reach, reach_shares

# Fertility and five other figures of 47 Swiss districts about 1888: Fertility, Agriculture, Examination, Education,
# Catholic, Infant mortality.
SWISS = """
80.2 17.0 15 12 9.96 22.2; 83.1 45.1 6 9 84.84 22.2; 92.5 39.7 5 5 93.40 20.2; 85.8 36.5 12 7 33.77 20.3;
76.9 43.5 17 15 5.16 20.6; 76.1 35.3 9 7 90.57 26.6; 83.8 70.2 16 7 92.85 23.6; 92.4 67.8 14 8 97.16 24.9;
82.4 53.3 12 7 97.67 21.0; 82.9 45.2 16 13 91.38 24.4; 87.1 64.5 14 6 98.61 24.5; 64.1 62.0 21 12 8.52 16.5;
66.9 67.5 14 7 2.27 19.1; 68.9 60.7 19 12 4.43 22.7; 61.7 69.3 22 5 2.82 18.7; 68.3 72.6 18 2 24.20 21.2;
71.7 34.0 17 8 3.30 20.0; 55.7 19.4 26 28 12.11 20.2; 54.3 15.2 31 20 2.15 10.8; 65.1 73.0 19 9 2.84 20.0;
65.5 59.8 22 10 5.23 18.0; 65.0 55.1 14 3 4.52 22.4; 56.6 50.9 22 12 15.14 16.7; 57.4 54.1 20 6 4.20 15.3;
72.5 71.2 12 1 2.40 21.0; 74.2 58.1 14 8 5.23 23.8; 72.0 63.5 6 3 2.56 18.0; 60.5 60.8 16 10 7.72 16.3;
58.3 26.8 25 19 18.46 20.9; 65.4 49.5 15 8 6.10 22.5; 75.5 85.9 3 2 99.71 15.1; 69.3 84.9 7 6 99.68 19.8;
77.3 89.7 5 2 100.00 18.3; 70.5 78.2 12 6 98.96 19.4; 79.4 64.9 7 3 98.22 20.2; 65.0 75.9 9 9 99.06 17.8;
92.2 84.6 3 3 99.46 16.3; 79.3 63.1 13 13 96.83 18.1; 70.4 38.4 26 12 5.62 20.3; 65.7 7.7 29 11 13.79 20.5;
72.7 16.7 22 13 11.22 18.9; 64.4 17.6 35 32 16.92 23.0; 77.6 37.6 15 7 4.97 20.0; 67.6 18.7 25 7 8.65 19.5;
35.0 1.2 37 53 42.34 18.0; 44.7 46.6 16 29 50.43 18.2; 42.8 27.7 22 29 58.33 19.3
"""
LMG = (0.05709122, 0.17117303, 0.26013468, 0.10557015, 0.11276592)


def shapley(players, worth):
    """The values by going through every ordering: what the quicker ways are judged by."""
    found = np.zeros(players)
    orders = list(permutations(range(players)))
    for order in orders:
        here = frozenset()
        for player in order:
            more = here | {player}
            found[player] += worth(more) - worth(here)
            here = more
    return found / len(orders)


def swiss():
    rows = np.array([[float(cell) for cell in row.split()] for row in SWISS.split(";")])
    return np.cov(np.column_stack((rows[:, 1:], rows[:, 0])), rowvar=False)[None]


def test_a24_the_shares_of_explained_variance_of_swiss_fertility_are_the_published_ones():
    found = explained(swiss(), [[i] for i in range(5)])
    assert found.shares[0, 0] == pytest.approx(LMG, abs=1e-7)
    assert found.whole[0, 0] == pytest.approx(0.706735, abs=1e-6)
    assert found.shares.sum() == pytest.approx(found.whole.sum(), abs=1e-12)


def test_a25_whoever_holds_the_scarce_glove_gets_two_thirds():
    def pairs(players):
        return float(min(len(players & {0, 1}), len(players & {2})))

    assert shapley(3, pairs) == pytest.approx((1 / 6, 1 / 6, 2 / 3), abs=1e-12)


def test_drawn_orderings_come_near_the_exact_shares_and_say_how_near(monkeypatch):
    monkeypatch.setattr(sharing, "EXACT_UP_TO", 0)
    found = explained(swiss(), [[i] for i in range(5)])
    assert (found.error[0] > 0).all()
    assert (found.error[0] < 0.02).all()
    assert (np.abs(found.shares[0, 0] - LMG) < 4 * found.error[0]).all()
    assert found.shares.sum() == pytest.approx(0.706735, abs=1e-6)


def test_predictors_of_one_driver_share_as_one():
    one = explained(swiss(), [[0, 1], [2], [3], [4]])
    rows = swiss()
    by_hand = shapley(
        4,
        lambda players: float(explained(rows, [[i for p in players for i in ([0, 1], [2], [3], [4])[p]]]).whole[0, 0]),
    )
    assert one.shares[0, 0] == pytest.approx(by_hand, abs=1e-9)


def test_a_predictor_that_is_another_one_again_breaks_nothing():
    matrix = swiss()
    twice = np.insert(
        np.insert(matrix, 5, matrix[:, 0], axis=1), 5, np.insert(matrix, 5, matrix[:, 0], axis=1)[:, :, 0], axis=2
    )
    found = explained(twice, [[i] for i in range(6)])
    assert found.whole[0, 0] == pytest.approx(0.706735, abs=1e-6)
    assert found.shares[0, 0, 0] == pytest.approx(found.shares[0, 0, 5])


def test_many_draws_at_once_are_each_by_itself():
    rng = np.random.default_rng(1)
    every = np.stack([np.cov(rng.normal(size=(40, 5)) @ rng.normal(size=(5, 5)), rowvar=False) for _ in range(3)])
    both = explained(every, [[0], [1], [2]], outcomes=2)
    for k in range(3):
        for outcome in range(2):
            rows = [0, 1, 2, 3 + outcome]
            alone = explained(every[k][np.ix_(rows, rows)][None], [[0], [1], [2]])
            assert both.shares[k, outcome] == pytest.approx(alone.shares[0, 0], abs=1e-9)


def test_reach_is_shared_as_going_through_every_ordering_would():
    rng = np.random.default_rng(5)
    flags = (rng.random((60, 5)) < (0.1, 0.4, 0.2, 0.6, 0.3)).astype(float)
    hit = (rng.random(60) < 0.2 + 0.5 * flags[:, 0]).astype(float)
    by_hand = shapley(5, lambda players: reach(flags, hit, sorted(players)))
    assert reach_shares(flags, hit) == pytest.approx(by_hand, abs=1e-12)
    assert reach_shares(flags, hit).sum() == pytest.approx(reach(flags, hit, range(5)))


def test_key_drivers_end_where_more_of_them_would_only_add_noise():
    flags = np.array([[1, 0, 0], [1, 1, 0], [0, 1, 0], [0, 0, 1], [0, 0, 1], [0, 0, 0]], dtype=float)
    hit = np.array([1, 1, 1, 0, 0, 0], dtype=float)
    shares = reach_shares(flags, hit)
    assert key_drivers(flags, hit, shares) == [0, 1]
    assert reach(flags, hit, [0, 1]) == 1
    assert reach(flags, hit, [0, 1, 2]) < 1


def test_nothing_to_share_is_shared_as_nothing():
    assert reach_shares(np.zeros((4, 2)), np.array([1.0, 0, 0, 0])) == pytest.approx((0, 0))
    assert reach_shares(np.ones((4, 2)), np.ones(4)).tolist() == [0.5, 0.5]  # nobody to compare with
    assert key_drivers(np.zeros((4, 2)), np.zeros(4), np.zeros(2)) == []
    assert explained(np.zeros((1, 3, 3)), [[0], [1]]).shares.tolist() == [[[0.0, 0.0]]]


def test_places_are_as_sure_as_the_draws_say():
    value = np.array([0.3, 0.29, 0.01])
    rng = np.random.default_rng(3)
    found = ranked(value, value + rng.normal(0, 0.02, size=(2000, 3)))
    assert [each.place for each in found] == [1, 2, 3]
    assert (found[0].place_low, found[0].place_high) == (1, 2)
    assert (found[2].place_low, found[2].place_high) == (3, 3)
    assert found[0].low < 0.3 < found[0].high


def test_draws_are_the_same_each_time_and_draw_as_many_as_there_are():
    assert (draws(50, 10) == draws(50, 10)).all()
    assert set(draws(50, 10).sum(axis=1)) == {50}


def test_the_worked_example_of_penalty_and_reward_is_found_again():
    cells = [(a, b) for a in ("low", "mid", "high") for b in ("low", "mid", "high")]
    x = np.array([[a == "low", a == "high", b == "low", b == "high"] for a, b in cells], dtype=float)
    y = 5 - 1.0 * x[:, 0] + 0.2 * x[:, 1] - 0.3 * x[:, 2] + 0.9 * x[:, 3]
    found = fitted(x, y)
    assert found.coefficients == pytest.approx((5, -1.0, 0.2, -0.3, 0.9), abs=1e-9)
    assert found.errors == pytest.approx(np.zeros(5), abs=1e-9)
    asymmetry = impact_asymmetry(found.coefficients[[1, 3]], found.coefficients[[2, 4]])
    assert asymmetry == pytest.approx((-2 / 3, 0.5), abs=1e-9)
    full = np.column_stack((np.ones(9), x, y))
    moments = full[:, :, None] * full[:, None, :]
    assert drawn_coefficients(moments, np.ones((1, 9)))[0] == pytest.approx(found.coefficients, abs=1e-5)


def test_hc3_errors_are_those_of_the_textbook_formula():
    rng = np.random.default_rng(8)
    x = (rng.random((30, 2)) < 0.4).astype(float)
    y = 1 + x @ (0.5, -0.2) + rng.normal(size=30) * (1 + x[:, 0])
    design = np.column_stack((np.ones(30), x))
    inverse = np.linalg.inv(design.T @ design)
    hat = np.diag(design @ inverse @ design.T)
    left = (y - design @ inverse @ design.T @ y) / (1 - hat)
    expected = np.sqrt(np.diag(inverse @ (design.T * left**2) @ design @ inverse))
    assert fitted(x, y).errors == pytest.approx(expected)


def test_columns_that_cannot_be_told_apart_are_shrunk_and_said_to_be():
    rng = np.random.default_rng(8)
    one = (rng.random(200) < 0.4).astype(float)
    other = one.copy()
    other[:1] = 1 - other[:1]
    found = fitted(np.column_stack((one, other)), one + rng.normal(0, 0.1, 200))
    assert found.is_ridged
    assert np.abs(found.coefficients[1:]).max() < 1
    assert not fitted(np.column_stack((one, rng.random(200) < 0.5)), one).is_ridged


def test_an_attribute_that_does_nothing_has_no_asymmetry():
    assert np.isnan(impact_asymmetry(np.array([0.1]), np.array([-0.2]))).all()
    assert impact_asymmetry(np.array([-0.4]), np.array([0.0])).tolist() == [-1]


def test_cases_of_one_customer_are_not_as_many_as_they_count():
    assert design_effect([(1, n % 2) for n in range(100)]) == pytest.approx(
        100 / 99
    )  # everybody once: as good as counted
    assert design_effect([(5, 5 * (n % 2)) for n in range(20)]) == pytest.approx(5 * 20 / 19)
    assert design_effect([(5, 0)] * 20) == 1
    assert design_effect([(5, 3)]) == 1
    assert design_effect([]) == 1
