"""How many a view holds: counted up to a bound, all of them in one statement, each in its own index."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.utils.translation import gettext as _

from rung.core import kept
from rung.core.kept import can_keep
from rung.touchpoints.access import ConversationQuerySet

# Beyond these an exact number helps nobody and costs time: on a tab, and of the view that is looked at.
ON_A_TAB = 99
OF_A_VIEW = 1000


Statement = tuple[str, Sequence[Any]]
# What is to be counted, and up to where: a query, or the statement it was compiled to with its own bound; None: nothing.
Counted = tuple[ConversationQuerySet | Statement | None, int]


def numbers_of(asked: Sequence[Counted]) -> list[int]:
    """How many conversations each of these holds; of one with more than its bound, the bound and one. One query."""
    columns: list[str] = []
    parameters: list[Any] = []
    numbers = [0] * len(asked)
    places: list[int] = []
    for place, (conversations, bound) in enumerate(asked):
        if conversations is None:
            continue
        try:
            sql, given = conversations if isinstance(conversations, tuple) else _statement(conversations, bound)
        except EmptyResultSet:
            continue
        columns.append(f"(SELECT COUNT(*) FROM ({sql}) AS counted)")  # noqa: S608  # Django's own SQL, its values apart
        parameters += given
        places.append(place)
    if columns:
        text = f"SELECT {', '.join(columns)}"
        if can_keep(connection) and all(each is None or isinstance(each, tuple) for each, _ in asked):
            row = kept.asked(connection, text, parameters)[0]
        else:
            with connection.cursor() as cursor:
                cursor.execute(text, parameters)
                row = cursor.fetchone()
        for place, number in zip(places, row, strict=True):
            numbers[place] = int(number)
    return numbers


def _statement(conversations: ConversationQuerySet, bound: int) -> Statement:
    sql, given = conversations.order_by().values("pk")[: bound + 1].query.sql_with_params()
    return sql, given


def in_words(number: int, bound: int) -> str:
    """ "37", or "99+" beyond the bound."""
    return _("%(n)s+") % {"n": f"{bound:,}"} if number > bound else f"{number:,}"
