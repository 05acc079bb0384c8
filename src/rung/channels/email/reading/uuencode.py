"""Files that stand between the lines of a plain text: uuencode, and yEnc."""

import re
from binascii import Error as UUError
from binascii import a2b_uu
from zlib import crc32

_BEGIN = re.compile(rb"^begin(?:-base64)? [0-7]{3,4} ([^\r\n]{1,250}?)[ \t]*\r?$", re.MULTILINE)
_YENC = re.compile(rb"^=ybegin (?:[^\r\n]{0,200} )?name=([^\r\n]{1,250})\r?\n", re.MULTILINE)
_YENC_PART = re.compile(rb"=ypart [^\r\n]{0,200}\r?\n")
_YENC_END = re.compile(rb"^=yend ([^\r\n]{0,200})\r?\n?", re.MULTILINE)
_CRC = re.compile(rb"crc32=([0-9a-fA-F]{1,8})")
_LESS_42 = bytes((byte - 42) & 255 for byte in range(256))
_LESS_106 = bytes((byte - 106) & 255 for byte in range(256))
MAX_FILES = 100


def taken_out(text: bytes) -> tuple[bytes, list[tuple[bytes, bytes]]]:
    """The text without the files in it, and (name, content) of each."""
    if b"begin " not in text:
        return text, []
    rest, files = _uuencoded(text)
    if b"=ybegin " in rest:
        rest, more = _yencoded(rest)
        files += more
    return rest, files


def _uuencoded(text: bytes) -> tuple[bytes, list[tuple[bytes, bytes]]]:
    files: list[tuple[bytes, bytes]] = []
    kept: list[bytes] = []
    at = 0
    while len(files) < MAX_FILES and (match := _BEGIN.search(text, at)):
        content, end = _lines(text, match.end() + 1)
        if content is None:
            kept.append(text[at : match.end()])
            at = match.end()
            continue
        kept.append(text[at : match.start()])
        files.append((match[1], content))
        at = end
    kept.append(text[at:])
    return b"".join(kept), files


def _lines(text: bytes, start: int) -> tuple[bytes | None, int]:
    """The content of the lines from `start`, and where they end; None when those are no uuencode."""
    out: list[bytes] = []
    closes = False
    at = start
    while at < len(text):
        newline = text.find(b"\n", at)
        end = len(text) if newline < 0 else newline
        line = text[at:end].rstrip(b"\r")
        if line == b"end":
            return b"".join(out), min(end + 1, len(text))
        if line.strip() in (b"", b"`"):
            closes = closes or bool(out and line.strip())
            at = end + 1
            continue
        if not 32 <= line[0] <= 96 or len(line) > 90:
            break
        data = uu_line(line)
        if data is None:
            break
        out.append(data)
        at = end + 1
    return (b"".join(out), at) if len(out) + closes >= 2 else (None, at)


def uu_line(line: bytes) -> bytes | None:
    """One line of uuencode; None when it is none."""
    try:
        return a2b_uu(line)
    except UUError:
        # Some encoders count wrongly: believe the length byte and cut.
        length = (((line[0] - 32) & 63) * 4 + 5) // 3
        try:
            return a2b_uu(line[:length]) if abs(len(line) - length) <= 4 else None
        except UUError:
            return None


def _yencoded(text: bytes) -> tuple[bytes, list[tuple[bytes, bytes]]]:
    files: list[tuple[bytes, bytes]] = []
    kept: list[bytes] = []
    at = 0
    while len(files) < MAX_FILES and (match := _YENC.search(text, at)):
        begin = match.end()
        if part := _YENC_PART.match(text, begin):
            begin = part.end()
        closing = _YENC_END.search(text, begin)
        if closing is None:
            break
        content = _undone(text[begin : closing.start()])
        wanted = _CRC.search(closing[1])
        if wanted and int(wanted[1], 16) != crc32(content):
            kept.append(text[at : closing.end()])  # damaged on the way: shown as it came
        else:
            kept.append(text[at : match.start()])
            files.append((match[1].strip(), content))
        at = closing.end()
    kept.append(text[at:])
    return b"".join(kept), files


def _undone(data: bytes) -> bytes:
    pieces = data.translate(None, b"\r\n").split(b"=")
    out = [pieces[0].translate(_LESS_42)]
    for piece in pieces[1:]:
        out.append(piece[:1].translate(_LESS_106) + piece[1:].translate(_LESS_42))
    return b"".join(out)
