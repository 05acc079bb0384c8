"""One line of time: everything that was said, written and bought, across all channels, of one person or of a company's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from django.db.models import Q
from django.db.models.functions import Substr
from django.utils.translation import gettext as _

from rung.accounts.access import Agent
from rung.core.given import given_place
from rung.core.text import snippet
from rung.customers.access import Order
from rung.desk.levels import levels_of
from rung.desk.pages.naming import name_of
from rung.desk.pages.rows import conversation_href
from rung.desk.pages.thread import SIGNAL_TONES, SignalChip
from rung.surveys.access import without_links
from rung.touchpoints.access import Phase, SignalKind, Touchpoint, visible_touchpoints
from rung.touchpoints.doors import Door, door

if TYPE_CHECKING:
    from rung.ladder.pages import LevelChip

PAGE = 50


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing on the line: a touchpoint, or an order. `person`: whose, where the line is of several."""

    kind: str
    at: datetime
    title: str
    text: str
    href: str
    is_ours: bool = False
    who: str = ""
    is_automatic: bool = False
    channel: Door | None = None
    phase_label: str = ""
    delivery: str = ""
    signals: tuple[SignalChip, ...] = ()
    level: LevelChip | None = None
    amount_cents: int = 0
    currency: str = ""
    state: str = ""
    person: str = ""


@dataclass(frozen=True)
class Timeline:
    """`next_place` is the cursor of what lies further back; empty at the end."""

    moments: tuple[Moment, ...]
    next_place: str
    is_later: bool


def timeline(customers: Sequence[int], agent: Agent, *, before: str = "") -> Timeline:
    """One page of it, the latest first, from the cursor `before` on. Four queries at most, whatever there is."""
    cursor = given_place(before)
    touchpoints = (
        visible_touchpoints(agent)
        .filter(customer__in=customers)
        .select_related("agent", "conversation")
        .prefetch_related("signals")
        .defer("text", "html", "quoted", "signature", "parties", "conversation__last_snippet")
        .annotate(first_words=Substr("text", 1, 600))
        .order_by("-occurred_at", "-id")
    )
    # A plain comparison lets the index find the place of one person's; several have to be sorted anyway.
    touchpoints = touchpoints.filter(customer=customers[0]) if len(customers) == 1 else touchpoints
    orders = Order.objects.filter(customer__in=customers).order_by("-placed_at")
    if len(customers) > 1:
        touchpoints, orders = (
            touchpoints.select_related("agent", "conversation", "customer"),
            orders.select_related("customer"),
        )
    if cursor is not None:
        moment, number = cursor
        touchpoints = touchpoints.filter(Q(occurred_at__lt=moment) | Q(occurred_at=moment, id__lt=number))
        orders = orders.filter(placed_at__lt=moment)
    found = list(touchpoints[: PAGE + 1])
    shown, last = found[:PAGE], found[PAGE - 1] if len(found) > PAGE else None
    if last is not None:
        orders = orders.filter(placed_at__gte=last.occurred_at)
    levels = levels_of([touchpoint.pk for touchpoint in shown])
    names = len(customers) > 1
    moments = [_said(t, levels.get(t.pk), name_of(t.customer) if names else "") for t in shown] + [
        _bought(o, name_of(o.customer) if names else "") for o in orders[: PAGE * 2]
    ]
    moments.sort(key=lambda each: each.at, reverse=True)
    place = f"{last.occurred_at.isoformat()}~{last.pk}" if last else ""
    return Timeline(tuple(moments), place, cursor is not None)


def _said(t: Touchpoint, level: LevelChip | None, person: str) -> Moment:
    return Moment(
        "touch",
        t.occurred_at,
        t.conversation.subject or _("(no subject)"),
        snippet(without_links(cast(Any, t).first_words, "…") or t.subject, 220),
        f"{conversation_href(t.conversation_id)}?touchpoint={t.pk}#t{t.pk}",
        is_ours=t.direction == "out",
        who=t.agent.name if t.agent else (_("Rung") if t.direction == "out" else ""),
        is_automatic=t.is_automatic,
        channel=door(t.channel),
        phase_label=str(Phase(t.phase).label),
        delivery=t.delivery,
        signals=tuple(
            SignalChip(s.kind, str(SignalKind(s.kind).label), SIGNAL_TONES.get(s.kind, ""))
            for s in t.signals.all()
            if s.withdrawn_at is None
        ),
        level=level,
        person=person,
    )


def _bought(o: Order, person: str) -> Moment:
    return Moment(
        "order",
        o.placed_at,
        o.title,
        o.number,
        "",
        amount_cents=o.amount_cents,
        currency=o.currency,
        state=o.state,
        person=person,
    )
