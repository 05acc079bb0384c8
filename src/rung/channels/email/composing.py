"""From what an agent wrote to the letter that goes out: pure, no database and no clock.

`compose(letter) -> EmailMessage` takes everything it needs in a frozen `OutgoingLetter`, so that the same letter always
reads the same, tables of cases test it, and what comes later (signing, other transports) has one place to stand on.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from email.utils import format_datetime, formataddr
from html import escape
from typing import Any

from django.utils.html import linebreaks, urlize

from rung.channels.email.quoting import Forward, Quote, html_forward, html_quote, plain_forward, plain_quote
from rung.channels.email.tokens import HEADER
from rung.core.text import one_line, storable

MAX_REFERENCES = 12
"""Ids in References: the first of the thread and the newest eleven. Some servers refuse longer header lines."""

# "Re:" as the world's programs write it, also counted ("Re[2]:") and repeated.
_ANSWER_PREFIX = re.compile(
    r"^\s*(?:re|aw|antw|antwort|sv|vs|odp|ynt|res|rif|ref|r|bls|vá|atb|hv|回复|回覆|答复|答覆|رد|להשיב|отв|отг|σχετ)"
    r"\s*(?:\[\d+\]|\(\d+\)|\^\d+)?\s*[:：]",
    re.IGNORECASE,
)
_MESSAGE_ID = re.compile(r"<?([^<>\s,;\"()]+@[^<>\s,;\"()]+)>?")
_MEDIA_TYPE = re.compile(r"^([a-z0-9][a-z0-9!#$&^_.+-]{0,126})/([a-z0-9][a-z0-9!#$&^_.+-]{0,126})$")
_CONTENT_ID = re.compile(r"^[^<>\s]+$")


class Unwritable(ValueError):
    """The letter cannot be written as it stands, and trying again will not help: no usable address, for one."""


@dataclass(frozen=True)
class Party:
    """Somebody's address with the name to show, in a header."""

    address: str
    name: str = ""


@dataclass(frozen=True)
class OutgoingFile:
    """An attachment, or with `is_inline` and a `content_id` a picture inside the HTML (`cid:`)."""

    name: str
    media_type: str
    content: bytes
    content_id: str = ""
    is_inline: bool = False


@dataclass(frozen=True)
class OutgoingLetter:
    """Everything a letter needs. `references` is the thread from the oldest to the newest Message-ID; the last of them is
    what we answer. `bcc` gets it too and stands in no header. `automatic` is "" for a letter a person wrote, else the
    value of Auto-Submitted. `unsubscribe` is the address that takes a POST from whoever wants no more like it."""

    sender: Party
    to: tuple[Party, ...]
    subject: str
    message_id: str
    written_at: datetime
    text: str
    html: str = ""
    cc: tuple[Party, ...] = ()
    bcc: tuple[Party, ...] = ()
    reply_to: str = ""
    references: tuple[str, ...] = ()
    in_reply_to: str = ""
    token: str = ""
    signature: str = ""
    quote: Quote | None = None
    forward: Forward | None = None
    files: tuple[OutgoingFile, ...] = ()
    automatic: str = ""
    unsubscribe: str = ""


class LetterPolicy(EmailPolicy):
    """CRLF, seven bits, and header lines that every program reads back as they were meant.

    The standard folding turns a Message-ID longer than a line into encoded words, which no program understands, and loses
    the blank between two lines of a long subject that is not ASCII.
    """

    def fold(self, name: str, value: Any) -> str:
        folded = _fold(name, value)
        return super().fold(name, value) if folded is None else folded.replace("\n", self.linesep)

    def fold_binary(self, name: str, value: Any) -> bytes:
        folded = _fold(name, value)
        return super().fold_binary(name, value) if folded is None else folded.replace("\n", self.linesep).encode()


def _fold(name: str, value: Any) -> str | None:
    """A header with its line ends as "\\n", or None to leave it to the standard folding."""
    if name.lower() in {"message-id", "in-reply-to", "references", "list-unsubscribe"}:
        return f"{name}: " + "\n ".join(str(value).split()) + "\n"
    if not hasattr(value, "name"):  # read from a finished letter, as Rung's own mail is: folded already
        return None
    if name.lower() in {"from", "reply-to", "to", "cc"}:
        return f"{name}: " + ",\n ".join(_mailbox(address) for address in value.addresses) + "\n"
    if name.lower() == "subject" and (not value.isascii() or max(map(len, value.split(" "))) > 60):
        return f"{name}: " + Header(str(value), "utf-8", header_name=name, maxlinelen=76).encode() + "\n"
    return None


def _mailbox(address: Address) -> str:
    """`Carla <carla@…>`; a name that is not ASCII, or that might be read as several, as encoded words."""
    if not address.display_name:
        return address.addr_spec
    if address.display_name.isascii() and len(address.display_name) < 60:
        phrase = formataddr((address.display_name, "x@x")).rsplit(" ", 1)[0]
    else:
        phrase = Header(address.display_name, "utf-8", maxlinelen=64).encode()
    return f"{phrase} <{address.addr_spec}>"


POLICY = LetterPolicy(linesep=SMTP.linesep, max_line_length=78, cte_type="7bit")


def message_id(text: str) -> str:
    """An identifier in angle brackets, or "" for what is none (the hash we file letters under that came without one)."""
    match = _MESSAGE_ID.fullmatch(text.strip())
    return f"<{match.group(1)}>" if match and match.group(1).isascii() else ""


def answer_subject(subject: str) -> str:
    """`Broken lamp` → `Re: Broken lamp`; one that already says so, in any of the usual languages, is left alone."""
    subject = one_line(subject, 900)
    return subject if _ANSWER_PREFIX.match(subject) else f"Re: {subject}".rstrip()


def bounded_references(references: Sequence[str]) -> list[str]:
    """The thread's identifiers, each once, at most MAX_REFERENCES: the first one and the newest."""
    chain: list[str] = []
    for reference in map(message_id, references):
        if reference:
            if reference in chain:
                chain.remove(reference)
            chain.append(reference)
    return chain if len(chain) <= MAX_REFERENCES else [chain[0], *chain[1 - MAX_REFERENCES :]]


def plain_body(letter: OutgoingLetter) -> str:
    """The answer, the signature below "-- ", and below that what is passed on or answered."""
    parts = [storable(letter.text).strip("\n")]
    if letter.signature.strip():
        parts.append("-- \n" + storable(letter.signature).strip())
    if letter.forward is not None:
        parts.append(plain_forward(letter.forward))
    if letter.quote is not None:
        parts.append(plain_quote(letter.quote))
    return "\n\n".join(parts) + "\n"


def _as_html(text: str) -> str:
    return linebreaks(urlize(storable(text).strip(), autoescape=True), autoescape=False)


def html_body(letter: OutgoingLetter) -> str:
    """The same for programs that show HTML."""
    parts = [f"<div>{letter.html or _as_html(letter.text)}</div>"]
    if letter.signature.strip():
        lines = escape(storable(letter.signature).strip()).replace("\n", "<br>\n")
        parts.append(f"<p>-- <br>\n{lines}</p>")
    if letter.forward is not None:
        parts.append(html_forward(letter.forward))
    if letter.quote is not None:
        parts.append(html_quote(letter.quote))
    body = "\n".join(parts)
    return f'<!DOCTYPE html>\n<html><head><meta charset="utf-8"></head><body>\n{body}\n</body></html>\n'


def ascii_domain(address: str) -> str:
    """An address with its domain as DNS knows it (`xn--…`); the part before the "@" is left as it is.

    Raises Unwritable when it is no address at all.
    """
    local, _, domain = address.strip().rpartition("@")
    if not local or not domain or re.search(r"[\s<>\x00-\x1f]", address.strip()):
        raise Unwritable(f"{address!r} is no e-mail address")
    try:
        return f"{local}@{domain if domain.isascii() else domain.encode('idna').decode()}"
    except UnicodeError as failure:
        raise Unwritable(f"{address!r} is no e-mail address") from failure


def _address(party: Party) -> Address:
    name, address = one_line(party.name, 200), ascii_domain(party.address)
    if not address.isascii():  # allowed since SMTPUTF8, but the parser of whole addresses does not know
        local, _, domain = address.rpartition("@")
        return Address(display_name=name, username=local, domain=domain)
    try:
        return Address(display_name=name, addr_spec=address)
    except Exception as failure:  # the parser's own errors are of many kinds, IndexError among them
        raise Unwritable(f"{party.address!r} is no e-mail address") from failure


def compose(letter: OutgoingLetter) -> EmailMessage:
    """The letter as it goes out. Raises Unwritable when an address in it cannot be written."""
    if not (letter.to or letter.cc or letter.bcc):
        raise Unwritable("there is nobody to send it to")
    message = EmailMessage(policy=POLICY)
    message["Date"] = format_datetime(letter.written_at)
    message["From"] = _address(letter.sender)
    if letter.reply_to and letter.reply_to != letter.sender.address:
        message["Reply-To"] = _address(Party(letter.reply_to, letter.sender.name))
    if letter.to:
        message["To"] = [_address(party) for party in letter.to]
    if letter.cc:
        message["Cc"] = [_address(party) for party in letter.cc]
    message["Subject"] = one_line(letter.subject, 900)
    message["Message-ID"] = letter.message_id
    references = bounded_references([*letter.references, letter.in_reply_to])
    if references:
        message["In-Reply-To"] = references[-1]
        message["References"] = " ".join(references)
    if letter.token:
        message[HEADER] = letter.token
    if letter.automatic:
        # RFC 3834 names the first; older list and Exchange software heeds only the others.
        message["Auto-Submitted"] = letter.automatic
        message["Precedence"] = "bulk"
        message["X-Auto-Response-Suppress"] = "All"
    if letter.unsubscribe:
        message["List-Unsubscribe"] = f"<{letter.unsubscribe}>"
        if letter.unsubscribe.startswith("https://"):  # RFC 8058, 3.1: over nothing else may a program click by itself
            message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    _fill(message, letter)
    return message


def _fill(message: EmailMessage, letter: OutgoingLetter) -> None:
    html = html_body(letter)
    message.set_content(plain_body(letter))
    message.add_alternative(html, subtype="html")
    pictures = [
        file
        for file in letter.files
        if file.is_inline and _CONTENT_ID.match(file.content_id) and f"cid:{file.content_id}" in html
    ]
    alternatives = message.get_payload()
    assert isinstance(alternatives, list)
    assert isinstance(alternatives[1], EmailMessage)
    for file in pictures:
        maintype, subtype = _media_type(file)
        alternatives[1].add_related(
            file.content,
            maintype=maintype,
            subtype=subtype,
            cid=f"<{file.content_id}>",
            disposition="inline",
            filename=one_line(file.name, 200) or None,
        )
    for file in letter.files:
        if file not in pictures:
            maintype, subtype = _media_type(file)
            message.add_attachment(
                file.content, maintype=maintype, subtype=subtype, filename=one_line(file.name, 200) or "attachment"
            )


def _media_type(file: OutgoingFile) -> tuple[str, str]:
    """What we declare a file to be. A letter inside a letter may not be base64, so it travels as plain bytes."""
    match = _MEDIA_TYPE.match(file.media_type.strip().lower())
    if match is None or match.group(1) in {"message", "multipart"}:
        return "application", "octet-stream"
    return match.group(1), match.group(2)


def is_international(message: EmailMessage) -> bool:
    """Whether an address in the headers needs SMTPUTF8: letters outside ASCII before the "@"."""
    return any(
        not address.addr_spec.isascii()
        for name in ("From", "Reply-To", "To", "Cc")
        for header in message.get_all(name, [])
        for address in header.addresses
    )


def as_bytes(message: EmailMessage) -> bytes:
    """The letter as it goes over the wire: CRLF, seven bits unless an address needs more."""
    return message.as_bytes(policy=POLICY.clone(utf8=True) if is_international(message) else POLICY)
