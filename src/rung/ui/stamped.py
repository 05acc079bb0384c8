"""A form that knows what it was filled from, and comes back with both values when somebody else was quicker."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from rung.core.seen import Overtaken, Seen, as_text, digest

STAMP, TAKE = "shown", "take"
MOST = 20_000


class StampedForm(forms.Form):
    """Call the verb under `form.refusals()` and hand it `form.seen`; where that does not lead elsewhere, show the form again
    with `form.status`. `theirs`: by field, what is there now, for the field's macro. A form posted without its stamp
    overwrites.

    `stamped`: the fields that the verb compares, where it does not compare all. Its errors' macro draws the stamp.
    """

    stamped: ClassVar[tuple[str, ...] | None] = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.theirs: dict[str, str] = {}
        self._seen: Seen | None = None
        self._carried: dict[str, str] | None = None

    @property
    def stamp(self) -> SafeString:
        """What is carried along, hidden in the form."""
        if not self.is_bound and self._carried is None:
            names = self.fields if self.stamped is None else self.stamped
            return stamp_of({name: self.get_initial_for_field(self.fields[name], name) for name in names})
        return _hidden(self._carried if self._carried is not None else self.seen.shown)

    @property
    def seen(self) -> Seen:
        """What whoever filled this in was shown, and what they take over from others."""
        if self._seen is None:
            self._seen = seen_in(self.data)
        return self._seen

    def shown_before(self, data: Any) -> None:
        """It was posted and is shown again, with values that nobody has saved: what counts is what was shown first."""
        self._carried = dict(seen_in(data).shown)

    @property
    def status(self) -> int:
        """Of the page that shows it again."""
        if self._carried is not None:
            return HTTPStatus.CONFLICT
        return HTTPStatus.UNPROCESSABLE_ENTITY if self.is_bound else HTTPStatus.OK

    @contextmanager
    def refusals(self) -> Iterator[None]:
        """What a verb refuses within it, the form says when it is shown again."""
        try:
            yield
        except ValidationError as refused:
            self.add_error(None, refused)
        except Overtaken as overtaken:
            self.come_back(overtaken)

    def come_back(self, overtaken: Overtaken) -> None:
        """Show what others wrote beside what was typed. Saving once more keeps what was typed, knowingly."""
        carried = dict(self.seen.shown)
        for name, present in overtaken.present.items():
            if name in self.fields:
                carried[name] = digest(present)
                self.theirs[name] = self._in_words(name, present)
                self.add_error(name, _("Somebody else changed this while you were here. Save again to keep yours."))
        self._carried = carried

    def what_stayed(self) -> str:
        """What others changed meanwhile and was left standing, in a sentence; empty when it is nothing."""
        labels = [str(self.fields[name].label) for name in self.seen.stayed if name in self.fields]
        if not labels:
            return ""
        return _("Saved. Somebody else changed this meanwhile, and it stays: %(fields)s.") % {
            "fields": ", ".join(labels)
        }

    def _in_words(self, name: str, value: Any) -> str:
        choices = getattr(self.fields[name], "choices", ())
        labels = {as_text(key): str(label) for key, label in _options(choices)}
        values = value if isinstance(value, (list, tuple, set, frozenset)) else [value]
        said = ", ".join(labels.get(as_text(each), as_text(each)) for each in values)
        return said or _("nothing")


def stamp_of(values: Mapping[str, Any]) -> SafeString:
    """A hidden field that carries what a form was filled with, for forms that are drawn by hand."""
    return _hidden({name: digest(value) for name, value in values.items()})


def theirs_stays(overtaken: Overtaken) -> str:
    """What to tell whoever was too late, where the form is shown again as it is now."""
    theirs = ", ".join(as_text(each) or _("nothing") for each in overtaken.present.values())
    return _(
        "Somebody else made it “%(theirs)s” while you were here, and it stays. Change it again if you mean yours."
    ) % {"theirs": theirs}


def carried(stamp: str) -> SafeString:
    """The same field once more, as it was posted: for a form that is shown again before it is saved."""
    return _hidden(seen_in({STAMP: stamp}).shown)


def seen_in(data: Any) -> Seen:
    """What a posted form says its writer was shown; nothing where it says nothing, or nonsense."""
    try:
        carried = json.loads(str(data.get(STAMP, ""))[:MOST])
    except ValueError:
        carried = {}
    taken = data.getlist(TAKE) if isinstance(data, QueryDict) else []
    shown = {str(name): str(each) for name, each in carried.items()} if isinstance(carried, dict) else {}
    return Seen(shown, frozenset(taken))


def _hidden(shown: Mapping[str, str]) -> SafeString:
    return format_html('<input type="hidden" name="{}" value="{}">', STAMP, json.dumps(dict(shown)))


def _options(choices: Iterable[Any]) -> list[tuple[Any, Any]]:
    """The pairs of a choice, those in groups among them."""
    found: list[tuple[Any, Any]] = []
    for key, label in choices:
        found += _options(label) if isinstance(label, (list, tuple)) else [(key, label)]
    return found
