from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from rung.insight.access import NO_TEAM
from rung.insight.periods import DAYS

LONGEST_DAYS = 1100
EARLIEST_YEAR = 1980


class FilterForm(forms.Form):
    """Which days, team and channel a screen is about; it stands in the address."""

    days = forms.TypedChoiceField(coerce=int, choices=[(n, str(n)) for n in DAYS], required=False, empty_value=None)
    to = forms.DateField(label=_("To, included"), required=False)
    team = forms.TypedChoiceField(label=_("Team"), coerce=int, required=False, empty_value=None)
    channel = forms.ChoiceField(label=_("Channel"), required=False)

    def __init__(
        self, data: Any, *, teams: list[tuple[int, str]], channels: list[tuple[str, str]], today: date
    ) -> None:
        super().__init__(data)
        # A keyword, so it cannot stand above.
        self.fields["from"] = forms.DateField(label=_("From"), required=False)
        self.today = today
        every_team: list[tuple[Any, Any]] = [("", _("every team")), *teams, (NO_TEAM, _("no team"))]
        every_channel: list[tuple[Any, Any]] = [("", _("every channel")), *channels]
        self.fields["team"].choices = every_team  # type: ignore[attr-defined]  # Field does not declare it
        self.fields["channel"].choices = every_channel  # type: ignore[attr-defined]  # Field does not declare it

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        first, last = cleaned.get("from"), cleaned.get("to")
        if first or last:
            last = cleaned["to"] = min(last or self.today, self.today)
            if first is None:
                self.add_error("from", _("Say from which day on."))
            elif first > last:
                self.add_error("from", _("The first day lies after the last."))
            elif first.year < EARLIEST_YEAR:
                self.add_error("from", _("Nothing is recorded that far back."))
            elif (last - first).days >= LONGEST_DAYS:
                self.add_error("from", _("At most three years at once."))
        return cleaned
