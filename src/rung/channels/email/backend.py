"""Rung's own mail, such as a password reset: by the same server as answers, or into the same outbox."""

from collections.abc import Sequence
from email import message_from_bytes
from email.message import EmailMessage as Letter
from email.utils import formatdate, make_msgid
from smtplib import SMTPException
from typing import Any, cast

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import sanitize_address

from rung.channels.email.access import signs_for
from rung.channels.email.composing import POLICY
from rung.channels.email.sending import SendingFailed, default_transport, undelivered_in_words
from rung.core import clock


class OutgoingBackend(BaseEmailBackend):
    """Django's mail through RUNG_SMTP_URL; without it, into the outbox folder. Failures raise SMTPException, as those of
    Django's own backend do: whoever lets Rung write knows no door."""

    def __init__(self, fail_silently: bool = False, **options: Any) -> None:
        super().__init__(fail_silently=fail_silently)

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """The number of messages taken for at least one recipient."""
        taken = 0
        for message in email_messages:
            if not message.recipients():
                continue
            try:
                self._send(message)
            except SendingFailed as failure:
                if not self.fail_silently:
                    raise SMTPException(failure.reason) from failure
            else:
                taken += 1
        return taken

    def _send(self, message: EmailMessage) -> None:
        sender = sanitize_address(message.from_email, "utf-8").rpartition("<")[2].rstrip(">")
        letter = _as_letter(message, sender)
        domain = sender.rpartition("@")[2]
        # A backend is given no time; Django's interface has none.
        transport = default_transport(greeting=domain, sign=signs_for(domain, at=clock.now()))  # noqa: TID251  # see above
        try:
            sent = transport.send(
                letter, sender=sender, recipients=[sanitize_address(each, "utf-8") for each in message.recipients()]
            )
        finally:
            transport.close()
        if not sent.reached:
            permanent = all(each.is_permanent for each in sent.refused)
            raise SendingFailed(undelivered_in_words(sent.refused), is_permanent=permanent)


def _as_letter(message: EmailMessage, sender: str) -> Letter:
    """The same letter under our policy, marked as written by a machine."""
    # The policy makes the new kind of message; the types know only of the old one.
    letter = cast(Letter, message_from_bytes(message.message().as_bytes(), policy=POLICY))
    # What came in encoded words is folded within them and loses its blanks; written anew, it is folded as we fold.
    for name in ("Subject", "From", "To", "Cc", "Reply-To"):
        if name in letter:
            letter.replace_header(name, str(letter[name]).strip())
    if "Message-ID" not in letter:
        letter["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2] or "localhost")
    if "Date" not in letter:
        letter["Date"] = formatdate()
    if "Auto-Submitted" not in letter:
        letter["Auto-Submitted"] = "auto-generated"
    return letter
