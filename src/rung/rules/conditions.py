"""What a rule can ask of a conversation. Pure: a condition is a question about a `Matter`, whatever it was read from."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal

from django.utils.translation import gettext_lazy as _

from rung.core.given import given_key
from rung.core.text import folded

MOST_LETTERS = 100_000
"""So much of a text is looked at."""

# Scripts that put no spaces between words: a word stands there wherever it is found.
_SPACELESS = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """What a rule looks at: a conversation as it stands, and the touchpoint that it is about.

    Rows stand as their primary keys. `addresses` in lower case, whence it was written first; `fields` by key of the field,
    as a form holds it and as it is shown. `is_known`: they were in touch before this conversation. `is_within_hours`: its
    team worked when it came in.
    """

    number: int = 0
    channel: str = "email"
    team: int | None = None
    assignee: int | None = None
    priority: str = "normal"
    mailbox: int | None = None
    addresses: tuple[str, ...] = ()
    company: str = ""
    language: str = ""
    subject: str = ""
    text: str = ""
    tags: frozenset[int] = frozenset()
    fields: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    is_internal: bool = False
    is_known: bool = False
    is_automatic: bool = False
    is_within_hours: bool = True


@dataclass(frozen=True, slots=True)
class Condition:
    """One question of a rule: what is asked about, how, and with which values."""

    what: str
    how: str
    value: tuple[str, ...] = ()

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Condition:
        return cls(str(kept.get("what", "")), str(kept.get("how", "")), tuple(map(str, kept.get("value") or ())))

    @property
    def kept(self) -> dict[str, Any]:
        return {"what": self.what, "how": self.how, "value": list(self.value)}


Asks = Literal["words", "choices", "nothing"]
Test = Callable[[Matter, str, tuple[str, ...]], bool]


@dataclass(frozen=True, slots=True)
class Question:
    """Something that can be asked: its name, the ways of asking, and what an answer is chosen from or typed as.

    `about` names where the choices come from (`words.Words`). `needs`: what of a matter has to be looked up for it, beyond
    the conversation and its touchpoint.
    """

    label: Any
    ways: tuple[tuple[str, Any], ...]
    asks: Asks
    test: Test
    about: str = ""
    needs: str = ""
    hint: Any = ""


def holds(condition: Condition, matter: Matter) -> bool:
    """Whether it holds. A question that no longer exists never does, so that a rule does rather too little."""
    question = question_of(condition.what)
    return question is not None and question.test(matter, condition.how, condition.value)


def needs_of(conditions: Iterable[Condition]) -> frozenset[str]:
    """What of a matter has to be looked up for some conditions."""
    questions = (question_of(each.what) for each in conditions)
    return frozenset(question.needs for question in questions if question is not None and question.needs)


def question_of(what: str) -> Question | None:
    if what.startswith("field-"):
        ways = (*_IS, ("filled", _("is filled in")), ("empty", _("is empty")))
        hint = _("Parted by commas, as the field shows it; days also as 2026-03-31.")
        return Question(_("The field"), ways, "words", _field(field_key(what)), needs="fields", hint=hint)
    return QUESTIONS.get(what)


def field_key(what: str) -> int:
    """The key of the field that a condition asks about."""
    return given_key(what.removeprefix("field-")) or 0


def phrases(text: str) -> tuple[str, ...]:
    """What somebody typed as words to look for: parted by commas or lines, each once."""
    found = (each.strip() for each in re.split(r"[,;\n、，]", text))
    return tuple(dict.fromkeys(each for each in found if each))


def contains(text: str, phrase: str) -> bool:
    """Whether words stand in a text, whole and in this order, without regard to case and accents; with a star at the end
    also as the beginning of a word."""
    bare, pattern = _pattern(phrase)
    looked_at = _looked_at(text)
    # A plain search first: it is a hundred times as quick, and most words are not there.
    return pattern is not None and bare in looked_at and pattern.search(looked_at) is not None


# Folding a long letter takes a hundred times as long as looking for a word in it, and every rule looks for many.
@lru_cache(maxsize=16)
def _looked_at(text: str) -> str:
    return folded(text[:MOST_LETTERS])


@lru_cache(maxsize=2000)
def _pattern(phrase: str) -> tuple[str, re.Pattern[str] | None]:
    begins = phrase.endswith("*")
    bare = folded(phrase.rstrip("*"))
    if not bare:
        return bare, None
    if _SPACELESS.search(bare):
        return bare, re.compile(re.escape(bare))
    ends = "" if begins else r"(?!\w)"
    return bare, re.compile(rf"(?<!\w){re.escape(bare)}{ends}")


def at_address(address: str, wanted: str) -> bool:
    """Whether an address is the one that is wanted, or lies in the domain that is: "carla@example.org", "example.org"."""
    wanted = wanted.strip().lower()
    if "@" in wanted.lstrip("@"):
        return address == wanted
    domain = address.rpartition("@")[2]
    wanted = wanted.lstrip("@").lstrip(".")
    return bool(wanted) and (domain == wanted or domain.endswith(f".{wanted}"))


def _words(of: Callable[[Matter], str]) -> Test:
    def test(matter: Matter, how: str, value: tuple[str, ...]) -> bool:
        found = [contains(of(matter), phrase) for phrase in value]
        return all(found) if how == "all" else not any(found) if how == "none" else any(found)

    return test


def _choice(of: Callable[[Matter], Any]) -> Test:
    def test(matter: Matter, how: str, value: tuple[str, ...]) -> bool:
        present = of(matter)
        is_it = ("" if present is None else str(present)) in value
        return is_it is not (how == "not")

    return test


def _yes(of: Callable[[Matter], bool]) -> Test:
    return lambda matter, how, value: of(matter) is (how == "yes")


def _tags(matter: Matter, how: str, value: tuple[str, ...]) -> bool:
    wanted = {key for each in value if (key := given_key(each)) is not None}
    if how == "all":
        return bool(wanted) and wanted <= matter.tags
    return bool(wanted & matter.tags) is (how != "none")


def _address(matter: Matter, how: str, value: tuple[str, ...]) -> bool:
    found = any(at_address(address, wanted) for address in matter.addresses for wanted in value)
    return found is not (how == "not")


def _company(matter: Matter, how: str, value: tuple[str, ...]) -> bool:
    name = folded(matter.company)
    return (bool(name) and name in map(folded, value)) is not (how == "not")


def _language(matter: Matter, how: str, value: tuple[str, ...]) -> bool:
    spoken = matter.language.lower().replace("_", "-")
    wanted = (each.lower().replace("_", "-") for each in value)
    return any(spoken == each or spoken.startswith(f"{each}-") for each in wanted if each) is not (how == "not")


def _field(key: int) -> Test:
    def test(matter: Matter, how: str, value: tuple[str, ...]) -> bool:
        said = {folded(each) for each in matter.fields.get(key, ())} - {""}
        match how:
            case "filled":
                return bool(said)
            case "empty":
                return not said
            case _:
                return said.isdisjoint(map(folded, value)) is (how == "not")

    return test


_ANY_OF = (("any", _("contains one of")), ("all", _("contains all of")), ("none", _("contains none of")))
_IS = (("is", _("is one of")), ("not", _("is none of")))
_YES = (("yes", _("yes")), ("no", _("no")))
_STAR = _("Parted by commas. Whole words, whatever their case and accents; “refund*” also finds “refunded”.")

QUESTIONS: dict[str, Question] = {
    "mailbox": Question(_("The mailbox"), _IS, "choices", _choice(lambda m: m.mailbox), "mailboxes", "mailbox"),
    "channel": Question(_("The channel"), _IS, "choices", _choice(lambda m: m.channel), "channels"),
    "team": Question(_("The team"), _IS, "choices", _choice(lambda m: m.team), "teams_or_none"),
    "assignee": Question(_("Who looks after it"), _IS, "choices", _choice(lambda m: m.assignee), "people_or_none"),
    "priority": Question(_("The priority"), _IS, "choices", _choice(lambda m: m.priority), "priorities"),
    "tag": Question(
        _("The tags"),
        (("any", _("are or contain one of")), ("all", _("contain all of")), ("none", _("contain none of"))),
        "choices",
        _tags,
        "tags",
        "tags",
    ),
    "subject": Question(_("The subject"), _ANY_OF, "words", _words(lambda m: m.subject), hint=_STAR),
    "text": Question(_("What was written"), _ANY_OF, "words", _words(lambda m: m.text), hint=_STAR),
    "said": Question(_("Subject or text"), _ANY_OF, "words", _words(lambda m: f"{m.subject}\n{m.text}"), hint=_STAR),
    "address": Question(
        _("The customer's address"),
        _IS,
        "words",
        _address,
        needs="addresses",
        hint=_("Whole addresses, or domains such as “example.org”, which also mean what lies below them."),
    ),
    "company": Question(_("The customer's company"), _IS, "words", _company, hint=_("By name.")),
    "language": Question(
        _("The customer's language"), _IS, "words", _language, hint=_("As two letters, such as “de, nl”.")
    ),
    "known": Question(_("The customer has written before"), _YES, "nothing", _yes(lambda m: m.is_known), needs="known"),
    "internal": Question(_("The customer is a colleague"), _YES, "nothing", _yes(lambda m: m.is_internal)),
    "automatic": Question(_("A machine wrote it"), _YES, "nothing", _yes(lambda m: m.is_automatic)),
    "hours": Question(
        _("It came within the team's working hours"),
        _YES,
        "nothing",
        _yes(lambda m: m.is_within_hours),
        needs="hours",
    ),
}
