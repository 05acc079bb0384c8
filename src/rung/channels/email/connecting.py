"""How a mail server is reached, IMAP or SMTP, and what went wrong in words a person can act on."""

import imaplib
import re
import smtplib
import socket
import ssl
from dataclasses import dataclass, field
from urllib.parse import parse_qs, unquote, urlsplit

from django.utils.translation import gettext as _
from imapclient.exceptions import CapabilityError

from rung.core.fetching import is_own_machine
from rung.core.text import one_line

CONNECT_TIMEOUT_S = 15
"""Seconds until a server that does not answer is given up."""

READ_TIMEOUT_S = 60
"""Seconds of silence in the middle of a talk until the server is given up."""

PLAIN, STARTTLS, TLS = "plain", "starttls", "tls"

_USUAL = {25: PLAIN, 465: TLS, 587: STARTTLS}
_SECURITIES = (PLAIN, STARTTLS, TLS)


@dataclass(frozen=True)
class Server:
    """A mail server and how to sign in: with `token` by XOAUTH2, else with `password`. `certificate` is PEM text to be
    trusted besides the system's authorities, for servers with a certificate of their own making."""

    host: str
    port: int
    security: str = TLS
    user: str = ""
    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)
    certificate: str = ""


def server_from_url(url: str) -> Server:
    """`smtp://user:password@mail.acme.test:587?security=starttls` → Server.

    `security` is tls, starttls or plain; where it is not said, smtps:// means tls and smtp:// what its port is usual for:
    587 starttls, 465 tls, others plain. Raises ValueError with a sentence when the address is no such thing, or would send
    a password in clear over the network without saying so; the sentence never holds the password.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as failure:
        raise ValueError(_("RUNG_SMTP_URL is not an address such as smtps://user:password@host:465.")) from failure
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise ValueError(_("RUNG_SMTP_URL begins with smtp:// or smtps:// and names a host."))
    said = parse_qs(parts.query).get("security", [""])[0]
    security = said or (TLS if parts.scheme == "smtps" else _USUAL.get(port or 25, PLAIN))
    if security not in _SECURITIES:
        raise ValueError(_("RUNG_SMTP_URL: security is tls, starttls or plain."))
    if parts.username and security == PLAIN and not said and not is_own_machine(parts.hostname):
        raise ValueError(_("RUNG_SMTP_URL would send a password unencrypted; if that is meant, add ?security=plain."))
    return Server(
        host=parts.hostname,
        port=port or {TLS: 465, STARTTLS: 587, PLAIN: 25}[security],
        security=security,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )


def tls_context(certificate: str = "") -> ssl.SSLContext:
    """Verifying, TLS 1.2 or newer, trusting `certificate` (PEM) too. Raises ssl.SSLError when that is no certificate."""
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if certificate.strip():
        context.load_verify_locations(cadata=certificate)
    return context


def in_words(failure: Exception, server: Server) -> str:
    """What went wrong between us and a server, for the person who can mend it."""
    where = {"host": server.host, "port": server.port}
    if isinstance(failure, socket.gaierror):
        return _("There is no server named %(host)s.") % where
    if isinstance(failure, ssl.SSLCertVerificationError):
        return _("The certificate of %(host)s is not to be trusted: %(reason)s.") % {
            **where,
            "reason": failure.verify_message,
        }
    if isinstance(failure, ssl.SSLError):
        return _("%(host)s does not speak TLS on port %(port)s; try another kind of encryption or port.") % where
    if isinstance(failure, TimeoutError):
        return _("%(host)s does not answer on port %(port)s.") % where
    if isinstance(failure, ConnectionRefusedError):
        return _("Nothing listens on port %(port)s of %(host)s.") % where
    if _speaks_otherwise(failure):
        said = failure.smtp_error if isinstance(failure, smtplib.SMTPResponseException) else str(failure)
        words = said.decode("utf-8", "replace") if isinstance(said, bytes) else imap_reply(failure)
        return _("What answers on port %(port)s of %(host)s is another kind of server: %(reason)s") % {
            **where,
            "reason": one_line(words, 200),
        }
    if isinstance(failure, smtplib.SMTPNotSupportedError):
        return _("%(host)s does not offer what is asked of it: %(reason)s") % {**where, "reason": failure}
    if isinstance(failure, smtplib.SMTPResponseException):
        reason = reply(failure.smtp_code, failure.smtp_error)
        if isinstance(failure, smtplib.SMTPAuthenticationError):
            return _("%(host)s does not accept this user and password: %(reason)s") % {**where, "reason": reason}
        return _("%(host)s answers: %(reason)s") % {**where, "reason": reason}
    if isinstance(failure, (smtplib.SMTPServerDisconnected, imaplib.IMAP4.abort, EOFError, OSError)):
        return _("%(host)s closed the connection (%(reason)s).") % {
            **where,
            "reason": str(failure) or _("no reason given"),
        }
    return _("%(host)s answers: %(reason)s") % {**where, "reason": imap_reply(failure)}


def _speaks_otherwise(failure: BaseException | None) -> bool:
    """Whether a server greeted us in the words of another protocol."""
    if isinstance(failure, smtplib.SMTPConnectError):
        return failure.smtp_code == -1
    return isinstance(failure, imaplib.IMAP4.abort) and "unexpected response" in str(failure)


def advice(failure: BaseException | None) -> str:
    """What to do about it, for whoever enters a server's settings; "" where the failure says all there is to say."""
    if isinstance(failure, socket.gaierror):
        return _("Look at how the server's name is spelt; the provider's help pages name it.")
    if isinstance(failure, ssl.SSLCertVerificationError):
        return _(
            "Use the name the certificate is made for. If the server is your own and made its certificate itself, enter that"
            " certificate below."
        )
    if isinstance(failure, smtplib.SMTPAuthenticationError):
        return password_advice()
    if isinstance(failure, (ssl.SSLError, smtplib.SMTPNotSupportedError, CapabilityError)):
        return _("993 and 465 go with TLS from the start, 143 and 587 with STARTTLS.")
    if isinstance(failure, TimeoutError):
        return _(
            "Look at the port, and whether a firewall lets this machine out: 993 for IMAP, 587 or 465 for SMTP. A server"
            " that waits for TLS from the start is silent too when another encryption is chosen."
        )
    if (
        _speaks_otherwise(failure)
        or type(failure) is smtplib.SMTPServerDisconnected
        or isinstance(failure, ConnectionRefusedError)
    ):
        return _("Look at the port, and whether a firewall lets this machine out: 993 for IMAP, 587 or 465 for SMTP.")
    return ""


def password_advice() -> str:
    return _(
        "Look at user and password; the user is most often the whole address. Where two-step verification is on, an app"
        " password is needed, which the provider makes."
    )


def imap_reply(failure: Exception) -> str:
    """What an IMAP server said. The library hands it on as the printed form of bytes, `b'[CODE] words'`."""
    words = re.sub(r"""\bb(["'])(.*)\1""", r"\2", str(failure))
    # Dovecot says how long it has thought.
    words = re.sub(r"\s*\(\d+\.\d+ \+ [\d. +]+secs\)", "", words)
    return " ".join(re.sub(r"\[[A-Z0-9=-]+\]\s*", "", words).split())[:500]


def reply(code: int, text: bytes | str) -> str:
    """An SMTP reply on one line: `550 5.1.1 unknown`."""
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    # Without control characters, which PostgreSQL keeps in no JSON: a reply is also kept by recipient.
    return one_line(f"{code} {words}", 500)
