from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rung.accounts.access import all_teams
from rung.core.seen import Overtaken, digest
from rung.patterns.access import topics_standing
from rung.touchpoints.access import Phase, all_tags
from rung.touchpoints.doors import doors
from rung.ui.stamped import StampedForm, stamp_of
from rung.ways.built_in import Drawn
from rung.ways.steps import MOMENTS, Step, entered
from rung.ways.words import moment_label

MOST_STEPS = 10
SPARE = 2


class JourneyForm(StampedForm):
    """A journey as it is entered: a name, and up to MOST_STEPS rows; a row without a name is no step."""

    marks_optional = False  # nearly all of it is

    name = forms.CharField(label=gettext_lazy("Name of the journey"), max_length=80)

    def __init__(self, data: Any = None, *, drawn: Drawn | None = None) -> None:
        steps = drawn.steps if drawn else ()
        initial: dict[str, Any] = {"name": drawn.name if drawn else ""}
        for number, step in enumerate(steps):
            initial |= {f"{name}_{number}": value for name, value in step.kept.items()}
        super().__init__(data, initial=initial)
        self._shown = entered(drawn.name, [step.kept for step in drawn.steps]) if drawn else {}
        asked = [n for n in range(MOST_STEPS) if data is not None and f"name_{n}" in data]
        self.rows = min(max(len(steps) + SPARE, 3, *(n + 1 for n in asked), 0), MOST_STEPS)
        choices = self._choices(steps)
        for number in range(self.rows):
            self.fields[f"name_{number}"] = forms.CharField(label=_("Step"), max_length=80, required=False)
            for name, (label, options) in choices.items():
                self.fields[f"{name}_{number}"] = forms.ChoiceField(label=label, choices=options, required=False)
            self.fields[f"order_{number}"] = forms.CharField(label=_("Order is"), max_length=40, required=False)

    @property
    def stamp(self) -> SafeString:
        return super().stamp if self.is_bound else stamp_of(self._shown)

    def come_back(self, overtaken: Overtaken) -> None:
        """The steps are told in one sentence: which row is whose cannot be said."""
        super().come_back(overtaken)
        if "steps" in overtaken.present:
            theirs = overtaken.present["steps"]
            self._carried = {**(self._carried or {}), "steps": digest(theirs)}
            said = _(
                "Somebody else changed the steps while you were here. Theirs: %(steps)s. Save again to keep yours."
            )
            self.add_error(None, said % {"steps": theirs})

    @staticmethod
    def _choices(steps: tuple[Step, ...]) -> dict[str, tuple[str, list[tuple[str, str]]]]:
        """With what is chosen already, also where it is gone: saving a name must not change a step unseen."""
        every = _("any")
        found: dict[str, tuple[str, list[tuple[str, str]]]] = {
            "phase": (_("Phase"), [(value, capfirst(str(label))) for value, label in Phase.choices]),
            "moment": (_("And"), [(value, capfirst(moment_label(value))) for value in MOMENTS]),
            "channel": (_("Channel"), [(each.kind, str(each.label)) for each in doors()]),
            "team": (_("Team"), [(str(team.pk), team.name) for team in all_teams()]),
            "topic": (_("Topic"), [(str(topic.pk), topic.name) for topic in topics_standing()]),
            "tag": (_("Tag"), [(str(tag.pk), tag.name) for tag in all_tags()]),
        }
        for step in steps:
            for name, (_label, options) in found.items():
                value = str(step.kept.get(name, ""))
                if value and value not in dict(options):
                    options.append((value, _("(gone)")))
        return {name: (label, [("", every), *options]) for name, (label, options) in found.items()}

    def lines(self) -> Iterator[tuple[int, BoundField, list[BoundField]]]:
        """Each row: its number from 1, the step's name, and its conditions."""
        for number in range(self.rows):
            names = ("phase", "moment", "order", "channel", "team", "topic", "tag")
            yield number + 1, self[f"name_{number}"], [self[f"{name}_{number}"] for name in names]

    def steps(self) -> tuple[Step, ...]:
        """What was entered, when it is valid."""
        said = self.cleaned_data
        found = []
        for number in range(self.rows):
            if not said.get(f"name_{number}"):
                continue
            team, topic, tag = (int(said[f"{name}_{number}"] or 0) or None for name in ("team", "topic", "tag"))
            found.append(
                Step(
                    said[f"name_{number}"],
                    phase=said[f"phase_{number}"],
                    moment=said[f"moment_{number}"],
                    order=said[f"order_{number}"],
                    channel=said[f"channel_{number}"],
                    team=team,
                    topic=topic,
                    tag=tag,
                )
            )
        return tuple(found)

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if not self.errors and not self.steps():
            raise forms.ValidationError(_("A journey has at least one step: give one a name."))
        return cleaned
