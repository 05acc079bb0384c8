"""Many people, companies and orders at once, from a list: looked up together, written together, told together."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from rung.core.actor import Actor
from rung.core.text import folded, one_line, storable
from rung.customers.access import forgotten_at
from rung.customers.acquaintances import companies_behind, held
from rung.customers.addresses import FREE_MAIL, domain_of, likeness
from rung.customers.bringing import (
    NEW,
    REFUSED,
    UNCHANGED,
    UPDATED,
    Brought,
    Change,
    CompanyLine,
    OrderLine,
    PersonLine,
)
from rung.customers.events import (
    AddressAdded,
    CompanyDescribed,
    CustomerDescribed,
    CustomerMet,
    OrderMoved,
    OrderPlaced,
)
from rung.customers.models import Address, AddressKind, Company, Customer, FurtherDomain, Order
from rung.customers.verbs.companies import create_company
from rung.customers.verbs.people import told_as
from rung.journal.gathering import gathered
from rung.journal.verbs import record

_LONG = ("about", "avoid")


@transaction.atomic
def bring_people(lines: Sequence[PersonLine], *, dry: bool = False, by: Actor, at: datetime) -> list[Brought]:
    """Enter people, or complete those known by one of their addresses; what became of each line. `dry` only says what would.

    What a line leaves empty stays as it is. About a dozen statements, however many lines.
    """
    with gathered():
        return _People(lines, dry, by, at).bring()


class _People:
    def __init__(self, lines: Sequence[PersonLine], dry: bool, by: Actor, at: datetime) -> None:
        self.lines, self.dry, self.by, self.at = lines, dry, by, at
        wanted = {
            AddressKind.EMAIL: _all(line.emails for line in lines),
            AddressKind.PHONE: _all(line.phones for line in lines),
        }
        self.owners: dict[tuple[str, str], list[int]] = {}
        self.sharers: dict[str, int] = {}
        for kind, values in wanted.items():
            rows = Address.objects.filter(kind=kind, value__in=values).order_by("sharer")
            # Held, so that nobody found here is forgotten before what the list says of them is written.
            for value, owner, sharer in held(rows.values_list("value", "customer_id", "sharer")):
                self.owners.setdefault((kind, value), []).append(owner)
                self.sharers[value] = sharer + 1
        keys = {owner for owners in self.owners.values() for owner in owners}
        self.known = Customer.objects.select_related("company").select_for_update(of=("self",)).in_bulk(keys)
        self.companies = _companies_named(line.company for line in lines)
        self.by_domain = companies_behind(
            {domain_of(each, AddressKind.EMAIL) for line in lines for each in line.emails} - FREE_MAIL
        )
        self.met: list[Customer] = []
        self.changed: dict[int, Customer] = {}
        # Of whom is changed: field, from, to.
        self.values: dict[int, list[list[str]]] = {}
        self.given: list[tuple[Customer, str, str, Brought]] = []
        # E-mail addresses that a line further up gives to somebody.
        self.taken: set[str] = set()

    def bring(self) -> list[Brought]:
        brought = [self._line(line) for line in self.lines]
        if not self.dry:
            self._write()
        return brought

    def _line(self, line: PersonLine) -> Brought:
        customer, refused = self._whose(line)
        if refused is not None:
            return refused
        return self._complete(customer, line) if customer is not None else self._meet(line)

    def _whose(self, line: PersonLine) -> tuple[Customer | None, Brought | None]:
        if any(each in self.taken for each in line.emails):
            return None, Brought(REFUSED, _("Its e-mail address stands further up in the file already."), "email")
        by_email = {owner for each in line.emails for owner in self.owners.get((AddressKind.EMAIL, each), ())}
        if len(by_email) > 1:
            names = ", ".join(sorted(str(self.known[key]) for key in by_email))
            said = _("Its e-mail addresses belong to several people: %(names)s.") % {"names": names}
            return None, Brought(REFUSED, said, "email")
        if by_email:
            return self.known[by_email.pop()], None
        by_phone = dict.fromkeys(
            owner for each in line.phones for owner in self.owners.get((AddressKind.PHONE, each), ())
        )
        people = [self.known[key] for key in by_phone]
        named = [person for person in people if line.name and folded(person.name) == folded(line.name)]
        if len(named) == 1:
            return named[0], None
        if line.emails or not people:
            return None, None
        if len(people) == 1 and not line.name:
            return people[0], None
        if line.name and not any(not person.name for person in people):
            return None, None  # somebody else at the same telephone
        if len(people) == 1:
            return people[0], None
        return None, Brought(REFUSED, _("Several people have this number; give an e-mail address."), "phone")

    def _meet(self, line: PersonLine) -> Brought:
        brought = Brought(NEW)
        company = self._company(line.company, brought) or self._company_by_domain(line)
        customer = Customer(
            company=company,
            is_internal=company is not None and company.is_internal,
            first_seen_at=self.at,
            **{name: _clean(name, value) for name, value in line.words.items()},
        )
        customer.name_folded = folded(customer.name)[:200]
        self.met.append(customer)
        self._give(customer, line, brought)
        if not self.dry:
            customer.brought = brought  # type: ignore[attr-defined]  # until its key is known
        return brought

    def _complete(self, customer: Customer, line: PersonLine) -> Brought:
        brought = Brought(UNCHANGED, key=customer.pk)
        fields: dict[str, list[Any]] = {}
        values: list[list[str]] = []
        for name, value in line.words.items():
            before, after = getattr(customer, name), _clean(name, value)
            if before != after:
                fields[name] = [before, after]
                values.append([name, before, after])
                setattr(customer, name, after)
        if line.company:
            company = self._company(line.company, brought)
            if company is None or customer.company_id != company.pk:
                fields["company_id"] = [customer.company_id, company.pk if company else None]
                values.append(["company", told_as(customer.company), told_as(company)])
                customer.company = company
        if fields:
            self.values.setdefault(customer.pk, []).extend(values)
            brought.outcome = UPDATED
            brought.changes.append(Change("customer", customer.pk, fields))
            customer.name_folded = folded(customer.name)[:200]
            self.changed[customer.pk] = customer
        if self._give(customer, line, brought):
            brought.outcome = UPDATED
        return brought

    def _give(self, customer: Customer, line: PersonLine, brought: Brought) -> bool:
        """Whether the line gives them an address that they did not have."""
        has_new = False
        for kind, values in ((AddressKind.EMAIL, line.emails), (AddressKind.PHONE, line.phones)):
            for value in values:
                owners = self.owners.setdefault((kind, value), [])
                if customer.pk is None or customer.pk not in owners:
                    self.given.append((customer, kind, value, brought))
                    self.taken |= {value} if kind == AddressKind.EMAIL else set()
                    has_new = True
        return has_new

    def _company(self, name: str, brought: Brought) -> Company | None:
        """The company of a name; a new one where none is called so."""
        if not name:
            return None
        company = self.companies.get(name.lower())
        if company is None and not self.dry:
            company = create_company(name, by=self.by, at=self.at)
            brought.changes.append(Change("company", company.pk))
            self.companies[name.lower()] = company
        return company

    def _company_by_domain(self, line: PersonLine) -> Company | None:
        domains = (domain_of(each, AddressKind.EMAIL) for each in line.emails)
        return next((self.by_domain[domain] for domain in domains if domain in self.by_domain), None)

    def _write(self) -> None:
        Customer.objects.bulk_create(self.met)
        for customer in self.met:
            brought: Brought = customer.brought  # type: ignore[attr-defined]  # put there when it was met
            brought.key = customer.pk
            brought.changes.append(Change("customer", customer.pk))
            record(CustomerMet(customer=customer.pk, is_internal=customer.is_internal), by=self.by, at=self.at)
        columns = ["name", "name_folded", "company", "role_title", "decision_role", "language", "time_zone", *_LONG]
        Customer.objects.bulk_update(self.changed.values(), columns)
        rows = [self._address(customer, kind, value) for customer, kind, value, _brought in self.given]
        Address.objects.bulk_create(rows)
        new = {customer.pk for customer in self.met}
        for row, (customer, kind, _value, brought) in zip(rows, self.given, strict=True):
            brought.changes.append(Change("address", row.pk))
            if customer.pk not in new:
                fact = AddressAdded(customer=customer.pk, address=row.pk, address_kind=kind)
                record(fact, by=self.by, at=self.at)
        for customer in self.changed.values():
            told = CustomerDescribed(customer=customer.pk, changed=["list"], values=self.values[customer.pk])
            record(told, by=self.by, at=self.at)

    def _address(self, customer: Customer, kind: str, value: str) -> Address:
        sharer = self.sharers.get(value, 0) if kind == AddressKind.PHONE else 0
        self.sharers[value] = sharer + 1
        return Address(
            customer=customer,
            kind=kind,
            value=value,
            likeness=likeness(value, kind),
            domain=domain_of(value, kind),
            sharer=sharer,
            added_at=self.at,
        )


@transaction.atomic
def bring_companies(lines: Sequence[CompanyLine], *, dry: bool = False, by: Actor, at: datetime) -> list[Brought]:
    """Enter companies, or complete those known by a domain, else by name; as `bring_people` otherwise."""
    with gathered():
        by_domain = companies_behind(domain for line in lines for domain in line.domains)
        by_name = _companies_named(line.name for line in lines)
        return [_bring_company(line, by_domain, by_name, dry, by, at) for line in lines]


def _bring_company(
    line: CompanyLine, by_domain: dict[str, Company], by_name: dict[str, Company], dry: bool, by: Actor, at: datetime
) -> Brought:
    if free := next((domain for domain in line.domains if domain in FREE_MAIL), ""):
        return Brought(REFUSED, _("Anybody may have an address at %(domain)s.") % {"domain": free}, "domains")
    owners = {by_domain[domain].pk: by_domain[domain] for domain in line.domains if domain in by_domain}
    if len(owners) > 1:
        return Brought(REFUSED, _("Its domains belong to several companies."), "domains")
    company = next(iter(owners.values()), None) or by_name.get(line.name.lower())
    if company is None:
        if not line.name:
            return Brought(REFUSED, _("A company we do not know needs a name."), "name")
        brought = Brought(NEW)
        if not dry:
            company = create_company(line.name, domain=next(iter(line.domains), ""), by=by, at=at)
            brought.key = company.pk
            brought.changes.append(Change("company", company.pk))
            by_name[line.name.lower()] = company
            _add_domains(company, line.domains[1:], brought)
            by_domain.update((domain, company) for domain in line.domains)
        return brought
    brought, fields = Brought(UNCHANGED, key=company.pk), {}
    if line.name and line.name != company.name:
        fields["name"] = [company.name, line.name]
    missing = [domain for domain in line.domains if domain not in by_domain]
    if missing and not company.domain:
        fields["domain"] = ["", missing.pop(0)]
    if fields or missing:
        brought.outcome = UPDATED
        if not dry:
            Company.objects.filter(pk=company.pk).update(**{name: after for name, (_before, after) in fields.items()})
            if fields:
                brought.changes.append(Change("company", company.pk, fields))
            _add_domains(company, missing, brought)
            record(
                CompanyDescribed(company=company.pk, changed=[*fields, *(["domains"] if missing else [])]), by=by, at=at
            )
    return brought


def _add_domains(company: Company, domains: Iterable[str], brought: Brought) -> None:
    for domain in domains:
        brought.changes.append(Change("domain", FurtherDomain.objects.create(company=company, name=domain).pk))


@transaction.atomic
def bring_orders(lines: Sequence[OrderLine], *, dry: bool = False, by: Actor, at: datetime) -> list[Brought]:
    """Keep orders by their number, of people who are known; as `bring_people` otherwise."""
    with gathered():
        emails = Address.objects.filter(kind=AddressKind.EMAIL, value__in=_all((line.email,) for line in lines))
        phones = Address.objects.filter(kind=AddressKind.PHONE, value__in=_all((line.phone,) for line in lines))
        # Whoever is found is held, as is whose orders these are: a title written while they are forgotten would stay.
        buyers = dict(held(phones.order_by("-sharer").values_list("value", "customer_id")))
        buyers |= dict(held(emails.order_by().values_list("value", "customer_id")))
        known = Order.objects.filter(number__in=[line.number for line in lines])
        whose = Customer.objects.filter(pk__in=known.order_by().values("customer")).order_by("pk")
        nameless = [pk for pk, name in whose.select_for_update(no_key=True).values_list("pk", "name") if not name]
        forgotten = {pk for pk in nameless if forgotten_at(Customer(pk=pk)) is not None}
        kept = {order.number: order for order in known}
        return [_bring_order(line, buyers, kept, forgotten, dry, by, at) for line in lines]


def _bring_order(
    line: OrderLine,
    buyers: dict[str, int],
    kept: dict[str, Order],
    forgotten: set[int],
    dry: bool,
    by: Actor,
    at: datetime,
) -> Brought:
    """`forgotten`: people whose orders say no more what they were of."""
    buyer = buyers.get(line.email) or buyers.get(line.phone)
    said = {
        "title": line.title,
        "amount_cents": line.amount_cents,
        "currency": line.currency,
        "state": line.state,
        "placed_at": line.placed_at,
    }
    words = {name: value for name, value in said.items() if value not in ("", None)}
    order = kept.get(line.number)
    if order is None:
        if buyer is None:
            return Brought(
                REFUSED, _("Nobody is known by this e-mail address or number; bring the people first."), "email"
            )
        if line.placed_at is None:
            return Brought(REFUSED, _("An order we do not know needs the day it was placed."), "placed_at")
        brought = Brought(NEW)
        if not dry:
            order = Order.objects.create(
                customer_id=buyer, number=line.number, **{"title": line.number, "amount_cents": 0, **words}
            )
            kept[line.number] = order
            brought.changes.append(Change("order", order.pk))
            fact = OrderPlaced(customer=buyer, order=order.pk, amount_cents=order.amount_cents, currency=order.currency)
            record(fact, by=by, at=line.placed_at, recorded_at=at)
        return brought
    if buyer is not None and order.customer_id != buyer:
        return Brought(REFUSED, _("This order is somebody else's."), "email")
    if order.customer_id in forgotten:
        words.pop("title", None)
    changed = {name: value for name, value in words.items() if getattr(order, name) != value}
    if not changed:
        return Brought(UNCHANGED)
    brought = Brought(UPDATED)
    if not dry:
        fields = {name: [_plain(getattr(order, name)), _plain(value)] for name, value in changed.items()}
        brought.changes.append(Change("order", order.pk, fields))
        for name, value in changed.items():
            setattr(order, name, value)
        order.save(update_fields=list(changed))
        if "state" in changed:
            record(OrderMoved(customer=order.customer_id, order=order.pk, state=order.state), by=by, at=at)
    return brought


def _companies_named(names: Iterable[str]) -> dict[str, Company]:
    """By name in lower case, the oldest of several first."""
    wanted = {name.lower() for name in names if name}
    if not wanted:
        return {}
    found = Company.objects.annotate(low=Lower("name")).filter(low__in=wanted).order_by("-pk")
    return {company.name.lower(): company for company in found}


def _all(groups: Iterable[Iterable[str]]) -> set[str]:
    return {value for group in groups for value in group if value}


def _clean(name: str, value: str) -> str:
    lengths = {"role_title": 120, "language": 16, "time_zone": 60}
    return storable(value).strip() if name in _LONG else one_line(value, lengths.get(name, 160))


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
