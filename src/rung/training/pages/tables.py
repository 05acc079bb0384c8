"""Opportunities as rows for a spreadsheet. Of single colleagues it names nobody: rows with names are sorted by their share
with one click, and are a league table then."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext as _

from rung.accounts.access import Agent
from rung.patterns.access import topic_names
from rung.training.access import Direction, Opportunity
from rung.training.pages.funnel import FunnelPage
from rung.training.pages.overview import opportunities_shown
from rung.training.pages.texts import cause_name, outcome_name, topic_name

Cells = tuple[object, ...]


def opportunities_rows(agent: Agent, *, at: datetime) -> Iterator[Cells]:
    """A head, then one row for each opportunity of the page, by topic and outcome."""
    yield _head()
    names = topic_names()
    lines = [
        (topic_name(row.topic, names), outcome_name(row.outcome), row) for row in opportunities_shown(agent, at=at)
    ]
    for topic, outcome, row in sorted(
        lines, key=lambda line: (line[0].casefold(), line[1], line[2].direction, line[2].pk)
    ):
        yield (topic, outcome, *_cells(row))


def opportunity_rows(row: Opportunity) -> Iterator[Cells]:
    """The same head and row of one of them, then what customers write more often where it did not go well."""
    yield (*_head(), _("word"), _("lift"), _("lift low 95"), _("lift high 95"), _("customers"))
    found = (topic_name(row.topic, topic_names()), outcome_name(row.outcome), *_cells(row))
    yield (*found, *[""] * 5)
    for word, lift, low, high, count in row.words:
        yield (*found, word, round(lift, 4), round(low, 4), round(high, 4), count)


def funnel_rows(page: FunnelPage) -> Iterator[Cells]:
    """A head, then one row for each dot, the smallest first; whose it is stands nowhere."""
    yield _("topic"), _("went well"), _("conversations"), _("share"), _("chance")
    for n, share, chance in page.numbers:
        yield page.topic, page.outcome, n, share, chance


def _head() -> Cells:
    return (
        _("topic"), _("went well"), _("what it is"), _("whose"), _("where it comes from"), _("share"), _("low 95"),
        _("high 95"), _("usual"), _("conversations"), _("goes worse for"), _("of us"),
    )  # fmt: skip


def _cells(row: Opportunity) -> Cells:
    is_weak = row.direction == Direction.WEAK
    return (
        _("could go better") if is_weak else _("goes well"),
        _("the house") if row.is_of_house else _("one of us"),
        cause_name(row.cause) if is_weak else "",
        *(round(each, 4) for each in (row.mean, row.low, row.high, row.usual)),
        row.n,
        *((row.weak_for, row.looked_at) if row.looked_at else ("", "")),
    )
