"""Anchors A8, A9, A15 and A18 to A20, at their tolerance."""

import pytest

from rung.insight.lifetimes import BuyTillYouDie, fitted_retention, log_rank
from rung.insight.statistics import index_of_tens, mean_over_clusters, wilson

TREATED = [(t, True) for t in (6, 6, 6, 7, 10, 13, 16, 22, 23)] + [
    (t, False) for t in (6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35)
]
PLACEBO = [(t, True) for t in (1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23)]


@pytest.mark.parametrize(
    ("handling", "logged_in", "at_work", "occupancy", "utilisation"), [(4, 6, 8, 66.7, 50), (5, 7, 8, 71.4, 62.5)]
)
def test_anchor_a8_occupancy_and_utilisation_are_shares_of_other_hours(
    handling: int, logged_in: int, at_work: int, occupancy: float, utilisation: float
) -> None:
    assert round(100 * wilson(handling, logged_in).value, 1) == occupancy
    assert round(100 * wilson(handling, at_work).value, 1) == utilisation


def test_anchor_a9_satisfaction_index() -> None:
    assert round(index_of_tens([(9, 1), (8, 1), (7, 1)]), 1) == 77.8
    assert index_of_tens([(10, 3)]) == 100
    with pytest.raises(ValueError, match="weighs"):
        index_of_tens([])


def test_anchor_a15_log_rank() -> None:
    found = log_rank(TREATED, PLACEBO)
    assert round(found.chi_squared, 2) == 16.79
    assert found.p < 0.0001
    assert log_rank(PLACEBO, PLACEBO).p == pytest.approx(1)
    with pytest.raises(ValueError, match="ended"):
        log_rank([(1, False)], [(2, False)])


@pytest.mark.parametrize(
    ("left", "alpha", "beta", "likelihood", "retained", "after_12"),
    [
        ((100, 86.9, 74.3, 65.3, 59.3, 55.1, 51.7, 49.1), 0.668, 3.806, -1611.2, (0.851, 0.878, 0.897, 0.911), 0.378),
        ((100, 63.1, 46.8, 38.2, 32.6, 28.9, 26.2, 24.1), 0.704, 1.182, -1680.3, (0.627, 0.756), 0.170),
    ],
)
def test_anchors_a18_and_a19_retention_rises_with_age(
    left: tuple[float, ...],
    alpha: float,
    beta: float,
    likelihood: float,
    retained: tuple[float, ...],
    after_12: float,
) -> None:
    model = fitted_retention([10 * each for each in left])
    assert round(model.alpha, 3) == alpha
    assert round(model.beta, 3) == beta
    assert round(model.log_likelihood, 1) == likelihood
    assert [round(model.retention(n), 3) for n in range(1, len(retained) + 1)] == list(retained)
    assert round(model.survival(12), 3) == after_12


def test_a_cohort_does_not_grow() -> None:
    with pytest.raises(ValueError, match="comes back"):
        fitted_retention([100, 80, 90])


def test_anchor_a20_who_is_still_a_customer() -> None:
    """The published parameters of the CDNOW customers and what follows from them; the customers themselves are not here."""
    model = BuyTillYouDie(r=0.243, alpha=4.414, a=0.793, b=2.426)
    assert round(model.alive(2, 30.43, 38.86), 3) == 0.727
    assert round(model.expected(39, 2, 30.43, 38.86), 3) == 1.226
    assert model.alive(0, 0, 38.86) == 1


def test_what_one_person_brings_is_alike_and_widens_the_interval() -> None:
    alone = mean_over_clusters(100, 100, 150, 350, 150, 100)
    # The same 100 cases, 150 contacts, brought by 10 people of whom half have one contact each time and half two.
    in_tens = mean_over_clusters(10, 100, 150, 5 * 100 + 5 * 400, 5 * 100 + 5 * 200, 1000)
    assert alone.value == in_tens.value == 1.5
    assert in_tens.high - in_tens.low > 1.5 * (alone.high - alone.low) * 0.5
    # By hand: sqrt(10/9 * 10 * 25) / 100 * 1.96
    assert in_tens.high == pytest.approx(1.5 + 1.959964 * (10 / 9 * 250) ** 0.5 / 100)
    assert not mean_over_clusters(1, 3, 4, 16, 12, 9).is_bounded
