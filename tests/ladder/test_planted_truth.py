"""Customers made up from the model, whose true levels are known: does the filter find them, and know how sure it is?

This proves the code and the estimator, not that customers behave so.
"""

from dataclasses import replace

import numpy as np
import pytest

from rung.ladder.model.evidence import Evidence, likelihood
from rung.ladder.model.filter import Sequences, filter_sequences
from rung.ladder.model.parameters import DEFAULTS, Behaviour, Cause
from rung.ladder.model.scoring import calibration_error, ranked_probability, weighted_kappa
from rung.ladder.model.statement import level_of

CUSTOMERS, TIMES = 1500, 8
TRUTH = replace(
    DEFAULTS,
    version="truth",
    causes=tuple(
        Cause(cause.name, weight, cause.centre)
        for cause, weight in zip(DEFAULTS.causes, (-0.45, -0.8, -0.35, 0.6, 0.35), strict=True)
    ),
    quality_sd=0.8,
    expectation_variance=0.5,
    adapt_up=0.35,
    adapt_down=0.20,
    market_drift=0.04,
    answered=(-1.3, 0.0, 0.18),
)


def chance(kind, d, parameters=TRUTH):
    return float(likelihood(Evidence(kind, 1), parameters, np.array([d]))[0])


def shown(d, captive, draw):
    """What a customer shows of one d."""
    items = []
    for kind in ("complaint", "escalation", "negative_review", "referral"):
        items.append(Evidence(kind, float(draw.random() < chance(kind, d))))
    name = "returned_captive" if captive else "returned_free"
    items.append(Evidence(name, float(draw.random() < chance(name, d))))
    if draw.random() < 0.7:
        items.append(Evidence("sentiment", round(float(draw.normal(0.5 * d, 0.9)), 3)))
    answered = draw.random() < chance("answered", d)
    items.append(Evidence("answered", float(answered)))
    if answered:
        shares = [float(likelihood(Evidence("csat", v), TRUTH, np.array([d]))[0]) for v in range(1, 6)]
        items.append(Evidence("csat", 1.0 + int(np.searchsorted(np.cumsum(shares), draw.random() * sum(shares)))))
    return tuple(items)


@pytest.fixture(scope="module")
def world():
    draw = np.random.default_rng(7)
    count = CUSTOMERS * TIMES
    x = np.column_stack(
        (
            draw.normal(size=count),
            (draw.random(count) < 0.15) - 0.15,
            draw.poisson(0.6, count) - 0.6,
            (draw.random(count) < 0.2) - 0.2,
            (draw.random(count) < 0.5) - 0.5,
        )
    )
    drift = x @ np.array([cause.weight for cause in TRUTH.causes])
    months, d, seen, codes = np.zeros(count), np.zeros(count), np.zeros(count, dtype=int), {}
    for person in range(CUSTOMERS):
        captive = draw.random() < 0.25
        e, now = draw.normal(0, TRUTH.expectation_variance**0.5), 0.0
        for row in range(person * TIMES, (person + 1) * TIMES):
            months[row] = now
            d[row] = drift[row] + draw.normal(0, TRUTH.quality_sd) - e
            seen[row] = codes.setdefault(shown(d[row], captive, draw), len(codes))
            e += TRUTH.adapt_up * max(d[row], 0) - TRUTH.adapt_down * max(-d[row], 0)
            e += draw.normal(0, TRUTH.expectation_noise_sd)
            gap = draw.exponential(2.0)
            e = TRUTH.market_drift * (now + gap) + np.exp(-gap / TRUTH.regression_months) * (
                e - TRUTH.market_drift * now
            )
            now += gap
    given = Sequences(np.repeat(np.arange(CUSTOMERS), TIMES), months, x, seen, list(codes))
    return given, d


def test_with_true_parameters_it_is_as_sure_as_it_says(world):
    given, d = world
    found = filter_sequences(given, TRUTH)
    inside = np.mean((found.p5 < d) & (d < found.p95))
    assert 0.88 <= inside <= 0.94
    truth = level_of(d, TRUTH)
    assert calibration_error(found.levels, truth) <= 0.03
    assert ranked_probability(found.levels, truth) <= 0.060


def test_with_default_parameters_it_still_finds_the_levels(world):
    given, d = world
    found = filter_sequences(given, DEFAULTS)
    truth, graded = level_of(d, TRUTH), level_of(found.p50, DEFAULTS)
    assert weighted_kappa(truth, graded) >= 0.64
    assert np.mean(np.abs(truth - graded) <= 1) >= 0.97


def test_believing_the_truth_scores_better_than_believing_a_lie(world):
    given, d = world
    lie = replace(TRUTH, version="lie", complaint=Behaviour(2.0, 2.0, 0.005, 0.5, 1), quality_sd=2.0)
    assert filter_sequences(given, TRUTH).log_evidence.sum() > filter_sequences(given, lie).log_evidence.sum()
    truth = level_of(d, TRUTH)
    assert ranked_probability(filter_sequences(given, TRUTH).levels, truth) < ranked_probability(
        filter_sequences(given, lie).levels, truth
    )


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
