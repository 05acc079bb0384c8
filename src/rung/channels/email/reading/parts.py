"""The parts of a letter: a walk over bytes that copies nothing until a part is wanted.

The standard library's parser builds every line of a 60 MB letter as a string; this one looks for boundaries.
"""

import re
from binascii import a2b_qp
from collections.abc import Iterator
from dataclasses import dataclass, field

from rung.channels.email.reading.damage import (
    GUESSED_BOUNDARY,
    header_of,
    opened,
    past_blank_before_part,
    type_by_parts,
)
from rung.channels.email.reading.headers import Headers, split
from rung.channels.email.reading.uuencode import uu_line
from rung.channels.email.reading.values import Value, structured
from rung.channels.email.reading.words import from_base64, tidy, undone

MAX_DEPTH = 30
MAX_PARTS = 1000

_NO_TEXT = re.compile(rb"[\x00-\x08\x0e-\x1a\x7f]|[\x80-\xff][\x00-\x7f]|[\x00-\x7f][\x80-\xbf]")
_SOFT_BREAK = re.compile(rb"=[ \t]{1,20}(?=\r?\n)")
_ENCODINGS = frozenset({"7bit", "8bit", "binary", "base64", "quoted-printable"})
_MEANT = {
    **dict.fromkeys(("7bit", "8bit", "binary", "none", "7bits", "8bits", "ascii", "plain", ""), "7bit"),
    **dict.fromkeys(("base64", "b64", "base", "64"), "base64"),
    **dict.fromkeys(("quotedprintable", "qp", "quoted", "quotedprinted"), "quoted-printable"),
    **dict.fromkeys(("uuencode", "uue", "uuencoded"), "uuencode"),
}
_COMMENT = re.compile(r"\([^()]{0,200}\)")
_TYPES_MEANT = {
    **dict.fromkeys(
        ("text", "plain/text", "text/text", "text/txt", "text/ascii", "text/us-ascii", "text/utf-8"), "text/plain"
    ),
    **dict.fromkeys(("html", "html/text"), "text/html"),
}
_PAGE = re.compile(rb"\s{0,200}(?:<!--.{0,200}-->\s{0,50})?<(?:!doctype\s{1,9}html|html)\b", re.IGNORECASE)


@dataclass(slots=True)
class Part:
    """A leaf of the tree (or a multipart that holds nothing): its headers and where its body lies in the letter.

    `path` names the multiparts around it from the outside in, each as (kind, number): parts with a common prefix belong
    together. `position` is its place within the innermost.
    """

    headers: Headers
    type: Value
    disposition: Value
    start: int
    end: int
    path: tuple[tuple[str, int], ...] = ()
    position: int = 0

    @property
    def media_type(self) -> str:
        return self.type.word

    @property
    def is_attachment(self) -> bool:
        return self.disposition.word == "attachment"

    def is_within(self, kind: str) -> bool:
        return any(name == kind for name, _ in self.path)


@dataclass(slots=True)
class Tree:
    headers: Headers
    data: bytes
    parts: list[Part] = field(default_factory=list)
    type: Value = field(default_factory=lambda: Value("text/plain", {}))
    body: int = 0
    remarks: list[str] = field(default_factory=list)
    multiparts: int = 0
    # Where the signed part of each multipart/signed lies, by the number of the multipart.
    signed: dict[int, tuple[int, int]] = field(default_factory=dict)

    def remark(self, sentence: str) -> None:
        if sentence not in self.remarks and len(self.remarks) < 40:
            self.remarks.append(sentence)


def take_apart(data: bytes) -> Tree:
    """All leaf parts of a letter in their order. Depth and number of parts are bounded; what lies beyond stays one file."""
    data, headers, body, remarks = header_of(data)
    tree = Tree(headers, data=data, remarks=remarks, body=body)
    is_page = not headers.has("content-type") and _PAGE.match(data, body) is not None
    tree.type = _type_of(headers, "text/html" if is_page else "text/plain")
    if not tree.type.word.startswith("multipart/"):
        if by_parts := type_by_parts(data, headers, tree.type, body):
            tree.remark("The header does not say that the letter has parts; it has.")
            tree.type = by_parts
    elif headers.plain("content-transfer-encoding") == "base64":
        tree.data = data = opened(data, body, boundary_of(tree.type))
    _walk(data, tree, headers, tree.type, body, len(data), (), 0)
    return tree


def boundary_of(kind: Value) -> bytes:
    return kind.parameters.get("boundary", "").rstrip().encode("utf-8", "replace")


def _type_of(headers: Headers, default: str) -> Value:
    value = structured(headers.raw("content-type"), headers.hint)
    if meant := _TYPES_MEANT.get(value.word):
        return Value(meant, value.parameters)
    return value if "/" in value.word else Value(default, value.parameters)


def _walk(
    data: bytes,
    tree: Tree,
    headers: Headers,
    kind: Value,
    start: int,
    end: int,
    path: tuple[tuple[str, int], ...],
    position: int,
) -> None:
    if len(tree.parts) >= MAX_PARTS:
        tree.remark(f"The letter has more than {MAX_PARTS} parts; the rest was not taken apart.")
        return
    if kind.word.startswith("multipart/"):
        if len(path) >= MAX_DEPTH:
            tree.remark(f"Parts are nested deeper than {MAX_DEPTH} levels; the innermost stay one file.")
            tree.parts.append(
                Part(
                    headers, Value("application/octet-stream", {}), Value("attachment", {}), start, end, path, position
                )
            )
            return
        boundary = boundary_of(kind)
        spans = list(_between(data, boundary, start, end, tree)) if boundary else []
        if not spans and (guess := GUESSED_BOUNDARY.search(data, max(start - 1, 0), end)):
            tree.remark("The boundary between the parts was not as announced; it was found by looking.")
            spans = list(_between(data, guess[1], start, end, tree))
        if spans:
            tree.multiparts += 1
            inner = (*path, (kind.word.removeprefix("multipart/"), tree.multiparts))
            if kind.word == "multipart/signed":
                tree.signed[tree.multiparts] = spans[0]
            default = "message/rfc822" if kind.word == "multipart/digest" else "text/plain"
            for number, (first, last) in enumerate(spans):
                part_headers, body, remarks = split(data, first, last)
                if remarks and not part_headers.fields:
                    body = first  # a part may do without a header, but then it is all body
                elif not part_headers.fields and (late := past_blank_before_part(data, body, last)):
                    part_headers, body = late
                part_headers.hint = tree.headers.hint
                is_page = default == "text/plain" and _PAGE.match(data, body, last) is not None
                part_kind = _type_of(part_headers, "text/html" if is_page else default)
                _walk(data, tree, part_headers, part_kind, min(body, last), last, inner, number)
            return
        tree.remark("The letter says that it has parts, but none was found; it is shown as text.")
        kind = Value("text/plain", {})
    disposition = structured(headers.raw("content-disposition"), headers.hint)
    tree.parts.append(Part(headers, kind, disposition, start, end, path, position))


def _between(data: bytes, boundary: bytes, start: int, end: int, tree: Tree) -> Iterator[tuple[int, int]]:
    """The stretches between the lines made of a boundary; the last one runs to the end when the closing line is missing."""
    mark = b"--" + boundary
    opened = -1
    at = data.find(mark, start, end)
    while at >= 0:
        after = at + len(mark)
        is_line_start = at == start or data[at - 1 : at] == b"\n"
        closes = data.startswith(b"--", after)
        if is_line_start and (closes or after >= end or data[after : after + 1] in b"\r\n \t"):
            if opened >= 0:
                yield opened, _without_newline(data, opened, at)
            if closes:
                return
            newline = data.find(b"\n", after, end)
            opened = end if newline < 0 else newline + 1
        at = data.find(mark, after, end)
    if opened >= 0:
        tree.remark("The letter ends before its last part is closed: something may be missing.")
        if opened < end:
            yield opened, end


def _without_newline(data: bytes, start: int, end: int) -> int:
    if end > start and data[end - 1 : end] == b"\n":
        end -= 1
        if end > start and data[end - 1 : end] == b"\r":
            end -= 1
    return end


def content(part: Part, tree: Tree) -> bytes:
    """The bytes of a part with its transfer encoding undone. An encoding that nobody knows is left as it is, and said."""
    raw = tree.data[part.start : part.end]
    encoding = part.headers.plain("content-transfer-encoding")
    if encoding and encoding not in _ENCODINGS:
        encoding = _encoding_meant(encoding)
    if encoding in ("", "7bit", "8bit", "binary"):
        return raw
    if encoding == "base64":
        is_text = part.media_type.startswith("text/")
        encoded = _before_plain_tail(raw) if is_text else raw
        decoded = from_base64(encoded)
        if raw.strip() and (not decoded or (is_text and _is_bare_text(encoded, decoded))):
            tree.remark("A part says it is base64 and is not; it is shown as it came.")
            return raw
        return decoded
    if encoding == "quoted-printable":
        # Blanks behind the mark of a soft line break were added on the way.
        return a2b_qp(_SOFT_BREAK.sub(b"=", raw) if b"= " in raw or b"=\t" in raw else raw)
    if encoding == "uuencode":
        return _uudecoded(raw)
    tree.remark(f"A part is encoded in a way nobody knows ({tidy(encoding)[:40]}); it is shown as it came.")
    return raw


def _encoding_meant(said: str) -> str:
    """A transfer encoding by the name of the standard: `"QP"`, "x-base-64;" and "Quoted printable (as ever)" are others."""
    word = undone(said) if "=?" in said else said
    word = _COMMENT.sub("", word).split(";")[0].split(",")[0]
    word = "".join(sign for sign in word if sign.isalnum()).removeprefix("x")
    return _MEANT.get(word, said)


def signed_span(tree: Tree, part: Part) -> tuple[int, int] | None:
    """Where what the signature in `part` is about lies in the letter."""
    number = next((number for kind, number in reversed(part.path) if kind == "signed"), 0)
    return tree.signed.get(number)


def signed_bytes(tree: Tree, part: Part) -> bytes | None:
    """What the signature in `part` is about, with the line ends of the mail standard."""
    span = signed_span(tree, part)
    if span is None:
        return None
    data = tree.data[span[0] : span[1]]
    return data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def _is_bare_text(raw: bytes, decoded: bytes) -> bool:
    """Whether what is called base64 was never encoded: words with blanks between them, which make no sense as base64."""
    sample = raw[:2000].strip()
    return sample.count(b" ") * 20 > len(sample) and _NO_TEXT.search(decoded[:2000]) is not None


def _before_plain_tail(raw: bytes) -> bytes:
    """Base64 without the plain footer that mailing lists and virus scanners put behind it."""
    blank = raw.find(b"\n\r\n", 1)
    blank = raw.find(b"\n\n", 1) if blank < 0 else blank
    if blank > 0 and b" " in raw[blank:].strip():
        return raw[:blank]
    return raw


def _uudecoded(raw: bytes) -> bytes:
    out = []
    for line in raw.split(b"\n"):
        line = line.rstrip(b"\r")
        if line and not line.startswith((b"begin ", b"end")) and (data := uu_line(line)):
            out.append(data)
    return b"".join(out)
