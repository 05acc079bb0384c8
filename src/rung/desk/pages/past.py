"""What was known of a person before: who changed it, when, and from what to what. Read from the journal, which forgets the
words together with the person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from rung.accounts.access import names_of_colleagues
from rung.core.addresses import reverse
from rung.core.given import given_key
from rung.customers.access import (
    AddressKind,
    Customer,
    DecisionRole,
    Purpose,
    addresses_by_key,
    merged_into,
    preference_texts,
)
from rung.customers.addresses import readable
from rung.desk.pages.naming import name_of
from rung.desk.pages.person import language_name
from rung.journal.access import Entry, entries_among

MOST = 100
REMOVED = "customer.address_removed"
KINDS = (
    *("customer.met", "customer.described", "customer.merged", "customer.parted", "customer.distinguished"),
    *("customer.address_added", "customer.address_labelled", REMOVED),
    *("customer.address_failing", "customer.address_working", "customer.address_unwilling"),
    *("preference.stated", "preference.confirmed", "preference.ended", "customer.consent_stated"),
    *("field.set", "field.outweighed", "customer.forgotten"),
)


@dataclass(frozen=True, slots=True)
class Change:
    """`former` and `value`: from what to what, empty where there was or is nothing. `note`: how it came about."""

    key: int
    at: datetime
    who: str
    text: str
    former: str
    value: str
    note: str = ""


@dataclass(frozen=True)
class PastPage:
    name: str
    href: str
    lines: tuple[Change, ...]
    first_href: str
    earlier_href: str


def past_page(customer: Customer, *, before: str = "") -> PastPage:
    """The latest first, MOST entries at a time; `before` is the number of the entry they lie before. Six queries."""
    href = reverse("desk:customer_past", args=[customer.pk])
    people = [customer.pk, *merged_into([customer.pk])]
    told = entries_among(people).filter(kind__in=KINDS)
    if (edge := given_key(before)) is not None:
        told = told.filter(pk__lt=edge)
    happened = list(told.order_by("-pk")[: MOST + 1])
    shown = happened[:MOST]
    words = _Words(people, customer)
    return PastPage(
        name=name_of(customer),
        href=reverse("desk:customer", args=[customer.pk]),
        lines=tuple(line for entry in shown for line in words.lines(entry)),
        first_href=href if edge is not None else "",
        earlier_href=f"{href}?before={shown[-1].pk}" if len(happened) > MOST else "",
    )


class _Words:
    """What keys stand for in the entries of one page."""

    def __init__(self, people: list[int], customer: Customer) -> None:
        self.agents = names_of_colleagues()
        self.name = name_of(customer)
        self.likes = preference_texts(people)
        # An address that is gone is named by the entry that tells so, which may stand on another page.
        removed = entries_among(people).filter(kind=REMOVED).values_list("data", flat=True)
        gone = {data["address"]: data.get("value", "") for data in removed}
        self.addresses = gone | addresses_by_key(people)

    def lines(self, entry: Entry) -> Iterator[Change]:
        note = _("from a list") if "list" in entry.data.get("changed", ()) else ""
        for text, former, value in self._changes(entry):
            # Before values were kept, and after somebody was forgotten, only that it happened is known.
            told = text if former or value else entry.event.describe()
            yield Change(entry.pk, entry.occurred_at, self._who(entry), told, former, value, note)

    def _who(self, entry: Entry) -> str:
        if entry.actor_kind == "agent":
            return self.agents.get(entry.actor_key or 0, _("A former colleague"))
        return self.name if entry.actor_kind == "customer" else _("Rung")

    def _changes(self, entry: Entry) -> Iterator[tuple[str, str, str]]:
        """What was changed, from what, to what."""
        data = entry.data
        match entry.kind:
            case "customer.described" if data.get("values"):
                for field, former, value in data["values"]:
                    yield _label(field), _in_words(field, former), _in_words(field, value)
            case "customer.address_added":
                yield _("Address"), "", self._address(data)
            case "customer.address_removed":
                yield _("Address"), self._address(data), ""
            case "customer.address_labelled":
                what = _("What %(address)s is for") % {"address": self._address(data)}
                yield what, data.get("former", ""), data.get("label", "")
            case "preference.stated":
                yield _("Preference"), "", self.likes.get(data["preference"], "")
            case "preference.confirmed":
                yield _("Preference, still holds"), "", self.likes.get(data["preference"], "")
            case "preference.ended":
                yield _("Preference"), self.likes.get(data["preference"], ""), ""
            case "customer.consent_stated":
                what = _("Consent: %(purpose)s") % {"purpose": Purpose(data["purpose"]).label}
                yield what, "", _("yes") if data["is_given"] else _("no")
            case "field.set":
                yield data["name"], data["former"], data["value"]
            case "field.outweighed":
                yield data["name"], data["lost"], data["value"]
            case _rest:
                yield "", "", ""

    def _address(self, data: dict[str, Any]) -> str:
        value = self.addresses.get(data["address"], "")
        return readable(value, AddressKind.EMAIL if "@" in value else AddressKind.PHONE) if value else ""


def _label(field: str) -> str:
    labels = {
        "name": _("Name"),
        "role_title": _("Role"),
        "company": _("Company"),
        "decision_role": _("In the decision"),
        "language": _("Language"),
        "time_zone": _("Time zone"),
        "captive": _("Free to go elsewhere"),
        "is_internal": _("Colleague"),
        "about": _("About"),
        "avoid": _("What to avoid"),
    }
    return labels.get(field, field)


def _in_words(field: str, value: str) -> str:
    """What stood in a field, as the person's page says it."""
    match field, value:
        case _any, "":
            return ""
        case "language", code:
            return language_name(code)
        case "decision_role", role:
            return str(dict(DecisionRole.choices).get(role, role))
        case "captive", said:
            return _("no, bound to us") if said == "True" else _("yes, free to choose")
        case "is_internal", said:
            return _("yes") if said == "True" else _("no")
        case _rest:
            return value
