"""A KPI over time, as a drawing and as rows."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import isfinite

from django.utils.translation import gettext as _

from rung.insight import words
from rung.insight.kpi import Measure
from rung.insight.pages.filters import Filters, days_in_words
from rung.insight.reckoning import Reckoning
from rung.ui.charts import LineChart, Point, line_chart
from rung.ui.dates import date_format
from rung.ui.figures import figure


@dataclass(frozen=True)
class PointRow:
    """One point of the series in words, with a link to the same screen about its days."""

    label: str
    href: str
    value: str
    interval: str
    n: str


def series_chart(reckoning: Reckoning, *, name: str, is_small: bool = False) -> LineChart:
    kpi = reckoning.kpi
    lowest, highest = {"share": (0.0, 1.0), "score": (-100.0, 100.0)}.get(kpi.unit, (0.0, None))
    return line_chart(
        name,
        _("%(title)s over time") % {"title": kpi.title},
        [_point(end, result.headline) for _start, end, result in reckoning.points],
        write=lambda amount: words.value(kpi.unit, amount),
        lowest=lowest,
        highest=highest,
        height=56 if is_small else 240,
        is_small=is_small,
        steps=words.STEPS.get(kpi.unit, ()),
    )


def point_rows(reckoning: Reckoning, filters: Filters) -> tuple[PointRow, ...]:
    """Newest first, as people look for now."""
    # What was moved back to be judged is moved again when asked for: the link has to lead ahead by as much.
    ahead = reckoning.cut.moved
    return tuple(
        PointRow(
            label=days_in_words(start, end),
            href=filters.query_for(start + ahead, end + ahead),
            value=words.told(result.headline),
            interval=words.ends(result.headline),
            n=figure(result.headline.n, ","),
        )
        for start, end, result in reversed(reckoning.points)
    )


def _point(end: datetime, measure: Measure) -> Point:
    estimate = measure.told if measure.n else None
    label = date_format(end - timedelta(milliseconds=1), "j M")
    if estimate is None:
        return Point(label, None)
    ends = (estimate.low, estimate.high) if estimate.is_bounded and isfinite(estimate.high) else (None, None)
    return Point(label, estimate.value, ends[0], ends[1], note=f"n = {figure(measure.n, ',')}")
