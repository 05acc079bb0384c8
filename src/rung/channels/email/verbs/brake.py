"""The flood brake: automatic letters that are too many wait, and a lead decides."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from rung.channels.email.access.automatic import HOUR, Hindrance
from rung.channels.email.errands.dispatches import send_waiting_dispatches
from rung.channels.email.events import BrakeReleased, MailboxBraked
from rung.channels.email.models import Dispatch, DispatchState, Mailbox
from rung.channels.email.verbs.dispatch import withhold_dispatch
from rung.core.actor import Actor
from rung.core.text import one_line
from rung.journal.ringing import ring
from rung.journal.verbs import record
from rung.touchpoints.verbs import mark_undelivered


@transaction.atomic
def hold_dispatch(dispatch: Dispatch, hindrance: Hindrance, *, by: Actor, at: datetime) -> None:
    """Let an automatic letter wait for a lead; the first one over the mailbox's limit brakes the mailbox. Whoever leads is
    told of that, and of the first one within an hour that is over the limit for its address."""
    reason = one_line(hindrance.reason, 500)
    held = Dispatch.objects.filter(pk=dispatch.pk, state=DispatchState.WAITING)
    if not held.update(state=DispatchState.HELD, last_error=reason):
        return
    dispatch.state, dispatch.last_error = DispatchState.HELD, reason
    mark_undelivered(dispatch.touchpoint, reason, final=False, by=by, at=at)
    mailbox = dispatch.mailbox
    if mailbox is None:
        return
    conversation = dispatch.touchpoint.conversation_id
    if hindrance.is_flood:
        if Mailbox.objects.filter(pk=mailbox.pk, braked_at=None).update(braked_at=at):
            limit = mailbox.automatic_per_mailbox
            record(MailboxBraked(mailbox=mailbox.pk, limit=limit, conversation=conversation), by=by, at=at)
        mailbox.braked_at = mailbox.braked_at or at
        return
    lately = Dispatch.objects.filter(automatic_to=dispatch.automatic_to, asked_at__gt=at - HOUR).exclude(
        automatic_to=""
    )
    if not lately.filter(state=DispatchState.HELD).exclude(pk=dispatch.pk).exists():
        limit = mailbox.automatic_per_address
        record(MailboxBraked(mailbox=mailbox.pk, limit=limit, conversation=conversation, to_one=True), by=by, at=at)


@transaction.atomic
def release_brake(mailbox: Mailbox, *, send: bool, by: Actor, at: datetime) -> int:
    """Let the mailbox write automatically again; what was held back leaves now, or with `send=False` never does.

    How many letters that were. Counting begins anew.
    """
    mailbox.refresh_from_db(from_queryset=Mailbox.objects.select_for_update())
    held = Dispatch.objects.filter(mailbox=mailbox, state=DispatchState.HELD)
    if send:
        count = held.update(state=DispatchState.WAITING, due_at=at)
        ring(send_waiting_dispatches)
    else:
        dropped = list(held.select_related("touchpoint"))
        for dispatch in dropped:
            withhold_dispatch(dispatch, _("Held back by the flood brake, and dropped."), by=by, at=at)
        count = len(dropped)
    if not count and mailbox.braked_at is None:
        return 0
    Mailbox.objects.filter(pk=mailbox.pk).update(braked_at=None, brake_released_at=at)
    mailbox.braked_at, mailbox.brake_released_at = None, at
    record(BrakeReleased(mailbox=mailbox.pk, sent=count if send else 0, dropped=0 if send else count), by=by, at=at)
    return count
