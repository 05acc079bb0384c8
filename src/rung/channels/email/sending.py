"""Handing a letter to a mail server, or laying it into the outbox.

What can go wrong is a type with a verdict: `SendingFailed.is_permanent` says whether another try may help. No tries are
counted here and no database is touched; that is the errand's business.
"""

import re
import smtplib
import socket
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from email.message import EmailMessage
from hashlib import sha256
from pathlib import Path
from threading import Timer
from typing import Protocol

from django.conf import settings
from django.utils.translation import gettext as _

from rung.channels.email.composing import as_bytes, is_international
from rung.channels.email.connecting import (
    CONNECT_TIMEOUT_S,
    READ_TIMEOUT_S,
    STARTTLS,
    TLS,
    Server,
    in_words,
    reply,
    server_from_url,
    tls_context,
)
from rung.core.made_up import is_made_up

LONGEST_S = 420
"""Seconds a server may take over one letter, however it spends them. With connecting it is less than the claim on the letter
lasts: after that another worker would send it too."""

# Replies that begin with 5 and yet speak of our sign-in, which an administrator can mend within the day.
_SIGN_IN_CODES = frozenset({530, 534, 535, 538})
_ENHANCED = re.compile(r"^\d{3}[ -](5\.\d{1,3}\.\d{1,3})\b")


class SendingFailed(Exception):
    """The letter was not accepted for anybody. `server_is_down`: no use in trying another letter on this server now.
    `maybe_taken`: the server had the letter when the line broke, and may have accepted it all the same."""

    def __init__(
        self, reason: str, *, is_permanent: bool, server_is_down: bool = False, maybe_taken: bool = False
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.is_permanent = is_permanent
        self.server_is_down = server_is_down
        self.maybe_taken = maybe_taken


@dataclass(frozen=True)
class Refusal:
    """One recipient the server would not take, while it may have taken others."""

    address: str
    reason: str
    is_permanent: bool
    is_address_dead: bool = False


@dataclass(frozen=True)
class Sent:
    """What became of each recipient. `kept`: laid into the outbox, sent to nobody; `why`: where that is not because there is
    no server."""

    reached: tuple[str, ...]
    refused: tuple[Refusal, ...] = ()
    kept: bool = False
    why: str = ""


Sign = Callable[[bytes], bytes]
"""Puts signatures in front of the bytes of a letter, just before they leave."""


def unsigned(raw: bytes) -> bytes:
    return raw


class Transport(Protocol):
    """A way out for letters. `send` raises SendingFailed."""

    def send(self, message: EmailMessage, *, sender: str, recipients: Sequence[str]) -> Sent: ...

    def close(self) -> None: ...


def _is_permanent(code: int) -> bool:
    return 500 <= code <= 599 and code not in _SIGN_IN_CODES


def _refusal(address: str, code: int, text: bytes) -> Refusal:
    reason = reply(code, text)
    # RFC 5321, 4.5.3.1.10: a 552 to a recipient means "too many of them" and is to be read as 452.
    permanent = _is_permanent(code) and code != 552
    enhanced = _ENHANCED.match(reason)
    if enhanced:
        dead = enhanced.group(1).startswith("5.1.") or enhanced.group(1) == "5.2.1"
    else:
        # A bare 550 also means "I do not relay for you", which is our fault and not the address's.
        dead = code in {550, 551, 553} and "relay" not in reason.lower()
    return Refusal(address, reason, permanent, permanent and dead)


def _spared(address: str) -> Refusal:
    return Refusal(address, _("Nothing is sent to made-up addresses."), is_permanent=True)


class SmtpTransport:
    """One SMTP connection, opened at the first letter and kept for those that follow."""

    def __init__(self, server: Server, *, greeting: str = "", sign: Sign = unsigned) -> None:
        self.server = server
        self.sign = sign
        # Without a name smtplib asks the resolver for ours, which can take half a minute.
        self.greeting = greeting if re.fullmatch(r"[A-Za-z0-9.-]+", greeting) else "localhost"
        self._smtp: smtplib.SMTP | None = None

    def connect(self) -> smtplib.SMTP:
        """The signed-in connection. Raises SendingFailed, never for good: a server that is down comes back."""
        if self._smtp is not None:
            return self._smtp
        try:
            smtp = self._open()
        except (OSError, smtplib.SMTPException, UnicodeError) as failure:
            reason = in_words(failure, self.server)
            raise SendingFailed(reason, is_permanent=False, server_is_down=True) from failure
        self._smtp = smtp
        return smtp

    def _open(self) -> smtplib.SMTP:
        server = self.server
        if server.security == TLS:
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host,
                server.port,
                self.greeting,
                timeout=CONNECT_TIMEOUT_S,
                context=tls_context(server.certificate),
            )
        else:
            smtp = smtplib.SMTP(server.host, server.port, self.greeting, timeout=CONNECT_TIMEOUT_S)
        try:
            smtp.ehlo_or_helo_if_needed()
            if server.security == STARTTLS:
                smtp.starttls(context=tls_context(server.certificate))
                smtp.ehlo()
            if server.token:
                smtp.auth("XOAUTH2", _xoauth2(server))
            elif server.user:
                smtp.login(server.user, server.password)
            if smtp.sock is not None:
                smtp.sock.settimeout(READ_TIMEOUT_S)
        except BaseException:
            smtp.close()
            raise
        return smtp

    def send(self, message: EmailMessage, *, sender: str, recipients: Sequence[str]) -> Sent:
        made_up = [each for each in recipients if is_made_up(each)]
        if is_made_up(sender) or (made_up and len(made_up) == len(recipients)):
            whose = sender if is_made_up(sender) else made_up[0]
            why = _("Nothing is sent from or to made-up people (%(domain)s): the letter lies in the outbox folder.")
            sent = outbox().send(message, sender=sender, recipients=recipients)
            return replace(sent, why=why % {"domain": whose.rpartition("@")[2]})
        raw = self.sign(as_bytes(message))
        smtp = self.connect()
        try:
            with _no_longer_than(LONGEST_S, smtp):
                wanted = [each for each in recipients if each not in made_up]
                sent = self._talk(smtp, raw, sender, wanted, is_international(message))
            return replace(sent, refused=(*sent.refused, *map(_spared, made_up)))
        except SendingFailed:
            self._reset(smtp)
            raise
        except smtplib.SMTPDataError as failure:
            self._reset(smtp)
            reason = reply(failure.smtp_code, failure.smtp_error)
            raise SendingFailed(reason, is_permanent=_is_permanent(failure.smtp_code)) from failure
        except (smtplib.SMTPException, OSError, UnicodeError) as failure:
            self.close()
            reason = in_words(failure, self.server)
            raise SendingFailed(reason, is_permanent=False, server_is_down=True) from failure

    def _talk(
        self, smtp: smtplib.SMTP, raw: bytes, sender: str, recipients: Sequence[str], international: bool
    ) -> Sent:
        options = self._options(smtp, raw, international or not all(map(str.isascii, recipients)))
        code, text = smtp.mail(sender, options)
        if code != 250:
            raise SendingFailed(reply(code, text), is_permanent=_is_permanent(code), server_is_down=code == 421)
        reached: list[str] = []
        refused: list[Refusal] = []
        for recipient in recipients:
            code, text = smtp.rcpt(recipient)
            if code in (250, 251):
                reached.append(recipient)
            elif code == 421:
                raise SendingFailed(reply(code, text), is_permanent=False, server_is_down=True)
            else:
                refused.append(_refusal(recipient, code, text))
        if not reached:
            self._reset(smtp)
            return Sent((), tuple(refused))
        try:
            code, text = smtp.data(raw)
        except smtplib.SMTPDataError:
            raise
        except (smtplib.SMTPException, OSError) as failure:
            # It may have been taken, and only the reply was lost. It is sent again under the same Message-ID, because twice
            # is a smaller harm than never.
            self.close()
            reason = in_words(failure, self.server)
            raise SendingFailed(reason, is_permanent=False, server_is_down=True, maybe_taken=True) from failure
        if code != 250:
            raise SendingFailed(reply(code, text), is_permanent=_is_permanent(code), server_is_down=code == 421)
        return Sent(tuple(reached), tuple(refused))

    def _options(self, smtp: smtplib.SMTP, raw: bytes, international: bool) -> list[str]:
        options: list[str] = []
        limit = smtp.esmtp_features.get("size", "")
        if limit.isdigit() and 0 < int(limit) < len(raw):
            reason = _("The letter is %(size)d kB, more than the %(limit)d kB that %(host)s accepts.")
            raise SendingFailed(
                reason % {"size": len(raw) // 1000, "limit": int(limit) // 1000, "host": self.server.host},
                is_permanent=True,
            )
        if limit.isdigit():
            options.append(f"SIZE={len(raw)}")
        if international:
            if not smtp.has_extn("smtputf8"):
                reason = _("%(host)s cannot write to addresses with letters beyond a to z (SMTPUTF8).")
                raise SendingFailed(reason % {"host": self.server.host}, is_permanent=True)
            options += ["SMTPUTF8", "BODY=8BITMIME"]
        return options

    def _reset(self, smtp: smtplib.SMTP) -> None:
        try:
            code, _text = smtp.rset()
        except (OSError, smtplib.SMTPException):
            code = -1
        if code != 250:
            self.close()

    def close(self) -> None:
        smtp, self._smtp = self._smtp, None
        if smtp is None:
            return
        try:
            smtp.quit()
        except (OSError, smtplib.SMTPException):
            smtp.close()


@contextmanager
def _no_longer_than(seconds: float, smtp: smtplib.SMTP) -> Iterator[None]:
    """Cut the line to a server after so long. A time limit on the socket begins anew with every byte that comes."""
    line = smtp.sock
    # The plain socket's own way, also where TLS is spoken over it: that one must not be touched from a second thread.
    timer = Timer(seconds, _cut, [line])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _cut(line: socket.socket | None) -> None:
    if line is not None:
        with suppress(OSError):
            socket.socket.shutdown(line, socket.SHUT_RDWR)


def _xoauth2(server: Server) -> Callable[..., str]:
    """Google's and Microsoft's way to sign in with a token. To a refusal, which comes as a question, one says nothing."""

    def answer(challenge: bytes | None = None) -> str:
        return "" if challenge else f"user={server.user}\1auth=Bearer {server.token}\1\1"

    return answer


class OutboxTransport:
    """A folder of `.eml` files, for installations that have no mail server yet: nothing leaves the house."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def send(self, message: EmailMessage, *, sender: str, recipients: Sequence[str]) -> Sent:
        # Named for its Message-ID, so that a letter laid in again after a fall replaces itself.
        identity = sha256(str(message["Message-ID"]).encode()).hexdigest()[:16]
        written_at = message["Date"].datetime if message["Date"] else None
        stamp = f"{written_at:%Y%m%dT%H%M%S}-" if written_at else ""
        path = self.folder / f"{stamp}{identity}.eml"
        aside = path.with_suffix(".part")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            aside.write_bytes(as_bytes(message))
            aside.replace(path)
        except OSError as failure:
            with suppress(OSError):  # half a letter only takes room from whatever is to come
                aside.unlink(missing_ok=True)
            reason = _("The outbox cannot be written: %(reason)s") % {"reason": failure}
            raise SendingFailed(reason, is_permanent=False, server_is_down=True) from failure
        return Sent(tuple(recipients), kept=True)

    def close(self) -> None:
        return None


def outbox() -> OutboxTransport:
    return OutboxTransport(Path(settings.OUTBOX_DIR))


def default_transport(*, greeting: str = "", sign: Sign = unsigned) -> Transport:
    """By the server of RUNG_SMTP_URL, or into the outbox where there is none. Raises SendingFailed when it is no address."""
    if not settings.SMTP_URL:
        return outbox()
    try:
        server = server_from_url(settings.SMTP_URL)
    except ValueError as failure:
        raise SendingFailed(str(failure), is_permanent=False, server_is_down=True) from failure
    return SmtpTransport(server, greeting=greeting, sign=sign)


def undelivered_in_words(refused: Iterable[Refusal]) -> str:
    """`carla@example.org: 550 5.1.1 unknown` for each, in one line."""
    return "; ".join(f"{refusal.address}: {refusal.reason}" for refusal in refused)
