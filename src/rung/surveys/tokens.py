"""The signed links of a survey letter, and the signed field of the page behind them."""

import hmac
import re
import secrets
from base64 import urlsafe_b64encode
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.crypto import salted_hmac

from rung.core.clock import epoch_ms

_SALT = "rung.surveys"
_TOKEN = re.compile(r"([A-Za-z0-9_-]{8,32})\.(\d{1,2}|x)\.([A-Za-z0-9_-]{20})")
_LINK = re.compile(rf"https?://[^\s\"'<>]{{1,200}}?/s/(?:{_TOKEN.pattern})(?:/stop)?")
PROOF_LIFE = timedelta(days=1)


class BadToken(ValueError):
    """Not a link of ours: mistyped, cut off or forged."""


def new_nonce() -> str:
    """96 bits by chance: what names an invitation in its links."""
    return secrets.token_urlsafe(12)


def link_token(nonce: str, value: int | None) -> str:
    """What a link carries: whose invitation, which answer (None: still open), and our signature over both."""
    chosen = "x" if value is None else str(value)
    return f"{nonce}.{chosen}.{_signature(f'link {nonce} {chosen}', settings.SECRET_KEY)}"


def read_token(token: str) -> tuple[str, int | None]:
    """The nonce and the answer of a link. Raises BadToken."""
    parts = _TOKEN.fullmatch(token)
    if parts is None:
        raise BadToken(token[:80])
    nonce, chosen, signature = parts.groups()
    if not _is_ours(f"link {nonce} {chosen}", signature):
        raise BadToken(token[:80])
    return nonce, None if chosen == "x" else int(chosen)


def without_links(text: str, instead: str) -> str:
    """A text or HTML in which every survey link is `instead`: whoever reads it cannot answer for the customer."""
    return _LINK.sub(lambda found: instead, text) if "/s/" in text else text


def form_proof(nonce: str, *, at: datetime) -> str:
    """A form field that shows the form was served by us, for this invitation, less than PROOF_LIFE ago."""
    served = str(epoch_ms(at))
    return f"{served}.{_signature(f'form {nonce} {served}', settings.SECRET_KEY)}"


def is_proof(proof: str, nonce: str, *, at: datetime) -> bool:
    served, _dot, signature = proof.partition(".")
    if not served.isascii() or not served.isdigit() or len(served) > 15:
        return False
    age = epoch_ms(at) - int(served)
    return 0 <= age <= PROOF_LIFE / timedelta(milliseconds=1) and _is_ours(f"form {nonce} {served}", signature)


def _is_ours(text: str, signature: str) -> bool:
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return any(hmac.compare_digest(_signature(text, key).encode(), signature.encode()) for key in keys)


def _signature(text: str, key: str | bytes) -> str:
    digest = salted_hmac(_SALT, text, secret=key, algorithm="sha256").digest()
    return urlsafe_b64encode(digest[:15]).decode()
