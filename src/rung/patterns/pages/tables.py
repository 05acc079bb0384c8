"""What patterns and topics say, as rows for a spreadsheet: numbers as they are, not as they are written."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from rung.accounts.access import Agent
from rung.ladder.levels import level_name
from rung.ladder.shares import Span
from rung.patterns.access import Contrast, Driver, Side, Slice, Topic
from rung.patterns.drivers import attribute_name, driver_name
from rung.patterns.filters import PatternFilters
from rung.patterns.pages.chosen import Looked, looked_at
from rung.patterns.pages.overview import told_drivers
from rung.patterns.pages.pattern import pattern_page
from rung.patterns.pages.texts import COUNTS_ONLY_BELOW, TREND_FROM, interval_of
from rung.patterns.pages.topics import topic_page, topics_page

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


HEAD = (
    _l("row"), _l("name"), _l("from"), _l("to"), _l("unit"), _l("value"), _l("low 95"), _l("high 95"), _l("place"),
    _l("place low"), _l("place high"), _l("turns on this side"), _l("of turns"),
)  # fmt: skip
NO_PLACE: Cells = ("", "", "")
NO_DAYS: Cells = ("", "")


def pattern_rows(agent: Agent, side: str, key: str, filters: PatternFilters, *, at: datetime) -> Iterator[Cells]:
    """A head, then the share with the pattern and without, the driver's part in it, and how it went over time. Raises
    Http404 for a side or a driver that does not exist."""
    page = pattern_page(agent, side, key, filters, at=at, everything=True)
    yield HEAD
    for each in page.comparisons:
        told = (_part(each.hits, each.n, each.low), _cell(each.low), _cell(each.high))
        yield (_("share"), each.label, *NO_DAYS, _("share"), *told, *NO_PLACE, each.hits, each.n)
    if page.driver is not None:
        driver = page.driver
        places: Cells = NO_PLACE
        if driver.with_it_hit >= TREND_FROM:
            places = (driver.place, driver.place_low, driver.place_high)
        told = (_cell(driver.share), _cell(driver.low), _cell(driver.high))
        counts = (driver.with_it_hit, driver.with_it)
        yield (_("driver"), page.title, *NO_DAYS, _("part of the whole"), *told, *places, *counts)
    for each in page.stretches:
        days = tuple("" if moment is None else _moment(moment) for moment in (each.since, each.until))
        told = (_part(each.hits, each.n, each.low), _cell(each.low), _cell(each.high))
        yield (_("over time"), each.label, *days, _("share"), *told, *NO_PLACE, each.hits, each.n)


def topic_rows(agent: Agent, topic: Topic, filters: PatternFilters, *, at: datetime) -> Iterator[Cells]:
    """A head, then of each side its share and drivers; of the touchpoints about the topic their levels, the level over time
    and what moved it."""
    page = topic_page(agent, topic, filters, at=at)
    yield HEAD
    for side in page.sides:
        told = tuple(map(_cell, side.figures))
        yield (side.title, _("all turns"), *NO_DAYS, _("share"), *told, *NO_PLACE, side.hits, side.n)
        for driver in side.drivers:
            figures = tuple(map(_cell, driver.figures))
            counts = (driver.hits, driver.with_it)
            yield (side.title, driver.name, *NO_DAYS, _("part of the whole"), *figures, *counts)
    shares = page.shares
    if shares is not None:
        for number, span in enumerate(shares.shares, 1):
            yield (_("level"), level_name(number), *NO_DAYS, _("share"), *_span(span), *NO_PLACE, "", shares.count)
        for label, bound in ((_("below Expected"), shares.below), (_("above Expected"), shares.above)):
            if bound is not None:
                yield (_("level"), label, *NO_DAYS, _("share"), *_span(bound), *NO_PLACE, "", shares.count)
    for point in page.over_time.points:
        days = (_moment(point.begins), _moment(point.ends))
        yield (_("level over time"), point.label, *days, _("steps of d"), *_span(point.span), *NO_PLACE, "", point.n)
    for change in page.erosion.changes:
        told = _span(change.span)
        yield (_("change"), change.label, *NO_DAYS, _("steps of d"), *told, *NO_PLACE, "", page.count)


def _part(hits: int, n: int, low: float | None) -> object:
    """A share, where it is told at all."""
    return "" if low is None else _cell(hits / n)


def _span(span: Span | None) -> Cells:
    return ("", "", "") if span is None else (_cell(span.value), _cell(span.low), _cell(span.high))


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def topics_rows(agent: Agent, filters: PatternFilters, *, at: datetime) -> Iterator[Cells]:
    """A head, then one row for each topic that is listed."""
    yield (
        _("topic"), _("words"), _("turns"), _("frustrated"), _("frustrated low 95"), _("frustrated high 95"), _("delighted"),
        _("delighted low 95"), _("delighted high 95"),
    )  # fmt: skip
    for line in topics_page(agent, filters, at=at).topics:
        yield (line.name, line.words, line.cases, *map(_cell, line.figures))


def _cell(value: float | None) -> object:
    return "" if value is None else round(value, 6)
