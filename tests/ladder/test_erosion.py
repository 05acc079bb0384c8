"""What became of the level: the parts sum, and what a company's own numbers say of staying."""

from dataclasses import replace

import numpy as np
import pytest

from rung.ladder.erosion import erosion_of
from rung.ladder.model.parameters import DEFAULTS
from rung.ladder.pages.erosion import erosion_part


def rows(change_of_d, change_of_e, people=60):
    draw = np.random.default_rng(5)
    for person in range(people):
        for before in (0, 1):
            apart, expected = draw.normal(0, 0.1, 2) + (1 - before) * np.array([change_of_d, change_of_e])
            yield (person, before, 2, 2 * apart, 2 * expected)


def test_the_parts_sum_to_the_change_and_say_whose_it_is():
    found = erosion_of(rows(-0.2, 0.3))
    assert found.level.value == pytest.approx(found.operations.value + found.expectation.value)
    assert found.level.value == pytest.approx(-0.2, abs=0.05)
    assert found.expectation.value == pytest.approx(-0.3, abs=0.05)
    assert found.operations.value == pytest.approx(0.1, abs=0.05)
    for part in (found.level, found.operations, found.expectation):
        assert part.low < part.value < part.high
    assert all(change.is_sure for change in erosion_part(found, DEFAULTS).changes)


def test_where_nothing_moved_it_is_said_to_be_chance():
    assert not any(change.is_sure for change in erosion_part(erosion_of(rows(0, 0)), DEFAULTS).changes)


def test_too_few_say_nothing():
    assert erosion_of([]) is None
    assert erosion_of(rows(1, 1, people=4)) is None
    assert erosion_part(None, DEFAULTS).changes == ()


def test_to_stay_desired_quality_must_rise_by_the_companys_own_figure():
    part = erosion_part(None, DEFAULTS)
    assert "rise by 0.225 per touchpoint: as much as answering 2.0 times as fast" in part.hold
    assert part.repetitions[0].name == "Surprising"
    assert "is Expected after 4 repetitions" in part.picture
    assert len(part.repetitions) == len(part.drawing.dots)


def test_where_expectations_stand_still_nothing_has_to_rise():
    part = erosion_part(None, replace(DEFAULTS, version="own-2-static", adapt_up=0.0, adapt_down=0.0))
    assert "stand still" in part.hold
    assert (part.repetitions, part.drawing, part.picture) == ((), None, "")
