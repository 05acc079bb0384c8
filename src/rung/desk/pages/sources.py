"""Where each line about a person comes from: who told it, and when. Read from the journal, which keeps no words of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from rung.accounts.access import names_of_colleagues
from rung.core.compiled import compiled
from rung.customers.access import Customer
from rung.customers.addresses import readable
from rung.journal.access import Entry, entries

MET, ADDED, DESCRIBED, MERGED = "customer.met", "customer.address_added", "customer.described", "customer.merged"
# What a list brought is told as one word, whichever columns it had.
FROM_A_LIST = "list"
# So many changes are looked at; what was said before stands without its source.
MOST = 80


@dataclass(frozen=True, slots=True)
class Source:
    """`what` we know, and `whence`; `at` is when it was told first (an address) or last (a description)."""

    what: str
    whence: str
    at: datetime


def sources_of(customer: Customer) -> tuple[Source, ...]:
    """One for each line that stands on the customer's page without a word of its own about it, as far as it is told. Two
    queries, or one."""
    told = _told(customer.pk, range(MOST))
    names = names_of_colleagues() if any(each.actor_kind == "agent" for each in told) else {}
    met = next((each for each in reversed(told) if each.kind == MET), None)
    merged = next((each for each in told if each.kind == MERGED), None)
    found = []
    for what, field in _described(customer):
        # Without a word of its own it came with the person, or with a record that was merged into theirs.
        if (entry := _last(told, field) or merged or met) is not None:
            found.append(Source(what, _whence(entry, names), entry.occurred_at))
    added = {each.data["address"]: each for each in told if each.kind == ADDED}
    for address in customer.addresses.all():
        came_along = met if met is not None and met.occurred_at == address.added_at else merged
        if (entry := added.get(address.pk) or came_along) is not None:
            found.append(Source(readable(address.value, address.kind), _whence(entry, names), address.added_at))
    return tuple(found)


@compiled
def _told(customer: int, wanted: range) -> QuerySet[Entry]:
    about = entries().filter(customer=customer, kind__in=(MET, ADDED, DESCRIBED, MERGED))
    return about.order_by("-pk")[: wanted.stop]


def _described(customer: Customer) -> list[tuple[str, str]]:
    """What is known, in words, and the field that says so."""
    lines = (
        (_("Name"), "name", customer.name),
        (_("Role"), "role_title", customer.role_title),
        (_("Company"), "company", customer.company_id),
        (_("In the decision"), "decision_role", customer.decision_role),
        (_("Language"), "language", customer.language),
        (_("Time zone"), "time_zone", customer.time_zone),
        (_("Free to go elsewhere"), "captive", customer.captive),
        (_("About"), "about", customer.about),
        (_("What to avoid"), "avoid", customer.avoid),
    )
    return [(what, field) for what, field, value in lines if value is not None and value != ""]


def _last(told: Iterable[Entry], field: str) -> Entry | None:
    """The last time that it was said; of `told` the latest stand first."""
    named = {field, FROM_A_LIST}
    return next((each for each in told if each.kind == DESCRIBED and named.intersection(each.data["changed"])), None)


def _whence(entry: Entry, names: dict[int, str]) -> str:
    if entry.actor_kind == "agent":
        who = names.get(entry.actor_key or 0, _("A former colleague"))
        if entry.kind == DESCRIBED and FROM_A_LIST in entry.data["changed"]:
            return _("%(name)s, from a list") % {"name": who}
        return _("%(name)s, by merging two records") % {"name": who} if entry.kind == MERGED else who
    if entry.actor_kind == "customer":
        return _("they said so")
    return _("from what reached us")
