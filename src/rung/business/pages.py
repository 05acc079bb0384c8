"""What the screens about us and our hours need."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.dates import WEEKDAYS_ABBR

from rung.accounts.access import Agent
from rung.business.access import absences, business, calendars, is_open
from rung.business.forms import AwayForm, BusinessForm, CalendarForm, ColleagueAwayForm
from rung.business.models import Calendar
from rung.business.written import write_day


@dataclass(frozen=True)
class BusinessPage:
    form: BusinessForm


@dataclass(frozen=True)
class CalendarLine:
    pk: int
    name: str
    zone: str
    week: tuple[tuple[str, str], ...]
    holidays: int
    kept_by: str
    is_open: bool


@dataclass(frozen=True)
class AwayLine:
    agent: Agent
    until: datetime


@dataclass(frozen=True)
class CalendarsPage:
    calendars: tuple[CalendarLine, ...]
    away: tuple[AwayLine, ...]
    form: ColleagueAwayForm


@dataclass(frozen=True)
class CalendarPage:
    form: CalendarForm
    calendar: Calendar | None


@dataclass(frozen=True)
class AwayPage:
    form: AwayForm
    until: datetime | None


def business_page(form: BusinessForm | None = None) -> BusinessPage:
    us = business()
    return BusinessPage(form or BusinessForm(initial={name: getattr(us, name) for name in BusinessForm.base_fields}))


def calendars_page(agent: Agent, form: ColleagueAwayForm | None = None, *, at: datetime) -> CalendarsPage:
    form = form or ColleagueAwayForm(agent=agent)
    people = {each.pk: each for each in form.people.values()}
    away = absences(people, at=at)
    return CalendarsPage(
        tuple(_line(calendar, at) for calendar in calendars()),
        tuple(AwayLine(people[pk], until) for pk, until in away.items()),
        form,
    )


def _line(calendar: Calendar, at: datetime) -> CalendarLine:
    hours = calendar.hours
    keepers = sorted(str(each.team or each.agent) for each in calendar.keepings.all())
    return CalendarLine(
        pk=calendar.pk,
        name=calendar.name,
        zone=calendar.time_zone.replace("_", " "),
        week=tuple((str(WEEKDAYS_ABBR[number]), write_day(day) or "–") for number, day in enumerate(hours.week)),
        holidays=len(hours.holidays),
        kept_by=", ".join(keepers),
        is_open=is_open(at, hours),
    )


def away_page(agent: Agent, form: AwayForm | None = None, *, at: datetime) -> AwayPage:
    return AwayPage(form or AwayForm(), absences([agent.pk], at=at).get(agent.pk))
