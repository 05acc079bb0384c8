"""Gates: whose canned answers an agent sees, and which of them are theirs to change."""

from django.db.models import Q
from django.shortcuts import get_object_or_404

from rung.accounts.access import Agent, teams_of
from rung.canned.models import Application, CannedAnswer, CannedAnswerQuerySet, Ending, Hands
from rung.touchpoints.access import Conversation

__all__ = [
    "Application",
    "CannedAnswer",
    "Ending",
    "Hands",
    "application_in",
    "canned_for",
    "canned_in_use",
    "changeable_for",
    "shared_canned",
    "visible_canned",
]


def visible_canned(agent: Agent) -> CannedAnswerQuerySet:
    """Everybody's, their teams' and their own, the most used first; leads see those of every team."""
    offered = CannedAnswer.objects.in_use()
    shared = Q(owner__isnull=True) if agent.leads else Q(owner__isnull=True, team__isnull=True)
    return offered.filter(shared | Q(owner=agent.pk) | Q(owner__isnull=True, team__in=teams_of(agent)))


def canned_for(agent: Agent, pk: int) -> CannedAnswer:
    return get_object_or_404(visible_canned(agent), pk=pk)


def shared_canned() -> CannedAnswerQuerySet:
    """Those that are nobody's own."""
    return CannedAnswer.objects.in_use().filter(owner__isnull=True)


def canned_in_use(pk: int) -> CannedAnswer | None:
    """One that is not somebody's own, for what acts without anybody of us; None where there is none any more."""
    return shared_canned().filter(pk=pk).first()


def changeable_for(agent: Agent, pk: int) -> CannedAnswer:
    """One that is this agent's own, or for leads anybody's but others' own."""
    allowed = visible_canned(agent) if agent.leads else visible_canned(agent).filter(owner=agent.pk)
    return get_object_or_404(allowed, pk=pk)


def application_in(conversation: Conversation, pk: int) -> Application | None:
    """A macro's application to a conversation, while it stands."""
    standing = Application.objects.filter(conversation=conversation, pk=pk, undone_at__isnull=True)
    return standing.select_related("canned").first()
