"""All KPIs side by side, the customers' result first."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from rung.insight import words
from rung.insight.engine import Engine, OwnDatabase
from rung.insight.engines import chosen_engine
from rung.insight.kpi import KPI
from rung.insight.kpis import KPIS, REFUSED
from rung.insight.own import Refused
from rung.insight.pages.filters import Filters, moved_in_words
from rung.insight.pages.series import series_chart
from rung.insight.reckoning import LINE_FROM, Reckoning
from rung.insight.remembered import reckoned, told_before
from rung.insight.unmeasured import UNMEASURED, Unmeasured
from rung.ui.charts import LineChart


@dataclass(frozen=True)
class Counter:
    """The counter-metric beside a value: what it is, how much, how sure, of how many."""

    label: str
    value: str
    interval: str
    population: str


@dataclass(frozen=True)
class Card:
    name: str
    title: str
    href: str
    how_href: str
    value: str
    label: str
    interval: str
    population: str
    change: words.Change
    chart: LineChart | None
    counter: Counter | None
    about: str
    why_not: str


@dataclass(frozen=True)
class Further:
    """A KPI that has a page but no card here."""

    title: str
    question: str
    href: str


@dataclass(frozen=True)
class OverviewPage:
    filters: Filters
    as_of: datetime | None  # when this was so, where something has happened since and is not in it yet
    customers: tuple[Card, ...]
    service: tuple[Card, ...]
    further: tuple[Further, ...]
    unmeasured: tuple[Unmeasured, ...]
    refused: tuple[Refused, ...]
    compare_href: str
    csv_href: str
    parquet_href: str


def overview_page(filters: Filters, *, engine: Engine | None = None, may_be_former: bool = False) -> OverviewPage:
    """``may_be_former``: where reading what has happened since would have somebody wait, what they saw before, once."""
    engine = engine or chosen_engine(filters.period.now)
    before = _told_before(filters, engine) if may_be_former else None
    reckonings, as_of = before or (reckonings_of(filters, engine=engine), None)
    cards = [card_of(reckoning, filters) for reckoning in reckonings]
    sides = [reckoning.kpi.side for reckoning in reckonings]
    return OverviewPage(
        filters=filters,
        as_of=as_of,
        customers=tuple(card for card, side in zip(cards, sides, strict=True) if side == "customers"),
        service=tuple(card for card, side in zip(cards, sides, strict=True) if side == "service"),
        further=tuple(
            Further(str(kpi.title), str(kpi.question), reverse("insight:kpi", args=[kpi.name]) + filters.query)
            for kpi in KPIS.values()
            if not kpi.is_named
        ),
        unmeasured=UNMEASURED,
        refused=tuple(REFUSED),
        compare_href=reverse("insight:compare") + filters.query,
        csv_href=reverse("insight:overview_csv") + filters.query,
        parquet_href=reverse("insight:overview_parquet") + filters.query,
    )


def reckonings_of(filters: Filters, *, engine: Engine | None = None) -> list[Reckoning]:
    """The KPIs that are named on the overview."""
    return reckoned(_named(), filters.period, filters.scope, channel=filters.channel, engine=engine or OwnDatabase())


def _told_before(filters: Filters, engine: Engine) -> tuple[list[Reckoning], datetime] | None:
    return told_before(_named(), filters.period, filters.scope, channel=filters.channel, engine=engine)


def _named() -> list[KPI]:
    return [kpi for kpi in KPIS.values() if kpi.is_named]


def card_of(reckoning: Reckoning, filters: Filters) -> Card:
    kpi, headline = reckoning.kpi, reckoning.result.headline
    href = reverse("insight:kpi", args=[kpi.name]) + filters.query
    is_empty = headline.told is None or (headline.unit == "count" and not reckoning.points_told)
    return Card(
        name=kpi.name,
        title=str(kpi.title),
        href=href,
        how_href=f"{href}#how",
        value=words.told(headline),
        label=str(headline.label),
        interval=words.interval(headline),
        population=words.population(headline),
        change=words.change(kpi, headline, reckoning.before.headline),
        chart=series_chart(reckoning, name=f"series-{kpi.name}", is_small=True)
        if reckoning.points_told >= LINE_FROM
        else None,
        counter=counter_of(reckoning),
        about=moved_in_words(reckoning.cut),
        why_not=why_not(kpi, reckoning) if is_empty else "",
    )


def counter_of(reckoning: Reckoning) -> Counter | None:
    measure = reckoning.result.counter
    if measure is None:
        return None
    return Counter(
        str(measure.label),
        words.told(measure),
        words.interval(measure) or words.too_few(measure),
        words.population(measure),
    )


def why_not(kpi: KPI, reckoning: Reckoning) -> str:
    """The end of "Not yet measured, because …" """
    headline = reckoning.result.headline
    if reckoning.result.failed:
        return _("the file kpis/%(name)s.py went wrong: %(why)s") % {"name": kpi.name, "why": reckoning.result.failed}
    return words.too_few(headline) if headline.n else str(kpi.unmeasured)
