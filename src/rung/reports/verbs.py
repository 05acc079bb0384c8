"""The only writes to schedules."""

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from smtplib import SMTPException

import structlog
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rung.accounts.access import Agent
from rung.core.actor import Actor
from rung.core.made_up import is_made_up
from rung.core.text import one_line
from rung.insight.access import NO_TEAM
from rung.journal.verbs import record
from rung.reports.events import ReportEnded, ReportScheduled, ReportSent
from rung.reports.letters import farewell_for, letter_for
from rung.reports.making import MAKERS, ON_THE_LADDER, check_theirs, name_of, report_for, why_gone
from rung.reports.models import Rhythm, Schedule, Screen
from rung.reports.rhythm import next_moment

log = structlog.get_logger(__name__)

# Whoever wants more than this reads none of them.
MOST = 20
MAX_ATTEMPTS = 6
_NOT_IN_NAMES = re.compile(r"[\W_]+")
_NOT_THEIRS = gettext_lazy("%(name)s may not see this.")
PAUSE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a report is to be about, and when it comes; fields as those of `Schedule`."""

    screen: str = Screen.NUMBERS
    which: str = ""
    days: int = 7
    team: int | None = None
    channel: str = ""
    phase: str = ""
    freedom: str = ""
    rhythm: str = Rhythm.WEEKLY
    weekday: int = 0
    hour: time = time(8)


@transaction.atomic
def schedule_report(agent: Agent, wish: Wish, *, by: Actor, at: datetime) -> Schedule:
    """Let an agent get numbers by mail. Raises ValidationError where they have MOST of them already, may not see the
    numbers, take none away, or not this one, or it is gone, or the screen is never narrowed so."""
    if not agent.is_active or not agent.may("numbers.see"):
        raise ValidationError(_("%(name)s may not see the numbers.") % {"name": agent.name})
    if not agent.may("exports.take"):
        raise ValidationError(_("%(name)s may not take numbers away as a file.") % {"name": agent.name})
    if Schedule.objects.filter(agent=agent.pk).count() >= MOST:
        raise ValidationError(_("%(name)s gets too many reports already; end one first.") % {"name": agent.name})
    _check_parts(wish)
    schedule = Schedule(
        agent=agent,
        screen=Screen(wish.screen).value,
        which=wish.which,
        days=wish.days,
        team=wish.team,
        channel=wish.channel,
        phase=wish.phase,
        freedom=wish.freedom,
        rhythm=Rhythm(wish.rhythm).value,
        weekday=wish.weekday,
        hour=wish.hour,
        made_by_id=by.agent_key,
        made_at=at,
    )
    try:
        check_theirs(schedule, at=at)
    except Http404:
        said = _("%(name)s may not see the numbers of that team.") if not wish.which else _NOT_THEIRS
        raise ValidationError(said % {"name": agent.name}) from None
    if why := why_gone(schedule):
        raise ValidationError(why)
    schedule.next_at = _next(schedule, at)
    schedule.save(force_insert=True)
    fact = ReportScheduled(
        schedule=schedule.pk, agent=agent.pk, kpi=schedule.which, rhythm=schedule.rhythm, screen=schedule.screen
    )
    record(fact, by=by, at=at)
    return schedule


def _check_parts(wish: Wish) -> None:
    if wish.screen in (Screen.LADDER, Screen.JOURNEYS, Screen.JOURNEY) and wish.team == NO_TEAM:
        raise ValidationError(
            _("The ladder and journeys are not told of what no team has taken. Choose a team, or all.")
        )
    if (wish.phase or wish.freedom) and not set(ON_THE_LADDER) <= set(MAKERS[wish.screen].narrowed):
        raise ValidationError(_("Only the ladder is told of one phase, or of the bound and the free."))
    if MAKERS[wish.screen].parts and wish.team is not None and wish.channel:
        raise ValidationError(_("Patterns and topics are told of a team or of a channel, not of both together."))


@transaction.atomic
def end_report(schedule: Schedule, *, by: Actor, at: datetime) -> None:
    """It comes no more. Nothing happens the second time."""
    if Schedule.objects.filter(pk=schedule.pk).delete()[0]:
        fact = ReportEnded(schedule=schedule.pk, agent=schedule.agent_id, kpi=schedule.which, screen=schedule.screen)
        record(fact, by=by, at=at)


def send_report(schedule: Schedule, *, by: Actor, at: datetime) -> bool:
    """Make a report that is due and mail it; whether it left. Where what it is about is gone, the letter says so and is the
    last. Where a mail server refuses, or it cannot be made, it is tried again, ever more
    seldom, MAX_ATTEMPTS times; after that it is left out, and why stands on the page."""
    if not _claim(schedule, at):
        return False
    agent = schedule.agent
    if why_not := _hindrance(agent):
        _left_out(schedule, why_not)
        return False
    if not _sent(schedule, agent, by, at):
        return False
    Schedule.objects.filter(pk=schedule.pk).update(sent_at=at, attempts=0, trouble="")
    return True


def _sent(schedule: Schedule, agent: Agent, by: Actor, at: datetime) -> bool:
    try:
        with timezone.override(agent.zone), translation.override(agent.language):
            if why := why_gone(schedule):
                farewell_for(agent, name_of(schedule, at=at), why).send()
                end_report(schedule, by=by, at=at)
                return True
            letter_for(agent, report_for(schedule, at=at), name=_file_name(schedule)).send()
    except Http404:
        _left_out(schedule, _("These numbers are no longer theirs to see, or there are none such."))
        return False
    except (SMTPException, OSError) as failure:
        log.warning("a report could not be mailed", schedule=schedule.pk, reason=str(failure))
        _try_again(schedule, one_line(str(failure), 300), at)
        return False
    except Exception as broken:
        # Claimed as it is, it would be left out without a word, and those due with it would wait.
        log.exception("a report could not be made", schedule=schedule.pk)
        said = _("It could not be made: %(why)s") % {"why": type(broken).__name__}
        _try_again(schedule, said, at)
        return False
    with transaction.atomic():
        fact = ReportSent(schedule=schedule.pk, agent=agent.pk, kpi=schedule.which, screen=schedule.screen)
        record(fact, by=by, at=at)
    return True


def _file_name(schedule: Schedule) -> str:
    """Without its ending: "ladder", "resolution_time", "topic-12"."""
    if schedule.screen == Screen.NUMBERS:
        return schedule.which or schedule.screen
    return _NOT_IN_NAMES.sub("-", f"{schedule.screen}-{schedule.which}").strip("-")


def _claim(schedule: Schedule, at: datetime) -> bool:
    """Whether it is ours to send. Marked before it is sent: a worker killed in between leaves one report out; the other
    way round it would send the same one again and again."""
    due = Schedule.objects.filter(pk=schedule.pk, next_at__lte=at, next_at=schedule.next_at)
    return bool(due.update(next_at=_next(schedule, at)))


def _next(schedule: Schedule, at: datetime) -> datetime:
    return next_moment(schedule.rhythm, schedule.weekday, schedule.hour, schedule.agent.zone, after=at)


def _hindrance(agent: Agent) -> str:
    if not agent.is_active:
        return _("They have no seat any more.")
    if not agent.may("numbers.see"):
        return _("They may no longer see the numbers.")
    if not agent.may("exports.take"):
        return _("They may no longer take numbers away as a file.")
    if is_made_up(agent.email):
        return _("Nobody has the address %(email)s: nothing is sent there.") % {"email": agent.email}
    return ""


def _left_out(schedule: Schedule, why: str) -> None:
    Schedule.objects.filter(pk=schedule.pk).update(attempts=0, trouble=why)


def _try_again(schedule: Schedule, why: str, at: datetime) -> None:
    attempts = schedule.attempts + 1
    if attempts >= MAX_ATTEMPTS:
        _left_out(schedule, why)
        return
    again = min(at + PAUSE * 2**schedule.attempts, _next(schedule, at))
    Schedule.objects.filter(pk=schedule.pk).update(next_at=again, attempts=attempts, trouble=why)
