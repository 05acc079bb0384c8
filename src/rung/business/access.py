"""What we are called, when we work, and who is away. Every agent may know; changing it takes a permission."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.shortcuts import get_object_or_404

from rung.accounts.access import Agent, every_colleague, teams_of
from rung.business.hours import Hours, business_seconds, is_open, moment_after, opens_next
from rung.business.models import Absence, Business, Calendar, Keeping
from rung.core.ahead import ahead
from rung.core.compiled import compiled
from rung.core.once import once_a_page
from rung.ui.branding import Brand

__all__ = [
    "Absence",
    "Business",
    "Calendar",
    "Hand",
    "Hours",
    "Keeping",
    "absences",
    "business",
    "business_seconds",
    "calendar_for",
    "calendars",
    "hands",
    "hours_kept",
    "hours_of_agent",
    "hours_of_team",
    "is_open",
    "moment_after",
    "opens_next",
    "our_brand",
    "shown_name",
]

# Who has no calendar works always: nothing that counts by it changes until somebody says otherwise.
ALWAYS = Hours(ZoneInfo("UTC"), (((time(), time()),),) * 7)


def business() -> Business:
    """Us; before anybody has said anything, an empty row that is not kept."""
    return next(iter(_us()), None) or Business(pk=1)


@once_a_page
@ahead(lambda page: ())
@compiled
def _us() -> QuerySet[Business]:
    return Business.objects.filter(pk=1)


def shown_name() -> str:
    """What customers know us by; empty when nobody has said."""
    return business().name


def our_brand() -> Brand:
    us = business()
    return Brand(us.name or Brand.name, us.support_url)


def calendars() -> list[Calendar]:
    return list(Calendar.objects.prefetch_related("keepings__team", "keepings__agent"))


def calendar_for(agent: Agent, pk: int) -> Calendar:
    return get_object_or_404(Calendar, pk=pk)


def hours_of_team(team: int | None) -> Hours:
    """When a team works; always where it keeps no calendar."""
    keeping = Keeping.objects.filter(team=team).select_related("calendar").first() if team is not None else None
    return keeping.calendar.hours if keeping is not None else ALWAYS


def hours_kept() -> dict[int, Hours]:
    """When each team works that keeps a calendar. One query."""
    kept = Keeping.objects.filter(team__isnull=False).select_related("calendar")
    return {keeping.team_id: keeping.calendar.hours for keeping in kept if keeping.team_id is not None}


def hours_of_agent(agent: Agent) -> Hours:
    """When somebody works: by their own calendar, else by the one of the first of their teams that keeps one."""
    kept = Keeping.objects.filter(agent=agent.pk) | Keeping.objects.filter(team__in=teams_of(agent))
    keepings = sorted(kept.select_related("calendar", "team"), key=lambda k: (k.agent_id is None, str(k.team)))
    return keepings[0].calendar.hours if keepings else ALWAYS


@dataclass(frozen=True, slots=True)
class Hand:
    """One whom work can be given to. `away_until`: they are away, until then; `works_from`: their hours have them rest
    now, and begin again then. Both None: they are at work, or have said nothing of it."""

    pk: int
    name: str
    away_until: datetime | None = None
    works_from: datetime | None = None


def hands(agent: Agent, *, at: datetime) -> list[Hand]:
    """Everyone whom work can be given to, and who of them is not at work at a moment. One query, and one more where anybody
    keeps a calendar."""
    rows = _people(at)
    kept = {row[3] for row in rows if row[3] is not None}
    rest = {each.pk: _begins_again(each.hours, at) for each in Calendar.objects.filter(pk__in=kept)} if kept else {}
    return [
        Hand(pk, name, away.astimezone(UTC) if away else None, rest.get(calendar)) for pk, name, away, calendar in rows
    ]


@ahead(lambda page: (page.at,))
@compiled
def _people(at: datetime) -> QuerySet[Agent, Any]:
    now = Absence.objects.filter(agent=OuterRef("pk"), begins_at__lte=at, until_at__gt=at, ended_at__isnull=True)
    own = Keeping.objects.filter(agent=OuterRef("pk")).values("calendar")
    teams = Keeping.objects.filter(team__agents=OuterRef("pk")).order_by("team__name").values("calendar")
    people = every_colleague().annotate(
        away_until=Subquery(now.order_by("-until_at").values("until_at")[:1]),
        calendar=Coalesce(Subquery(own[:1]), Subquery(teams[:1])),
    )
    return people.values_list("pk", "name", "away_until", "calendar")


def _begins_again(hours: Hours, at: datetime) -> datetime | None:
    return None if is_open(at, hours) else opens_next(at, hours)


def absences(agents: Iterable[int], *, at: datetime) -> dict[int, datetime]:
    """Who of these is away now, and until when. One query."""
    now = Absence.objects.filter(agent__in=list(agents), begins_at__lte=at, until_at__gt=at, ended_at__isnull=True)
    return {agent: until.astimezone(UTC) for agent, until in now.order_by("until_at").values_list("agent", "until_at")}
