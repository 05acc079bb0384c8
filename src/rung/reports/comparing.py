"""A comparison as a schedule keeps it: against what, and of which number.

``which`` is "before/3/first_reply_time": the same days or those before them, the other side's team ("-" the first side's
own, empty every team) and the number (empty those of the overview).
"""

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta

from django.http import Http404
from django.utils.translation import gettext as _

from rung.accounts.access import Agent
from rung.insight.access import NO_TEAM, visible_teams
from rung.insight.kpis import KPIS

SAME, BEFORE = "same", "before"
OWN_TEAM = "-"


def address_of(which: str, asked: Mapping[str, str]) -> dict[str, str]:
    """What the screen of comparisons is asked, about the days of a report. Raises Http404 for what is none."""
    against, team, kpi = _parts(which)
    asked = dict(asked)
    if against == SAME:
        asked |= {"from2": asked.get("from", ""), "to2": asked.get("to", "")}
    if team != OWN_TEAM:
        asked["team2"] = team
    return asked | ({"kpi": kpi} if kpi else {})


def comparisons(agent: Agent, wanted: Collection[str], _at: datetime) -> dict[str, str]:
    """In words, as far as they are some and the agent may see the team."""
    teams = {str(team.pk): team.name for team in visible_teams(agent)} | {str(NO_TEAM): _("no team")}
    if agent.sees_all:
        teams[""] = _("every team")
    found = {}
    for which in wanted:
        try:
            against, team, kpi = _parts(which)
        except Http404:
            continue
        if team != OWN_TEAM and team not in teams:
            continue
        other = _("the same days") if against == SAME else _("the same number of days before")
        said = [str(KPIS[kpi].title) if kpi else _("Compare")]
        said.append(_("against %(other)s") % {"other": other if team == OWN_TEAM else f"{other}, {teams[team]}"})
        found[which] = ", ".join(said)
    return found


def _parts(which: str) -> tuple[str, str, str]:
    against, _slash, rest = which.partition("/")
    team, _slash, kpi = rest.partition("/")
    if against not in (SAME, BEFORE) or (kpi and kpi not in KPIS):
        raise Http404
    if team not in ("", OWN_TEAM) and not (team.isascii() and team.isdigit()):
        raise Http404
    return against, team, kpi


def days_between(first: str, last: str) -> int:
    """Days from the first to the last, both included; 0 where they are none."""
    try:
        return (date.fromisoformat(last) - date.fromisoformat(first) + timedelta(days=1)).days
    except ValueError:
        return 0
