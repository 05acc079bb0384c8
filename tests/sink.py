"""A real SMTP server for tests, on loopback, that keeps what it is given and can be told to misbehave."""

import asyncio
import ssl
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from types import TracebackType
from typing import Any, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.ports import free_port


@dataclass(frozen=True)
class Received:
    """One letter as it came over the wire."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes

    @property
    def letter(self) -> EmailMessage:
        return cast(EmailMessage, message_from_bytes(self.raw, policy=policy.default))


@dataclass
class Sink:
    """`refuse_sender`, `refuse` (by recipient) and `refuse_data` hold replies to give instead of 250. `hang_up` cuts the
    connection: "before" the letter is taken, or "after" it is and before the reply. `stall` at "data": it asks for the
    letter and never reads it; at "reply": it takes the letter, and says a word now and again but never its last."""

    received: list[Received] = field(default_factory=list)
    refuse: dict[str, str] = field(default_factory=dict)
    refuse_sender: str = ""
    refuse_data: str = ""
    hang_up: str = ""
    stall: str = ""
    password: str = ""
    size_limit: int | None = 33_554_432
    certificate: str = ""
    key: str = ""
    folder: Path | None = None
    security: str = "plain"
    smtputf8: bool = True
    connections: int = 0

    def __enter__(self) -> "Sink":
        context = None
        if self.certificate and self.folder:
            pem = self.folder / "sink.pem"
            pem.write_text(self.certificate + self.key)
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(pem)
        sink = self

        class Server(SMTP):
            def connection_made(self, transport: asyncio.BaseTransport) -> None:
                sink.connections += 1
                super().connection_made(transport)

            async def smtp_DATA(self, arg: str) -> None:  # noqa: N802  # the library calls it so
                if sink.stall == "data":
                    await self.push("354 Go on")
                    cast(asyncio.Transport, self.transport).pause_reading()
                    await asyncio.sleep(3600)
                await super().smtp_DATA(arg)

        class Door(Controller):
            def factory(self) -> SMTP:
                return Server(
                    sink,
                    data_size_limit=sink.size_limit,
                    enable_SMTPUTF8=sink.smtputf8,
                    tls_context=context if sink.security == "starttls" else None,
                    authenticator=sink._authenticate if sink.password else None,
                    auth_required=bool(sink.password),
                    auth_require_tls=False,
                    hostname="sink.example",
                )

        self.port: int = free_port()
        self._controller = Door(
            self, hostname="127.0.0.1", port=self.port, ssl_context=context if self.security == "tls" else None
        )
        self._controller.start()
        self.connections = 0  # the controller dials itself once, to see whether it is up
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._controller.stop()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def _authenticate(self, server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        good = isinstance(data, LoginPassword) and data.password == self.password.encode()
        return AuthResult(success=good, handled=good)

    async def handle_MAIL(  # noqa: N802  # the library calls it so
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.refuse_sender:
            return self.refuse_sender
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802  # the library calls it so
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  # as above
        if self.refuse_data:
            return self.refuse_data
        if self.hang_up == "before":
            server.transport.abort()
            return "250 OK"
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        self.received.append(Received(envelope.mail_from or "", tuple(envelope.rcpt_tos), content))
        while self.stall == "reply" and not server.transport.is_closing():
            await server.push("250-not quite yet")
            await asyncio.sleep(0.02)
        if self.hang_up == "after":
            server.transport.abort()
        return "250 OK"
