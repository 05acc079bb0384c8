"""Properties of the likelihoods, the posterior, the filter and what may be said."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rung.ladder.model.evidence import (
    ITEMS,
    RETURNS,
    SIGNALS,
    Evidence,
    behaviour_probability,
    information,
    likelihood,
    return_probability,
)
from rung.ladder.model.filter import Sequences, explain, filter_sequences, publish
from rung.ladder.model.grid import grid
from rung.ladder.model.parameters import DEFAULTS, Behaviour, Ordinal
from rung.ladder.model.posterior import expectation_after, expectation_before, posterior
from rung.ladder.model.relationship import relationship, relationship_interval
from rung.ladder.model.statement import likely_run

LINE = np.linspace(-7, 7, 141)
WITH_NPS = replace(DEFAULTS, version="with nps", nps=Ordinal(1.2, tuple(np.linspace(-3, 2.5, 10)), lowest=0))


def sequence(rows, *, signatures, start_m=None, start_p=None):
    """Rows of (customer, months, seen)."""
    return Sequences(
        customer=np.array([row[0] for row in rows]),
        months=np.array([float(row[1]) for row in rows]),
        x=np.zeros((len(rows), len(DEFAULTS.causes))),
        seen=np.array([row[2] for row in rows]),
        signatures=signatures,
        start_m=start_m,
        start_p=start_p,
    )


def mean_with(items, mu, s):
    given_ = Sequences(
        customer=np.array([1]),
        months=np.zeros(1),
        x=np.zeros((1, 5)),
        seen=np.zeros(1, dtype=int),
        signatures=[tuple(items)],
        start_m=np.array([-mu]),
        start_p=np.array([s]),
    )
    return filter_sequences(given_, WITH_NPS).mean[0]


every_item = st.sampled_from(
    [Evidence(kind, v) for kind in ("level", "csat", "ces") for v in range(1, getattr(DEFAULTS, kind).highest + 1)]
    + [Evidence("nps", v) for v in range(11)]
    + [Evidence(kind, v) for kind in (*SIGNALS, *RETURNS, "answered") for v in (0, 1)]
)


@pytest.mark.parametrize("kind", ITEMS)
def test_the_answers_to_an_item_share_out_all_probability(kind: str) -> None:
    item = getattr(WITH_NPS, kind)
    total = sum(likelihood(Evidence(kind, v), WITH_NPS, LINE) for v in range(item.lowest, item.highest + 1))
    assert total == pytest.approx(np.ones_like(LINE))


def test_the_level_question_has_six_answers_and_no_seventh() -> None:
    assert (DEFAULTS.level.lowest, DEFAULTS.level.highest) == (1, 6)
    for wrong in (0, 7, 2.5):
        with pytest.raises(ValueError):
            likelihood(Evidence("level", wrong), DEFAULTS, LINE)
    with pytest.raises(ValueError):
        likelihood(Evidence("nps", 9), DEFAULTS, LINE)
    with pytest.raises(ValueError):
        likelihood(Evidence("applause", 1), DEFAULTS, LINE)


def test_information_is_one_sided_where_people_act_on_one_side() -> None:
    at = np.array([-2.0, -1.0, 1.0, 2.0])
    complaint, referral = information("complaint", DEFAULTS, at), information("referral", DEFAULTS, at)
    assert complaint[0] == pytest.approx(0.33, abs=0.01)
    assert complaint[2] == pytest.approx(0.001, abs=0.001)
    assert referral[3] == pytest.approx(0.26, abs=0.005)
    assert referral[1] == pytest.approx(0.0, abs=0.001)
    level = information("level", DEFAULTS, np.linspace(-2, 3, 51))
    assert level.min() > 0.725
    assert level.max() < 0.88


def test_a_captive_return_says_nothing_when_the_captive_always_return() -> None:
    shut_in = replace(DEFAULTS, version="shut in", captive_floor=DEFAULTS.returned.ceiling)
    assert np.ptp(return_probability(shut_in, LINE, "returned_captive")) == pytest.approx(0.0, abs=1e-12)
    found = filter_sequences(sequence([(1, 0, 0)], signatures=[(Evidence("returned_captive", 0),)]), shut_in, step=0.01)
    assert found.mean[0] == pytest.approx(0.0, abs=1e-9)


def test_unknown_captivity_lies_between_captive_and_free() -> None:
    low = return_probability(DEFAULTS, LINE, "returned_free")
    mid = return_probability(DEFAULTS, LINE, "returned")
    high = return_probability(DEFAULTS, LINE, "returned_captive")
    assert np.all((low <= mid) & (mid <= high))


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(ITEMS), st.floats(-3, 3), st.floats(0.1, 2), st.lists(every_item, max_size=4))
def test_a_better_answer_never_lowers_the_mean(kind, mu, s, others) -> None:
    item = getattr(WITH_NPS, kind)
    others = list({evidence.kind: evidence for evidence in others if evidence.kind != kind}.values())
    means = [mean_with([*others, Evidence(kind, v)], mu, s) for v in range(item.lowest, item.highest + 1)]
    assert all(a <= b + 1e-9 for a, b in pairwise(means))


@settings(max_examples=80, deadline=None)
@given(st.sampled_from((*SIGNALS, *RETURNS)), st.floats(-3, 3), st.floats(0.1, 2), st.lists(every_item, max_size=4))
def test_a_behaviour_never_moves_the_mean_against_its_sign(kind, mu, s, others) -> None:
    others = list({evidence.kind: evidence for evidence in others if evidence.kind != kind}.values())
    without, with_it = (mean_with([*others, Evidence(kind, v)], mu, s) for v in (0, 1))
    if kind in ("complaint", "escalation", "negative_review"):
        assert with_it <= without + 1e-9
    else:
        assert with_it >= without - 1e-9


@settings(max_examples=60, deadline=None)
@given(
    st.lists(every_item, max_size=7, unique_by=lambda e: e.kind),
    st.floats(-4, 4),
    st.lists(st.floats(-2, 2), min_size=5, max_size=5),
)
def test_the_parts_sum_to_the_posterior_mean(items, m, x) -> None:
    given_ = Sequences(
        customer=np.array([1]),
        months=np.zeros(1),
        x=np.array([x]),
        seen=np.zeros(1, dtype=int),
        signatures=[tuple(items)],
        start_m=np.array([m]),
    )
    found = filter_sequences(given_, WITH_NPS)
    causes, expectation, shares = explain(given_, found, WITH_NPS)
    total = causes[0].sum() + expectation[0] + shares[0].sum()
    if items:
        assert total == pytest.approx(found.mean[0], abs=1e-9)
    else:
        assert total == pytest.approx(found.mu[0], abs=1e-12)


def test_many_rows_at_once_equal_one_at_a_time() -> None:
    rng = np.random.default_rng(1)
    signatures = [(), (Evidence("csat", 5),), (Evidence("complaint", 1), Evidence("escalation", 0))]
    rows = [(c, t * 1.5, int(rng.integers(3))) for c in range(40) for t in range(int(rng.integers(1, 7)))]
    together = sequence(rows, signatures=signatures)
    found = filter_sequences(together, DEFAULTS)
    whole = explain(together, found, DEFAULTS)
    for customer in (0, 7, 39):
        mine = [i for i, row in enumerate(rows) if row[0] == customer]
        alone = sequence([rows[i] for i in mine], signatures=signatures)
        single = filter_sequences(alone, DEFAULTS)
        assert single.mean == pytest.approx(found.mean[mine])
        assert single.m_after == pytest.approx(found.m_after[mine])
        assert single.levels == pytest.approx(found.levels[mine])
        for a, b in zip(explain(alone, single, DEFAULTS)[2], (whole[2][i] for i in mine), strict=True):
            assert a == pytest.approx(b)


def test_the_filter_agrees_with_brute_force_over_quality_and_expectation() -> None:
    """f's mean and variance, and the posterior, by summing over (v, e) directly."""
    m, p, item = 0.4, 0.5, Evidence("csat", 2)
    v, e = np.linspace(-5, 5, 1201), m + np.linspace(-5, 5, 1201)
    vv, ee = np.meshgrid(v, e, indexing="ij")
    d = vv - ee
    weight = np.exp(-0.5 * vv**2 / 0.81 - 0.5 * (ee - m) ** 2 / p) * likelihood(item, DEFAULTS, d)
    weight /= weight.sum()
    after = ee + 0.3 * np.maximum(d, 0) - 0.2 * np.maximum(-d, 0)
    given_ = sequence([(1, 0, 0)], signatures=[(item,)], start_m=np.array([m]), start_p=np.array([p]))
    found = filter_sequences(given_, DEFAULTS, step=0.01)
    assert found.mean[0] == pytest.approx((weight * d).sum(), abs=1e-3)
    assert found.m_after[0] == pytest.approx((weight * after).sum(), abs=1e-3)
    variance = (weight * after**2).sum() - (weight * after).sum() ** 2 + 0.01
    assert found.p_after[0] == pytest.approx(variance, abs=1e-3)


def test_expectations_fade_towards_the_market_between_touchpoints() -> None:
    m, p = expectation_before(np.array([1.0]), np.array([0.4]), np.array([0.0]), np.array([24.0]), DEFAULTS)
    assert m[0] == pytest.approx(np.exp(-1))
    assert p[0] == pytest.approx(0.4 * np.exp(-2))
    drift = replace(DEFAULTS, version="drift", market_drift=0.04)
    m, _ = expectation_before(np.array([0.0]), np.array([0.4]), np.array([0.0]), np.array([24.0]), drift)
    assert m[0] == pytest.approx(0.96)


def test_the_static_model_only_learns_and_never_adapts() -> None:
    """With both lambdas 0 the expectation moves only as Bayes' rule says."""
    static = replace(DEFAULTS, version="static", adapt_up=0.0, adapt_down=0.0, expectation_noise_sd=0.0)
    mu, s, p = np.array([0.3]), np.array([1.41]), np.array([0.6])
    on = grid(0.01, static.cutpoints)
    believed = posterior(mu, s, np.zeros(len(on.points)), on)
    m, variance = expectation_after(np.array([0.2]), p, mu, s, believed, 0.0, static)
    assert m[0] == pytest.approx(0.2, abs=1e-6)
    assert variance[0] == pytest.approx(0.6, abs=1e-4)


def test_delight_raises_what_is_expected_and_disappointment_lowers_it_less() -> None:
    up = filter_sequences(sequence([(1, 0, 0)], signatures=[(Evidence("level", 6),)]), DEFAULTS)
    down = filter_sequences(sequence([(1, 0, 0)], signatures=[(Evidence("level", 1),)]), DEFAULTS)
    learned = 0.6 / 1.41
    assert up.m_after[0] + learned * up.mean[0] == pytest.approx(0.3 * up.mean[0], abs=0.02)
    assert down.m_after[0] + learned * down.mean[0] == pytest.approx(0.2 * down.mean[0], abs=0.02)


@settings(max_examples=50, deadline=None)
@given(st.floats(-3, 3), st.floats(0.05, 1.5), st.lists(st.floats(-2, 2), min_size=5, max_size=5))
def test_without_evidence_nothing_is_stated(m, p, x) -> None:
    given_ = Sequences(
        customer=np.array([1]),
        months=np.zeros(1),
        x=np.array([x]),
        seen=np.zeros(1, dtype=int),
        signatures=[()],
        start_m=np.array([m]),
        start_p=np.array([p]),
    )
    assert not publish(given_, filter_sequences(given_, DEFAULTS), DEFAULTS).stated[0]


def test_one_silence_is_not_enough_but_one_answer_is() -> None:
    given_ = sequence([(1, 0, 0), (2, 0, 1)], signatures=[(Evidence("referral", 0),), (Evidence("csat", 3),)])
    assert publish(given_, filter_sequences(given_, DEFAULTS), DEFAULTS).stated.tolist() == [False, True]


def test_unbelievable_needs_a_direct_word_of_praise() -> None:
    quiet = (Evidence("csat", 5), Evidence("complaint", 0))
    praised = (Evidence("csat", 5), Evidence("complaint", 0), Evidence("referral", 1))
    given_ = sequence([(1, 0, 0), (2, 0, 1)], signatures=[quiet, praised], start_m=np.array([-3.5, -3.5]))
    said = publish(given_, filter_sequences(given_, DEFAULTS), DEFAULTS)
    assert said.level.tolist() == [5, 6]
    assert said.low[0] <= 5
    assert not Evidence("csat", 5).is_direct_praise
    assert Evidence("level", 6).is_direct_praise
    assert not Evidence("thanks", 0).is_direct_praise


def test_the_run_of_levels_is_the_smallest_holding_nine_tenths() -> None:
    assert likely_run((0.435, 0.526, 0.039, 0, 0, 0)) == (1, 2)
    assert likely_run((0.046, 0.219, 0.472, 0.193, 0.060, 0.010)) == (2, 5)
    assert likely_run((0, 0, 0.01, 0.95, 0.04, 0)) == (4, 4)
    assert likely_run((0.2, 0.1, 0.2, 0.1, 0.2, 0.2)) == (1, 6)


@settings(max_examples=60, deadline=None)
@given(st.lists(every_item, max_size=5, unique_by=lambda e: e.kind), st.floats(-3, 3))
def test_published_run_holds_level_and_mass(items, m) -> None:
    given_ = sequence([(1, 0, 0)], signatures=[tuple(items)], start_m=np.array([m]))
    found = filter_sequences(given_, WITH_NPS)
    said = publish(given_, found, WITH_NPS)
    low, high, level = said.low[0], said.high[0], said.level[0]
    assert low <= level <= high
    assert found.levels[0][low - 1 : high].sum() >= 0.9 - 1e-9
    assert found.p5[0] < found.p50[0] < found.p95[0]
    assert found.levels[0].sum() == pytest.approx(1)
    if level == high:
        assert (low, high) == likely_run(tuple(found.levels[0])) or level == 5


def test_a_relationship_is_its_peak_and_its_end_not_its_mean() -> None:
    flat_with_one_wound = np.array([0.1, -2.0, 0.2, 0.1, 0.3])
    found = relationship(flat_with_one_wound, np.arange(5.0))
    assert found is not None
    assert found.peak == -2.0
    assert found.r == pytest.approx(0.5 * -2.0 + 0.5 * 0.3)
    assert found.worst == -2.0
    assert relationship(np.array([]), np.array([])) is None


def test_bad_peaks_weigh_half_as_much_again_and_old_ones_fade() -> None:
    assert relationship(np.array([1.4, -1.0, 0.0]), np.zeros(3)).peak == -1.0
    assert relationship(np.array([2.0, -1.2, 0.0]), np.zeros(3)).peak == 2.0
    assert relationship(np.array([2.0, -1.2, 0.0]), np.array([0.0, 6.0, 6.0])).peak == -1.2
    assert relationship(np.array([3.0, 0.1]), np.array([0.0, 12.5])).peak == 0.1


def test_the_interval_of_a_relationship_holds_it_and_is_repeatable() -> None:
    mean, sd, months = np.array([0.2, -1.5, 0.4]), np.array([0.8, 0.7, 0.9]), np.array([0.0, 1.0, 2.0])
    low, high = relationship_interval(mean, sd, months)
    assert low < relationship(mean, months).r < high
    assert (low, high) == relationship_interval(mean, sd, months)


def test_behaviour_stays_between_floor_and_ceiling() -> None:
    behaviour = Behaviour(2.0, -2.0, 0.005, 0.5, -1)
    chance = behaviour_probability(behaviour, LINE)
    assert chance.min() >= 0.005
    assert chance.max() <= 0.5
    assert np.all(np.diff(chance) < 0)
