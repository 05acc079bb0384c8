"""What one of us did, was asked and was thanked for. Each looks only at the newest rows, so that it costs the same after
ten years; which of it may still be shown, the gates of `access` say."""

from datetime import datetime

from django.db.models import Max, QuerySet

from rung.accounts.access import Agent
from rung.touchpoints.models import Mention, Note, Outcome, Resolution, Signal, SignalKind, Touchpoint

__all__ = ["Note", "Resolution", "calls_to", "has_reached", "planned_by", "settled_by", "thanks_to"]

# Signals are few; so many of the newest are those of the last weeks even where much is written.
NEWEST_SIGNALS = 5000


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
    """The last words of thanks, unasked, in what lies with this agent; the latest first. Two queries."""
    newest = Signal.objects.aggregate(newest=Max("pk"))["newest"] or 0
    noted = Signal.objects.filter(
        pk__gt=newest - NEWEST_SIGNALS,
        kind=SignalKind.THANKS,
        withdrawn_at__isnull=True,
        touchpoint__occurred_at__gte=since,
        touchpoint__conversation__assignee=agent.pk,
    )
    latest = noted.select_related("touchpoint").order_by("-touchpoint__occurred_at", "-pk")
    return [signal.touchpoint for signal in latest[:limit]]


def planned_by(agent: Agent, *, until: datetime, limit: int) -> list[Touchpoint]:
    """Letters this agent wrote that leave by a moment, the next first."""
    planned = Touchpoint.objects.due(until).filter(agent=agent.pk)
    return list(planned.only("conversation", "due_at")[:limit])
