"""What is on screen as rows of a CSV or a Parquet file."""

import csv
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from io import StringIO
from math import isfinite

from rung.core.downloads import harmless
from rung.core.parquet import parquet_of
from rung.insight import words
from rung.insight.kpi import Measure
from rung.insight.pages.compared import Compared, verdict_of
from rung.insight.pages.filters import Filters
from rung.insight.reckoning import Reckoning

Cell = str | int | float
HEADS = ("kpi", "row", "label", "from_utc", "to_utc", "unit", "value", "low_95", "high_95", "counted", "n", "note")
EMPTY = ("",) * 5


def sheet(reckonings: Iterable[Reckoning], filters: Filters, *, is_whole: bool) -> str:
    """The KPIs of a screen as CSV; `is_whole`: with series, teams and channels, as on the page of one KPI."""
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADS)
    writer.writerows([harmless(cell) for cell in row] for row in _all_rows(reckonings, filters, is_whole))
    return out.getvalue()


# What the columns are in a Parquet file, where an empty cell is a null.
_TYPES = dict.fromkeys(HEADS, "VARCHAR") | {
    "from_utc": "TIMESTAMPTZ", "to_utc": "TIMESTAMPTZ", "value": "DOUBLE", "low_95": "DOUBLE", "high_95": "DOUBLE",
    "counted": "BIGINT", "n": "BIGINT",
}  # fmt: skip


def parquet(reckonings: Iterable[Reckoning], filters: Filters, *, is_whole: bool) -> bytes:
    """The same rows as a Parquet file, with types."""
    return parquet_of([HEADS, *_all_rows(reckonings, filters, is_whole)], _TYPES)


COMPARED = (
    "kpi", "label", "unit", "from_utc", "to_utc", "team", "value", "low_95", "high_95", "counted", "n", "note",
    "other_from_utc", "other_to_utc", "other_team", "other_value", "other_low_95", "other_high_95", "other_counted",
    "other_n", "other_note", "difference", "difference_low_95", "difference_high_95", "verdict",
)  # fmt: skip


def compared_rows(found: Compared) -> Iterator[list[Cell]]:
    """A head, then both sides of each number and the difference, where there may be one."""
    yield [*COMPARED]
    for pair in found.pairs:
        cells: list[Cell] = [pair.kpi.name, str(pair.one.label), pair.one.unit]
        for filters, cut, measure in zip((found.one, found.other), pair.cuts, (pair.one, pair.other), strict=True):
            team = "" if filters.team is None else filters.team_name(filters.team)
            cells += [_moment(cut.spans[0].from_ms), _moment(cut.spans[0].to_ms), team, *_figures(measure)]
        moved = None if pair.is_early else pair.one.change_from(pair.other)
        ends: list[Cell] = ["", "", ""]
        if moved is not None:
            ends = [round(moved.value, 6), round(moved.low, 6), round(moved.high, 6)]
        yield [*cells, *ends, verdict_of(pair).verdict]


# What the columns are in a Parquet file.
COMPARED_TYPES = (
    dict.fromkeys(COMPARED, "VARCHAR")
    | {
        prefix + name: _TYPES[name]
        for prefix in ("", "other_")
        for name in ("from_utc", "to_utc", "value", "low_95", "high_95", "counted", "n")
    }
    | dict.fromkeys(("difference", "difference_low_95", "difference_high_95"), "DOUBLE")
)


def _all_rows(reckonings: Iterable[Reckoning], filters: Filters, is_whole: bool) -> Iterator[list[Cell]]:
    return (row for reckoning in reckonings for row in _rows(reckoning, filters, is_whole))


def _rows(reckoning: Reckoning, filters: Filters, is_whole: bool) -> Iterator[list[Cell]]:
    name = reckoning.kpi.name
    own, before = ((span.from_ms, span.to_ms) for span in reckoning.cut.spans[:2])

    def row(kind: str, label: str, span: tuple[int, int], measure: Measure) -> list[Cell]:
        return [name, kind, label, _moment(span[0]), _moment(span[1]), measure.unit, *_figures(measure)]

    result = reckoning.result
    yield row("period", str(result.headline.label), own, result.headline)
    yield row("period before", str(result.headline.label), before, reckoning.before.headline)
    if result.counter is not None:
        yield row("counter-metric", str(result.counter.label), own, result.counter)
    if not is_whole:
        return
    for part in (*result.parts, *reckoning.further):
        yield row("part", str(part.label), own, part)
    for point, span in zip(reckoning.points, reckoning.cut.spans[2:], strict=True):
        yield row("series", "", (span.from_ms, span.to_ms), point[2].headline)
    for team, of_team in reckoning.by_team.items():
        yield row("team", filters.team_name(team), own, of_team.headline)
    for channel, of_channel in reckoning.by_channel.items():
        yield row("channel", filters.channel_name(channel), own, of_channel.headline)
    for each in result.distribution:
        yield [name, "distribution", str(each.label), _moment(own[0]), _moment(own[1]), "count", each.count, *EMPTY]
    for left_out in (*result.excluded, *reckoning.left_out):
        cells: list[Cell] = [name, "left out", str(left_out.label), _moment(own[0]), _moment(own[1]), "count"]
        yield [*cells, left_out.count, *EMPTY]


def _figures(measure: Measure) -> list[Cell]:
    told = measure.told
    ends: list[Cell] = ["", "", ""]
    if told is not None:
        has_interval = told.low != told.high
        ends = [
            round(told.value, 6),
            round(told.low, 6) if has_interval and isfinite(told.low) else "",
            round(told.high, 6) if has_interval and isfinite(told.high) else "",
        ]
    return [*ends, "" if measure.count is None else measure.count, measure.n, words.too_few(measure)]


def _moment(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, tz=UTC).isoformat(timespec="seconds")
