"""The header block of a letter or of one of its parts, read without trust.

The standard library's structured header parser is not called: one crafted header of 32 kB costs it ten seconds, nested
brackets a RecursionError. Every pattern here moves forward only, and every list has an end.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from rung.channels.email.reading.words import listed, tidy, words

MAX_BLOCK = 2 * 1024 * 1024
"""Bytes of a header block that are looked at."""
MAX_FIELDS = 2000
MAX_VALUE = 1024 * 1024

_NAME = re.compile(rb"([!-9;-~]{1,200})[ \t]*:")
_FIELD = re.compile(rb"^([!-9;-~]{1,200})[ \t]*:([^\n]*(?:\n[ \t][^\n]*)*)", re.MULTILINE)
_SPACED_FROM = re.compile(rb"From[ \t]{1,20}:")
# What may have been folded without the blank that says so: an encoded word, and a parameter.
_CONTINUES = re.compile(rb"[ \t]|=\?[^?\s]{1,60}\?[bBqQ]\?.*\?=[ \t]*$")
_PARAMETER = re.compile(rb"[\w*-]{1,60}[ \t]?=[ \t]?[^=]")
_BLANK = re.compile(rb"\r?\n\r?\n")

# Names by which a line is known to be a header even in a damaged block.
_COMMON = listed(
    "from to cc bcc subject date message-id in-reply-to references reply-to sender return-path received mime-version "
    "content-type content-transfer-encoding content-disposition content-id content-language delivered-to importance "
    "priority precedence auto-submitted list-id list-unsubscribe list-post dkim-signature thread-topic thread-index "
    "user-agent organization"
)


@dataclass(slots=True)
class Headers:
    """Header fields in their order: raw values by lower-case name, decoded when asked for."""

    fields: list[tuple[str, bytes]]
    hint: str = ""
    named: dict[str, list[bytes]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.named = {}
        for key, value in self.fields:
            self.named.setdefault(key.lower(), []).append(value)

    def add(self, name: str, value: bytes) -> None:
        self.fields.append((name, value))
        self.named.setdefault(name.lower(), []).append(value)

    def raw(self, name: str) -> bytes:
        """The first value of a header, unfolded; b"" when there is none."""
        values = self.named.get(name)
        return values[0] if values else b""

    def all_raw(self, name: str) -> list[bytes]:
        return self.named.get(name, [])

    def has(self, name: str) -> bool:
        return name in self.named

    def plain(self, name: str) -> str:
        """A value as a short machine word: lower case, ASCII, at most 200 characters."""
        values = self.named.get(name)
        return tidy(values[0][:200].decode("ascii", "ignore")).lower() if values else ""

    def text(self, name: str) -> str:
        """A value as a person reads it: the first that is not empty."""
        for value in self.named.get(name, ())[:5]:
            if text := words(value, self.hint):
                return text
        return ""

    def decoded(self) -> Iterator[tuple[str, str]]:
        for name, value in self.fields:
            yield name, words(value[:4000], self.hint)


def split(data: bytes, start: int = 0, end: int | None = None) -> tuple[Headers, int, list[str]]:
    """The header fields at `start`, where the body begins, and what was odd about them.

    A block may be damaged: lines that are no header are left out when headers follow them, and begin the body when none do.
    """
    end = len(data) if end is None else end
    remarks: list[str] = []
    start = _skip_preamble(data, start, end)
    if data[start : start + 1] in (b"\r", b"\n"):
        return Headers([]), _after_newline(data, start), remarks
    blank = _BLANK.search(data, start, min(end, start + MAX_BLOCK))
    if blank:
        block, body = data[start : blank.start()], blank.end()
    elif end - start > MAX_BLOCK:
        cut = data.rfind(b"\n", start, start + MAX_BLOCK) + 1 or start + MAX_BLOCK
        block, body = data[start:cut], cut
        remarks.append("The header is longer than 2 MB; what follows was read as text.")
    else:
        block, body = data[start:end], end
    if (regular := _regular(block)) is not None:
        return Headers(regular), body, _once(remarks)
    fields: list[tuple[str, list[bytes]]] = []
    lines = block.split(b"\n")
    for index, whole in enumerate(lines):
        line = whole[:-1] if whole.endswith(b"\r") else whole
        if _goes_on(line, fields[-1][1][-1] if fields else b""):
            if fields:
                fields[-1][1].append(line if line[:1] in b" \t" else b" " + line)
            continue
        match = _NAME.match(line)
        if match is None:
            if _headers_follow(lines, index + 1):
                remarks.append("A line among the headers is no header and was left out.")
                continue
            remarks.append("There is no empty line between the header and the text.")
            body = start + sum(map(len, lines[:index])) + index
            break
        if len(fields) >= MAX_FIELDS:
            remarks.append(f"Only the first {MAX_FIELDS} header fields were read.")
            break
        fields.append((match[1].decode("ascii"), [line[match.end() :]]))
    if not fields:
        return Headers([]), start, ["The letter has no header."]
    return (
        Headers([(name, b"".join(folds)[:MAX_VALUE].strip(b" \t\r")) for name, folds in fields]),
        body,
        _once(remarks),
    )


def _regular(block: bytes) -> list[tuple[str, bytes]] | None:
    """The fields of a header in which every line is one or goes on with one; None for any other."""
    found = _FIELD.findall(block)
    if not found or len(found) > MAX_FIELDS:
        return None
    if sum([value.count(b"\n") for _, value in found]) + len(found) != block.count(b"\n") + 1:
        return None
    return [
        (name.decode("ascii"), value.replace(b"\r\n", b"").replace(b"\n", b"")[:MAX_VALUE].strip(b" \t\r"))
        for name, value in found
    ]


def _goes_on(line: bytes, before: bytes) -> bool:
    """Whether a line belongs to the one before."""
    if _CONTINUES.match(line):
        return True
    return before.rstrip().endswith(b";") and _PARAMETER.match(line) is not None


def _headers_follow(lines: list[bytes], index: int) -> bool:
    for line in lines[index : index + 50]:
        match = _NAME.match(line)
        if match and match[1].decode("ascii").lower() in _COMMON:
            return True
    return False


def _skip_preamble(data: bytes, start: int, end: int) -> int:
    """Past a byte order mark and an mbox "From " line. "From : Ada" is the header, as it was written once."""
    if data.startswith(b"\xef\xbb\xbf", start):
        start += 3
    while data.startswith((b"From ", b">From "), start) and not _SPACED_FROM.match(data, start):
        newline = data.find(b"\n", start, end)
        if newline < 0:
            return start
        start = newline + 1
    return start


def _after_newline(data: bytes, start: int) -> int:
    return start + (2 if data.startswith(b"\r\n", start) else 1)


def _once(remarks: list[str]) -> list[str]:
    return list(dict.fromkeys(remarks))
