"""Anchors A8 and A20, at their tolerance."""

import pytest

from rung.insight.lifetimes import BuyTillYouDie
from rung.insight.statistics import mean_over_clusters, wilson


@pytest.mark.parametrize(
    ("handling", "logged_in", "at_work", "occupancy", "utilisation"), [(4, 6, 8, 66.7, 50), (5, 7, 8, 71.4, 62.5)]
)
def test_anchor_a8_occupancy_and_utilisation_are_shares_of_other_hours(
    handling: int, logged_in: int, at_work: int, occupancy: float, utilisation: float
) -> None:
    assert round(100 * wilson(handling, logged_in).value, 1) == occupancy
    assert round(100 * wilson(handling, at_work).value, 1) == utilisation


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
