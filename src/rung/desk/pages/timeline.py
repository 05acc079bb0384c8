"""One line of time: everything that was said, written and bought, across all channels, of one person or of a company's."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.functions import Substr
from django.utils.translation import gettext as _

from rung.accounts.access import Agent
from rung.core.compiled import compiled
from rung.core.given import given_place
from rung.core.text import snippet
from rung.customers.access import Order
from rung.desk.levels import levels_of
from rung.desk.pages.naming import name_of, names_without_one
from rung.desk.pages.rows import conversation_href
from rung.desk.pages.thread import SIGNAL_TONES, SignalChip
from rung.surveys.access import without_links
from rung.touchpoints.access import (
    Phase,
    SignalKind,
    Touchpoint,
    TouchpointQuerySet,
    reach_of,
    signals_of,
    touchpoints_within,
    visible_touchpoints,
)
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


class _Touch(NamedTuple):
    """What is read of a touchpoint, in the order of `_COLUMNS`."""

    pk: int
    occurred_at: datetime
    conversation_id: int
    matter: str
    first_words: str
    subject: str
    direction: str
    agent: str | None
    is_automatic: bool
    channel: str
    phase: str
    delivery: str
    customer_id: int
    customer: str


_COLUMNS = (
    *("pk", "occurred_at", "conversation_id", "conversation__subject", "first_words", "subject", "direction"),
    *("agent__name", "is_automatic", "channel", "phase", "delivery", "customer_id", "customer__name"),
)


def _read(touchpoints: TouchpointQuerySet) -> QuerySet[Touchpoint, Any]:
    """The latest of them, and one more than a page holds."""
    ordered = touchpoints.annotate(first_words=Substr("text", 1, 600)).order_by("-occurred_at", "-id")
    return ordered.values_list(*_COLUMNS)[: PAGE + 1]


@compiled
def _latest(customer: int, agent: int | None, teams: Sequence[int], is_own: bool) -> QuerySet[Touchpoint, Any]:
    theirs = touchpoints_within(agent, teams, is_own).filter(customer=customer)
    if connection.vendor == "postgresql":
        # It takes everybody for somebody with few, and would cut words from all that there are to sort them.
        newest = theirs.order_by("-occurred_at", "-id").values("pk")[: PAGE + 1]
        theirs = touchpoints_within(None, (), False).filter(pk__in=newest)
    return _read(theirs)


@compiled
def _bought_lately(customer: int, since: datetime | None) -> QuerySet[Order]:
    theirs = Order.objects.filter(customer=customer).order_by("-placed_at")
    return (theirs if since is None else theirs.filter(placed_at__gte=since))[: PAGE * 2]


def timeline(customers: Sequence[int], agent: Agent, *, before: str = "") -> Timeline:
    """One page of it, the latest first, from the cursor `before` on. Four queries at most, whatever there is."""
    cursor = given_place(before)
    orders: QuerySet[Order] | None = None
    if cursor is None and len(customers) == 1:
        rows = _latest(customers[0], *reach_of(agent))
    else:
        # A plain comparison lets the index find the place of one person's; several have to be sorted anyway.
        whose = Q(customer=customers[0]) if len(customers) == 1 else Q(customer__in=customers)
        touchpoints = visible_touchpoints(agent).filter(whose)
        orders = Order.objects.filter(customer__in=customers).order_by("-placed_at")
        orders = orders.select_related("customer") if len(customers) > 1 else orders
        if cursor is not None:
            moment, number = cursor
            touchpoints = touchpoints.filter(Q(occurred_at__lt=moment) | Q(occurred_at=moment, id__lt=number))
            orders = orders.filter(placed_at__lt=moment)
        rows = list(_read(touchpoints))
    found = [_Touch(*row) for row in rows]
    shown, last = found[:PAGE], found[PAGE - 1] if len(found) > PAGE else None
    since = last.occurred_at if last is not None else None
    if orders is None:
        bought: Iterable[Order] = _bought_lately(customers[0], since)
    else:
        bought = (orders if since is None else orders.filter(placed_at__gte=since))[: PAGE * 2]
    keys = [touchpoint.pk for touchpoint in shown]
    levels, signals = levels_of(keys), signals_of(keys) if keys else {}
    names: dict[int, str] = {}
    if len(customers) > 1:
        names = names_without_one([each.customer_id for each in shown if not each.customer])
        names |= {each.customer_id: each.customer for each in shown if each.customer}
    moments = [_said(t, levels.get(t.pk), signals.get(t.pk, ()), names.get(t.customer_id, "")) for t in shown] + [
        _bought(o, name_of(o.customer) if len(customers) > 1 else "") for o in bought
    ]
    moments.sort(key=lambda each: each.at, reverse=True)
    place = f"{last.occurred_at.isoformat()}~{last.pk}" if last else ""
    return Timeline(tuple(moments), place, cursor is not None)


def _said(t: _Touch, level: LevelChip | None, signals: Iterable[str], person: str) -> Moment:
    return Moment(
        "touch",
        t.occurred_at,
        t.matter or _("(no subject)"),
        snippet(without_links(t.first_words, "…") or t.subject, 220),
        f"{conversation_href(t.conversation_id)}?touchpoint={t.pk}#t{t.pk}",
        is_ours=t.direction == "out",
        who=t.agent or (_("Rung") if t.direction == "out" else ""),
        is_automatic=t.is_automatic,
        channel=door(t.channel),
        phase_label=str(Phase(t.phase).label),
        delivery=t.delivery,
        signals=tuple(SignalChip(kind, str(SignalKind(kind).label), SIGNAL_TONES.get(kind, "")) for kind in signals),
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
