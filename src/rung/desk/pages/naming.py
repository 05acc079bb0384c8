"""What to call a person: by name, else by the address they wrote from, else "Somebody"."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import prefetch_related_objects

from rung.customers.access import Customer


def name_of(customer: Customer) -> str:
    """Asks for their addresses only when there is no name; `know_addresses` first, for many people."""
    if customer.name:
        return customer.name
    address = next(iter(customer.addresses.all()), None)
    return address.value if address else str(customer)


def know_addresses(customers: Iterable[Customer]) -> None:
    """Fetch the addresses of those who have no name, in one query for all."""
    nameless = [customer for customer in customers if not customer.name]
    if nameless:
        prefetch_related_objects(nameless, "addresses")
