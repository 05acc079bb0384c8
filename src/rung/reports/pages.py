from dataclasses import dataclass
from datetime import datetime

from django.utils.formats import time_format
from django.utils.translation import gettext as _

from rung.accounts.access import Agent
from rung.insight.access import NO_TEAM, visible_teams
from rung.ladder.pages import freedom_label, phase_label
from rung.reports.access import Rhythm, Schedule, Screen, visible_schedules
from rung.reports.forms import WEEKDAYS, ScheduleForm
from rung.reports.making import MAKERS, names_for
from rung.touchpoints.doors import door


@dataclass(frozen=True, slots=True)
class ScheduleLine:
    """`whom` is empty where it is whoever looks."""

    pk: int
    title: str
    about: str
    rhythm: str
    whom: str
    next_at: datetime
    sent_at: datetime | None
    trouble: str


@dataclass(frozen=True, slots=True)
class SchedulesPage:
    lines: tuple[ScheduleLine, ...]
    form: ScheduleForm
    may_give: bool


def schedules_page(agent: Agent, form: ScheduleForm, *, at: datetime) -> SchedulesPage:
    """Four queries, and at most three more for each kind of thing that is one among many."""
    teams = {NO_TEAM: _("no team")} | {team.pk: team.name for team in visible_teams(agent)}
    schedules = list(visible_schedules(agent))
    names = names_for(agent, {(each.screen, each.which) for each in schedules}, at=at)
    lines = tuple(_line(each, agent, teams, names.get((each.screen, each.which), "")) for each in schedules)
    return SchedulesPage(lines, form, may_give=len(form.people) > 1)


def _line(schedule: Schedule, agent: Agent, teams: dict[int, str], name: str) -> ScheduleLine:
    about = []
    if "days" in MAKERS[schedule.screen].narrowed:
        about.append(_("the last %(n)s days") % {"n": schedule.days})
    if schedule.team is not None:
        about.append(teams.get(schedule.team, _("a team that is gone")))
    if schedule.channel:
        about.append(str(door(schedule.channel).label))
    if schedule.phase:
        about.append(phase_label(schedule.phase))
    if schedule.freedom:
        about.append(_("freedom to leave: %(known)s") % {"known": freedom_label(schedule.freedom)})
    return ScheduleLine(
        pk=schedule.pk,
        title=name or str(Screen(schedule.screen).label),
        about=", ".join(about),
        rhythm=_rhythm(schedule),
        whom="" if schedule.agent_id == agent.pk else schedule.agent.name,
        next_at=schedule.next_at,
        sent_at=schedule.sent_at,
        trouble=schedule.trouble,
    )


def _rhythm(schedule: Schedule) -> str:
    said = str(Rhythm(schedule.rhythm).label)
    if schedule.rhythm == Rhythm.WEEKLY:
        said = _("every %(day)s") % {"day": dict(WEEKDAYS)[schedule.weekday]}
    return _("%(days)s at %(hour)s") % {"days": said, "hour": time_format(schedule.hour, "H:i")}
