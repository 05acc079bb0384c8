"""Gates: what an agent finds. Who may see what is asked of the rooms below, in the query itself, so that a count says
nothing about what one may not see."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import cached_property, partial

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, QuerySet
from django.db.models.expressions import RawSQL

from rung.accounts.access import Agent, teams_of
from rung.core.compiled import compiled
from rung.customers.access import visible_companies, visible_customers
from rung.search.expression import AnyOf, Expression, NoneOf, Term, all_of
from rung.search.gates import Gate, passed
from rung.search.indexes import MOST_CHECKED, Sought, index
from rung.search.meaning import Meaning
from rung.search.models import Document, Kind, Waiting
from rung.search.vocabulary import Vocabulary
from rung.touchpoints.access import Conversation, ConversationQuerySet, visible_conversations

# So many are counted and can be looked through; of what more than these have, nobody reads the rest.
WINDOW = 500
# So many are looked at where something is asked that the index does not know.
CANDIDATES = 20_000
# One in so many is what is wanted, where the index knows only part of that.
PASSING = 4
# So many first: mostly they are enough. Then so many times as many each time.
FIRST, SPARE, MORE = 1000, 12, 8
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
    sight: Sight,
    meaning: Meaning,
    vocabulary: Vocabulary,
    *,
    heading: bool = False,
    at_most: int = WINDOW,
    or_more: bool = True,
    known: Found | None = None,
) -> Found:
    """The conversations that are meant and that this agent may see. `heading`: only those that say it there; `or_more`:
    whether it matters that there are more than `at_most`; `known`: what was found wherever they say it."""
    wanted = meaning.heading if heading else meaning.expression
    if wanted is None:
        return Found()
    if not meaning.wants_spam:
        wanted = all_of(wanted, NoneOf(Term("st:spam")))
    commonness = vocabulary.commonness(wanted)
    if known is not None and not (known.is_cut or known.is_bounded):
        commonness = min(commonness, len(known.keys))
    # Of what is rare each is looked at; among very many it pays to ask the index for those that can be seen.
    if sight.expression is not None and commonness > index().narrowed_from:
        wanted = all_of(wanted, sight.expression)
    return _found(
        wanted,
        Kind.CONVERSATION,
        (*meaning.gradings(sight.agent), Gate(meaning.narrow(sight.conversations, sight.agent))),
        lowest=max(meaning.lowest, 0),
        highest=meaning.highest,
        at_most=at_most,
        or_more=or_more,
        commonness=commonness,
        share=PASSING if meaning.asks_others else 1,
        vocabulary=vocabulary,
        known=set(known.keys) if known is not None else (),
    )


def found_people(agent: Agent, wanted: Expression, vocabulary: Vocabulary, *, at_most: int) -> Found:
    commonness = vocabulary.commonness(wanted)
    gates = (Gate(visible_customers(agent)),)
    return _found(wanted, Kind.PERSON, gates, highest=0, at_most=at_most, commonness=commonness)


def found_companies(agent: Agent, wanted: Expression, *, at_most: int) -> Found:
    return _found(wanted, Kind.COMPANY, (Gate(visible_companies(agent)),), highest=0, at_most=at_most)


def _found(
    wanted: Expression,
    kind: Kind,
    gates: tuple[Gate, ...],
    *,
    lowest: int = BELOW_NOUGHT,
    highest: int,
    at_most: int,
    or_more: bool = True,
    commonness: int = 0,
    share: int = 1,
    vocabulary: Vocabulary | None = None,
    known: Collection[int] = (),
) -> Found:
    """What is wanted of a kind and passes the gates, of which one in `share` may do; `known` is what does. The index is
    asked for no more than are looked at, and the rows for no more than the index has found."""
    found: list[int] = []
    looked = 0
    enough = at_most + or_more
    limit = share * min(at_most + SPARE, FIRST)
    sought = None
    if vocabulary is not None:
        likely, documents = partial(vocabulary.likely, wanted), vocabulary.conversations
        sought = Sought(likely, documents, found=lambda: len(found), enough=enough)
    stretches = index().stretches(
        wanted, lowest=lowest, highest=highest, commonness=commonness, share=share, sought=sought
    )
    for stretch in stretches:
        most = CANDIDATES
        if stretch.is_loose:
            # To find those that have the words costs more than to read some more of them through.
            most, limit = MOST_CHECKED, max(limit, stretch.share * min(at_most + SPARE, FIRST))
        while limit := min(limit, most - looked):
            rows = index().candidates(stretch, kind=kind, limit=limit)
            looked += len(rows)
            keys = [key for _, key, holds in rows if holds]
            through = passed(gates, [key for key in keys if key not in known])
            found += [key for key in keys if key in known or key in through]
            if len(found) >= enough:
                return Found(tuple(found[:at_most]), is_cut=len(found) > at_most)
            was_each = len(rows) < limit
            if looked:
                # As many as it would take if the next pass as often as these did, and half as many more unless all did.
                missing = enough - len(found)
                more = missing * 3 * looked // (2 * len(found)) if found else CANDIDATES
                limit = missing + SPARE if looked == len(found) else min(limit * MORE, max(limit, more))
            if was_each:
                break
            stretch = replace(stretch, highest=rows[-1][0])
        else:
            return Found(tuple(found), is_bounded=True)
    return Found(tuple(found))


def is_behind() -> bool:
    """Whether so much is missing from the index that a search should say so: it is being built, or the worker rests."""
    return bool(_waiting_behind()) or any(_lacks(BEHIND))


@compiled
def _waiting_behind() -> QuerySet[Waiting, int]:
    return Waiting.objects.order_by().values_list("pk", flat=True)[BEHIND : BEHIND + 1]


@compiled
def _lacks(behind: int) -> QuerySet[Conversation, bool]:
    """Whether the conversation that came so many before the newest is there and not in the index."""
    before = OuterRef("pk") - behind
    is_there = Exists(Conversation.objects.filter(pk=before))
    is_known = Exists(Document.objects.filter(kind=Kind.CONVERSATION, key=before))
    lacks = ExpressionWrapper(is_there & ~is_known, output_field=BooleanField())
    # Not by its order: SQLite would sort all the numbers of an index for that.
    newest = RawSQL(f'SELECT MAX(id) FROM "{Conversation._meta.db_table}"', ())  # noqa: S608,S611  # our own words
    return Conversation.objects.filter(pk=newest).order_by().values_list(lacks, flat=True)
