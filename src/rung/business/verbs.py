"""The only writes to business data, calendars and absences."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from rung.accounts.access import Agent, Team
from rung.business.events import AgentAway, BusinessDescribed, CalendarChanged, CalendarEnded, CalendarMade
from rung.business.hours import Span
from rung.business.models import Absence, Business, Calendar, Keeping
from rung.business.written import write_day, write_holidays
from rung.core.actor import Actor
from rung.core.seen import UNSEEN, Seen, differences
from rung.core.text import one_line, storable
from rung.journal.verbs import record

FIELDS = ("name", "address", "support_url", "language", "time_zone")


@transaction.atomic
def describe_business(*, seen: Seen = UNSEEN, by: Actor, at: datetime, **facts: str) -> None:
    """Say what we are called and where we are found: any of FIELDS. Raises Overtaken when somebody else was quicker."""
    if unknown := set(facts) - set(FIELDS):
        raise TypeError(f"a business has no {sorted(unknown)}")
    Business.objects.bulk_create([Business(pk=1)], ignore_conflicts=True)
    us = Business.objects.select_for_update().get(pk=1)
    wanted = {name: storable(value).strip() for name, value in facts.items()}
    present = {name: getattr(us, name) for name in wanted}
    settled = seen.settled(wanted, present)
    values = differences(settled, present)
    if not values:
        return
    for name, value in settled.items():
        setattr(us, name, value)
    us.save(update_fields=list(settled))
    record(BusinessDescribed(values=values), by=by, at=at)


@transaction.atomic
def make_calendar(
    name: str,
    *,
    time_zone: str,
    week: Sequence[Sequence[Span]],
    holidays: dict[date, str],
    teams: Iterable[Team] = (),
    agents: Iterable[Agent] = (),
    by: Actor,
    at: datetime,
) -> Calendar:
    """Raises ValidationError when the name is taken or empty."""
    calendar = Calendar(name=_free_name(name))
    said = _said(time_zone, week, holidays)
    for field, value in said.items():
        setattr(calendar, field, value)
    calendar.save(force_insert=True)
    _keep(calendar, list(teams), list(agents))
    record(CalendarMade(calendar=calendar.pk, name=calendar.name, values=_told(calendar, {})), by=by, at=at)
    return calendar


@transaction.atomic
def change_calendar(
    calendar: Calendar,
    *,
    name: str,
    time_zone: str,
    week: Sequence[Sequence[Span]],
    holidays: dict[date, str],
    teams: Iterable[Team] = (),
    agents: Iterable[Agent] = (),
    seen: Seen = UNSEEN,
    by: Actor,
    at: datetime,
) -> None:
    """Raises ValidationError as for a new one, Overtaken when somebody else was quicker."""
    calendar.refresh_from_db(from_queryset=Calendar.objects.select_for_update())
    before = _as_written(calendar)
    teams, agents = list(teams), list(agents)
    wanted: dict[str, Any] = {"name": _free_name(name, but=calendar.pk), "time_zone": time_zone}
    wanted |= {f"day_{number}": write_day(day) for number, day in enumerate(week)}
    wanted |= {"holidays": write_holidays(holidays), "teams": teams, "agents": agents}
    there = {**before, "teams": _keepers(calendar, "team"), "agents": _keepers(calendar, "agent")}
    settled = seen.settled(wanted, there)
    kept = {name for name, value in settled.items() if value is not wanted[name]}
    said = _said(str(settled["time_zone"]), week, holidays)
    for number in range(7):
        if f"day_{number}" in kept:
            said["week"][number] = calendar.week[number] if calendar.week else []
    if "holidays" in kept:
        said["holidays"] = calendar.holidays
    calendar.name = str(settled["name"])
    for field, value in said.items():
        setattr(calendar, field, value)
    calendar.save(update_fields=["name", *said])
    _keep(calendar, settled["teams"], settled["agents"])
    if values := _told(calendar, before | {"kept by": _names(there["teams"], there["agents"])}):
        record(CalendarChanged(calendar=calendar.pk, name=calendar.name, values=values), by=by, at=at)


@transaction.atomic
def end_calendar(calendar: Calendar, *, by: Actor, at: datetime) -> None:
    """Take it off the list; whoever kept it keeps none."""
    pk, name = calendar.pk, calendar.name
    gone, _rows = Calendar.objects.filter(pk=pk).delete()
    if gone:
        record(CalendarEnded(calendar=pk, name=name), by=by, at=at)


@transaction.atomic
def go_away(agent: Agent, *, until: datetime, by: Actor, at: datetime) -> None:
    """Somebody is away from now on. Raises ValidationError when that is over already."""
    if until <= at:
        raise ValidationError({"until": _("That is over already.")})
    standing = Absence.objects.filter(agent=agent.pk, until_at__gt=at, ended_at__isnull=True)
    if standing.filter(until_at=until).exists():
        return
    standing.update(ended_at=at)
    Absence.objects.create(agent_id=agent.pk, begins_at=at, until_at=until)
    record(AgentAway(agent=agent.pk, until=until.astimezone(UTC).isoformat()), by=by, at=at)


@transaction.atomic
def come_back(agent: Agent, *, by: Actor, at: datetime) -> None:
    """Somebody is here again, earlier than they said. Nothing happens when they are not away."""
    if Absence.objects.filter(agent=agent.pk, until_at__gt=at, ended_at__isnull=True).update(ended_at=at):
        record(AgentAway(agent=agent.pk, until=""), by=by, at=at)


def _free_name(name: str, but: int | None = None) -> str:
    name = one_line(name, 80)
    if not name:
        raise ValidationError({"name": _("A calendar needs a name.")})
    namesakes = Calendar.objects.filter(name__iexact=name)
    if (namesakes.exclude(pk=but) if but is not None else namesakes).exists():
        raise ValidationError({"name": _("There is a calendar of this name already.")})
    return name


def _said(time_zone: str, week: Sequence[Sequence[Span]], holidays: dict[date, str]) -> dict[str, Any]:
    return {
        "time_zone": time_zone,
        "week": [[[f"{begin:%H:%M}", f"{end:%H:%M}"] for begin, end in day] for day in week],
        "holidays": {day.isoformat(): name for day, name in holidays.items()},
    }


def _keep(calendar: Calendar, teams: Sequence[Team], agents: Sequence[Agent]) -> None:
    """Exactly these keep it; each gives up another they kept."""
    calendar.keepings.all().delete()
    Keeping.objects.filter(team__in=teams).delete()
    Keeping.objects.filter(agent__in=agents).delete()
    Keeping.objects.bulk_create(
        [
            *(Keeping(calendar=calendar, team=team) for team in teams),
            *(Keeping(calendar=calendar, agent=agent) for agent in agents),
        ]
    )


def _keepers(calendar: Calendar, noun: str) -> list[Any]:
    keepings = calendar.keepings.select_related("team", "agent").order_by("pk")
    return [keeper for keeping in keepings if (keeper := getattr(keeping, noun)) is not None]


def _names(teams: Iterable[Team], agents: Iterable[Agent]) -> str:
    return ", ".join(sorted([str(team) for team in teams] + [str(agent) for agent in agents]))


def _as_written(calendar: Calendar) -> dict[str, str]:
    """As its form holds it."""
    hours = calendar.hours
    days = {f"day_{number}": write_day(day) for number, day in enumerate(hours.week)}
    named = {date.fromisoformat(day): name for day, name in calendar.holidays.items()}
    return {"name": calendar.name, "time_zone": calendar.time_zone, **days, "holidays": write_holidays(named)}


def _told(calendar: Calendar, before: dict[str, str]) -> list[list[str]]:
    keepers = _names(_keepers(calendar, "team"), _keepers(calendar, "agent"))
    return differences(_as_written(calendar) | {"kept by": keepers}, before)
