"""How a person likes to be served, with the age of each word of it, and what they agreed to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from rung.core.addresses import reverse
from rung.customers.access import Customer, Purpose, consents_of, preferences_of

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


def likes_of(customer: Customer, *, at: datetime) -> tuple[Wish, ...]:
    """How they like to be served: one query."""
    return tuple(
        Wish(
            each.text,
            each.source,
            each.agent.name if each.agent else "",
            each.said_at,
            at - each.said_at > ASK_AGAIN_AFTER,
            reverse("desk:preference", args=[each.pk]),
        )
        for each in preferences_of(customer)
    )


def wishes_of(customer: Customer, *, at: datetime, likes: tuple[Wish, ...] | None = None) -> Wishes:
    """Two queries, whatever there is; one where `likes` are known already."""
    said = consents_of(customer)
    agreements = []
    for purpose in Purpose:
        consent = said.get(purpose.value)
        agreements.append(
            Agreement(purpose.value, str(purpose.label), None)
            if consent is None
            else Agreement(
                purpose.value,
                str(purpose.label),
                consent.is_given,
                consent.source,
                consent.agent.name if consent.agent else "",
                consent.said_at,
            )
        )
    return Wishes(
        preferences=likes_of(customer, at=at) if likes is None else likes,
        agreements=tuple(agreements),
        decision_role=str(customer.get_decision_role_display()) if customer.decision_role else "",
        avoid=customer.avoid,
        preferences_href=reverse("desk:preferences", args=[customer.pk]),
        consents_href=reverse("desk:consents", args=[customer.pk]),
    )
