"""Cleaning of what people write about us, our hours and our days off."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, cast

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.dates import WEEKDAYS
from django.utils.text import capfirst
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from rung.accounts.access import Agent, Team, all_teams, colleagues
from rung.business.hours import Span
from rung.business.models import Calendar
from rung.business.written import NotUnderstood, read_day, read_holidays, write_day, write_holidays
from rung.core.zones import time_zones
from rung.ui.stamped import StampedForm


class BusinessForm(StampedForm):
    name = forms.CharField(
        label=_("What customers call us"),
        max_length=120,
        required=False,
        help_text=_("Stands on survey pages, in the sender's name, and as {company} in closing lines."),
    )
    address = forms.CharField(
        label=_("Address"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "street-address"}),
        help_text=_("As {company_address} in closing lines."),
    )
    support_url = forms.URLField(
        label=_("Page with help for customers"),
        max_length=300,
        required=False,
        assume_scheme="https",
        help_text=_("Survey pages link to it."),
    )
    language = forms.ChoiceField(
        label=_("Language"), help_text=_("In which we write to customers whose own we do not know.")
    )
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=time_zones)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        languages = [(code, capfirst(_now(name))) for code, name in settings.LANGUAGES]
        cast(forms.ChoiceField, self.fields["language"]).choices = languages


class CalendarForm(StampedForm):
    """A week, a line for each day; holidays, one a line; and who keeps it."""

    name = forms.CharField(label=_("Name"), max_length=80)
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=time_zones)
    holidays = forms.CharField(
        label=_("Holidays"),
        required=False,
        max_length=50_000,
        widget=forms.Textarea(attrs={"rows": 6, "placeholder": "2026-12-25 Christmas"}),
        help_text=_("One a line: the day as year-month-day, and its name."),
    )
    teams = forms.MultipleChoiceField(
        label=_("Teams that keep it"), required=False, widget=forms.CheckboxSelectMultiple
    )
    agents = forms.MultipleChoiceField(
        label=_("Agents who keep it instead of their team's"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, agent: Agent, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number in range(7):
            self.fields[f"day_{number}"] = forms.CharField(
                label=WEEKDAYS[number], required=False, max_length=120, widget=forms.TextInput()
            )
        self.known_teams = {str(team.pk): team for team in all_teams()}
        self.known_agents = {str(each.pk): each for each in colleagues(agent)}
        teams = [(pk, team.name) for pk, team in self.known_teams.items()]
        agents = [(pk, each.name) for pk, each in self.known_agents.items()]
        cast(forms.MultipleChoiceField, self.fields["teams"]).choices = teams
        cast(forms.MultipleChoiceField, self.fields["agents"]).choices = agents

    @property
    def days(self) -> list[forms.BoundField]:
        return [self[f"day_{number}"] for number in range(7)]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for number in range(7):
            self._read(
                f"day_{number}", read_day, _now("Write it as 09:00-12:30, 13:30-17:00; this is not understood: %s")
            )
        self._read("holidays", read_holidays, _now("Write a day as 2026-12-25; this is not understood: %s"))
        return cleaned

    def _read(self, name: str, read: Callable[[str], Any], wrong: str) -> None:
        if name in self.cleaned_data:
            try:
                self.cleaned_data[name] = read(self.cleaned_data[name])
            except NotUnderstood as refused:
                self.add_error(name, ValidationError(wrong % refused))

    def said(self) -> dict[str, Any]:
        """What the verbs take."""
        cleaned = self.cleaned_data
        week: list[tuple[Span, ...]] = [cleaned[f"day_{number}"] for number in range(7)]
        teams: list[Team] = [self.known_teams[pk] for pk in cleaned["teams"]]
        agents: list[Agent] = [self.known_agents[pk] for pk in cleaned["agents"]]
        return {
            "name": cleaned["name"],
            "time_zone": cleaned["time_zone"],
            "week": week,
            "holidays": cleaned["holidays"],
            "teams": teams,
            "agents": agents,
        }


def known_calendar(calendar: Calendar | None, *, time_zone: str = "UTC") -> dict[str, Any]:
    """What the form shows; of a new one working hours as many have them, in our zone."""
    if calendar is None:
        weekdays = {f"day_{number}": "09:00-17:00" for number in range(5)}
        return {"time_zone": time_zone, **weekdays, "teams": [], "agents": []}
    keepings = list(calendar.keepings.all())
    named = {date.fromisoformat(day): name for day, name in calendar.holidays.items()}
    return {
        "name": calendar.name,
        "time_zone": calendar.time_zone,
        **{f"day_{number}": write_day(day) for number, day in enumerate(calendar.hours.week)},
        "holidays": write_holidays(named),
        "teams": [str(each.team_id) for each in keepings if each.team_id],
        "agents": [str(each.agent_id) for each in keepings if each.agent_id],
    }


class AwayForm(forms.Form):
    until = forms.DateField(
        label=_("Back on"),
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("The first day you are here again."),
    )


class ColleagueAwayForm(AwayForm):
    """Somebody who is ill cannot say so themselves."""

    agent = forms.ChoiceField(label=_("Who"))
    until = forms.DateField(
        label=_("Back on"),
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("The first day they are here again."),
    )
    field_order = ("agent", "until")

    def __init__(self, *args: Any, agent: Agent, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(each.pk): each for each in colleagues(agent)}
        cast(forms.ChoiceField, self.fields["agent"]).choices = [(pk, each.name) for pk, each in self.people.items()]
