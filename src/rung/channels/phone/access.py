"""Gates: which telephone system a token belongs to, and which calls an agent sees.

An agent sees the calls that ring for them or their teams, those that ring for everybody, and those they took; whose scope
is everything sees all.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.shortcuts import get_object_or_404

from rung.accounts.access import Agent, Scope, teams_of
from rung.channels.phone.models import Call, Extension, Ring, Telephone, Way
from rung.channels.phone.numbers import is_internal
from rung.channels.phone.tokens import digest_of

__all__ = [
    "Call",
    "Extension",
    "Telephone",
    "Way",
    "agent_at",
    "call_for",
    "colleagues_at",
    "extensions_by_agent",
    "present_calls",
    "telephone_for",
    "telephone_with",
    "telephones",
    "visible_calls",
]

# Whose end nobody announces does not ring, nor is it spoken, for longer.
RINGS_AT_MOST = timedelta(minutes=3)
SPOKEN_AT_MOST = timedelta(hours=4)


def visible_calls(agent: Agent) -> QuerySet[Call]:
    calls = Call.objects.select_related("customer__company", "agent", "team", "touchpoint")
    return calls if agent.scope == Scope.ALL else calls.filter(_concerns(agent))


def call_for(agent: Agent, pk: int) -> Call:
    return get_object_or_404(visible_calls(agent), pk=pk)


def present_calls(agent: Agent, *, at: datetime) -> list[Call]:
    """The calls on an agent's screen, the latest first: what rings for them, and what they took and have not closed yet.
    Another's call is not theirs, not even for a lead."""
    ringing = Q(answered_at__isnull=True, ended_at__isnull=True, began_at__gte=at - RINGS_AT_MOST)
    taken = Q(answered_at__isnull=False, agent=agent.pk)
    open_ones = Call.objects.filter(closed_at__isnull=True, began_at__gte=at - SPOKEN_AT_MOST)
    mine = open_ones.filter((ringing & _concerns(agent)) | taken)
    return list(
        mine.select_related("customer__company", "agent", "team", "touchpoint").order_by("-began_at", "-pk")[:5]
    )


def _concerns(agent: Agent) -> Q:
    named = Exists(Ring.objects.filter(call=OuterRef("pk"), agent=agent.pk))
    return Q(is_for_all=True) | Q(team__in=teams_of(agent)) | Q(agent=agent.pk) | Q(named)


def telephone_with(token: str) -> Telephone | None:
    """The telephone system that shows this token; None when nobody's, or taken away."""
    return Telephone.objects.select_related("team").filter(token_digest=digest_of(token), ended_at__isnull=True).first()


def telephones() -> list[Telephone]:
    """Those that may announce calls."""
    return list(Telephone.objects.select_related("team").filter(ended_at__isnull=True))


def telephone_for(agent: Agent, pk: int) -> Telephone:
    return get_object_or_404(Telephone, pk=pk, ended_at__isnull=True)


def extensions_by_agent() -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for agent, number in Extension.objects.values_list("agent_id", "number"):
        found.setdefault(agent, []).append(number)
    return found


def colleagues_at(calls: Iterable[Call]) -> dict[str, str]:
    """The names of colleagues, by those internal numbers of some calls that are theirs. No query where there is none."""
    numbers = {call.number for call in calls if call.customer_id is None and is_internal(call.number)}
    if not numbers:
        return {}
    known = Extension.objects.filter(number__in=numbers, agent__is_active=True)
    return dict(known.values_list("number", "agent__name"))


def agent_at(*, extension: str = "", email: str = "") -> Agent | None:
    """Whose extension or e-mail address this is, when they still work here."""
    if extension:
        found = Extension.objects.select_related("agent").filter(number=extension, agent__is_active=True).first()
        return found.agent if found else None
    return Agent.objects.active().filter(email__iexact=email).first() if email else None
