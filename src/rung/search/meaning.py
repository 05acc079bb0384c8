"""What a search means for the agent who asks: terms of the index, and conditions on what is there now."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import F, FilteredRelation, Q
from django.utils.translation import gettext as _

from rung.accounts.access import Agent, all_teams, colleagues
from rung.core.text import folded
from rung.ladder.access import visible_grades
from rung.ladder.levels import HIGHEST, LOWEST
from rung.promises.access import has_open_promise
from rung.search.documents import endings_of, tag_term
from rung.search.expression import (
    CONVERSATION,
    NEVER,
    Adjacent,
    Expression,
    NoneOf,
    Term,
    all_of,
    any_of,
)
from rung.search.gates import Gate
from rung.search.places import place_at
from rung.search.query import Either, Every, Filter, Part, Phrase, Query, Without, Word
from rung.search.values import level_meant, moment_meant
from rung.search.vocabulary import Vocabulary, distance
from rung.search.words import MOST_RUNS, is_paired, written
from rung.touchpoints.access import ConversationQuerySet, State, all_tags
from rung.touchpoints.doors import doors

STATES = ("open", "snoozed", "resolved", "spam")
PROMISE = ("promise", "promises")
_LEVEL = re.compile(r"(<=|>=|<|>|=)?\s*(\w+)")
_PHONE = re.compile(r"\+?[\d\s()/.\-]{5,}")
# So many names are told to whoever wrote one that there is not.
MOST_NAMED = 6
# So many documents with what is written together are enough.
COMMON_WHOLE = 500
LOWEST_PLACE, HIGHEST_PLACE = 0, 1 << 62


@dataclass
class Meaning:
    """`expression` finds conversations, `heading` those of them that say it in their subject or their customer's name,
    and `people` and `companies` find those; None where nothing is asked that could find any.

    `conditions`, `unread`, `promised` and `levels` are what has to hold now, whatever the index says; `problems` is what
    was not understood.
    """

    expression: Expression | None = None
    heading: Expression | None = None
    people: Expression | None = None
    companies: Expression | None = None
    conditions: list[Q] = field(default_factory=list)
    unread: bool | None = None
    promised: bool | None = None
    levels: list[tuple[bool, int, int]] = field(default_factory=list)
    lowest: int = LOWEST_PLACE
    highest: int = HIGHEST_PLACE
    problems: list[str] = field(default_factory=list)
    wants_spam: bool = False

    def narrow(self, conversations: ConversationQuerySet, agent: Agent) -> ConversationQuerySet:
        """Of these conversations those for which everything holds now that can be asked of their own rows."""
        for condition in self.conditions:
            conversations = conversations.filter(condition)
        if not self.wants_spam:
            conversations = conversations.exclude(state=State.SPAM)
        if self.unread is not None:
            own = FilteredRelation("readings", condition=Q(readings__agent=agent.pk))
            news = Q(own__read_at__isnull=True) | Q(own__read_at__lt=F("last_inbound_at"))
            unread = Q(last_inbound_at__isnull=False) & news
            conversations = conversations.alias(own=own).filter(unread if self.unread else ~unread)
        if self.promised is not None:
            promised = has_open_promise()
            conversations = conversations.filter(promised if self.promised else ~promised)
        return conversations

    @property
    def asks_others(self) -> bool:
        """Whether something is asked that the index does not know and that holds for few."""
        return self.promised is not None or bool(self.levels)

    def gradings(self, agent: Agent) -> Iterator[Gate]:
        """What is asked of the grades of conversations. Before the conversations themselves, whose rows are longer."""
        for is_wanted, low, high in self.levels:
            graded = visible_grades(agent).stated().filter(level__gte=low, level__lte=high)
            yield Gate(graded, "conversation_id", is_wanted)


class Reader:
    """Turns a query into its meaning, for one agent at one moment."""

    def __init__(self, agent: Agent, vocabulary: Vocabulary, *, at: datetime) -> None:
        self.agent, self.vocabulary, self.at = agent, vocabulary, at
        self.meaning = Meaning()
        self.is_lost = False
        self.days: list[str] = []

    def read(self, query: Query) -> Meaning:
        parts = [part for part in query.parts if not self._narrows(part)]
        self.meaning.wants_spam = any(each.name == "is" and each.value.lower() == "spam" for each in query.filters())
        for part in parts:
            self._condition(part)
        said = [self._part(part) for part in parts]
        if self.is_lost:
            self.meaning.expression = NEVER
        elif said or len(parts) < len(query.parts):
            self.meaning.expression = _grounded(said)
        if query.says_words() and said and not self.is_lost:
            heading = _grounded([self._part(part, heading=True) for part in parts])
            # What is only left out is left out everywhere: to ask that once more would find the same.
            self.meaning.heading = heading if heading != self.meaning.expression else None
        if parts and query.says_words() and not any(True for _filter in query.filters()):
            self._find_people(query)
        if self.meaning.lowest >= self.meaning.highest:
            told = {"said": " ".join(self.days)}
            self.meaning.problems.append(_("No day lies after the one and before the other: %(said)s.") % told)
        return self.meaning

    # What narrows everything, wherever it stands.

    def _narrows(self, part: Part) -> bool:
        """Take in a part that is asked of the rows and of the time, and no term of the index."""
        is_wanted = not isinstance(part, Without)
        inner = part.part if isinstance(part, Without) else part
        if not isinstance(inner, Filter):
            return False
        if inner.name in ("before", "after"):
            self._moment(inner, is_wanted)
        elif inner.name == "is" and inner.value.lower() == "unread":
            self.meaning.unread = is_wanted
        elif inner.name == "level":
            self._level(inner, is_wanted)
        elif inner.name == "has" and inner.value.lower() in PROMISE:
            self.meaning.promised = is_wanted
        else:
            return False
        return True

    def _moment(self, asked: Filter, is_wanted: bool) -> None:
        moment = moment_meant(asked.value, self.agent, self.at)
        self.days.append(f"{'' if is_wanted else '-'}{asked}")
        if moment is None:
            self._nothing(
                _(
                    "“%(said)s” in “%(name)s:%(said)s” is no day."
                    " Write it like %(name)s:2026-03-10, 10.3.2026, 2026-03, yesterday or 30d."
                ),
                asked,
            )
        elif (asked.name == "after") is is_wanted:
            self.meaning.lowest = max(self.meaning.lowest, place_at(moment))
            self.meaning.conditions.append(Q(last_touch_at__gte=moment))
        else:
            self.meaning.highest = min(self.meaning.highest, place_at(moment))
            self.meaning.conditions.append(Q(last_touch_at__lt=moment))

    def _level(self, asked: Filter, is_wanted: bool) -> None:
        found = _LEVEL.fullmatch(asked.value.strip())
        level = level_meant(found[2]) if found else None
        if found is None or level is None:
            self._nothing(
                _("“%(said)s” in “level:%(said)s” is no level. Write level:<expected, level:criminal or level:>=4."),
                asked,
            )
            return
        low, high = {
            "<": (LOWEST, level - 1),
            "<=": (LOWEST, level),
            ">": (level + 1, HIGHEST),
            ">=": (level, HIGHEST),
        }.get(found[1] or "=", (level, level))
        self.meaning.levels.append((is_wanted, low, high))

    def _problem(self, words: str, asked: Filter, **others: str) -> Expression:
        self.meaning.problems.append(words % {"said": asked.value, "name": asked.name, **others})
        return NEVER

    def _nothing(self, words: str, asked: Filter) -> None:
        """What narrows everything and is not understood finds nothing: all that was to be narrowed would be no answer."""
        self._problem(words, asked)
        self.is_lost = True

    # What has to hold now as well: the index may be a moment behind.

    def _condition(self, part: Part) -> None:
        is_wanted = not isinstance(part, Without)
        inner = part.part if isinstance(part, Without) else part
        if isinstance(inner, Filter) and (condition := self._holds(inner)) is not None:
            self.meaning.conditions.append(condition if is_wanted else ~condition)

    def _holds(self, asked: Filter) -> Q | None:
        value = asked.value.lower()
        if asked.name == "is" and value in STATES:
            return Q(state=value)
        if (asked.name, value) == ("is", "unassigned"):
            return Q(assignee__isnull=True)
        if (asked.name, value) == ("is", "mine"):
            return Q(assignee=self.agent.pk)
        if asked.name == "number":
            return Q(pk=int(asked.value))
        return None

    # Terms of the index.

    def _part(self, part: Part, *, heading: bool = False) -> Expression:
        match part:
            case Word() | Phrase():
                return self._said(part, heading)
            case Filter():
                return self._filter(part)
            case Without(inner):
                return NoneOf(self._part(inner))
            case Either(parts):
                return any_of(*(_grounded([self._part(each, heading=heading)]) for each in parts))
            case Every(parts):
                return _grounded([self._part(each, heading=heading) for each in parts])

    def _said(self, part: Word | Phrase, heading: bool) -> Expression:
        mark, ones = "s:" if heading else "", written(part.text)
        if isinstance(part, Phrase):
            words = tuple(word for one in ones for word in one.words)
            phrase = Adjacent(words) if len(words) > 1 else Term(words[0])
            # A heading knows no order of words: it is said there by what says it at all.
            return all_of(phrase, *terms_meant(part.text, is_begun=False, mark=mark)) if heading else phrase
        terms = terms_meant(part.text, is_begun=part.is_begun, mark=mark)
        return all_of(*(self._within(one.words, term, mark) for one, term in zip(ones, terms, strict=True)))

    def _within(self, words: tuple[str, ...], term: Expression, mark: str) -> Expression:
        """What is written together, also as a part of something longer: 2026-11 in invoice_2026-11_final.pdf."""
        if not isinstance(term, Term) or not 1 < len(words) <= MOST_RUNS or "@" in term.text:
            return self._begun(term)
        # Of what is common enough as it is written nobody misses the rest, and words beside each other are dear to find.
        whole = term.text.removeprefix(mark)
        if self.vocabulary.documents([whole])[whole] > COMMON_WHOLE:
            return self._begun(term)
        goes_on = term.is_begun and words[-1].isalpha() and len(words[-1]) > 1 and not is_paired(words[-1])
        apart = self._begun(Adjacent(words, goes_on))
        if mark:
            apart = all_of(apart, *(Term(f"{mark}{word}") for word in words[:-1]), Term(f"{mark}{words[-1]}", goes_on))
        return any_of(self._begun(term), apart)

    def _begun(self, term: Expression) -> Expression:
        """What is not typed to its end yet, as the words that the index has for it."""
        match term:
            case Term(text, True):
                mark = "s:" if text.startswith("s:") else ""
                words = self.vocabulary.words_begun(text.removeprefix(mark))
                return term if words is None else any_of(*(Term(f"{mark}{word}") for word in words))
            case Adjacent((*before, last), True):
                words = self.vocabulary.words_begun(last)
                return term if words is None else any_of(*(Adjacent((*before, word)) for word in words))
        return term

    def _filter(self, asked: Filter) -> Expression:
        value = asked.value.lower()
        match asked.name:
            case "number":
                return Term(f"n:{int(asked.value)}")
            case "from" | "to":
                if asked.name == "from" and value == "me":
                    value = self.agent.name
                terms = [*terms_meant(value, is_begun=True, mark=f"{asked.name[0]}:")]
                return all_of(*terms) if terms else NEVER
            case "tag":
                return self._tag(asked, value)
            case "is":
                return self._state(asked, value)
            case "in":
                return self._team(asked, value)
            case "assignee":
                return self._assignee(asked, value)
            case "channel":
                return self._channel(asked, value)
            case "has":
                if value in ("attachment", "attachments", "file", "files"):
                    return Term("at:1")
                if value not in PROMISE:
                    return self._problem(
                        _("“%(said)s” is nothing to have here: write has:attachment or has:promise."), asked
                    )
        return self._problem(
            _("“%(name)s:%(said)s” narrows everything: it cannot stand beside OR or in brackets."), asked
        )

    def _state(self, asked: Filter, value: str) -> Expression:
        if value in STATES:
            return Term(f"st:{value}")
        if value in ("unassigned", "mine"):
            return Term("as:0" if value == "unassigned" else f"as:{self.agent.pk}")
        if value == "unread":
            return self._problem(
                _("“%(name)s:%(said)s” narrows everything: it cannot stand beside OR or in brackets."), asked
            )
        return self._problem(
            _("“%(said)s” is no state: open, snoozed, resolved, unassigned, mine, unread or spam."), asked
        )

    def _tag(self, asked: Filter, value: str) -> Expression:
        term = tag_term(value)
        names = [tag.name for tag in all_tags()]
        if all(tag_term(name) != term for name in names):
            if not names:
                return self._problem(_("There is no tag called “%(said)s”, nor any other yet."), asked)
            near = sorted(names, key=lambda name: (distance(folded(value), folded(name)[:40]), name))
            return self._problem(_("There is no tag called “%(said)s”, but %(known)s."), asked, known=_some(near))
        return Term(term)

    def _team(self, asked: Filter, value: str) -> Expression:
        wanted = folded(value)
        teams = [team for team in all_teams() if folded(team.name).startswith(wanted) or team.slug == value]
        exact = [team for team in teams if folded(team.name) == wanted]
        if not teams:
            known = _some(team.name for team in all_teams())
            return self._problem(_("There is no team called “%(said)s”, but %(known)s."), asked, known=known)
        return any_of(*(Term(f"te:{team.pk}") for team in exact or teams))

    def _channel(self, asked: Filter, value: str) -> Expression:
        kinds = [each.kind for each in doors() if value in (each.kind.lower(), folded(str(each.label)))]
        if not kinds:
            known = _some(each.kind for each in doors())
            return self._problem(_("There is no channel called “%(said)s”, but %(known)s."), asked, known=known)
        return any_of(*(Term(f"ch:{kind}") for kind in kinds))

    def _assignee(self, asked: Filter, value: str) -> Expression:
        if value in ("me", "nobody", "none"):
            return Term(f"as:{self.agent.pk if value == 'me' else 0}")
        wanted = folded(value)
        found = [each.pk for each in colleagues(self.agent) if f" {wanted}" in f" {folded(each.name)}"]
        if not found:
            return self._problem(_("No colleague is called “%(said)s”."), asked)
        return any_of(*(Term(f"as:{pk}") for pk in found))

    # People and companies: by words only, each of which may be begun.

    def _find_people(self, query: Query) -> None:
        wanted: list[str] = []
        for part in query.parts:
            if not isinstance(part, Word | Phrase):
                return
            wanted.append(part.text)
        self.meaning.people = person_meant(" ".join(wanted))
        self.meaning.companies = all_of(*terms_meant(" ".join(wanted), is_begun=True, mark="o:"))


def _some(names: Iterable[str]) -> str:
    """The first of several names, as they stand behind an operator."""
    quoted = [f'"{name}"' if " " in name else name for name in names]
    return ", ".join(quoted[:MOST_NAMED]) + (" …" if len(quoted) > MOST_NAMED else "")


def person_meant(text: str) -> Expression:
    """People by whatever one may know of them: name, address, company, order; or by the end of their phone number."""
    by_words = all_of(
        *(
            any_of(term, Term(f"q:{term.text[2:]}", term.is_begun)) if isinstance(term, Term) else term
            for word in text.split()
            for term in terms_meant(word, is_begun=True, mark="p:")
        )
    )
    if not _PHONE.fullmatch(text):
        return by_words
    digits = next(endings_of(text), "").lstrip("0")
    return any_of(by_words, Term(f"p:{digits}", is_begun=True)) if len(digits) >= 4 else by_words


def terms_meant(text: str, *, is_begun: bool, mark: str) -> Iterable[Expression]:
    """The terms of what is written in a text; only the last may be begun, unless it is asked for by a mark."""
    ones = written(text)
    for place, one in enumerate(ones):
        begun = is_begun and (place == len(ones) - 1 or mark in ("p:", "o:"))
        if is_paired(one.words[0]):
            if len(one.words) == 1:
                yield Term(mark + one.words[0], is_begun=len(one.words[0]) == 1)
            elif mark:
                yield all_of(*(Term(mark + word) for word in one.words))
            else:
                yield Adjacent(one.words)
        elif len(one.words) == 1:
            yield Term(mark + one.words[0], begun and len(one.words[0]) > 1)
        else:
            yield Term(mark + next((word for word in one.also if "@" in word), one.also[-1]), begun)


def _grounded(parts: list[Expression]) -> Expression:
    """All of these; with something to take away from, where there is only what is not wanted."""
    if all(isinstance(part, NoneOf) for part in parts):
        return all_of(CONVERSATION, *parts)
    return all_of(*parts)
