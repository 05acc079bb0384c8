from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from rung.accounts.access import Agent, colleagues
from rung.training.access import Opportunity, Reply, teachers_of
from rung.training.verbs import Plan
from rung.training.verbs.opportunities import MOST_WORDS


class TrainingForm(forms.Form):
    """Who was trained, in what, when and for how long, and what is expected of it."""

    about = forms.CharField(label=_("What it was"), max_length=200, help_text=_("“An hour on refunds with Lin”"))
    held_on = forms.DateField(
        label=_("On"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("The day by which before is told from after."),
    )  # fmt: skip
    hours = forms.FloatField(label=_("Hours"), min_value=0.1, max_value=100, initial=1)
    teacher = forms.TypedChoiceField(label=_("Shown by"), required=False, coerce=int, empty_value=None)
    agents = forms.TypedMultipleChoiceField(
        label=_("Who took part"), coerce=int, widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Say who took part.")},
    )  # fmt: skip
    predicted = forms.FloatField(
        label=_("Points more to be expected"), required=False, min_value=-100, max_value=100,
        help_text=_("Of a hundred conversations. Compared with what comes; leave it empty if you cannot tell."),
    )  # fmt: skip
    predicted_low = forms.FloatField(label=_("At least"), required=False, min_value=-100, max_value=100)
    predicted_high = forms.FloatField(
        label=_("At most"), required=False, min_value=-100, max_value=100,
        help_text=_("Between which you are 80 % sure."),
    )  # fmt: skip

    def __init__(self, opportunity: Opportunity, agent: Agent, led: list[int], data: Any = None) -> None:
        super().__init__(data)
        self.opportunity = opportunity
        here = list(colleagues(agent).order_by("name", "pk"))
        willing = {each.pk for each in teachers_of(opportunity.topic, opportunity.outcome)}
        first = [each for each in here if each.pk in willing]
        rest = [each for each in here if each.pk not in willing]
        self._choose(
            "teacher",
            [
                ("", _("somebody else")),
                *((each.pk, f"{each.name} ({_('would show it')})") for each in first),
                *((each.pk, each.name) for each in rest),
            ],
        )
        # Whom an opportunity is about; of the house's, whoever leads chooses, and anybody may log their own.
        self.whose = [opportunity.agent_id] if opportunity.agent_id else []
        if opportunity.is_of_house:
            may_choose = [each for each in here if each.pk in {agent.pk, *led}]
            self._choose("agents", [(each.pk, each.name) for each in may_choose])
        else:
            del self.fields["agents"]

    def _choose(self, name: str, choices: list[tuple[Any, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def plan(self) -> Plan:
        said = self.cleaned_data

        def share(name: str) -> float | None:
            return None if said[name] is None else said[name] / 100

        return Plan(
            about=said["about"],
            held_on=said["held_on"],
            minutes=round(60 * said["hours"]),
            agents=tuple(said["agents"]) if self.opportunity.is_of_house else tuple(self.whose),
            teacher=said["teacher"],
            predicted=share("predicted"),
            predicted_low=share("predicted_low"),
            predicted_high=share("predicted_high"),
        )


class ReplyForm(forms.Form):
    reply = forms.ChoiceField(choices=Reply.choices)
    words = forms.CharField(required=False, max_length=MOST_WORDS)


class AgreementForm(forms.Form):
    is_on = forms.BooleanField(required=False)
    days_alone = forms.IntegerField()
