"""Who may be the same person as somebody: found by what two records share, scored simply, with the reasons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import QuerySet

from rung.accounts.access import Agent
from rung.core.compiled import compiled
from rung.core.text import folded
from rung.customers.access import distinguished_from, know_addresses, visible_customers
from rung.customers.addresses import FREE_MAIL
from rung.customers.models import Address, AddressKind, Customer


class Shared(StrEnum):
    """What two records have in common."""

    NAME = "name"
    COMPANY = "company"
    DOMAIN = "domain"
    NUMBER = "number"
    LOCAL_PART = "local_part"


# Points for each; two records are shown as likely the same from LIKELY on. A number in another form or a full name at one
# firm is enough by itself, a shared local part only with a name or a firm that agrees.
_POINTS = {Shared.NAME: 50, Shared.NUMBER: 60, Shared.LOCAL_PART: 35, Shared.DOMAIN: 25, Shared.COMPANY: 25}
LIKELY = 50
_LOOKED_AT = 30


@dataclass(frozen=True, slots=True)
class Likely:
    """Somebody who may be the same, how much speaks for it (from LIKELY up), and what."""

    customer: Customer
    points: int
    shared: tuple[Shared, ...]


def likely_duplicates(customer: Customer, agent: Agent, *, limit: int = 3) -> list[Likely]:
    """Whoever may be the same person, the likeliest first. Five queries at most, whatever there is."""
    mine = list(customer.addresses.all())
    marks = sorted({each.likeness for each in mine} - {""})
    keys = _marked(marks, customer.pk) if marks else []
    sees_all = agent.may("customers.see")
    people = visible_customers(agent).exclude(pk=customer.pk)
    found = {each.pk: each for each in (_people(keys) if sees_all else people.filter(pk__in=keys))} if keys else {}
    # A single word is a name that many share.
    if (name := customer.name_folded) and " " in name:
        called = _called(name, customer.pk) if sees_all else people.filter(name_folded=name)[:_LOOKED_AT]
        found |= {each.pk: each for each in called}
    for told_apart in distinguished_from(customer) if found else ():
        found.pop(told_apart, None)
    know_addresses(found.values())
    likely = [compared(customer, mine, each, list(each.addresses.all())) for each in found.values()]
    likely = [each for each in likely if each.points >= LIKELY]
    return sorted(likely, key=lambda each: (-each.points, each.customer.pk))[:limit]


@compiled
def _marked(marks: Sequence[str], besides: int) -> QuerySet[Address, int]:
    alike = Address.objects.filter(likeness__in=marks).exclude(customer=besides).order_by("pk")
    return alike.values_list("customer_id", flat=True)[:_LOOKED_AT]


@compiled
def _people(keys: Sequence[int]) -> QuerySet[Customer]:
    return Customer.objects.filter(pk__in=keys, merged_into__isnull=True).select_related("company")


@compiled
def _called(name: str, besides: int) -> QuerySet[Customer]:
    others = Customer.objects.filter(name_folded=name, merged_into__isnull=True).exclude(pk=besides)
    return others.select_related("company")[:_LOOKED_AT]


def compared(one: Customer, ones: list[Address], other: Customer, others: list[Address]) -> Likely:
    """What two records share. Pure."""
    shared = []
    name, their_name = folded(one.name), folded(other.name)
    if name and name == their_name:
        shared.append(Shared.NAME)
    if _marks(ones, AddressKind.PHONE) & _marks(others, AddressKind.PHONE):
        shared.append(Shared.NUMBER)
    # Two full names that differ: one family, or one initial at two firms.
    if _marks(ones, AddressKind.EMAIL) & _marks(others, AddressKind.EMAIL) and (
        name == their_name or " " not in name or " " not in their_name
    ):
        shared.append(Shared.LOCAL_PART)
    if one.company_id is not None and one.company_id == other.company_id:
        shared.append(Shared.COMPANY)
    elif _domains(ones) & _domains(others):
        shared.append(Shared.DOMAIN)
    return Likely(other, sum(_POINTS[each] for each in shared), tuple(shared))


def _marks(addresses: list[Address], kind: str) -> set[str]:
    return {each.likeness for each in addresses if each.kind == kind and each.likeness}


def _domains(addresses: list[Address]) -> set[str]:
    emails = {each.value.rpartition("@")[2] for each in addresses if each.kind == AddressKind.EMAIL}
    return emails - FREE_MAIL
