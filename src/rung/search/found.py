"""What was found, as it is shown: read through the gates, with the passage that was meant."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _
from markupsafe import Markup

from rung.accounts.access import Agent
from rung.core.compiled import bring_along, compiled
from rung.customers.access import Customer, Order, know_addresses, visible_companies, visible_customers
from rung.search.gates import in_lists
from rung.search.snippets import LONGEST, Marks, Passage, marked, passage
from rung.touchpoints.access import Conversation, State, Touchpoint, reach_of, within
from rung.touchpoints.doors import Door, door

# The newest touchpoints of a long conversation are looked through for a passage, or so many of its newest files where they
# have none; and of so many long ones.
LOOKED_THROUGH, LONG, LONG_ONES = 60, 60, 5
# So many are folded at once; of what has been found whole by then, no more are.
TOGETHER = 20
# What a mail program puts before each line of what somebody else wrote.
_QUOTE_MARKS = re.compile(r"^(?:[ \t]*>)+[ \t]?", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class FoundConversation:
    """`said_by` and `where`: whose words the passage is, and whether it stands in a letter, a note or a file's name."""

    number: int
    href: str
    subject: Markup
    customer: Markup
    company: str
    channel: Door
    state: str
    state_label: str
    assignee: str
    team: str
    last_touch_at: datetime
    passage: Markup
    said_by: str
    where: str


@dataclass(frozen=True, slots=True)
class FoundPerson:
    """`because`: the address, number or order by which they were found, where the name does not say it."""

    href: str
    name: str
    html: Markup
    about: str
    because: Markup
    is_internal: bool


@dataclass(frozen=True, slots=True)
class FoundCompany:
    href: str
    name: str
    html: Markup
    people: int


@dataclass(frozen=True, slots=True)
class _Said:
    passage: Passage
    by: str
    where: str
    at: datetime
    touchpoint: int = 0


def conversations_of(agent: Agent, keys: Sequence[int], marks: Marks) -> tuple[FoundConversation, ...]:
    """These of the conversations an agent sees, in this order; their touchpoints and notes are seen by whoever sees them."""
    if not keys:
        return ()
    known = {line.pk: line for line in _lines(keys, *reach_of(agent))}
    best: dict[int, _Said] = {}
    # From where it mostly stands to where it seldom does, each time only for those in which not all of it has been found: a
    # touchpoint is some pages of the disk, and of twenty conversations they lie far apart.
    for look in (_said_last, _said_in_touchpoints, _said_beside, _said_in_old_files):
        least = marks.most if look is not _said_in_old_files else 1
        missing = {pk: known[pk] for pk in known if pk not in best or best[pk].passage.score < least}
        for pk, said in look(missing, marks) if missing else ():
            if pk not in best or (said.passage.score, said.at) > (best[pk].passage.score, best[pk].at):
                best[pk] = said
    return tuple(_conversation(known[key], best.get(key), marks) for key in keys if key in known)


@compiled
def _lines(keys: Sequence[int], agent: int | None, teams: Sequence[int], is_own: bool) -> QuerySet[Conversation]:
    about = ("customer__company", "assignee", "team")
    return within(agent, teams, is_own).filter(pk__in=keys).select_related(*about)


_SAID = ("conversation", "pk", "text", "quoted", "occurred_at", "direction", "agent__name", "customer__name")


@compiled
def _touchpoints(some: Sequence[int], others: Sequence[int]) -> QuerySet[Touchpoint, tuple[Any, ...]]:
    those = Q(conversation__in=some) | Q(conversation__in=others)
    return Touchpoint.objects.filter(those).order_by("-occurred_at").values_list(*_SAID)


@compiled
def _last_touchpoints(conversations: Sequence[int]) -> QuerySet[Touchpoint, tuple[Any, ...]]:
    theirs = Touchpoint.objects.filter(conversation=OuterRef("pk")).order_by("-occurred_at", "-pk")
    last = Conversation.objects.filter(pk__in=conversations).order_by().values(last=Subquery(theirs.values("pk")[:1]))
    return Touchpoint.objects.filter(pk__in=last).order_by().values_list(*_SAID)


@compiled
def _newest_touchpoints(conversation: int) -> QuerySet[Touchpoint, tuple[Any, ...]]:
    theirs = Touchpoint.objects.filter(conversation=conversation).order_by("-occurred_at")
    # Joined, PostgreSQL would put all of them in order, with the names of each, to hand out the newest.
    ours = Subquery(Agent.objects.filter(pk=OuterRef("agent")).values("name"))
    customers = Subquery(Customer.objects.filter(pk=OuterRef("customer")).values("name"))
    return theirs.values_list(*_SAID[:-2], ours, customers)[:LOOKED_THROUGH]


def _said_last(lines: dict[int, Conversation], marks: Marks) -> Iterator[tuple[int, _Said]]:
    return _said(_last_touchpoints(sorted(lines)), marks)


def _said_in_touchpoints(lines: dict[int, Conversation], marks: Marks) -> Iterator[tuple[int, _Said]]:
    rows = _touchpoints(*in_lists(sorted(pk for pk, line in lines.items() if 1 < line.touch_count <= LONG)))
    for pk in _long_ones(lines):
        rows += _newest_touchpoints(pk)
    return _said(rows, marks)


def _long_ones(lines: dict[int, Conversation]) -> list[int]:
    return sorted(pk for pk, line in lines.items() if line.touch_count > LONG)[:LONG_ONES]


def _said(rows: Iterable[tuple[Any, ...]], marks: Marks) -> Iterator[tuple[int, _Said]]:
    rows = list(rows)
    best: dict[int, int] = {}
    for start in range(0, len(rows), TOGETHER):
        some = [row for row in rows[start : start + TOGETHER] if best.get(row[0], -1) < marks.most]
        bounds = iter(marks.at_most_in([_whole(text) for row in some for text in row[2:4]]))
        for at_most, behind, row in zip(bounds, bounds, some, strict=True):
            pk, touchpoint, text, quoted, moment, direction, ours, theirs = row
            if max(at_most, behind) <= best.get(pk, -1):
                continue  # nothing older is better that says no more
            found = passage(_unmarked(text), marks)
            if behind and not found.score:
                found = max(found, passage(_unmarked(quoted), marks), key=lambda each: each.score)
            best[pk] = max(found.score, best.get(pk, 0))
            # What was spoken is in the words of whoever noted it, and a letter of no agent is Rung's, as on the timeline.
            by = ours or (_("Rung") if direction == "out" else theirs)
            yield pk, _Said(found, by or "", "", moment, touchpoint)


def _whole(text: str) -> str:
    """As it is read for a passage, or longer: marks of quotes are no letters."""
    return text if len(text) <= LONGEST else _unmarked(text)


def _unmarked(text: str) -> str:
    return _QUOTE_MARKS.sub("", text) if ">" in text else text


def _said_beside(lines: dict[int, Conversation], marks: Marks) -> Iterator[tuple[int, _Said]]:
    """In notes, and in the names of files; only where it is what was meant."""
    for pk, text, by, moment in _notes(sorted(lines)):
        if (found := passage(text, marks)).score:
            yield pk, _Said(found, by or "", _("Note"), moment)
    yield from _said_in_names(_files(sorted(pk for pk, line in lines.items() if line.touch_count <= LONG)), marks)


def _said_in_old_files(lines: dict[int, Conversation], marks: Marks) -> Iterator[tuple[int, _Said]]:
    for pk in _long_ones(lines):
        yield from _said_in_names(_newest_files(pk), marks)


def _said_in_names(files: Sequence[tuple[Any, ...]], marks: Marks) -> Iterator[tuple[int, _Said]]:
    for at_most, (pk, touchpoint, name, moment) in zip(marks.at_most_in([row[2] for row in files]), files, strict=True):
        if at_most and (found := marked(name, marks)).score:
            yield pk, _Said(found, "", _("File"), moment, touchpoint)


@compiled
def _notes(conversations: Sequence[int]) -> QuerySet[Conversation, tuple[Any, ...]]:
    these = Conversation.objects.filter(pk__in=conversations, notes__isnull=False)
    return these.values_list("pk", "notes__text", "notes__agent__name", "notes__written_at")


_FILE = ("conversation", "pk", "attachments__name", "occurred_at")


@compiled
def _files(conversations: Sequence[int]) -> QuerySet[Touchpoint, tuple[Any, ...]]:
    files = Touchpoint.objects.filter(conversation__in=conversations, attachments__isnull=False)
    return files.values_list(*_FILE)


@compiled
def _newest_files(conversation: int) -> QuerySet[Touchpoint, tuple[Any, ...]]:
    files = Touchpoint.objects.filter(conversation=conversation, attachments__isnull=False)
    return files.order_by("-occurred_at").values_list(*_FILE)[:LOOKED_THROUGH]


def _conversation(line: Conversation, said: _Said | None, marks: Marks) -> FoundConversation:
    href = reverse("desk:conversation", args=[line.number])
    if said is not None and said.touchpoint and said.passage.score and line.touch_count > 1:
        href += f"?touchpoint={said.touchpoint}"
    name = line.customer.name or str(line.customer)
    return FoundConversation(
        number=line.number,
        href=href,
        subject=marked(line.subject, marks).html or Markup(_("(no subject)")),  # noqa: S704  # our own words
        customer=marked(name, marks).html,
        company=line.customer.company.name if line.customer.company else "",
        channel=door(line.last_channel or line.channel),
        state=line.state,
        state_label=str(State(line.state).label),
        assignee=line.assignee.name if line.assignee else "",
        team=line.team.name if line.team else "",
        last_touch_at=line.last_touch_at,
        passage=said.passage.html if said else passage(line.last_snippet, marks).html,
        said_by=said.by if said else "",
        where=said.where if said else "",
    )


def people_of(agent: Agent, keys: Sequence[int], marks: Marks) -> tuple[FoundPerson, ...]:
    if not keys:
        return ()
    known = {person.pk: person for person in visible_customers(agent).filter(pk__in=keys)}
    know_addresses(known.values())
    bring_along("orders", known.values(), _orders(list(known)), "customer_id")
    return tuple(_person(known[key], marks) for key in keys if key in known)


@compiled
def _orders(people: Sequence[int]) -> QuerySet[Order]:
    return Order.objects.filter(customer__in=people)


def _person(person: Customer, marks: Marks) -> FoundPerson:
    addresses = [address.value for address in person.addresses.all()]
    name = person.name or next(iter(addresses), str(person))
    ways = [marked(value, marks) for value in addresses if value != name]
    ways += [marked(f"{order.number} {order.title}", marks) for order in person.orders.all()[:50]]
    best = max(ways, key=lambda each: each.score, default=None)
    company = person.company.name if person.company else ""
    return FoundPerson(
        href=reverse("desk:customer", args=[person.pk]),
        name=name,
        html=marked(name, marks).html,
        about=", ".join(each for each in (person.role_title, company) if each),
        because=best.html if best else Markup(""),
        is_internal=person.is_internal,
    )


def companies_of(agent: Agent, keys: Sequence[int], marks: Marks) -> tuple[FoundCompany, ...]:
    if not keys:
        return ()
    found = visible_companies(agent).filter(pk__in=keys).annotate(people=Count("customers"))
    return tuple(
        FoundCompany(
            href=reverse("desk:company", args=[company.pk]),
            name=company.name,
            html=marked(company.name, marks).html,
            people=company.people,
        )
        for company in found
    )
