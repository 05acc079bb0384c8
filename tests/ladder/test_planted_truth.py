"""Customers made up from the model, whose true levels are known: does the filter find them, and know how sure it is?

This proves the code and the estimator, not that customers behave so.
"""

from dataclasses import replace

import numpy as np
import pytest

from rung.ladder.model.filter import filter_sequences
from rung.ladder.model.parameters import DEFAULTS, Behaviour
from rung.ladder.model.scoring import calibration_error, ranked_probability, weighted_kappa
from rung.ladder.model.statement import level_of
from tests.worlds import TRUTH, Lived, World, live


@pytest.fixture(scope="module")
def lived() -> Lived:
    return live(World(), 1500, 8, seed=7)


def test_with_true_parameters_it_is_as_sure_as_it_says(lived):
    found = filter_sequences(lived.given, TRUTH)
    inside = np.mean((found.p5 < lived.d) & (lived.d < found.p95))
    assert 0.88 <= inside <= 0.94
    assert calibration_error(found.levels, lived.level) <= 0.03
    assert ranked_probability(found.levels, lived.level) <= 0.060


def test_with_default_parameters_it_still_finds_the_levels(lived):
    graded = level_of(filter_sequences(lived.given, DEFAULTS).p50, DEFAULTS)
    assert weighted_kappa(lived.level, graded) >= 0.64
    assert np.mean(np.abs(lived.level - graded) <= 1) >= 0.97


def test_believing_the_truth_scores_better_than_believing_a_lie(lived):
    lie = replace(TRUTH, version="lie", complaint=Behaviour(2.0, 2.0, 0.005, 0.5, 1), quality_sd=2.0)
    true, false = filter_sequences(lived.given, TRUTH), filter_sequences(lived.given, lie)
    assert true.log_evidence.sum() > false.log_evidence.sum()
    assert ranked_probability(true.levels, lived.level) < ranked_probability(false.levels, lived.level)


@pytest.mark.parametrize(
    ("first", "second", "kappa"),
    [
        ([1, 2, 3], [1, 2, 3], 1),
        ([1, 2, 1], [1, 2, 2], 0.4),
        ([1, 2, 3, 1, 2, 2, 3], [1, 2, 3, 1, 2, 3, 2], 0.75),
        ([1, 2, 3, 3, 2, 1], [1, 1, 1, 2, 2, 2], 0),
    ],
)
def test_weighted_kappa_comes_out_as_published(first, second, kappa):
    assert weighted_kappa(np.array(first), np.array(second)) == pytest.approx(kappa, abs=1e-9)


def test_weighted_kappa_needs_two_gradings_of_the_same_things():
    with pytest.raises(ValueError):
        weighted_kappa(np.array([1]), np.array([1, 2]))
