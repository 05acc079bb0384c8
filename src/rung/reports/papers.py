"""The screens of the numbers as one lays them on a table: plain values for the page to be set, nothing of it markup."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from rung.business.access import our_brand
from rung.insight.pages.detail import KPIPage
from rung.insight.pages.filters import Filters
from rung.insight.pages.overview import Card, Counter, OverviewPage
from rung.ui.charts import BOX, LineChart

_STEP = re.compile(r"[ML]?(-?[\d.]+) (-?[\d.]+)")


@dataclass(frozen=True, slots=True)
class Drawing:
    """A line over time with its band, in thousandths of the width and the height; `alt` says it in words."""

    alt: str
    ticks: list[dict[str, Any]]
    bands: list[list[tuple[float, float]]]
    lines: list[list[tuple[float, float]]]
    dots: list[tuple[float, float]]
    labels: list[str]


@dataclass(frozen=True, slots=True)
class Figure:
    """A value with its interval, what it is made of, and how it has moved; or in `missing` why there is none."""

    title: str
    label: str = ""
    value: str = ""
    interval: str = ""
    words: list[str] = field(default_factory=list)
    counter: str = ""
    missing: str = ""
    chart: Drawing | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """`kind` says which of the others is filled: "cards", "figure", "table" or "pairs"."""

    kind: str
    heading: str = ""
    cards: list[Figure] = field(default_factory=list)
    figure: Figure | None = None
    head: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    pairs: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Paper:
    """A report. `day` is the one it was made on, `href` where the same stands on screen."""

    title: str
    company: str
    lead: str
    about: str
    footer: str
    closing: str
    href: str
    lang: str
    rtl: bool
    date: dict[str, int]
    parts: list[Part]

    def plain(self) -> dict[str, Any]:
        """As JSON holds it."""
        return asdict(self)


def overview_paper(page: OverviewPage, href: str, *, at: datetime) -> Paper:
    """All KPIs that are named on the overview, the customers' result first."""
    parts = [
        Part("cards", str(heading), cards=[_card(each) for each in cards])
        for heading, cards in ((_("The customers’ result"), page.customers), (_("What we did"), page.service))
        if cards
    ]
    return _paper(_("Numbers"), page.filters, parts, href, "", at)


def kpi_paper(page: KPIPage, href: str, *, at: datetime) -> Paper:
    """One KPI with its series, teams, channels and definition."""
    own = Figure(
        title=str(page.kpi.title),
        label=page.own.label,
        value=page.own.value,
        interval=page.own.interval,
        words=[each for each in (page.own.population, page.change.text, page.sure, page.remark) if each],
        counter=_counted(page.counter),
        missing=_missing(page.why_not),
        chart=_drawing(page.chart),
    )
    interval, of = _("95 % interval"), _("Of how many")
    tables = [
        (_("Over time"), _("Days"), [[each.label, each.value, each.interval, each.n] for each in page.points]),
        (_("By team"), _("Team"), [[each.label, each.value, each.interval, each.n] for each in page.teams]),
        (_("By channel"), _("Channel"), [[each.label, each.value, each.interval, each.n] for each in page.channels]),
        (_("In parts"), _("Part"), [[each.label, each.value, each.interval, each.population] for each in page.parts]),
    ]
    parts = [Part("figure", figure=own)]
    parts += [
        Part("table", title, head=[first, _("Value"), interval, of], rows=rows) for title, first, rows in tables if rows
    ]
    parts.append(Part("pairs", _("How it is computed"), pairs=[*page.definition]))
    return _paper(str(page.kpi.title), page.filters, parts, href, page.about, at)


def _paper(title: str, filters: Filters, parts: list[Part], href: str, about: str, at: datetime) -> Paper:
    local = timezone.localtime(at)
    company = our_brand().name
    language = translation.get_language() or settings.LANGUAGE_CODE
    said = [filters.words, _scope(filters)]
    if filters.channel:
        said.append(filters.channel_name(filters.channel))
    made = _("%(company)s, made on %(moment)s") % {"company": company, "moment": date_format(local, "j F Y, H:i")}
    return Paper(
        title=title,
        company=company,
        lead=" · ".join([*said, _("days in UTC")]),
        about=about,
        footer=made,
        closing=_("The same on screen, with the conversations behind it:"),
        href=settings.BASE_URL + href,
        lang=language.split("-")[0],
        rtl=translation.get_language_bidi(),
        date={"year": local.year, "month": local.month, "day": local.day},
        parts=parts,
    )


def _scope(filters: Filters) -> str:
    if filters.team is not None:
        return filters.team_name(filters.team)
    return _("the teams of whoever this was made for") if filters.is_partial else _("every team")


def _card(card: Card) -> Figure:
    return Figure(
        title=card.title,
        label=card.label,
        value=card.value,
        interval=card.interval,
        words=[each for each in (card.population, card.change.text, card.about) if each],
        counter=_counted(card.counter),
        missing=_missing(card.why_not),
        chart=_drawing(card.chart) if card.chart is not None else None,
    )


def _counted(counter: Counter | None) -> str:
    """The counter-metric as a sentence."""
    if counter is None:
        return ""
    said = _("Watch as well: %(value)s %(label)s") % {"value": counter.value, "label": counter.label}
    further = [each for each in (counter.population, counter.interval) if each]
    return f"{said} ({'; '.join(further)})" if further else said


def _missing(why: str) -> str:
    return _("Not yet measured, because: %(why)s") % {"why": why} if why else ""


def _drawing(chart: LineChart) -> Drawing:
    def down(pixels: float) -> float:
        return (pixels - chart.plot_top) / chart.plot_height * BOX

    return Drawing(
        alt=f"{chart.title}. {chart.description}".strip(),
        ticks=[{"y": down(tick.y), "text": tick.text} for tick in chart.ticks],
        bands=[_corners(path) for path in chart.bands],
        lines=[_corners(path) for path in chart.lines],
        dots=[(float(dot.x.rstrip("%")) / 100 * BOX, down(dot.y)) for dot in chart.dots],
        labels=[label.text for label in chart.labels],
    )


def _corners(path: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in _STEP.findall(path)]
