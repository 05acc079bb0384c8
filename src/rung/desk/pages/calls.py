"""The calls on an agent's screen: who it is, what stands open with them, and how they like to be served."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from rung.accounts.access import Agent
from rung.channels.phone.access import Call, colleagues_at, present_calls, visible_calls
from rung.core.addresses import reverse
from rung.core.given import given_place
from rung.customers.access import AddressKind, Customer, customers_at
from rung.customers.addresses import readable
from rung.desk.pages.naming import name_of
from rung.desk.pages.people import Found, found_of
from rung.desk.pages.person import Person, person_of
from rung.desk.pages.rows import Row

SHOWN = 3
LISTED = 40


@dataclass(frozen=True)
class Acquaintance:
    """A person at a glance: `matters` are those that are not settled."""

    person: Person
    matters: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Matter:
    """A choice of what a call is about."""

    number: int
    subject: str
    is_chosen: bool


@dataclass(frozen=True)
class CallCard:
    """One call. `state`: "ringing", "spoken" or "over". `known`: who it is; else `perhaps` who it may be; `colleague`: the
    one whose extension it is. `promised`: what was typed of a promise, by the form's fields."""

    pk: int
    state: str
    number: str
    is_ours: bool
    since_at: datetime
    duration_s: int | None
    is_mine: bool
    known: Acquaintance | None
    perhaps: tuple[Found, ...]
    colleague: str
    notes: str
    promised: dict[str, str]
    matters: tuple[Matter, ...]
    thread_href: str


@dataclass(frozen=True, slots=True)
class CallLine:
    """One call in the list. `became`: "missed", "spoken", "present"."""

    pk: int
    became: str
    is_ours: bool
    name: str
    href: str
    number: str
    began_at: datetime
    duration_s: int | None
    who: str
    thread_href: str
    call_back_href: str


@dataclass(frozen=True)
class CallsPage:
    cards: tuple[CallCard, ...]
    lines: tuple[CallLine, ...]
    next_href: str
    is_later_page: bool
    error: str = ""


def present_page(agent: Agent, *, at: datetime, error: str = "") -> CallsPage:
    """What rings for an agent and what they speak: one query where there is nothing."""
    calls = present_calls(agent, at=at)[:SHOWN]
    colleagues = colleagues_at(calls)
    cards = tuple(_card(call, agent, colleagues, at) for call in calls)
    return CallsPage(cards, (), "", False, error)


def calls_page(agent: Agent, *, at: datetime, before: str = "") -> CallsPage:
    """The present calls, and below them those so far, the latest first."""
    calls = visible_calls(agent).prefetch_related("customer__addresses").order_by("-began_at", "-pk")
    if (place := given_place(before)) is not None:
        calls = calls.filter(began_at__lte=place[0]).exclude(began_at=place[0], pk__gte=place[1])
    found = list(calls[: LISTED + 1])
    last = found[LISTED - 1] if len(found) > LISTED else None
    colleagues = colleagues_at(found)
    return CallsPage(
        present_page(agent, at=at).cards,
        tuple(_line(call, colleagues) for call in found[:LISTED]),
        f"{reverse('desk:calls')}?{urlencode({'before': f'{last.began_at.isoformat()}~{last.pk}'})}" if last else "",
        place is not None,
    )


def acquaintance_of(customer: Customer, agent: Agent, *, at: datetime) -> Acquaintance:
    """Ten queries, whatever there is."""
    person = person_of(customer, agent, at=at, orders=3, matters=SHOWN)
    open_ones = tuple(row for row in person.conversations if row.turn != "resolved")
    return Acquaintance(person, open_ones)


def _card(call: Call, agent: Agent, colleagues: dict[str, str], at: datetime) -> CallCard:
    known = acquaintance_of(call.customer, agent, at=at) if call.customer is not None else None
    perhaps = customers_at(agent, call.number) if known is None and call.number else []
    is_open = call.touchpoint is None
    return CallCard(
        pk=call.pk,
        state="over" if call.ended_at else "spoken" if call.answered_at else "ringing",
        number=readable(call.number, AddressKind.PHONE),
        is_ours=call.way == "out",
        since_at=call.ended_at or call.answered_at or call.began_at,
        duration_s=call.duration_s,
        is_mine=call.agent_id == agent.pk,
        known=known,
        perhaps=tuple(found_of(each) for each in perhaps),
        colleague="" if known else colleagues.get(call.number, ""),
        notes=call.notes,
        promised=call.promised,
        matters=tuple(Matter(row.number, row.subject, row.number == call.matter_id) for row in known.matters)
        if known and is_open
        else (),
        thread_href=_thread_href(call),
    )


def _line(call: Call, colleagues: dict[str, str]) -> CallLine:
    became = "missed" if call.is_missed() else "spoken" if call.ended_at else "present"
    return CallLine(
        pk=call.pk,
        became=became,
        is_ours=call.way == "out",
        name=name_of(call.customer) if call.customer else colleagues.get(call.number, ""),
        href=reverse("desk:customer", args=[call.customer_id]) if call.customer_id else "",
        number=readable(call.number, AddressKind.PHONE),
        began_at=call.began_at,
        duration_s=call.duration_s,
        who=call.agent.name if call.agent else "",
        thread_href=_thread_href(call),
        # Whoever was spoken with stands on a thread, which leads on; but for those of whom nobody said who they are.
        call_back_href=f"tel:{call.number}" if call.number and call.ended_at and not call.touchpoint_id else "",
    )


def _thread_href(call: Call) -> str:
    if call.touchpoint is None:
        return ""
    matter = reverse("desk:conversation", args=[call.touchpoint.conversation_id])
    return f"{matter}?touchpoint={call.touchpoint_id}#t{call.touchpoint_id}"
