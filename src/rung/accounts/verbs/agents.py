"""Seats: who works here, and as what."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from rung.accounts.events import AgentChanged, AgentJoined, AgentLeft, AgentReturned, AgentSignedOut
from rung.accounts.models import Agent, Role, SecondStep, Team
from rung.accounts.verbs.roles import locked_role
from rung.accounts.verbs.teams import join_team, place_in_teams
from rung.core.actor import Actor
from rung.core.seen import UNSEEN, Seen, differences
from rung.core.text import one_line
from rung.journal.verbs import record

_TOLD = ("role", "email", "language")


@transaction.atomic
def create_agent(
    *,
    email: str,
    name: str,
    role: str = Role.AGENT,
    teams: Iterable[Team] = (),
    password: str | None = None,
    time_zone: str = "UTC",
    language: str = settings.LANGUAGE_CODE,
    by: Actor,
    at: datetime,
) -> Agent:
    """Give someone a seat. Without a password they cannot sign in until they have set one by mail.

    Raises ValidationError when the address is taken, when the name leaves no ink, or when nothing can be written in that
    language.
    """
    _check_language(language)
    name = _visible(name)
    email = email.strip().lower()
    if Agent.objects.filter(email__iexact=email).exists():
        raise ValidationError({"email": _("Somebody with this address has a seat already.")})
    held = locked_role(role)
    agent = Agent(
        email=email,
        name=name,
        role=held.key,
        scope=held.scope,
        permissions=held.permissions,
        owes_second_step=held.demands_second_step,
        time_zone=time_zone,
        language=language,
        joined_at=at,
    )
    agent.set_password(password)
    agent.save(force_insert=True)
    record(AgentJoined(agent=agent.pk, role=str(role)), by=by, at=at)
    for team in teams:
        join_team(agent, team, by=by, at=at)
    return agent


@transaction.atomic
def change_agent(agent: Agent, *, by: Actor, at: datetime, password: str | None = None, **changes: Any) -> None:
    """Change an agent's name, email, role, title, time_zone, language, signature or undo_s, or the password.

    Raises ValidationError when the last administrator would lose the role, when there is no such role, when the name leaves
    no ink, or when nothing can be written in that language.
    """
    _check_language(changes.get("language", settings.LANGUAGE_CODE))
    if "name" in changes:
        changes["name"] = _visible(changes["name"])
    if "title" in changes:
        changes["title"] = one_line(changes["title"], 120)
    held = locked_role(changes["role"]) if "role" in changes else None
    present = _held(agent) if "role" in changes else Agent.objects.select_for_update().get(pk=agent.pk)
    allowed = {"name", "email", "role", "title", "time_zone", "language", "signature", "undo_s"}
    if unknown := set(changes) - allowed:
        raise TypeError(f"change_agent does not change {sorted(unknown)}")
    changed = [field for field, value in changes.items() if getattr(present, field) != value]
    if "role" in changed and changes["role"] != Role.ADMINISTRATOR:
        _keep_an_administrator(present)
    if "email" in changed and Agent.objects.exclude(pk=agent.pk).filter(email__iexact=changes["email"]).exists():
        raise ValidationError({"email": _("Somebody with this address has a seat already.")})
    values = differences(
        {field: changes[field] for field in changed if field in _TOLD},
        {field: getattr(present, field) for field in _TOLD},
    )
    for field in changed:
        setattr(agent, field, changes[field])
    columns = list(changed)
    if "role" in changed and held is not None:
        agent.scope, agent.permissions = held.scope, held.permissions
        has_step = SecondStep.objects.filter(agent=agent.pk).exists()
        agent.owes_second_step = held.demands_second_step and not has_step
        columns += ["scope", "permissions", "owes_second_step"]
    if password is not None:
        agent.set_password(password)
        changed.append("password")
        columns.append("password")
    if not changed:
        return
    agent.save(update_fields=columns)
    record(AgentChanged(agent=agent.pk, changed=changed, values=values), by=by, at=at)


@transaction.atomic
def change_seat(
    agent: Agent,
    *,
    name: str,
    email: str,
    role: str,
    teams: Iterable[Team],
    language: str | None = None,
    seen: Seen = UNSEEN,
    by: Actor,
    at: datetime,
) -> None:
    """What somebody else settles of a seat; without ``language`` that stays. Raises ValidationError as `change_agent`,
    Overtaken when somebody else was quicker."""
    locked_role(role)  # before the seat, as everywhere
    present = _held(agent)
    names = ("name", "email", "role", "language")
    wanted = dict(zip(names, (name, email, role, language or present.language), strict=True)) | {"teams": list(teams)}
    there = {each: getattr(present, each) for each in names} | {"teams": list(present.teams.all())}
    settled = seen.settled(wanted, there)
    placed = settled.pop("teams")
    change_agent(agent, **settled, by=by, at=at)
    place_in_teams(present, placed, by=by, at=at)


@transaction.atomic
def deactivate_agent(agent: Agent, *, by: Actor, at: datetime) -> None:
    """Close a seat; what the agent did stays. Raises ValidationError for the last administrator."""
    _keep_an_administrator(_held(agent))
    # Nor does an old session open the seat when it is given back.
    if Agent.objects.filter(pk=agent.pk, is_active=True).update(
        is_active=False, sessions_ended=F("sessions_ended") + 1
    ):
        record(AgentLeft(agent=agent.pk), by=by, at=at)
    agent.is_active = False


@transaction.atomic
def end_sessions(agent: Agent, *, by: Actor, at: datetime) -> None:
    """Sign somebody out everywhere: no session of before opens anything any more."""
    Agent.objects.filter(pk=agent.pk).update(sessions_ended=F("sessions_ended") + 1)
    agent.refresh_from_db(fields=["sessions_ended"])
    record(AgentSignedOut(agent=agent.pk), by=by, at=at)


@transaction.atomic
def reactivate_agent(agent: Agent, *, by: Actor, at: datetime) -> None:
    """Open a closed seat again."""
    if Agent.objects.filter(pk=agent.pk, is_active=False).update(is_active=True):
        record(AgentReturned(agent=agent.pk), by=by, at=at)
    agent.is_active = True


def _visible(name: str) -> str:
    """Colleagues and customers know somebody by it."""
    line = one_line(name, 120)
    if not line:
        raise ValidationError({"name": _("Write a name that can be seen.")})
    return line


def _check_language(language: str) -> None:
    if language not in dict(settings.MAIL_LANGUAGES):
        raise ValidationError({"language": _("Nothing can be written in this language yet.")})


def _held(agent: Agent) -> Agent:
    """The seat as it is, held until the transaction ends together with those of all administrators, the oldest first: of two
    administrators who take each other's seat or role away, the second waits, and then finds that they are the last."""
    administrators = Q(role=Role.ADMINISTRATOR, is_active=True)
    held = Agent.objects.filter(administrators | Q(pk=agent.pk)).order_by("pk").select_for_update()
    return {each.pk: each for each in held}[agent.pk]


def _keep_an_administrator(agent: Agent) -> None:
    """`agent`: as `_held` gives it."""
    if agent.role != Role.ADMINISTRATOR or not agent.is_active:
        return
    if not Agent.objects.active().administrators().exclude(pk=agent.pk).exists():
        raise ValidationError(_("This is the last administrator. Make somebody else administrator first."))


@transaction.atomic
def create_first_administrator(
    *, email: str, name: str, password: str, time_zone: str = "UTC", by: Actor, at: datetime
) -> Agent:
    """Give the first seat of an installation. Raises ValidationError when somebody has one already."""
    if connection.vendor == "postgresql":
        # Two at the same moment: the second waits here, and then sees the first. SQLite has one writer anyway.
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {connection.ops.quote_name(Agent._meta.db_table)} IN SHARE ROW EXCLUSIVE MODE")
    if Agent.objects.exists():
        raise ValidationError(_("Somebody was quicker: there is an administrator already. Sign in, or ask for a seat."))
    return create_agent(
        email=email, name=name, role=Role.ADMINISTRATOR, password=password, time_zone=time_zone, by=by, at=at
    )
