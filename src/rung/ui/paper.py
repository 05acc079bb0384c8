"""A screen as one lays it on a table: plain values for a page to be set, nothing of it markup."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from rung.ui.charts import BOX, BarChart, LineChart
from rung.ui.dates import date_format

_STEP = re.compile(r"[ML]?(-?[\d.]+) (-?[\d.]+)")
_LEVEL = re.compile(r"level-([1-6])")
Corners = list[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Drawing:
    """A line over time with its band, in thousandths of the width and the height; `alt` says it in words."""

    alt: str
    ticks: list[dict[str, Any]]
    bands: list[Corners]
    lines: list[Corners]
    dots: Corners
    labels: list[str]


@dataclass(frozen=True, slots=True)
class Piece:
    """A length of a bar, in thousandths of the track; ``level`` gives its colour, 0 is ours."""

    begins: float
    width: float
    level: int = 0


@dataclass(frozen=True, slots=True)
class BarRow:
    """``low`` and ``high``: the ends of the interval, ``before``: what it was, ``zero``: where nothing is, each None where
    there is none."""

    label: str
    text: str
    pieces: list[Piece]
    low: float | None = None
    high: float | None = None
    before: float | None = None
    zero: float | None = None


@dataclass(frozen=True, slots=True)
class Bars:
    """Bars one below another; `alt` says them in words."""

    alt: str
    rows: list[BarRow]


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
    """What is filled is set, in this order. A table's first column is words, the others figures but those of ``wide``.
    ``is_method``: the pairs say how it was computed and not what was found."""

    heading: str = ""
    words: list[str] = field(default_factory=list)
    cards: list[Figure] = field(default_factory=list)
    figure: Figure | None = None
    bars: Bars | None = None
    chart: Drawing | None = None
    head: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    wide: list[int] = field(default_factory=list)
    pairs: list[tuple[str, str]] = field(default_factory=list)
    is_method: bool = False
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Paper:
    """A report. `date` is the day it was made on, `href` where the same stands on screen."""

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


def paper_of(
    title: str, parts: Iterable[Part], *, company: str, lead: Iterable[str], href: str, at: datetime, about: str = ""
) -> Paper:
    """In the language and the time zone in force. ``lead``: what it is about, in pieces; ``href`` begins with a slash."""
    local = timezone.localtime(at)
    language = translation.get_language() or settings.LANGUAGE_CODE
    made = _("%(company)s, made on %(moment)s") % {"company": company, "moment": date_format(local, "j F Y, H:i")}
    return Paper(
        title=title,
        company=company,
        lead=" · ".join(each for each in lead if each),
        about=about,
        footer=made,
        closing=_("The same on screen, with the conversations behind it:"),
        href=settings.BASE_URL + href,
        lang=language.split("-")[0],
        rtl=translation.get_language_bidi(),
        date={"year": local.year, "month": local.month, "day": local.day},
        parts=list(parts),
    )


def table(heading: str, head: Sequence[str], rows: Iterable[Sequence[object]], *, wide: Sequence[int] = ()) -> Part:
    """A part that is a table. ``wide``: the columns beside the first that hold words and may take several lines."""
    return Part(
        heading,
        head=list(head),
        rows=[[str(cell) if cell not in ("", None) else "–" for cell in row] for row in rows],
        wide=list(wide),
    )


def drawing_of(chart: LineChart) -> Drawing:
    def down(pixels: float) -> float:
        return (pixels - chart.plot_top) / chart.plot_height * BOX

    return Drawing(
        alt=f"{chart.title}. {chart.description}".strip(),
        ticks=[{"y": down(tick.y), "text": tick.text} for tick in chart.ticks],
        bands=[corners_of(path) for path in chart.bands],
        lines=[corners_of(path) for path in chart.lines],
        dots=[(_thousandths(dot.x) or 0.0, down(dot.y)) for dot in chart.dots],
        labels=[label.text for label in chart.labels],
    )


def corners_of(path: str) -> Corners:
    return [(float(x), float(y)) for x, y in _STEP.findall(path)]


def bars_of(chart: BarChart) -> Bars:
    return Bars(
        alt=f"{chart.title}. {chart.description}".strip(),
        rows=[
            BarRow(
                row.label,
                row.text,
                [Piece(_thousandths(row.begins) or 0.0, _thousandths(row.width) or 0.0, _level(row.css))],
                *(_thousandths(end) for end in (row.low, row.high, row.before, row.zero)),
            )
            for row in chart.rows
        ],
    )


def _level(css: str) -> int:
    found = _LEVEL.search(css)
    return int(found.group(1)) if found else 0


def _thousandths(percent: str) -> float | None:
    return float(percent.rstrip("%")) / 100 * BOX if percent else None
