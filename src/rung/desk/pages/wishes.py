"""How a person likes to be served, with the age of each word of it, and what they agreed to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from rung.core.addresses import reverse
from rung.customers.access import Customer, Purpose, Said, said_by

ASK_AGAIN_AFTER = timedelta(days=365)
"""What somebody preferred this long ago may not be what they prefer now."""


@dataclass(frozen=True, slots=True)
class Wish:
    """One preference. `is_old`: to be asked again."""

    text: str
    source: str
    who: str
    said_at: datetime
    is_old: bool
    href: str


@dataclass(frozen=True, slots=True)
class Agreement:
    """What they said to one purpose; `is_given` is None when they were never asked."""

    purpose: str
    label: str
    is_given: bool | None
    source: str = ""
    who: str = ""
    said_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Wishes:
    preferences: tuple[Wish, ...]
    agreements: tuple[Agreement, ...]
    decision_role: str
    avoid: str
    preferences_href: str
    consents_href: str


def wishes_of(customer: Customer, *, at: datetime) -> Wishes:
    """One query, whatever there is."""
    likes, agreed = said_by(customer)
    return Wishes(
        preferences=tuple(
            Wish(
                each.text,
                each.source,
                each.who or "",
                each.said_at,
                at - each.said_at > ASK_AGAIN_AFTER,
                reverse("desk:preference", args=[each.pk]),
            )
            for each in likes
        ),
        agreements=tuple(_agreement(purpose, agreed.get(purpose.value)) for purpose in Purpose),
        decision_role=str(customer.get_decision_role_display()) if customer.decision_role else "",
        avoid=customer.avoid,
        preferences_href=reverse("desk:preferences", args=[customer.pk]),
        consents_href=reverse("desk:consents", args=[customer.pk]),
    )


def _agreement(purpose: Purpose, said: Said | None) -> Agreement:
    if said is None:
        return Agreement(purpose.value, str(purpose.label), None)
    return Agreement(purpose.value, str(purpose.label), said.is_given, said.source, said.who or "", said.said_at)
