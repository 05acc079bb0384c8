"""One KPI, whole: what it is, over time, where it comes from, and the conversations behind it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from rung.accounts.access import Agent
from rung.insight import words
from rung.insight.engine import Engine
from rung.insight.engines import chosen_engine
from rung.insight.exclusions import by_definition, not_left_out
from rung.insight.kpi import KPI, Measure, Result
from rung.insight.pages.filters import Filters, moved_in_words
from rung.insight.pages.overview import Counter, counter_of, why_not
from rung.insight.pages.series import PointRow, point_rows, series_chart
from rung.insight.reckoning import Reckoning
from rung.insight.remedies import REMEDIES, Remedy
from rung.insight.remembered import behind_it, reckoned_whole
from rung.touchpoints.access import visible_conversations
from rung.ui.charts import Bar, BarChart, LineChart, bar_chart
from rung.ui.figures import figure

# Two teams that are gone are called the same, so a name does not stand for one.
Named = tuple[str, str, Result]

SHOWN_BEHIND = 50
# More are asked for than shown, because some come twice and an agent may not be allowed to see all of them.
ASKED_BEHIND = 200
MOST_PAGES = 200


@dataclass(frozen=True)
class Part:
    label: str
    value: str
    interval: str
    population: str


@dataclass(frozen=True)
class Group:
    """A team's or a channel's share in it, with the address of this screen about it alone."""

    label: str
    href: str
    value: str
    interval: str
    n: str


@dataclass(frozen=True)
class ConversationRow:
    number: int
    href: str
    subject: str
    customer: str
    remark: str
    moment: datetime


@dataclass(frozen=True)
class KPIPage:
    kpi: KPI
    filters: Filters
    sure: str
    own: Part  # its interval says that it is the 95 % one; those of the tables stand under a head that does
    why_not: str
    remedy: Remedy | None
    about: str
    change: words.Change
    counter: Counter | None
    remark: str
    chart: LineChart | None  # none where no point counts anything
    points: tuple[PointRow, ...]
    teams: tuple[Group, ...]
    teams_chart: BarChart
    channels: tuple[Group, ...]
    channels_chart: BarChart
    parts: tuple[Part, ...]
    nothing_to_tell: str
    distribution: BarChart | None
    excluded: tuple[tuple[str, str], ...]
    definition: tuple[tuple[str, str], ...]
    exclusions: tuple[str, ...]
    not_left_out: tuple[str, ...]
    behind: tuple[ConversationRow, ...]
    behind_previous: str
    behind_next: str
    back_href: str
    csv_href: str
    parquet_href: str
    compare_href: str


def kpi_page(
    kpi: KPI, filters: Filters, agent: Agent, *, behind_page: int = 1, engine: Engine | None = None
) -> KPIPage:
    """``behind_page``: which page of the conversations behind it, from 1."""
    behind_page = min(max(behind_page, 1), MOST_PAGES)
    engine = engine or chosen_engine(filters.period.now)
    reckoning = reckoned_whole(kpi, filters.period, filters.scope, channel=filters.channel, engine=engine)
    lines, has_more = _conversations(kpi, filters, agent, engine, behind_page)
    result = reckoning.result
    parts = [*result.parts, *reckoning.further]
    teams = [(filters.team_name(pk), filters.query_of_team(pk), part) for pk, part in reckoning.by_team.items()]
    channels = [
        (filters.channel_name(kind), filters.query_of_channel(kind), part)
        for kind, part in reckoning.by_channel.items()
    ]
    longest = _longest([*teams, *channels])
    return KPIPage(
        kpi=kpi,
        filters=filters,
        own=replace(part_of(result.headline), interval=words.interval(result.headline)),
        sure=words.how_sure(result.headline, reckoning.effect),
        why_not=why_not(kpi, reckoning) if result.headline.told is None or not result.headline.n else "",
        remedy=REMEDIES.get(kpi.name) if not result.headline.n else None,
        about=moved_in_words(reckoning.cut),
        change=words.change(kpi, result.headline, reckoning.before.headline),
        counter=counter_of(reckoning),
        remark=str(result.remark),
        chart=series_chart(reckoning, name="series") if reckoning.points_counted else None,
        points=point_rows(reckoning, filters) if reckoning.points_counted else (),
        teams=_groups(teams),
        teams_chart=_groups_chart("by-team", _("%(title)s by team") % {"title": kpi.title}, teams, longest),
        channels=_groups(channels),
        channels_chart=_groups_chart("by-channel", _("%(title)s by channel") % {"title": kpi.title}, channels, longest),
        parts=tuple(part_of(part) for part in parts if _has_something(part)),
        nothing_to_tell=_not_measured([str(part.label) for part in parts if not _has_something(part)]),
        distribution=_distribution_chart(reckoning),
        excluded=tuple((str(each.label), figure(each.count, ",")) for each in (*result.excluded, *reckoning.left_out)),
        definition=_definition(kpi),
        exclusions=tuple(str(each) for each in (*kpi.exclusions, *by_definition(kpi.left_out))),
        not_left_out=tuple(str(each) for each in not_left_out(kpi.statement)),
        behind=lines,
        behind_previous=_behind_href(kpi, filters, behind_page - 1) if behind_page > 1 else "",
        behind_next=_behind_href(kpi, filters, behind_page + 1) if has_more and behind_page < MOST_PAGES else "",
        back_href=reverse("insight:overview") + filters.query,
        csv_href=reverse("insight:kpi_csv", args=[kpi.name]) + filters.query,
        parquet_href=reverse("insight:kpi_parquet", args=[kpi.name]) + filters.query,
        compare_href=reverse("insight:compare") + filters.query,
    )


def _has_something(measure: Measure) -> bool:
    """Whether there is anything behind it: a mean may be of a period at whose end nothing is left."""
    return measure.n > 0 or (measure.told is not None and measure.told.value != 0)


def _not_measured(labels: Sequence[str]) -> str:
    return (
        _("Not yet measured, for want of anything to count: %(what)s.") % {"what": "; ".join(labels)} if labels else ""
    )


def part_of(measure: Measure) -> Part:
    return Part(
        str(measure.label),
        words.told(measure),
        words.ends(measure),
        words.population(measure),
    )


def _groups(results: Sequence[Named]) -> tuple[Group, ...]:
    return tuple(
        Group(
            label,
            href,
            words.told(result.headline),
            words.ends(result.headline),
            figure(result.headline.n, ","),
        )
        for label, href, result in results
    )


def _longest(results: Sequence[Named]) -> float | None:
    """Where the bars of both drawings end: they stand beside each other, so what is as long is as much."""
    told = [result.headline.told for _label, _href, result in results]
    ends = [end for each in told if each is not None for end in (each.value, each.high if each.is_bounded else 0.0)]
    return max(ends, default=None)


def _groups_chart(name: str, title: str, results: Sequence[Named], longest: float | None) -> BarChart:
    bars = []
    for label, _href, result in results:
        told, unit = result.headline.told, result.headline.unit
        bounded = told if told is not None and told.is_bounded else None
        bars.append(
            Bar(
                label,
                told.value if told else None,
                bounded.low if bounded else None,
                bounded.high if bounded else None,
                note=f"n = {figure(result.headline.n, ',')}" if unit != "count" else "",
            )
        )
    unit = next((result.headline.unit for _label, _href, result in results), "count")
    return bar_chart(
        name,
        title,
        bars,
        write=lambda amount: words.value(unit, amount, fine=unit == "mean"),
        highest={"share": 1.0, "score": 100.0}.get(unit, longest),
        lowest=-100.0 if unit == "score" else 0.0,
    )


def _distribution_chart(reckoning: Reckoning) -> BarChart | None:
    slices = reckoning.result.distribution
    if not sum(each.count for each in slices):
        return None
    return bar_chart(
        "distribution",
        _("%(title)s: distribution") % {"title": reckoning.kpi.title},
        [Bar(str(each.label), each.count) for each in slices],
        write=lambda amount: figure(amount, ",.0f"),
    )


def _definition(kpi: KPI) -> tuple[tuple[str, str], ...]:
    return (
        (_("Question"), str(kpi.question)),
        (_("Population"), str(kpi.population)),
        (_("Unit"), str(kpi.unit_words)),
        (_("Clock"), f"{kpi.clock} {_('Days are counted in UTC.')}"),
        (_("Uncertainty"), str(kpi.uncertainty)),
        (_("Watch as well"), str(kpi.counter_metric)),
        (_("Outcome it serves"), str(kpi.outcome)),
    )


def _behind_href(kpi: KPI, filters: Filters, page: int) -> str:
    asked = f"behind={page}" if page > 1 else ""
    query = "&".join(each for each in (filters.query.removeprefix("?"), asked) if each)
    return reverse("insight:kpi", args=[kpi.name]) + (f"?{query}" if query else "") + "#behind"


def _conversations(
    kpi: KPI, filters: Filters, agent: Agent, engine: Engine, page: int
) -> tuple[tuple[ConversationRow, ...], bool]:
    """One page of them, and whether more follow."""
    most = ASKED_BEHIND * page
    found = behind_it(kpi, filters.period, filters.scope, most=most, channel=filters.channel, engine=engine)
    visible = visible_conversations(agent).select_related("customer").in_bulk([each.conversation for each in found])
    seen: dict[int, ConversationRow] = {}
    for each in found:
        conversation = visible.get(each.conversation)
        if conversation is not None and conversation.pk not in seen:
            seen[conversation.pk] = ConversationRow(
                number=conversation.number,
                href=reverse("desk:conversation", args=[conversation.number]),
                subject=conversation.subject or _("(no subject)"),
                customer=str(conversation.customer),
                remark=each.remark,
                moment=datetime.fromtimestamp(each.moment_ms / 1000, tz=UTC),
            )
    shown = tuple(seen.values())[(page - 1) * SHOWN_BEHIND : page * SHOWN_BEHIND]
    return shown, len(seen) > page * SHOWN_BEHIND or len(found) == most
