"""Calls whose end nobody announced, or whose notes nobody declared done."""

from datetime import datetime, timedelta

from rung.channels.phone.access import RINGS_AT_MOST, SPOKEN_AT_MOST
from rung.channels.phone.models import Call
from rung.channels.phone.verbs import close_call
from rung.core.actor import SYSTEM
from rung.journal.ringing import errand

NOTES_TAKE_AT_MOST = timedelta(minutes=30)
BATCH = 100


@errand(every=timedelta(minutes=1))
def close_old_calls(*, at: datetime) -> bool:
    """Close what has rung, was spoken, or lay with its notes for too long, a batch at a time."""
    waiting = Call.objects.filter(closed_at__isnull=True, began_at__lt=at - RINGS_AT_MOST).select_related(
        "agent", "matter"
    )
    old = [call for call in waiting.order_by("began_at")[: 10 * BATCH] if _is_old(call, at)][:BATCH]
    for call in old:
        close_call(call, by=call.agent.actor if call.agent is not None else SYSTEM, at=at)
    return len(old) == BATCH


def _is_old(call: Call, at: datetime) -> bool:
    if call.ended_at is not None:
        # Whose it was is asked for longer.
        return call.ended_at < at - (NOTES_TAKE_AT_MOST if call.touchpoint_id else SPOKEN_AT_MOST)
    return call.is_ringing() or (call.answered_at or at) < at - SPOKEN_AT_MOST
