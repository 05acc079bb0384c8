"""The person: who they are, how to reach them, what stands open, what they have come to expect."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from rung.accounts.access import Agent
from rung.core.addresses import reverse
from rung.core.ahead import Question
from rung.core.compiled import compiled
from rung.customers.access import AddressKind, Customer, know_addresses, latest_orders
from rung.customers.addresses import readable
from rung.desk.levels import customer_level
from rung.desk.pages.due import PromiseLine, promises_of
from rung.desk.pages.naming import name_of
from rung.desk.pages.reasons import Purchase, Reason, reasons_for
from rung.desk.pages.reports import absence_of
from rung.desk.pages.rows import COLUMNS, Row, rows_of, with_readings
from rung.desk.pages.wishes import Wishes, wishes_of
from rung.touchpoints.access import Conversation, State, reach_of, within

if TYPE_CHECKING:
    from rung.ladder.pages import CustomerLevel

MATTERS = 6


@dataclass(frozen=True, slots=True)
class Address:
    kind: str
    value: str
    shown: str
    label: str
    href: str
    failing_since_at: datetime | None
    failing_reason: str
    unwilling_since_at: datetime | None = None


@dataclass(frozen=True)
class Person:
    """`local_time` is theirs, "14:05", when their zone is known; `is_night` when a call would wake them. `edit_href` is
    empty for whoever may not change people."""

    pk: int
    name: str
    href: str
    edit_href: str
    write_href: str
    log_href: str
    company: str
    role_title: str
    is_internal: bool
    about: str
    language: str
    time_zone: str
    local_time: str
    is_night: bool
    first_seen_at: datetime
    addresses: tuple[Address, ...]
    orders: tuple[Purchase, ...]
    has_more_orders: bool
    conversations: tuple[Row, ...]
    has_more_conversations: bool
    level: CustomerLevel | None
    wishes: Wishes
    away_until: str = ""
    company_href: str = ""
    decision_role: str = ""
    reasons: tuple[Reason, ...] = ()
    promises: tuple[PromiseLine, ...] = ()
    promises_href: str = ""

    @property
    def orders_href(self) -> str:
        """Their page with all that they ever bought."""
        return f"{self.href}?orders=all#orders"

    @property
    def matters_href(self) -> str:
        """All their conversations, settled ones too, as a list that goes on."""
        query = urlencode({"customer": self.pk, "state": "any", "sort": "latest"})
        return f"{reverse('desk:queue_view', args=['all'])}?{query}"

    @property
    def role_line(self) -> str:
        """ "Head of purchasing, Lumen Optik GmbH"."""
        return ", ".join(part for part in (self.role_title, self.company) if part)


def person_of(
    customer: Customer,
    agent: Agent,
    *,
    at: datetime,
    besides: int | None = None,
    orders: int = 3,
    matters: int = MATTERS,
    promises: int = 5,
) -> Person:
    """The customer with their latest `orders` and `matters`, open ones first; `besides` is the conversation that is on
    the screen anyway. Nine queries, or eight where their latest conversations are all there are."""
    open_first = _open_first(customer.pk, agent, besides, matters + 1)
    bought = latest_orders(customer, orders + 1)
    know_addresses([customer])
    local = at.astimezone(customer.zone) if customer.zone else None
    away = absence_of(customer, at)
    rows = rows_of(open_first[:matters], agent)
    purchases = tuple(
        Purchase(o.number, o.title, o.amount_cents, o.currency, o.state, o.placed_at) for o in bought[:orders]
    )
    return Person(
        pk=customer.pk,
        name=name_of(customer),
        href=reverse("desk:customer", args=[customer.pk]),
        edit_href=_edit_href(customer.pk, besides) if agent.may("customers.change") else "",
        write_href=reverse("desk:new_conversation") + f"?customer={customer.pk}",
        log_href=reverse("desk:log_contact")
        + f"?customer={customer.pk}"
        + (f"&conversation={besides}" if besides else ""),
        company=customer.company.name if customer.company else "",
        role_title=customer.role_title,
        is_internal=customer.is_internal,
        about=customer.about,
        language=language_name(customer.language),
        time_zone=customer.time_zone,
        local_time=f"{local:%H:%M}" if local else "",
        is_night=local is not None and not 7 <= local.hour < 21,
        first_seen_at=customer.first_seen_at,
        addresses=tuple(
            Address(
                each.kind,
                each.value,
                readable(each.value, each.kind),
                each.label,
                ("tel:" if each.kind == AddressKind.PHONE else "mailto:") + each.value,
                each.failing_since_at,
                each.failing_reason,
                each.unwilling_since_at,
            )
            for each in customer.addresses.all()
        ),
        orders=purchases,
        has_more_orders=len(bought) > orders,
        conversations=rows,
        has_more_conversations=len(open_first) > matters,
        level=customer_level(customer),
        away_until=date_format(away.until, "j F Y") if away is not None and away.until is not None else "",
        company_href=reverse("desk:company", args=[customer.company_id]) if customer.company_id else "",
        decision_role=str(customer.get_decision_role_display()) if customer.decision_role else "",
        wishes=wishes_of(customer, at=at),
        # Beside a conversation the others stand as well, and say that they wait.
        reasons=reasons_for([each for each in rows if besides is None or each.turn != "us"], purchases, at=at),
        promises=promises_of(customer, agent, at=at, limit=promises),
        promises_href=reverse("desk:promises", args=[customer.pk]),
    )


def _edit_href(customer: int, besides: int | None) -> str:
    where = reverse("desk:customer_description", args=[customer])
    return f"{where}?conversation={besides}" if besides else where


def latest_asked_for(customer: int, agent: Agent, besides: int) -> Question:
    """What `person_of` asks first beside a conversation."""
    return _theirs, (customer, agent.pk, besides, range(MATTERS + 1), False, *reach_of(agent))


def _open_first(customer: int, agent: Agent, besides: int | None, limit: int) -> list[Conversation]:
    """The latest conversations of somebody as far as the agent sees them, those that are not settled before all others."""
    reach = reach_of(agent)
    latest = _theirs(customer, agent.pk, besides, range(limit), False, *reach)
    unsettled = [each for each in latest if each.state != State.RESOLVED]
    if len(unsettled) < len(latest) == limit:  # there may be older ones still to be settled
        unsettled = _theirs(customer, agent.pk, besides, range(limit), True, *reach)
    return [*unsettled, *(each for each in latest if each.state == State.RESOLVED)][:limit]


@compiled
def _theirs(
    customer: int,
    reader: int,
    besides: int | None,
    wanted: range,
    only_unsettled: bool,
    agent: int | None,
    teams: Sequence[int],
    is_own: bool,
) -> QuerySet[Conversation]:
    theirs = within(agent, teams, is_own).filter(customer=customer).exclude(state__in=(State.SPAM, State.JOINED))
    if besides is not None:
        theirs = theirs.exclude(pk=besides)
    if only_unsettled:
        theirs = theirs.exclude(state=State.RESOLVED)
    lines = with_readings(theirs, reader).select_related("customer__company", "assignee", "team").only(*COLUMNS)
    return lines.order_by("-last_touch_at")[: wanted.stop]


def language_name(code: str) -> str:
    """ "de" → "German"; a code nobody knows stays as it is."""
    if not code:
        return ""
    try:
        return _(get_language_info(code.lower())["name"])
    except KeyError:
        return code
