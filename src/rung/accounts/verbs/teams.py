"""Teams, and who is in them."""

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from rung.accounts.events import TeamFormed, TeamJoined, TeamLeft, TeamRenamed
from rung.accounts.models import Agent, Membership, Team
from rung.core.actor import Actor
from rung.core.seen import UNSEEN, Seen
from rung.core.text import one_line
from rung.journal.verbs import record


@transaction.atomic
def create_team(name: str, *, by: Actor, at: datetime) -> Team:
    """Form a team. Raises ValidationError when the name is taken or empty."""
    name = one_line(name, 80)
    if not name:
        raise ValidationError({"name": _("A team needs a name.")})
    if Team.objects.filter(name__iexact=name).exists():
        raise ValidationError({"name": _("There is a team of this name already.")})
    team = Team.objects.create(name=name, slug=_free_slug(name))
    record(TeamFormed(team=team.pk), by=by, at=at)
    return team


@transaction.atomic
def change_team(
    team: Team, *, name: str, members: Iterable[Agent], seen: Seen = UNSEEN, by: Actor, at: datetime
) -> None:
    """Its name and who is in it. Raises ValidationError as `create_team`, Overtaken when somebody else was quicker."""
    present = Team.objects.select_for_update().get(pk=team.pk)
    wanted = {"name": one_line(name, 80), "members": list(members)}
    there = {"name": present.name, "members": list(present.agents.filter(is_active=True))}
    settled = seen.settled(wanted, there)
    rename_team(present, str(settled["name"]), by=by, at=at)
    staff_team(present, settled["members"], by=by, at=at)
    team.name = present.name


@transaction.atomic
def rename_team(team: Team, name: str, *, by: Actor, at: datetime) -> None:
    """Give a team another name; its slug, and with it its links, stay. Raises ValidationError as `create_team`."""
    name = one_line(name, 80)
    if not name:
        raise ValidationError({"name": _("A team needs a name.")})
    if Team.objects.exclude(pk=team.pk).filter(name__iexact=name).exists():
        raise ValidationError({"name": _("There is a team of this name already.")})
    if Team.objects.filter(pk=team.pk).exclude(name=name).update(name=name):
        record(TeamRenamed(team=team.pk, values=[["name", team.name, name]]), by=by, at=at)
        team.name = name


def _free_slug(name: str) -> str:
    base = slugify(name)[:70] or "team"
    slug, number = base, 2
    while Team.objects.filter(slug=slug).exists():
        slug, number = f"{base}-{number}", number + 1
    return slug


@transaction.atomic
def join_team(agent: Agent, team: Team, *, by: Actor, at: datetime) -> None:
    _membership, is_new = Membership.objects.get_or_create(agent=agent, team=team, defaults={"joined_at": at})
    if is_new:
        record(TeamJoined(team=team.pk, agent=agent.pk), by=by, at=at)


@transaction.atomic
def leave_team(agent: Agent, team: Team, *, by: Actor, at: datetime) -> None:
    gone, _rows = Membership.objects.filter(agent=agent, team=team).delete()
    if gone:
        record(TeamLeft(team=team.pk, agent=agent.pk), by=by, at=at)


@transaction.atomic
def place_in_teams(agent: Agent, teams: Iterable[Team], *, by: Actor, at: datetime) -> None:
    """See to it that an agent is in exactly these teams."""
    wanted = {team.pk: team for team in teams}
    present = {team.pk: team for team in agent.teams.all()}
    for key in wanted.keys() - present.keys():
        join_team(agent, wanted[key], by=by, at=at)
    for key in present.keys() - wanted.keys():
        leave_team(agent, present[key], by=by, at=at)


@transaction.atomic
def staff_team(team: Team, agents: Iterable[Agent], *, by: Actor, at: datetime) -> None:
    """See to it that exactly these active agents are in a team; who has left keeps the place that was theirs."""
    wanted = {agent.pk: agent for agent in agents}
    present = {agent.pk: agent for agent in team.agents.filter(is_active=True)}
    for key in wanted.keys() - present.keys():
        join_team(wanted[key], team, by=by, at=at)
    for key in present.keys() - wanted.keys():
        leave_team(present[key], team, by=by, at=at)
