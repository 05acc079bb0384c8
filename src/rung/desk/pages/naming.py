"""What to call a person: by name, else by the address they wrote from, else "Somebody"."""

from __future__ import annotations

from collections.abc import Iterable

from rung.customers import access
from rung.customers.access import Customer


def name_of(customer: Customer) -> str:
    """Asks for their addresses only when there is no name; `know_addresses` first, for many people."""
    if customer.name:
        return customer.name
    address = next(iter(customer.addresses.all()), None)
    return address.value if address else str(customer)


def know_addresses(customers: Iterable[Customer]) -> None:
    """Fetch the addresses of those who have no name, in one query for all."""
    access.know_addresses(customer for customer in customers if not customer.name)


def names_without_one(customers: Iterable[int]) -> dict[int, str]:
    """What to call people who have no name, by their keys. One query, or none."""
    keys = list(customers)
    return {key: value or str(Customer()) for key, value in access.first_addresses(keys).items()} if keys else {}
