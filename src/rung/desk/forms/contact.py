"""The two forms that begin with a person: log a contact, write first."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rung.accounts.access import Agent, Team, all_teams
from rung.core.given import given_key
from rung.customers.access import Customer, customer_for
from rung.customers.addresses import normalised
from rung.desk.forms.moments import moment_in
from rung.desk.forms.promises import Promised, promise_in
from rung.touchpoints.access import Conversation, Outcome, Phase, visible_conversations
from rung.touchpoints.addresses import Recipients, recipients_typed
from rung.touchpoints.doors import doors
from rung.touchpoints.incoming import Logged

NEW = "new"


class PersonForm(forms.Form):
    """Who it was: somebody known by `customer`, or somebody new by name, address and number."""

    customer = forms.CharField(required=False, widget=forms.HiddenInput)
    name = forms.CharField(label=gettext_lazy("Name"), max_length=160, required=False)
    email = forms.CharField(label=gettext_lazy("E-mail address"), max_length=254, required=False)
    phone = forms.CharField(label=gettext_lazy("Phone number"), max_length=60, required=False)

    def __init__(self, *args: Any, agent: Agent, person: Customer | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.agent = agent
        self.person = person

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        chosen = str(cleaned.get("customer", ""))
        if (key := given_key(chosen)) is not None:
            self.person = customer_for(self.agent, key)
        if self.person is None:
            self._clean_newcomer(cleaned, chosen)
        return cleaned

    def _clean_newcomer(self, cleaned: dict[str, Any], chosen: str) -> None:
        if chosen != NEW and not any(cleaned.get(field) for field in ("name", "email", "phone")):
            self.add_error("customer", ValidationError(_("Say who it was: find the person, or enter somebody new.")))
            return
        for field, kind in (("email", "email"), ("phone", "phone")):
            if cleaned.get(field) and not normalised(cleaned[field], kind):
                self.add_error(field, ValidationError(_("This is not complete.")))
        if not any(cleaned.get(field) for field in ("name", "email", "phone")):
            self.add_error("name", ValidationError(_("Say at least a name.")))


class LogForm(PersonForm):
    channel = forms.ChoiceField(label=gettext_lazy("How"), widget=forms.RadioSelect)
    direction = forms.ChoiceField(
        label=gettext_lazy("Who began it"),
        widget=forms.RadioSelect,
        choices=[("in", gettext_lazy("They did")), ("out", gettext_lazy("We did"))],
        initial="in",
    )
    phase = forms.ChoiceField(label=gettext_lazy("Phase"), widget=forms.RadioSelect, required=False)
    occurred_at = forms.CharField(
        label=gettext_lazy("When"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"})
    )
    minutes = forms.IntegerField(label=gettext_lazy("Minutes it took"), min_value=0, max_value=1440, required=False)
    place = forms.CharField(label=gettext_lazy("Where"), max_length=160, required=False)
    conversation = forms.ChoiceField(label=gettext_lazy("Belongs to"), required=False)
    text = forms.CharField(
        label=gettext_lazy("What was said"), widget=forms.Textarea(attrs={"data-autogrow": "", "rows": 5})
    )
    # Read with `promise_in`, as beside an answer.
    promise = forms.CharField(max_length=300, required=False)
    promise_day = forms.CharField(max_length=20, required=False)
    promise_time = forms.CharField(max_length=20, required=False)
    outcome = forms.ChoiceField(label=gettext_lazy("After that"), widget=forms.RadioSelect, initial="open")

    def __init__(self, *args: Any, agent: Agent, at: datetime, person: Customer | None = None, **kwargs: Any) -> None:
        super().__init__(*args, agent=agent, person=person, **kwargs)
        by_hand = [(door.kind, door.label) for door in doors() if door.by_hand]
        self._choices("channel", by_hand)
        self.fields["channel"].initial = by_hand[0][0] if by_hand else ""
        self._choices("phase", [("", _("work it out")), *Phase.choices])
        resolved = [(f"resolved:{o.value}", _("settled, goal %(outcome)s") % {"outcome": o.label}) for o in Outcome]
        self._choices("outcome", [("open", _("stays open")), *resolved])
        self._choices("conversation", [("", _("a new matter")), *self._matters()])
        self.fields["occurred_at"].initial = at.astimezone(agent.zone).strftime("%Y-%m-%dT%H:%M")
        self.at = at

    def _choices(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def _matters(self) -> list[tuple[str, str]]:
        person = given_key(str(self.data.get("customer") or (self.person.pk if self.person else "")))
        if person is None:
            return []
        theirs = visible_conversations(self.agent).filter(customer__pk=person).order_by("-last_touch_at")[:20]
        return [(str(each.pk), f"#{each.number} {each.subject or _('(no subject)')}"[:90]) for each in theirs]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        self.promised: Promised | None = None
        if isinstance(self.data, QueryDict) and self.agent.may("answers.write"):
            try:
                self.promised = promise_in(self.data, self.agent.zone, at=self.at)
            except ValidationError as refused:
                self.add_error("promise", refused)
        return cleaned

    def clean_occurred_at(self) -> datetime:
        moment = moment_in(self.cleaned_data["occurred_at"], self.agent.zone)
        # The field knows minutes: "now" is in the past by up to one of them, never in the future.
        return min(moment, self.at) if (moment - self.at).total_seconds() < 60 else moment

    def logged(self) -> Logged:
        cleaned = self.cleaned_data
        minutes = cleaned.get("minutes")
        return Logged(
            channel=cleaned["channel"],
            direction=cleaned["direction"],
            text=cleaned["text"],
            occurred_at=cleaned["occurred_at"],
            phase=cleaned.get("phase", ""),
            duration_s=minutes * 60 if minutes else None,
            place=cleaned.get("place", ""),
        )

    def resolved_as(self) -> str:
        """The outcome, when the matter is settled by this; else empty."""
        state, _separator, outcome = str(self.cleaned_data["outcome"]).partition(":")
        return outcome if state == "resolved" else ""

    def matter(self) -> Conversation | None:
        number = self.cleaned_data.get("conversation")
        return visible_conversations(self.agent).filter(pk=int(number)).first() if number else None


class WriteForm(PersonForm):
    team = forms.ChoiceField(label=gettext_lazy("For the team"), required=False)
    subject = forms.CharField(label=gettext_lazy("Subject"), max_length=300)
    also = forms.CharField(label=gettext_lazy("Also to"), required=False)
    cc = forms.CharField(label=gettext_lazy("Cc"), required=False)
    bcc = forms.CharField(label=gettext_lazy("Bcc"), required=False)
    text = forms.CharField(label=gettext_lazy("Letter"), widget=forms.Textarea(attrs={"data-autogrow": "", "rows": 10}))

    def __init__(self, *args: Any, agent: Agent, person: Customer | None = None, **kwargs: Any) -> None:
        super().__init__(*args, agent=agent, person=person, **kwargs)
        self.all_teams = all_teams()
        field = self.fields["team"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("no team")), *((str(team.pk), team.name) for team in self.all_teams)]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        self.others = Recipients()
        try:
            self.others = recipients_typed(
                to=cleaned.get("also", ""), cc=cleaned.get("cc", ""), bcc=cleaned.get("bcc", "")
            )
        except ValidationError as refused:
            self.add_error(None, refused)
        return cleaned

    def chosen_team(self) -> Team | None:
        chosen = self.cleaned_data.get("team")
        return next((team for team in self.all_teams if str(team.pk) == chosen), None)
