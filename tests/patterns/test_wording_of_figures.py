"""Figures of patterns in words."""

import pytest

from rung.patterns.pages.texts import signed


@pytest.mark.parametrize(
    ("value", "said"), [(0.123, "+0.12"), (-0.0451, "−0.05"), (-0.0042, "−0.004"), (0.0002, "0.00"), (0.0, "0.00")]
)
def test_an_end_keeps_the_side_of_nothing_on_which_it_lies(value: float, said: str) -> None:
    assert signed(value) == said
