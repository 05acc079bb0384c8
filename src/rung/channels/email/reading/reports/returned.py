"""What is left of our own letter in a report about it: attached whole, its headers only, or copied into the text."""

import re
from dataclasses import dataclass

from rung.channels.email.reading.headers import Headers, split
from rung.channels.email.reading.parts import Part, Tree, content
from rung.channels.email.reading.people import people
from rung.channels.email.reading.values import message_id, message_ids

MAX_BYTES = 200_000
MAX_TEXT = 200_000

LETTERS = frozenset(
    {
        *("message/rfc822", "message/global", "message/partial", "message/rfc822-headers", "message/global-headers"),
        *("text/rfc822-headers", "text/rfc822", "text/rfc822-header", "message/news", "text/global-headers"),
    }
)
_REPORT_PARTS = frozenset(
    {"message/delivery-status", "message/global-delivery-status", "message/disposition-notification"}
    | {"message/feedback-report"}
)

_WHAT = r"(?:message|mail|e-?mail|letter|text|nachricht|correo|mensaje)"
# The line below which a report only repeats our letter.
_BOUNDARY = re.compile(
    r"^[ \t]{0,60}(?:"
    r"(?:return-path|received|x-original-to|delivered-to):[ \t]?\S"
    r"|[-=_*>. \t]{0,60}(?:below (?:this line|the next line)|start of (?:returned|original)|"
    r"returned (?:message|mail)|unsent (?:message|mail)"
    rf"|(?:the |your |an? |here is )?(?:copy of )?(?:the |your )?(?:original|returned|undelivered|unsent|"
    rf"failed|bounced) {_WHAT}s?"
    r"(?! details| (?:was|could|has|is being|with|subject|sent|from|id|size|"
    r"recip)\b)\b(?=[^\n]{0,80}(?:follow|header|below|attach|includ"
    r"|-{2,}|:[ \t]*$|as received|\*{3,})|[ \t]*$)"
    rf"|{_WHAT} (?:headers?|text|body) follows?|included is a copy of|this is a copy of the|"
    rf"(?:here is )?a copy of (?:the|your) (?:original|message|first|e-?mail)"
    r"|here is (?:a copy|your returned)|the headers? of the original|old message:|original-?nachricht|"
    r"ursprüngliche nachricht|kopfzeilen der"
    r"|message d'origine|message original|mensaje original|messaggio originale|mensagem original|origineel bericht"
    r"|исходное сообщение|附件中的内容|原信件|原始邮件|以下是原|元のメッセージ|オリジナルメッセージ|"
    r"送信されたメッセージ"
    r"))",
    re.IGNORECASE | re.MULTILINE,
)
_MARK = re.compile(r"^[ \t>|]{1,12}", re.MULTILINE)
_HEADER_START = re.compile(
    r"^(?:received|return-path|message-id|from|to|date|subject|x-[\w-]+|mime-version|dkim-signature):", re.I | re.M
)
_TAKEN_FOR = re.compile(rb"\sfor <([^\s<>@]{1,100}@[\w.-]{3,120})>(?:;|\s|$)")
_BODY_MESSAGE_ID = re.compile(
    r"^[>\s]{0,8}(?:(?:x-)?original-)?message-?id:?[ \t]*(?:=|is)?[ \t]*(<[^<>\s]{3,250}>)",
    re.IGNORECASE | re.MULTILINE,
)
_BODY_TOKEN = re.compile(r"^[>\s]{0,8}x-rung-conversation:\s*(\S{5,80})", re.IGNORECASE | re.MULTILINE)
_BODY_SUBJECT = re.compile(
    r"^[>\s*]{0,8}(?:subject|betreff|objet|asunto|oggetto|assunto|onderwerp|件名|主题|"
    r"тема) ?[:：][ \t]*(\S[^\n]{0,300})",
    re.I | re.M,
)


@dataclass(frozen=True, slots=True)
class Returned:
    """Clues to the letter a report is about. `recipients` are those in its To and Cc, `writers` those in its From,
    `taken_for` whom the last server that took it named: a list in its To is nobody. The text of the report itself ends
    at `boundary`."""

    message_id: str = ""
    subject: str = ""
    recipients: tuple[str, ...] = ()
    writers: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    tokens: tuple[str, ...] = ()
    boundary: int = 0
    taken_for: str = ""


def is_returned(part: Part) -> bool:
    """Whether a part is our letter or its header. Some systems forget to say so, and its header is that of the part."""
    is_inside = bool(part.path)  # the header of a report in one piece is its own
    return part.media_type in LETTERS or (is_inside and part.headers.has("message-id") and part.headers.has("received"))


def returned_header(part: Part, tree: Tree) -> Headers:
    if part.media_type not in LETTERS:
        return part.headers
    return split(content(part, tree)[:MAX_BYTES].lstrip(b"\r\n\t "))[0]


def returned_in(tree: Tree, text: str) -> Returned:
    """What the report gives back of the letter, and where else it names it."""
    text = text[:MAX_TEXT]
    boundary = boundary_of(text)
    headers = [returned_header(part, tree) for part in tree.parts if is_returned(part)]
    if not headers and boundary < len(text):
        headers = [_copied(text[boundary:])]
    identifier, subject, recipients, writers, addresses, tokens = "", "", [], [], [], []
    for inside in headers[:3]:
        identifier = identifier or message_id(inside.raw("message-id"))
        subject = subject or inside.text("subject")
        recipients += [person.address for name in ("to", "cc") for person in people(inside.raw(name)[:20_000])[0]]
        writers += [
            person.address
            for name in ("from", "return-path", "sender")
            for person in people(inside.raw(name)[:4000])[0]
        ]
        addresses += [inside.text("reply-to"), inside.text("return-path"), inside.text("from")]
        tokens += [inside.plain("x-rung-conversation")]
    for part in tree.parts:
        if part.media_type in _REPORT_PARTS:
            fields = content(part, tree)[:MAX_BYTES].decode("utf-8", "replace")
            found = _BODY_MESSAGE_ID.search(fields)
            identifier = identifier or (message_id(found[1].encode()) if found else "")
    if not identifier:
        found = _BODY_MESSAGE_ID.search(text)
        about = message_ids(tree.headers.raw("in-reply-to")) or message_ids(tree.headers.raw("references"))
        about = about or message_ids(tree.headers.raw("x-riferimento-message-id"))
        identifier = found[1] if found else (about[-1] if about else "")
    if not subject and (found := _BODY_SUBJECT.search(text)):
        subject = found[1].strip()
    tokens += _BODY_TOKEN.findall(text)
    addresses += [tree.headers.text(name) for name in ("to", "delivered-to", "x-original-to")]
    return Returned(
        message_id=identifier,
        subject=subject[:300],
        recipients=tuple(dict.fromkeys(address for address in recipients if "@" in address))[:50],
        writers=tuple(dict.fromkeys(address.lower() for address in writers if "@" in address)),
        addresses=tuple(dict.fromkeys(address[:400] for address in addresses if address)),
        tokens=tuple(token for token in tokens if token),
        boundary=boundary,
        taken_for=_taken_for(headers[0]) if headers else "",
    )


def _taken_for(inside: Headers) -> str:
    for line in inside.all_raw("received")[:3]:
        if found := _TAKEN_FOR.search(line[:2000]):
            return found[1].decode("utf-8", "replace")
    return ""


def boundary_of(text: str) -> int:
    """Where the report ends and the copy of our letter begins; the whole length when there is no copy."""
    for match in _BOUNDARY.finditer(text):
        if match.start() > 0 and text[: match.start()].strip():
            return match.start()
    return len(text)


def _copied(text: str) -> Headers:
    """The header block of a letter copied into the text, with or without a mark or an indent before each line."""
    text = text[:60_000]
    start = _HEADER_START.search(_MARK.sub("", text))
    if start is None:
        return Headers([])
    plain = text if _HEADER_START.search(text) else _MARK.sub("", text)
    first = _HEADER_START.search(plain)
    return split(plain[first.start() :].encode("utf-8", "replace"))[0] if first else Headers([])
