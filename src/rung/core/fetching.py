"""Asking a machine elsewhere over HTTP, bounded in time and size: for addresses that somebody typed into a form.

No redirect is followed: whoever vouched for an address vouched for that one, and what is sent along may be a secret.
"""

import ssl
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from ipaddress import ip_address
from socket import SHUT_RDWR
from threading import Timer
from time import monotonic
from urllib.parse import SplitResult, urlencode, urlsplit
from urllib.request import getproxies, proxy_bypass

from django.utils.translation import gettext as _

WITHIN_S = 10.0
"""Seconds until the whole exchange is given up, however busily the other side drips."""

SILENCE_S = 5.0
"""Seconds of silence until it is."""

MOST_BYTES = 256 * 1024


class FetchFailed(Exception):
    """Nothing came; `reason` says why, in words."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes


def is_own_machine(host: str) -> bool:
    """Not by how it begins: 127.example.org is somebody else's."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def is_fit_address(url: str) -> bool:
    """Whether secrets may be sent there: by TLS, or on this machine only; and nothing in it that could be read in two
    ways."""
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError:
        return False
    if not host or parts.username is not None or not url.isascii() or not url.isprintable() or " " in url:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and is_own_machine(host))


def fetch(
    url: str,
    *,
    form: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
    within_s: float = WITHIN_S,
) -> Answer:
    """GET, or POST of a form. Raises FetchFailed when nothing whole comes within `within_s` seconds and MOST_BYTES."""
    if not is_fit_address(url):
        raise FetchFailed(_("The address %(url)s is not encrypted (https).") % {"url": url[:300]})
    parts = urlsplit(url)
    host, begun = str(parts.hostname), monotonic()
    connection = _connection(parts)
    # The socket's own time limit counts from each byte anew.
    end = Timer(within_s, _hang_up, [connection])
    end.daemon = True
    end.start()
    said = {"Accept": "application/json", "User-Agent": "Rung", **(headers or {})}
    body = urlencode(form).encode() if form is not None else None
    if body is not None:
        said["Content-Type"] = "application/x-www-form-urlencoded"
    target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    try:
        connection.request("GET" if body is None else "POST", target, body, said)
        answer = connection.getresponse()
        content = answer.read(MOST_BYTES + 1)
    except ssl.SSLCertVerificationError as failure:
        raise FetchFailed(_("The certificate of %(host)s is not to be trusted.") % {"host": host}) from failure
    except (OSError, HTTPException, UnicodeError) as failure:
        if monotonic() - begun >= within_s or isinstance(failure, TimeoutError):
            raise FetchFailed(_("%(host)s did not answer in time.") % {"host": host}) from failure
        reason = getattr(failure, "strerror", None) or failure
        raise FetchFailed(_("%(host)s cannot be reached: %(reason)s") % {"host": host, "reason": reason}) from failure
    finally:
        end.cancel()
        connection.close()
    if monotonic() - begun >= within_s:
        raise FetchFailed(_("%(host)s did not answer in time.") % {"host": host})
    if len(content) > MOST_BYTES:
        raise FetchFailed(_("%(host)s answered more than anybody could mean.") % {"host": host})
    return Answer(answer.status, content)


def _connection(parts: SplitResult) -> HTTPConnection:
    """To the host itself, or by way of the proxy that the environment names."""
    host, is_tls = str(parts.hostname), parts.scheme == "https"
    proxy = "" if is_own_machine(host) or proxy_bypass(host) else getproxies().get(parts.scheme, "")
    to = urlsplit(proxy if "://" in proxy else f"http://{proxy}") if proxy else parts
    if is_tls:
        context = ssl.create_default_context()
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        connection: HTTPConnection = HTTPSConnection(str(to.hostname), to.port, timeout=SILENCE_S, context=context)
        if proxy:
            connection.set_tunnel(host, parts.port)
        return connection
    return HTTPConnection(host, parts.port, timeout=SILENCE_S)


def _hang_up(connection: HTTPConnection) -> None:
    if connection.sock is not None:
        with suppress(OSError):
            connection.sock.shutdown(SHUT_RDWR)
