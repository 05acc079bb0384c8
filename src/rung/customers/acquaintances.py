"""Who is behind many addresses, found out at once."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import EmptyResultSet, ValidationError
from django.db import connection
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _

from rung.core.compiled import compiled
from rung.customers.access import forgotten_at
from rung.customers.models import Address, AddressKind, Company, Customer, FurtherDomain, Order


@dataclass(slots=True)
class Acquaintances:
    """`people` by normalised address, and `companies` by domain, as far as they are known; whoever is met joins them.
    `failing` are the addresses that mail came back from."""

    people: dict[str, Customer] = field(default_factory=dict)
    failing: set[str] = field(default_factory=set)
    companies: dict[str, Company] = field(default_factory=dict)


def acquaintances_of(addresses: Iterable[str], *, kind: str = AddressKind.EMAIL) -> Acquaintances:
    """What is known behind normalised addresses of one kind: at most five queries, however many there are.

    Until the transaction ends nobody found here is forgotten: what is brought about by their letter would come back alone.
    """
    wanted = set(addresses)
    # The numbers first: who writes for the first time has none, and is spared the columns of three tables.
    found = Acquaintances()
    owners = {}
    rows = Address.objects.filter(kind=kind, value__in=wanted).order_by()
    # Of those who share a number the first stands last, and stays.
    rows = rows.order_by("-sharer") if kind == AddressKind.PHONE else rows
    for value, owner, failing_since_at in held(rows.values_list("value", "customer_id", "failing_since_at")):
        owners[value] = owner
        if failing_since_at is not None:
            found.failing.add(value)
    if owners:
        people = Customer.objects.select_related("company").in_bulk(set(owners.values()))
        newest = {order.customer_id: order for order in _newest_orders(list(people))}
        for pk, customer in people.items():
            customer.newest_order = newest.get(pk)
        found.people = {value: people[pk] for value, pk in owners.items()}
    domains = {value.rpartition("@")[2] for value in wanted - set(owners)} if kind == AddressKind.EMAIL else set()
    if domains:
        found.companies = companies_behind(domains)
    return found


@compiled
def _newest_orders(customers: Sequence[int]) -> QuerySet[Order]:
    """The order each of these people placed last."""
    of_each = Order.objects.filter(customer=OuterRef("pk")).order_by("-placed_at").values("pk")[:1]
    people = Customer.objects.filter(pk__in=customers).order_by()
    return Order.objects.filter(pk__in=people.annotate(newest=Subquery(of_each)).values("newest")).order_by()


def held(rows: QuerySet[Address, tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """The rows, which nobody deletes until the transaction ends; several may hold them. SQLite has one writer anyway.

    FOR KEY SHARE, which Django does not know: its FOR NO KEY UPDATE would let readers of letters wait for one another.
    """
    if connection.vendor != "postgresql":
        return list(rows)
    try:
        asked, parameters = rows.query.sql_with_params()
    except EmptyResultSet:
        return []
    with connection.cursor() as cursor:
        cursor.execute(f"{asked} FOR KEY SHARE", parameters)
        held: list[tuple[Any, ...]] = cursor.fetchall()
        return held


def hold_numbered(key: int) -> None:
    """`hold` for whoever knows the number alone. Nobody's: nothing happens."""
    with suppress(Customer.DoesNotExist):
        hold(Customer(pk=key))


def hold(customer: Customer) -> None:
    """Keep a person from being forgotten or merged until the transaction ends: what begins for them meanwhile would be left
    behind. Taken before whatever else of theirs is locked, as both do.

    Raises ValidationError when either has happened since they were looked up.
    """
    row = Customer.objects.select_for_update(no_key=True).order_by().filter(pk=customer.pk)
    name, merged_into = row.values_list("name", "merged_into").get()
    if merged_into is not None:
        raise ValidationError(_("This record has been merged with another a moment ago: go on there."))
    if not name and forgotten_at(customer) is not None:  # only the nameless can be
        raise ValidationError(_("This person was forgotten. Enter them anew if they come back."))


def companies_behind(domains: Iterable[str]) -> dict[str, Company]:
    """The companies that some domains, in lower case, belong to: two queries at most."""
    wanted = set(domains)
    main = Company.objects.filter(domain__in=wanted).order_by().values_list("domain", "pk")
    further = FurtherDomain.objects.filter(name__in=wanted).order_by().values_list("name", "company")
    owners = dict(main.union(further, all=True))
    if not owners:
        return {}
    companies = Company.objects.in_bulk(set(owners.values()))
    return {domain: companies[pk] for domain, pk in owners.items()}


def owners_of_number(number: str) -> list[Customer]:
    """Everybody who has this very telephone number, whoever had it first first; nobody where there is no number."""
    if not number:
        return []
    people = Customer.objects.select_related("company").filter(
        addresses__kind=AddressKind.PHONE, addresses__value=number, merged_into__isnull=True
    )
    # Somebody has it twice after a merge of two who shared it.
    return list(dict.fromkeys(people.order_by("addresses__sharer")))
