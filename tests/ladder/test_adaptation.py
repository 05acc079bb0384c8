"""The closed forms the model must obey, and the erosion anchor."""

import pytest

from rung.ladder.model.adaptation import repeated, rise_to_hold, rung_for
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


def test_repetition_ends_at_expected_and_never_above() -> None:
    assert repeated(3.2, 0.3, 200) == pytest.approx(0.0, abs=1e-9)
    assert rung_for(repeated(3.2, 0.3, 200), DEFAULTS) == 3


def test_to_hold_a_level_quality_must_rise() -> None:
    e, d, quality = 0.0, 0.0, 0.5
    for _ in range(200):
        d, e = live(e, quality, 0.35, 0.2)
        quality += 0.1
    assert d == pytest.approx(0.286, abs=0.0005)
    assert rise_to_hold(d, 0.35) == pytest.approx(0.1, abs=1e-6)
    assert rise_to_hold(1.0, 0.3, drift=0.04, gap=2) == pytest.approx(0.38)
