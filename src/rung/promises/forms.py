from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from rung.accounts.access import all_teams
from rung.business.access import Calendar, calendars
from rung.promises.access import Clock, Target
from rung.promises.times import in_minutes
from rung.promises.verbs import Aim
from rung.touchpoints.access import Priority
from rung.touchpoints.doors import doors
from rung.ui.stamped import StampedForm

CALENDAR = "calendar:"


def _hours(label: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        required=False,
        min_value=0,
        max_value=366 * 24,
        max_digits=7,
        decimal_places=2,
        widget=forms.NumberInput(attrs={"step": "0.25", "min": "0", "inputmode": "decimal"}),
    )


class TargetForm(StampedForm):
    """A target as it is entered: times in hours, an empty one aims at nothing."""

    name = forms.CharField(label=_("Name"), max_length=80)
    team = forms.ChoiceField(label=_("Team"), required=False)
    priority = forms.ChoiceField(
        label=_("Priority"), required=False, choices=[("", _("any priority")), *Priority.choices]
    )
    channel = forms.ChoiceField(label=_("Begun by"), required=False)
    first_hours = _hours(_("First reply within hours"))
    next_hours = _hours(_("Further replies within hours"))
    resolution_hours = _hours(_("Settled within hours"))
    clock = forms.ChoiceField(
        label=_("Which hours count"),
        help_text=_("A team that keeps no calendar is taken to work around the clock."),
    )
    pauses = forms.BooleanField(
        label=_("While it is the customer's turn, the clock to the settling stands still"), required=False
    )

    def __init__(self, target: Target | None = None, data: Any = None) -> None:
        shown = Aim.of(target).entered if target is not None else {"clock": Clock.TEAM.value, "pauses": True}
        super().__init__(data, initial=shown)
        self.teams = {str(team.pk): team for team in all_teams()}
        self.calendars: dict[str, Calendar] = {f"{CALENDAR}{each.pk}": each for each in calendars()}
        self._choose("team", [("", _("any team")), *((pk, team.name) for pk, team in self.teams.items())])
        self._choose("channel", [("", _("any channel")), *((door.kind, door.label) for door in doors())])
        named = [(key, _("in the hours of “%(name)s”") % {"name": each.name}) for key, each in self.calendars.items()]
        self._choose("clock", [(each.value, each.label) for each in (Clock.TEAM, Clock.ALWAYS)] + named)

    def _choose(self, name: str, choices: list[tuple[str, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        times = ("first_hours", "next_hours", "resolution_hours")
        if not any(cleaned.get(name) for name in times) and not self.errors:
            raise ValidationError(_("Say within which time we mean to reply, or to settle it."))
        return cleaned

    def aim(self) -> Aim:
        """What was entered, when it is valid."""
        said = self.cleaned_data
        calendar = self.calendars.get(said["clock"])
        return Aim(
            name=said["name"],
            team=self.teams.get(said["team"]),
            priority=said["priority"],
            channel=said["channel"],
            first_minutes=in_minutes(said["first_hours"]),
            next_minutes=in_minutes(said["next_hours"]),
            resolution_minutes=in_minutes(said["resolution_hours"]),
            clock=Clock.CALENDAR.value if calendar is not None else said["clock"],
            calendar=calendar,
            pauses=said["pauses"],
        )
