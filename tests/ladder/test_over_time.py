"""The level over time, and what becomes of a surprise by the company's own data."""

from datetime import timedelta

import numpy as np
import pytest
from django.utils import timezone

from rung.ladder.model.parameters import DEFAULTS
from rung.ladder.pages.over_time import POINTS, told
from rung.ui.dates import date_format

WEEK = timedelta(days=7)


def rows(rise=0.0, people=60, each=2):
    """Customers who expect ``rise`` more in the last stretch than in the first, and are served alike."""
    draw = np.random.default_rng(5)
    for person in range(people):
        for stretch in range(POINTS):
            apart, expected = draw.normal(0, 0.1, 2)
            expected += rise * stretch / (POINTS - 1)
            yield (person, stretch, each, each * (0.2 + apart - expected), each * expected)


@pytest.fixture
def begins(at):
    return [at - WEEK * (POINTS - n) for n in range(POINTS)]


def test_every_stretch_has_its_level_interval_and_count(begins):
    page = told(rows(), begins, WEEK, DEFAULTS)
    assert len(page.points) == POINTS
    assert all(point.level == "Expected" and point.interval and point.n == 120 for point in page.points)
    assert len(page.drawing.dots) == POINTS


def test_a_stretch_is_named_by_the_days_in_it_and_drawn_at_the_last(begins, at):
    page = told(rows(), begins, WEEK, DEFAULTS)
    local = [timezone.localtime(moment) for moment in (begins[-1], at)]
    assert page.points[0].label == " – ".join(date_format(moment, "j M") for moment in local)
    assert page.drawing.labels[-1].text == date_format(local[1], "j M")


def test_what_was_before_the_first_touchpoint_is_not_drawn(begins):
    later = [row for row in rows() if row[1] >= 6 and row[1] != 8]
    page = told(later, begins, WEEK, DEFAULTS)
    assert len(page.points) == POINTS
    assert len(page.drawing.lines) == 2
    assert float(page.drawing.dots[0].x.rstrip("%")) < 4
    assert len(page.drawing.dots) == POINTS - 7


def test_yesterdays_surprising_is_said_to_be_less_today_where_expectations_rose(begins):
    page = told(rows(rise=1.2), begins, WEEK, DEFAULTS)
    assert "more than 12 weeks ago" in page.surprise
    assert "Surprising then is Desired now" in page.surprise


def test_where_expectations_did_not_clearly_move_nothing_is_claimed(begins):
    assert "no clear change" in told(rows(), begins, WEEK, DEFAULTS).surprise


def test_fewer_than_five_say_nothing_and_fewer_than_thirty_no_trend(begins):
    few = told(rows(people=4), begins, WEEK, DEFAULTS)
    assert few.drawing is None
    assert {point.level for point in few.points} == {""}
    assert {point.n for point in few.points} == {8}
    some = told(rows(rise=1.2, people=10), begins, WEEK, DEFAULTS)
    assert some.drawing is not None
    assert some.surprise.startswith("Too few to say whether customers have come to expect more")
    assert told([], begins, WEEK, DEFAULTS).points == ()
