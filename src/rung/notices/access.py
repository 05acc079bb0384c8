"""Gates: what somebody is told of. Never of a conversation that they may not see, whenever they could."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import QuerySet

from rung.accounts.access import Agent
from rung.core.compiled import compiled
from rung.core.seldom import seldom
from rung.customers.access import Customer
from rung.notices.models import DEFAULT_WAYS, Kind, Notice, NoticeQuerySet, Rhythm, Ring, Way, Wish
from rung.touchpoints.access import Conversation, ConversationQuerySet, State, reach_of, within

__all__ = [
    "DEFAULT_WAYS",
    "Kind",
    "Notice",
    "NoticeQuerySet",
    "Rhythm",
    "Way",
    "agents_to_be_mailed",
    "asked_beside",
    "bell_of",
    "conversations_told_of",
    "has_unread_in",
    "newest_rings",
    "notices_of",
    "rhythm_of",
    "ways_of",
]

# More than this is "99+"; counting on would help nobody.
COUNT_UP_TO = 99


def _seen_by(agent: Agent) -> ConversationQuerySet:
    return _seen_within(*reach_of(agent))


def _seen_within(agent: int | None, teams: Sequence[int], is_own: bool) -> ConversationQuerySet:
    return within(agent, teams, is_own).exclude(state__in=(State.SPAM, State.JOINED))


@compiled
def _seen(pks: Sequence[int], agent: int | None, teams: Sequence[int], is_own: bool) -> QuerySet[Conversation, int]:
    return _seen_within(agent, teams, is_own).filter(pk__in=pks).order_by().values_list("pk", flat=True)


def notices_of(agent: Agent) -> NoticeQuerySet:
    """What an agent has been told, in no order. Show of it only what `conversations_told_of` knows."""
    return Notice.objects.filter(agent=agent.pk)


def conversations_told_of(agent: Agent, pks: Iterable[int]) -> dict[int, Conversation]:
    """Those of these conversations that the agent may see, with their customers."""
    wanted = list(pks)
    if not wanted:
        return {}
    return {each.pk: each for each in _seen_by(agent).filter(pk__in=wanted).select_related("customer__company")}


def asked_beside(pks: Iterable[int]) -> dict[int, Customer]:
    """Who was asked in these conversations beside others, with their addresses. No query when there is none to ask about."""
    wanted = set(pks)
    if not wanted:
        return {}
    asides = Conversation.objects.filter(pk__in=wanted).select_related("customer")
    return {each.pk: each.customer for each in asides.prefetch_related("customer__addresses")}


def bell_of(agent: Agent, *, besides: int | None = None) -> int:
    """In how many conversations something is unread, up to COUNT_UP_TO + 1, and one for what is about themselves; `besides`
    one that they have before them. One query where there is nothing."""
    told = _unread(agent.pk, besides)
    of_themselves = int(None in told)
    conversations = [pk for pk in told if pk is not None]
    if not conversations:
        return of_themselves
    seen = _seen(sorted(conversations), *reach_of(agent))
    return min(len(seen) + of_themselves, COUNT_UP_TO + 1)


@seldom(lambda page: (page.agent, None))
@compiled
def _unread(agent: int, besides: int | None) -> QuerySet[Notice, int | None]:
    unread = Notice.objects.filter(agent=agent).unread().order_by().values_list("conversation", flat=True)
    others = unread if besides is None else unread.exclude(conversation=besides)
    return others.distinct()[: 4 * COUNT_UP_TO]


def has_unread_in(agent: Agent, conversation: Conversation) -> bool:
    return bool(_unread_in(agent.pk, conversation.pk))


@seldom(lambda page: (page.agent, page.conversation), is_shown=False)
@compiled
def _unread_in(agent: int, conversation: int) -> QuerySet[Notice, int]:
    return Notice.objects.filter(agent=agent, conversation=conversation).unread().values_list("pk", flat=True)[:1]


def agents_to_be_mailed(at: datetime, *, limit: int) -> list[Agent]:
    """Some of those for whom something is due to go by mail."""
    due = Notice.objects.to_be_mailed(at).order_by().values_list("agent", flat=True).distinct()[:limit]
    return list(Agent.objects.filter(pk__in=list(due)).order_by("pk"))


def ways_of(agents: Iterable[int]) -> dict[tuple[int, Kind], Way]:
    """How each of these agents wants to hear of each kind. One query."""
    keys = list(agents)
    ways = {(agent, kind): way for agent in keys for kind, way in DEFAULT_WAYS.items()}
    for agent, kind, way in Wish.objects.filter(agent__in=keys).values_list("agent", "kind", "way"):
        if kind in Kind.values:
            ways[agent, Kind(kind)] = Way(way)
    return ways


def rhythm_of(agent: Agent) -> Rhythm:
    """When they want mail; what is usual, not saved, where they have not said."""
    return Rhythm.objects.filter(agent=agent.pk).first() or Rhythm(agent=agent)


def newest_rings(limit: int) -> list[tuple[int, int]]:
    """Number and agent of the latest rings, the newest first."""
    return list(Ring.objects.order_by("-pk").values_list("pk", "agent")[:limit])
