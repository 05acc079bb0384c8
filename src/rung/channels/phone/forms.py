"""What a telephone system says, and what is said of telephone systems."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rung.accounts.access import Team, all_teams
from rung.channels.phone.access import agent_at
from rung.channels.phone.verbs import Announced
from rung.core.text import one_line

STATES = ("ringing", "answered", "ended")


class AnnouncementForm(forms.Form):
    """One announcement. Fields it does not know are no error: telephone systems send what they have."""

    call = forms.CharField(max_length=120)
    state = forms.ChoiceField(choices=[(state, state) for state in STATES])
    number = forms.CharField(max_length=60, required=False)
    direction = forms.ChoiceField(choices=[("in", "in"), ("out", "out")], required=False)
    extension = forms.CharField(max_length=20, required=False)
    agent = forms.CharField(max_length=254, required=False)
    seconds = forms.IntegerField(min_value=0, max_value=24 * 60 * 60, required=False)

    def clean_call(self) -> str:
        name = one_line(self.cleaned_data["call"], 120)
        if not name:
            raise ValidationError(_("Say which call it is: the name your telephone system gives it."))
        return name

    def clean_extension(self) -> str:
        extension = one_line(self.cleaned_data["extension"], 20).replace(" ", "")
        self.whose = agent_at(extension=extension)
        if extension and self.whose is None:
            raise ValidationError(_("Nobody has this extension; give it to somebody in the settings."))
        return extension

    def clean_agent(self) -> str:
        email = one_line(self.cleaned_data["agent"], 254)
        self.named = agent_at(email=email)
        if email and self.named is None:
            raise ValidationError(_("Nobody who works here signs in with this e-mail address."))
        return email

    def announced(self) -> Announced:
        said = self.cleaned_data
        return Announced(
            name=said["call"],
            state=said["state"],
            number=said["number"],
            way=said["direction"] or "in",
            seconds=said["seconds"],
            agent=self.whose or self.named,
        )


class TelephoneForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=80, help_text=gettext_lazy("Such as “Switchboard”."))
    team = forms.ChoiceField(
        label=gettext_lazy("Rings for"),
        required=False,
        help_text=gettext_lazy("Where a call is announced without naming anybody."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.teams = all_teams()
        field = self.fields["team"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("everybody")), *((str(team.pk), team.name) for team in self.teams)]

    def chosen_team(self) -> Team | None:
        return next((team for team in self.teams if str(team.pk) == self.cleaned_data["team"]), None)
