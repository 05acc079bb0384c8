"""Outlook's winmail.dat: the text and the files in it (MS-OXTNEF)."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from rung.channels.email.reading.charsets import decoded
from rung.channels.email.reading.labels import codec_of_page
from rung.channels.email.reading.lzfu import decompressed
from rung.channels.email.reading.rtf import rtf_text

MAX_FILES = 200
MAX_ATTRIBUTES = 20_000
MAX_PROPERTIES = 5_000
MAX_DEPTH = 4

_SIGNATURE = b"\x78\x9f\x3e\x22"
_FIXED = {2: 4, 3: 4, 4: 4, 5: 8, 6: 8, 7: 8, 0xA: 4, 0xB: 4, 0x14: 8, 0x40: 8, 0x48: 16}
_STRING, _UNICODE, _OBJECT, _BINARY = 0x1E, 0x1F, 0x0D, 0x102

# Attributes and properties by the numbers of the specification.
_BODY, _SUBJECT, _CODEPAGE, _MESSAGE_PROPERTIES = 0x800C, 0x8004, 0x9007, 0x9003
_NEXT_FILE, _FILE_TITLE, _FILE_DATA, _FILE_PROPERTIES = 0x9002, 0x8010, 0x800F, 0x9005
_PR_BODY, _PR_RTF, _PR_HTML, _PR_SUBJECT = 0x1000, 0x1009, 0x1013, 0x0037
_PR_CPID, _PR_MESSAGE_CODEPAGE = 0x3FDE, 0x3FFD
_PR_LONG_NAME, _PR_NAME, _PR_DISPLAY_NAME = 0x3707, 0x3704, 0x3001
_PR_DATA, _PR_TYPE, _PR_CONTENT_ID = 0x3701, 0x370E, 0x3712


@dataclass(slots=True)
class TnefFile:
    names: dict[int, str] = field(default_factory=dict)
    content: bytes = b""
    media_type: str = ""
    content_id: str = ""
    inner: "Tnef | None" = None

    @property
    def name(self) -> str:
        return next(
            (self.names[key] for key in (_PR_LONG_NAME, 0, _PR_NAME, _PR_DISPLAY_NAME) if self.names.get(key)), ""
        )


@dataclass(slots=True)
class Tnef:
    """`text`, `html` and `rtf` are versions of the same text; each may be empty."""

    subject: str = ""
    text: str = ""
    html: str = ""
    files: list[TnefFile] = field(default_factory=list)
    codepage: str = "cp1252"
    is_damaged: bool = False


def tnef_of(data: bytes, depth: int = 0) -> Tnef | None:
    """What lies in a winmail.dat; None when it is none. Damaged ones are read as far as they go."""
    if data[:4] != _SIGNATURE or depth > MAX_DEPTH:
        return None
    found = Tnef()
    for name, value in _attributes(data, found):
        if name == _CODEPAGE and len(value) >= 4:
            found.codepage = codec_of_page(struct.unpack_from("<I", value)[0]) or found.codepage
        elif name == _SUBJECT:
            found.subject = found.subject or _text(value, found)
        elif name == _BODY:
            found.text = found.text or _text(value, found)
        elif name == _MESSAGE_PROPERTIES:
            _message(value, found)
        elif name == _NEXT_FILE:
            if len(found.files) >= MAX_FILES:
                found.is_damaged = True
                break
            found.files.append(TnefFile())
        elif found.files:
            _of_file(name, value, found, depth)
    return found


def _of_file(name: int, value: bytes, found: Tnef, depth: int) -> None:
    file = found.files[-1]
    if name == _FILE_TITLE:
        file.names[0] = _text(value, found)
    elif name == _FILE_DATA:
        file.content = value
    elif name == _FILE_PROPERTIES:
        _file(value, file, found, depth)


def _attributes(data: bytes, found: Tnef) -> Iterator[tuple[int, bytes]]:
    at = 6
    for _ in range(MAX_ATTRIBUTES):
        if at + 9 > len(data):
            found.is_damaged = found.is_damaged or at < len(data)
            return
        level, name, _kind, length = struct.unpack_from("<BHHI", data, at)
        if level not in (1, 2):
            found.is_damaged = True
            return
        value = data[at + 9 : at + 9 + length]
        if len(value) < length:
            found.is_damaged = True
        yield name, value
        at += 9 + length + 2


class _Cut(Exception):
    """The data ends in the middle of something."""


class _Bytes:
    """Data read piece by piece."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def take(self, length: int) -> bytes:
        piece = self.data[self.at : self.at + length]
        if len(piece) < length:
            raise _Cut
        self.at += length
        return piece

    def number(self) -> int:
        return int.from_bytes(self.take(4), "little")

    def padded(self, length: int) -> bytes:
        piece = self.take(length)
        self.at += -length % 4
        return piece


def _properties(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """(id, type, value) of each property; of one with many values the first."""
    source = _Bytes(data)
    try:
        for _ in range(min(source.number(), MAX_PROPERTIES)):
            kind, name = struct.unpack("<HH", source.take(4))
            if name >= 0x8000:  # a property with a name of its own: a GUID, and a number or a text
                source.take(16)
                is_text, length = source.number(), source.number()
                if is_text:
                    source.padded(length)
            many, kind = kind & 0x1000, kind & 0xFFF
            varies = kind in (_STRING, _UNICODE, _OBJECT, _BINARY)
            if not varies and kind not in _FIXED:
                return  # nothing behind a value of unknown length can be found
            count = source.number() if many or varies else 1
            values = [
                source.padded(source.number() if varies else _FIXED[kind]) for _ in range(min(count, MAX_PROPERTIES))
            ]
            if values:
                yield name, kind, values[0]
    except _Cut:
        return


def _message(data: bytes, found: Tnef) -> None:
    html = b""
    charset = ""
    for name, kind, value in _properties(data):
        if name in (_PR_CPID, _PR_MESSAGE_CODEPAGE) and kind == 3 and len(value) == 4:
            charset = codec_of_page(struct.unpack("<I", value)[0]) if name == _PR_CPID or not charset else charset
        elif name == _PR_SUBJECT:
            found.subject = _value(kind, value, found) or found.subject
        elif name == _PR_BODY:
            found.text = _value(kind, value, found) or found.text
        elif name == _PR_HTML:
            if kind == _UNICODE:
                found.html = _value(kind, value, found)
            else:
                html = value
        elif name == _PR_RTF and not found.html and not html:
            text, is_html = rtf_text(decompressed(value))
            if is_html:
                found.html = text
            elif not found.text:
                found.text = text
    if html:
        found.html = decoded(html.rstrip(b"\0"), charset or found.codepage)[0]


def _file(data: bytes, file: TnefFile, found: Tnef, depth: int) -> None:
    for name, kind, value in _properties(data):
        if name in (_PR_LONG_NAME, _PR_NAME, _PR_DISPLAY_NAME):
            file.names[name] = _value(kind, value, found)
        elif name == _PR_TYPE:
            file.media_type = _value(kind, value, found).lower()
        elif name == _PR_CONTENT_ID:
            file.content_id = _value(kind, value, found).strip("<> ")
        elif name == _PR_DATA and kind in (_OBJECT, _BINARY):
            content = value[16:] if kind == _OBJECT else value
            file.content = content
            if content[:4] == _SIGNATURE:
                file.inner = tnef_of(content, depth + 1)


def _value(kind: int, value: bytes, found: Tnef) -> str:
    if kind == _UNICODE:
        return value.decode("utf-16-le", "replace").rstrip("\0")
    return _text(value, found)


def _text(value: bytes, found: Tnef) -> str:
    return decoded(value.split(b"\0", 1)[0], found.codepage)[0]
