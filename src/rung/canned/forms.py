from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from rung.accounts.access import Agent, all_teams, colleagues
from rung.canned.access import CannedAnswer, Ending, Hands
from rung.canned.verbs import Wording
from rung.touchpoints.access import Priority, Tag, all_tags
from rung.ui.stamped import StampedForm


class CannedForm(StampedForm):
    """A canned answer as it is entered. Only leads write for others."""

    title = forms.CharField(label=_("Title"), max_length=120)
    text = forms.CharField(
        label=_("Text"), required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": 9, "dir": "auto"})
    )
    whose = forms.ChoiceField(label=_("Who may use it"), required=False)
    tags = forms.MultipleChoiceField(label=_("Put on tags"), required=False, widget=forms.CheckboxSelectMultiple)
    priority = forms.ChoiceField(
        label=_("Set the priority"), required=False, choices=[("", _("leave it as it is")), *Priority.choices]
    )
    hands = forms.ChoiceField(label=_("Give it to"), required=False, choices=Hands.choices)
    to_agent = forms.ChoiceField(label=_("Agent"), required=False)
    to_team = forms.ChoiceField(label=_("Team"), required=False)
    ending = forms.ChoiceField(label=_("Then"), required=False, choices=Ending.choices)
    snooze_days = forms.IntegerField(
        label=_("For how many days, if it is snoozed"), required=False, min_value=1, max_value=365, initial=1
    )

    def __init__(self, agent: Agent, canned: CannedAnswer | None = None, data: Any = None) -> None:
        super().__init__(data, initial=Wording.of(canned).entered if canned is not None else None)
        self.agent = agent
        self.teams = {str(team.pk): team for team in all_teams()}
        self.people = {str(each.pk): each for each in colleagues(agent)}
        self.known: dict[str, Tag] = {str(tag.pk): tag for tag in all_tags()}
        whose: list[tuple[str, Any]] = [("own", _("only me"))]
        if agent.leads:
            whose = [("all", _("everybody")), *((pk, team.name) for pk, team in self.teams.items()), *whose]
        self._choose("whose", whose)
        self._choose("tags", [(pk, tag.name) for pk, tag in self.known.items()])
        nobody: list[tuple[str, Any]] = [("", _("nobody in particular"))]
        self._choose("to_agent", nobody + [(pk, each.name) for pk, each in self.people.items()])
        self._choose("to_team", [("", _("no other team")), *((pk, team.name) for pk, team in self.teams.items())])

    def _choose(self, name: str, choices: list[tuple[str, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def wording(self) -> Wording:
        """What was entered, when it is valid."""
        said = self.cleaned_data
        whose = said["whose"] or ("all" if self.agent.leads else "own")
        return Wording(
            title=said["title"],
            text=said["text"],
            owner=self.agent if whose == "own" else None,
            team=self.teams.get(whose),
            tags=tuple(self.known[pk] for pk in said["tags"]),
            priority=said["priority"],
            hands=said["hands"],
            to_agent=self.people.get(said["to_agent"]),
            to_team=self.teams.get(said["to_team"]),
            ending=said["ending"],
            snooze_days=said["snooze_days"] or 1,
        )
