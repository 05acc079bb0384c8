"""Estimation: the gradient is the slope it says, planted numbers come back, and little data changes nothing."""

from dataclasses import fields

import numpy as np
import pytest

from rung.ladder.model.filter import filter_sequences
from rung.ladder.model.fitting import Objective, fit, rows_of
from rung.ladder.model.free import ADAPTATION, BETA, DRIFT, EFFECTS, NOISE, SPREAD, Free
from rung.ladder.model.parameters import DEFAULTS
from rung.ladder.model.scoring import ranked_probability
from rung.ladder.model.stages import Kind, Stage, estimate, stage_of
from tests.worlds import NO_ADAPTATION, TRUTH, World, live

EVERYTHING = (BETA, SPREAD, ADAPTATION, NOISE, DRIFT, *EFFECTS)


def test_every_number_comes_back_from_the_scale_it_is_moved_on():
    free = Free(EVERYTHING, DEFAULTS)
    back = free.unpack(free.pack(DEFAULTS))
    for field in fields(DEFAULTS):
        assert repr(_rounded(getattr(back, field.name))) == repr(_rounded(getattr(DEFAULTS, field.name))), field.name


def _rounded(value):
    if isinstance(value, float):
        return round(value, 9)
    if isinstance(value, tuple):
        return tuple(_rounded(item) for item in value)
    if hasattr(value, "__dataclass_fields__"):
        return tuple(_rounded(getattr(value, name)) for name in value.__dataclass_fields__)
    return value


def test_the_gradient_is_the_slope_of_the_likelihood():
    given = live(World(), 60, 5, seed=3).given
    free = Free(EVERYTHING, DEFAULTS)
    objective = Objective(given, DEFAULTS.cutpoints)
    vector = free.centre + np.linspace(-0.1, 0.1, len(free.centre))
    value, gradient = objective.gradient(free, vector)
    assert value == pytest.approx(objective.value(free.unpack(vector)))
    for i in range(len(vector)):
        up, down = vector.copy(), vector.copy()
        up[i] += 1e-4
        down[i] -= 1e-4
        slope = (objective.value(free.unpack(up)) - objective.value(free.unpack(down))) / 2e-4
        assert gradient[i] == pytest.approx(slope, rel=1e-4, abs=1e-4), i


def test_the_likelihood_is_that_of_the_filter():
    given = live(World(), 40, 6, seed=4).given
    filtered = filter_sequences(given, TRUTH, 0.2).log_evidence.sum()
    assert Objective(given, TRUTH.cutpoints).value(TRUTH) == pytest.approx(filtered, abs=1e-6)


def test_planted_coefficients_come_back():
    lived = live(World(), 1000, 8, seed=42)
    effects = [block for block in EFFECTS if block.name != "ces"]
    found = fit(lived.given, Free([BETA, SPREAD, *effects, ADAPTATION, NOISE, DRIFT], DEFAULTS), version="fitted")
    assert found is not None
    for cause, meant in zip(found.parameters.causes, TRUTH.causes, strict=True):
        assert abs(cause.weight - meant.weight) <= 0.12, cause.name
    ours = filter_sequences(lived.given, found.parameters).levels
    true = filter_sequences(lived.given, TRUTH).levels
    assert ranked_probability(ours, lived.level) <= 1.03 * ranked_probability(true, lived.level)
    assert abs(ours[:, 0].mean() - (lived.level == 1).mean()) <= 0.015
    assert found.parameters.version == "fitted"


def test_where_nobody_adapts_the_fit_can_say_so():
    lived = live(World(truth=NO_ADAPTATION), 300, 6, seed=5)
    found = fit(lived.given, Free([ADAPTATION], NO_ADAPTATION), version="still")
    assert found is not None
    assert found.parameters.adapt_up < 0.1
    assert found.parameters.adapt_down < 0.1


@pytest.mark.parametrize(
    ("customers", "times", "gap", "stage"),
    [
        (30, 6, 2.0, Stage.DEFAULTS),
        (99, 8, 2.0, Stage.EFFECTS),
        (100, 5, 2.0, Stage.EFFECTS),
        (100, 6, 0.1, Stage.ADAPTATION),
        (100, 6, 3.0, Stage.DRIFT),
    ],
)
def test_what_is_estimated_follows_what_there_is(customers, times, gap, stage):
    assert stage_of(live(World(gap_months=gap), customers, times, seed=6).given) is stage


def test_with_little_data_the_defaults_stay():
    found = estimate(live(World(), 30, 6, seed=6).given, DEFAULTS, version="v")
    assert found is not None
    assert found.chosen.kind is Kind.DEFAULTS
    assert found.chosen.parameters == DEFAULTS


def test_the_version_that_foretells_best_is_chosen_and_says_by_how_much():
    found = estimate(live(World(), 250, 6, seed=8).given, DEFAULTS, version="v")
    assert found is not None
    assert {candidate.kind for candidate in found.candidates} == set(Kind)
    assert found.chosen.kind is max(found.candidates, key=lambda candidate: candidate.score).kind
    assert found.ahead[1] <= found.ahead[0] <= found.ahead[2]
    assert found.learnt_from + found.held_out == 1500


def test_it_can_be_stopped():
    assert (
        estimate(live(World(), 250, 6, seed=8).given, DEFAULTS, version="v", progress=lambda _, steps: steps < 3)
        is None
    )


def test_rows_of_keeps_whole_customers_as_they_were():
    given = live(World(), 20, 4, seed=9).given
    kept = rows_of(given, given.customer < 5)
    assert len(kept.customer) == 20
    assert filter_sequences(kept, TRUTH).mean == pytest.approx(filter_sequences(given, TRUTH).mean[:20])
