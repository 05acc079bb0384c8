from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from rung.accounts.access import Agent, colleagues
from rung.insight.access import NO_TEAM, visible_teams
from rung.insight.kpis import KPIS
from rung.insight.periods import DAYS
from rung.ladder.cells import FREEDOMS
from rung.ladder.pages import freedom_label
from rung.patterns.filters import USUAL_DAYS
from rung.reports.access import Rhythm, Screen
from rung.reports.comparing import days_between
from rung.reports.making import MAKERS, NARROWED, ON_THE_LADDER, names_for
from rung.reports.verbs import Wish
from rung.touchpoints.access import Phase
from rung.touchpoints.doors import doors

CHOSEN_DAYS = (*DAYS, USUAL_DAYS)
WHOLE = (Screen.LADDER, Screen.JOURNEYS, Screen.PATTERNS, Screen.TOPICS)
# Screens that another one leads here from, with what of them is meant.
SETTLED = (
    Screen.TRAINING, Screen.COMPARED, Screen.JOURNEY, Screen.PATTERN, Screen.TOPIC, Screen.OPPORTUNITY,
)  # fmt: skip

WEEKDAYS = (
    (0, _("Monday")), (1, _("Tuesday")), (2, _("Wednesday")), (3, _("Thursday")), (4, _("Friday")), (5, _("Saturday")),
    (6, _("Sunday")),
)  # fmt: skip


class ScheduleForm(forms.Form):
    """Which numbers, about what, when, and for whom: for oneself, and by whoever keeps the team for others.

    `what`: a KPI by its name, or a screen by its name behind a slash, which no KPI's begins with, and behind another one
    thing of many there; empty: all numbers. A thing that a screen led here from stays chosen, and only what it is narrowed
    by is asked: `about` names it, empty elsewhere. So does the ladder where it is narrowed as no other screen is.
    """

    marks_optional = False  # nothing here has to be said

    what = forms.ChoiceField(label=_("What"), required=False)
    days = forms.TypedChoiceField(
        label=_("About the last"), coerce=int, choices=[(n, _("%(n)s days") % {"n": n}) for n in CHOSEN_DAYS], initial=7
    )
    team = forms.TypedChoiceField(label=_("Team"), required=False, coerce=int, empty_value=None)
    channel = forms.ChoiceField(label=_("Channel"), required=False)
    phase = forms.ChoiceField(label=_("Phase"), required=False)
    freedom = forms.ChoiceField(label=_("Freedom to leave"), required=False)
    rhythm = forms.ChoiceField(label=_("Comes"), choices=Rhythm.choices, initial=Rhythm.WEEKLY)
    weekday = forms.TypedChoiceField(
        label=_("On"), coerce=int, choices=WEEKDAYS, help_text=_("For one that comes weekly.")
    )
    hour = forms.TimeField(
        label=_("At"), initial="08:00", widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text=_("By the clock of whoever gets it."),
    )  # fmt: skip
    agent = forms.TypedChoiceField(label=_("For"), coerce=int, required=False)

    def __init__(self, agent: Agent, data: Any = None, *, asked: Mapping[str, str] | None = None, at: datetime) -> None:
        """``asked``: the address, which begins with what the screen that led here is narrowed to."""
        super().__init__(data, initial={"agent": agent.pk} | _begun(asked or {}))
        self.giver = agent
        screens = [(f"/{screen}", screen.label) for screen in WHOLE]
        numbers = [(kpi.name, kpi.title) for kpi in KPIS.values()]
        self._choose("what", [("", Screen.NUMBERS.label), *screens, (_("One number"), numbers)])
        teams = [(team.pk, team.name) for team in visible_teams(agent)]
        self._choose("team", [("", _("every team")), *teams, (NO_TEAM, _("no team"))])
        self._choose("channel", [("", _("every channel")), *((each.kind, each.label) for each in doors())])
        self._choose("phase", [("", _("All phases")), *Phase.choices])
        self._choose("freedom", [("", _("All customers")), *((each, freedom_label(each)) for each in FREEDOMS)])
        others = [each for each in colleagues(agent) if each.may("numbers.see")] if agent.may("settings.team") else []
        self.people = {agent.pk: agent} | {each.pk: each for each in others}
        self.about = self._settle(data or asked or {}, at)
        self._choose("agent", [(pk, _("you") if pk == agent.pk else each.name) for pk, each in self.people.items()])

    def _settle(self, asked: Mapping[str, str], at: datetime) -> str:
        """Leave only what one thing takes, and give its name; empty where all may be chosen."""
        what = asked.get("what", "")
        screen, which = _named(what)
        is_ladder = screen == Screen.LADDER and any(asked.get(each) for each in ON_THE_LADDER)
        if screen not in SETTLED and not is_ladder:
            self._ask_alone(NARROWED)
            return ""
        if which:
            name = names_for(self.giver, {(screen, which)}, at=at).get((screen, which), "")
            if not name:  # not theirs to see: as if nothing had been named
                self._ask_alone(NARROWED)
                return ""
        else:
            name = str(Screen(screen).label)
        self._choose("what", [(what, name)])
        self.fields["what"].widget = forms.HiddenInput()
        self._ask_alone(MAKERS[screen].narrowed)
        return name

    def _ask_alone(self, narrowed: tuple[str, ...]) -> None:
        for each in (*NARROWED, *ON_THE_LADDER):
            if each not in narrowed:
                del self.fields[each]

    def _choose(self, name: str, choices: list[tuple[Any, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def receiver(self) -> Agent:
        return self.people.get(self.cleaned_data.get("agent") or self.giver.pk, self.giver)

    def wish(self) -> Wish:
        names = (*NARROWED, *ON_THE_LADDER, "rhythm", "weekday", "hour")
        screen, which = _named(self.cleaned_data["what"])
        said = {name: self.cleaned_data[name] for name in names if name in self.fields}
        return Wish(screen=screen, which=which, **said)


def _named(what: str) -> tuple[str, str]:
    """The screen, and which one of those there."""
    if not what.startswith("/"):
        return Screen.NUMBERS.value, what
    screen, _slash, which = what[1:].partition("/")
    return screen, which


def _begun(asked: Mapping[str, str]) -> dict[str, Any]:
    """What a form begins with; a choice there is not selects nothing. Patterns are looked at over a year where an address
    says nothing else; of days of the calendar as many as come nearest are taken."""
    kind, _dash, name = asked.get("part", "").partition("-")
    begun: dict[str, Any] = {each: asked[each] for each in ("what", *NARROWED, *ON_THE_LADDER) if asked.get(each)}
    maker = MAKERS.get(_named(asked.get("what", ""))[0])
    if asked.get("from") and (length := days_between(asked["from"], asked.get("to") or asked["from"])) > 0:
        begun["days"] = min(CHOSEN_DAYS, key=lambda days: abs(days - length))
    elif maker is not None and maker.parts:
        begun.setdefault("days", USUAL_DAYS)
    return begun | ({kind: name} if kind in ("team", "channel") else {})
