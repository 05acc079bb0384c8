from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from rung.accounts.access import Agent, colleagues
from rung.insight.access import NO_TEAM, visible_teams
from rung.insight.kpis import KPIS
from rung.insight.periods import DAYS
from rung.reports.access import Rhythm, Screen
from rung.reports.verbs import Wish
from rung.touchpoints.doors import doors

WEEKDAYS = (
    (0, _("Monday")), (1, _("Tuesday")), (2, _("Wednesday")), (3, _("Thursday")), (4, _("Friday")), (5, _("Saturday")),
    (6, _("Sunday")),
)  # fmt: skip


class ScheduleForm(forms.Form):
    """Which numbers, about what, when, and for whom: for oneself, and by whoever keeps the team for others.

    `what`: a KPI by its name, or a screen by its name behind a slash, which no KPI's begins with; empty: all numbers.
    """

    marks_optional = False  # nothing here has to be said

    what = forms.ChoiceField(label=_("What"), required=False)
    days = forms.TypedChoiceField(
        label=_("About the last"), coerce=int, choices=[(n, _("%(n)s days") % {"n": n}) for n in DAYS], initial=7
    )
    team = forms.TypedChoiceField(label=_("Team"), required=False, coerce=int, empty_value=None)
    channel = forms.ChoiceField(label=_("Channel"), required=False)
    rhythm = forms.ChoiceField(label=_("Comes"), choices=Rhythm.choices, initial=Rhythm.WEEKLY)
    weekday = forms.TypedChoiceField(
        label=_("On"), coerce=int, choices=WEEKDAYS, help_text=_("For one that comes weekly.")
    )
    hour = forms.TimeField(
        label=_("At"), initial="08:00", widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text=_("By the clock of whoever gets it."),
    )  # fmt: skip
    agent = forms.TypedChoiceField(label=_("For"), coerce=int, required=False)

    def __init__(self, agent: Agent, data: Any = None, *, asked: Mapping[str, str] | None = None) -> None:
        """``asked``: the address, which begins with what the screen that led here is narrowed to."""
        super().__init__(data, initial={"agent": agent.pk} | _begun(asked or {}))
        self.giver = agent
        screens = [(f"/{value}", label) for value, label in Screen.choices if value != Screen.NUMBERS]
        numbers = [(kpi.name, kpi.title) for kpi in KPIS.values()]
        self._choose("what", [("", Screen.NUMBERS.label), *screens, (_("One number"), numbers)])
        teams = [(team.pk, team.name) for team in visible_teams(agent)]
        self._choose("team", [("", _("every team")), *teams, (NO_TEAM, _("no team"))])
        self._choose("channel", [("", _("every channel")), *((each.kind, each.label) for each in doors())])
        others = [each for each in colleagues(agent) if each.may("numbers.see")] if agent.may("settings.team") else []
        self.people = {agent.pk: agent} | {each.pk: each for each in others}
        self._choose("agent", [(pk, _("you") if pk == agent.pk else each.name) for pk, each in self.people.items()])

    def _choose(self, name: str, choices: list[tuple[Any, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def receiver(self) -> Agent:
        return self.people.get(self.cleaned_data.get("agent") or self.giver.pk, self.giver)

    def wish(self) -> Wish:
        names = ("days", "team", "channel", "rhythm", "weekday", "hour")
        what = self.cleaned_data["what"]
        which = {"screen": what[1:]} if what.startswith("/") else {"kpi": what}
        return Wish(**which, **{name: self.cleaned_data[name] for name in names})


def _begun(asked: Mapping[str, str]) -> dict[str, str]:
    """What a form begins with; a choice there is not selects nothing."""
    kind, _dash, name = asked.get("part", "").partition("-")
    begun = {each: asked[each] for each in ("what", "days", "team", "channel") if asked.get(each)}
    return begun | ({kind: name} if kind in ("team", "channel") else {})
