"""`python -m rung door`: takes letters in by SMTP and LMTP, and fetches them from IMAP mailboxes."""

import asyncio
import signal
import ssl
from argparse import ArgumentParser
from threading import Event, Thread
from typing import Any

import structlog
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from rung.channels.email.listener import Door
from rung.channels.email.poller import Poller
from rung.core.place import Place

log = structlog.get_logger(__name__)


class Command(BaseCommand):
    help = "Take letters in: by SMTP and LMTP, and from IMAP mailboxes. Stops cleanly on Ctrl-C and SIGTERM."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--smtp", default=settings.SMTP_LISTEN, help="host:port for SMTP; empty: none")
        parser.add_argument("--lmtp", default=settings.LMTP_LISTEN, help="host:port for LMTP; empty: none")
        parser.add_argument("--no-imap", action="store_true", help="fetch nothing from IMAP mailboxes")

    def handle(self, *, smtp: str, lmtp: str, no_imap: bool, **options: Any) -> None:
        try:
            asyncio.run(_serve(_place(smtp), _place(lmtp), with_imap=not no_imap))
        except (OSError, ValueError) as failure:
            raise CommandError(
                f"The mail door could not be opened: {failure}. Stop whoever is there, or name other places: "
                "RUNG_SMTP_LISTEN, RUNG_LMTP_LISTEN."
            ) from failure


def _place(text: str) -> Place | None:
    return Place.read(text) if text.strip() else None


async def _serve(smtp: Place | None, lmtp: Place | None, *, with_imap: bool) -> None:
    stop, stop_polling = asyncio.Event(), Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    door = Door(
        max_bytes=settings.MAX_LETTER_BYTES,
        max_held=settings.DOOR_MEMORY,
        max_per_host=settings.DOOR_PER_HOST,
        tls=certificate(),
    )
    for kind, port in await door.start(smtp=smtp, lmtp=lmtp):
        log.info("mail door open", kind=kind, port=port)
    poller = Thread(target=Poller(stop_polling).run, name="poller", daemon=True)
    if with_imap:
        poller.start()
    await stop.wait()
    stop_polling.set()
    await door.stop()
    if with_imap:
        # A poller in the middle of a slow server's answer is left to die with us: it keeps before it marks.
        await asyncio.to_thread(poller.join, 3.0)


def certificate() -> ssl.SSLContext | None:
    """What STARTTLS is offered with; None where no certificate is set. Raises CommandError when it cannot be used."""
    if not settings.DOOR_CERTIFICATE:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        context.load_cert_chain(settings.DOOR_CERTIFICATE, settings.DOOR_KEY or None)
    except OSError as failure:  # ssl.SSLError among them
        raise CommandError(
            f"RUNG_DOOR_CERTIFICATE {settings.DOOR_CERTIFICATE!r} and its key (RUNG_DOOR_KEY, where it is not in the same "
            f"file) cannot be used: {failure}. Name PEM files that whoever runs Rung may read."
        ) from failure
    return context
