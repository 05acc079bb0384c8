"""Rules as sentences, and what can be chosen in them: the names of what their keys stand for, each read once."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from rung.accounts.access import all_teams, names_of_colleagues
from rung.canned.access import shared_canned
from rung.channels.email.access.mailbox import mailbox_names
from rung.core.text import folded
from rung.fields.access import Field, Kind, fields_of
from rung.rules.conditions import QUESTIONS, Condition, field_key, question_of
from rung.rules.deeds import DEEDS, Deed
from rung.rules.models import Counting, Joint, Moment
from rung.rules.plans import Plan
from rung.touchpoints.access import Priority, all_tags
from rung.touchpoints.doors import doors

Choices = list[tuple[str, str]]


class Words:
    """Looks up what it is asked for, once; make one for each screen or batch."""

    def choices(self, about: str) -> Choices:
        """Keys and names of what can be chosen, by the name that a question or deed gives it; empty for no such name."""
        return getattr(self, f"_{about}", []) if about else []

    @cached_property
    def _teams(self) -> Choices:
        return [(str(team.pk), team.name) for team in all_teams()]

    @cached_property
    def _teams_or_none(self) -> Choices:
        return [("", _("no team")), *self._teams]

    @cached_property
    def _people(self) -> Choices:
        return [(str(pk), name) for pk, name in sorted(names_of_colleagues().items(), key=lambda each: each[1])]

    @cached_property
    def _people_or_none(self) -> Choices:
        return [("", _("nobody")), *self._people]

    @cached_property
    def _tags(self) -> Choices:
        return [(str(tag.pk), tag.name) for tag in all_tags()]

    @cached_property
    def _priorities(self) -> Choices:
        return [(str(value), str(label)) for value, label in Priority.choices]

    @cached_property
    def _channels(self) -> Choices:
        return [(door.kind, str(door.label)) for door in doors()]

    @cached_property
    def _mailboxes(self) -> Choices:
        return [(str(pk), address) for pk, address in mailbox_names()]

    @cached_property
    def _canned(self) -> Choices:
        return [(str(canned.pk), canned.title) for canned in shared_canned() if canned.text]

    @cached_property
    def _own(self) -> dict[str, Field]:
        return {str(field.pk): field for field in fields_of("conversation")}

    @cached_property
    def _fields(self) -> Choices:
        return [(key, field.name) for key, field in self._own.items()]

    def field_choices(self, condition: Condition) -> Choices:
        """What a condition on a custom field can be chosen from, as its values are kept; empty where one types. What was
        typed before one could choose stands behind the choices, as it was typed."""
        field = self._own.get(str(field_key(condition.what))) if condition.what.startswith("field-") else None
        match field.kind if field is not None else None:
            case Kind.CHOICE:
                assert field is not None
                known = [(str(each["key"]), str(each["label"])) for each in field.offered()]
            case Kind.YES_NO:
                known = [("yes", _("yes")), ("no", _("no"))]
            case _:
                return []
        labels = {folded(name) for _key, name in known}
        typed = [each for each in condition.value if each not in dict(known) and folded(each) not in labels]
        return [*known, *((each, (field.label_of(each) if field else "") or each) for each in typed)]

    def chosen(self, condition: Condition) -> tuple[str, ...]:
        """The values of a condition as one ticks them: what was typed as a label is the choice of that name."""
        keys = {folded(name): key for key, name in self.field_choices(condition)}
        known = set(keys.values())
        return tuple(each if each in known else keys.get(folded(each), each) for each in condition.value)

    @cached_property
    def _told(self) -> Choices:
        special = [("assignee", _("whoever looks after it")), ("leads", _("all leads"))]
        teams = [(f"team-{key}", _("the team %(name)s") % {"name": name}) for key, name in self._teams]
        return [*special, *teams, *((f"agent-{key}", name) for key, name in self._people)]

    def questions(self) -> Choices:
        """What can be asked, custom fields among it."""
        own = [(f"field-{key}", _("The field %(name)s") % {"name": name}) for key, name in self._fields]
        return [*((what, str(question.label)) for what, question in QUESTIONS.items()), *own]

    def named(self, about: str, keys: Iterable[str]) -> str:
        """What is chosen, by name; what is there no more says so."""
        known = dict(self.choices(about))
        return ", ".join(known.get(key) or _("(no longer there)") for key in keys)

    def condition(self, condition: Condition) -> str:
        question = question_of(condition.what)
        if question is None:
            return _("(something that can no longer be asked)")
        subject = str(question.label)
        if condition.what.startswith("field-"):
            name = dict(self._fields).get(str(field_key(condition.what))) or _("(no longer there)")
            subject = _("The field %(name)s") % {"name": name}
        how = str(dict(question.ways).get(condition.how, ""))
        if question.asks == "nothing":
            return f"{subject}: {how}"
        if condition.how in ("filled", "empty"):
            return f"{subject} {how}"
        choices = dict(self.field_choices(condition))
        said = (choices.get(each, each) for each in self.chosen(condition))
        values = self.named(question.about, condition.value) if question.about else ", ".join(said)
        return f"{subject} {how}: {values}"

    def deed(self, deed: Deed) -> str:
        kind = DEEDS.get(deed.what)
        if kind is None:
            return _("(something that can no longer be done)")
        label = str(kind.label)
        if kind.asks == "number":
            return f"{label}: {deed.key}"
        said = self.named(kind.about, deed.value) if kind.about else ""
        quoted = f"“{deed.text}”" if deed.text else ""
        return ": ".join(each for each in (label, said, quoted) if each)

    def is_broken(self, plan: Plan) -> bool:
        """Whether something that it names is there no more."""
        conditions = [(question_of(each.what), each.value) for each in plan.conditions]
        deeds = [(DEEDS.get(each.what), each.value) for each in plan.deeds]
        for kind, value in [*conditions, *deeds]:
            if kind is None:
                return True
            known = dict(self.choices(kind.about)) if kind.about else None
            if known is not None and any(key not in known for key in value):
                return True
        return any(
            each.what.startswith("field-") and str(field_key(each.what)) not in dict(self._fields)
            for each in plan.conditions
        )

    def moment(self, plan: Plan) -> str:
        label = str(Moment(plan.moment).label)
        if plan.moment == Moment.WAITED:
            hours = format(plan.hours.normalize(), "f")
            counted = str(Counting(plan.counting).label)
            return _("a customer has waited for an answer: %(hours)s %(counted)s") % {
                "hours": hours,
                "counted": counted,
            }
        if plan.moment == Moment.TAGGED and plan.tag:
            return _("the tag is put on: %(name)s") % {"name": self.named("tags", [str(plan.tag)])}
        return label

    def summary(self, plan: Plan) -> dict[str, Any]:
        """Field to words, for the audit list."""
        return {
            "name": plan.name,
            "when": self.moment(plan),
            "if": f"{Joint(plan.joint).label}: " + "; ".join(map(self.condition, plan.conditions)),
            "then": "; ".join(map(self.deed, plan.deeds)),
            "last": _("yes") if plan.is_last else _("no"),
        }
