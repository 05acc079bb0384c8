from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from rung.ui.stamped import StampedForm

MOST_AT_ONCE = 5000


class PolicyForm(StampedForm):
    is_on = forms.BooleanField(label=_("Ask customers after a resolution"), required=False)
    delay_minutes = forms.IntegerField(
        label=_("Minutes between resolution and question"), min_value=0, max_value=7 * 24 * 60 - 60
    )
    level_share = forms.IntegerField(
        label=_("Share of the six-level question, in per cent"),
        min_value=0,
        max_value=100,
    )
    ease_share = forms.IntegerField(
        label=_("Share of the question how easy it was, in per cent"),
        help_text=_("Asked a day after the resolution. All others are asked how satisfied they were, from 1 to 5."),
        min_value=0,
        max_value=100,
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        cleaned["ease_share"] = cleaned.get("ease_share") or 0
        if cleaned.get("level_share", 0) + cleaned["ease_share"] > 100:
            self.add_error("ease_share", _now("Together the two shares are more than 100 per cent."))
        return cleaned


class WaveForm(forms.Form):
    size = forms.IntegerField(label=_("How many customers to ask"), min_value=1, max_value=MOST_AT_ONCE)

    def wanted(self) -> int:
        """The number asked for, as far as it is one."""
        if self.is_bound:
            return int(self.cleaned_data["size"]) if self.is_valid() else 0
        return int(self.initial.get("size", 0))


class CommentForm(forms.Form):
    comment = forms.CharField(
        label=_("What should we know about why?"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 5, "dir": "auto"}),
    )
