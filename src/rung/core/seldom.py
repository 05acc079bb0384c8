"""What is seldom there: one question says of many, before a page is made, which of them have no answer at all.

A conversation may have notes, drafts, links, tags, promises and more, and most have none; asking for each costs the same,
however empty the answer. `@seldom` over `@compiled` gives a question to that one: its own text, in an EXISTS.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast

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

_known: "list[seldom]" = []


class seldom:  # noqa: N801 - a decorator
    """Decorates a compiled question that is asked with what `arguments` makes of a page, and not by name.

    Answers with no rows, without asking, where `ask_whether_there` has found none for this page; else it asks.
    """

    def __init__(self, arguments: Arguments) -> None:
        self.arguments = arguments

    def __call__(self, question: compiled[Given, Row]) -> Callable[Given, list[Row]]:
        @wraps(question)
        def ask(*args: Given.args, **kwargs: Given.kwargs) -> list[Row]:
            answers = kept_for_this_page()
            if answers is not None and (self, args) in answers:
                return []
            return question(*args, **kwargs)

        self.question: Any = question
        _known.append(self)
        return ask


def ask_whether_there(about: About) -> None:
    """Have what is not there not asked for until this page is made. One query, or none outside of a page."""
    answers = kept_for_this_page()
    if answers is None:
        return
    texts, params, keys = [], [], []
    for each in _known:
        arguments = each.arguments(about)
        text, values = each.question.statement(*arguments)
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
