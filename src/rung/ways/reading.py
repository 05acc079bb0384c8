"""The turns of service that journeys are walked by, with whatever their steps ask about them."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Value

from rung.accounts.access import Agent
from rung.journal.access import entries
from rung.ladder.access import Grade, visible_grades
from rung.patterns.access import main_topics
from rung.touchpoints.access import visible_conversations
from rung.ways.filters import WayFilters
from rung.ways.steps import Step, Turn
from rung.ways.walking import FOLLOW

MOST_TURNS = 50_000
"""More are not read: a look at a journey is to take seconds. The newest count, and the page says from when on."""
AT_ONCE = 10_000

_COLUMNS = (
    *("touchpoint_id", "conversation_id", "customer_id", "channel", "phase", "team_id", "occurred_at", "mean", "p50"),
    *("is_stated", "share_1", "share_2", "share_3", "share_4", "share_5", "share_6", "parts", "expected", "is_first"),
)


@dataclass(frozen=True, slots=True)
class Read:
    """``turns`` of the period and of FOLLOW after it, of every team and channel; ``start``: from when on there are all."""

    turns: tuple[Turn, ...]
    start: datetime
    is_cut: bool


def read_turns(agent: Agent, filters: WayFilters, steps: Iterable[Step], *, most: int = MOST_TURNS) -> Read:
    """What the agent may see. One query, and one more for each kind of thing that any of ``steps`` asks about."""
    asked = list(steps)
    grades = visible_grades(agent).filter(
        occurred_at__gte=filters.start, occurred_at__lt=min(filters.end + FOLLOW, filters.at)
    )
    if any(step.moment == "first" for step in asked):
        # Of all turns, also those the agent may not see: whoever met a colleague before is not met for the first time.
        former = Grade.objects.filter(customer=OuterRef("customer"), occurred_at__lt=OuterRef("occurred_at"))
        grades = grades.annotate(is_first=~Exists(former))
    else:
        grades = grades.annotate(is_first=Value(False))
    rows = list(grades.order_by("-occurred_at", "-pk").values_list(*_COLUMNS)[: most + 1])
    is_cut = len(rows) > most
    rows = rows[:most]
    talks = {row[1] for row in rows}
    tags = _tags(agent, filters, {step.tag for step in asked if step.tag is not None}, talks)
    topics = _topics(sorted(talks)) if any(step.topic for step in asked) else {}
    orders = _orders({row[2] for row in rows}, filters.at) if any(step.order for step in asked) else None
    turns = tuple(_turn(row, tags, topics, orders) for row in rows)
    return Read(turns, turns[-1].occurred_at if is_cut else filters.start, is_cut)


def _turn(row: tuple[Any, ...], tags: dict[int, set[int]], topics: dict[int, int], orders: Orders | None) -> Turn:
    touchpoint, talk, customer, channel, phase, team, occurred_at, mean, p50, is_stated, *rest = row
    *shares, parts, expected, is_first = rest
    facts, said = parts.get("facts", {}), {item["kind"]: item["value"] for item in parts.get("evidence", ())}
    moments = {
        "first": is_first,
        "began": facts.get("proactive"),
        "complaint": said.get("complaint") == 1,
        "handed_on": facts.get("transfers"),
        "again": facts.get("reopened"),
    }
    return Turn(
        touchpoint=touchpoint,
        conversation=talk,
        customer=customer,
        channel=channel,
        phase=phase,
        team=team,
        occurred_at=occurred_at,
        mean=mean,
        p50=p50,
        is_stated=is_stated,
        shares=tuple(shares),
        moments=frozenset(name for name, holds in moments.items() if holds),
        order=orders.state(customer, occurred_at) if orders else "",
        topic=topics.get(talk),
        tags=frozenset(tags.get(talk, ())),
        ease=said.get("ces"),
        pleasure=said.get("csat"),
        expected=expected,
    )


def _tags(agent: Agent, filters: WayFilters, wanted: set[int], talks: set[int]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    if wanted:
        rows = visible_conversations(agent).filter(tags__in=wanted, last_touch_at__gte=filters.start)
        for pk, tag in rows.order_by().values_list("pk", "tags"):
            if pk in talks and tag in wanted:
                found[pk].add(tag)
    return found


def _topics(talks: Sequence[int]) -> dict[int, int]:
    found: dict[int, int] = {}
    for first in range(0, len(talks), AT_ONCE):
        found |= main_topics(talks[first : first + AT_ONCE])
    return found


@dataclass(frozen=True, slots=True)
class Orders:
    """When the order that somebody had last placed went where. ``steps``: of each customer (moment, state), by moment."""

    steps: dict[int, list[tuple[datetime, str]]]

    def state(self, customer: int, at: datetime) -> str:
        """Empty before the first."""
        mine = self.steps.get(customer, [])
        place = bisect_right(mine, at, key=lambda step: step[0])
        return mine[place - 1][1] if place else ""


PLACED = "placed"


def _orders(customers: set[int], at: datetime) -> Orders:
    found: dict[int, list[tuple[datetime, int, str]]] = defaultdict(list)
    listed = sorted(customers)
    for first in range(0, len(listed), AT_ONCE):
        told = entries().filter(
            customer__in=listed[first : first + AT_ONCE],
            kind__in=("order.placed", "order.moved"),
            occurred_at__lte=at,
        )
        for customer, moment, data in told.order_by("occurred_at", "id").values_list("customer", "occurred_at", "data"):
            found[customer or 0].append((moment, data["order"], data.get("state", PLACED)))
    return Orders({customer: _of_the_latest(told) for customer, told in found.items()})


def _of_the_latest(told: Iterable[tuple[datetime, int, str]]) -> list[tuple[datetime, str]]:
    """Without what befell an order after a later one was placed."""
    latest, found = 0, []
    for moment, order, state in told:
        if state == PLACED:
            latest = order
        if order == latest or not latest:
            found.append((moment, state))
    return found
