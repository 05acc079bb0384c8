"""What a room should have done about something that happened, and could not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from rung.accounts.access import Agent
from rung.core.addresses import reverse
from rung.desk.pages.naming import know_addresses, name_of
from rung.journal.access import Undelivered, given_up
from rung.touchpoints.access import undelivered_touchpoints, visible_conversations

SHOWN = 100


@dataclass(frozen=True, slots=True)
class Unfinished:
    """`room` names who should have reacted (empty: everybody); `kind` what had happened, as docs/events.md lists it."""

    number: int
    kind: str
    room: str
    reason: str
    attempts: int
    happened_at: datetime
    given_up_at: datetime | None
    conversation: str


@dataclass(frozen=True, slots=True)
class NotDelivered:
    """A letter of ours that did not reach whom it was for, and will not by itself."""

    who: str
    subject: str
    reason: str
    written_at: datetime
    href: str


@dataclass(frozen=True, slots=True)
class UnfinishedPage:
    lines: tuple[Unfinished, ...]
    has_more: bool
    not_delivered: tuple[NotDelivered, ...] = ()


RECENT = timedelta(days=30)
"""How long a letter that could not be delivered is listed."""


def _not_delivered(agent: Agent, at: datetime) -> tuple[NotDelivered, ...]:
    failed = (
        undelivered_touchpoints(agent).filter(occurred_at__gte=at - RECENT).select_related("customer", "conversation")
    )
    rows = list(failed[:SHOWN])
    know_addresses([touchpoint.customer for touchpoint in rows])
    return tuple(
        NotDelivered(
            who=name_of(touchpoint.customer),
            subject=touchpoint.subject or touchpoint.conversation.subject,
            reason=touchpoint.delivery_detail,
            written_at=touchpoint.occurred_at,
            href=f"{reverse('desk:conversation', args=[touchpoint.conversation_id])}#t{touchpoint.pk}",
        )
        for touchpoint in rows
    )


def left_undone(agent: Agent) -> QuerySet[Undelivered]:
    """What was given up, and is about nothing that this agent may not see; the latest first."""
    if agent.sees_all:
        return given_up()
    about_nobody = Q(entry__conversation__isnull=True, entry__customer__isnull=True)
    return given_up().filter(about_nobody | Q(entry__conversation__in=visible_conversations(agent).values("pk")))


def unfinished_page(agent: Agent, *, at: datetime) -> UnfinishedPage:
    rows = list(left_undone(agent)[: SHOWN + 1])
    lines = tuple(
        Unfinished(
            number=row.pk,
            kind=row.entry.kind,
            room=row.reaction,
            reason=row.error.strip().splitlines()[-1] if row.error.strip() else "",
            attempts=row.attempts,
            happened_at=row.entry.occurred_at,
            given_up_at=row.given_up_at,
            conversation=reverse("desk:conversation", args=[row.entry.conversation]) if row.entry.conversation else "",
        )
        for row in rows[:SHOWN]
    )
    return UnfinishedPage(lines, len(rows) > SHOWN, _not_delivered(agent, at))
