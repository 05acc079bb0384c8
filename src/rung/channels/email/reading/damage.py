"""What is missing in a letter, or stands in the wrong place, told from the rest of it."""

import re

from rung.channels.email.reading.headers import Headers, split
from rung.channels.email.reading.labels import codec_for
from rung.channels.email.reading.values import Value, structured
from rung.channels.email.reading.words import from_base64

GUESSED_BOUNDARY = re.compile(rb"(?:^|\n)--(-{0,60}[^\s-][^\r\n]{0,200}?)[ \t]*\r?\n(?=[Cc]ontent-)")
_BLANK_LINES = re.compile(rb"(?:[ \t]{0,1000}\r{0,2}\n){0,500}[ \t]{0,100}")
_HEADER_LIKE = re.compile(
    rb"(?i)(?:\xef\xbb\xbf)?(?:(?:from|to|cc|subject|date|received(?:-spf)?|return-path|message-id|mime-version|sender|"
    rb"delivered-to|envelope-to|delivery-date|authentication-results|reply-to|in-reply-to|references|auto-submitted|"
    rb"dkim-signature|domainkey-signature|user-agent|precedence|importance|(?:x|arc|list|resent|content)-[a-z-]+)[ \t]?:|"
    rb">?from [^\s]{1,200} {1,4}(?:mon|tue|wed|thu|fri|sat|sun) )"
)
_RETURNED = re.compile(rb"\r(?:from|to|subject|date|mime-version|content-type|message-id)[ \t]?:", re.IGNORECASE)
_CHARSET = re.compile(rb"charset\s{0,9}=\s{0,9}[\"']?([\w.:-]{2,40})|=\?([\w.:-]{2,40})\?[bq]\?", re.IGNORECASE)
_PART_HEADER = re.compile(rb"content-(?:type|disposition|transfer-encoding)[ \t]{0,9}:", re.IGNORECASE)
_TYPES = re.compile(rb"^content-type[ \t]{0,9}:\s{0,9}([\w/.+-]{1,80})", re.IGNORECASE | re.MULTILINE)
_ONCE = ("from", "to", "subject", "date", "message-id", "mime-version", "content-type")
_MAX_PREAMBLE = 300


def header_of(data: bytes) -> tuple[bytes, Headers, int, list[str]]:
    """The letter with line ends that mean something, its header, where its body begins, and what was odd about them."""
    if _ends_lines_in_returns(data):
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    headers, body, remarks = split(data, past_blank_lines(data))
    if after := rest_of_header(data, headers, body):
        remarks.append("A blank line stood within the header.")
        body = after
    headers.hint = structured(headers.raw("content-type")).parameters.get("charset", "") or charset_said(data)
    return data, headers, body, remarks


def _ends_lines_in_returns(data: bytes) -> bool:
    """Whether the lines of a letter end in single carriage returns, all or all but a few with which a gateway began it."""
    returns = data.count(b"\r", 0, 65536)
    if not returns:
        return False
    feeds = data.count(b"\n", 0, 65536)
    return not feeds or (returns > 3 * feeds and _RETURNED.search(data, 0, 65536) is not None)


def charset_said(data: bytes) -> str:
    """The first charset that a letter names anywhere, for what in it is not labelled; "" where nothing is in need of one."""
    if data.isascii():
        return ""
    for match, _ in zip(_CHARSET.finditer(data, 0, 100_000), range(20), strict=False):
        label = (match[1] or match[2]).decode("ascii")
        if "ascii" not in label.lower() and codec_for(label):
            return label
    return ""


def past_blank_lines(data: bytes) -> int:
    """Where the header begins when blanks stand before it; 0 when they are the empty header of a bare text."""
    if data[:1] not in b"\r\n \t":
        return 0
    blank = _BLANK_LINES.match(data)
    return blank.end() if blank and _HEADER_LIKE.match(data, blank.end()) else 0


def rest_of_header(data: bytes, headers: Headers, body: int) -> int:
    """Where the body begins when a blank line stands within the header, whose rest is added; 0 where none does.

    It is no text that cites a header when it says what the letter is made of, or all that the lines above it lack.
    """
    if not headers.fields or headers.has("content-type") or not _HEADER_LIKE.match(data, body):
        return 0
    more, after, odd = split(data, body)
    if odd or after <= body or any(headers.has(name) and more.has(name) for name in _ONCE):
        return 0
    if not (more.has("content-type") or (more.has("from") and (more.has("subject") or more.has("date")))):
        return 0
    for name, value in more.fields:
        headers.add(name, value)
    return after


def type_by_parts(data: bytes, headers: Headers, kind: Value, body: int) -> Value | None:
    """The type of a letter of several parts whose header does not say so, or not any more; None for any other."""
    if headers.has("content-type") and "boundary" not in kind.parameters:
        return None
    found = GUESSED_BOUNDARY.search(data, max(body - 1, 0), body + _MAX_PREAMBLE)
    if found is None:
        return None
    preamble = data[body : found.start()].strip().lower()
    if (preamble and b"mime" not in preamble) or data.find(b"\n--" + found[1], found.end()) < 0:
        return None
    types = [each.lower() for each in _TYPES.findall(data, found.end(), found.end() + 50_000)[:2]]
    subtype = "alternative" if types == [b"text/plain", b"text/html"] else "mixed"
    return Value(f"multipart/{subtype}", {"boundary": found[1].decode("utf-8", "replace")})


def opened(data: bytes, body: int, boundary: bytes) -> bytes:
    """A letter of several parts that were encoded together, against the standard, with this undone."""
    if data.startswith(b"--" + boundary, body) or b"\n--" + boundary in data:
        return data
    inside = from_base64(data[body:])
    return data[:body] + inside if b"--" + boundary in inside else data


def past_blank_before_part(data: bytes, body: int, end: int) -> tuple[Headers, int] | None:
    """The header of a part that a blank line stands before, and where its body begins; None where it is none."""
    if not _PART_HEADER.match(data, body, end):
        return None
    headers, after, odd = split(data, body, end)
    return None if odd or after <= body or after >= end else (headers, after)
