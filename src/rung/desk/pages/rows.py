"""One conversation as a line of a list: in the queue, and beside its customer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote
from zlib import crc32

from django.db.models import F, FilteredRelation, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce, NullIf
from django.utils.translation import gettext as _

from rung.accounts.access import Agent
from rung.core.addresses import reverse
from rung.desk.pages.labels import PriorityChip, TagChip, priority_chip
from rung.desk.pages.naming import know_addresses, name_of, names_without_one
from rung.touchpoints.access import Conversation, ConversationQuerySet, State
from rung.touchpoints.doors import Door, door

if TYPE_CHECKING:
    from rung.desk.pages.due import DueWord

COLUMNS = (
    *("id", "subject", "state", "priority", "channel", "touch_count", "reopen_count"),
    *("last_touch_at", "last_inbound_at", "awaits_us_since_at", "answer_due_at", "undelivered_at"),
    *("snoozed_until_at", "resolved_at", "opened_at"),
    *("last_snippet", "last_channel", "last_direction", "customer", "assignee", "team"),
    *("customer__name", "customer__is_internal", "customer__company__name", "assignee__name", "team__name"),
)


class Line(NamedTuple):
    """What is read of a conversation for its line, in the order of `LINE`. `customer_name` may be empty."""

    pk: int
    subject: str
    state: str
    priority: str
    channel: str
    touch_count: int
    reopen_count: int
    last_touch_at: datetime
    last_inbound_at: datetime | None
    awaits_us_since_at: datetime | None
    answer_due_at: datetime | None
    undelivered_at: datetime | None
    snoozed_until_at: datetime | None
    resolved_at: datetime | None
    opened_at: datetime
    last_snippet: str
    last_channel: str
    last_direction: str
    customer_id: int
    customer_name: str
    is_internal: bool
    company: str | None
    assignee_id: int | None
    assignee: str | None
    team: str | None
    seen_at: datetime | None
    aside_news: str | None
    due_by: datetime | None = None


LINE = (
    *("pk", "subject", "state", "priority", "channel", "touch_count", "reopen_count"),
    *("last_touch_at", "last_inbound_at", "awaits_us_since_at", "answer_due_at", "undelivered_at"),
    *("snoozed_until_at", "resolved_at", "opened_at", "last_snippet", "last_channel", "last_direction"),
    *("customer_id", "customer__name", "customer__is_internal", "customer__company__name"),
    *("assignee_id", "assignee__name", "team__name", "seen_at", "aside_news"),
)
"""What `Line` is read from, of conversations `with_readings` and `with_asides`; `due_by` may follow."""


@dataclass(frozen=True, slots=True)
class Row:
    """`turn` is whose turn it is: "us", "them", "snoozed", "resolved", "spam"; `since` the moment that began."""

    number: int
    href: str
    subject: str
    snippet: str
    snippet_is_ours: bool
    customer: str
    company: str
    is_internal: bool
    channel: Door
    channel_label: str
    turn: str
    since: datetime | None
    last_touch_at: datetime
    state: str
    assignee: str
    is_mine: bool
    team: str
    is_unread: bool
    reopen_count: int
    opened_at: datetime
    last_inbound_at: datetime | None
    touch_count: int
    priority: PriorityChip
    tags: tuple[TagChip, ...] = ()
    answer_due_at: datetime | None = None
    undelivered_at: datetime | None = None
    aside_news: str = ""
    due: DueWord | None = None
    told: tuple[tuple[str, str], ...] = ()

    @property
    def version(self) -> str:
        """Another one when somebody who looks at the line would call it changed; that time goes by is no change."""
        said = (
            self.last_touch_at,
            self.turn,
            self.state,
            self.assignee,
            self.team,
            self.priority.value,
            self.is_unread,
        )
        also: tuple[object, ...] = (
            self.subject,
            self.answer_due_at,
            self.undelivered_at,
            self.aside_news,
            *(tag.pk for tag in self.tags),
        )
        also += self.due.mark if self.due is not None else ()
        also += self.told
        return format(crc32(repr((*said, *also)).encode()), "x")


def with_readings(conversations: ConversationQuerySet, agent: int) -> ConversationQuerySet:
    """The same, each knowing as `seen_at` up to when this agent has seen it."""
    own = FilteredRelation("readings", condition=Q(readings__agent=agent))
    return conversations.alias(own=own).annotate(seen_at=F("own__read_at"))


def with_asides(conversations: ConversationQuerySet, visible: ConversationQuerySet) -> ConversationQuerySet:
    """The same, each knowing as `aside_news` who has answered what was asked beside it, where nobody has taken that up;
    among those that are `visible`."""
    answered = visible.filter(beside=OuterRef("pk"), awaits_us_since_at__isnull=False)
    name = Coalesce(NullIf("customer__name", Value("")), Value(_("outside")))
    return conversations.annotate(aside_news=Subquery(answered.order_by("-last_touch_at").values_list(name)[:1]))


def rows_of(
    conversations: Iterable[Conversation],
    agent: Agent,
    origin: str = "",
    tags: Mapping[int, tuple[TagChip, ...]] | None = None,
    dues: Mapping[int, DueWord] | None = None,
) -> tuple[Row, ...]:
    """`origin` is the list they stand in, so that a conversation knows the way back; `tags` and `dues` are those that are
    shown."""
    conversations = list(conversations)
    know_addresses(conversation.customer for conversation in conversations)
    return rows_of_lines([_line(each) for each in conversations], agent, origin, tags, dues)


def rows_of_lines(
    lines: Sequence[Line],
    agent: Agent,
    origin: str = "",
    tags: Mapping[int, tuple[TagChip, ...]] | None = None,
    dues: Mapping[int, DueWord] | None = None,
    told: Mapping[int, tuple[tuple[str, str], ...]] | None = None,
) -> tuple[Row, ...]:
    """The same of lines as they were read; `told` is what fields say, by name and value."""
    suffix = f"?from={quote(origin, safe='/')}" if origin else ""
    carried, due, said = tags or {}, dues or {}, told or {}
    nameless = names_without_one([line.customer_id for line in lines if not line.customer_name])
    priorities = {each: priority_chip(each) for each in {line.priority for line in lines}}
    doors = {each: door(each) for each in {line.last_channel or line.channel for line in lines}}
    labels = {key: str(each.label) for key, each in doors.items()}
    rows = []
    for line in lines:
        turn, since = turn_of(line)
        inbound = line.last_inbound_at
        rows.append(
            Row(
                number=line.pk,
                href=conversation_href(line.pk) + suffix,
                subject=line.subject or _("(no subject)"),
                snippet=line.last_snippet,
                snippet_is_ours=line.last_direction == "out",
                customer=line.customer_name or nameless[line.customer_id],
                company=line.company or "",
                is_internal=line.is_internal,
                channel=doors[through := line.last_channel or line.channel],
                channel_label=labels[through],
                turn=turn,
                since=since,
                last_touch_at=line.last_touch_at,
                state=line.state,
                assignee=line.assignee or "",
                is_mine=line.assignee_id == agent.pk,
                team=line.team or "",
                is_unread=inbound is not None and (line.seen_at is None or line.seen_at < inbound),
                reopen_count=line.reopen_count,
                opened_at=line.opened_at,
                last_inbound_at=inbound,
                touch_count=line.touch_count,
                priority=priorities[line.priority],
                tags=carried.get(line.pk, ()),
                answer_due_at=line.answer_due_at,
                undelivered_at=line.undelivered_at,
                aside_news=line.aside_news or "",
                due=due.get(line.pk),
                told=said.get(line.pk, ()),
            )
        )
    return tuple(rows)


def _line(of: Conversation) -> Line:
    customer = of.customer
    values: tuple[Any, ...] = (
        *(of.pk, of.subject, of.state, of.priority, of.channel, of.touch_count, of.reopen_count),
        *(of.last_touch_at, of.last_inbound_at, of.awaits_us_since_at, of.answer_due_at, of.undelivered_at),
        *(of.snoozed_until_at, of.resolved_at, of.opened_at, of.last_snippet, of.last_channel, of.last_direction),
        *(customer.pk, name_of(customer), customer.is_internal, customer.company.name if customer.company else ""),
        *(of.assignee_id, of.assignee.name if of.assignee else "", of.team.name if of.team else ""),
        *(getattr(of, "seen_at", None), getattr(of, "aside_news", None)),
    )
    return Line(*values)


@cache
def _conversations_at() -> str:
    return reverse("desk:conversation", args=[0]).removesuffix("0")


def conversation_href(number: int) -> str:
    """Where a conversation is; worked out once, because a list asks fifty times."""
    return f"{_conversations_at()}{number}"


def turn_of(conversation: Conversation | Line) -> tuple[str, datetime | None]:
    if conversation.state == State.RESOLVED:
        return "resolved", conversation.resolved_at
    if conversation.state == State.SPAM:
        return "spam", conversation.last_touch_at
    if conversation.state == State.SNOOZED:
        return "snoozed", conversation.snoozed_until_at
    if conversation.awaits_us_since_at is not None:
        return "us", conversation.awaits_us_since_at
    return "them", conversation.last_touch_at
