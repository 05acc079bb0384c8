"""Codes that change with the time, as authenticator apps show them (RFC 6238: SHA-1, six digits, thirty seconds). Pure."""

from base64 import b32decode, b32encode
from datetime import datetime
from hashlib import sha1
from hmac import compare_digest
from hmac import new as hmac
from secrets import token_bytes
from struct import pack, unpack
from urllib.parse import quote, urlencode

PERIOD_S = 30
DIGITS = 6
TOLERANCE = 1
"""So many periods a clock may be ahead or behind."""


def new_secret() -> str:
    """160 bits, in base 32, as apps take it."""
    return b32encode(token_bytes(20)).decode()


def window_at(at: datetime) -> int:
    return int(at.timestamp()) // PERIOD_S


def code_in(secret: str, window: int) -> str:
    """The code of a period (RFC 4226, 5.3)."""
    digest = hmac(b32decode(secret, casefold=True), pack(">Q", window), sha1).digest()
    offset = digest[-1] & 0x0F
    number = unpack(">I", digest[offset : offset + 4])[0] & 0x7FFFFFFF
    return f"{number % 10**DIGITS:0{DIGITS}}"


def matching_window(secret: str, code: str, at: datetime, *, after: int = 0) -> int | None:
    """The period whose code this is, of those around a moment that come after the one used last; None: none of them."""
    code = "".join(code.split())
    now = window_at(at)
    for window in range(now - TOLERANCE, now + TOLERANCE + 1):
        if window > after and compare_digest(code_in(secret, window).encode(), code.encode()):
            return window
    return None


def address_of(secret: str, *, who: str, where: str) -> str:
    """What a QR code says to an app."""
    label = quote(f"{where}:{who}" if where else who)
    return f"otpauth://totp/{label}?{urlencode({'secret': secret, 'issuer': where}, quote_via=quote)}"
