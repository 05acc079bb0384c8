"""The list of people, and one person's page with everything on one line of time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from rung.accounts.access import Agent
from rung.core.addresses import reverse
from rung.core.given import given_key
from rung.core.text import storable
from rung.customers.access import Customer, forgotten_at, know_addresses, visible_customers
from rung.desk.pages.merging import Former, Twin, formers_of, merging_href, twins_of
from rung.desk.pages.people import Found, find_people, found_of
from rung.desk.pages.person import Person, person_of
from rung.desk.pages.sources import Source, sources_of
from rung.desk.pages.timeline import Moment, timeline
from rung.fields.access import values_of
from rung.fields.pages import Fields, fields_part
from rung.journal.access import newest_entry

PAGE = 50
# More than anybody reads; whoever has bought more finds them on the line of time.
MOST_ORDERS = 500


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
    name, _separator, number = storable(after).rpartition("~")
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
    sources: tuple[Source, ...]
    twins: tuple[Twin, ...]
    formers: tuple[Former, ...]
    merging_href: str
    fields: Fields
    forgotten_at: datetime | None


def customer_page(
    customer: Customer, agent: Agent, *, at: datetime, before: str = "", with_all_orders: bool = False
) -> CustomerPage:
    """The person and one page of their line of time, latest first, across all channels and orders."""
    newest = newest_entry()
    know_addresses([customer])
    line = timeline([customer.pk], agent, before=before)
    href = reverse("desk:customer", args=[customer.pk])
    person = person_of(customer, agent, at=at, orders=MOST_ORDERS if with_all_orders else 8, matters=12, promises=12)
    here = ({"before": before} if line.is_later else {}) | ({"orders": "all"} if with_all_orders else {})
    return CustomerPage(
        person=person,
        moments=line.moments,
        next_href=f"{href}?{urlencode({'before': line.next_place})}" if line.next_place else "",
        is_later_page=line.is_later,
        href=href,
        live_href=f"{href}?{urlencode(here)}" if here else href,
        newest=newest,
        captive=customer.captive,
        sources=sources_of(customer),
        twins=twins_of(customer, agent),
        formers=formers_of(customer),
        merging_href=merging_href(customer.pk),
        fields=fields_part(
            values_of("customer", [customer.pk])[customer.pk], reverse("desk:customer_fields", args=[customer.pk])
        ),
        forgotten_at=None if customer.name else forgotten_at(customer),  # only the nameless can be
    )
