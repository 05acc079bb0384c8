"""`python -m rung letter`: puts a test e-mail through the local mail door, as any mail server would."""

import smtplib
from argparse import ArgumentParser
from email.message import EmailMessage
from email.utils import format_datetime, formataddr, make_msgid, parseaddr
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from rung.channels.email.connecting import CONNECT_TIMEOUT_S, PLAIN, Server, in_words, reply
from rung.core import clock


class Command(BaseCommand):
    help = "Send a test e-mail to the mail door on this machine, by SMTP."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--to", required=True, help="the mailbox, such as support@acme.example")
        parser.add_argument("--from", dest="sender", required=True, help="the customer, such as carla@example.org")
        parser.add_argument("--name", default="", help="the customer's name")
        parser.add_argument("--subject", required=True)
        parser.add_argument("--text", default="Hello, can you help me?")
        parser.add_argument("--in-reply-to", default="", help="Message-ID of the letter this one answers")
        parser.add_argument("--door", default="", help="host:port of the door; by default RUNG_SMTP_LISTEN")

    def handle(
        self,
        *,
        to: str,
        sender: str,
        name: str,
        subject: str,
        text: str,
        in_reply_to: str,
        door: str,
        **options: Any,
    ) -> None:
        host, _colon, port = (door or settings.SMTP_LISTEN).rpartition(":")
        if not port.isdigit():
            raise CommandError(_("There is no mail door: RUNG_SMTP_LISTEN is empty."))
        server = Server(host.strip("[]") or "127.0.0.1", int(port), PLAIN)
        letter = EmailMessage()
        letter["From"] = formataddr((name, sender))
        letter["To"] = to
        letter["Subject"] = subject
        letter["Date"] = format_datetime(clock.now())
        letter["Message-ID"] = make_msgid(domain=parseaddr(sender)[1].rpartition("@")[2] or "localhost")
        if in_reply_to:
            letter["In-Reply-To"] = letter["References"] = in_reply_to
        letter.set_content(text)
        try:
            with smtplib.SMTP(server.host, server.port, "localhost", timeout=CONNECT_TIMEOUT_S) as smtp:
                smtp.send_message(letter)
        except smtplib.SMTPRecipientsRefused as failure:
            code, words = next(iter(failure.recipients.values()))
            raise CommandError(_("The door refused it: %(reply)s") % {"reply": reply(code, words)}) from failure
        except (OSError, smtplib.SMTPException) as failure:
            raise CommandError(in_words(failure, server)) from failure
        self.stdout.write(_("Handed to the door under %(id)s.") % {"id": letter["Message-ID"]})
