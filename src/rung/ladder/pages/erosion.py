"""Erosion said plainly: what moved the level, what it takes to hold one, and what becomes of yesterday's surprise."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp

from django.utils.translation import gettext as _

from rung.ladder.erosion import Erosion
from rung.ladder.evidence_words import signed
from rung.ladder.levels import SURPRISING, level_name, settings_in_words
from rung.ladder.model.adaptation import repeated, rise_to_hold, rung_for
from rung.ladder.model.parameters import Parameters
from rung.ladder.shares import Span
from rung.ui.charts import LineChart, Point, line_chart
from rung.ui.figures import figure

TIMES = 8
DESIRED = 3
"""Which of the cutpoints, counted from one, a level must be above to be Desired."""


@dataclass(frozen=True, slots=True)
class Change:
    label: str
    text: str
    interval: str
    is_sure: bool
    span: Span


@dataclass(frozen=True, slots=True)
class Repetition:
    number: int
    d: str
    level: int
    name: str


@dataclass(frozen=True, slots=True)
class ErosionPart:
    """``changes`` is empty where the periods hold too little to say."""

    changes: tuple[Change, ...]
    hold: str
    repetitions: tuple[Repetition, ...]
    drawing: LineChart | None
    picture: str
    settings: str


def erosion_part(found: Erosion | None, parameters: Parameters) -> ErosionPart:
    repetitions = tuple(_repetition(n, parameters) for n in range(TIMES)) if parameters.adapt_up > 0 else ()
    return ErosionPart(
        changes=_changes(found) if found else (),
        hold=_hold(parameters),
        repetitions=repetitions,
        drawing=_drawing(parameters) if repetitions else None,
        picture=_picture(repetitions),
        settings=settings_in_words(parameters.version),
    )


def _changes(found: Erosion) -> tuple[Change, ...]:
    return (
        _change(_("Mean level, from the period before"), found.level),
        _change(_("… from what we did"), found.operations),
        _change(_("… from what customers had come to expect"), found.expectation),
    )


def _change(label: str, span: Span) -> Change:
    low, high = span.low, span.high
    if low is None or high is None:
        return Change(label, signed(span.value), "", False, span)
    interval = _("%(low)s to %(high)s") % {"low": signed(low), "high": signed(high)}
    return Change(label, signed(span.value), interval, low > 0 or high < 0, span)


def _hold(parameters: Parameters) -> str:
    """The Red Queen's figure at the lower edge of Desired, and what it would take in waiting alone."""
    rise = rise_to_hold(parameters.cutpoints[DESIRED - 1], parameters.adapt_up)
    if rise <= 0 and parameters.market_drift <= 0:
        return _(
            "Under these settings expectations stand still: what is Desired today stays so without getting better."
        )
    said = _("To stay %(level)s, quality must rise by %(rise)s per touchpoint") % {
        "level": level_name(4),
        "rise": figure(rise, ".3g"),
    }
    weight = parameters.cause("wait").weight
    if weight < 0 and rise > 0:
        said += _(": as much as answering %(factor)s times as fast each time") % {
            "factor": figure(exp(rise / -weight * parameters.wait_sd), ".1f")
        }
    if parameters.market_drift > 0:
        said += _(", and by %(drift)s more for every month that passes") % {
            "drift": figure(parameters.market_drift, ".2f")
        }
    return said + "."


def _repetition(times: int, parameters: Parameters) -> Repetition:
    d = repeated(SURPRISING, parameters.adapt_up, times)
    number = rung_for(d, parameters)
    return Repetition(times + 1, signed(d), number, level_name(number))


def _picture(repetitions: tuple[Repetition, ...]) -> str:
    first = next((each for each in repetitions if each.level == 3), None)
    if first is None:
        return ""
    return _("The same service that was %(then)s the first time is %(now)s after %(number)s repetitions.") % {
        "then": level_name(5),
        "now": level_name(3),
        "number": first.number - 1,
    }


def _drawing(parameters: Parameters) -> LineChart:
    points = [Point(f"{n + 1}.", repeated(SURPRISING, parameters.adapt_up, n)) for n in range(TIMES)]
    return line_chart(
        "ladder-erosion",
        _("The same service again and again, in steps of d"),
        points,
        write=signed,
        lowest=0.0,
        height=180,
    )
