"""Handing over a file of unknown making by HTTP: its name (RFC 6266) and the piece of it that was asked for (RFC 9110)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO
from urllib.parse import quote

PIECE = 64 * 1024
_RANGE = re.compile(r"^\s*bytes\s*=\s*(\d*)\s*-\s*(\d*)\s*$", re.ASCII)
# What a header or a file system would read as something else, and marks that turn the reading direction of a name.
_HARMFUL = re.compile(r'[\x00-\x1f\x7f"\\/:*?<>|\u200e\u200f\u202a-\u202e\u2066-\u2069]')


def content_disposition(name: str, *, inline: bool) -> str:
    """Both forms of the name: plain for old programs, RFC 8187 for the others. Neither can end the header or a path."""
    name = _HARMFUL.sub("_", name).strip(" .") or "file"
    plain = name.encode("ascii", "replace").decode().replace("?", "_").replace("%", "_")
    kind = "inline" if inline else "attachment"
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


# The wide ones are the same to a spreadsheet that is set to Japanese or Chinese.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def harmless(cell: object) -> object:
    """A text that a spreadsheet would run as a formula is quoted; a number stays a number."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


def as_it_was(cell: str) -> str:
    """What `harmless` was given, from what it made of it."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA) else cell


@dataclass(frozen=True, slots=True)
class Span:
    """Bytes from `start` up to and without `end`."""

    start: int
    end: int


class Unsatisfiable(ValueError):
    """A range that begins behind the end."""


def asked_span(header: str, size: int) -> Span | None:
    """What a Range header asks of a file of so many bytes; None for all of it, also where the header is not understood or
    names several ranges, as RFC 9110 (14.2) lets a server do. Raises Unsatisfiable."""
    match = _RANGE.match(header[:100])
    if match is None or match.group(1) == match.group(2) == "":
        return None
    first, last = match.groups()
    if first == "":
        start, end = max(size - int(last), 0), size
    else:
        start, end = int(first), min(int(last) + 1, size) if last else size
        if last and int(last) < int(first):
            return None
    if start >= size or start >= end:
        raise Unsatisfiable(header[:100])
    return Span(start, end)


def pieces(content: IO[bytes], span: Span) -> Iterator[bytes]:
    """The bytes of a span, a piece at a time; the file is closed at its end."""
    with content:
        content.seek(span.start)
        left = span.end - span.start
        while left > 0 and (piece := content.read(min(PIECE, left))):
            left -= len(piece)
            yield piece
