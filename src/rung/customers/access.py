"""Gates: who may see which customer.

By the built-in roles every agent sees every person: whoever calls has to be recognised by whoever answers. What they wrote
is another matter, and behind the gates of `touchpoints`. Without the permission `customers.see` an agent sees those with
whom they have to do; what that means, higher rooms say.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import BooleanField, CharField, F, Q, QuerySet, Value
from django.http import Http404
from django.shortcuts import get_object_or_404

from rung.accounts.access import Agent
from rung.core.ahead import ahead
from rung.core.compiled import bring_along, compiled, lacking
from rung.core.seldom import seldom
from rung.core.text import folded, storable
from rung.customers.addresses import likeness, normalised
from rung.customers.models import (
    Address,
    AddressKind,
    Company,
    Consent,
    Customer,
    DecisionRole,
    Distinction,
    Forgetting,
    Merge,
    Order,
    Preference,
    Purpose,
)

# Higher rooms take nouns for their annotations from the gate, never from `models`.
__all__ = [
    "MOST_WANTED",
    "Address",
    "AddressKind",
    "Company",
    "Consent",
    "Customer",
    "DecisionRole",
    "Merge",
    "Order",
    "Preference",
    "Purpose",
    "Said",
    "address_for",
    "addresses_by_key",
    "addresses_of",
    "company_for",
    "customer_for",
    "customers_at",
    "deal_by",
    "distinguished_from",
    "email_of",
    "emails_of",
    "first_addresses",
    "forgotten_at",
    "found_customers",
    "kept_instead_of",
    "know_addresses",
    "known_by",
    "latest_order",
    "latest_orders",
    "merge_for",
    "merged_into",
    "orders_of",
    "owners_of",
    "preference_for",
    "preference_texts",
    "refused",
    "said_by",
    "standing_merges",
    "takes_no_automatic_mail",
    "trusted_for_pictures",
    "visible_companies",
    "visible_customers",
]


MOST_WANTED = 200
"""Letters of what somebody looks for: nobody is called more, and SQLite takes no pattern of fifty thousand."""

_dealings: list[Callable[[Agent], Q]] = []


def deal_by(whom: Callable[[Agent], Q]) -> None:
    """For a room above: whom an agent has to do with, as a condition on customers. One of several is enough."""
    if whom not in _dealings:
        _dealings.append(whom)


def visible_customers(agent: Agent) -> QuerySet[Customer]:
    """Everybody, those left out who turned out to be somebody else; or only whom this agent has to do with."""
    people = Customer.objects.select_related("company").filter(merged_into__isnull=True)
    if agent.may("customers.see"):
        return people
    return people.filter(reduce(or_, (whom(agent) for whom in _dealings), Q(pk__in=[])))


def customer_for(agent: Agent, pk: int) -> Customer:
    """The person of a number; when it has been merged into another, that one."""
    found = next(iter(_numbered(pk)), None)
    if found is None:
        raise Http404
    person = found.merged_into or found
    if not agent.may("customers.see") and not visible_customers(agent).filter(pk=person.pk).exists():
        raise Http404
    return person


@compiled
def _numbered(pk: int) -> QuerySet[Customer]:
    return Customer.objects.filter(pk=pk).select_related("company", "merged_into__company")


def address_for(agent: Agent, pk: int) -> Address:
    return get_object_or_404(Address.objects.select_related("customer"), pk=pk, customer__in=visible_customers(agent))


def kept_instead_of(customers: Iterable[int]) -> dict[int, int]:
    """Which of these have been merged into whom, as primary keys. The journal names people as they were known then."""
    wanted = {customer for customer in customers if customer}
    merged = Customer.objects.filter(pk__in=wanted, merged_into__isnull=False).order_by()
    return {pk: into for pk, into in merged.values_list("pk", "merged_into") if into is not None}


def merged_into(customers: Iterable[int]) -> dict[int, int]:
    """Everybody who has been merged into one of these, and into whom, as primary keys."""
    merged = Customer.objects.filter(merged_into__in=list(customers)).order_by()
    return {pk: into for pk, into in merged.values_list("pk", "merged_into") if into is not None}


def standing_merges(customer: Customer) -> list[Merge]:
    """What was merged into a person and can be taken back, the latest first."""
    return _merged(customer.pk)


@compiled
def _merged(customer: int) -> QuerySet[Merge]:
    standing = Merge.objects.filter(kept=customer, ended_at__isnull=True)
    return standing.select_related("merged", "agent").order_by("-pk")


def merge_for(agent: Agent, pk: int) -> Merge:
    merge = get_object_or_404(Merge.objects.select_related("kept", "merged"), pk=pk)
    customer_for(agent, merge.kept_id)
    return merge


def visible_companies(agent: Agent) -> QuerySet[Company]:
    return Company.objects.all()


def company_for(agent: Agent, pk: int) -> Company:
    return get_object_or_404(visible_companies(agent), pk=pk)


def customers_at(agent: Agent, number: str, *, limit: int = 6) -> list[Customer]:
    """Whoever has this telephone number: those who share it in this very form, else those known by another form of it."""
    value = normalised(number, AddressKind.PHONE)
    if not value:
        return []
    rows = Address.objects.filter(kind=AddressKind.PHONE, value=value).order_by("sharer")
    keys = list(rows.values_list("customer_id", flat=True)[:limit])
    if not keys and (mark := likeness(value, AddressKind.PHONE)):
        alike = Address.objects.filter(kind=AddressKind.PHONE, likeness=mark).order_by("pk")
        keys = list(alike.values_list("customer_id", flat=True)[:limit])
    if not keys:
        return []
    people = visible_customers(agent).prefetch_related("addresses").filter(pk__in=keys)
    return sorted(people, key=lambda each: keys.index(each.pk))


def distinguished_from(customer: Customer) -> set[int]:
    """Of whom somebody has said that they are another person, as primary keys."""
    return {other if one == customer.pk else one for one, other in _told_apart(customer.pk)}


@compiled
def _told_apart(customer: int) -> QuerySet[Distinction, tuple[int, int]]:
    said = Distinction.objects.filter(Q(one=customer) | Q(other=customer)).order_by()
    return said.values_list("one_id", "other_id")


def found_customers(agent: Agent, wanted: str, *, limit: int = 20) -> list[Customer]:
    """People whose name has a word that begins like this, or whose address or phone number does; at most `limit`."""
    wanted = storable(wanted).strip()[:MOST_WANTED]
    if not wanted:
        return []
    people = visible_customers(agent).prefetch_related("addresses")
    by_address: list[int] = []
    phone = normalised(wanted, "phone") if any(letter.isdigit() for letter in wanted) else ""
    for value in {wanted.lower(), phone} - {""}:
        begins = Address.objects.filter(_begins("value", value), kind__in=AddressKind.values)
        by_address += begins.values_list("customer_id", flat=True)[:limit]
    name = folded(wanted)
    found = {person.pk: person for person in people.filter(pk__in=by_address)[:limit]} if by_address else {}
    for person in people.filter(_begins("name_folded", name))[:limit]:
        found.setdefault(person.pk, person)
    if len(found) < limit:
        for person in _with_word(people, name, limit - len(found)):
            found.setdefault(person.pk, person)
    return list(found.values())[:limit]


def _begins(column: str, start: str) -> Q:
    """That a column in lower case begins so. SQLite, whose LIKE minds no case, answers only a range from an index."""
    if connection.vendor != "sqlite":
        return Q(**{f"{column}__startswith": start})
    return Q(**{f"{column}__gte": start, f"{column}__lt": start + chr(0x10FFFF)})


def _with_word(people: QuerySet[Customer], start: str, limit: int) -> list[Customer]:
    """The first whose name has a further word that begins so. No index knows where words begin; but one holds all names,
    and reading that alone takes a third of reading people."""
    within = {"name_folded__contains": f" {start}"}
    named = Customer.objects.filter(**within).order_by("name_folded", "pk").values_list("pk", flat=True)
    keys = list(named[: 4 * limit])
    found = list(people.filter(pk__in=keys)[:limit]) if keys else []
    # Among many who were merged or are not to be seen, those who are may stand further back.
    return found if len(found) == limit or len(keys) < 4 * limit else list(people.filter(**within)[:limit])


def takes_no_automatic_mail(address: str) -> str:
    """ "failing" when mail to an e-mail address comes back, "unwilling" when our letters are called spam there, else ""."""
    known = Address.objects.filter(kind="email", value=normalised(address, "email"))
    for failing, unwilling in known.values_list("failing_since_at", "unwilling_since_at"):
        if unwilling is not None:
            return "unwilling"
        if failing is not None:
            return "failing"
    return ""


def trusted_for_pictures(addresses: Iterable[str]) -> set[str]:
    """Those of some e-mail addresses whose letters may fetch their pictures at once."""
    return set(_trusted_for_pictures(tuple({address.lower() for address in addresses if address})))


@compiled
def _trusted_for_pictures(addresses: tuple[str, ...]) -> QuerySet[Address, str]:
    trusted = Address.objects.filter(kind="email", value__in=addresses, pictures_since_at__isnull=False)
    return trusted.values_list("value", flat=True)


def addresses_of(customer: Customer) -> list[str]:
    """Every address a person is known by, the oldest first."""
    return list(customer.addresses.values_list("value", flat=True))


def addresses_by_key(people: Sequence[int]) -> dict[int, str]:
    """The addresses that these people are known by, by primary key."""
    return dict(Address.objects.filter(customer__in=people).order_by().values_list("pk", "value"))


def owners_of(addresses: Iterable[str]) -> dict[str, int]:
    """Whose e-mail addresses these are, as primary keys, where they are anybody's. No query when there is none to ask."""
    wanted = list(addresses)
    if not wanted:
        return {}
    known = Address.objects.filter(kind=AddressKind.EMAIL, value__in=wanted).order_by()
    return dict(known.values_list("value", "customer_id"))


def emails_of(people: Sequence[int]) -> list[str]:
    """Every e-mail address of these people, one that works or not."""
    kept = Address.objects.filter(kind=AddressKind.EMAIL, customer__in=people)
    return list(kept.order_by("pk").values_list("value", flat=True))


def known_by(people: Sequence[int]) -> tuple[set[str], set[str]]:
    """By which addresses and numbers these people are known, and their names as `core.text.folded` makes them."""
    values = Address.objects.filter(customer__in=people).order_by().values_list("value", flat=True)
    names = Customer.objects.filter(pk__in=people).exclude(name="").order_by().values_list("name", flat=True)
    return set(values), {folded(name) for name in names}


def orders_of(people: Sequence[int]) -> list[int]:
    """The primary keys of what these people bought."""
    return list(Order.objects.filter(customer__in=people).order_by().values_list("pk", flat=True))


def forgotten_at(customer: Customer) -> datetime | None:
    """When a person was forgotten; None where they were not, or are known again: somebody was merged into the record, or it
    was given a name or an address."""
    forgotten = Forgetting.objects.filter(
        customer=customer.pk, customer__name="", customer__about="", customer__addresses__isnull=True
    )
    return forgotten.values_list("forgotten_at", flat=True).first()


def email_of(customer: Customer) -> str:
    """The e-mail address to write to: the oldest that still takes mail; empty when there is none."""
    return next(iter(_taking_mail(customer.pk)), "")


@compiled
def _taking_mail(customer: int) -> QuerySet[Address, str]:
    takes_mail = Address.objects.filter(customer=customer, kind=AddressKind.EMAIL, failing_since_at__isnull=True)
    return takes_mail.order_by("pk").values_list("value", flat=True)[:1]


class Said(NamedTuple):
    """What a person said, and who kept it: how they like to be served (`text`), or, with a `purpose`, whether they agree to
    being written to for it (`is_given`)."""

    pk: int
    purpose: str
    is_given: bool | None
    text: str
    source: str
    who: str | None
    said_at: datetime


def said_by(customer: Customer) -> tuple[list[Said], dict[str, Said]]:
    """How a person likes to be served, what was said or confirmed last first; and what they said to each purpose, nothing
    where they were never asked. A refusal outweighs what stands beside it. One query."""
    said = [Said(*row) for row in _said(customer.pk)]
    likes = sorted((each for each in said if not each.purpose), key=lambda each: (each.said_at, each.pk), reverse=True)
    agreed = sorted(
        (each for each in said if each.purpose), key=lambda each: (not each.is_given, each.said_at, each.pk)
    )
    return likes, {each.purpose: each for each in agreed}


@seldom(lambda page: (page.customer,))
@compiled
def _said(customer: int) -> QuerySet[Preference, Any]:
    preferences = Preference.objects.filter(customer=customer, ended_at__isnull=True).order_by()
    consents = Consent.objects.filter(customer=customer, ended_at__isnull=True).order_by()
    no_word, no_answer = Value("", CharField()), Value(None, BooleanField(null=True))
    likes = preferences.annotate(of=no_word, given=no_answer, told=F("text"))
    agreed = consents.annotate(of=F("purpose"), given=F("is_given"), told=no_word)
    columns = ("pk", "of", "given", "told", "source", "agent__name", "said_at")
    return likes.values_list(*columns).union(agreed.values_list(*columns), all=True)


def preference_texts(people: Sequence[int]) -> dict[int, str]:
    """What these people ever preferred, ended or not, by primary key."""
    said = Preference.objects.filter(customer__in=people).order_by()
    return dict(said.values_list("pk", "text"))


def preference_for(agent: Agent, pk: int) -> Preference:
    return get_object_or_404(
        Preference.objects.filter(ended_at__isnull=True, customer__in=visible_customers(agent)), pk=pk
    )


def refused(purpose: str) -> QuerySet[Consent]:
    """Standing refusals of a purpose."""
    return Consent.objects.filter(purpose=purpose, is_given=False, ended_at__isnull=True)


def latest_orders(customer: Customer, limit: int) -> list[Order]:
    """What they bought last, the latest first, up to `limit`."""
    return _orders(customer.pk, range(limit))


@seldom(lambda page: (page.customer, range(4)))
@compiled
def _orders(customer: int, wanted: range) -> QuerySet[Order]:
    return Order.objects.filter(customer=customer).order_by("-placed_at")[: wanted.stop]


def know_addresses(customers: Iterable[Customer]) -> None:
    """Fetch the addresses of these people, in one query, as prefetching "addresses" does."""
    people = lacking("addresses", customers)
    bring_along("addresses", people, _addresses(tuple(each.pk for each in people)), "customer_id")


def first_addresses(customers: Iterable[int]) -> dict[int, str]:
    """The first address of each of these people, as it is written; empty where there is none. One query."""
    keys = list(customers)
    found = dict.fromkeys(keys, "")
    for address in _addresses(keys):
        found[address.customer_id] = found[address.customer_id] or address.value
    return found


@ahead(lambda page: ((page.customer,),))
@compiled
def _addresses(customers: Sequence[int]) -> QuerySet[Address]:
    return Address.objects.filter(customer__in=customers)


def latest_order(customer: Customer, *, before: datetime) -> Order | None:
    newest = customer.newest_order
    if newest is None or (newest is not ... and newest.placed_at <= before):
        return newest
    return customer.orders.filter(placed_at__lte=before).order_by("-placed_at").first()
