from datetime import datetime, timedelta

import structlog
from django.db import InterfaceError, OperationalError, transaction

from rung.core.actor import SYSTEM
from rung.journal.ringing import errand
from rung.touchpoints.models import Conversation, Touchpoint
from rung.touchpoints.verbs import (
    clear_loose_files,
    end_snooze,
    forget_sent_forms,
    give_back_left_behind,
    postpone_posting,
    send_now,
)

log = structlog.get_logger(__name__)

BATCH = 100


@errand(every=timedelta(seconds=15))
def wake_snoozed(*, at: datetime) -> bool:
    """Bring back what was laid aside until now."""
    with transaction.atomic():
        waking = list(Conversation.objects.waking_before(at).order_by("snoozed_until_at", "pk")[:BATCH])
        for conversation in waking:
            end_snooze(conversation, by=SYSTEM, at=at)
    return len(waking) == BATCH


@errand(every=timedelta(seconds=2))
def post_due_letters(*, at: datetime) -> bool:
    """Let the letters leave whose time has come, each in a transaction of its own."""
    due = list(Touchpoint.objects.due(at).not_resting(at)[:BATCH])
    for touchpoint in due:
        try:
            send_now(touchpoint, by=SYSTEM, at=at)
        except (OperationalError, InterfaceError):  # nobody's letter is at fault
            raise
        except Exception as failure:  # the letters behind it shall leave
            log.exception("planned letter could not leave", touchpoint=touchpoint.pk)
            postpone_posting(touchpoint, f"{type(failure).__name__}: {failure}", by=SYSTEM, at=at)
    return len(due) == BATCH


@errand(every=timedelta(minutes=1))
def hand_back(*, at: datetime) -> bool:
    """What lies with somebody who has no seat any more is for their team to take."""
    return give_back_left_behind(limit=BATCH, by=SYSTEM, at=at)


@errand(every=timedelta(hours=6))
def forget_sent(*, at: datetime) -> bool:
    """Forms that nobody sends again any more."""
    forget_sent_forms(by=SYSTEM, at=at)
    return False


@errand(every=timedelta(minutes=10))
def clear_files(*, at: datetime) -> bool:
    """Files of discarded drafts and removed spam that nothing else names."""
    return clear_loose_files(by=SYSTEM, at=at)
