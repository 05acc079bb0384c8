"""People and how to reach them, companies, and orders."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from rung.core.actor import Actor
from rung.core.rows import alter, put
from rung.core.seen import UNSEEN, Seen
from rung.core.text import folded, one_line, storable
from rung.customers.acquaintances import Acquaintances, acquaintances_of, hold
from rung.customers.addresses import domain_of, likeness, normalised, personal_name
from rung.customers.events import (
    AddressAdded,
    AddressFailing,
    AddressLabelled,
    AddressRemoved,
    AddressUnwilling,
    AddressWorking,
    CustomerDescribed,
    CustomerMet,
    OrderMoved,
    OrderPlaced,
    PicturesTrusted,
)
from rung.customers.models import Address, AddressKind, Company, Customer, Order
from rung.journal.verbs import record


def recognise_customer(
    address: str,
    *,
    kind: str = AddressKind.EMAIL,
    name: str = "",
    is_internal: bool = False,
    among: Acquaintances | None = None,
    seen_at: datetime | None = None,
    by: Actor,
    at: datetime,
) -> Customer:
    """The person behind an address; a new one when nobody is known by it.

    A name is taken over only where we had none. `is_internal`: a new one is a colleague, as those of our own companies'
    domains are anyway. `seen_at`: when they were in touch, where that is only heard of now. `among`: what was found out
    beforehand about this address and others. Raises ValidationError when `address` is no address of its kind; within
    somebody's transaction also IntegrityError, when another door met the same person a moment ago: whoever holds it tries
    again.
    """
    value = normalised(address, kind)
    if not value:
        raise ValidationError(_("“%(address)s” is no address we could answer to.") % {"address": one_line(address, 80)})
    try:
        # Without a savepoint: letters come by the thousand, and two statements each would be paid for a rare moment.
        with transaction.atomic(savepoint=False):
            among = among if among is not None else acquaintances_of([value], kind=kind)
            customer = _recognised(value, kind, personal_name(name), is_internal, among, by, at)
            if seen_at is not None and seen_at < customer.first_seen_at:
                customer.first_seen_at = seen_at
                alter(customer, ["first_seen_at"])
            return customer
    except IntegrityError:
        if transaction.get_connection().in_atomic_block:
            raise
        met = Customer.objects.select_related("company").filter(addresses__kind=kind, addresses__value=value)
        return met.order_by("addresses__sharer")[:1].get()


def _recognised(
    value: str, kind: str, name: str, is_internal: bool, among: Acquaintances, by: Actor, at: datetime
) -> Customer:
    customer = among.people.get(value)
    if customer is None:
        among.people[value] = customer = _meet_customer(value, kind, name, is_internal, among, by, at)
        return customer
    if name and not customer.name:
        Customer.objects.filter(pk=customer.pk, name="").update(name=name, name_folded=folded(name)[:200])
        customer.name, customer.name_folded = name, folded(name)[:200]
    return customer


def _meet_customer(
    value: str, kind: str, name: str, is_internal: bool, among: Acquaintances, by: Actor, at: datetime
) -> Customer:
    company = among.companies.get(value.rpartition("@")[2])
    customer = Customer(
        name=name,
        name_folded=folded(name)[:200],
        company=company,
        is_internal=is_internal or (company is not None and company.is_internal),
        first_seen_at=at,
    )
    put(customer)
    known_by = Address(
        customer=customer,
        kind=kind,
        value=value,
        likeness=likeness(value, kind),
        domain=domain_of(value, kind),
        added_at=at,
    )
    put(known_by, keyed=False)
    customer.newest_order = None
    record(CustomerMet(customer=customer.pk, is_internal=customer.is_internal), by=by, at=at)
    return customer


@transaction.atomic
def meet_customer(
    *, name: str, company: Company | None = None, is_internal: bool = False, by: Actor, at: datetime
) -> Customer:
    """Enter a person of whom we have no address yet, such as a visitor. Raises ValidationError without a name."""
    name = one_line(name, 160)
    if not name:
        raise ValidationError({"name": _("Say at least a name.")})
    customer = Customer.objects.create(
        name=name, name_folded=folded(name)[:200], company=company, is_internal=is_internal, first_seen_at=at
    )
    record(CustomerMet(customer=customer.pk, is_internal=is_internal), by=by, at=at)
    return customer


@transaction.atomic
def add_address(customer: Customer, address: str, *, kind: str, label: str = "", by: Actor, at: datetime) -> Address:
    """Give a person a further address. Several people may have one number. Raises ValidationError when it is none, or an
    e-mail address that belongs to somebody else; or they were forgotten a moment ago."""
    value = normalised(address, kind)
    if not value:
        raise ValidationError(_("“%(address)s” is not complete.") % {"address": one_line(address, 80)})
    hold(customer)
    known = list(Address.objects.select_related("customer").filter(kind=kind, value=value).order_by("-sharer"))
    if own := next((each for each in known if each.customer_id == customer.pk), None):
        return own
    if known and kind == AddressKind.EMAIL:
        raise ValidationError(
            _("%(address)s belongs to %(name)s already.") % {"address": value, "name": known[0].customer}
        )
    added = Address.objects.create(
        customer=customer,
        kind=kind,
        value=value,
        likeness=likeness(value, kind),
        domain=domain_of(value, kind),
        sharer=known[0].sharer + 1 if known else 0,
        label=one_line(label, 40),
        added_at=at,
    )
    record(AddressAdded(customer=customer.pk, address=added.pk, address_kind=kind), by=by, at=at)
    return added


@transaction.atomic
def label_address(address: Address, label: str, *, by: Actor, at: datetime) -> None:
    """Say what an address is for, such as "mobile". The same label again: nothing happens."""
    label = one_line(label, 40)
    if Address.objects.filter(pk=address.pk).exclude(label=label).update(label=label):
        former, address.label = address.label, label
        fact = AddressLabelled(customer=address.customer_id, address=address.pk, former=former, label=label)
        record(fact, by=by, at=at)


@transaction.atomic
def remove_address(address: Address, *, by: Actor, at: datetime) -> None:
    """Know a person by this address no longer; whoever writes from it next is somebody new. Gone already: nothing."""
    gone, _by_table = Address.objects.filter(pk=address.pk).delete()
    if gone:
        fact = AddressRemoved(
            customer=address.customer_id, address=address.pk, address_kind=address.kind, value=address.value
        )
        record(fact, by=by, at=at)


DESCRIBABLE = (
    "name",
    "role_title",
    "about",
    "language",
    "time_zone",
    "captive",
    "company",
    "is_internal",
    "decision_role",
    "avoid",
)


def told_as(value: object) -> str:
    """What stood in a field, as the journal keeps it: nothing as nothing, a company by its name."""
    return "" if value is None else str(value)


def _named(facts: dict[str, Any]) -> dict[str, Any]:
    """What is known of a person as a form shows it."""
    return facts | {"company": facts["company"].name if facts["company"] else ""} if "company" in facts else facts


@transaction.atomic
def describe_customer(customer: Customer, *, seen: Seen = UNSEEN, by: Actor, at: datetime, **facts: Any) -> None:
    """Change what we know of a person: any of DESCRIBABLE. Fields not named stay as they are.

    Raises Overtaken when somebody else was quicker; a company is compared by its name.
    """
    if unknown := set(facts) - set(DESCRIBABLE):
        raise TypeError(f"describe_customer does not know {sorted(unknown)}")
    present = Customer.objects.select_for_update().get(pk=customer.pk)
    there = {field: getattr(present, field) for field in facts}
    settled = seen.settled(_named(facts), _named(there))
    facts = {
        field: there[field] if value is not _named(facts)[field] else facts[field] for field, value in settled.items()
    }
    values = []
    for field, value in facts.items():
        if isinstance(value, str):
            value = storable(value).strip() if field in ("about", "avoid") else one_line(value, 160)
        if (former := getattr(present, field)) != value:
            setattr(customer, field, value)
            values.append([field, told_as(former), told_as(value)])
    if not values:
        return
    changed = [field for field, _former, _value in values]
    columns = list(changed)
    if "name" in changed:
        customer.name_folded = folded(customer.name)[:200]
        columns.append("name_folded")
    customer.save(update_fields=columns)
    record(CustomerDescribed(customer=customer.pk, changed=changed, values=values), by=by, at=at)


@transaction.atomic
def mark_address_failing(customer: Customer | None, address: str, *, reason: str, by: Actor, at: datetime) -> None:
    """Note that mail to an address comes back for good. Nothing happens when it is known already, or not theirs; without a
    customer it is noted of whoever has the address."""
    reason = one_line(reason, 300)
    for failing in _known_as(customer, address).filter(failing_since_at__isnull=True):
        Address.objects.filter(pk=failing.pk).update(failing_since_at=at, failing_reason=reason)
        record(AddressFailing(customer=failing.customer_id, address=failing.pk, reason=reason), by=by, at=at)


@transaction.atomic
def mark_address_working(customer: Customer | None, address: str, *, by: Actor, at: datetime) -> bool:
    """Note that an address takes mail again. False, and nothing happens, when it was not failing, or is not theirs."""
    found = list(_known_as(customer, address).filter(failing_since_at__isnull=False))
    for failing in found:
        Address.objects.filter(pk=failing.pk).update(failing_since_at=None, failing_reason="")
        record(AddressWorking(customer=failing.customer_id, address=failing.pk), by=by, at=at)
    return bool(found)


def _known_as(customer: Customer | None, address: str) -> QuerySet[Address]:
    known = Address.objects.filter(kind=AddressKind.EMAIL, value=normalised(address, AddressKind.EMAIL)).order_by("pk")
    return known if customer is None else known.filter(customer=customer)


@transaction.atomic
def mark_address_unwilling(address: str, *, by: Actor, at: datetime) -> None:
    """Note that our letters are called spam at an address. Nothing happens when it is known already, or nobody's."""
    value = normalised(address, AddressKind.EMAIL)
    found = Address.objects.filter(kind=AddressKind.EMAIL, value=value, unwilling_since_at__isnull=True).first()
    if found is not None:
        Address.objects.filter(pk=found.pk).update(unwilling_since_at=at)
        record(AddressUnwilling(customer=found.customer_id, address=found.pk), by=by, at=at)


@transaction.atomic
def trust_pictures(address: str, *, shown: bool, by: Actor, at: datetime) -> None:
    """Show the pictures of letters from an e-mail address at once, or only when somebody asks. Unknown ones: nothing."""
    value = normalised(address, AddressKind.EMAIL)
    found = Address.objects.filter(kind=AddressKind.EMAIL, value=value, pictures_since_at__isnull=shown).first()
    if found is not None:
        Address.objects.filter(pk=found.pk).update(pictures_since_at=at if shown else None)
        record(PicturesTrusted(customer=found.customer_id, address=found.pk, shown=shown), by=by, at=at)


@transaction.atomic
def place_order(
    customer: Customer,
    *,
    number: str,
    title: str,
    amount_cents: int,
    currency: str = "EUR",
    state: str = "placed",
    placed_at: datetime,
    by: Actor,
    at: datetime,
) -> Order:
    """Keep an order that was placed at `placed_at` and told to us at `at`. The same number twice changes nothing.

    Raises ValidationError when whoever placed it was forgotten a moment ago.
    """
    number = one_line(number, 60)
    if known := Order.objects.filter(number=number).first():
        return known
    hold(customer)
    order, is_new = Order.objects.get_or_create(
        number=number,
        defaults={
            "customer": customer,
            "title": one_line(title, 200),
            "amount_cents": amount_cents,
            "currency": currency,
            "state": one_line(state, 40),
            "placed_at": placed_at,
        },
    )
    if is_new:
        customer.newest_order = ...
        fact = OrderPlaced(customer=customer.pk, order=order.pk, amount_cents=amount_cents, currency=currency)
        record(fact, by=by, at=placed_at, recorded_at=at)
    return order


@transaction.atomic
def move_order(order: Order, *, state: str, by: Actor, at: datetime) -> None:
    """Say how far an order has come, such as "delivered". Where it is already: nothing happens."""
    state = one_line(state, 40)
    if Order.objects.filter(pk=order.pk).exclude(state=state).update(state=state):
        order.state = state
        record(OrderMoved(customer=order.customer_id, order=order.pk, state=state), by=by, at=at)
