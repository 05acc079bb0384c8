"""Before a person is forgotten: what goes, what stays, and how much of it there is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from rung.core.addresses import reverse
from rung.customers.access import Customer, addresses_of, forgotten_at
from rung.desk.pages.naming import name_of
from rung.touchpoints.access import words_of


@dataclass(frozen=True, slots=True)
class ForgettingPage:
    """``forgotten_at``: when it was done already; None where it is still to be asked. ``error``: why it was refused."""

    name: str
    back_href: str
    action: str
    touchpoints: int
    addresses: tuple[str, ...]
    forgotten_at: datetime | None
    error: str


def forgetting_page(customer: Customer, *, error: str = "") -> ForgettingPage:
    return ForgettingPage(
        name=name_of(customer),
        back_href=reverse("desk:customer", args=[customer.pk]),
        action=reverse("desk:forgetting", args=[customer.pk]),
        touchpoints=len(words_of([customer.pk])),
        addresses=tuple(addresses_of(customer)),
        forgotten_at=forgotten_at(customer),
        error=error,
    )
