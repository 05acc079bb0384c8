"""What the screens about people need."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

import segno
from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext
from markupsafe import Markup

from rung.accounts.access import (
    givable_roles,
    has_second_step,
    identities_of,
    providers_at_the_door,
    role_labels,
    roles,
)
from rung.accounts.forms import ProfileForm, RoleForm, SeatForm, TeamForm, WelcomeForm
from rung.accounts.invitations import Invitation
from rung.accounts.models import Agent, Identity, IdentityProvider, Role, Scope, SecondStep, Team
from rung.accounts.permissions import GROUPS, PERMISSIONS, in_order
from rung.accounts.signatures import filled
from rung.accounts.totp import address_of
from rung.core.compiled import compiled
from rung.core.text import has_words

# Fewer are found by looking.
MANY_SEATS = 20


@dataclass(frozen=True)
class WelcomePage:
    form: WelcomeForm


@dataclass(frozen=True)
class ProfilePage:
    """`preview`: the closing lines as customers get them."""

    form: ProfileForm
    preview: str


@dataclass(frozen=True)
class Seat:
    """One line of the list of agents."""

    agent: Agent
    role: str
    teams: str
    has_entered: bool


@dataclass(frozen=True)
class AgentsPage:
    """`wanted`: what was typed to find one by; `are_many`: so many seats that one is looked for rather than seen."""

    seats: tuple[Seat, ...]
    former: tuple[Seat, ...]
    wanted: str
    are_many: bool


@dataclass(frozen=True)
class AgentPage:
    """One agent's seat; `agent` is None while it is being offered, `invitation` is there just after it was."""

    form: SeatForm
    agent: Agent | None = None
    is_oneself: bool = False
    invitation: Invitation | None = None
    has_second_step: bool = False
    identities: tuple[Identity, ...] = ()


@dataclass(frozen=True)
class RoleLine:
    """A role in words. `is_fixed`: not to be changed by whoever looks."""

    key: str
    label: str
    sees: str
    may: tuple[str, ...]
    may_all: bool
    holders: tuple[str, ...]
    is_fixed: bool


@dataclass(frozen=True)
class RolesPage:
    roles: tuple[RoleLine, ...]


@dataclass(frozen=True)
class PermissionLine:
    name: str
    label: str
    about: str
    is_ticked: bool


@dataclass(frozen=True)
class PermissionGroup:
    label: str
    permissions: tuple[PermissionLine, ...]


@dataclass(frozen=True)
class RolePage:
    """One role; `key` is empty while it is being made. `groups` holds what whoever changes it may give."""

    form: RoleForm
    groups: tuple[PermissionGroup, ...]
    key: str = ""
    label: str = ""
    is_built_in: bool = False
    holders: tuple[str, ...] = ()


@dataclass(frozen=True)
class TeamLine:
    team: Team
    size: int


@dataclass(frozen=True)
class TeamsPage:
    teams: tuple[TeamLine, ...]
    form: TeamForm


@dataclass(frozen=True)
class TeamPage:
    team: Team
    form: TeamForm


def agents_page(wanted: str = "") -> AgentsPage:
    """Every seat, or those with all of these words in name, address, role or teams."""
    agents = list(Agent.objects.order_by("name").prefetch_related("teams"))
    labels = role_labels()
    seats = [
        Seat(
            agent,
            capfirst(labels.get(agent.role, agent.role)),
            ", ".join(team.name for team in agent.teams.all()),
            agent.last_login is not None,
        )
        for agent in agents
    ]
    found = [seat for seat in seats if has_words(_told_of(seat), wanted)]
    return AgentsPage(
        seats=tuple(seat for seat in found if seat.agent.is_active),
        former=tuple(seat for seat in found if not seat.agent.is_active),
        wanted=wanted,
        are_many=len(seats) > MANY_SEATS,
    )


def _told_of(seat: Seat) -> str:
    return f"{seat.agent.name} {seat.agent.email} {seat.role} {seat.teams}"


def agent_page(
    agent: Agent, viewer: Agent, form: SeatForm | None = None, invitation: Invitation | None = None
) -> AgentPage:
    known = {
        "name": agent.name,
        "email": agent.email,
        "role": agent.role,
        "language": agent.language,
        "teams": [team.pk for team in agent.teams.all()],
    }
    form = form or SeatForm(initial=known, roles=givable_roles(viewer))
    has_step, identities = has_second_step(agent), tuple(identities_of(agent))
    return AgentPage(form, agent, agent.pk == viewer.pk, invitation, has_step, identities)


def roles_page(viewer: Agent) -> RolesPage:
    holders: dict[str, list[str]] = {}
    for name, role in Agent.objects.active().order_by("name").values_list("name", "role"):
        holders.setdefault(role, []).append(name)
    changeable = {role.key for role in givable_roles(viewer)} - {Role.ADMINISTRATOR}
    return RolesPage(
        tuple(
            RoleLine(
                key=role.key,
                label=capfirst(role.label),
                sees=str(capfirst(Scope(role.scope).label)),
                may=tuple(str(PERMISSIONS[name].label) for name in in_order(role.permissions)),
                may_all=role.key == Role.ADMINISTRATOR,
                holders=tuple(holders.get(role.key, ())),
                is_fixed=role.key not in changeable,
            )
            for role in roles()
        )
    )


def role_page(viewer: Agent, form: RoleForm, role: Role | None = None) -> RolePage:
    ticked = set(form["permissions"].value() or ())
    groups = [
        PermissionGroup(
            str(group.label),
            tuple(
                PermissionLine(each.name, capfirst(str(each.label)), str(each.about), each.name in ticked)
                for each in group.permissions
                if viewer.may(each.name)
            ),
        )
        for group in GROUPS
    ]
    return RolePage(
        form=form,
        groups=tuple(group for group in groups if group.permissions),
        key=role.key if role else "",
        label=capfirst(role.label) if role else gettext("A new role"),
        is_built_in=role is not None and role.is_built_in,
        holders=tuple(Agent.objects.filter(role=role.key).order_by("name").values_list("name", flat=True))
        if role
        else (),
    )


def teams_page(form: TeamForm | None = None) -> TeamsPage:
    counted = Team.objects.annotate(size=Count("agents", filter=Q(agents__is_active=True))).order_by("name")
    return TeamsPage(tuple(TeamLine(team, team.size) for team in counted), form or TeamForm())


def team_page(team: Team, form: TeamForm | None = None) -> TeamPage:
    members = team.agents.filter(is_active=True).values_list("pk", flat=True)
    return TeamPage(team, form or TeamForm(initial={"name": team.name, "members": list(members)}))


@dataclass(frozen=True)
class CodePage:
    error: str = ""


@dataclass(frozen=True)
class SecondStepPage:
    """Signing in in two steps, as its owner sees it. `since`: it is on; `codes` only just after they were made; `picture`
    and `secret` only while it is being set up."""

    is_demanded: bool
    since: datetime | None = None
    left: int = 0
    secret: str = ""
    picture: Markup | None = None
    codes: tuple[str, ...] = ()
    error: str = ""
    has_password: bool = True


@dataclass(frozen=True)
class RoleAtTheDoor:
    key: str
    label: str
    demands: bool
    is_changeable: bool
    holders: int
    have: int


@dataclass(frozen=True)
class SignInPage:
    """`providers` only for those who may change them."""

    roles: tuple[RoleAtTheDoor, ...]
    providers: tuple[IdentityProvider, ...] | None


def code_page(error: str = "") -> CodePage:
    return CodePage(error)


def second_step_page(agent: Agent, *, secret: str, codes: Sequence[str] = (), error: str = "") -> SecondStepPage:
    step = SecondStep.objects.filter(agent=agent).first()
    is_demanded = Role.objects.filter(key=agent.role, demands_second_step=True).exists()
    if step is not None:
        left = agent.recovery_codes.filter(used_at__isnull=True).count()
        has_password = agent.has_usable_password()
        return SecondStepPage(
            is_demanded, step.begun_at, left, codes=tuple(codes), error=error, has_password=has_password
        )
    where = urlsplit(settings.BASE_URL).hostname or "Rung"
    qr = segno.make(address_of(secret, who=agent.email, where=where), error="m")
    picture = Markup(qr.svg_inline(omitsize=True, border=2, light="white"))  # noqa: S704  # drawn by the library from our own words
    grouped = " ".join(secret[n : n + 4] for n in range(0, len(secret), 4))
    return SecondStepPage(is_demanded, secret=grouped, picture=picture, error=error)


def sign_in_page(viewer: Agent) -> SignInPage:
    """Four queries."""
    active = Agent.objects.active().order_by().values("role")
    counted = active.annotate(all=Count("pk"), have=Count("second_step"))
    counts = {role: (number, have) for role, number, have in counted.values_list("role", "all", "have")}
    changeable = {role.key for role in givable_roles(viewer)}
    return SignInPage(
        tuple(
            RoleAtTheDoor(
                role.key,
                capfirst(role.label),
                role.demands_second_step,
                role.key in changeable,
                *counts.get(role.key, (0, 0)),
            )
            for role in roles()
        ),
        tuple(providers_at_the_door()) if viewer.may("settings.providers") else None,
    )


def profile_page(agent: Agent, form: ProfileForm | None = None, *, signature: str | None = None) -> ProfilePage:
    """`signature`: closing lines to try, which are not saved."""
    names = ("name", "title", "time_zone", "language", "signature", "undo_s")
    form = form or ProfileForm(initial={name: getattr(agent, name) for name in names})
    tried = agent.signature if signature is None else signature
    return ProfilePage(form, filled(tried, sample_values(agent)))


def signature_values(agent: Agent, *, team: str = "", names_team: bool = True) -> dict[str, str]:
    """What an agent's closing lines are filled in with; without `team` the agent's first one stands there, unless there is
    no place for it."""
    if not team and names_team:
        team = next(iter(_first_team(agent.pk)), "")
    return {"name": agent.name, "role": agent.title, "team": team}


@compiled
def _first_team(agent: int) -> QuerySet[Team, str]:
    return Team.objects.filter(memberships__agent=agent).order_by("name").values_list("name", flat=True)[:1]


def sample_values(agent: Agent) -> dict[str, str]:
    """The same, with a made-up mailbox: for a preview that knows of none."""
    return {**signature_values(agent), "mailbox": gettext("Support"), "address": "support@example.org"}
