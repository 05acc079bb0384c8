"""From the journal's rows to customers' stories: a few queries for any number of customers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import cast

from django.db.models import Count, QuerySet

from rung.customers.access import Customer, kept_instead_of, merged_into
from rung.journal.access import Entry
from rung.ladder.episodes import KINDS, NOTED, WITHDRAWN, Fact, Story, story_of
from rung.ladder.model.parameters import Parameters
from rung.touchpoints.doors import doors

_KINDS = frozenset(KINDS)
_COLUMNS = ("id", "kind", "occurred_at", "recorded_at", "conversation", "customer", "touchpoint", "data")
# Signals that companies may not gather at all; their absence says something only where they do.
GATHERED = ("negative_review", "referral")


def gathered_signals() -> frozenset[str]:
    """Which of GATHERED stand noted anywhere."""
    left: dict[str, int] = defaultdict(int)
    rows = Entry.objects.filter(kind__in=(NOTED, WITHDRAWN), data__signal__in=GATHERED).order_by()
    for kind, signal, count in rows.values_list("kind", "data__signal").annotate(count=Count("id")):
        left[signal] += count if kind == NOTED else -count
    return frozenset(signal for signal, count in left.items() if count > 0)


def one_way_channels() -> frozenset[str]:
    """Channels entered by hand in which what the customer says is not yet answered, such as paper letters."""
    return frozenset(door.kind for door in doors() if door.by_hand and not door.both_speak)


def stories_of(
    customers: Sequence[int], *, at: datetime, parameters: Parameters, recorded: frozenset[str]
) -> dict[int, Story]:
    """Each customer's story as of ``at``; customers who do not exist are left out."""
    people = {
        pk: True if captive is None and is_internal else captive
        for pk, captive, is_internal in Customer.objects.filter(pk__in=customers).values_list(
            "pk", "captive", "is_internal"
        )
    }
    mine: dict[int, list[Fact]] = {pk: [] for pk in people}
    parties: dict[int, set[int]] = defaultdict(set)
    # Whoever was merged keeps no story: the entries name them as they were known then, and tell of whom we kept.
    gone, into = kept_instead_of(people), merged_into(people)
    own = _facts(Entry.objects.filter(customer__in=(people.keys() - gone.keys()) | into.keys()), into)
    for fact in own:
        if fact.conversation is not None:
            parties[fact.conversation].add(cast(int, fact.customer))
        else:
            mine[cast(int, fact.customer)].append(fact)
    others = _facts(Entry.objects.filter(conversation__in=parties).exclude(customer__in=(*people, *into)), into)
    for fact in (*own, *others):
        for party in parties.get(fact.conversation or 0, ()):
            mine[party].append(fact)
    one_way = one_way_channels()
    return {
        pk: story_of(pk, theirs, at=at, parameters=parameters, captive=people[pk], recorded=recorded, one_way=one_way)
        for pk, theirs in mine.items()
    }


def _facts(entries: QuerySet[Entry], into: dict[int, int]) -> list[Fact]:
    # Kinds are sorted out here: asked for in the query, they lead SQLite to read whole kinds instead of single customers.
    facts = [Fact(*row) for row in entries.order_by().values_list(*_COLUMNS) if row[1] in _KINDS]
    if not into:
        return facts
    return [fact._replace(customer=into[fact.customer]) if fact.customer in into else fact for fact in facts]
