"""The period, team and channel in the address: read, written back, and offered as links."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlencode

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rung.accounts.access import Agent
from rung.insight.access import NO_TEAM, Scope, scope_for, visible_teams
from rung.insight.forms import FilterForm
from rung.insight.periods import DAYS, Cut, Period, last_days
from rung.touchpoints.doors import door, doors
from rung.ui.dates import date_format

Tab = tuple[str, str, bool, None]


@dataclass(frozen=True)
class Filters:
    """What a screen is about. `query`: the same, to be carried to the next screen, beginning with "?" or empty."""

    errors: tuple[str, ...]
    period: Period
    scope: Scope
    team: int | None
    channel: str
    query: str
    tabs: tuple[Tab, ...]
    teams: tuple[tuple[str, str], ...]
    channels: tuple[tuple[str, str], ...]
    team_names: dict[int, str]
    is_partial: bool

    @property
    def words(self) -> str:
        return days_in_words(self.period.start, self.period.end)

    def team_name(self, pk: int) -> str:
        return self.team_names.get(pk, _("a team that is gone"))

    def channel_name(self, kind: str) -> str:
        return str(door(kind).label) if kind else _("no contact, only orders")

    def query_for(self, start: datetime, end: datetime) -> str:
        """The same screen about other days."""
        last = (end - timedelta(milliseconds=1)).date()
        days = {"from": start.date().isoformat(), "to": last.isoformat()}
        return _query(**days, team=self.team, channel=self.channel)

    def query_of_team(self, pk: int) -> str:
        """The same screen about one team; empty where it cannot be chosen."""
        return self._query_with("team", str(pk), self.teams)

    def query_of_channel(self, kind: str) -> str:
        """The same screen about one channel; empty where it cannot be chosen."""
        return self._query_with("channel", kind, self.channels)

    def _query_with(self, name: str, value: str, choices: tuple[tuple[str, str], ...]) -> str:
        if not value or value not in dict(choices):
            return ""
        return _query(**(dict(parse_qsl(self.query.removeprefix("?"))) | {name: value}))


def filters_of(data: Mapping[str, str], agent: Agent, *, at: datetime) -> Filters:
    """The filter of an address; what cannot be read is said on the form, and the last 30 days are shown.

    Raises Http404 for a team whose numbers the agent may not see.
    """
    teams = visible_teams(agent)
    today = at.astimezone(UTC).date()
    form = FilterForm(
        data,
        teams=[(team.pk, team.name) for team in teams],
        channels=[(each.kind, str(each.label)) for each in doors()],
        today=today,
    )
    form.is_valid()
    said = form.cleaned_data
    first, last = said.get("from"), said.get("to")
    days = None
    if first and last and not form.errors:
        period = Period(first, last, at)
    else:
        days = said.get("days") or 30
        period = last_days(days, at)
    team, channel = said.get("team"), said.get("channel") or ""
    asked = {"days": days} if days is not None else {"from": period.from_day, "to": period.to_day}
    # A team that is not among the choices is either gone or not theirs; the gate decides.
    scope = scope_for(agent, teams, _number(data.get("team", "")) if team is None else team)
    return Filters(
        errors=tuple(str(error) for errors in form.errors.values() for error in errors),
        period=period,
        scope=scope,
        team=team,
        channel=channel,
        query=_query(**asked, team=team, channel=channel),
        tabs=tuple(
            (
                _query(days=n, team=team, channel=channel) or "?",
                ngettext("%(n)s day", "%(n)s days", n) % {"n": n},
                n == days,
                None,
            )
            for n in DAYS
        ),
        teams=(("", _("every team")), *((str(each.pk), each.name) for each in teams), (str(NO_TEAM), _("no team"))),
        channels=(("", _("every channel")), *((each.kind, str(each.label)) for each in doors())),
        team_names={NO_TEAM: _("no team")} | {each.pk: each.name for each in teams},
        is_partial=not agent.sees_all,
    )


def days_in_words(start: datetime, end: datetime) -> str:
    """ "3 Nov – 2 Dec 2026", both days included."""
    first, last = start.date(), (end - timedelta(milliseconds=1)).date()
    if first >= last:
        return date_format(last, "j M Y")
    if (first.year, first.month) == (last.year, last.month):
        shown = date_format(first, "j")
    else:
        shown = date_format(first, "j M" if first.year == last.year else "j M Y")
    return f"{shown} – {date_format(last, 'j M Y')}"


def moved_in_words(pieces: Cut) -> str:
    """Where a KPI's period really lies, when it had to be moved back; else nothing."""
    if not pieces.moved:
        return ""
    return _("About %(days)s: later cases cannot be judged yet.") % {"days": days_in_words(pieces.start, pieces.end)}


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 19 else None


def _query(**asked: object) -> str:
    said = {name: str(value) for name, value in asked.items() if value not in (None, "")}
    return f"?{urlencode(said)}" if said else ""
