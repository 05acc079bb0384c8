"""What is asked of a list, in words: chips to take away, and the fields to ask for more."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rung.accounts.access import Agent, Team, all_teams
from rung.customers.access import visible_customers
from rung.desk.pages.hands import Helper, helpers
from rung.desk.pages.queue.asked import TOPICS, own_name, own_number
from rung.desk.pages.queue.place import Place
from rung.fields.access import Field as OwnField
from rung.fields.access import Kind, fields_of
from rung.patterns.access import topics_asked
from rung.touchpoints.access import Priority, State, Tag, all_tags
from rung.touchpoints.doors import door, doors

TURNS: dict[str, object] = {
    "us": gettext_lazy("waits for us"),
    "them": gettext_lazy("their turn"),
    "unread": gettext_lazy("unread"),
}


DUES: dict[str, object] = {
    "late": gettext_lazy("late"),
    "today": gettext_lazy("due by tonight"),
    "promise": gettext_lazy("something is promised"),
}


@dataclass(frozen=True, slots=True)
class AskedChip:
    """One thing that is asked; `href` leads to the list without it. `hides`: how many it keeps out, in words, where that
    is asked for because nothing is left."""

    name: str
    label: str
    href: str
    hides: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: str
    is_chosen: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that can be asked. `kept` are the values beside the one that the field shows; `kind` of an input and its
    `value`, where there is nothing to choose from."""

    name: str
    label: str
    choices: tuple[Choice, ...]
    kept: tuple[str, ...] = ()
    kind: str = ""
    value: str = ""


class Names:
    """Tags, colleagues, teams, topics and fields by their keys: each asked for when it is needed first."""

    def __init__(self, agent: Agent, *, at: datetime) -> None:
        self.agent, self.at = agent, at

    @cached_property
    def tags(self) -> dict[int, Tag]:
        return {tag.pk: tag for tag in all_tags()}

    @cached_property
    def people(self) -> dict[int, Helper]:
        return helpers(self.agent, at=self.at)

    @cached_property
    def teams(self) -> dict[int, Team]:
        return {team.pk: team for team in all_teams()}

    @cached_property
    def topics(self) -> dict[int, str]:
        """Those that can be asked for, by name; none for whoever may not know of them."""
        return {topic.pk: topic.name for topic in topics_asked()} if self.agent.may(TOPICS) else {}

    @cached_property
    def fields(self) -> dict[int, OwnField]:
        return {field.pk: field for field in fields_of("conversation")}

    def of(self, name: str, value: str) -> str:
        """What somebody calls a value; a key that leads nowhere any more is called by its number."""
        match name:
            case "state":
                return _("any state") if value == "any" else str(State(value).label)
            case "turn":
                return str(TURNS[value])
            case "priority":
                return _("priority %(name)s") % {"name": Priority(value).label}
            case "channel":
                return str(door(value).label)
            case "due":
                return str(DUES[value])
            case "tag" | "topic":
                return self._labelled(name, int(value))
            case "assignee":
                return {"me": _("with you"), "none": _("with nobody")}.get(value) or self._with(value)
            case "team":
                team = self.teams.get(int(value)) if value.isdigit() else None
                named = {"mine": _("your teams"), "none": _("no team")}.get(value)
                return named or (team.name if team else _("team #%(n)s") % {"n": value})
            case "customer":
                known = visible_customers(self.agent).filter(pk=int(value)).first()
                return str(known) if known and str(known) else _("customer #%(n)s") % {"n": value}
            case "after":
                return _("since %(day)s") % {"day": value}
            case "before":
                return _("before %(day)s") % {"day": value}
        return self._told(name, value)

    def _labelled(self, name: str, key: int) -> str:
        if name == "topic":
            return _("about %(name)s") % {"name": self.topics.get(key) or f"#{key}"}
        tag = self.tags.get(key)
        return _("tag %(name)s") % {"name": tag.name if tag else f"#{key}"}

    def _told(self, name: str, value: str) -> str:
        """What a field of one's own is to say, or words that are to be found."""
        number = own_number(name)
        if number is None:
            return _("“%(words)s”") % {"words": value}
        field = self.fields.get(number)
        label, said = (field.name, _said(field, value)) if field else (_("a field that is gone"), value)
        return _("%(field)s: %(value)s") % {"field": label, "value": said}

    def _with(self, value: str) -> str:
        person = self.people.get(int(value))
        return _("with %(name)s") % {"name": person.name if person else f"#{value}"}


def chips_for(place: Place, names: Names) -> tuple[AskedChip, ...]:
    asked = place.asked
    return tuple(
        AskedChip(name, names.of(name, value), place.asking(asked.without(name, value)).href)
        for name, value in asked
        if name != "state" or place.view.asks_state
    )


def fields_for(place: Place, names: Names) -> tuple[Field, ...]:
    """The fields to ask with; those that hold several values show the first and keep the others."""
    fields = [
        Field("turn", _("Whose turn"), _choices(((key, str(label)) for key, label in TURNS.items()), place, "turn")),
        Field(
            "assignee",
            _("Who looks after it"),
            _choices(
                [("me", _("you")), ("none", _("nobody")), *((str(pk), each.name) for pk, each in names.people.items())],
                place,
                "assignee",
            ),
        ),
        Field(
            "team",
            _("Team"),
            _choices(
                [
                    ("mine", _("your teams")),
                    ("none", _("no team")),
                    *((str(pk), t.name) for pk, t in names.teams.items()),
                ],
                place,
                "team",
            ),
        ),
        Field("tag", _("Tag"), _choices(((str(pk), tag.name) for pk, tag in names.tags.items()), place, "tag")),
        Field("topic", _("Topic"), _choices(((str(pk), name) for pk, name in names.topics.items()), place, "topic")),
        Field("due", _("What is due"), _choices(((key, str(label)) for key, label in DUES.items()), place, "due")),
        Field("channel", _("Channel"), _choices(((each.kind, str(each.label)) for each in doors()), place, "channel")),
    ]
    if place.view.asks_state:
        states = [(each, str(State(each).label)) for each in ("open", "snoozed", "resolved", "spam")]
        fields.insert(0, Field("state", _("State"), _choices([*states, ("any", _("any state"))], place, "state")))
    asked = tuple(
        Field(field.name, field.label, field.choices, place.asked.of(field.name)[1:])
        for field in fields
        if field.choices
    )
    own = [(field, place.asked.of(own_name(field))) for field in names.fields.values()]
    return (*asked, *(own_field(field, "".join(said[:1]), said[1:]) for field, said in own))


_INPUTS = {Kind.TEXT.value: "text", Kind.NUMBER.value: "text", Kind.DATE.value: "date"}


def own_field(field: OwnField, value: str, kept: tuple[str, ...] = ()) -> Field:
    """A field of one's own, to be asked what it says; `value` is what is asked already."""
    offered = tuple(Choice(key, _said(field, key), key == value) for key in _offered(field))
    return Field(own_name(field), field.name, offered, kept, _INPUTS.get(field.kind, ""), value)


def _offered(field: OwnField) -> list[str]:
    if field.kind == Kind.YES_NO:
        return ["yes", "no"]
    return [str(each["key"]) for each in field.offered()] if field.kind == Kind.CHOICE else []


def _said(field: OwnField, value: str) -> str:
    """What is asked of a field, as people read it."""
    if field.kind == Kind.YES_NO:
        return {"yes": _("yes"), "no": _("no")}.get(value, value)
    return field.label_of(value) or value if field.kind == Kind.CHOICE else value


def priorities_for(place: Place) -> tuple[Choice, ...]:
    chosen = place.asked.of("priority")
    return tuple(Choice(each, str(Priority(each).label), each in chosen) for each in reversed(Priority.values))


def _choices(pairs: Iterable[tuple[str, str]], place: Place, name: str) -> tuple[Choice, ...]:
    chosen = place.asked.one(name)
    return tuple(Choice(value, label, value == chosen) for value, label in pairs)
