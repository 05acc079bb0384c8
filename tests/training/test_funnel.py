"""How a funnel is drawn."""

import pytest

from rung.training.pages.funnel import marks_across


@pytest.mark.parametrize(
    ("least", "most", "expected"),
    [
        (10, 5000, [10, 100, 1000]),
        (0.8, 14.4, [1, 2, 5, 10]),
        (20.8, 139.2, [30, 50, 70, 100]),
        (208, 468, [250, 300, 350, 400]),
        (1.1, 1.4, []),
    ],
)
def test_a_scale_has_marks_wherever_it_lies(least: float, most: float, expected: list[int]) -> None:
    assert marks_across(least, most) == expected
    assert all(least <= mark <= most for mark in expected)
