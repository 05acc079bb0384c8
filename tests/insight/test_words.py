"""Figures in words: never more than the data say."""

from math import inf

import pytest

from rung.insight import words
from rung.insight.kpi import Measure
from rung.insight.kpis import KPIS
from rung.insight.statistics import Estimate, wilson


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [(0.4, "0 min"), (59, "59 min"), (60, "1 h"), (200, "3 h 20 min"), (650, "11 h"), (1360, "23 h"), (1439, "1 d"),
     (1440, "1 d"), (1680, "1 d 4 h"), (17_300, "12 d"), (17_900, "12 d"), (18_200, "13 d")],
)  # fmt: skip
def test_lengths_of_time(minutes: float, expected: str) -> None:
    assert words.stretch(minutes) == expected


def share(successes: int, n: int) -> Measure:
    return Measure("satisfied", "share", n, wilson(successes, n), "answers", successes)


def test_a_share_with_its_interval() -> None:
    measure = share(74, 107)
    assert words.told(measure) == "69\u00a0%"
    assert words.interval(measure) == "95\u00a0%: 60\u00a0% to 77\u00a0%"
    assert words.population(measure) == "74 of 107 answers"


def test_four_are_only_counted() -> None:
    measure = share(4, 4)
    assert words.told(measure) == "–"
    assert words.interval(measure) == ""
    assert words.ends(measure) == "fewer than 5"
    assert words.population(measure) == "4 of 4 answers"


def test_an_end_that_is_not_known_is_not_made_up() -> None:
    measure = Measure("median", "minutes", 9, Estimate(360, 120, inf), "conversations")
    assert words.interval(measure) == "95\u00a0%: at least 2 h"


@pytest.mark.parametrize(
    ("kpi", "now", "before", "direction", "tone"),
    [
        ("overall_satisfaction", share(90, 100), share(50, 100), "up", "good"),
        ("overall_satisfaction", share(50, 100), share(90, 100), "down", "bad"),
        ("complaint_escalation_rate", share(50, 100), share(10, 100), "up", "bad"),
        ("overall_satisfaction", share(52, 100), share(50, 100), "", ""),
        ("overall_satisfaction", share(20, 20), share(10, 100), "", ""),
        ("overall_satisfaction", share(90, 100), share(1, 4), "", ""),
    ],
)
def test_no_interval_no_arrow(kpi: str, now: Measure, before: Measure, direction: str, tone: str) -> None:
    change = words.change(KPIS[kpi], now, before)
    assert (change.direction, change.tone) == (direction, tone)
    assert change.text
    if not direction:
        assert "More than" not in change.text
        assert "Less than" not in change.text


def test_a_difference_that_cannot_be_bounded_is_not_told() -> None:
    open_ended = Measure("median", "minutes", 40, Estimate(360, 120, inf))
    change = words.change(KPIS["resolution_time"], open_ended, open_ended)
    assert change == words.Change("The difference from the period before cannot be bounded.")
