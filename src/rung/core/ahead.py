"""What a page is known to ask is asked together, where the database takes several questions before it answers.

Of a look-up by key PostgreSQL spends most on what comes with each question: waking up for it, a transaction, an answer sent
by itself; and so do we, who wait each time. Elsewhere, and while somebody watches what is asked, each is asked when its turn
comes, as it is wherever anything goes wrong here.
"""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections

from rung.core.compiled import as_asked
from rung.core.kept import asked_together, can_keep
from rung.core.once import kept_for_this_page
from rung.core.seldom import About, Seldom, found_there

AnyQuestion = TypeVar("AnyQuestion", bound=Callable[..., list[Any]])

Question = tuple[Any, tuple[Any, ...]]
"""A compiled question, and what it is asked with, not by name."""

_known: list[tuple[Any, Callable[[About], tuple[Any, ...]]]] = []


def ahead(arguments: Callable[[About], tuple[Any, ...]]) -> Callable[[AnyQuestion], AnyQuestion]:
    """Decorates a question, compiled or seldom answered, that every page of a conversation asks, with what `arguments`
    makes of the page."""

    def known(question: AnyQuestion) -> AnyQuestion:
        _known.append((question, arguments))
        return question

    return known


def ask_ahead(about: About, more: Callable[[], Iterable[Question]] = tuple) -> None:
    """Ask at once what every page of a conversation asks, what is seldom there where it was found to be, and `more`, what
    this one knows itself."""
    ask_together(lambda: (*((each, of(about)) for each, of in _known), *found_there(), *more()))


def ask_together(asked: Callable[[], Iterable[Question]]) -> None:
    """Ask at once, in this order, what will be asked for the page. Each answer is taken once, for exactly what it was asked
    with, and forgotten with the page."""
    answers = kept_for_this_page()
    connection = connections[DEFAULT_DB_ALIAS]
    if answers is None or not can_keep(connection):
        return
    keys, stated = [], []
    for question, arguments in asked():
        if isinstance(question, Seldom):
            if question.is_missing(*arguments):
                continue
            question = question.question
        if (statement := question.statement(*arguments)) is not None:
            keys.append((question, as_asked(*arguments)))
            stated.append(statement)
    for key, rows in zip(keys, asked_together(connection, stated), strict=True):
        if rows is not None:
            answers[key] = rows
