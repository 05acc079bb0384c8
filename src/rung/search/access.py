"""Gates: what an agent finds. Who may see what is asked of the rooms below, in the query itself, so that a count says
nothing about what one may not see."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db import connection
from django.db.models import Max, QuerySet
from django.db.models.expressions import RawSQL

from rung.accounts.access import Agent, teams_of
from rung.customers.access import Company, Customer, visible_companies, visible_customers
from rung.search.expression import AnyOf, Expression, NoneOf, Term, all_of
from rung.search.indexes import MOST_CHECKED, Statement, index
from rung.search.meaning import Meaning
from rung.search.models import Document, Kind, Waiting
from rung.search.vocabulary import Vocabulary
from rung.touchpoints.access import Conversation, ConversationQuerySet, visible_conversations

# So many are counted and can be looked through; of what more than these have, nobody reads the rest.
WINDOW = 500
# So many are looked at where something is asked that the index does not know.
CANDIDATES = 20_000
# So many first: mostly they are enough, and each that is looked at more costs as much again.
FIRST = 2 * WINDOW
# The worker is a batch or two behind on a busy day; this many is another matter.
BEHIND = 500
BELOW_NOUGHT = -(1 << 62)


@dataclass(frozen=True)
class Sight:
    """What an agent may see, asked for once in each search."""

    agent: Agent

    @cached_property
    def conversations(self) -> ConversationQuerySet:
        return visible_conversations(self.agent)

    @cached_property
    def expression(self) -> Expression | None:
        """Where these conversations lie, as the index knows it: it spares looking at the others, and decides nothing.
        None for those who see all."""
        if self.agent.sees_all:
            return None
        teams = (Term(f"te:{pk}") for pk in (0, *teams_of(self.agent)))
        return AnyOf((*teams, Term(f"as:{self.agent.pk}")))


@dataclass(frozen=True, slots=True)
class Found:
    """Primary keys, the newest first, at most WINDOW of them. `is_cut`: there are more; `is_bounded`: only among the
    newest that have these words was looked."""

    keys: tuple[int, ...] = ()
    is_cut: bool = False
    is_bounded: bool = False


def found_conversations(
    sight: Sight, meaning: Meaning, vocabulary: Vocabulary, *, heading: bool = False, at_most: int = WINDOW
) -> Found:
    """The conversations that are meant and that this agent may see. `heading`: only those that say it there."""
    wanted = meaning.heading if heading else meaning.expression
    if wanted is None:
        return Found()
    visible = meaning.narrow(sight.conversations, sight.agent)
    if not meaning.wants_spam:
        wanted = all_of(wanted, NoneOf(Term("st:spam")))
    commonness = vocabulary.commonness(wanted)
    # Of what is rare each is looked at; among very many it pays to ask the index for those that can be seen.
    is_rare = commonness <= CANDIDATES
    if sight.expression is not None and not is_rare:
        wanted = all_of(wanted, sight.expression)
    return _found(
        wanted,
        Kind.CONVERSATION,
        visible,
        lowest=max(meaning.lowest, 0),
        highest=meaning.highest,
        at_most=at_most,
        most=CANDIDATES if meaning.asks_rows or is_rare else 2 * WINDOW,
        commonness=commonness,
    )


def found_people(agent: Agent, wanted: Expression, *, at_most: int) -> Found:
    return _found(wanted, Kind.PERSON, visible_customers(agent), highest=0, at_most=at_most)


def found_companies(agent: Agent, wanted: Expression, *, at_most: int) -> Found:
    return _found(wanted, Kind.COMPANY, visible_companies(agent), highest=0, at_most=at_most)


def _found(
    wanted: Expression,
    kind: Kind,
    visible: ConversationQuerySet | QuerySet[Customer] | QuerySet[Company],
    *,
    lowest: int = BELOW_NOUGHT,
    highest: int,
    at_most: int,
    most: int | None = None,
    commonness: int = 0,
) -> Found:
    """What is wanted of a kind and visible. The gate stands inside the statement, so nothing else is ever counted."""
    gate, gate_parameters = visible.filter(pk=RawSQL("c.key", ())).order_by().values("pk").query.sql_with_params()
    found: list[int] = []
    is_bounded = False
    most = most or 2 * at_most
    for limit in (FIRST, most) if most > FIRST else (most,):
        for statement in index().candidates(
            wanted, kind=kind, lowest=lowest, highest=highest, limit=limit, commonness=commonness
        ):
            rows = _rows(
                f"SELECT c.key FROM ({statement.sql}) c WHERE EXISTS ({gate}) ORDER BY c.place DESC LIMIT %s",  # noqa: S608  # our own SQL
                (*statement.parameters, *gate_parameters, at_most + 1),
            )
            found = [key for (key,) in rows]
            if len(found) > at_most:
                return Found(tuple(found[:at_most]), is_cut=True)
            is_bounded = limit >= CANDIDATES and commonness > CANDIDATES and _length(statement) >= limit
            if statement.checked:
                is_bounded = int(_rows(*statement.checked)[0][0]) >= MOST_CHECKED
                if is_bounded:  # a wider statement would read the same ones
                    break
        if limit < most and _length(statement) < limit:
            break  # each was looked at
    return Found(tuple(found), is_bounded=is_bounded)


def _rows(sql: str, parameters: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())


def _length(statement: Statement) -> int:
    return int(_rows(f"SELECT count(*) FROM ({statement.sql}) c", statement.parameters)[0][0])  # noqa: S608  # our own SQL


def is_behind() -> bool:
    """Whether so much is missing from the index that a search should say so: it is being built, or the worker rests."""
    if Waiting.objects.order_by()[BEHIND : BEHIND + 1].exists():
        return True
    newest = Conversation.objects.aggregate(newest=Max("pk"))["newest"] or 0
    if newest <= BEHIND:
        return False
    some_time_ago = Conversation.objects.filter(pk=newest - BEHIND)
    indexed = Document.objects.filter(kind=Kind.CONVERSATION, key=newest - BEHIND)
    return not indexed.exists() and some_time_ago.exists()
