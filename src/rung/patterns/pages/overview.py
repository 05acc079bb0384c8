"""Patterns: frustrations on the left, delights on the right, with how sure each is and what lies behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rung.accounts.access import Agent
from rung.journal.jobs import JobState
from rung.patterns.access import (
    Contrast,
    Driver,
    Method,
    Side,
    Slice,
    Study,
)
from rung.patterns.contrast import BAND
from rung.patterns.drivers import TOPIC, WORD, attribute_name, driver_name
from rung.patterns.filters import PatternFilters
from rung.patterns.pages.chosen import Looked, looked_at
from rung.patterns.pages.method import doing_in_words, method
from rung.patterns.pages.texts import (
    COUNTS_ONLY_BELOW,
    TREND_FROM,
    between,
    percent,
    place_in_words,
    share_of,
    signed,
    signed_points,
)
from rung.patterns.parity import in_words, parity, warning
from rung.patterns.working import PERIODS
from rung.ui.charts import Bar, BarChart, bar_chart
from rung.ui.figures import figure

SHOWN = 12
DRAWN = 8


@dataclass(frozen=True, slots=True)
class DriverLine:
    name: str
    href: str
    kind: str
    share: str
    interval: str
    place: str
    with_it: str
    hit: str
    is_key: bool
    is_sure: bool


@dataclass(frozen=True, slots=True)
class WordLine:
    word: str
    href: str
    lift: str
    interval: str
    n: str


@dataclass(frozen=True, slots=True)
class SidePart:
    """One side of the page. ``why_not`` says why nothing is told, else it is empty; ``reading`` is the first driver said."""

    side: str
    title: str
    meaning: str
    count: str
    share: str
    interval: str
    why_not: str
    is_few: bool
    reading: str
    drawing: BarChart | None
    drivers: tuple[DriverLine, ...]
    explained: tuple[DriverLine, ...]
    explained_whole: str
    together: tuple[DriverLine, ...]
    words: tuple[WordLine, ...]


@dataclass(frozen=True, slots=True)
class ContrastLine:
    name: str
    penalty: str
    penalty_interval: str
    reward: str
    reward_interval: str
    asymmetry: str
    asymmetry_interval: str
    n: str
    verdict: str
    tone: str


@dataclass(frozen=True, slots=True)
class UnderWay:
    """``is_period``: of days that somebody chose; ``is_own``: by whoever looks."""

    pk: int
    asked_at: datetime
    doing: str
    is_period: bool
    is_own: bool


@dataclass(frozen=True, slots=True)
class PatternsPage:
    filters: PatternFilters
    periods: tuple[tuple[str, str, bool, None], ...]
    studied_at: datetime | None
    about: str
    is_cut: bool
    notes: tuple[str, ...]
    is_quick: bool
    here: str
    parity: str
    leans: str
    sides: tuple[SidePart, ...]
    contrasts: tuple[ContrastLine, ...]
    is_shrunk: bool
    under_way: UnderWay | None
    failed: str
    may_study: bool
    method: tuple[tuple[str, str], ...]
    topics_href: str


def patterns_page(agent: Agent, filters: PatternFilters, *, at: datetime) -> PatternsPage:
    """At most nine queries, whatever was found."""
    looked = looked_at(filters, at=at)
    study, found = looked.study, looked.found
    last = Study.objects.whole().order_by("-pk").first()
    working = Study.objects.open().order_by("pk").first()
    studied = parity(at=at)
    ends = _ends(looked)
    return PatternsPage(
        filters=filters,
        periods=tuple(
            (
                filters.query(days=days) or "?",
                _("%(n)s days") % {"n": days},
                filters.is_last(days),
                None,
            )
            for days in PERIODS
        ),
        studied_at=study.ended_at if study else None,
        about=_about(found) if found else "",
        is_cut=bool(study and study.report.get("is_cut")),
        notes=looked.notes,
        is_quick=looked.is_quick,
        here=filters.query(page="") or "?",
        parity=in_words(studied),
        leans=warning(studied),
        sides=tuple(_side(side, looked, found, filters, ends) for side in (Side.FRUSTRATION, Side.DELIGHT))
        if found
        else (),
        contrasts=tuple(_contrast(each) for each in looked.contrasts),
        is_shrunk=any(each.is_shrunk for each in looked.contrasts),
        under_way=_under_way(working, agent) if working else None,
        failed=last.error if last and last.state == JobState.FAILED else "",
        may_study=agent.may("settings.ladder"),
        method=method(),
        topics_href=reverse("patterns:topics"),
    )


def _under_way(study: Study, agent: Agent) -> UnderWay:
    is_own = study.since is not None and study.asked_by_id == agent.pk
    return UnderWay(study.pk, study.asked_at, doing_in_words(study), study.since is not None, is_own)


def _about(found: Slice) -> str:
    turns = ngettext("%(n)s turn of service", "%(n)s turns of service", found.cases) % {"n": figure(found.cases, ",")}
    customers = ngettext("%(n)s customer", "%(n)s customers", found.customers) % {"n": figure(found.customers, ",")}
    return _("%(turns)s with %(customers)s") % {"turns": turns, "customers": customers}


def told_drivers(looked: Looked, side: str) -> list[Driver]:
    """Those of a side that are told, method by method, the largest share first."""
    found: list[Driver] = []
    for by in (Method.REACH, Method.VARIANCE, Method.TOGETHER):
        mine = [each for each in looked.drivers if each.side == side and each.method == by]
        # Of explained variance nothing is negative but by rounding.
        found += [each for each in mine if each.share > 0 or by == Method.VARIANCE][:SHOWN]
    return found


def _drawn(looked: Looked, side: str) -> list[Driver]:
    return [each for each in told_drivers(looked, side) if each.method == Method.REACH][:DRAWN]


def _ends(looked: Looked) -> tuple[float, float]:
    """From where to where the bars of both sides reach: they stand beside each other, so what is as long is as much."""
    shares = [
        share
        for side in (Side.FRUSTRATION, Side.DELIGHT)
        for each in _drawn(looked, side)
        for share in (each.low, each.share, each.high)
    ]
    return min([0.0, *shares]), max([0.0, *shares])


def _side(side: str, looked: Looked, found: Slice, filters: PatternFilters, ends: tuple[float, float]) -> SidePart:
    is_frustration = side == Side.FRUSTRATION
    hits = found.frustrated if is_frustration else found.delighted
    effect = found.effect_frustrated if is_frustration else found.effect_delighted
    share, interval = share_of(hits, found.cases, effect)
    whole = found.r2_frustrated if is_frustration else found.r2_delighted
    told = told_drivers(looked, side)
    reach, variance, together = (
        [each for each in told if each.method == method] for method in (Method.REACH, Method.VARIANCE, Method.TOGETHER)
    )
    is_few = hits < TREND_FROM
    return SidePart(
        side=side,
        title=_("Frustrations") if is_frustration else _("Delights"),
        meaning=_("They complained, escalated, reviewed us badly, or answered a survey at its lower end.")
        if is_frustration
        else _("They thanked us unasked, recommended us, or answered a survey at its upper end."),
        count=ngettext("%(count)s turn", "%(count)s turns", hits) % {"count": figure(hits, ",")},
        share=share,
        interval=interval,
        why_not=_why_not(hits, reach),
        is_few=is_few,
        reading=_reading(side, reach, looked.names),
        drawing=_drawing(side, reach[:DRAWN], looked.names, ends) if reach else None,
        drivers=tuple(_line(each, looked.names, filters, is_few=is_few) for each in reach),
        explained=tuple(_line(each, looked.names, filters, is_few=is_few) for each in variance),
        explained_whole=percent(whole) if whole is not None else "",
        together=tuple(_line(each, looked.names, filters, is_few=is_few) for each in together),
        words=tuple(_word(each) for each in looked.words if each.side == side),
    )


def _reading(side: str, reach: Sequence[Driver], names: Mapping[int, str]) -> str:
    """The first line read out, for whoever sees such a table for the first time."""
    if not reach:
        return ""
    said = (
        _("Read: “%(name)s” was the case more often where customers were frustrated, by %(points)s points of its own.")
        if side == Side.FRUSTRATION
        else _(
            "Read: “%(name)s” was the case more often where customers were delighted, by %(points)s points of its own."
        )
    )
    read = said % {"name": driver_name(reach[0].key, names), "points": figure(100 * reach[0].share, ".1f")}
    return read if reach[0].low > 0 else f"{read} {_('That may be chance.')}"


def _why_not(hits: int, reach: list[Driver]) -> str:
    if hits < COUNTS_ONLY_BELOW:
        return _("Fewer than five on this side: what goes together with them cannot be told.")
    return "" if reach else _("Nothing goes together with it more than by chance.")


def _line(driver: Driver, names: Mapping[int, str], filters: PatternFilters, *, is_few: bool) -> DriverLine:
    single = driver.method != Method.VARIANCE
    leads = driver.key not in ("topics", "channel")
    return DriverLine(
        name=driver_name(driver.key, names),
        href=reverse("patterns:pattern", args=[driver.side, driver.key]) + filters.query() if leads else "",
        kind=_("topic") if driver.key.startswith(TOPIC) else _("word") if driver.key.startswith(WORD) else "",
        share=signed_points(driver.share) if single else figure(100 * driver.share, ".1f"),
        interval=between(driver.low, driver.high, signed_points)
        if single
        else between(driver.low, driver.high, lambda share: figure(100 * share, ".1f")),
        place="" if is_few else place_in_words(driver.place, driver.place_low, driver.place_high),
        with_it=figure(driver.with_it, ",") if leads else "",
        hit=figure(driver.with_it_hit, ",") if leads else "",
        # Whose part may be chance is called no key, also where the set reaches furthest with it.
        is_key=driver.is_key and not is_few and driver.low > 0,
        is_sure=driver.low > 0,
    )


def _drawing(side: str, drivers: Sequence[Driver], names: Mapping[int, str], ends: tuple[float, float]) -> BarChart:
    return bar_chart(
        f"drivers-{side}",
        _("Share of frustration") if side == Side.FRUSTRATION else _("Share of delight"),
        [
            Bar(
                driver_name(each.key, names),
                each.share,
                each.low,
                each.high,
                note=f"n = {figure(each.with_it, ',')}",
                css="level-2" if side == Side.FRUSTRATION else "level-5",
            )
            for each in drivers
        ],
        write=signed_points,
        lowest=ends[0],
        highest=ends[1],
    )


def _word(word: object) -> WordLine:
    lift, low, high = (float(getattr(word, name)) for name in ("lift", "low", "high"))
    text = str(getattr(word, "word", ""))
    return WordLine(
        word=text,
        href=f"{reverse('search:search')}?q={text}",
        lift=figure(lift, ".1f") + "×",
        interval=_("%(low)s to %(high)s") % {"low": figure(low, ".1f"), "high": figure(high, ".1f")},
        n=figure(getattr(word, "with_it", 0), ","),
    )


def _contrast(row: Contrast) -> ContrastLine:
    verdict, tone = _verdict(row)
    return ContrastLine(
        name=attribute_name(row.attribute),
        penalty="" if row.penalty is None else signed(row.penalty),
        penalty_interval=between(row.penalty_low, row.penalty_high, signed),
        reward="" if row.reward is None else signed(row.reward),
        reward_interval=between(row.reward_low, row.reward_high, signed),
        asymmetry="" if row.asymmetry is None else signed(row.asymmetry),
        asymmetry_interval=between(row.asymmetry_low, row.asymmetry_high, signed),
        n=_("%(low)s low, %(high)s high") % {"low": figure(row.low_cases, ","), "high": figure(row.high_cases, ",")},
        verdict=verdict,
        tone=tone,
    )


def _verdict(row: Contrast) -> tuple[str, str]:
    """What may be said of an attribute: only where the intervals leave no other reading, and from 30 cases on."""
    if min(x for x in (row.low_cases or TREND_FROM, row.high_cases or TREND_FROM)) < TREND_FROM:
        return _("too few to say"), "plain"
    if (row.penalty_low or 0) > 0 or (row.reward_high or 0) < 0:
        return _("not as one would think"), "plain"
    hurts = row.penalty_high is not None and row.penalty_high < 0
    pleases = row.reward_low is not None and row.reward_low > 0
    if hurts and row.asymmetry_high is not None and row.asymmetry_high < -BAND:
        return _("basic: hurts when missing"), "bad"
    if pleases and row.asymmetry_low is not None and row.asymmetry_low > BAND:
        return _("delights when there"), "good"
    if hurts and pleases:
        return _("hurts and delights"), "info"
    if hurts:
        return _("hurts when missing"), "bad"
    if pleases:
        return _("pleases when there"), "good"
    return _("no clear effect"), "plain"
