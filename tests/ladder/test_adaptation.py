"""The closed forms the model must obey, and the erosion anchor."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rung.ladder.model.adaptation import (
    drifted,
    erosion,
    held_by_rise,
    noisy_mean,
    repeated,
    repetitions_until,
    rise_to_hold,
    rung_for,
)
from rung.ladder.model.parameters import DEFAULTS


def live(e: float, quality: float, up: float, down: float) -> tuple[float, float]:
    """One touchpoint without noise: d, and what is expected afterwards; equation (4)."""
    d = quality - e
    return d, e + up * max(d, 0.0) - down * max(-d, 0.0)


def test_yesterdays_unbelievable_erodes_as_printed() -> None:
    printed = (3.20, 1.92, 1.15, 0.69, 0.41)
    e = 0.0
    for times, value in enumerate(printed):
        d, e = live(e, 3.2, 0.4, 0.2)
        assert d == pytest.approx(value, abs=0.005)
        assert repeated(3.2, 0.4, times) == pytest.approx(d)
    assert [rung_for(repeated(3.2, 0.4, n), DEFAULTS) for n in range(5)] == [6, 5, 4, 3, 3]


@pytest.mark.parametrize("adapt", [0.386, 0.40, 0.42, 0.44])
def test_the_spoken_sequence_falls_one_level_a_time(adapt: float) -> None:
    assert [rung_for(repeated(3.2, adapt, n), DEFAULTS) for n in range(4)] == [6, 5, 4, 3]


@given(st.floats(0.8, 4.0), st.floats(0.05, 0.9), st.floats(0.1, 1.0))
def test_repetitions_until_a_cutpoint_are_the_first_that_reach_it(d0: float, adapt: float, part: float) -> None:
    cut = d0 * part
    n = repetitions_until(d0, cut, adapt)
    assert repeated(d0, adapt, n) <= cut * (1 + 1e-9)
    assert n == 0 or repeated(d0, adapt, n - 1) > cut * (1 - 1e-9)


def test_repetition_ends_at_expected_and_never_above() -> None:
    assert repeated(3.2, 0.3, 200) == pytest.approx(0.0, abs=1e-9)
    assert rung_for(repeated(3.2, 0.3, 200), DEFAULTS) == 3
    with pytest.raises(ValueError):
        repetitions_until(1.0, 2.0, 0.3)


def test_a_drifting_market_takes_constant_quality_below_expected() -> None:
    e, d = 0.0, 0.0
    for _ in range(400):
        d, e = live(e, 0.0, 0.35, 0.2)
        e += 0.04 * 3
    assert d == pytest.approx(drifted(0.04, 3, 0.2), abs=1e-6)
    assert drifted(0.04, 3, 0.2) < 0


def test_to_hold_a_level_quality_must_rise() -> None:
    assert held_by_rise(0.1, 0.35) == pytest.approx(0.286, abs=0.0005)
    e, d, quality = 0.0, 0.0, 0.5
    for _ in range(200):
        d, e = live(e, quality, 0.35, 0.2)
        quality += 0.1
    assert d == pytest.approx(held_by_rise(0.1, 0.35), abs=1e-6)
    assert rise_to_hold(d, 0.35) == pytest.approx(0.1, abs=1e-6)
    assert rise_to_hold(1.0, 0.3, drift=0.04, gap=2) == pytest.approx(0.38)


def test_the_ratchet_pulls_uneven_service_below_zero() -> None:
    assert noisy_mean(0.35, 0.20) == pytest.approx(-0.240, abs=0.0015)
    assert noisy_mean(0.35, 0.20, sd=0.5) == pytest.approx(-0.120, abs=0.001)
    assert noisy_mean(0.3, 0.3) == pytest.approx(0.0, abs=1e-6)


@settings(max_examples=15, deadline=None)
@given(st.floats(0.05, 0.6), st.floats(0.05, 0.6))
def test_the_ratchet_falls_with_the_faster_rise(up: float, down: float) -> None:
    assert (noisy_mean(up, down) < 0) == (up > down) or abs(up - down) < 1e-3


def test_erosion_is_the_rise_of_the_expectation_at_constant_operations() -> None:
    assert erosion(0.2, 0.9) == pytest.approx(-0.7)
    assert np.sign(erosion(0.5, 0.1)) == 1
