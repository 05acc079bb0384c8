"""People in lists, and finding them by what is known of them."""

from __future__ import annotations

from dataclasses import dataclass

from rung.accounts.access import Agent
from rung.core.addresses import reverse
from rung.core.text import storable
from rung.customers.access import (
    MOST_WANTED,
    Customer,
    found_customers,
    visible_companies,
    visible_customers,
)
from rung.customers.addresses import readable
from rung.desk.pages.naming import name_of


@dataclass(frozen=True, slots=True)
class Found:
    """One person in a list."""

    pk: int
    name: str
    href: str
    company: str
    role_title: str
    is_internal: bool
    addresses: tuple[str, ...]


def find_people(agent: Agent, wanted: str, *, limit: int) -> tuple[Found, ...]:
    """By name, address or number; then the people of companies whose name begins so."""
    wanted = storable(wanted).strip()[:MOST_WANTED]
    people = {each.pk: each for each in found_customers(agent, wanted, limit=limit)}
    if len(people) < limit:
        companies = visible_companies(agent).filter(name__istartswith=wanted).values_list("pk", flat=True)[:5]
        of_company = visible_customers(agent).filter(company__in=list(companies)).prefetch_related("addresses")
        for each in of_company.order_by("name_folded", "pk")[: limit - len(people)]:
            people.setdefault(each.pk, each)
    return tuple(found_of(each) for each in people.values())


def found_of(customer: Customer) -> Found:
    """One person as a list would show them."""
    return Found(
        customer.pk,
        name_of(customer),
        reverse("desk:customer", args=[customer.pk]),
        customer.company.name if customer.company else "",
        customer.role_title,
        customer.is_internal,
        tuple(readable(address.value, address.kind) for address in customer.addresses.all()),
    )
