"""What is told to open desks: what has come into the journal and whose bell rang, and of it to each what they may know.

A conversation is named to those who see it, or saw it until it passed to somebody else; a customer to those who see them; a
call or a bell to those for whom it rings. What many may know alike is put together once for all of them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from django.db.models import QuerySet

from rung.accounts.access import Agent
from rung.core.compiled import compiled
from rung.journal.access import Entry, entries
from rung.notices.access import newest_rings
from rung.touchpoints.access import reach_of
from rung.touchpoints.whereabouts import Reach, Whereabouts, whereabouts

# Entries of concurrent transactions may become visible after a younger one; so many of the newest are looked at.
STRAGGLERS = 100
# And so many of those whose bell has another number than before.
BELLS = 20
# News about more than so many is news about everything.
NAMED_AT_MOST = 40
# What changes who may listen, or what they see: every stream ends then, and whoever opens it again is asked who they are.
RIGHTS = {
    *("agent.left", "agent.changed", "agent.signed_out", "role.changed", "team.joined", "team.left"),
    *("identity.released", "identity_provider.ended"),
}
ANEW = "anew"
# By these words people are named, each of whom hears of their own.
_OWN = ("agent", "bell")


# The newest entries by number, each with the words for whom and what it is about; below nought, the bells that rang last.
Sight = Mapping[int, tuple[str, ...]]


def look() -> Sight:
    """What the journal looks like now. What somebody is told is no fact of it, and is seen beside it."""
    seen = {pk: _words(kind, number, customer, agents) for pk, kind, number, customer, agents in _newest()}
    return seen | {-ring: (f"bell:{agent}",) for ring, agent in newest_rings(BELLS)}


@compiled
def _newest() -> QuerySet[Entry, tuple[int, str, int | None, int | None, list[int] | None]]:
    named = ("pk", "kind", "conversation", "customer", "data__agents")
    return entries().order_by("-pk").values_list(*named)[:STRAGGLERS]


def _words(kind: str, conversation: int | None, customer: int | None, agents: list[int] | None) -> tuple[str, ...]:
    if agents is not None:  # it says itself whose it is, as a call does that rings for somebody
        return tuple(f"agent:{agent}" for agent in agents)
    if kind in RIGHTS:
        return (ANEW, kind.split(".")[0])
    named = (("conversation", conversation), ("customer", customer))
    return tuple(f"{noun}:{number}" for noun, number in named if number is not None) or (kind.split(".")[0],)


@dataclass(frozen=True)
class News:
    """What has come: the newest entry's number (0: nothing), and whom and what it is about, as `conversation:18`,
    `customer:5` or, where it is about neither, the noun of its kind. None: it may concern anybody."""

    entry: int = 0
    about: frozenset[str] | None = frozenset()
    # The conversations in which somebody came, left or began to write.
    stirring: frozenset[int] = frozenset()
    # The entries by which it came.
    told_by: frozenset[int] = field(default=frozenset(), compare=False)

    def __or__(self, other: News) -> News:
        about = None if self.about is None or other.about is None else self.about | other.about
        stirring, told_by = self.stirring | other.stirring, self.told_by | other.told_by
        return News(max(self.entry, other.entry), about, stirring, told_by)

    def __bool__(self) -> bool:
        return bool(self.entry or self.stirring)

    @property
    def asks_anew(self) -> bool:
        return self.about is not None and ANEW in self.about

    @cached_property
    def message(self) -> bytes:
        return (self._entries() if self.entry else b"") + (self._presence() if self.stirring else b"")

    def _presence(self) -> bytes:
        data = json.dumps(sorted(self.stirring), separators=(",", ":"))
        return f"event: presence\ndata: {data}\n\n".encode()

    def _entries(self) -> bytes:
        about = None if self.about is None or len(self.about) > NAMED_AT_MOST else sorted(self.about)
        data = json.dumps(about, separators=(",", ":"))
        return f"id: {self.entry}\nevent: news\ndata: {data}\n\n".encode()


def reaches(sight: Sight) -> int:
    """The number of the oldest entry in sight; 0 where all there are."""
    numbers = [pk for pk in sight if pk > 0]
    return min(numbers) if len(numbers) >= STRAGGLERS else 0


def news_between(before: Sight, now: Sight) -> News:
    """What is in the newer sight and was not in the older one."""
    came = now.keys() - before.keys()
    if not came:
        return News()
    if reaches(now) > max(before, default=0):
        return News(max(now), None)
    return News(max(now), frozenset(word for pk in came for word in now[pk]), told_by=frozenset(came))


@dataclass(frozen=True)
class Listener:
    """What decides what somebody is told: who they are, which conversations they see, and whether every customer. It holds
    as long as a stream does, which ends when rights change."""

    agent: int
    reach: Reach
    sees_customers: bool

    @classmethod
    def of(cls, agent: Agent) -> Listener:
        pk, teams, is_own = reach_of(agent)
        return cls(agent.pk, (pk, frozenset(teams), is_own), agent.may("customers.see"))


def parted(news: News, listeners: Iterable[Listener]) -> dict[Listener, News]:
    """What each of these is told of the news; those who are told the same share it. Nothing for whom it does not concern."""
    if not news:
        return {}
    if news.about is None and not news.stirring:
        return dict.fromkeys(listeners, news)
    there = set(listeners)
    where = _whereabouts(news, there)
    shared: dict[tuple[frozenset[str] | None, frozenset[int]], News] = {}
    told = {}
    for one in there:
        about = news.about and frozenset(word for word in news.about if _is_for(one, word, where))
        stirring = frozenset(pk for pk in news.stirring if where.has_conversation_within(pk, one.reach))
        if about is None or about or stirring:
            entry = 0 if about is not None and not about else news.entry
            told[one] = shared.setdefault((about, stirring), News(entry, about, stirring))
    return told


def _whereabouts(news: News, listeners: Iterable[Listener]) -> Whereabouts:
    """Where lies what the news is about. Not asked where all who listen see all."""
    named = {"conversation": set(news.stirring), "customer": set[int]()}
    for word in news.about or ():
        noun, _, number = word.partition(":")
        if noun in named and number:
            named[noun].add(int(number))
    conversations = named["conversation"] if any(one.reach[0] is not None for one in listeners) else ()
    customers = named["customer"] if not all(one.sees_customers for one in listeners) else ()
    return whereabouts(conversations, moved_in=news.told_by, customers=customers)


def _is_for(one: Listener, word: str, where: Whereabouts) -> bool:
    noun, _, number = word.partition(":")
    if not number:
        return True
    if noun in _OWN:
        return int(number) == one.agent
    if noun == "conversation":
        return where.has_conversation_within(int(number), one.reach)
    return one.sees_customers or where.has_customer_within(int(number), one.reach)
