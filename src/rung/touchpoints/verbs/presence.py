"""Who has a conversation before them. No facts of the journal: it tells of now, and of nothing that was done."""

from datetime import datetime, timedelta

from django.db import transaction

from rung.core.actor import Actor
from rung.touchpoints.here import LASTS
from rung.touchpoints.models import Conversation, Presence

# Rows older than this are taken away whenever somebody comes.
FORGOTTEN = timedelta(hours=1)


@transaction.atomic
def show_presence(conversation: Conversation, *, is_writing: bool = False, by: Actor, at: datetime) -> None:
    """An agent has it before them, and writes in it or not; it has to be said again within `LASTS`.

    Raises ValueError when no agent acts.
    """
    agent = _agent(by)
    own = Presence.objects.filter(conversation=conversation, agent=agent)
    same = own.filter(is_writing=is_writing, has_left=False, seen_at__gt=at - LASTS)
    if same.update(seen_at=at) == 0:
        _say(conversation, agent, at, is_writing=is_writing)


@transaction.atomic
def end_presence(conversation: Conversation, *, by: Actor, at: datetime) -> None:
    """An agent has it before them no more. Nothing happens when they had not. Raises ValueError when no agent acts."""
    agent = _agent(by)
    if Presence.objects.filter(conversation=conversation, agent=agent, has_left=False).exists():
        _say(conversation, agent, at, has_left=True)


def _say(
    conversation: Conversation, agent: int, at: datetime, *, is_writing: bool = False, has_left: bool = False
) -> None:
    """A new row in place of the old ones: what is told to other screens is that there is one."""
    Presence.objects.filter(seen_at__lt=at - FORGOTTEN).delete()
    made = Presence.objects.create(
        conversation=conversation, agent_id=agent, is_writing=is_writing, has_left=has_left, seen_at=at
    )
    Presence.objects.filter(conversation=conversation, agent=agent, pk__lt=made.pk).delete()


def _agent(by: Actor) -> int:
    if by.agent_key is None:
        raise ValueError("only an agent has a conversation before them")
    return by.agent_key
