"""What one of us did, was asked and was thanked for. Each looks only at the newest rows, so that it costs the same after
ten years; which of it may still be shown, the gates of `access` say."""

from datetime import datetime
from typing import Any, TypeVar

from django.db.models import F, Max, QuerySet

from rung.accounts.access import Agent
from rung.touchpoints.models import Conversation, Mention, Note, Outcome, Resolution, Signal, SignalKind, Touchpoint

__all__ = [
    "Note",
    "Resolution",
    "agent_who_snoozed",
    "called_in",
    "calls_to",
    "has_reached",
    "planned_by",
    "settled_by",
    "thanks_to",
    "whose",
]

# Signals are few; so many of the newest are those of the last weeks even where much is written.
NEWEST_SIGNALS, NEWEST_THANKS = 5000, 1000

Rows = TypeVar("Rows", bound=QuerySet[Any])


def called_in(note: int) -> set[int]:
    """Primary keys of the agents whom a note calls."""
    return set(Mention.objects.filter(note=note).values_list("agent", flat=True))


def calls_to(agent: Agent) -> QuerySet[Mention]:
    """Calls of this agent in notes that they have not read, the latest first."""
    unseen = Mention.objects.filter(agent=agent.pk, seen_at__isnull=True)
    return unseen.select_related("note__agent").order_by("-pk")


def settled_by(agent: Agent, *, limit: int) -> list[Resolution]:
    """The last matters that this agent declared settled, the latest first; also those that turned out not to be."""
    return list(Resolution.objects.filter(agent=agent.pk).order_by("-pk")[:limit])


def has_reached(resolution: Resolution) -> bool:
    """Whether it stands that the customer reached what they wanted."""
    return resolution.outcome == Outcome.REACHED and resolution.reopened_at is None


def thanks_to(agent: Agent, *, since: datetime, limit: int) -> list[Touchpoint]:
    """The last words of thanks, unasked, in what lies with this agent; the latest first. Three queries."""
    newest = Signal.objects.aggregate(newest=Max("pk"))["newest"] or 0
    noted = Signal.objects.filter(
        pk__gt=newest - NEWEST_SIGNALS, kind=SignalKind.THANKS, withdrawn_at__isnull=True
    ).order_by("-pk")
    # Whose they are is asked of the few, not the few of all that is theirs: a database would begin at the wrong end.
    whose = noted.values_list("touchpoint", "touchpoint__conversation__assignee")[:NEWEST_THANKS]
    theirs = [touchpoint for touchpoint, assignee in whose if assignee == agent.pk][: 4 * limit]
    latest = Touchpoint.objects.filter(pk__in=theirs, occurred_at__gte=since).order_by("-occurred_at", "-pk")
    return list(latest[:limit]) if theirs else []


def planned_by(agent: Agent, *, until: datetime, limit: int) -> list[Touchpoint]:
    """Letters this agent wrote that leave by a moment, the next first."""
    return list(whose(Touchpoint.objects.due(until), "agent", agent).only("conversation", "due_at")[:limit])


def whose(rows: Rows, column: str, agent: Agent) -> Rows:
    """Those of a few rows that are an agent's. Asked of a sum, which has no index: else a database would walk through all
    they ever had instead of the few."""
    return rows.alias(whose=F(f"{column}_id") + 0).filter(whose=agent.pk)


def agent_who_snoozed(conversation: Conversation) -> int | None:
    """Who laid a conversation aside the last time, by primary key; None when nobody did, or they are gone."""
    return conversation.snoozes.order_by("-pk").values_list("agent", flat=True).first()
