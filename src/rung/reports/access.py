"""Gates: whose reports somebody may see and end: those they get, and those they set up for others."""

from datetime import datetime

from django.db.models import Q, QuerySet
from django.http import Http404

from rung.accounts.access import Agent
from rung.reports.models import Rhythm, Schedule, Screen

__all__ = ["Rhythm", "Schedule", "Screen", "due_schedules", "schedule_for", "visible_schedules"]


def visible_schedules(agent: Agent) -> QuerySet[Schedule]:
    return Schedule.objects.filter(Q(agent=agent.pk) | Q(made_by=agent.pk)).select_related("agent")


def schedule_for(agent: Agent, pk: int) -> Schedule:
    """One of them. Raises Http404."""
    found = visible_schedules(agent).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def due_schedules(at: datetime, *, limit: int) -> list[Schedule]:
    return list(Schedule.objects.filter(next_at__lte=at).select_related("agent").order_by("next_at")[:limit])
