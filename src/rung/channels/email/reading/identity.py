"""By what a letter is known again, read off its first bytes when it is kept."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from rung.channels.email.reading.damage import header_of
from rung.channels.email.reading.headers import Headers
from rung.channels.email.reading.people import people
from rung.channels.email.reading.person import Person
from rung.channels.email.reading.values import message_id, moment

_CHUNK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Identity:
    """`digest` names the letter whichever way it travelled; the rest is what a list shows of it."""

    digest: str
    message_id: str
    sender: Person | None
    subject: str
    sent_at: datetime | None
    recipients: tuple[str, ...] = ()


def identity_of(raw: bytes) -> Identity:
    """Never raises: a letter whose header defeats us is still known by its bytes.

    The digest covers Message-ID, From, Date and the body: what the servers on the way add or change (Received, Return-Path,
    verdicts, a marked subject, line ends) is left out, so the same letter through two doors is one. Two different letters
    under one Message-ID are two. Where there is no Message-ID, the subject and the recipients count too.
    """
    try:
        return _identity(raw)
    except Exception:  # a letter must be kept whatever is in it
        return Identity(sha256(raw).hexdigest(), "", None, "", None)


def _identity(raw: bytes) -> Identity:
    raw, head, body, _ = header_of(raw)
    identifier = message_id(head.raw("message-id"))
    parts = [identifier.encode(), head.raw("from"), head.raw("date")]
    if not identifier:
        parts += [head.raw("subject"), head.raw("to"), head.raw("cc")]
    digest = sha256()
    for part in parts:
        digest.update(b" ".join(part.split()))
        digest.update(b"\0")
    end = len(raw)
    while end > body and raw[end - 1] in b" \t\r\n":
        end -= 1
    for start in range(body, end, _CHUNK):
        # Line ends differ between doors; a chunk at a time, because a letter may have 100 MB.
        digest.update(raw[start : min(start + _CHUNK, end)].replace(b"\r", b""))
    sender = None
    for value in [value for name in ("from", "sender", "reply-to") for value in head.all_raw(name)[:5]]:
        found, _more = people(value[:20_000], head.hint)
        sender = next((person for person in found if "@" in person.address), None)
        if sender is not None:
            break
    sent_at = moment(head.raw("date"))
    return Identity(digest.hexdigest(), identifier, sender, head.text("subject")[:300], sent_at, _recipients(head))


def _recipients(head: Headers) -> tuple[str, ...]:
    """Whom the header names, as far as a search needs it."""
    found = [person for name in ("to", "cc", "delivered-to") for person in people(head.raw(name)[:20_000])[0]]
    return tuple(person.address for person in found if "@" in person.address)
