from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from rung.channels.email.access import mailbox_of
from rung.channels.email.access.standing import ascii_name
from rung.channels.email.composing import ascii_domain
from rung.channels.email.models import Dispatch, DispatchState, Mailbox
from rung.channels.email.models.dispatch import OPEN_STATES
from rung.channels.email.sending import Sent, undelivered_in_words
from rung.channels.email.tokens import message_id_for
from rung.core.actor import Actor
from rung.core.text import one_line
from rung.customers.verbs import mark_address_failing
from rung.touchpoints.access import Came, Touchpoint
from rung.touchpoints.addresses import recipients_of
from rung.touchpoints.verbs import mark_delivered, mark_undelivered, name_touchpoint

PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360, 360, 480))
"""How long a letter rests after each try that failed for now; after the last one, about 24 hours, it is given up."""

LEASE = timedelta(minutes=10)
"""How long a worker may take to send one letter until it is held to be dead."""

MAX_DEATHS = 5
"""A letter during whose sending so many workers died is given up: it might be what kills them."""


@transaction.atomic
def plan_dispatch(touchpoint: Touchpoint, *, automatic_to: str = "", by: Actor, at: datetime) -> Dispatch:
    """Put an outgoing touchpoint among the letters to be sent, and give it its Message-ID for good.

    The same touchpoint twice returns the first dispatch. `automatic_to` is the address of a letter nobody pressed "send"
    for, which the flood brake counts. Who calls this rings for `send_waiting_dispatches`.
    """
    known = Dispatch.objects.filter(touchpoint_id=touchpoint.pk).first()
    if known is not None:
        return known
    mailbox = mailbox_of(touchpoint.conversation)
    # Without any mailbox the letter waits for one; .invalid is a domain nobody can own.
    domain = ascii_name(mailbox.domain) if mailbox else "rung.invalid"
    message_id = touchpoint.reference or message_id_for(touchpoint.conversation_id, touchpoint.pk, domain)
    name_touchpoint(touchpoint, message_id, by=by, at=at)
    return Dispatch.objects.create(
        touchpoint_id=touchpoint.pk,
        mailbox=mailbox,
        message_id=message_id,
        asked_at=at,
        automatic_to=automatic_to.lower()[:320],
        due_at=at,
    )


@transaction.atomic
def claim_dispatch(dispatch: Dispatch, *, by: Actor, at: datetime) -> bool:
    """Take a due letter for sending; False when somebody else was faster. To be recorded within LEASE."""
    claimed = Dispatch.objects.filter(
        pk=dispatch.pk, state__in=OPEN_STATES, due_at=dispatch.due_at, due_at__lte=at
    ).update(state=DispatchState.SENDING, due_at=at + LEASE, attempts=F("attempts") + 1)
    if claimed:
        dispatch.state, dispatch.due_at = DispatchState.SENDING, at + LEASE
        dispatch.attempts += 1
    return bool(claimed)


@transaction.atomic
def address_dispatch(dispatch: Dispatch, mailbox: Mailbox, *, by: Actor, at: datetime) -> None:
    """Give a letter the mailbox it leaves from, when it was written before there was one."""
    Dispatch.objects.filter(pk=dispatch.pk).update(mailbox=mailbox)
    dispatch.mailbox = mailbox


@transaction.atomic
def finish_dispatch(dispatch: Dispatch, sent: Sent, *, maybe_twice: bool = False, by: Actor, at: datetime) -> None:
    """Record what a server did with the letter: taken for some, refused for others, to be tried again for the rest.

    `maybe_twice`: an earlier try was cut off before it was recorded, so a server may have had the letter already, as it may
    when the line to it broke.
    """
    reached = [*dispatch.reached, *(address for address in sent.reached if address not in dispatch.reached)]
    refused = dispatch.refused | {each.address: each.reason for each in sent.refused if each.is_permanent}
    Dispatch.objects.filter(pk=dispatch.pk).update(reached=reached, refused=refused)
    dispatch.reached, dispatch.refused = reached, refused
    touchpoint = dispatch.touchpoint
    for each in sent.refused:
        if each.is_address_dead:
            mark_address_failing(None, each.address, reason=each.reason, by=by, at=at)
    postponed = [each for each in sent.refused if not each.is_permanent]
    if postponed:
        postpone_dispatch(dispatch, undelivered_in_words(postponed), by=by, at=at)
    elif refused:
        fail_dispatch(dispatch, _in_words(refused, reached), by=by, at=at)
    else:
        _close(dispatch, DispatchState.KEPT if sent.kept else DispatchState.SENT, "", at)
        twice = _("It may have arrived twice: an earlier try was cut off before its end was known.")
        detail = sent.why or (twice if maybe_twice or dispatch.maybe_taken else "")
        mark_delivered(touchpoint, kept=sent.kept, detail=detail, by=by, at=at)


def _in_words(refused: dict[str, str], reached: list[str]) -> str:
    words = "; ".join(f"{address}: {reason}" for address, reason in refused.items())
    if reached:
        words += " " + _("(It did reach %(addresses)s.)") % {"addresses": ", ".join(reached)}
    return words


@transaction.atomic
def postpone_dispatch(dispatch: Dispatch, reason: str, *, maybe_taken: bool = False, by: Actor, at: datetime) -> None:
    """It did not work this time. The next try follows after a growing pause; after the last one the letter is given up.

    `maybe_taken`: a server may have the letter all the same.
    """
    if maybe_taken:
        reason = _("%(reason)s It may have arrived all the same.") % {"reason": one_line(reason, 300)}
        Dispatch.objects.filter(pk=dispatch.pk).update(maybe_taken=True)
        dispatch.maybe_taken = True
    if dispatch.attempts > len(PAUSES):
        words = one_line(reason, 300)
        fail_dispatch(
            dispatch,
            _("Given up after %(n)d tries: %(reason)s") % {"n": dispatch.attempts, "reason": words},
            by=by,
            at=at,
        )
        return
    due_at = at + PAUSES[max(dispatch.attempts - 1, 0)]
    Dispatch.objects.filter(pk=dispatch.pk).update(
        state=DispatchState.WAITING, due_at=due_at, last_error=one_line(reason, 500)
    )
    dispatch.state, dispatch.due_at = DispatchState.WAITING, due_at
    mark_undelivered(dispatch.touchpoint, reason, final=False, by=by, at=at)


@transaction.atomic
def hold_dispatches(mailbox: Mailbox | None, *, until: datetime, by: Actor, at: datetime) -> None:
    """Let the other letters of a mailbox rest while its server is down; that counts as no try of theirs."""
    Dispatch.objects.filter(mailbox=mailbox, state=DispatchState.WAITING, due_at__lte=until).update(due_at=until)


@transaction.atomic
def fail_dispatch(dispatch: Dispatch, reason: str, *, by: Actor, at: datetime) -> None:
    """It will never arrive, and the agent is told why."""
    _close(dispatch, DispatchState.FAILED, reason, at)
    mark_undelivered(dispatch.touchpoint, reason, final=True, by=by, at=at)


@transaction.atomic
def withhold_dispatch(dispatch: Dispatch, reason: str, *, by: Actor, at: datetime) -> None:
    """Do not send it, on purpose: a machine does not answer a machine."""
    _close(dispatch, DispatchState.WITHHELD, reason, at)
    mark_undelivered(dispatch.touchpoint, reason, final=True, by=by, at=at)


def _close(dispatch: Dispatch, state: DispatchState, reason: str, at: datetime) -> None:
    reason = one_line(reason, 500)
    Dispatch.objects.filter(pk=dispatch.pk).update(state=state, last_error=reason, finished_at=at)
    dispatch.state, dispatch.last_error, dispatch.finished_at = state, reason, at


@transaction.atomic
def retry_dispatch(dispatch: Dispatch, *, by: Actor, at: datetime) -> bool:
    """Try a letter once more, to those it has not reached: one that was given up, or one that a server took and that came
    back. False when there is nothing to try."""
    touchpoint = dispatch.touchpoint
    states = {DispatchState.FAILED, DispatchState.WAITING}
    # It left, and yet its touchpoint waits: somebody has asked for it again since.
    if touchpoint.delivery == "waiting":
        states |= {DispatchState.SENT, DispatchState.KEPT}
    revived = Dispatch.objects.filter(pk=dispatch.pk, state__in=states).update(
        state=DispatchState.WAITING,
        attempts=0,
        due_at=at,
        reached=_still_reached(dispatch),
        refused={},
        finished_at=None,
    )
    if revived:
        dispatch.refresh_from_db()
        mark_undelivered(touchpoint, "", final=False, by=by, at=at)
    return bool(revived)


def _still_reached(dispatch: Dispatch) -> list[str]:
    """Those who have the letter, for all we know: whom a server took it for, without those it came back from; nobody,
    where it came back and does not say from whom."""
    came_back = set(dispatch.touchpoint.reports.filter(came=Came.FAILED).values_list("address", flat=True))
    reached = [address for address in dispatch.reached if address.lower() not in came_back]
    wanted = {ascii_domain(party.address) for party in recipients_of(dispatch.touchpoint.parties).all}
    return reached if wanted - set(reached) else []
