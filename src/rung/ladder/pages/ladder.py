"""The ladder itself: how much of what was served stood on each rung, now against before, and which touchpoints."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import BooleanField, Case, Count, F, Q, Sum, Value, When
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from rung.accounts.access import Agent, all_teams, teams_of
from rung.ladder.access import GradeQuerySet, visible_grades, visible_grades_among
from rung.ladder.cells import FREEDOMS, freedom
from rung.ladder.erosion import Erosion, Totals, erosion_of
from rung.ladder.filters import PERIODS, LadderFilters
from rung.ladder.levels import LevelWords, level_name, levels_top_down, percent, settings_note
from rung.ladder.model.parameters import Parameters
from rung.ladder.pages.added_up import Progress, added_up
from rung.ladder.pages.chips import LevelChip, level_from
from rung.ladder.pages.erosion import ErosionPart, erosion_part
from rung.ladder.pages.explanation import conversation_href
from rung.ladder.pages.over_time import OverTime, stretches, told_of_sums
from rung.ladder.shares import GROUPS, TREND_WORDS_FROM, Row, SliceShares, Span, shares_of
from rung.ladder.versions import parameters_in_force
from rung.touchpoints.access import Phase
from rung.touchpoints.doors import door, doors
from rung.ui import figures
from rung.ui.charts import Bar, BarChart, bar_chart

PAGE = 25
ALL = ("all", "")


@dataclass(frozen=True, slots=True)
class Rung:
    """One level with its share. Texts are empty where too little is known to say them."""

    words: LevelWords
    share: str
    interval: str
    former: str
    difference: str
    difference_interval: str
    trend: str
    direction: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A length of a stacked bar, in percent."""

    level: int
    name: str
    x: str
    width: str
    text: str


@dataclass(frozen=True, slots=True)
class SliceLine:
    """One channel or phase."""

    label: str
    href: str
    count: int
    pieces: tuple[Piece, ...]
    below: str
    below_interval: str
    above: str
    above_interval: str
    spoken: str


@dataclass(frozen=True, slots=True)
class TouchpointLine:
    level: LevelChip
    customer: str
    subject: str
    channel: str
    phase: str
    occurred_at: datetime
    href: str


@dataclass(frozen=True, slots=True)
class LadderPage:
    """``shares`` and its slices are what the CSV is written from. ``progress``: where not all is added up yet."""

    filters: LadderFilters
    periods: tuple[tuple[str, str, bool], ...]
    channels: tuple[tuple[str, str], ...]
    phases: tuple[tuple[str, str], ...]
    freedoms: tuple[tuple[str, str], ...]
    teams: tuple[tuple[str, str], ...]
    count: int
    before: int
    not_enough: int
    not_enough_share: str
    rungs: tuple[Rung, ...]
    drawing: BarChart | None
    counts_only: bool
    is_without_interval: bool
    by_channel: tuple[SliceLine, ...]
    by_phase: tuple[SliceLine, ...]
    by_freedom: tuple[SliceLine, ...]
    over_time: OverTime
    touchpoints: tuple[TouchpointLine, ...]
    previous: str
    next: str
    note: str
    erosion: ErosionPart
    csv: str
    csv_touchpoints: str
    csv_over_time: str
    progress: Progress | None


def narrowed(agent: Agent, filters: LadderFilters) -> GradeQuerySet:
    """The grades an agent may see under the filters, whatever their time."""
    grades = visible_grades(agent)
    if filters.channel:
        grades = grades.filter(channel=filters.channel)
    if filters.phase:
        grades = grades.filter(phase=filters.phase)
    if filters.freedom:
        grades = grades.of_customers(filters.freedom)
    if filters.team:
        grades = grades.filter(team_id=filters.team)
    return grades


@dataclass(frozen=True, slots=True)
class _Found:
    shares: dict[tuple[str, str], SliceShares]
    moved: Erosion | None
    over_time: OverTime
    lines: tuple[TouchpointLine, ...]
    has_more: bool
    progress: Progress | None


def _found(
    agent: Agent, filters: LadderFilters, parameters: Parameters, *, size: int = PAGE, most: int | None = None
) -> _Found:
    """What the page says, from days laid together."""
    begins, width = stretches(filters.end, filters.end - filters.start)
    sums = added_up(agent, filters, first=(filters.page - 1) * size, size=size, most=most)
    over_time = told_of_sums(sums.over_time, begins, width, parameters)
    return _Found(sums.shares, sums.moved, over_time, _lines(sums.weakest, agent), sums.has_more, sums.progress)


def period_shares(agent: Agent, filters: LadderFilters) -> dict[tuple[str, str], SliceShares]:
    """Shares of all, of each channel and of each phase."""
    return _found(agent, replace(filters, page=1), parameters_in_force()).shares


def sums_of(grades: GradeQuerySet, filters: LadderFilters) -> tuple[dict[tuple[str, str], SliceShares], Erosion | None]:
    """Shares of all, of each channel and of each phase, and what became of the mean; one query, summed up by groups of
    customers in the database."""
    grouped = (
        grades.filter(occurred_at__gte=filters.before, occurred_at__lt=filters.end)
        .annotate(
            earlier=Case(
                When(occurred_at__lt=filters.start, then=Value(True)), default=Value(False), output_field=BooleanField()
            ),
            group=F("customer_id") % GROUPS,
        )
        .values_list("group", "earlier", "channel", "phase", "customer__captive", "customer__is_internal")
        .annotate(
            count=Count("pk"),
            stated=Count("pk", filter=Q(is_stated=True)),
            sum_mean=Sum("mean"),
            sum_expected=Sum("expected"),
            **{f"sum_{number}": Sum(f"share_{number}") for number in range(1, 7)},
        )
        .order_by()
    )
    rows: list[Row] = []
    names: set[tuple[str, str]] = set()
    totals: list[Totals] = []
    for group, earlier, channel, phase, captive, is_internal, count, stated, mean, expected, *sums in grouped:
        totals.append((group, int(earlier), count, mean, expected))
        slices = (ALL, ("channel", channel), ("phase", phase), ("freedom", freedom(captive, is_internal)))
        names.update(slices)
        rows.append((group, int(earlier), slices, count, stated, sums))
    found = shares_of(rows, sorted({ALL, *names}))
    return {name: shares for name, shares in found.items() if isinstance(name, tuple)}, erosion_of(totals)


def ladder_page(agent: Agent, filters: LadderFilters, *, most: int | None = None) -> LadderPage:
    """Everything the ladder page shows. With ``most`` nobody waits while more grades than that are added up anew."""
    parameters = parameters_in_force()
    found = _found(agent, filters, parameters, most=most)
    shares, whole = found.shares, found.shares[ALL]
    not_enough = whole.count - whole.stated
    own = set(teams_of(agent)) if not agent.sees_all else None
    return LadderPage(
        filters=filters,
        periods=tuple(
            (_("%(days)s days") % {"days": days}, filters.query(days=days) or "?", filters.days == days)
            for days in PERIODS
        ),
        channels=(("", _("All channels")), *((each.kind, str(each.label)) for each in doors())),
        phases=(("", _("All phases")), *((value, phase_label(value)) for value in Phase.values)),
        freedoms=(("", _("All customers")), *((value, capfirst(freedom_label(value))) for value in FREEDOMS)),
        teams=(
            ("", _("All teams")),
            *((str(team.pk), team.name) for team in all_teams() if own is None or team.pk in own),
        ),
        count=whole.count,
        before=whole.before,
        not_enough=not_enough,
        not_enough_share=percent(not_enough / whole.count) if whole.count else "",
        rungs=_rungs(whole if found.progress is None else replace(whole, differences=())),
        drawing=_drawing(whole) if whole.shares else None,
        counts_only=whole.count > 0 and not whole.shares,
        is_without_interval=bool(whole.shares) and not any(share.has_interval for share in whole.shares),
        by_channel=tuple(
            slice_line(str(door(name).label), filters.query(channel=name), part)
            for (kind, name), part in shares.items()
            if kind == "channel" and part.count
        ),
        by_phase=tuple(
            slice_line(phase_label(value), filters.query(phase=value), shares["phase", value])
            for value in Phase.values
            if ("phase", value) in shares and shares["phase", value].count
        ),
        by_freedom=tuple(
            slice_line(capfirst(freedom_label(value)), filters.query(freedom=value), shares["freedom", value])
            for value in FREEDOMS
            if ("freedom", value) in shares and shares["freedom", value].count
        ),
        over_time=found.over_time,
        touchpoints=found.lines,
        previous=filters.query(page=filters.page - 1 if filters.page > 2 else "") or "?" if filters.page > 1 else "",
        next=filters.query(page=filters.page + 1) if found.has_more else "",
        note=settings_note(parameters.version),
        # While days are missing, two periods differ by what is missing.
        erosion=erosion_part(found.moved if found.progress is None else None, parameters),
        csv=filters.query(page=""),
        csv_touchpoints=filters.query(page="", what="touchpoints"),
        csv_over_time=filters.query(page="", what="over_time"),
        progress=found.progress,
    )


def touchpoint_lines(
    agent: Agent, filters: LadderFilters, *, size: int = PAGE
) -> tuple[tuple[TouchpointLine, ...], bool]:
    """One page of the period's touchpoints, weakest first, those without enough evidence last; and whether more follow."""
    return lines_of(narrowed(agent, filters), agent, filters, size=size)


def lines_of(
    grades: GradeQuerySet, agent: Agent, filters: LadderFilters, *, size: int = PAGE
) -> tuple[tuple[TouchpointLine, ...], bool]:
    """The same of any grades."""
    first = (filters.page - 1) * size
    period = grades.filter(occurred_at__gte=filters.start, occurred_at__lt=filters.end)
    # First which, then what they are: SQLite would join every touchpoint of the period before it sorts them.
    pks = list(period.weakest_first().values_list("pk", flat=True)[first : first + size + 1])
    return _lines(pks[:size], agent), len(pks) > size


def _lines(pks: Sequence[int], agent: Agent) -> tuple[TouchpointLine, ...]:
    found = visible_grades_among(agent, pks).select_related("customer", "conversation")
    return tuple(
        TouchpointLine(
            level=level_from(grade),
            customer=str(grade.customer),
            subject=grade.conversation.subject or _("(no subject)"),
            channel=str(door(grade.channel).label),
            phase=phase_label(grade.phase),
            occurred_at=grade.occurred_at,
            href=conversation_href(grade),
        )
        for grade in found.weakest_first()
    )


def freedom_label(value: str) -> str:
    return {
        "captive": _("bound to us"),
        "free": _("free to leave"),
        "unknown": _("not known"),
    }[value]


def phase_label(value: str) -> str:
    return capfirst(str(dict(Phase.choices).get(value, value)))


def points(change: float, digits: int = 0) -> str:
    """A change of a share in percentage points, with its sign."""
    rounded = round(100 * change, digits)
    return ("+" if rounded > 0 else "−" if rounded < 0 else "±") + figures.figure(abs(rounded), f".{digits}f")


def _change(change: Span | None) -> tuple[str, str]:
    """A change with its interval: to a tenth where an end would be rounded to nothing, to a hundredth where that would hide
    that it leaves 0 out."""
    if change is None or change.low is None or change.high is None:
        return "", ""
    digits = 0 if all(round(100 * each) for each in (change.value, change.low, change.high)) else 1
    if (change.low > 0 or change.high < 0) and not all(round(100 * each, 1) for each in (change.low, change.high)):
        digits = 2

    def write(each: float) -> str:
        return points(each, digits)

    return write(change.value), between(change, write)


def between(span: Span | None, write: object = percent) -> str:
    """An interval in words; empty when there is none."""
    if span is None or span.low is None or span.high is None or not callable(write):
        return ""
    low, high = write(span.low), write(span.high)
    if low == high and write is percent:  # rounded away: an interval has two ends
        low, high = figures.percent(span.low, 1), figures.percent(span.high, 1)
    return _("%(low)s to %(high)s") % {"low": low, "high": high}


def _rungs(whole: SliceShares) -> tuple[Rung, ...]:
    may_say = min(whole.count, whole.before) >= TREND_WORDS_FROM
    rungs = []
    for words in levels_top_down():
        k = words.number - 1
        share = whole.shares[k] if whole.shares else None
        change = whole.differences[k] if whole.differences else None
        direction = _direction(change) if may_say else ""
        difference, difference_interval = _change(change)
        rungs.append(
            Rung(
                words=words,
                share=percent(share.value) if share else "",
                interval=between(share),
                former=percent(whole.former[k].value) if whole.former else "",
                difference=difference,
                difference_interval=difference_interval,
                trend={
                    "up": _("more than before"),
                    "down": _("less than before"),
                    "none": _("no clear change"),
                }.get(direction, ""),
                direction=direction,
            )
        )
    return tuple(rungs)


def _direction(change: Span | None) -> str:
    """Which way a share has moved: said only where its interval lies on one side of nothing."""
    if change is None or change.low is None or change.high is None:
        return ""
    return "up" if change.low > 0 else "down" if change.high < 0 else "none"


def _drawing(whole: SliceShares) -> BarChart:
    bars = [
        Bar(
            label=words.name,
            value=whole.shares[words.number - 1].value,
            low=whole.shares[words.number - 1].low,
            high=whole.shares[words.number - 1].high,
            before=whole.former[words.number - 1].value if whole.former else None,
            css=f"level-{words.number}",
        )
        for words in levels_top_down()
    ]
    # The track is all touchpoints: a rung that holds half of them is half full.
    return bar_chart("ladder-drawing", _("Share of touchpoints on each rung"), bars, write=percent, highest=1.0)


def slice_line(label: str, href: str, part: SliceShares) -> SliceLine:
    pieces, x = [], 0.0
    for number, share in enumerate(part.shares, 1):
        text = f"{level_name(number)} {percent(share.value)}"
        pieces.append(Piece(number, level_name(number), f"{x:.2f}%", f"{100 * share.value:.2f}%", text))
        x += 100 * share.value
    return SliceLine(
        label=label,
        href=href,
        count=part.count,
        pieces=tuple(pieces),
        below=percent(part.below.value) if part.below else "",
        below_interval=between(part.below),
        above=percent(part.above.value) if part.above else "",
        above_interval=between(part.above),
        spoken="; ".join(
            f"{words.name} {percent(part.shares[words.number - 1].value)}" for words in levels_top_down() if part.shares
        ),
    )
