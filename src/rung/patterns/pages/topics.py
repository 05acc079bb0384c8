"""Topics: what customers write about, how they were served in it, what drives it, and the touchpoints behind it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from rung.accounts.access import Agent
from rung.ladder.access import GradeQuerySet, visible_grades
from rung.ladder.filters import LadderFilters
from rung.ladder.pages import (
    ALL,
    ErosionPart,
    OverTime,
    SliceLine,
    TouchpointLine,
    erosion_part,
    level_over_time,
    lines_of,
    slice_line,
    sums_of,
)
from rung.ladder.shares import SliceShares
from rung.ladder.versions import parameters_in_force
from rung.patterns.access import Side, Topic, cases_with, conversations_about
from rung.patterns.drivers import TOPIC, driver_name
from rung.patterns.filters import PatternFilters
from rung.patterns.pages.chosen import latest_of, slice_cases
from rung.patterns.pages.texts import (
    COUNTS_ONLY_BELOW,
    TREND_FROM,
    between,
    interval_of,
    place_in_words,
    share_of,
    signed_points,
)
from rung.patterns.sharing import design_effect
from rung.patterns.slicing import Cases, reach_in
from rung.ui.figures import figure


@dataclass(frozen=True, slots=True)
class TopicLine:
    """``figures``: the shares frustrated and delighted, each with both ends of its interval; None where not told."""

    pk: int
    name: str
    href: str
    words: str
    cases: int
    frustrated: str
    frustrated_interval: str
    delighted: str
    delighted_interval: str
    is_hidden: bool
    frustration_href: str
    delight_href: str
    figures: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class TopicsPage:
    filters: PatternFilters
    back_href: str
    topics: tuple[TopicLine, ...]
    hidden: tuple[TopicLine, ...]
    retired: tuple[str, ...]
    without: str
    is_studied: bool


@dataclass(frozen=True, slots=True)
class OwnDriver:
    """``figures``: its share with both ends of the interval, then its place with both; those None where it has none."""

    name: str
    share: str
    is_sure: bool
    interval: str
    place: str
    n: str
    hits: int
    with_it: int
    figures: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class OwnSide:
    """``figures``: the share with both ends of its interval, None where it is not told."""

    title: str
    share: str
    interval: str
    of: str
    href: str
    drivers: tuple[OwnDriver, ...]
    hits: int
    n: int
    figures: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class TopicPage:
    pk: int
    name: str
    is_named_by_hand: bool
    is_hidden: bool
    is_retired: bool
    into: str
    into_href: str
    words: tuple[str, ...]
    filters: PatternFilters
    back_href: str
    sides: tuple[OwnSide, ...]
    levels: SliceLine | None
    shares: SliceShares | None
    count: int
    over_time: OverTime
    erosion: ErosionPart
    touchpoints: tuple[TouchpointLine, ...]
    previous: str
    next: str
    may_change: bool
    typed: str
    wrong: str
    merged: tuple[tuple[int, str], ...]
    others: tuple[tuple[str, str], ...]


def topics_page(agent: Agent, filters: PatternFilters, *, at: datetime) -> TopicsPage:
    """Three queries, whatever their number."""
    topics = {topic.pk: topic for topic in Topic.objects.order_by("pk")}
    heads = {pk: topic.merged_into_id or pk for pk, topic in topics.items()}
    counted = (
        slice_cases(filters, at=at)
        .order_by()
        .values_list("topic", "customer")
        .annotate(
            n=Count("pk"),
            frustrated=Count("pk", filter=Q(is_frustrated=True)),
            delighted=Count("pk", filter=Q(is_delighted=True)),
        )
    )
    people: dict[int, dict[int, tuple[int, int, int]]] = {}
    for pk, customer, *counts in counted:
        mine = people.setdefault(heads.get(pk, 0), {})
        n, frustrated, delighted = (a + b for a, b in zip(mine.get(customer, (0, 0, 0)), counts, strict=True))
        mine[customer] = (n, frustrated, delighted)
    sums = {head: tuple(map(sum, zip(*mine.values(), strict=True))) for head, mine in people.items()}
    total = int(sum(each[0] for each in sums.values()))
    lines = [
        _topic_line(topic, people.get(pk, {}), filters)
        for pk, topic in topics.items()
        if topic.merged_into_id is None and topic.retired_at is None
    ]
    lines.sort(key=lambda line: (-line.cases, line.name))
    none, interval = share_of(int(sums[0][0]), total) if 0 in sums and total else ("", "")
    return TopicsPage(
        filters=filters,
        back_href=reverse("patterns:patterns") + filters.query(page=""),
        topics=tuple(line for line in lines if not line.is_hidden),
        hidden=tuple(line for line in lines if line.is_hidden),
        retired=tuple(topic.name for topic in topics.values() if topic.retired_at and topic.is_named_by_hand),
        without=_("About none of them: %(share)s of turns (%(interval)s).") % {"share": none, "interval": interval}
        if none
        else "",
        is_studied=bool(topics),
    )


def _topic_line(topic: Topic, people: dict[int, tuple[int, int, int]], filters: PatternFilters) -> TopicLine:
    n, frustrated, delighted = (sum(each[k] for each in people.values()) for k in range(3))
    effects = [design_effect([(each[0], each[k]) for each in people.values()]) for k in (1, 2)]
    told = list(zip((frustrated, delighted), effects, strict=True))
    one, other = (share_of(hits, n, effect) for hits, effect in told)
    figures = [
        figure
        for hits, effect in told
        for figure in ((hits / n, *interval_of(hits, n, effect)) if n >= COUNTS_ONLY_BELOW else (None, None, None))
    ]
    key, query = f"{TOPIC}{topic.pk}", filters.query(page="")
    return TopicLine(
        pk=topic.pk,
        name=topic.name,
        href=reverse("patterns:topic", args=[topic.pk]) + query,
        words=", ".join(word for word, _weight in topic.words[:8]),
        cases=n,
        frustrated=one[0],
        frustrated_interval=one[1],
        delighted=other[0],
        delighted_interval=other[1],
        is_hidden=topic.hidden_at is not None,
        frustration_href=reverse("patterns:pattern", args=[Side.FRUSTRATION, key]) + query,
        delight_href=reverse("patterns:pattern", args=[Side.DELIGHT, key]) + query,
        figures=tuple(figures),
    )


def topic_page(
    agent: Agent, topic: Topic, filters: PatternFilters, *, at: datetime, typed: str | None = None, wrong: str = ""
) -> TopicPage:
    """About seventeen queries, whatever is behind it. `typed`: a name that was refused, and what is `wrong` with it."""
    head = topic.merged_into or topic
    merged = list(head.merged.order_by("name").values_list("pk", "name"))
    grades, ladder = _grades(agent, head, filters, at)
    parameters = parameters_in_force()
    shares, moved = sums_of(grades, ladder)
    lines, has_more = lines_of(grades, agent, ladder)
    base = reverse("patterns:topic", args=[topic.pk])
    rows = cases_with(slice_cases(filters, at=at), f"{TOPIC}{head.pk}", [pk for pk, _name in merged])
    cases = latest_of(rows)
    first, last = filters.span(at)
    whole = shares.get(ALL)
    query = filters.query(page="")
    others = Topic.objects.standing().exclude(pk=topic.pk).order_by("name").values_list("pk", "name")
    return TopicPage(
        pk=topic.pk,
        name=topic.name,
        is_named_by_hand=topic.is_named_by_hand,
        is_hidden=topic.hidden_at is not None,
        is_retired=topic.retired_at is not None,
        into=topic.merged_into.name if topic.merged_into else "",
        into_href=reverse("patterns:topic", args=[topic.merged_into.pk]) + query if topic.merged_into else "",
        words=tuple(word for word, _weight in topic.words),
        filters=filters,
        back_href=reverse("patterns:topics") + query,
        sides=tuple(_own_side(side, cases, head, query) for side in (Side.FRUSTRATION, Side.DELIGHT)),
        levels=slice_line(_("Touchpoints about it"), "", whole) if whole and whole.count else None,
        shares=whole if whole and whole.count else None,
        count=whole.count if whole else 0,
        over_time=level_over_time(grades, last, last - first, parameters),
        erosion=erosion_part(moved, parameters),
        touchpoints=lines,
        previous=base + (filters.query(page=filters.page - 1 if filters.page > 2 else "") or "?")
        if filters.page > 1
        else "",
        next=base + filters.query(page=filters.page + 1) if has_more else "",
        may_change=agent.may("settings.words"),
        typed=topic.name if typed is None else typed,
        wrong=wrong,
        merged=tuple(merged) if topic.merged_into is None else (),
        others=tuple((str(pk), name) for pk, name in others),
    )


def _grades(agent: Agent, head: Topic, filters: PatternFilters, at: datetime) -> tuple[GradeQuerySet, LadderFilters]:
    """The grades of conversations about a topic that the agent may see, and the filters in the ladder's words."""
    grades = visible_grades(agent).filter(conversation__in=conversations_about(head).values("conversation"))
    if filters.team is not None:
        grades = grades.filter(team=filters.team or None)
    if filters.channel:
        grades = grades.filter(channel=filters.channel)
    first, last = filters.span(at)
    return grades, LadderFilters(start=first, end=last, days=filters.days, page=filters.page)


def _own_side(side: str, cases: Cases, topic: Topic, query: str) -> OwnSide:
    hits = int(cases.hit(side).sum()) if len(cases) else 0
    people: dict[int, tuple[int, int]] = {}
    for customer, is_hit in zip(cases.customers.tolist(), cases.hit(side).tolist(), strict=True):
        n, had = people.get(customer, (0, 0))
        people[customer] = (n + 1, had + is_hit)
    effect = design_effect(people.values())
    share, interval = share_of(hits, len(cases), effect)
    # All of them are about this topic: as a driver it would be the case everywhere, and take part of what the others have.
    alike = replace(cases, topics=np.zeros_like(cases.topics))
    drivers = [row for row in reach_in(alike, side) if row["share"] > 0]
    return OwnSide(
        title=_("Frustrations") if side == Side.FRUSTRATION else _("Delights"),
        share=share,
        interval=interval,
        of=_("%(hits)s of %(n)s") % {"hits": figure(hits, ","), "n": figure(len(cases), ",")},
        href=reverse("patterns:pattern", args=[side, f"{TOPIC}{topic.pk}"]) + query,
        drivers=tuple(
            OwnDriver(
                name=driver_name(str(row["key"])),
                share=signed_points(float(row["share"])),
                is_sure=row["low"] is not None and float(row["low"]) > 0,
                interval=between(row["low"], row["high"], signed_points),
                place=place_in_words(row["place"], row["place_low"], row["place_high"]) if hits >= TREND_FROM else "",
                n=figure(row["with_it"], ","),
                hits=int(row["with_it_hit"]),
                with_it=int(row["with_it"]),
                figures=(
                    row["share"],
                    row["low"],
                    row["high"],
                    *((row["place"], row["place_low"], row["place_high"]) if hits >= TREND_FROM else (None,) * 3),
                ),
            )
            for row in sorted(drivers, key=lambda row: -float(row["share"]))
        ),
        hits=hits,
        n=len(cases),
        figures=(hits / len(cases), *interval_of(hits, len(cases), effect)) if share else (None,) * 3,
    )
