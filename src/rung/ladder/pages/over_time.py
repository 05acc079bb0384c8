"""The level of any set of touchpoints over time, and what has become of a surprise by the company's own data."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from django.db.models import Case, Count, F, IntegerField, Sum, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rung.ladder.access import GradeQuerySet
from rung.ladder.evidence_words import signed
from rung.ladder.levels import SURPRISING, level_name
from rung.ladder.model.adaptation import rung_for
from rung.ladder.model.grid import Array
from rung.ladder.model.parameters import Parameters
from rung.ladder.shares import COUNTS_ONLY_BELOW, GROUPS, TREND_WORDS_FROM, Span, draws_of, span_of
from rung.ui.charts import LineChart, Point, line_chart
from rung.ui.dates import date_format
from rung.ui.figures import figure

POINTS = 13
SHORTEST = timedelta(days=7)
LONGEST = timedelta(days=28)


@dataclass(frozen=True, slots=True)
class LevelPoint:
    """One stretch of time, ``begins`` to before ``ends``; texts are empty and ``span`` None where too little is known."""

    label: str
    level: str
    mean: str
    interval: str
    n: int
    begins: datetime
    ends: datetime
    span: Span | None


@dataclass(frozen=True, slots=True)
class OverTime:
    """``points`` newest first. ``surprise``: what was Surprising at the beginning is now, by what customers expected."""

    points: tuple[LevelPoint, ...]
    drawing: LineChart | None
    surprise: str


def stretches(end: datetime, length: timedelta) -> tuple[list[datetime], timedelta]:
    """Where the stretches that a period of this length is looked at in begin, and how long each is."""
    width = min(max(length / 3, SHORTEST), LONGEST)
    width = timedelta(days=7 * max(round(width / SHORTEST), 1))
    return [end - width * (POINTS - n) for n in range(POINTS)], width


Totals = tuple[int, int, int, float, float]
"""(group of customers, number of the stretch from the oldest, touchpoints, sum of d, sum of what was expected)"""


def level_over_time(grades: GradeQuerySet, end: datetime, length: timedelta, parameters: Parameters) -> OverTime:
    """The mean level of these grades in stretches of a quarter of ``length``, a week to four, up to ``end``. One query."""
    begins, width = stretches(end, length)
    whens = [When(occurred_at__lt=begins[n + 1], then=Value(n)) for n in range(POINTS - 1)]
    rows = (
        grades.filter(occurred_at__gte=begins[0], occurred_at__lt=end)
        .annotate(
            stretch=Case(*whens, default=Value(POINTS - 1), output_field=IntegerField()),
            group=F("customer_id") % GROUPS,
        )
        .values_list("group", "stretch")
        .annotate(count=Count("pk"), sum_mean=Sum("mean"), sum_expected=Sum("expected"))
        .order_by()
    )
    return told(rows, begins, width, parameters)


def told(rows: Iterable[Totals], begins: list[datetime], width: timedelta, parameters: Parameters) -> OverTime:
    """The same from rows already summed up."""
    listed = list(rows)
    if not listed:
        return told_of_sums(np.zeros((0, POINTS, 3)), begins, width, parameters)
    people, group = np.unique(np.array([row[0] for row in listed]), return_inverse=True)
    sums = np.zeros((len(people), POINTS, 3))
    np.add.at(sums, (group, np.array([row[1] for row in listed])), np.array([row[2:] for row in listed], dtype=float))
    return told_of_sums(sums, begins, width, parameters)


def told_of_sums(sums: Array, begins: list[datetime], width: timedelta, parameters: Parameters) -> OverTime:
    """The same from (groups, stretches, [touchpoints, sum of d, sum of what was expected])."""
    if not len(sums):
        return OverTime((), None, "")
    total = sums.sum(axis=0)
    several = (sums[..., 0] > 0).sum(axis=0)
    drawn = (draws_of(len(sums)) @ sums.reshape(len(sums), -1)).reshape(-1, POINTS, 3)
    with np.errstate(invalid="ignore", divide="ignore"):
        point = total[:, 1:] / total[:, :1]
        spread = drawn[..., 1:] / drawn[..., :1]
    counts = [round(float(count)) for count in total[:, 0]]
    enough = [count >= COUNTS_ONLY_BELOW and several[n] >= COUNTS_ONLY_BELOW for n, count in enumerate(counts)]
    spans = [span_of(float(point[n, 0]), spread[:, n, 0], True) if enough[n] else None for n in range(POINTS)]

    def lived_as(d: float) -> str:
        return f"{level_name(rung_for(d, parameters))} {signed(d)}"

    # The last days of a period end now and not at midnight: today is in them, and the day of their first hour too.
    firsts, lasts = (
        [date_format(timezone.localtime(moment), "j M") for moment in moments]
        for moments in (begins, [moment + width - timedelta(microseconds=1) for moment in begins])
    )
    lines = tuple(
        _point(
            f"{firsts[n]} – {lasts[n]}",
            spans[n],
            counts[n],
            parameters,
            (begins[n], begins[n] + width),
        )
        for n in reversed(range(POINTS))
    )
    # Each stands at its last day, as the KPIs do; what was before the first touchpoint is no gap.
    begun = next((n for n, count in enumerate(counts) if count), 0)
    points = [
        Point(lasts[n], span.value, span.low, span.high, note=f"n = {figure(counts[n], ',')}")
        if span
        else Point(lasts[n], None)
        for n, span in enumerate(spans)
        if n >= begun
    ]
    drawing = (
        line_chart("level-over-time", _("Mean level over time"), points, write=lived_as, mark=signed)
        if any(spans)
        else None
    )
    told_of = [n for n in range(POINTS) if enough[n] and counts[n] >= TREND_WORDS_FROM]
    surprise = _(
        "Too few to say whether customers have come to expect more: it takes %(n)s touchpoints in two of these stretches."
    ) % {"n": TREND_WORDS_FROM}
    if len(told_of) > 1:
        first, last = told_of[0], told_of[-1]
        rise = span_of(float(point[last, 1] - point[first, 1]), spread[:, last, 1] - spread[:, first, 1], True)
        surprise = _surprise(rise, (last - first) * round(width / SHORTEST), parameters)
    return OverTime(lines, drawing, surprise)


def _point(
    label: str, span: Span | None, count: int, parameters: Parameters, days: tuple[datetime, datetime]
) -> LevelPoint:
    if span is None:
        return LevelPoint(label, "", "", "", count, *days, None)
    low, high = span.low, span.high
    interval = (
        _("%(low)s to %(high)s") % {"low": signed(low), "high": signed(high)}
        if low is not None and high is not None
        else ""
    )
    level = level_name(rung_for(span.value, parameters))
    return LevelPoint(label, level, signed(span.value), interval, count, *days, span)


def _surprise(rise: Span, weeks: int, parameters: Parameters) -> str:
    """What the service that was just Surprising then would be lived as now: its d falls by what expectations rose."""
    if rise.low is None or rise.high is None:
        return ""
    ago = ngettext("%(n)s week", "%(n)s weeks", weeks) % {"n": weeks}
    figures = _("%(rise)s, 95 %%: %(low)s to %(high)s") % {
        "rise": signed(rise.value), "low": signed(rise.low), "high": signed(rise.high),
    }  # fmt: skip
    if rise.low <= 0 <= rise.high:
        return _("In these %(ago)s there is no clear change in what customers expect (%(figures)s).") % {
            "ago": ago, "figures": figures,
        }  # fmt: skip
    now = rung_for(SURPRISING - rise.value, parameters)
    more = (
        _(
            "Customers expect more than %(ago)s ago (%(figures)s): the very service that was %(then)s then is %(now)s now."
        )
        if rise.value > 0
        else _(
            "Customers expect less than %(ago)s ago (%(figures)s): the very service that was %(then)s then is %(now)s now."
        )
    )
    same = (
        _("Customers expect more than %(ago)s ago (%(figures)s), not so much that what was %(then)s has become less.")
        if rise.value > 0
        else _(
            "Customers expect less than %(ago)s ago (%(figures)s), not so much that what was %(then)s has become more."
        )
    )
    said = {"ago": ago, "figures": figures, "then": level_name(5), "now": level_name(now)}
    return (same if now == rung_for(SURPRISING, parameters) else more) % said
