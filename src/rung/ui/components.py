"""The living page of components: what a room may use, with the words to call it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rung.ui.tokens import Token, Tokens, tokens


class SampleForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), help_text=gettext_lazy("As it stands on the letter."))
    address = forms.EmailField(label=gettext_lazy("E-mail address"))
    about = forms.CharField(label=gettext_lazy("About"), widget=forms.Textarea, required=False)
    phase = forms.ChoiceField(
        label=gettext_lazy("Phase"),
        widget=forms.RadioSelect,
        choices=[
            ("before", gettext_lazy("Before")),
            ("during", gettext_lazy("During")),
            ("after", gettext_lazy("After")),
        ],
        initial="during",
    )
    agreed = forms.BooleanField(label=gettext_lazy("They agreed to be called back"), required=False)


@dataclass(frozen=True)
class ComponentsPage:
    levels: tuple[tuple[int, str], ...]
    icons: tuple[str, ...]
    good_form: SampleForm
    bad_form: SampleForm
    tokens: Tokens
    other: tuple[tuple[str, tuple[Token, ...]], ...]


SPRITE = Path(__file__).parent / "static" / "ui" / "icons.svg"
ICONS = tuple(re.findall(r'<symbol[^>]* id="([^"]+)"', SPRITE.read_text(encoding="utf-8")))


def components_page() -> ComponentsPage:
    return ComponentsPage(
        levels=(
            (1, _("Criminal")),
            (2, _("Basic")),
            (3, _("Expected")),
            (4, _("Desired")),
            (5, _("Surprising")),
            (6, _("Unbelievable")),
        ),
        icons=ICONS,
        good_form=SampleForm(auto_id="good_%s"),
        bad_form=SampleForm({"name": "Carla", "address": "carla@", "phase": "before"}, auto_id="bad_%s"),
        tokens=tokens(),
        other=tuple(
            (kind, some) for kind, some in tokens().lengths.items() if kind not in ("text", "space", "radius", "shadow")
        ),
    )
