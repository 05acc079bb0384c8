"""Gates: how conversations stand to each other, as far as an agent may see."""

from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404

from rung.accounts.access import Agent
from rung.core.compiled import compiled
from rung.core.seldom import seldom
from rung.touchpoints.access import visible_conversations
from rung.touchpoints.models import Conversation, Link, LinkKind, State

__all__ = ["Link", "LinkKind", "link_for", "links_of", "open_requests"]


def links_of(agent: Agent, conversation: Conversation) -> list[tuple[Link, Conversation | None]]:
    """How a conversation stands to others, the oldest first, each with that other one; None when this agent may not see it.

    One that has joined another is left out: it stands nowhere by itself. Two queries, or one when there are none.
    """
    links = _standing(conversation.pk)
    far = {link.pk: link.one_id + link.other_id - conversation.pk for link in links}
    visible = visible_conversations(agent).select_related("customer__company")
    there = visible.in_bulk(set(far.values())) if links else {}
    return [(link, there.get(far[link.pk])) for link in links]


@seldom(lambda page: (page.conversation,))
@compiled
def _standing(conversation: int) -> QuerySet[Link]:
    standing = Link.objects.filter(Q(one=conversation) | Q(other=conversation), ended_at__isnull=True)
    return standing.exclude(one__state=State.JOINED).exclude(other__state=State.JOINED).order_by("pk")


def link_for(agent: Agent, conversation: Conversation, pk: int) -> Link:
    """A link of a conversation that has come through its gate."""
    standing = Link.objects.filter(Q(one=conversation) | Q(other=conversation), ended_at__isnull=True)
    return get_object_or_404(standing, pk=pk)


def open_requests(conversation: Conversation) -> list[int]:
    """The numbers of the conversations that this one waits for and that are not settled. One query."""
    linked = Link.objects.filter(one=conversation, kind=LinkKind.WAITS_FOR, ended_at__isnull=True)
    waited = Q(beside=conversation) | Q(pk__in=linked.values("other"))
    unsettled = Conversation.objects.filter(waited, state__in=(State.OPEN, State.SNOOZED))
    return list(unsettled.order_by("pk").values_list("pk", flat=True))
