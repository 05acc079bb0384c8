"""Signed reply tokens: how a customer's answer finds its conversation again, and nobody else's letter does.

A token is `1` (the version), the conversation's key in base 36, and the first 80 bits of an HMAC-SHA256 over both in
base 32, all lower case: mail systems fold case, so every comparison does too. It travels in the plus-address of Reply-To
and of the envelope sender, in the Message-ID (which comes back in In-Reply-To and References) and in our own header
(which comes back in bounces). It says which conversation is meant, not that its bearer has a right to it: letters are
passed on and archived, with all that stands in them. So it leads in only those who take part (`receive_touchpoint`);
whoever else writes to the plus-address opens a conversation of their own, and an agent may let them join.
"""

import re
from base64 import b32encode
from collections.abc import Iterable
from hashlib import sha256
from hmac import compare_digest
from hmac import new as hmac

from django.conf import settings
from django.utils.encoding import force_bytes

VERSION = "1"
MAC_BITS = 80
HEADER = "X-Rung-Conversation"
"""The header of ours that carries the token."""

MOST_QUOTED = 5
"""Conversations that one letter is followed to by what it quotes."""

_PURPOSE = b"rung.channels.email.tokens"
_MAC_LENGTH = MAC_BITS // 5
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
# A conversation's key is below 2^63, which is 13 digits in base 36.
_TOKEN = rf"1[0-9a-z]{{1,13}}[a-z2-7]{{{_MAC_LENGTH}}}"
# The plus sign may come back as "%2b" or "=2b" from careless programs, the whole address behind a BATV or SRS prefix.
_IN_ADDRESS = re.compile(rf"(?:\+|%2b|=2b)r({_TOKEN})@")
_IN_MESSAGE_ID = re.compile(rf"(?:^|[<\s])({_TOKEN})\.[0-9a-z.-]{{1,40}}@")
# In running text, also cut short: what tells a token from chance is its signature.
_ANYWHERE = re.compile(rf"(?:(?:\+|%2b|=2b)r|[<\s]|^)({_TOKEN})(?=[.@\s>]|$)", re.MULTILINE)
_ALONE = re.compile(rf"^{_TOKEN}$")


def _base36(number: int) -> str:
    text = ""
    while number:
        number, rest = divmod(number, 36)
        text = _DIGITS[rest] + text
    return text or "0"


def _mac(secret: str | bytes, body: str) -> str:
    key = hmac(force_bytes(secret), _PURPOSE, sha256).digest()
    code = hmac(key, body.encode(), sha256).digest()[: MAC_BITS // 8]
    return b32encode(code).decode().lower()


def token_for(conversation: int) -> str:
    """The token of a conversation (its primary key). The same key gives the same token for as long as SECRET_KEY lives."""
    body = VERSION + _base36(conversation)
    return body + _mac(settings.SECRET_KEY, body)


def conversation_of(token: str) -> int | None:
    """The conversation a token was signed for, or None when it is forged, damaged or of another installation.

    A token signed with one of SECRET_KEY_FALLBACKS is still good, so that letters written before the key was changed find
    their way.
    """
    token = token.strip().lower()
    if not _ALONE.match(token):
        return None
    body, mac = token[:-_MAC_LENGTH], token[-_MAC_LENGTH:]
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        if compare_digest(_mac(secret, body), mac):
            return int(body[1:], 36)
    return None


def conversation_in(addresses: Iterable[str], message_ids: Iterable[str], tokens: Iterable[str] = ()) -> int | None:
    """The conversation that a letter answers, by the first token in it that verifies.

    `addresses` are those it was sent to (To, Cc, Delivered-To, envelope), `message_ids` those it names (In-Reply-To first,
    then References from the newest to the oldest), `tokens` bare ones (our own header inside a returned letter). None when
    there is no token, or none that is ours.
    """
    found = [match for text in addresses for match in _IN_ADDRESS.findall(text.lower())]
    found += [match for text in message_ids for match in _IN_MESSAGE_ID.findall(text.lower())]
    for token in (*found, *tokens):
        conversation = conversation_of(token)
        if conversation is not None:
            return conversation
    return None


def conversations_quoted(texts: Iterable[str]) -> tuple[int, ...]:
    """Every conversation whose token stands anywhere in these texts, in their order, each once; at most MOST_QUOTED."""
    found: dict[int, None] = {}
    for text in texts:
        for token in _ANYWHERE.findall(text.lower()):
            conversation = conversation_of(token)
            if conversation is not None:
                found[conversation] = None
                if len(found) == MOST_QUOTED:
                    return tuple(found)
    return tuple(found)


def plus_address(address: str, conversation: int) -> str:
    """`support@acme.test` → `support+r<token>@acme.test`. An address that has a plus part already keeps it in front."""
    local, _, domain = address.rpartition("@")
    return f"{local}+r{token_for(conversation)}@{domain}"


def bare_address(address: str) -> str:
    """An address in lower case without its plus part: `Support+anything@Acme.Test` → `support@acme.test`."""
    local, _, domain = address.strip().lower().rpartition("@")
    return f"{local.split('+', 1)[0] or local}@{domain}" if local and domain else address.strip().lower()


def message_id_for(conversation: int, touchpoint: int, domain: str) -> str:
    """The Message-ID of an outgoing touchpoint, in angle brackets: the same each time it is asked for.

    So a letter that is sent again because a worker died between sending and recording is known again by its receiver.
    """
    unique = hmac(settings.SECRET_KEY.encode(), f"message-id {touchpoint}".encode(), sha256).hexdigest()[:8]
    return f"<{token_for(conversation)}.{_base36(touchpoint)}.{unique}@{domain}>"
