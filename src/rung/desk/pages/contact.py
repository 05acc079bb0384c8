"""The forms that begin with a person, and the form that describes one."""

from __future__ import annotations

import zoneinfo
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from rung.accounts.access import Agent, colleagues
from rung.core.addresses import reverse
from rung.core.text import storable
from rung.customers.access import (
    MOST_WANTED,
    AddressKind,
    Customer,
    customer_for,
    found_customers,
    visible_companies,
)
from rung.customers.addresses import readable
from rung.desk.forms.contact import LogForm, WriteForm
from rung.desk.forms.customer import AddressForm, DescriptionForm
from rung.desk.pages.calls import Acquaintance, acquaintance_of
from rung.desk.pages.people import Found, find_people, found_of
from rung.desk.pages.wishes import Wishes, wishes_of
from rung.touchpoints.addresses import as_typed
from rung.touchpoints.doors import doors, writing_door
from rung.touchpoints.incoming import Party

SUGGESTED = 6


@dataclass(frozen=True)
class Finder:
    """Finding the person in a form. `chosen`: known already; `people`: who answers to `wanted`; `glance`: what helps with
    the only one who does."""

    chosen: Found | None
    wanted: str
    people: tuple[Found, ...]
    is_new: bool
    has_looked: bool
    glance: Acquaintance | None = None


@dataclass(frozen=True)
class LogPage:
    form: LogForm
    finder: Finder
    back_href: str
    error: str
    asks_duration: tuple[str, ...]
    asks_place: tuple[str, ...]
    icons: dict[str, str]


@dataclass(frozen=True)
class WritePage:
    """`signature`: what stands below the letter and is not typed here."""

    form: WriteForm
    finder: Finder
    back_href: str
    error: str
    signature: str
    has_others: bool


@dataclass(frozen=True, slots=True)
class Way:
    """An address on the page where it is labelled and removed."""

    kind: str
    shown: str
    label: str
    label_href: str
    removal_href: str


@dataclass(frozen=True)
class DescriptionPage:
    customer: Found
    form: DescriptionForm
    address_form: AddressForm
    addresses: tuple[Way, ...]
    wishes: Wishes
    companies: tuple[str, ...]
    zones: tuple[str, ...]
    beside: int | None
    back_href: str


def finder(agent: Agent, *, chosen: Customer | None, wanted: str, at: datetime, is_new: bool = False) -> Finder:
    people = find_people(agent, wanted, limit=SUGGESTED) if wanted.strip() and chosen is None else ()
    one = customer_for(agent, people[0].pk) if len(people) == 1 else None
    return Finder(
        chosen=found_of(chosen) if chosen is not None else None,
        wanted=wanted,
        people=people,
        is_new=is_new,
        has_looked=bool(wanted.strip()),
        glance=acquaintance_of(one, agent, at=at) if one is not None else None,
    )


def correspondents(agent: Agent, wanted: str) -> list[str]:
    """Whom one may mean while typing into a line of recipients, customers and colleagues, as "Name <address>"."""
    wanted = storable(wanted).strip()[:MOST_WANTED]
    if len(wanted) < 2:
        return []
    people = [
        Party(address.value, person.name)
        for person in found_customers(agent, wanted, limit=SUGGESTED)
        for address in person.addresses.all()
        if address.kind == AddressKind.EMAIL and address.failing_since_at is None
    ]
    inside = colleagues(agent).filter(Q(name__istartswith=wanted) | Q(email__istartswith=wanted))[:SUGGESTED]
    people += [Party(each.email, each.name) for each in inside]
    return [as_typed([party]) for party in {party.address: party for party in people}.values()][: 2 * SUGGESTED]


def log_page(form: LogForm, found: Finder, *, back_href: str = "", error: str = "") -> LogPage:
    return LogPage(
        form=form,
        finder=found,
        back_href=back_href or reverse("desk:queue"),
        error=error,
        asks_duration=tuple(each.kind for each in doors() if each.asks_duration),
        asks_place=tuple(each.kind for each in doors() if each.asks_place),
        icons={each.kind: each.icon for each in doors()},
    )


def write_page(form: WriteForm, found: Finder, agent: Agent, *, back_href: str = "", error: str = "") -> WritePage:
    through = writing_door("")
    letterhead = through.letterhead(None, agent) if through else None
    has_others = any(form[name].value() for name in ("also", "cc", "bcc"))
    signature = letterhead.signature if letterhead else ""
    return WritePage(form, found, back_href or reverse("desk:queue"), error, signature, has_others)


def description_page(
    customer: Customer,
    agent: Agent,
    form: DescriptionForm,
    address_form: AddressForm,
    *,
    at: datetime,
    beside: int | None = None,
) -> DescriptionPage:
    """What is known of a person, to be changed; `beside` is the number of the conversation one came from."""
    companies = visible_companies(agent).order_by("name").values_list("name", flat=True)[:500]
    found = found_of(customer)
    return DescriptionPage(
        customer=found,
        beside=beside,
        back_href=found.href if beside is None else reverse("desk:conversation", args=[beside]) + "#beside",
        form=form,
        address_form=address_form,
        addresses=tuple(
            Way(
                each.kind,
                readable(each.value, each.kind),
                each.label,
                reverse("desk:address_label", args=[each.pk]),
                reverse("desk:address_removal", args=[each.pk]),
            )
            for each in customer.addresses.all()
        ),
        wishes=wishes_of(customer, at=at),
        companies=tuple(companies),
        zones=tuple(sorted(zone for zone in zoneinfo.available_timezones() if "/" in zone and "Etc" not in zone)),
    )
