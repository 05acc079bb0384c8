"""Gates: whose saved views an agent sees and may change, and which bulk is theirs to take back."""

from django.db.models import Q
from django.shortcuts import get_object_or_404

from rung.accounts.access import Agent
from rung.core.compiled import compiled
from rung.queues.models import Bulk, SavedView, SavedViewQuerySet

__all__ = [
    "Bulk",
    "SavedView",
    "bulk_for",
    "changeable_view_for",
    "may_change",
    "saved_view_for",
    "views_shown_to",
    "visible_views",
]


def visible_views(agent: Agent) -> SavedViewQuerySet:
    """Everybody's and their own. What a view shows is asked anew for whoever opens it."""
    return SavedView.objects.in_use().filter(Q(owner__isnull=True) | Q(owner=agent.pk))


def views_shown_to(agent: Agent) -> list[SavedView]:
    """The same, read."""
    return _shown(agent.pk)


@compiled
def _shown(agent: int) -> SavedViewQuerySet:
    return SavedView.objects.in_use().filter(Q(owner__isnull=True) | Q(owner=agent))


def saved_view_for(agent: Agent, pk: int) -> SavedView:
    return get_object_or_404(visible_views(agent), pk=pk)


def may_change(agent: Agent, view: SavedView) -> bool:
    """Their own; one that is everybody's, whoever may change shared words."""
    return view.owner_id == agent.pk or (view.owner_id is None and agent.may("settings.words"))


def changeable_view_for(agent: Agent, pk: int) -> SavedView:
    allowed = visible_views(agent) if agent.may("settings.words") else visible_views(agent).filter(owner=agent.pk)
    return get_object_or_404(allowed, pk=pk)


def bulk_for(agent: Agent, pk: int) -> Bulk:
    """What this agent did to many at once; nobody else's."""
    return get_object_or_404(Bulk.objects.all(), pk=pk, agent=agent.pk)
