"""A form that knows what it was filled from, and comes back with both values when somebody else was quicker."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

from rung.core.seen import Overtaken, Seen, as_text, digest

STAMP, TAKE = "shown", "take"
MOST = 20_000


class StampedForm(forms.Form):
    """Hand `form.seen` to the verb; on Overtaken call `form.come_back(overtaken)` and show the form again, with status
    409. `theirs`: by field, what is there now, for the field's macro. A form posted without its stamp overwrites."""

    shown = forms.CharField(required=False, max_length=MOST, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.theirs: dict[str, str] = {}
        self._seen: Seen | None = None
        if not self.is_bound:
            self.initial[STAMP] = json.dumps({name: digest(self._first(name)) for name in self.fields if name != STAMP})

    def _first(self, name: str) -> Any:
        return self.get_initial_for_field(self.fields[name], name)

    @property
    def seen(self) -> Seen:
        """What whoever filled this in was shown, and what they take over from others."""
        if self._seen is None:
            taken = self.data.getlist(TAKE) if isinstance(self.data, QueryDict) else []
            self._seen = Seen(self._carried(), frozenset(taken))
        return self._seen

    def _carried(self) -> dict[str, str]:
        try:
            carried = json.loads(str(self.data.get(self.add_prefix(STAMP), ""))[:MOST])
        except ValueError:
            return {}
        return {str(k): str(v) for k, v in carried.items()} if isinstance(carried, dict) else {}

    def come_back(self, overtaken: Overtaken) -> None:
        """Show what others wrote beside what was typed. Saving once more keeps what was typed, knowingly."""
        carried = self._carried()
        for name, present in overtaken.present.items():
            if name not in self.fields:
                continue
            carried[name] = digest(present)
            self.theirs[name] = self._in_words(name, present)
            self.add_error(name, _("Somebody else changed this while you were here. Save again to keep yours."))
        data = self.data.copy()
        data[self.add_prefix(STAMP)] = json.dumps(carried)
        self.data = data

    def what_stayed(self) -> str:
        """What others changed meanwhile and was left standing, in a sentence; empty when it is nothing."""
        labels = [str(self.fields[name].label) for name in self.seen.stayed if name in self.fields]
        if not labels:
            return ""
        return _("Somebody else changed this meanwhile, and it stays: %(fields)s.") % {"fields": ", ".join(labels)}

    def _in_words(self, name: str, value: Any) -> str:
        field = self.fields[name]
        labels = {}
        if isinstance(field, forms.ChoiceField):
            labels = {str(key): str(label) for key, label in _options(field.choices)}
        elif isinstance(field, forms.ModelChoiceField):
            labels = {str(key): str(label) for key, label in field.choices}
        values = value if isinstance(value, (list, tuple, set, frozenset)) else [value]
        said = ", ".join(labels.get(as_text(each), as_text(each)) for each in values)
        return said or _("nothing")


def _options(choices: Any) -> list[tuple[Any, Any]]:
    """The pairs of a choice, those in groups among them."""
    found: list[tuple[Any, Any]] = []
    for key, label in choices:
        found += _options(label) if isinstance(label, (list, tuple)) else [(key, label)]
    return found
