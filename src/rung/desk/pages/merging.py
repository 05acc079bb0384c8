"""Two records side by side that may be one person, and what has been merged into one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from rung.accounts.access import Agent
from rung.core.addresses import reverse
from rung.customers.access import Customer, standing_merges
from rung.customers.likely import Shared, compared, likely_duplicates
from rung.desk.pages.people import Found, find_people, found_of
from rung.touchpoints.access import visible_conversations

SUGGESTED = 8

REASONS = {
    Shared.NAME: _("the same name"),
    Shared.COMPANY: _("the same company"),
    Shared.DOMAIN: _("an address at the same domain"),
    Shared.NUMBER: _("the same number in another form"),
    Shared.LOCAL_PART: _("the same address elsewhere"),
}


@dataclass(frozen=True, slots=True)
class Twin:
    """Somebody who may be the same person. `why`: what they share, as a sentence."""

    person: Found
    why: str
    merging_href: str


@dataclass(frozen=True, slots=True)
class Former:
    """A record that was merged into the one on the screen. `who` did it, empty for the system."""

    name: str
    merged_at: datetime
    who: str
    parting_href: str


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two, and how much stands under it."""

    person: Found
    first_seen_at: datetime
    orders: int
    conversations: int


@dataclass(frozen=True)
class MergingPage:
    """`sides`: the one asked from, which is kept unless said otherwise, and the other once chosen."""

    sides: tuple[Side, ...]
    why: str
    wanted: str
    people: tuple[Twin, ...]
    has_looked: bool
    href: str
    back_href: str
    error: str


def merging_href(customer: int, other: int | None = None) -> str:
    href = reverse("desk:merging", args=[customer])
    return f"{href}?{urlencode({'other': other})}" if other is not None else href


def twins_of(customer: Customer, agent: Agent) -> tuple[Twin, ...]:
    """Whoever may be the same person, the likeliest first."""
    return tuple(
        Twin(found_of(each.customer), _sentence(each.shared), merging_href(customer.pk, each.customer.pk))
        for each in likely_duplicates(customer, agent)
    )


def formers_of(customer: Customer) -> tuple[Former, ...]:
    return tuple(
        Former(
            # Their addresses stand with whom we kept, so a nameless one has nothing else to be called by.
            str(merge.merged),
            merge.merged_at,
            merge.agent.name if merge.agent else "",
            reverse("desk:parting", args=[merge.pk]),
        )
        for merge in standing_merges(customer)
    )


def merging_page(
    customer: Customer, agent: Agent, *, other: Customer | None, wanted: str = "", error: str = ""
) -> MergingPage:
    """Choosing the other record, or both side by side."""
    people: tuple[Twin, ...] = ()
    if other is None:
        people = twins_of(customer, agent) if not wanted.strip() else ()
        found = find_people(agent, wanted, limit=SUGGESTED) if wanted.strip() else ()
        people += tuple(Twin(one, "", merging_href(customer.pk, one.pk)) for one in found if one.pk != customer.pk)
    shared = (
        compared(customer, list(customer.addresses.all()), other, list(other.addresses.all())).shared if other else ()
    )
    return MergingPage(
        sides=tuple(_side(each, agent) for each in (customer, other) if each is not None),
        why=_sentence(shared),
        wanted=wanted,
        people=people,
        has_looked=bool(wanted.strip()),
        href=merging_href(customer.pk),
        back_href=reverse("desk:customer", args=[customer.pk]),
        error=error,
    )


def _side(customer: Customer, agent: Agent) -> Side:
    theirs = visible_conversations(agent).filter(customer=customer.pk)
    return Side(found_of(customer), customer.first_seen_at, customer.orders.count(), theirs.count())


def _sentence(shared: tuple[Shared, ...]) -> str:
    return capfirst(", ".join(str(REASONS[each]) for each in shared))
