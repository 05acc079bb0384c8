from __future__ import annotations

import zoneinfo
from typing import Any

from django import forms
from django.conf.locale import LANG_INFO
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rung.accounts.access import Agent
from rung.customers.access import AddressKind, Company, DecisionRole, visible_companies
from rung.ui.stamped import StampedForm


class DescriptionForm(StampedForm):
    marks_optional = False  # nothing has to be known; saying so at every field would only be noise

    name = forms.CharField(label=gettext_lazy("Name"), max_length=160, required=False)
    role_title = forms.CharField(label=gettext_lazy("Role"), max_length=120, required=False)
    company = forms.CharField(
        label=gettext_lazy("Company"),
        max_length=160,
        required=False,
        help_text=gettext_lazy("A new name makes a new company."),
        widget=forms.TextInput(attrs={"list": "companies", "autocomplete": "off"}),
    )
    language = forms.ChoiceField(label=gettext_lazy("Language"), required=False)
    time_zone = forms.CharField(
        label=gettext_lazy("Time zone"),
        required=False,
        help_text=gettext_lazy("Such as Europe/Berlin; their local time is shown while you write or call."),
        widget=forms.TextInput(attrs={"list": "zones", "autocomplete": "off"}),
    )
    captive = forms.NullBooleanField(
        label=gettext_lazy("Free to go elsewhere"),
        required=False,
        help_text=gettext_lazy("Whoever cannot leave comes back whether content or not, so returning says nothing."),
    )
    decision_role = forms.ChoiceField(
        label=gettext_lazy("In the decision"),
        required=False,
        choices=[("", gettext_lazy("not known")), *DecisionRole.choices],
    )
    about = forms.CharField(
        label=gettext_lazy("About"),
        required=False,
        help_text=gettext_lazy("What helps whoever speaks with them next: how they like to be served."),
        widget=forms.Textarea(attrs={"data-autogrow": "", "rows": 4}),
    )
    avoid = forms.CharField(
        label=gettext_lazy("What to avoid"),
        required=False,
        widget=forms.Textarea(attrs={"data-autogrow": "", "rows": 2}),
    )

    def __init__(self, *args: Any, agent: Agent, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.agent = agent
        bound = self.fields["captive"].widget
        assert isinstance(bound, forms.NullBooleanSelect)
        bound.choices = [
            ("unknown", _("not known")),
            ("false", _("yes, free to choose")),
            ("true", _("no, bound to us")),
        ]
        languages = sorted((code, str(info["name"])) for code, info in LANG_INFO.items() if "name" in info)
        field = self.fields["language"]
        assert isinstance(field, forms.ChoiceField)
        known = {code for code, _name in languages}
        present = str(self.initial.get("language", ""))
        other = [(present, present)] if present and present not in known else []
        field.choices = [("", _("not known")), *other, *sorted(languages, key=lambda each: each[1])]

    def clean_time_zone(self) -> str:
        zone = str(self.cleaned_data["time_zone"]).strip()
        if zone and zone not in zoneinfo.available_timezones():
            raise forms.ValidationError(_("No such zone is known; try a large city, such as Europe/Madrid."))
        return zone

    def known_company(self) -> Company | None:
        """The company of that name, if there is one."""
        name = str(self.cleaned_data["company"]).strip()
        return visible_companies(self.agent).filter(name__iexact=name).first() if name else None


class AddressForm(forms.Form):
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=AddressKind.choices)
    value = forms.CharField(label=gettext_lazy("Address or number"), max_length=254)
    label = forms.CharField(label=gettext_lazy("Label"), max_length=40, required=False)
