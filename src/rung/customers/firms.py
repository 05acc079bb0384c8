"""Which people belong to a company, and who else writes from its domains."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from rung.accounts.access import Agent
from rung.core.text import folded, storable
from rung.customers.access import MOST_WANTED, visible_companies, visible_customers
from rung.customers.addresses import FREE_MAIL
from rung.customers.models import Company, Customer
from rung.fields.access import subjects_saying

MOST = 200


@dataclass(frozen=True, slots=True)
class Firm:
    """A company in a list, and how many of its people there are."""

    company: Company
    people: int


def domains_of(company: Company) -> list[str]:
    """Its main domain first. No query where the further ones were fetched along."""
    further = [each.name for each in company.further_domains.all()]
    return [company.domain, *further] if company.domain else further


def people_of(company: Company, agent: Agent, *, limit: int = MOST) -> list[Customer]:
    """Its people by name, with their addresses: two queries."""
    people = visible_customers(agent).filter(company=company).prefetch_related("addresses")
    return list(people.order_by("name_folded", "pk")[:limit])


def belonging_to(company: Company, agent: Agent, *, limit: int = 8) -> list[Customer]:
    """Whoever writes from one of its domains and belongs to no company yet; nobody where anybody may have an address."""
    domains = set(domains_of(company)) - FREE_MAIL
    if not domains:
        return []
    strangers = visible_customers(agent).filter(company__isnull=True, addresses__domain__in=domains)
    return list(strangers.prefetch_related("addresses").order_by("name_folded", "pk").distinct()[:limit])


def found_firms(
    agent: Agent,
    wanted: str,
    *,
    said: Iterable[QuerySet[Any, int]] = (),
    after: tuple[str, int] | None = None,
    limit: int = 50,
) -> list[Firm]:
    """Companies by name; or those whose name has a word that begins so, or whose domain does, or what a field of one's own
    says. `said`: only those whose numbers are in all of these. `after`: name and primary key of the last one seen."""
    companies = visible_companies(agent).order_by("name", "pk")
    if wanted := storable(wanted).strip()[:MOST_WANTED]:
        name, domain = wanted, folded(wanted).removeprefix("@")
        companies = companies.filter(
            Q(name__istartswith=name)
            | Q(name__icontains=" " + name)
            | Q(domain__startswith=domain)
            | Q(further_domains__name__startswith=domain)
            | Q(pk__in=subjects_saying("company", wanted))
        ).distinct()
    for numbers in said:
        companies = companies.filter(pk__in=numbers)
    if after is not None:
        companies = companies.filter(name__gte=storable(after[0])).exclude(name=storable(after[0]), pk__lte=after[1])
    found = list(companies[:limit])
    sizes = _sizes(company.pk for company in found)
    return [Firm(company, sizes.get(company.pk, 0)) for company in found]


def _sizes(companies: Iterable[int]) -> dict[int, int]:
    people = Customer.objects.filter(company__in=list(companies), merged_into__isnull=True).order_by()
    return dict(people.values_list("company").annotate(size=Count("pk")))
