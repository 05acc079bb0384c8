"""How far a letter is that has not been taken yet."""

from collections.abc import Sequence
from datetime import timedelta

from django.db.models import Q
from django.urls import reverse

from rung.channels.email.models import Dispatch, DispatchState
from rung.channels.email.verbs.dispatch import PAUSES
from rung.touchpoints.doors import Progress


def progress_of(touchpoints: Sequence[int]) -> dict[int, Progress]:
    """By touchpoint, for those that were tried and wait for another try, and those that the flood brake holds back."""
    is_waiting = Q(state=DispatchState.HELD) | Q(state=DispatchState.WAITING, attempts__gt=0)
    return {
        each.touchpoint_id: _progress(each) for each in Dispatch.objects.filter(is_waiting, touchpoint__in=touchpoints)
    }


def _progress(dispatch: Dispatch) -> Progress:
    if dispatch.state == DispatchState.HELD:
        return Progress(held_at=reverse("email:held"))
    rest = sum(PAUSES[dispatch.attempts :], timedelta())
    return Progress(tries=dispatch.attempts, next_at=dispatch.due_at, gives_up_at=dispatch.due_at + rest)
