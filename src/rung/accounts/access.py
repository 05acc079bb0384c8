"""Gates: who may enter which screen, and who may see which colleague or team."""

from collections.abc import Callable, Iterable
from contextlib import nullcontext
from datetime import datetime
from functools import wraps
from typing import Any

from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.functional import LazyObject

from rung.accounts.models import (
    Agent,
    AgentQuerySet,
    Identity,
    IdentityProvider,
    Membership,
    Role,
    Scope,
    SecondStep,
    Team,
)
from rung.accounts.permissions import BUILT_IN, PERMISSIONS
from rung.core import clock
from rung.core.actor import Actor
from rung.core.ahead import ahead
from rung.core.compiled import compiled
from rung.core.once import once_a_page, one_page

# Higher rooms take nouns for their annotations from the gate, never from `models`.
__all__ = [
    "Agent",
    "AgentRequest",
    "Identity",
    "IdentityProvider",
    "Role",
    "Scope",
    "SignedOut",
    "Team",
    "agent_addresses",
    "agent_names",
    "agent_required",
    "agents_by_key",
    "agents_who_may",
    "all_teams",
    "asks_second_step",
    "colleague_for",
    "colleagues",
    "every_colleague",
    "givable_roles",
    "has_second_step",
    "has_shown_it_elsewhere",
    "identities_of",
    "identity_for",
    "is_vouched_for",
    "may",
    "members_of",
    "names_of_colleagues",
    "permission_required",
    "provider_for",
    "provider_instead_of_password",
    "providers_at_the_door",
    "rights_in_words",
    "role_for",
    "role_labels",
    "roles",
    "scope",
    "seat_for",
    "signed_in",
    "team_for",
    "team_names",
    "teams_by_key",
    "teams_of",
    "through_the_gate",
]


class AgentRequest(HttpRequest):
    """A request behind a gate: who asks, as whom they act, and when it reached us."""

    agent: Agent
    actor: Actor
    received_at: datetime


View = Callable[..., HttpResponse]


class SignedOut(PermissionDenied):
    """Somebody sent a form whose session is over, or their page asks for a part of itself. What they wrote must not be lost
    on the way to the door."""


THROUGH = "signed_in_through"
"""Under this name the session holds the key of the identity provider that somebody came in by."""

AS = "signed_in_as"
"""Under this one that of their identity there: once it is untied, or the provider ended, nothing opens to that session."""


def _gate(allows: Callable[[Agent], bool], *, before_second_step: bool = False) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
            agent = request.user
            if not isinstance(agent, Agent) or not agent.is_active:
                return _to_the_door(request)
            if not is_vouched_for(request, agent):
                logout(request)
                return _to_the_door(request)
            if agent.owes_second_step and not before_second_step and not has_shown_it_elsewhere(request):
                return redirect("accounts:second_step")
            if isinstance(agent, LazyObject):
                agent = agent._wrapped  # a page looks at it a thousand times, each time through the veil
            if not allows(agent):
                raise PermissionDenied
            request.agent = agent
            request.actor = agent.actor
            request.received_at = clock.now()
            with one_page() if request.method in ("GET", "HEAD") else nullcontext():
                answer = view(request, *args, **kwargs)
            # A page says what may be kept of it; what is no page (suggestions, drafts, parts) is nobody's to keep.
            answer.headers.setdefault("Cache-Control", "private, no-store")
            return answer

        return guarded

    return decorate


def _to_the_door(request: HttpRequest) -> HttpResponse:
    if request.method == "POST" or request.headers.get("HX-Request"):
        raise SignedOut
    return redirect_to_login(request.get_full_path())


def is_vouched_for(request: HttpRequest, agent: Agent) -> bool:
    """Whether the word stands by which somebody came in. No query for a password, else one."""
    provider = request.session.get(THROUGH)
    if provider is None:
        return True
    return Identity.objects.filter(pk=request.session.get(AS) or 0, provider=provider, agent=agent.pk).exists()


def may(agent: Agent, permission: str) -> bool:
    """Whether their role allows it. Raises KeyError for a permission that is not in `permissions.PERMISSIONS`."""
    return agent.may(permission)


def scope(agent: Agent) -> str:
    """ "all", "teams" (their teams', what no team has taken, and theirs) or "own" (theirs, and what nobody has taken yet
    there)."""
    return agent.scope


def permission_required(*permissions: str) -> Callable[[View], View]:
    """Let in whose role allows all of these."""
    unknown = set(permissions) - PERMISSIONS.keys()
    if unknown:
        raise KeyError(f"There is no permission {sorted(unknown)}; see accounts/permissions.py.")
    return _gate(lambda agent: all(agent.may(each) for each in permissions))


agent_required = _gate(lambda agent: True)
# Also for whoever has still to set up the second step that their role demands.
signed_in = _gate(lambda agent: True, before_second_step=True)


def has_second_step(agent: Agent) -> bool:
    """Whether they show a code of their device when they sign in. One query."""
    return SecondStep.objects.filter(agent=agent.pk).exists()


def asks_second_step(provider: int | None) -> bool:
    """Whether an identity provider asks for a second step itself. One query; none for a password."""
    return provider is not None and IdentityProvider.objects.filter(pk=provider, does_second_step=True).exists()


def has_shown_it_elsewhere(request: HttpRequest) -> bool:
    """Whether whoever asks came in by a provider that asks for the second step itself."""
    return asks_second_step(request.session.get(THROUGH))


def through_the_gate(request: Any) -> Agent | None:
    """Whoever is signed in, as the gates have it; for pages that say why there is no page. At most four queries."""
    agent = getattr(request, "user", None)
    if not isinstance(agent, Agent) or not agent.is_active or not is_vouched_for(request, agent):
        return None
    if agent.owes_second_step and not has_shown_it_elsewhere(request):
        return None
    return agent._wrapped if isinstance(agent, LazyObject) else agent


def providers_at_the_door() -> list[IdentityProvider]:
    """With whom people may sign in, by name. One query."""
    return list(IdentityProvider.objects.all())


def provider_instead_of_password(agent: Agent) -> IdentityProvider | None:
    """The provider that has taken the place of this agent's password, if one has. Administrators keep theirs: somebody has
    to come in when a provider is down."""
    if agent.role == Role.ADMINISTRATOR:
        return None
    replacing = IdentityProvider.objects.filter(replaces_password=True)
    return next((provider for provider in replacing if provider.speaks_for(agent.email)), None)


def provider_for(agent: Agent, pk: int) -> IdentityProvider:
    """For those who change providers, and they see all of them."""
    return get_object_or_404(IdentityProvider, pk=pk)


def identities_of(agent: Agent) -> list[Identity]:
    """The accounts elsewhere that open this agent's seat. One query."""
    return list(Identity.objects.filter(agent=agent.pk).select_related("provider").order_by("provider__name"))


def identity_for(seat: Agent, pk: int) -> Identity:
    """One of those that open a seat; the seat itself is for `seat_for` to give."""
    return get_object_or_404(Identity.objects.select_related("provider"), agent=seat.pk, pk=pk)


def colleagues(agent: Agent) -> AgentQuerySet:
    """Everyone whom work can be given to."""
    return every_colleague()


def every_colleague() -> AgentQuerySet:
    """The same, whoever asks."""
    return Agent.objects.active()


def colleague_for(agent: Agent, pk: int) -> Agent:
    """Somebody work can be given to."""
    return get_object_or_404(colleagues(agent), pk=pk)


def roles() -> list[Role]:
    """Every role, the built-in ones first, from the least to the most."""
    known = {role.key: role for role in Role.objects.order_by("name")}
    built_in = [known[key] if key in known else Role.built_in(key) for key in BUILT_IN]
    return [*built_in, *(role for key, role in known.items() if key not in BUILT_IN)]


def role_for(agent: Agent, key: str) -> Role:
    """A role, for those who change roles; 404 when there is none, PermissionDenied when it allows more than their own."""
    role = next((role for role in roles() if role.key == key), None)
    if role is None:
        raise Http404
    if not _is_within(role, agent):
        raise PermissionDenied
    return role


def rights_in_words(field: str, value: str) -> str:
    """What a role's `scope` or `permissions` said, as its facts hold it; anything else as it is."""
    if field == "scope":
        return str(dict(Scope.choices).get(value, value))
    if field == "permissions":
        names = [name.strip() for name in value.split(",") if name.strip()]
        return "; ".join(str(PERMISSIONS[name].label) if name in PERMISSIONS else name for name in names)
    return value


def role_labels() -> dict[str, str]:
    """What every role is called, by its key."""
    return {role.key: role.label for role in roles()}


def givable_roles(agent: Agent) -> list[Role]:
    """The roles that allow no more than this agent's own: what they may give to others."""
    return [role for role in roles() if _is_within(role, agent)]


def _is_within(other: Role | Agent, agent: Agent) -> bool:
    """Whether a role, or what a colleague may, is no more than what this agent may."""
    key = other.role if isinstance(other, Agent) else other.key
    if agent.role == Role.ADMINISTRATOR:
        return True
    widest = (Scope.OWN, Scope.TEAMS, Scope.ALL)
    return (
        key != Role.ADMINISTRATOR
        and set(other.permissions) <= set(agent.permissions)
        and widest.index(Scope(other.scope)) <= widest.index(Scope(agent.scope))
    )


def seat_for(agent: Agent, pk: int) -> Agent:
    """Anybody who has or had a seat, for those who administer them.

    Raises PermissionDenied for who may do more than they: whoever can mail a colleague's way in can take it.
    """
    seat = get_object_or_404(Agent, pk=pk)
    if not _is_within(seat, agent):
        raise PermissionDenied
    return seat


def teams_of(agent: Agent) -> list[int]:
    """Primary keys of the teams an agent belongs to."""
    return list(_teams_of(agent.pk))


@once_a_page
@compiled
def _teams_of(agent: int) -> QuerySet[Membership, int]:
    return Membership.objects.filter(agent=agent).values_list("team_id", flat=True)


def all_teams() -> list[Team]:
    return _teams()


@ahead(lambda page: ())
@compiled
def _teams() -> QuerySet[Team]:
    return Team.objects.all()


def team_for(agent: Agent, pk: int) -> Team:
    return get_object_or_404(Team, pk=pk)


def agent_addresses(addresses: Iterable[str]) -> set[str]:
    """Which of these addresses, in lower case, one of us signs in with. No query when there is none to ask about."""
    wanted = list(addresses)
    return set(Agent.objects.filter(email__in=wanted).values_list("email", flat=True)) if wanted else set()


def agents_by_key(keys: Iterable[int | None]) -> dict[int, Agent]:
    """Those of these agents who are still here. No query when there is none to ask about."""
    wanted = [key for key in keys if key is not None]
    return {agent.pk: agent for agent in Agent.objects.active().filter(pk__in=wanted)} if wanted else {}


def agents_who_may(permission: str) -> list[int]:
    """Primary keys of those whose role allows it. One query."""
    return [agent.pk for agent in Agent.objects.active() if agent.may(permission)]


def former_colleagues() -> set[int]:
    """Primary keys of those who have no seat any more."""
    return set(Agent.objects.filter(is_active=False).values_list("pk", flat=True))


def members_of(team: int) -> list[Agent]:
    """Who belongs to a team and still has a seat, by name."""
    return list(Agent.objects.active().filter(teams=team).order_by("name", "pk"))


def teams_by_key(keys: Iterable[int | None]) -> dict[int, Team]:
    """Those of these teams that exist. No query when there is none to ask about."""
    wanted = [key for key in keys if key is not None]
    return Team.objects.in_bulk(wanted) if wanted else {}


def agent_names() -> dict[int, str]:
    """Everybody who has or had a seat, by primary key."""
    return dict(Agent.objects.values_list("pk", "name"))


def team_names() -> dict[int, str]:
    return dict(Team.objects.values_list("pk", "name"))


def names_of_colleagues() -> dict[int, str]:
    """Everybody who works here, by primary key."""
    return dict(Agent.objects.active().values_list("pk", "name"))
