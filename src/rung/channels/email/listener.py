"""The mail door: SMTP and LMTP, so that any mail server or scanner in the house can hand letters over.

"250" is said after the commit and never before; whatever goes wrong until then is a 4xx, and the sender's server keeps the
letter and tries again. Addresses that are not ours are refused while the sender is still on the line. All work in the
database is done by one thread: while it commits, further letters gather, and the next commit takes them all.
"""

import asyncio
import socket
import ssl
from collections.abc import Callable
from datetime import datetime
from functools import partial
from time import monotonic
from typing import Any
from weakref import WeakKeyDictionary

import structlog
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session

from rung.channels.email.guarding import FALSE_ENDS, Load, Share, TurnedAway, host_of
from rung.channels.email.keeping import Keeper
from rung.channels.email.models import Mailbox, Source
from rung.channels.email.statuses import with_status
from rung.channels.email.verbs.letter import Arrival
from rung.core import clock
from rung.core.place import Place

log = structlog.get_logger(__name__)

IDLE_S = 300.0
"""Seconds of silence after which a connection is closed (RFC 5321, 4.5.3.2)."""
FAREWELL_S = 2.0
"""Seconds a client that was told to go has to read it."""
LONGEST_DATA_S = 3600.0
"""Seconds a single letter may take to come in, however steadily it drips."""
MAX_SESSIONS = 200
MAX_PER_HOST = 50
"""Connections of one host at a time (of one /64 network where it is IPv6)."""
MAX_HELD = 256 * 1024 * 1024
"""Bytes of letters on their way in that the door holds at once; while a letter is taken apart it stands in memory twice."""
MAX_RECIPIENTS = 20_000

BUSY = "451 4.3.0 The letter could not be kept just now; please try again"
FULL = "452 4.3.1 Too much mail is coming in at once; please try again"
MANY = "452 4.5.3 That is enough recipients for one letter; please send another for the rest"
SMUGGLED = "550 5.6.11 A dot alone on a line stands between bare line ends; please send CR and LF together"


class Handler:
    """What the door answers to RCPT and DATA."""

    def __init__(self, keeper: Keeper, source: str) -> None:
        self.keeper = keeper
        self.source = source
        # The first of our mailboxes that each letter on its way is for; of those that are live, where one is.
        self.mailboxes: WeakKeyDictionary[Envelope, Mailbox] = WeakKeyDictionary()

    async def handle_EHLO(  # noqa: N802  # aiosmtpd looks for this name
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, offered: list[str]
    ) -> list[str]:
        session.host_name = hostname
        # Many commands may come in one go, which LMTP demands of its servers (RFC 2033, 5): they wait in the reader.
        return [*offered[:-1], "250-PIPELINING", "250-ENHANCEDSTATUSCODES", offered[-1]]

    async def handle_MAIL(  # noqa: N802  # aiosmtpd looks for this name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_RCPT(  # noqa: N802  # aiosmtpd looks for this name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, rcpt_options: list[str]
    ) -> str:
        try:
            mailbox = await self.keeper.mailbox_at(address)
        except Exception:  # whatever is wrong with us, the sender may try again
            log.exception("address could not be looked up")
            return "451 4.3.0 The address could not be looked up just now; please try again"
        if mailbox is None:
            return "550 5.1.1 There is no such mailbox here"
        if len(envelope.rcpt_tos) >= MAX_RECIPIENTS:
            return MANY
        first = self.mailboxes.setdefault(envelope, mailbox)
        if mailbox.is_live() and not first.is_live():
            self.mailboxes[envelope] = mailbox
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  # as above
        arrival = Arrival(
            raw=envelope.original_content or b"",
            mailbox=self.mailboxes.get(envelope),
            source=self.source,
            envelope_from=(envelope.mail_from or "").strip("<> "),
            envelope_to=tuple(envelope.rcpt_tos),
        )
        try:
            await self.keeper.keep(arrival)
        except Exception:  # logged where it happened
            return BUSY
        return "250 2.0.0 Kept"


class _WholeLetters:
    """DATA taken in chunks instead of lines.

    aiosmtpd refuses lines above a thousand bytes, which careless programs write and every other server takes; it builds a
    60 MB letter out of a million strings; its clock for stalled clients does not count what comes in during DATA; and it
    gives one answer where LMTP wants one for each recipient.
    """

    answers_each = False
    door: "Door"

    async def push(self: Any, status: str | bytes) -> None:
        """Say what aiosmtpd says, with the status that RFC 2034 wants in every answer but the greeting and those to one."""
        said = status.decode("utf-8", "replace") if isinstance(status, bytes) else status
        greetings = (f"220 {self.hostname} {self.__ident__}", f"250 {self.hostname}", "250 HELP")
        await super().push(said if said in greetings else with_status(said))  # type: ignore[misc]  # as below

    def connection_made(self: Any, transport: asyncio.BaseTransport) -> None:
        if self.transport is None:  # STARTTLS comes by here a second time
            refusal = self.door.refusal_for(host_of(transport))
            if refusal:
                turned_away = TurnedAway(refusal)
                transport.set_protocol(turned_away)
                turned_away.connection_made(transport)
                return
            self.door.sessions.add(self)
        super().connection_made(transport)  # type: ignore[misc]  # of the class this is mixed into

    def connection_lost(self: Any, error: Exception | None) -> None:
        self.door.sessions.discard(self)
        super().connection_lost(error)  # type: ignore[misc]  # as above

    def _timeout_cb(self: Any) -> None:
        """Hang up. Who does not read what we answered would otherwise keep us waiting to get rid of it."""
        if self.transport is None:
            return
        transport = self.transport
        if not transport.get_write_buffer_size():
            transport.write(b"421 4.4.2 Too long a silence, closing\r\n")
            transport.close()
        self.loop.call_later(FAREWELL_S if transport.is_closing() else 0, transport.abort)

    async def smtp_DATA(self: Any, arg: str) -> None:  # noqa: N802  # aiosmtpd looks for this name
        if await self.check_helo_needed() or await self.check_auth_needed("DATA"):
            return
        if not self.envelope.rcpt_tos:
            await self.push("503 5.5.1 Name a recipient first")
            return
        if arg:
            await self.push("501 5.5.4 DATA takes no arguments")
            return
        await self.push("354 Go on; end with a dot alone on a line")
        answers = len(self.envelope.rcpt_tos) if self.answers_each else 1
        share = Share(self.door.load)
        try:
            status = await self._taken(share)
        finally:
            share.release()
        self._set_post_data_state()
        for _ in range(answers):
            await self.push(status)

    async def _taken(self: Any, share: Share) -> str:
        """Take the letter in and have it kept; what is to be answered."""
        content = await self._content(share)
        if isinstance(content, str):
            return content
        self.envelope.content = self.envelope.original_content = content
        return str(await self.event_handler.handle_DATA(self, self.session, self.envelope))

    async def _content(self: Any, share: Share) -> bytes | str:
        """The letter, its dots unstuffed; or why it is not taken (it is read to its end all the same)."""
        deadline = monotonic() + LONGEST_DATA_S
        held = bytearray(b"\r\n")
        too_large = f"552 5.3.4 Letters of more than {self.data_size_limit} bytes are not taken"
        refusal = ""
        while True:
            # All there is, so that what a hasty client sent behind the letter can be laid back in front of the rest.
            chunk = await self._reader.read(1 << 30)
            if not chunk:
                raise ConnectionResetError("the client left in the middle of a letter")
            if monotonic() < deadline:
                self._reset_timeout()
            start = max(len(held) - 4, 0)
            held += chunk
            if not refusal and not share.take(len(chunk)):
                refusal = FULL
            end = held.find(b"\r\n.\r\n", start)
            if end >= 0:
                if rest := bytes(held[end + 5 :]):
                    self._reader.feed_data(rest)
                break
            if not refusal and self.data_size_limit and len(held) > self.data_size_limit + 1024:
                refusal = too_large
            if refusal:
                share.release()
                del held[:-4]
        if refusal:
            return refusal
        if any(held.find(false_end, 0, end + 2) >= 0 for false_end in FALSE_ENDS):
            return SMUGGLED
        letter = bytes(memoryview(held)[2 : end + 2]).replace(b"\r\n.", b"\r\n") if end else b""
        if letter.startswith(b"."):
            letter = letter[1:]
        return too_large if self.data_size_limit and len(letter) > self.data_size_limit else letter


class SmtpSession(_WholeLetters, SMTP):
    """One client of the SMTP side."""


class LmtpSession(_WholeLetters, LMTP):
    """One client of the LMTP side."""

    answers_each = True


class Door:
    """`await start(…)`, and after that `await stop()`; letters of clients in the middle of one are not acknowledged."""

    def __init__(
        self,
        *,
        max_bytes: int,
        idle_s: float = IDLE_S,
        tls: ssl.SSLContext | None = None,
        max_held: int = MAX_HELD,
        max_per_host: int = MAX_PER_HOST,
        now: Callable[[], datetime] | None = None,
    ) -> None:
        # The door is where a letter meets the clock: everything behind it is told.
        self.keeper = Keeper(now or clock.now)  # noqa: TID251  # see above
        self.max_bytes = max_bytes
        self.idle_s = idle_s
        self.tls = tls
        # One letter of the largest size always finds room.
        self.load = Load(max(max_held, max_bytes + 4096))
        self.max_per_host = max_per_host
        self.servers: list[asyncio.Server] = []
        self.sessions: set[SmtpSession | LmtpSession] = set()

    async def start(self, *, smtp: Place | None, lmtp: Place | None) -> list[tuple[str, int]]:
        """Open the door; (kind, port) of each side. Raises OSError when a place is taken."""
        opened = []
        for place, source, kind in ((smtp, Source.SMTP, SmtpSession), (lmtp, Source.LMTP, LmtpSession)):
            if place is None:
                continue
            handler = Handler(self.keeper, source.value)
            server = await asyncio.get_running_loop().create_server(
                partial(self._session, kind, handler), place.host, place.port
            )
            self.servers.append(server)
            opened.append((source.value, int(server.sockets[0].getsockname()[1])))
        return opened

    def _session(self, kind: type[SmtpSession] | type[LmtpSession], handler: Handler) -> asyncio.Protocol:
        session = kind(
            handler,
            data_size_limit=self.max_bytes,
            enable_SMTPUTF8=True,
            hostname=socket.gethostname(),
            ident="Rung",
            timeout=self.idle_s,
            tls_context=self.tls,
            loop=asyncio.get_running_loop(),
        )
        session.door = self
        protocol: asyncio.Protocol = session
        return protocol

    def refusal_for(self, host: str) -> str:
        """Why a host is not let in just now; empty when it is."""
        if len(self.sessions) >= MAX_SESSIONS:
            return "421 4.3.2 Too many connections, please try again"
        peers = (session.transport for session in self.sessions)
        if sum(transport is not None and host_of(transport) == host for transport in peers) >= self.max_per_host:
            return "421 4.7.0 Too many connections from your host, please try again"
        return ""

    async def stop(self, patience_s: float = 5.0) -> None:
        """Take no more letters, keep those that have come in completely, answer for them, hang up."""
        for server in self.servers:
            server.close()
        await self.keeper.finish(patience_s)
        await asyncio.sleep(0)  # the answers are written by the sessions' own tasks
        for session in tuple(self.sessions):
            transport = session.transport
            if isinstance(transport, asyncio.WriteTransport) and not transport.is_closing():
                transport.write(b"421 4.3.2 Closing, please try again\r\n")
                transport.close()
        await asyncio.sleep(0)
        self.keeper.close()
