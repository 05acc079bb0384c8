"""Who has which conversation before them, as their screens say."""

from datetime import datetime, timedelta

from rung.touchpoints.models import Conversation, Presence

__all__ = ["LASTS", "Presence", "newest_stirring", "present_in", "stirrings_after"]

LASTS = timedelta(seconds=75)
"""How long a presence counts after a screen last spoke of it; screens do so every 30 seconds."""


def present_in(conversation: Conversation, *, at: datetime) -> list[Presence]:
    """Who has it before them, each once, in the order they came or last changed."""
    there = Presence.objects.filter(conversation=conversation.pk, has_left=False, seen_at__gt=at - LASTS)
    return list({each.agent_id: each for each in there.select_related("agent").order_by("pk")}.values())


def newest_stirring() -> int:
    """The number of the last coming, going, beginning or ceasing to write; 0 before there was any."""
    return Presence.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def stirrings_after(number: int, *, limit: int = 200) -> dict[int, int]:
    """What stirred since, by its number: in which conversation."""
    rows = Presence.objects.filter(pk__gt=number).order_by("-pk").values_list("pk", "conversation_id")
    return dict(rows[:limit])
