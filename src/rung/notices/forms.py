from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from rung.accounts.access import Agent
from rung.notices.access import Kind, Rhythm, Way, rhythm_of, ways_of


class WaysForm(forms.Form):
    """What somebody wants to hear of and how, a field for each kind; and when they want mail."""

    quiet_from = forms.TimeField(
        label=_("No mail from"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    quiet_until = forms.TimeField(label=_("until"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    is_quiet_at_weekends = forms.BooleanField(label=_("No mail on Saturdays and Sundays"), required=False)
    digest_at = forms.TimeField(
        label=_("The letter of the day comes at"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )

    def __init__(self, agent: Agent, data: Any = None) -> None:
        rhythm, ways = rhythm_of(agent), ways_of([agent.pk])
        hours = ("quiet_from", "quiet_until", "is_quiet_at_weekends", "digest_at")
        super().__init__(data, initial={name: getattr(rhythm, name) for name in hours})
        for kind in Kind:
            self.fields[kind.value] = forms.ChoiceField(
                label=kind.label,
                choices=Way.choices,
                initial=ways[agent.pk, kind].value,
                widget=forms.Select(attrs={"class": "input"}),
            )

    def kinds(self) -> list[forms.BoundField]:
        return [self[kind.value] for kind in Kind]

    def chosen_ways(self) -> dict[Kind, Way]:
        return {kind: Way(self.cleaned_data[kind.value]) for kind in Kind}

    def chosen_rhythm(self) -> Rhythm:
        given = self.cleaned_data
        return Rhythm(
            quiet_from=given["quiet_from"],
            quiet_until=given["quiet_until"],
            is_quiet_at_weekends=given["is_quiet_at_weekends"],
            digest_at=given["digest_at"],
        )
