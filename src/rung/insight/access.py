"""Who sees which numbers.

Whose scope is everything sees the whole. Others see the numbers of their own teams and of conversations that no team has
taken: the same conversations, by team, that their queue shows. The teams are a condition of the SQL, so that a page cannot
forget it. An agent's own name is nowhere: these are numbers about customers.
"""

from dataclasses import dataclass

from django.http import Http404

from rung.accounts.access import Agent, Team, all_teams, teams_of
from rung.insight.kpi import KPI
from rung.insight.kpis import KPIS

NO_TEAM = 0


@dataclass(frozen=True, slots=True)
class Scope:
    """The teams whose numbers are asked for; None: all, also those of people no team ever met."""

    teams: tuple[int, ...] | None


def visible_teams(agent: Agent) -> list[Team]:
    """The teams whose numbers an agent may see."""
    teams = all_teams()
    if agent.sees_all:
        return teams
    own = set(teams_of(agent))
    return [team for team in teams if team.pk in own]


def scope_for(agent: Agent, teams: list[Team], team: int | None = None) -> Scope:
    """What an agent may see, given their `visible_teams`, or of it one team (0: what no team has taken).

    Raises Http404 for a team they may not see.
    """
    numbers = {NO_TEAM, *(each.pk for each in teams)}
    if team is None:
        return Scope(None if agent.sees_all else tuple(sorted(numbers)))
    if team not in numbers:
        raise Http404
    return Scope((team,))


def kpi_for(agent: Agent, name: str) -> KPI:
    """A KPI by its name. Raises Http404 for one that does not exist."""
    if name not in KPIS:
        raise Http404
    return KPIS[name]
