"""The list of people, and one person's page with everything on one line of time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlencode

from django.db.models import Q, prefetch_related_objects
from django.db.models.functions import Substr
from django.urls import reverse
from django.utils.translation import gettext as _

from rung.accounts.access import Agent
from rung.core.given import given_key, given_place
from rung.core.text import snippet
from rung.customers.access import Customer, visible_customers
from rung.desk.levels import levels_of
from rung.desk.pages.merging import Former, Twin, formers_of, merging_href, twins_of
from rung.desk.pages.people import Found, find_people, found_of
from rung.desk.pages.person import Person, person_of
from rung.desk.pages.thread import SIGNAL_TONES, SignalChip
from rung.desk.pages.wishes import Wishes, wishes_of
from rung.desk.stream import newest_entry
from rung.surveys.access import without_links
from rung.touchpoints.access import Phase, SignalKind, visible_touchpoints
from rung.touchpoints.doors import Door, door

if TYPE_CHECKING:
    from rung.ladder.pages import LevelChip

PAGE = 50


@dataclass(frozen=True)
class CustomersPage:
    wanted: str
    people: tuple[Found, ...]
    is_cut: bool
    next_href: str
    is_later_page: bool


def customers_page(agent: Agent, *, wanted: str = "", after: str = "") -> CustomersPage:
    """People by name, or those who answer to `wanted`: a name, an address, a number or a company."""
    if wanted.strip():
        people = find_people(agent, wanted, limit=PAGE)
        return CustomersPage(wanted, people, len(people) == PAGE, "", False)
    everyone = visible_customers(agent).prefetch_related("addresses").order_by("name_folded", "pk")
    name, _separator, number = after.rpartition("~")
    key = given_key(number)
    is_later = key is not None
    if is_later:
        # A plain range on the name lets the index find the place; within it the number decides.
        everyone = everyone.filter(name_folded__gte=name).exclude(name_folded=name, pk__lte=key)
    found = list(everyone[: PAGE + 1])
    last = found[PAGE - 1] if len(found) > PAGE else None
    query = urlencode({"after": f"{last.name_folded}~{last.pk}"}) if last else ""
    return CustomersPage(
        "",
        tuple(found_of(c) for c in found[:PAGE]),
        False,
        f"{reverse('desk:customers')}?{query}" if last else "",
        is_later,
    )


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing on a person's line of time: a touchpoint, or an order."""

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


@dataclass(frozen=True)
class CustomerPage:
    person: Person
    moments: tuple[Moment, ...]
    next_href: str
    is_later_page: bool
    href: str
    live_href: str
    newest: int
    captive: bool | None
    wishes: Wishes
    twins: tuple[Twin, ...]
    formers: tuple[Former, ...]
    merging_href: str


def customer_page(customer: Customer, agent: Agent, *, at: datetime, before: str = "") -> CustomerPage:
    """The person and one page of their line of time, latest first, across all channels and orders."""
    newest = newest_entry()
    cursor = given_place(before)
    prefetch_related_objects([customer], "addresses")
    touchpoints = (
        visible_touchpoints(agent)
        .filter(customer=customer.pk)
        .select_related("agent", "conversation")
        .prefetch_related("signals")
        .defer("text", "html", "quoted", "signature", "parties", "conversation__last_snippet")
        .annotate(first_words=Substr("text", 1, 600))
        .order_by("-occurred_at", "-id")
    )
    if cursor is not None:
        moment, number = cursor
        touchpoints = touchpoints.filter(Q(occurred_at__lt=moment) | Q(occurred_at=moment, id__lt=number))
    found = list(touchpoints[: PAGE + 1])
    shown, last = found[:PAGE], found[PAGE - 1] if len(found) > PAGE else None
    orders = customer.orders.order_by("-placed_at")
    if cursor is not None:
        orders = orders.filter(placed_at__lt=cursor[0])
    if last is not None:
        orders = orders.filter(placed_at__gte=last.occurred_at)
    levels = levels_of([touchpoint.pk for touchpoint in shown])
    moments = [
        Moment(
            "touch",
            t.occurred_at,
            t.conversation.subject or _("(no subject)"),
            snippet(without_links(cast(Any, t).first_words, "…") or t.subject, 220),
            f"{reverse('desk:conversation', args=[t.conversation_id])}?touchpoint={t.pk}#t{t.pk}",
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
            level=levels.get(t.pk),
        )
        for t in shown
    ]
    moments += [
        Moment(
            "order", o.placed_at, o.title, o.number, "", amount_cents=o.amount_cents, currency=o.currency, state=o.state
        )
        for o in orders[: PAGE * 2]
    ]
    moments.sort(key=lambda each: each.at, reverse=True)
    href = reverse("desk:customer", args=[customer.pk])
    query = urlencode({"before": f"{last.occurred_at.isoformat()}~{last.pk}"}) if last else ""
    return CustomerPage(
        person=person_of(customer, agent, at=at, orders=8, matters=12),
        moments=tuple(moments),
        next_href=f"{href}?{query}" if last else "",
        is_later_page=cursor is not None,
        href=href,
        live_href=f"{href}?{urlencode({'before': before})}" if cursor is not None else href,
        newest=newest,
        captive=customer.captive,
        wishes=wishes_of(customer, at=at),
        twins=twins_of(customer, agent),
        formers=formers_of(customer),
        merging_href=merging_href(customer.pk),
    )
