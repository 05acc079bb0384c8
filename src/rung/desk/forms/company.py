from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

from rung.ui.stamped import StampedForm


class CompanyForm(StampedForm):
    marks_optional = False

    name = forms.CharField(label=gettext_lazy("Name"), max_length=160)
    domains = forms.CharField(
        label=gettext_lazy("Domains"),
        required=False,
        max_length=4000,
        help_text=gettext_lazy(
            "One a line, the main one first. Whoever writes from one of them for the first time belongs to the company."
        ),
        widget=forms.Textarea(attrs={"rows": 2, "data-autogrow": "", "spellcheck": "false"}),
    )

    def written_domains(self) -> list[str]:
        return str(self.cleaned_data["domains"]).replace(",", " ").split()
