"""Shares and their intervals."""

import numpy as np
import pytest

from rung.ladder.pages.ladder import _change
from rung.ladder.shares import GROUPS, Span, shares_of

ALL = "all"


def rows(people, *, per=2, tilt=0.0, period=0, seed=1):
    generator = np.random.default_rng(seed)
    found = []
    for person in range(people):
        levels = generator.dirichlet([1, 3, 6 + tilt, 3, 1, 0.5], size=per).sum(axis=0)
        found.append((person % GROUPS, period, (ALL,), per, 0, levels.tolist()))
    return found


def test_no_rows_no_shares():
    assert shares_of([], [ALL])[ALL].shares == ()


def test_the_same_rows_give_the_same_interval_twice():
    assert shares_of(rows(40), [ALL]) == shares_of(rows(40), [ALL])


def test_few_customers_give_no_interval_however_many_touchpoints():
    found = shares_of(rows(2, per=50), [ALL])[ALL]
    assert found.shares[2].value > 0
    assert not found.shares[2].has_interval


def test_difference_needs_both_periods():
    assert shares_of(rows(40), [ALL])[ALL].differences == ()
    both = shares_of([*rows(40), *rows(40, period=1, tilt=20, seed=2)], [ALL])[ALL]
    assert both.differences[2].high < 0


@pytest.mark.parametrize("people", [60, 2500])
def test_the_interval_is_that_of_the_mean_over_customers(people):
    """Against the textbook's standard error; beyond GROUPS customers they are drawn in groups."""
    given = rows(people)
    found = shares_of(given, [ALL])[ALL].shares[2]
    each = np.array([row[5][2] / row[3] for row in given])
    error = each.std(ddof=1) / np.sqrt(people)
    assert found.value == pytest.approx(each.mean())
    assert (found.high - found.low) / 2 == pytest.approx(1.96 * error, rel=0.12)


def test_a_customer_with_many_touchpoints_widens_the_interval():
    even = rows(50, per=4)
    lumped = [*rows(49, per=4), (49, 0, (ALL,), 200, 0, [150.0, 20.0, 20.0, 10.0, 0.0, 0.0])]
    narrow, wide = (shares_of(each, [ALL])[ALL].shares[0] for each in (even, lumped))
    assert wide.high - wide.low > 2 * (narrow.high - narrow.low)


def test_where_all_were_served_alike_there_is_no_interval():
    """No draw of customers differs from another: that is no certainty."""
    rows = [(person, 0, ("all",), 2, 2, (0.2, 0.2, 1.0, 0.4, 0.2, 0.0)) for person in range(8)]
    alike = shares_of(rows, ["all"])["all"]
    assert alike.shares[2].value == pytest.approx(0.5)
    assert not alike.shares[2].has_interval
    assert not alike.below.has_interval


@pytest.mark.parametrize(
    ("span", "said"),
    [
        (Span(0.031, 0.012, 0.04), ("+3", "+1 to +4")),
        (Span(0.0002, -0.005, 0.0051), ("±0.0", "−0.5 to +0.5")),
        (Span(-0.003, -0.005, -0.0002), ("−0.30", "−0.50 to −0.02")),
        (Span(0.0, 0.0, 0.0), ("±0.0", "±0.0 to ±0.0")),
    ],
)
def test_a_change_that_leaves_nothing_out_is_not_rounded_to_it(span, said):
    assert _change(span) == said
