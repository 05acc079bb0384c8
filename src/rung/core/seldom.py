"""What is seldom there: one question says of many, before a page is made, which of them have no answer at all.

A conversation may have notes, drafts, links, tags, promises and more, and most have none; asking for each costs the same,
however empty the answer. `@seldom` over `@compiled` gives a question to that one: its own text, in an EXISTS.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache, update_wrapper
from operator import attrgetter
from typing import Any, Generic, ParamSpec, TypeVar, cast

from django.db import DEFAULT_DB_ALIAS, connections

from rung.core.compiled import compiled
from rung.core.kept import asked, can_keep
from rung.core.once import kept_for_this_page

Given = ParamSpec("Given")
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class About:
    """What a page is about, by number, and by whom it is looked at, and when. `beside`, `team`: of the conversation."""

    conversation: int
    customer: int
    agent: int
    beside: int | None = None
    team: int | None = None
    at: datetime | None = None


Arguments = Callable[[About], tuple[Any, ...]]

_known: "list[Seldom[Any, Any]]" = []


# Under this name stands, for a page, what was found to be there, with what it is asked with.
_THERE = "what is there"


def seldom(arguments: Arguments, *, is_shown: bool = True) -> "Callable[[compiled[Given, Row]], Seldom[Given, Row]]":
    """Decorates a compiled question that is asked with what `arguments` makes of a page, and not by name. `is_shown`: a page
    of a conversation asks it, where there is an answer; else it matters before, or only that there is one."""
    return lambda question: Seldom(question, arguments, is_shown)


class Seldom(Generic[Given, Row]):
    """Answers with no rows, without asking, where `ask_whether_there` has found none for this page; else it asks."""

    def __init__(self, question: compiled[Given, Row], arguments: Arguments, is_shown: bool) -> None:
        self.question, self.arguments, self.is_shown = question, arguments, is_shown
        update_wrapper(cast(Any, self), cast(Any, question))
        _known.append(self)

    def __call__(self, *args: Given.args, **kwargs: Given.kwargs) -> list[Row]:
        return [] if self.is_missing(*args) else self.question(*args, **kwargs)

    def is_missing(self, *args: Any) -> bool:
        """Whether it is known for this page that there is no answer: then neither has a question that asks for less."""
        answers = kept_for_this_page()
        return answers is not None and (self, args) in answers


def ask_whether_there(about: About) -> None:
    """Have what is not there not asked for until this page is made. One query, or none outside of a page."""
    answers = kept_for_this_page()
    if answers is None:
        return
    connection = connections[DEFAULT_DB_ALIAS]
    text, values = _text(tuple(_known), can_keep(connection))
    there = []
    for each, is_there in zip(_known, _row(connection, text, [value(about) for value in values]), strict=True):
        if not is_there:
            answers[each, each.arguments(about)] = ()
        elif each.is_shown:
            there.append((each, each.arguments(about)))
    answers[_THERE] = there


def found_there() -> "list[tuple[Seldom[Any, Any], tuple[Any, ...]]]":
    """What is shown of what `ask_whether_there` has found for this page, with what it is asked with."""
    answers = kept_for_this_page()
    return cast(Any, answers.get(_THERE, [])) if answers is not None else []


# Numbers that stand in for those of a page while the text is written.
_PAGE = About(2_000_000_101, 2_000_000_102, 2_000_000_103)


@lru_cache(maxsize=8)
def _text(questions: "tuple[Seldom[Any, Any], ...]", are_kept: bool) -> tuple[str, list[Callable[[About], Any]]]:
    """The question for all of them, written once, and what each of its values is made of. `are_kept`: for a database of
    which `can_keep` is true."""
    texts: list[str] = []
    values: list[Callable[[About], Any]] = []
    for each in questions:
        text, params = cast(Any, each.question.statement(*each.arguments(_PAGE)))
        # PostgreSQL takes an EXISTS for the first row alone, and where it expects many rows, the first to be near: it went
        # through all notices of a house for whoever had read theirs. What is asked for distinct it looks for in an index.
        if text.startswith("SELECT DISTINCT"):
            text = f"SELECT 1 FROM ({text}) AS found"  # noqa: S608  # a text of Django's
        texts.append(f"EXISTS({text})")
        values += map(_value, params)
    return f"SELECT {', '.join(texts)}", values


def _value(written: Any) -> Callable[[About], Any]:
    """What gives the value for a page that was written for the one that stood in."""
    if isinstance(written, list):
        parts = [_value(part) for part in written]
        return lambda about: [part(about) for part in parts]
    name = next((each for each in ("conversation", "customer", "agent") if written == getattr(_PAGE, each)), None)
    if name is None:
        return lambda about: written
    kind, found = type(written), attrgetter(name)
    return (
        found if kind is int else lambda about: kind(found(about))
    )  # the driver may want it told how wide a number is


def _row(connection: Any, sql: str, params: list[Any]) -> tuple[Any, ...]:
    if can_keep(connection):
        return asked(connection, sql, params)[0]
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cast(tuple[Any, ...], cursor.fetchone())
