"""What patterns and topics say, as rows for a spreadsheet: numbers as they are, not as they are written."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext as _

from rung.accounts.access import Agent
from rung.patterns.access import Contrast, Driver, Side, Slice
from rung.patterns.drivers import attribute_name, driver_name
from rung.patterns.filters import PatternFilters
from rung.patterns.pages.chosen import Looked, looked_at
from rung.patterns.pages.overview import told_drivers
from rung.patterns.pages.texts import COUNTS_ONLY_BELOW, TREND_FROM, interval_of
from rung.patterns.pages.topics import topics_page

Cells = tuple[object, ...]


def patterns_rows(filters: PatternFilters, *, at: datetime) -> Iterator[Cells]:
    """A head, then of each side its share, its drivers, its words; then penalties and rewards. What the page keeps back
    because too little is known is empty here too."""
    yield (
        _("side"), _("kind"), _("name"), _("unit"), _("value"), _("low 95"), _("high 95"), _("place"), _("place low"),
        _("place high"), _("turns on this side"), _("of turns"),
    )  # fmt: skip
    looked = looked_at(filters, at=at)
    if looked.found is None:
        return
    for side in (Side.FRUSTRATION, Side.DELIGHT):
        yield _whole(side, looked.found)
        for driver in told_drivers(looked, side):
            yield _driver(driver, looked)
        for word in looked.words:
            if word.side == side:
                lift = [_cell(each) for each in (word.lift, word.low, word.high)]
                kind, none = _("word, by lift"), ("", "", "")
                yield (str(side.label), kind, word.word, _("times"), *lift, *none, word.with_it_hit, word.with_it)
    for row in looked.contrasts:
        yield from _contrast(row)


def _hits(found: Slice, side: str) -> int:
    return found.frustrated if side == Side.FRUSTRATION else found.delighted


def _whole(side: Side, found: Slice) -> Cells:
    hits = _hits(found, side)
    effect = found.effect_frustrated if side == Side.FRUSTRATION else found.effect_delighted
    told: Cells = ("", "", "")
    if found.cases >= COUNTS_ONLY_BELOW:
        told = (_cell(hits / found.cases), *map(_cell, interval_of(hits, found.cases, effect)))
    return (str(side.label), _("all turns"), "", _("share"), *told, "", "", "", hits, found.cases)


def _driver(driver: Driver, looked: Looked) -> Cells:
    found = looked.found
    is_few = found is None or _hits(found, driver.side) < TREND_FROM
    places: Cells = ("", "", "") if is_few else (driver.place, driver.place_low, driver.place_high)
    return (
        str(Side(driver.side).label), str(driver.get_method_display()), driver_name(driver.key, looked.names), _("share"),
        _cell(driver.share), _cell(driver.low), _cell(driver.high), *places, driver.with_it_hit, driver.with_it,
    )  # fmt: skip


def _contrast(row: Contrast) -> Iterator[Cells]:
    name, unit = attribute_name(row.attribute), _("−1 to +1")
    rest: Cells = ("", "", "", "")
    for kind, told, cases in (
        (_("where low"), (row.penalty, row.penalty_low, row.penalty_high), row.low_cases),
        (_("where high"), (row.reward, row.reward_low, row.reward_high), row.high_cases),
        (_("asymmetry"), (row.asymmetry, row.asymmetry_low, row.asymmetry_high), ""),
    ):
        if told[0] is not None:
            yield ("", kind, name, unit, *map(_cell, told), *rest, cases)


def topics_rows(agent: Agent, filters: PatternFilters, *, at: datetime) -> Iterator[Cells]:
    """A head, then one row for each topic that is listed."""
    yield (
        _("topic"), _("words"), _("turns"), _("frustrated"), _("low 95"), _("high 95"), _("delighted"), _("low 95"),
        _("high 95"),
    )  # fmt: skip
    for line in topics_page(agent, filters, at=at).topics:
        yield (line.name, line.words, line.cases, *map(_cell, line.figures))


def _cell(value: float | None) -> object:
    return "" if value is None else round(value, 6)
