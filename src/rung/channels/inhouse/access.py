"""Gates: what was asked for the sake of a conversation. Whoever may see that conversation may read what a team answered."""

from __future__ import annotations

from collections.abc import Iterable

from django.shortcuts import get_object_or_404

from rung.accounts.access import Agent
from rung.channels.inhouse.models import Request, RequestQuerySet
from rung.touchpoints.access import (
    Conversation,
    Touchpoint,
    brought_together,
    joined_into,
    joined_to,
    visible_conversations,
)

__all__ = [
    "Request",
    "request_in",
    "requests_for",
    "requests_numbered",
    "requests_standing_in",
    "said_in",
    "visible_requests",
    "who_waits",
]


def requests_numbered(numbers: Iterable[int]) -> dict[int, Request]:
    """Those of these conversations that are requests. One query, or none where there is none to ask about."""
    wanted = list(numbers)
    if not wanted:
        return {}
    return Request.objects.select_related("conversation", "parent", "team", "asked_by").in_bulk(wanted)


def requests_standing_in(conversations: Iterable[int]) -> dict[int, list[Request]]:
    """The requests that some conversations are, or that have become part of them, by the number of the conversation. Two
    queries where nothing has become part of any; else one more for each step of the way."""
    stands = {number: number for number in conversations}
    step = list(stands)
    while step:
        came = dict(joined_to(step))
        step = [number for number in came if number not in stands]
        stands.update((number, stands[came[number]]) for number in step)
    found: dict[int, list[Request]] = {}
    for number, request in sorted(requests_numbered(stands).items()):
        found.setdefault(stands[number], []).append(request)
    return found


def requests_for(conversation: Conversation) -> list[Request]:
    """What was asked for the sake of a conversation that has come through its gate, or of those that have joined it, the
    oldest first."""
    asked = Request.objects.filter(parent__in=_with_joined(conversation)).select_related(
        "conversation", "team", "asked_by"
    )
    return list(asked.order_by("asked_at", "pk"))


def request_in(conversation: Conversation, number: int) -> Request:
    """A request made for the sake of a conversation that has come through its gate."""
    return get_object_or_404(
        Request.objects.select_related("conversation__customer", "team"),
        parent__in=_with_joined(conversation),
        pk=number,
    )


def _with_joined(conversation: Conversation) -> list[int]:
    """Its number and those of what has become part of it, directly or by way of another."""
    numbers = [conversation.pk]
    for number in numbers:
        numbers += brought_together(Conversation(pk=number))
    return numbers


def who_waits(request: Request) -> Conversation:
    """The conversation that waits for a request: the one it was made in, or what that has joined since."""
    waits = request.parent
    while (into := joined_into([waits]).get(waits.pk)) is not None:
        waits = Conversation.objects.get(pk=into)
    return waits


def said_in(requests: Iterable[Request]) -> list[Touchpoint]:
    """What was asked and answered in some requests, in order; what is still to leave is left out."""
    numbers = [request.pk for request in requests]
    if not numbers:
        return []
    said = Touchpoint.objects.filter(conversation__in=numbers, due_at__isnull=True, is_automatic=False)
    return list(said.select_related("agent", "customer").order_by("occurred_at", "pk"))


def visible_requests(agent: Agent) -> RequestQuerySet:
    """Requests to teams, as far as an agent sees the conversation that waits or the request itself."""
    requests = Request.objects.select_related("conversation", "parent__customer", "team", "asked_by")
    if agent.sees_all:
        return requests
    visible = visible_conversations(agent)
    return requests.filter(conversation__in=visible) | requests.filter(parent__in=visible)
