"""One conversation as a line of a list: in the queue, and beside its customer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import quote
from zlib import crc32

from django.db.models import F, FilteredRelation, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce, NullIf
from django.urls import reverse
from django.utils.translation import gettext as _

from rung.accounts.access import Agent
from rung.desk.pages.labels import PriorityChip, TagChip, priority_chip
from rung.desk.pages.naming import know_addresses, name_of
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
    told: Mapping[int, tuple[tuple[str, str], ...]] | None = None,
) -> tuple[Row, ...]:
    """`origin` is the list they stand in, so that a conversation knows the way back; `tags`, `dues` and what fields have
    `told`, by name and value, are those that are shown."""
    suffix = f"?from={quote(origin, safe='/')}" if origin else ""
    conversations = list(conversations)
    know_addresses(conversation.customer for conversation in conversations)
    carried, due, said = tags or {}, dues or {}, told or {}
    return tuple(
        replace(_row(each, agent, suffix, carried.get(each.pk, ())), due=due.get(each.pk), told=said.get(each.pk, ()))
        for each in conversations
    )


def _row(conversation: Conversation, agent: Agent, suffix: str, tags: tuple[TagChip, ...]) -> Row:
    customer, company = conversation.customer, conversation.customer.company
    seen_at: datetime | None = getattr(conversation, "seen_at", None)
    inbound = conversation.last_inbound_at
    turn, since = turn_of(conversation)
    return Row(
        number=conversation.number,
        href=conversation_href(conversation.number) + suffix,
        subject=conversation.subject or _("(no subject)"),
        snippet=conversation.last_snippet,
        snippet_is_ours=conversation.last_direction == "out",
        customer=name_of(customer),
        company=company.name if company else "",
        is_internal=customer.is_internal,
        channel=door(conversation.last_channel or conversation.channel),
        turn=turn,
        since=since,
        last_touch_at=conversation.last_touch_at,
        state=conversation.state,
        assignee=conversation.assignee.name if conversation.assignee else "",
        is_mine=conversation.assignee_id == agent.pk,
        team=conversation.team.name if conversation.team else "",
        is_unread=inbound is not None and (seen_at is None or seen_at < inbound),
        reopen_count=conversation.reopen_count,
        opened_at=conversation.opened_at,
        last_inbound_at=inbound,
        touch_count=conversation.touch_count,
        priority=priority_chip(conversation.priority),
        tags=tags,
        answer_due_at=conversation.answer_due_at,
        undelivered_at=conversation.undelivered_at,
        aside_news=getattr(conversation, "aside_news", None) or "",
    )


@cache
def _conversations_at() -> str:
    return reverse("desk:conversation", args=[0]).removesuffix("0")


def conversation_href(number: int) -> str:
    """Where a conversation is; worked out once, because a list asks fifty times."""
    return f"{_conversations_at()}{number}"


def turn_of(conversation: Conversation) -> tuple[str, datetime | None]:
    if conversation.state == State.RESOLVED:
        return "resolved", conversation.resolved_at
    if conversation.state == State.SPAM:
        return "spam", conversation.last_touch_at
    if conversation.state == State.SNOOZED:
        return "snoozed", conversation.snoozed_until_at
    if conversation.awaits_us_since_at is not None:
        return "us", conversation.awaits_us_since_at
    return "them", conversation.last_touch_at
