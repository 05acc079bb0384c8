"""Gates: which conversations, touchpoints and files an agent may see.

Leads and administrators see every conversation. An agent sees those of their teams, those no team has taken, and those
assigned to them. Every list, count, fragment and file goes through here.
"""

from django.db.models import Q
from django.shortcuts import get_object_or_404

from rung.accounts.access import Agent, teams_of
from rung.customers.access import email_of
from rung.touchpoints.models import (
    Attachment,
    Conversation,
    ConversationQuerySet,
    Direction,
    Outcome,
    Participant,
    Phase,
    Role,
    SignalKind,
    State,
    Touchpoint,
    TouchpointQuerySet,
)

__all__ = [
    "Attachment",
    "Conversation",
    "ConversationQuerySet",
    "Direction",
    "Outcome",
    "Participant",
    "Phase",
    "Role",
    "SignalKind",
    "State",
    "Touchpoint",
    "TouchpointQuerySet",
    "answer_address",
    "attachment_for",
    "conversation_for",
    "last_asked",
    "participants_of",
    "touchpoint_for",
    "visible_conversations",
    "visible_touchpoints",
]


def visible_conversations(agent: Agent) -> ConversationQuerySet:
    conversations = Conversation.objects.all()
    if agent.leads:
        return conversations
    return conversations.filter(Q(team_id__in=teams_of(agent)) | Q(team__isnull=True) | Q(assignee_id=agent.pk))


def conversation_for(agent: Agent, number: int) -> Conversation:
    visible = visible_conversations(agent).select_related("customer__company", "team", "assignee")
    return get_object_or_404(visible, pk=number)


def visible_touchpoints(agent: Agent) -> TouchpointQuerySet:
    touchpoints = Touchpoint.objects.all()
    if agent.leads:
        return touchpoints
    return touchpoints.filter(
        Q(conversation__team_id__in=teams_of(agent))
        | Q(conversation__team__isnull=True)
        | Q(conversation__assignee_id=agent.pk)
    )


def touchpoint_for(agent: Agent, pk: int) -> Touchpoint:
    return get_object_or_404(visible_touchpoints(agent).select_related("conversation", "customer"), pk=pk)


def attachment_for(agent: Agent, pk: int) -> Attachment:
    attachment = get_object_or_404(Attachment.objects.select_related("touchpoint"), pk=pk)
    touchpoint_for(agent, attachment.touchpoint_id)
    return attachment


def last_asked(conversation: Conversation) -> Touchpoint | None:
    """The latest touchpoint that came from a person outside: what an answer answers."""
    asked = conversation.touchpoints.filter(direction=Direction.IN, is_automatic=False)
    return asked.order_by("-occurred_at", "-pk").first()


def answer_address(conversation: Conversation, asked: Touchpoint | None) -> str:
    """Where an answer goes: to the address last written from, else to the customer's; empty when we know none."""
    written_from = asked.parties.get("from", "") if asked is not None else ""
    return str(written_from) or email_of(conversation.customer)


def participants_of(conversation: Conversation) -> list[Participant]:
    """Who takes part, in the order they joined, each with their customer where the address is known to be somebody's."""
    return list(conversation.participants.select_related("customer").order_by("pk"))
