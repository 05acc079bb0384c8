"""The living page of components: what a room may use, with the words to call it."""

from __future__ import annotations

from dataclasses import dataclass

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


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


ICONS = (
    *(
        "logo",
        "inbox",
        "email",
        "phone",
        "visit",
        "letter",
        "channel",
        "chat",
        "form",
        "note",
        "user",
        "users",
        "user-plus",
    ),
    *("company", "search", "check", "resolve", "reopen", "clock", "snooze", "calendar", "sun", "moon", "contrast"),
    *("down", "up", "right", "left", "arrow-right", "arrow-in", "arrow-out", "plus", "close", "more", "reply", "send"),
    *("attach", "download", "upload", "file", "image", "ladder", "chart", "trend", "settings", "question", "info"),
    *("warning", "sign-out", "thanks", "complaint", "escalation", "negative_review", "referral", "star", "edit"),
    *("trash", "undo", "link", "globe", "order", "tag", "bell", "home", "eye", "lock", "shield", "filter", "sort"),
    *(
        "keyboard",
        "refresh",
        "outbox",
        "robot",
        "language",
        "pin",
        "spam",
        "copy",
        "print",
        "survey",
        "mailbox",
        "team",
    ),
)


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
    )
