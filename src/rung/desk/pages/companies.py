"""The list of companies, and one company with its people, what stands open with them, and everything so far."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Q
from django.http import QueryDict

from rung.accounts.access import Agent
from rung.core.addresses import reverse
from rung.core.given import given_key
from rung.core.text import one_line
from rung.customers.access import Company, Order
from rung.customers.firms import MOST, belonging_to, domains_of, found_firms, people_of
from rung.desk.forms.company import CompanyForm
from rung.desk.pages.people import Found, find_people, found_of
from rung.desk.pages.queue.asked import own_name
from rung.desk.pages.queue.chips import Field, own_field
from rung.desk.pages.reasons import Purchase
from rung.desk.pages.rows import COLUMNS, Row, rows_of, with_readings
from rung.desk.pages.timeline import Moment, timeline
from rung.fields.access import fields_of, subjects_with, values_of
from rung.fields.pages import Fields, fields_part
from rung.journal.access import newest_entry
from rung.touchpoints.access import Conversation, visible_conversations

PAGE = 50
MATTERS = 12
ORDERS = 8


@dataclass(frozen=True, slots=True)
class CompanyLine:
    pk: int
    name: str
    href: str
    domain: str
    is_internal: bool
    people: int


@dataclass(frozen=True)
class CompaniesPage:
    wanted: str
    companies: tuple[CompanyLine, ...]
    next_href: str
    is_later_page: bool
    form: CompanyForm
    filters: tuple[Field, ...]
    is_filtered: bool


@dataclass(frozen=True, slots=True)
class Member:
    """One of its people. `decides`: their part in the decision, in words."""

    person: Found
    decides: str
    leaving_href: str


@dataclass(frozen=True)
class CompanyPage:
    """`suggested`: who writes from its domains and belongs to no company; `found`: who answers to `wanted`."""

    pk: int
    name: str
    is_internal: bool
    domains: tuple[str, ...]
    people: tuple[Member, ...]
    is_cut: bool
    suggested: tuple[Found, ...]
    wanted: str
    found: tuple[Found, ...]
    matters: tuple[Row, ...]
    has_more_matters: bool
    orders: tuple[Purchase, ...]
    moments: tuple[Moment, ...]
    next_href: str
    is_later_page: bool
    href: str
    live_href: str
    newest: int
    form: CompanyForm
    fields: Fields


def companies_page(agent: Agent, form: CompanyForm, given: QueryDict) -> CompaniesPage:
    """Those that answer to the words and to what is asked of their fields. Four queries and those of the frame."""
    wanted = given.get("q", "")
    name, _separator, number = given.get("after", "").rpartition("~")
    key = given_key(number)
    asked = [(field, one_line(given.get(own_name(field), ""), 200)) for field in fields_of("company")]
    told = [(field, value) for field, value in asked if value]
    found = found_firms(
        agent,
        wanted,
        said=[subjects_with(field, value) for field, value in told],
        after=(name, key) if key is not None else None,
        limit=PAGE + 1,
    )
    last = found[PAGE - 1].company if len(found) > PAGE else None
    said = {"q": wanted, **{own_name(field): value for field, value in told}}
    query = (
        urlencode({name: value for name, value in {**said, "after": f"{last.name}~{last.pk}"}.items() if value})
        if last
        else ""
    )
    return CompaniesPage(
        wanted,
        tuple(
            CompanyLine(
                firm.company.pk,
                firm.company.name,
                reverse("desk:company", args=[firm.company.pk]),
                firm.company.domain,
                firm.company.is_internal,
                firm.people,
            )
            for firm in found[:PAGE]
        ),
        f"{reverse('desk:companies')}?{query}" if last else "",
        key is not None,
        form,
        tuple(own_field(field, value) for field, value in asked),
        bool(told),
    )


def company_page(
    company: Company, agent: Agent, *, before: str = "", wanted: str = "", form: CompanyForm | None = None
) -> CompanyPage:
    """Eighteen queries at most, however many people it has; of those the first two hundred are looked at."""
    newest = newest_entry()
    people = people_of(company, agent, limit=MOST + 1)
    keys = [person.pk for person in people[:MOST]]
    matters = _matters(keys, agent)
    line = timeline(keys, agent, before=before) if keys else None
    orders = Order.objects.filter(customer__in=keys).order_by("-placed_at")[:ORDERS] if keys else ()
    domains = domains_of(company)
    href = reverse("desk:company", args=[company.pk])
    is_later = bool(line and line.is_later)
    found = [each for each in find_people(agent, wanted, limit=8) if each.pk not in keys] if wanted.strip() else []
    return CompanyPage(
        pk=company.pk,
        name=company.name,
        is_internal=company.is_internal,
        domains=tuple(domains),
        people=tuple(
            Member(
                found_of(person),
                str(person.get_decision_role_display()) if person.decision_role else "",
                reverse("desk:company_leaving", args=[company.pk, person.pk]),
            )
            for person in people[:MOST]
        ),
        is_cut=len(people) > MOST,
        suggested=tuple(found_of(person) for person in belonging_to(company, agent)),
        wanted=wanted,
        found=tuple(found),
        matters=rows_of(matters[:MATTERS], agent),
        has_more_matters=len(matters) > MATTERS,
        orders=tuple(Purchase(o.number, o.title, o.amount_cents, o.currency, o.state, o.placed_at) for o in orders),
        moments=line.moments if line else (),
        next_href=f"{href}?{urlencode({'before': line.next_place})}" if line and line.next_place else "",
        is_later_page=is_later,
        href=href,
        live_href=f"{href}?{urlencode({'before': before})}" if is_later else href,
        newest=newest,
        form=form or CompanyForm(initial={"name": company.name, "domains": "\n".join(domains)}),
        fields=fields_part(
            values_of("company", [company.pk])[company.pk], reverse("desk:company_fields", args=[company.pk])
        ),
    )


def _matters(people: list[int], agent: Agent) -> list[Conversation]:
    if not people:
        return []
    theirs = visible_conversations(agent).filter(customer__in=people)
    open_ones = theirs.exclude(Q(state__in=("spam", "joined", "resolved")))
    lines = with_readings(open_ones, agent.pk).select_related("customer__company", "assignee", "team").only(*COLUMNS)
    return list(lines.order_by("-last_touch_at")[: MATTERS + 1])
