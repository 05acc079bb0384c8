"""How far a letter is that has not been taken yet."""

from collections.abc import Sequence
from datetime import timedelta

from rung.channels.email.models import Dispatch, DispatchState
from rung.channels.email.verbs.dispatch import PAUSES
from rung.touchpoints.doors import Progress


def progress_of(touchpoints: Sequence[int]) -> dict[int, Progress]:
    """By touchpoint, for those that were tried and wait for another try."""
    waiting = Dispatch.objects.filter(touchpoint__in=touchpoints, state=DispatchState.WAITING, attempts__gt=0)
    return {
        each.touchpoint_id: Progress(
            tries=each.attempts,
            next_at=each.due_at,
            gives_up_at=each.due_at + sum(PAUSES[each.attempts :], timedelta()),
        )
        for each in waiting
    }
