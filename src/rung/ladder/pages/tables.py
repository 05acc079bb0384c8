"""The same numbers as rows, for a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from django.utils.translation import gettext as _

from rung.accounts.access import Agent
from rung.ladder.filters import LadderFilters
from rung.ladder.levels import level_name
from rung.ladder.pages.ladder import (
    ALL,
    freedom_label,
    ladder_page,
    period_shares,
    phase_label,
    touchpoint_lines,
)
from rung.ladder.shares import SliceShares, Span
from rung.touchpoints.doors import door

Cells = tuple[object, ...]
MOST_TOUCHPOINTS = 5000


def ladder_rows(agent: Agent, filters: LadderFilters) -> Iterator[Cells]:
    """A head, then one row for each level of all, of each channel and of each phase."""
    yield (
        _("by"), _("which"), _("level"), _("name"), _("touchpoints"), _("share"), _("share low"), _("share high"),
        _("touchpoints before"), _("share before"), _("change"), _("change low"), _("change high"),
    )  # fmt: skip
    for (kind, name), part in period_shares(agent, filters).items():
        label = {"channel": _channel_label, "freedom": freedom_label}.get(kind, phase_label)(name)
        for number in range(6, 0, -1):
            yield (kind, label if (kind, name) != ALL else "", number, level_name(number), *_cells(part, number - 1))


def _channel_label(kind: str) -> str:
    return str(door(kind).label)


def touchpoint_rows(agent: Agent, filters: LadderFilters) -> Iterator[Cells]:
    """A head, then the period's touchpoints, weakest first, at most MOST_TOUCHPOINTS."""
    yield (
        _("occurred at"), _("customer"), _("subject"), _("channel"), _("phase"), _("level"), _("likely"), _("how sure"),
        _("moved by"), _("address"),
    )  # fmt: skip
    lines, _more = touchpoint_lines(agent, replace(filters, page=1), size=MOST_TOUCHPOINTS)
    for line in lines:
        yield (
            line.occurred_at.isoformat(), line.customer, line.subject, line.channel, line.phase, line.level.word,
            line.level.interval, line.level.sure, line.level.moved_by, line.href,
        )  # fmt: skip


def over_time_rows(agent: Agent, filters: LadderFilters) -> Iterator[Cells]:
    """A head, then the mean level in each stretch of time, newest first, and what moved it since the period before; all in
    steps of d."""
    yield (
        _("row"), _("which"), _("from"), _("to"), _("level"), _("mean"), _("low 95"), _("high 95"), _("touchpoints"),
    )  # fmt: skip
    page = ladder_page(agent, replace(filters, page=1))
    for point in page.over_time.points:
        days = (point.begins.isoformat(timespec="seconds"), point.ends.isoformat(timespec="seconds"))
        yield (_("over time"), point.label, *days, point.level, *_span(point.span), point.n)
    days = (filters.start.isoformat(timespec="seconds"), filters.end.isoformat(timespec="seconds"))
    for change in page.erosion.changes:
        yield (_("change"), change.label, *days, "", *_span(change.span), page.count)


def _cells(part: SliceShares, k: int) -> Cells:
    share = part.shares[k] if part.shares else None
    former = part.former[k] if part.former else None
    change = part.differences[k] if part.differences else None
    return (
        part.count, *_span(share), part.before, _rounded(former.value if former else None),
        *(_span(change) if change and change.has_interval else ("", "", "")),
    )  # fmt: skip


def _span(span: Span | None) -> Cells:
    if span is None:
        return ("", "", "")
    return (_rounded(span.value), _rounded(span.low), _rounded(span.high))


def _rounded(value: float | None) -> object:
    return "" if value is None else round(value, 4)
