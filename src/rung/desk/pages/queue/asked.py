"""What the address of a list asks for beyond its view: read, said again as an address, and asked of the rows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Exists, F, FilteredRelation, OuterRef, Q, QuerySet
from django.http import QueryDict

from rung.accounts.access import Agent, teams_of
from rung.core.given import given_key
from rung.core.text import one_line
from rung.desk.pages.queue.order import OWED, of_priority
from rung.desk.pages.queue.standing import ANY
from rung.fields.access import Field, fields_of, subjects_with
from rung.patterns.access import about
from rung.promises.access import has_open_promise
from rung.promises.warning import end_of_day
from rung.search.access import Sight, found_conversations
from rung.search.meaning import Reader
from rung.search.query import read_query
from rung.search.values import moment_meant
from rung.search.vocabulary import Vocabulary
from rung.touchpoints.access import ConversationQuerySet, Priority, State, tagged_with
from rung.touchpoints.doors import doors

NAMES = (
    "state",
    "turn",
    "priority",
    "tag",
    "topic",
    "assignee",
    "team",
    "channel",
    "customer",
    "due",
    "after",
    "before",
    "q",
)
"""Everything that can be asked, in the order it is shown; what fields of one's own say comes behind."""

_OWN = re.compile(r"f(\d{1,9})")
MOST_OWN = 10

SINGLE = ("customer", "after", "before", "q", "turn", "due")
TURNS = ("us", "them", "unread")
# Whoever may see the numbers may know what topics are called; narrowed by one in a shared view, a list is so for everybody.
TOPICS = "numbers.see"
DUES = ("late", "today", "promise")
STATES = (State.OPEN.value, State.SNOOZED.value, State.RESOLVED.value, State.SPAM.value)
MOST_VALUES = 20
# A tag, or what a field says, on at most so many conversations is read first, a commoner one met soon in the order of the
# list. Their numbers are written out: of a list within the statement SQLite does not know that it is short, and reads all
# one may see instead.
RARE = 2_000


@dataclass(frozen=True)
class Asked:
    """`values` holds by its name what is asked; what makes no sense is left out when it is read."""

    values: Mapping[str, tuple[str, ...]]

    def __iter__(self) -> Iterator[tuple[str, str]]:
        """Each name and value, in the order they are shown and written into the address."""
        for name in self._names():
            for value in self.values[name]:
                yield name, value

    def _names(self) -> list[str]:
        """Those that something is asked of, in the order they are shown."""
        return [name for name in NAMES if name in self.values] + sorted(self.values.keys() - set(NAMES))

    def __bool__(self) -> bool:
        return bool(self.values)

    def of(self, name: str) -> tuple[str, ...]:
        return self.values.get(name, ())

    def one(self, name: str) -> str:
        return self.of(name)[0] if self.of(name) else ""

    def without(self, name: str, value: str | None = None) -> Asked:
        """The same but for one value of a name, or all of them."""
        rest = tuple(each for each in self.of(name) if value is not None and each != value)
        return Asked(
            {**{key: kept for key, kept in self.values.items() if key != name}, **({name: rest} if rest else {})}
        )

    @property
    def states(self) -> tuple[str, ...]:
        """The states that are asked for, empty when none is: in their own order, so that the same ones are equal."""
        wanted = set(self.of("state"))
        return ANY if "any" in wanted else tuple(state for state in STATES if state in wanted)

    def kept(self) -> dict[str, list[str]]:
        """As it is kept with a saved view."""
        return {name: list(self.values[name]) for name in self._names()}


NOTHING = Asked({})


def own_name(field: Field) -> str:
    """The name under which a field of one's own is asked, and stands as a column."""
    return f"f{field.pk}"


def own_number(name: str) -> int | None:
    """Which field a name is of; None when it is of none."""
    found = _OWN.fullmatch(name)
    return int(found[1]) if found else None


def own_names(names: Iterable[str]) -> list[str]:
    """Those of the names that can be of fields of one's own."""
    return sorted({name for name in names if _OWN.fullmatch(name)})[:MOST_OWN]


def read_asked(given: QueryDict | Mapping[str, Sequence[str]], agent: Agent, *, at: datetime) -> Asked:
    """What an address asks, or what was kept with a view."""
    found: dict[str, tuple[str, ...]] = {}
    for name in (*NAMES, *own_names(given)):
        said = given.getlist(name) if isinstance(given, QueryDict) else list(given.get(name, ()))
        values = tuple(dict.fromkeys(each for one in said if (each := _read(name, str(one), agent, at))))
        if values:
            found[name] = values[:1] if name in SINGLE else values[:MOST_VALUES]
    return Asked(found)


def _read(name: str, value: str, agent: Agent, at: datetime) -> str:
    match name:
        case "q":
            return one_line(value, 200)
        case "after" | "before":
            value = value.strip()
            return value if len(value) <= 20 and moment_meant(value, agent, at) is not None else ""
        case "tag" | "customer" | "topic":
            return value if given_key(value) is not None else ""
        case "assignee":
            return value if value in ("me", "none") or given_key(value) is not None else ""
        case "team":
            return value if value in ("mine", "none") or given_key(value) is not None else ""
    if own_number(name) is not None:
        return one_line(value, 200)
    offered = {
        "state": (*STATES, "any"),
        "turn": TURNS,
        "due": DUES,
        "priority": tuple(Priority.values),
        "channel": tuple(each.kind for each in doors()),
    }[name]
    return value if value in offered else ""


class Sieve:
    """Asks of conversations what was asked, for one agent at one moment; what has to be looked up is looked up once."""

    def __init__(self, agent: Agent, *, at: datetime) -> None:
        self.agent, self.at = agent, at
        self._words: dict[str, tuple[tuple[int, ...], bool]] = {}
        self._rare: dict[tuple[str, str], tuple[Q, bool]] = {}
        self._fields: dict[int, Field] | None = None
        self._teams: list[int] | None = None

    def narrow(self, conversations: ConversationQuerySet, asked: Asked) -> ConversationQuerySet:
        """Those of them for which all of it holds, but for the states, which are the view's to ask."""
        for name in asked.values:
            if name == "turn" and asked.one(name) == "unread":
                conversations = self._unread(conversations)
            elif name == "tag":
                for value in asked.of(name):
                    conversations = conversations.filter(self._carrying(name, value)[0])
            elif name == "topic" or own_number(name) is not None:
                any_of = [self._carrying(name, value)[0] for value in asked.of(name)]
                conversations = conversations.filter(reduce(or_, any_of))
            elif name != "state":
                conversations = conversations.filter(self._holds(name, asked))
        return conversations

    def words_found(self, asked: Asked) -> tuple[tuple[int, ...], bool]:
        """The conversations that have the words, and whether there are more than were looked through."""
        said = asked.one("q")
        if said not in self._words:
            vocabulary = Vocabulary()
            meaning = Reader(self.agent, vocabulary, at=self.at).read(read_query(said))
            meaning.wants_spam = True  # the view says which states it holds
            found = found_conversations(Sight(self.agent), meaning, vocabulary)
            self._words[said] = (found.keys, found.is_cut or found.is_bounded)
        return self._words[said]

    def is_selective(self, asked: Asked) -> bool:
        """Whether so few are left that counting them reads little, whatever the view holds."""
        if asked.of("q") or asked.of("customer"):
            return True
        any_of = [name for name in asked.values if name == "topic" or own_number(name) is not None]
        own = [all(self._carrying(name, value)[1] for value in asked.of(name)) for name in any_of]
        return any(own) or any(self._carrying("tag", tag)[1] for tag in asked.of("tag"))

    def moment(self, asked: Asked, name: str) -> datetime | None:
        """The moment that is asked for as "after" or "before"."""
        return moment_meant(asked.one(name), self.agent, self.at) if asked.of(name) else None

    def resolved(self, name: str, asked: Asked) -> tuple[str, ...]:
        """What is asked under a name, with keys instead of "me" and "mine"."""
        values = asked.of(name)
        if name == "assignee":
            return tuple(str(self.agent.pk) if value == "me" else value for value in values)
        if name == "team" and "mine" in values:
            return (*(value for value in values if value != "mine"), *map(str, self._own_teams()))
        return values

    def _holds(self, name: str, asked: Asked) -> Q:
        match name:
            case "after" | "before":
                return Q(**{f"last_touch_at__{'gte' if name == 'after' else 'lt'}": self.moment(asked, name)})
            case "due":
                return self._due(asked.one(name))
            case "q":
                return Q(pk__in=self.words_found(asked)[0])
        return standing_condition(name, self.resolved(name, asked))

    def _due(self, what: str) -> Q:
        """What is due next there is late, or due by the end of today where the agent is; or something is promised."""
        if what == "promise":
            return has_open_promise()
        until = self.at if what == "late" else end_of_day(self.at, self.agent.zone)
        return Q(due__due_at__lte=until) & OWED

    def _own_teams(self) -> list[int]:
        if self._teams is None:
            self._teams = teams_of(self.agent)
        return self._teams

    def _carrying(self, name: str, value: str) -> tuple[Q, bool]:
        """Which carry a tag, are about a topic or are said by a field to be something, and whether those are few."""
        if (name, value) not in self._rare:
            column, carrying = self._carriers(name, value)
            keys = list(carrying[: RARE + 1])
            is_rare = len(keys) <= RARE
            there = Q(pk__in=keys) if is_rare else Q(Exists(carrying.filter(**{column: OuterRef("pk")})))
            self._rare[name, value] = (there, is_rare)
        return self._rare[name, value]

    def _carriers(self, name: str, value: str) -> tuple[str, QuerySet[Any, int]]:
        """Their numbers, and the column these stand in. A field that is gone says nothing of any."""
        if name == "tag":
            return "conversation", tagged_with(int(value)).order_by()
        if name == "topic":
            return "conversation", about(int(value)).order_by()
        if self._fields is None:
            self._fields = {field.pk: field for field in fields_of("conversation")}
        field = self._fields.get(own_number(name) or 0)
        said = subjects_with(field, value) if field is not None else subjects_with(Field(), "")
        return "subject_id", said.order_by()

    def _unread(self, conversations: ConversationQuerySet) -> ConversationQuerySet:
        read = FilteredRelation("readings", condition=Q(readings__agent=self.agent.pk))
        news = Q(read_here__read_at__isnull=True) | Q(read_here__read_at__lt=F("last_inbound_at"))
        return conversations.alias(read_here=read).filter(news, last_inbound_at__isnull=False)


def standing_condition(name: str, values: Sequence[str]) -> Q:
    """What is asked under a name whose values need no looking up (see `Sieve.resolved`), as a condition."""
    match name:
        case "turn":
            return Q(awaits_us_since_at__isnull=values[0] == "them")
        case "priority":
            return of_priority(values)
        case "customer":
            return Q(customer=int(values[0]))
        case "assignee" | "team":
            return _one_of(name, [int(value) for value in values if value != "none"], or_none="none" in values)
    return _one_of("channel", values)


def _one_of(column: str, values: Sequence[object], *, or_none: bool = False) -> Q:
    """An equation where there is one value: only that is answered from a partial index."""
    condition = Q(**{f"{column}__in": values}) if len(values) != 1 else Q(**{column: values[0]})
    if or_none:
        return Q(**{f"{column}__isnull": True}) | condition if values else Q(**{f"{column}__isnull": True})
    return condition
