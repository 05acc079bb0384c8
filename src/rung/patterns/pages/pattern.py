"""One pattern: a driver or a topic on one side, with the conversations behind it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Q, QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from rung.accounts.access import Agent
from rung.ladder.pages import LevelChip, levels_of
from rung.patterns.access import (
    Case,
    Driver,
    Method,
    Side,
    Topic,
    cases_with,
    drivers_in_force,
    latest_study,
    topic_for,
)
from rung.patterns.drivers import TOPIC, WORD, driver_name, driver_sentence
from rung.patterns.filters import PatternFilters
from rung.patterns.pages.chosen import latest_of, slice_cases
from rung.patterns.pages.texts import (
    TREND_FROM,
    between,
    interval_of,
    percent,
    place_in_words,
    share_of,
    signed_points,
)
from rung.patterns.sharing import design_effect
from rung.patterns.slicing import reach_in, together_in
from rung.patterns.vocabulary import Vocabulary
from rung.touchpoints.access import visible_conversations
from rung.touchpoints.doors import door
from rung.ui.charts import WHOLE_PER_CENT, LineChart, Point, line_chart
from rung.ui.dates import date_format
from rung.ui.figures import figure

PAGE = 25
STRETCHES = 12


@dataclass(frozen=True, slots=True)
class Share:
    """How many of how many turns are on the side: in words, and as ``hits`` of ``n`` with both ends of the interval, which
    are None where the share is not told."""

    label: str
    share: str
    interval: str
    of: str
    hits: int
    n: int
    low: float | None = None
    high: float | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class CaseLine:
    number: int
    href: str
    subject: str
    customer: str
    channel: str
    verdict: str
    tone: str
    level: LevelChip | None
    occurred_at: datetime


@dataclass(frozen=True, slots=True)
class PatternPage:
    """``only``: the list shows those of this side alone; ``all_href`` and ``side_href`` switch."""

    title: str
    sentence: str
    side: str
    key: str
    side_name: str
    filters: PatternFilters
    back_href: str
    topic_href: str
    share: str
    driver: Driver | None
    comparisons: tuple[Share, ...]
    stretches: tuple[Share, ...]
    drawing: LineChart | None
    lines: tuple[CaseLine, ...]
    only: bool
    all_href: str
    side_href: str
    previous: str
    next: str


def pattern_page(
    agent: Agent, side: str, key: str, filters: PatternFilters, *, at: datetime, everything: bool
) -> PatternPage:
    """Raises Http404 for a side or a driver that does not exist."""
    if side not in Side.values:
        raise Http404
    topic = topic_for(agent, _number(key)) if key.startswith(TOPIC) else None
    cases = slice_cases(filters, at=at)
    having = cases_with(cases, key, merged_keys(topic))
    hit = Q(is_frustrated=True) if side == Side.FRUSTRATION else Q(is_delighted=True)
    here = _by_customer(having, hit)
    whole = _by_customer(cases, hit)
    rest = {pk: (n - here.get(pk, (0, 0))[0], hits - here.get(pk, (0, 0))[1]) for pk, (n, hits) in whole.items()}
    effect = design_effect(here.values())
    driver = _driver(side, key, filters, cases)
    stretches, drawing = _over_time(having, hit, filters, at, side, effect)
    lines, has_more = _lines(agent, having if everything else having.filter(hit), filters)
    base = reverse("patterns:pattern", args=[side, key])
    shown = {"show": "all"} if everything else {}
    return PatternPage(
        title=topic.name if topic else capfirst(driver_name(key)),
        sentence=driver_sentence(key),
        side=side,
        key=key,
        side_name=_("frustrated") if side == Side.FRUSTRATION else _("delighted"),
        filters=filters,
        back_href=reverse("patterns:patterns") + filters.query(page=""),
        topic_href=reverse("patterns:topic", args=[topic.pk]) + filters.query(page="") if topic else "",
        share=_share(driver),
        driver=driver,
        comparisons=(
            _comparison(_("where it was the case"), here),
            _comparison(_("where it was not"), rest),
        ),
        stretches=stretches,
        drawing=drawing,
        lines=lines,
        only=not everything,
        all_href=base + (filters.query(page="", show="all")),
        side_href=base + (filters.query(page="") or "?"),
        previous=base + (filters.query(page=filters.page - 1 if filters.page > 2 else "", **shown) or "?")
        if filters.page > 1
        else "",
        next=base + filters.query(page=filters.page + 1, **shown) if has_more else "",
    )


def _number(key: str) -> int:
    text = key[len(TOPIC) :]
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        raise Http404
    return int(text)


def merged_keys(topic: Topic | None) -> list[int]:
    """The topics that were merged into one."""
    return list(topic.merged.values_list("pk", flat=True)) if topic else []


def _driver(side: str, key: str, filters: PatternFilters, cases: QuerySet[Case]) -> Driver | None:
    """As the study found it; in a period that the reader chose it is worked out now. A word is one among causes and topics
    only where they compete."""
    is_word = key.startswith(WORD)
    if filters.since is None:
        drivers = drivers_in_force(days=filters.days, team=filters.team, channel=filters.channel)
        return drivers.filter(side=side, key=key, method=Method.TOGETHER if is_word else Method.REACH).first()
    study = latest_study()
    found = latest_of(cases)
    rows = together_in(found, side, Vocabulary.of(study.words)) if is_word and study else reach_in(found, side)
    return next((Driver(**row) for row in rows if row["key"] == key), None)


def _share(driver: Driver | None) -> str:
    if driver is None:
        return ""
    said = _("%(share)s points of it, 95\u00a0%%: %(interval)s") % {
        "share": signed_points(driver.share),
        "interval": between(driver.low, driver.high, signed_points),
    }
    if driver.with_it_hit >= TREND_FROM:
        said += _("; place %(place)s") % {"place": place_in_words(driver.place, driver.place_low, driver.place_high)}
    return said


def _by_customer(cases: QuerySet[Case], hit: Q) -> dict[int, tuple[int, int]]:
    """Of each customer how many cases there are, and how many on the side."""
    counted = cases.order_by().values_list("customer").annotate(n=Count("pk"), hits=Count("pk", filter=hit))
    return {pk: (n, hits) for pk, n, hits in counted}


def _comparison(label: str, people: dict[int, tuple[int, int]]) -> Share:
    n, hits = (sum(each[k] for each in people.values()) for k in range(2))
    return _told(label, hits, n, design_effect(people.values()))


def _told(
    label: str, hits: int, n: int, effect: float, *, since: datetime | None = None, until: datetime | None = None
) -> Share:
    share, interval = share_of(hits, n, effect)
    low, high = interval_of(hits, n, effect) if share else (None, None)
    of = _("%(hits)s of %(n)s") % {"hits": figure(hits, ","), "n": figure(n, ",")}
    return Share(label, share, interval, of, hits, n, low, high, since, until)


def _over_time(
    having: QuerySet[Case], hit: Q, filters: PatternFilters, at: datetime, side: str, effect: float
) -> tuple[tuple[Share, ...], LineChart | None]:
    """How it went in twelve stretches of equal length; one query."""
    start, end = filters.span(at)
    width = (end - start) / STRETCHES
    begins = [end - width * (STRETCHES - n) for n in range(STRETCHES)]
    ends = [*begins[1:], end]
    counts: dict[str, Count] = {}
    for number, (first, last) in enumerate(zip(begins, ends, strict=True)):
        within = Q(occurred_at__gte=first, occurred_at__lt=last)
        counts[f"n{number}"] = Count("pk", filter=within)
        counts[f"hits{number}"] = Count("pk", filter=within & hit)
    found = having.aggregate(**counts)
    rows, points = [], []
    for number, (first, last) in enumerate(zip(begins, ends, strict=True)):
        n, hits = found[f"n{number}"], found[f"hits{number}"]
        label, ends_on = (date_format(timezone.localtime(each), "j M") for each in (first, last))
        row = _told(f"{label} – {ends_on}", hits, n, effect, since=first, until=last)
        rows.append(row)
        points.append(Point(label, hits / n, row.low, row.high, note=f"n = {n}") if row.share else Point(label, None))
    if all(point.value is None for point in points):
        return tuple(reversed(rows)), None
    title = _("Share frustrated over time") if side == Side.FRUSTRATION else _("Share delighted over time")
    drawn = line_chart("pattern-over-time", title, points, write=percent, lowest=0.0, highest=1.0, steps=WHOLE_PER_CENT)
    return tuple(reversed(rows)), drawn


def _lines(agent: Agent, cases: QuerySet[Case], filters: PatternFilters) -> tuple[tuple[CaseLine, ...], bool]:
    """One page of what lies behind it, newest first, of what the agent may see."""
    if not agent.sees_all:
        cases = cases.filter(conversation__in=visible_conversations(agent).values("pk"))
    first = (filters.page - 1) * PAGE
    rows = list(cases.order_by(F("occurred_at").desc(), "pk")[first : first + PAGE + 1])
    talks = visible_conversations(agent).select_related("customer").in_bulk({row.conversation for row in rows})
    levels = levels_of([row.touchpoint for row in rows], are_explained=True)
    lines = []
    for row in rows[:PAGE]:
        talk = talks.get(row.conversation)
        if talk is None:
            continue
        verdict, tone = (
            (_("frustrated"), "bad")
            if row.is_frustrated
            else (_("delighted"), "good")
            if row.is_delighted
            else ("", "plain")
        )
        lines.append(
            CaseLine(
                number=talk.number,
                href=f"{reverse('desk:conversation', args=[talk.number])}#t{row.touchpoint}",
                subject=talk.subject or _("(no subject)"),
                customer=str(talk.customer),
                channel=str(door(row.channel).label),
                verdict=verdict,
                tone=tone,
                level=levels.get(row.touchpoint),
                occurred_at=row.occurred_at,
            )
        )
    return tuple(lines), len(rows) > PAGE
