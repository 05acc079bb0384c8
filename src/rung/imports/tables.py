"""Reading a table from a file of unknown making: its encoding, its separator, its lines. Never more than a piece at once."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterator
from io import TextIOWrapper
from itertools import islice
from typing import IO

from django.utils.translation import gettext as _

SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
PIECE = 256 * 1024
LOOKED_AT = 50
MOST_COLUMNS = 100
MOST_CELL = 10_000

csv.field_size_limit(PIECE)


class NoTable(ValueError):
    """The file cannot be read as a table; the text says why."""


def encoding_of(content: IO[bytes]) -> str:
    """A byte order mark decides; without one, UTF-16 where every other byte is nought, UTF-8 where it is that throughout,
    else Windows-1252, in which old spreadsheets write."""
    content.seek(0)
    first = content.read(4096)
    if first.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if first and first[1::2].count(0) > len(first) // 4:
        return "utf-16-le"
    if first and first[::2].count(0) > len(first) // 4:
        return "utf-16-be"
    decoder = codecs.getincrementaldecoder("utf-8")()
    content.seek(0)
    try:
        while piece := content.read(PIECE):
            decoder.decode(piece)
        decoder.decode(b"", True)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"


def separator_of(content: IO[bytes], encoding: str) -> str:
    """That which makes the most columns, the same number in the most lines."""
    best, most = ",", (0.0, 0)
    if (told := _told_separator(content, encoding)) in SEPARATORS:
        return told
    for separator in SEPARATORS:
        try:
            widths = [len(cells) for cells in islice(rows(content, encoding, separator), LOOKED_AT)]
        except NoTable:
            continue
        if not widths or widths[0] < 2:
            continue
        alike = sum(width == widths[0] for width in widths) / len(widths)
        if (score := (round(alike, 1), widths[0])) > most:
            best, most = separator, score
    return best


def _told_separator(content: IO[bytes], encoding: str) -> str:
    """What Excel writes into a line of its own above the head: "sep=;"."""
    content.seek(0)
    first = content.read(64).decode(encoding, errors="replace").lstrip("\ufeff").splitlines()[:1]
    told = _TOLD.fullmatch(first[0]) if first else None
    return told[1] if told else ""


_TOLD = re.compile(r'"?sep=(.)"?', re.IGNORECASE)


def rows(content: IO[bytes], encoding: str, separator: str) -> Iterator[list[str]]:
    """The lines of a table from its first on, without those that are empty. Raises NoTable."""
    content.seek(0)
    text = TextIOWrapper(content, encoding=encoding, errors="replace", newline="")
    try:
        for number, cells in enumerate(csv.reader(text, delimiter=separator)):
            if number == 0 and _TOLD.fullmatch(separator.join(cells).lstrip("\ufeff").strip()):
                continue
            if any(cell.strip() for cell in cells):
                yield [cell.replace("\x00", "").strip()[:MOST_CELL] for cell in cells[:MOST_COLUMNS]]
    except csv.Error as wrong:
        why = _("a quotation mark is opened and not closed") if "field larger" in str(wrong) else str(wrong)
        raise NoTable(why) from wrong
    finally:
        # Whoever stops half-way may have closed the file before this ends.
        if not content.closed:
            text.detach()


def swallows(cell: str, separator: str, columns: int) -> bool:
    """Whether a cell holds lines that look like the table's own: a quotation mark before it is never closed."""
    return columns > 1 and sum(line.count(separator) == columns - 1 for line in cell.split("\n")[1:-1]) > 1


_NO_TEXTS = ((b"PK\x03\x04", "Excel"), (b"\xd0\xcf\x11\xe0", "Excel"), (b"%PDF", "PDF"), (b"\x1f\x8b", "gzip"))


def kind_instead(content: IO[bytes]) -> str:
    """What a file is that is no text, by name; empty for one that may be a text."""
    content.seek(0)
    begins = content.read(8)
    return next((name for mark, name in _NO_TEXTS if begins.startswith(mark)), "")


def numbered(content: IO[bytes], encoding: str, separator: str, *, after: int) -> Iterator[tuple[int, list[str]]]:
    """The lines below the head from the one behind `after` of them on, each with its number in the table, the head being
    1."""
    for number, cells in enumerate(rows(content, encoding, separator)):
        if number > after:
            yield number + 1, cells
