"""What is seldom there: one question says of many, before a page is made, which of them have no answer at all.

A conversation may have notes, drafts, links, tags, promises and more, and most have none; asking for each costs the same,
however empty the answer. `@seldom` over `@compiled` gives a question to that one: its own text, in an EXISTS.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import update_wrapper
from typing import Any, Generic, ParamSpec, TypeVar, cast

from django.db import connection

from rung.core.compiled import compiled
from rung.core.kept import asked, can_keep
from rung.core.once import kept_for_this_page

Given = ParamSpec("Given")
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class About:
    """What a page is about, by number, and by whom it is looked at."""

    conversation: int
    customer: int
    agent: int


Arguments = Callable[[About], tuple[Any, ...]]

_known: "list[Seldom[Any, Any]]" = []


def seldom(arguments: Arguments) -> "Callable[[compiled[Given, Row]], Seldom[Given, Row]]":
    """Decorates a compiled question that is asked with what `arguments` makes of a page, and not by name."""
    return lambda question: Seldom(question, arguments)


class Seldom(Generic[Given, Row]):
    """Answers with no rows, without asking, where `ask_whether_there` has found none for this page; else it asks."""

    def __init__(self, question: compiled[Given, Row], arguments: Arguments) -> None:
        self.question, self.arguments = question, arguments
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
    texts, params, keys = [], [], []
    for each in _known:
        arguments = each.arguments(about)
        text, values = cast(Any, each.question.statement(*arguments))
        texts.append(f"EXISTS({text})")
        params += values
        keys.append((each, arguments))
    for key, is_there in zip(keys, _row(f"SELECT {', '.join(texts)}", params), strict=True):
        if not is_there:
            answers[key] = ()


def _row(sql: str, params: list[Any]) -> tuple[Any, ...]:
    if can_keep(connection):
        return asked(connection, sql, params)[0]
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cast(tuple[Any, ...], cursor.fetchone())
