"""The other way round: everybody and everything as lists that can be brought in again, here or elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rung.accounts.access import Agent
from rung.customers.access import AddressKind, Customer, Order, visible_companies, visible_customers
from rung.fields.access import values_of
from rung.imports.columns import FIELDS, own_fields
from rung.imports.models import Subject

BATCH = 500
# Two of each have a column of their own; more stand beside the second.
_SEVERAL = ("email", "phone")


def table_of(subject: str, agent: Agent) -> Iterator[list[str]]:
    """Whom and what an agent may see, a line each, under a head that `guessed_columns` knows. Three queries for each BATCH.

    Raises ValueError for a subject that there is not.
    """
    kind = Subject(subject)
    own = list(own_fields(kind).values())
    columns = [name for name in FIELDS[kind] if name not in ("first_name", "last_name")]
    yield [*columns, *(field.name for field in own)]
    for some in _in_batches(_rows(kind, agent)):
        said = values_of(_NOUNS[kind], [pk for pk, _cells in some]) if own else {}
        for pk, cells in some:
            shown = {each.field.pk: each.shown for each in said.get(pk, ())}
            yield [*(cells.get(name, "") for name in columns), *(shown.get(field.pk, "") for field in own)]


_NOUNS = {Subject.PEOPLE: "customer", Subject.COMPANIES: "company", Subject.ORDERS: ""}
Row = tuple[int, dict[str, str]]


def _rows(kind: Subject, agent: Agent) -> Iterator[Row]:
    if kind is Subject.COMPANIES:
        firms = visible_companies(agent).prefetch_related("further_domains").order_by("pk")
        for firm in firms.iterator(chunk_size=BATCH):
            domains = [firm.domain, *(each.name for each in firm.further_domains.all())]
            yield firm.pk, {"name": firm.name, "domains": "; ".join(filter(None, domains))}
        return
    people = visible_customers(agent).prefetch_related("addresses").order_by("pk")
    if kind is Subject.PEOPLE:
        for person in people.iterator(chunk_size=BATCH):
            yield person.pk, _person(person)
        return
    buyers = people.filter(orders__isnull=False).distinct().prefetch_related("orders")
    for person in buyers.iterator(chunk_size=BATCH):
        emails, phones = _addresses(person)
        reached = {"email": emails[0]} if emails else {"phone": phones[0]} if phones else {}
        for order in sorted(person.orders.all(), key=lambda each: each.pk):
            yield order.pk, reached | _order(order)


def _order(order: Order) -> dict[str, str]:
    return {
        "number": order.number,
        "title": order.title,
        "amount": f"{order.amount_cents / 100:.2f}",
        "currency": order.currency,
        "state": order.state,
        "placed_at": order.placed_at.isoformat(timespec="seconds"),
    }


def _person(person: Customer) -> dict[str, str]:
    cells = {
        "name": person.name,
        "company": person.company.name if person.company else "",
        "role_title": person.role_title,
        "decision_role": person.decision_role,
        "language": person.language,
        "time_zone": person.time_zone,
        "about": person.about,
        "avoid": person.avoid,
    }
    for name, values in zip(_SEVERAL, _addresses(person), strict=True):
        cells |= {name: values[0] if values else "", f"{name}_2": "; ".join(values[1:])}
    return cells


def _addresses(person: Customer) -> tuple[list[str], list[str]]:
    kept = list(person.addresses.all())
    emails, phones = (
        [each.value for each in kept if each.kind == kind] for kind in (AddressKind.EMAIL, AddressKind.PHONE)
    )
    return emails, phones


def _in_batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    some: list[Row] = []
    for row in rows:
        some.append(row)
        if len(some) == BATCH:
            yield some
            some = []
    if some:
        yield some
