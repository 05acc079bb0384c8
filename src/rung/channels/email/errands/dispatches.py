"""Sending what waits to be sent.

Each letter is claimed in one short transaction, sent outside of any, and recorded in another. A worker that dies in
between leaves a claim that runs out; the letter is then sent again under the same Message-ID.
"""

from datetime import datetime, timedelta
from time import monotonic

import structlog
from django.db import DatabaseError, OperationalError, connection
from django.utils.translation import gettext as _

from rung.channels.email.access import mailbox_of, signs_for
from rung.channels.email.access.standing import ascii_name
from rung.channels.email.composing import Unwritable, ascii_domain, compose
from rung.channels.email.connecting import Server
from rung.channels.email.consenting import ConsentFailed
from rung.channels.email.models import Dispatch, DispatchState, Mailbox
from rung.channels.email.models.mailbox import Outgoing, SignIn
from rung.channels.email.outgoing import outgoing_letter
from rung.channels.email.sealing import SealBroken, unseal
from rung.channels.email.sending import (
    SendingFailed,
    Sent,
    Sign,
    SmtpTransport,
    Transport,
    default_transport,
    outbox,
    unsigned,
)
from rung.channels.email.tokens import plus_address
from rung.channels.email.verbs.consent import access_token_for
from rung.channels.email.verbs.dispatch import (
    MAX_DEATHS,
    PAUSES,
    address_dispatch,
    claim_dispatch,
    fail_dispatch,
    finish_dispatch,
    hold_dispatches,
    postpone_dispatch,
)
from rung.channels.email.verbs.mailbox import note_sending
from rung.core.actor import SYSTEM
from rung.journal.ringing import errand

log = structlog.get_logger(__name__)

BATCH = 50
MAX_SECONDS = 10.0
"""After so many seconds the other errands that wait for servers of others get their turn."""
RECORDING_TRIES = 3
"""How often a busy database is asked to write down that a letter was taken; each try waits as long as any write does."""


@errand(every=timedelta(seconds=5), is_outside=True)
def send_waiting_dispatches(*, at: datetime) -> bool:
    """Send a bounded batch of the letters that are due."""
    started = monotonic()
    # In two steps: with the tables joined, SQLite may begin with the largest of them to find that nothing is due.
    due = list(Dispatch.objects.due(at).values_list("pk", flat=True)[:BATCH])
    rows = Dispatch.objects.select_related("mailbox", "touchpoint__conversation", "touchpoint__customer").in_bulk(due)
    waiting = [rows[pk] for pk in due if pk in rows]
    post = _Post()
    try:
        for dispatch in waiting:
            passed = monotonic() - started
            if passed > MAX_SECONDS:
                return True
            post.send(dispatch, at=at + timedelta(seconds=passed))
    finally:
        post.close()
    return len(waiting) == BATCH


class _Post:
    """One round of sending: a connection for each mailbox, and the knowledge of which servers are down."""

    def __init__(self) -> None:
        self._transports: dict[int, Transport] = {}
        self._down: set[int] = set()

    def close(self) -> None:
        for transport in self._transports.values():
            transport.close()

    def send(self, dispatch: Dispatch, *, at: datetime) -> None:
        if dispatch.mailbox_id in self._down:
            return
        died_before = dispatch.state == DispatchState.SENDING
        if not claim_dispatch(dispatch, by=SYSTEM, at=at):
            return
        if died_before and dispatch.attempts > len(PAUSES) + MAX_DEATHS:
            fail_dispatch(
                dispatch, _("Sending it was begun again and again and never came to an end."), by=SYSTEM, at=at
            )
            return
        started = monotonic()
        try:
            self._send(dispatch, at, maybe_twice=died_before)
        except Unwritable as failure:
            fail_dispatch(dispatch, str(failure), by=SYSTEM, at=at)
        except SendingFailed as failure:
            self._record_failure(dispatch, failure, at + timedelta(seconds=monotonic() - started))
        except DatabaseError:  # nobody's letter is at fault; the claim runs out and it is tried again
            raise
        except Exception as failure:  # an attachment the storage has lost, or worse: the letters behind it shall go out
            log.exception("letter could not be put together", dispatch=dispatch.pk)
            postpone_dispatch(dispatch, f"{type(failure).__name__}: {failure}", by=SYSTEM, at=at)

    def _send(self, dispatch: Dispatch, at: datetime, *, maybe_twice: bool) -> None:
        mailbox = self._mailbox(dispatch, at)
        letter = outgoing_letter(dispatch, mailbox)
        message = compose(letter)
        addresses = [ascii_domain(party.address) for party in (*letter.to, *letter.cc, *letter.bcc)]
        left = [each for each in addresses if each not in dispatch.reached and each not in dispatch.refused]
        # Bounces come back to the plus-address and so to the conversation.
        conversation = dispatch.touchpoint.conversation_id
        sender = plus_address(mailbox.address, conversation) if mailbox.takes_plus_addresses else mailbox.address
        sender = ascii_domain(sender)
        started = monotonic()
        sent = self._transport(mailbox, at).send(message, sender=sender, recipients=left)
        sent_at = at + timedelta(seconds=monotonic() - started)
        _recorded(dispatch, sent, sent_at, maybe_twice=maybe_twice)
        if sent.reached:
            note_sending(mailbox, by=SYSTEM, at=sent_at)

    def _mailbox(self, dispatch: Dispatch, at: datetime) -> Mailbox:
        mailbox = dispatch.mailbox
        if mailbox is None or not mailbox.is_active:
            mailbox = mailbox_of(dispatch.touchpoint.conversation)
            if mailbox is None:
                reason = _("There is no mailbox to send it from. An administrator can add one under Mailboxes.")
                raise SendingFailed(reason, is_permanent=False)
            address_dispatch(dispatch, mailbox, by=SYSTEM, at=at)
        return mailbox

    def _transport(self, mailbox: Mailbox, at: datetime) -> Transport:
        if mailbox.pk not in self._transports:
            self._transports[mailbox.pk] = transport_for(mailbox, at=at, sign=signs_for(mailbox.domain, at=at))
        return self._transports[mailbox.pk]

    def _record_failure(self, dispatch: Dispatch, failure: SendingFailed, at: datetime) -> None:
        mailbox = dispatch.mailbox
        if failure.is_permanent:
            fail_dispatch(dispatch, failure.reason, by=SYSTEM, at=at)
            return
        postpone_dispatch(dispatch, failure.reason, maybe_taken=failure.maybe_taken, by=SYSTEM, at=at)
        if failure.server_is_down and mailbox is not None:
            self._down.add(mailbox.pk)
            note_sending(mailbox, error=failure.reason, by=SYSTEM, at=at)
            hold_dispatches(mailbox, until=at + PAUSES[0], by=SYSTEM, at=at)


def _recorded(dispatch: Dispatch, sent: Sent, at: datetime, *, maybe_twice: bool) -> None:
    """Write down what a server did with a letter, patiently: it has the letter, and would get it once more."""
    for left in reversed(range(RECORDING_TRIES)):
        try:
            finish_dispatch(dispatch, sent, maybe_twice=maybe_twice, by=SYSTEM, at=at)
            break
        except OperationalError as failure:
            log.warning("sent and not yet recorded", dispatch=dispatch.pk, reason=str(failure))
            if not left:
                raise
            connection.close_if_unusable_or_obsolete()


def transport_for(mailbox: Mailbox, *, at: datetime, sign: Sign = unsigned) -> Transport:
    """The way out of a mailbox. Raises SendingFailed when its settings cannot be used as they are."""
    if mailbox.outgoing == Outgoing.OUTBOX:
        return outbox()
    if mailbox.outgoing == Outgoing.DEFAULT:
        return default_transport(greeting=ascii_name(mailbox.domain), sign=sign)
    return SmtpTransport(smtp_server(mailbox, at=at), greeting=ascii_name(mailbox.domain), sign=sign)


def smtp_server(mailbox: Mailbox, *, at: datetime) -> Server:
    """The mailbox's own server. Raises SendingFailed when the stored password cannot be opened, or no token is to be had."""
    token = ""
    try:
        password = unseal(mailbox.smtp_password)
        if mailbox.sign_in == SignIn.OAUTH:
            token = access_token_for(mailbox, by=SYSTEM, at=at)
    except ConsentFailed as failure:
        raise SendingFailed(failure.reason, is_permanent=False, server_is_down=True) from failure
    except SealBroken as failure:
        reason = _("The password cannot be read, because the secret key has changed: enter it again.")
        raise SendingFailed(reason, is_permanent=False, server_is_down=True) from failure
    return Server(
        host=mailbox.smtp_host,
        port=mailbox.smtp_port,
        security=mailbox.smtp_security,
        user=mailbox.smtp_user or (mailbox.imap_user if token else ""),
        password=password,
        token=token,
        certificate=mailbox.certificate,
    )
