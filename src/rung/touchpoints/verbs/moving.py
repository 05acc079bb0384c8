"""Touchpoints that go from one conversation to another, and what both are then. Not verbs: always part of one."""

from rung.core.text import snippet
from rung.touchpoints.models import Conversation, Delivery, Direction, Note, Signal, State, Touchpoint
from rung.touchpoints.turns import awaiting_since


def move_touchpoints(touchpoints: list[Touchpoint], notes: list[int], into: Conversation) -> None:
    Touchpoint.objects.filter(pk__in=[touchpoint.pk for touchpoint in touchpoints]).update(conversation=into)
    Note.objects.filter(pk__in=notes).update(conversation=into)


def standing_signals(touchpoints: list[Touchpoint]) -> dict[int, tuple[str, ...]]:
    """What somebody read from some touchpoints, those from which nothing was read left out. One query."""
    found: dict[int, tuple[str, ...]] = {}
    standing = Signal.objects.filter(touchpoint__in=touchpoints, withdrawn_at__isnull=True).order_by("pk")
    for pk, kind in standing.values_list("touchpoint_id", "kind"):
        found[pk] = (*found.get(pk, ()), kind)
    return found


def sum_up(conversation: Conversation) -> None:
    """Set the columns that say what was last said, from what stands in a conversation now."""
    said = conversation.touchpoints.all()
    heard = said.filter(direction=Direction.IN, is_automatic=False, is_archived=False).order_by("-occurred_at")
    conversation.touch_count = said.count()
    conversation.last_inbound_at = heard.values_list("occurred_at", flat=True).first()
    columns = ["touch_count", "last_inbound_at", "awaits_us_since_at", "state"]
    last = said.order_by("-occurred_at", "-pk").first()
    if last is not None:
        conversation.last_touch_at = last.occurred_at
        conversation.last_snippet = snippet(last.beginning, 158)
        conversation.last_channel, conversation.last_direction = last.channel, last.direction
        columns += ["last_touch_at", "last_snippet", "last_channel", "last_direction"]
    conversation.save(update_fields=columns)


def look_again(conversation: Conversation, touchpoints: list[Touchpoint]) -> None:
    """Whose turn it is, and whether something of ours did not arrive, by what stands in a conversation now."""
    is_under_way = conversation.state in (State.OPEN, State.SNOOZED)
    conversation.awaits_us_since_at = awaiting_since(touchpoints) if is_under_way else None
    if not any(touchpoint.delivery == Delivery.FAILED for touchpoint in touchpoints):
        conversation.undelivered_at = None
    conversation.save(update_fields=["undelivered_at"])
    sum_up(conversation)
