"""Text inside headers: encoded words, base64 however broken, and what may stand on one line."""

import re
from binascii import Error as Base64Error
from binascii import a2b_base64, a2b_qp
from unicodedata import normalize

from rung.channels.email.reading.charsets import decoded

# A word may hold a bare question mark, and the last one of a header may be cut off. Its length has an end, so that words
# that are opened ten thousand times and never closed are not looked through as often.
_WORD = re.compile(r"=\?([^?\s]{0,60})\?([bBqQ])\?((?:[^?]|\?(?!=)){0,6000}+)(?:\?=|$)")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
# What turns letters around against their own direction: nobody writes it, and names are forged by it.
_TURNING = re.compile(r"[\u202d\u202e]")
_SPACE = re.compile(r"\s+")


# Letters that Unicode does not take apart, and marks that people leave out where their keyboard has none.
_PLAIN_LETTERS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th"})
_MARKS = re.compile(r"[\u0300-\u036f\u0591-\u05c7\u0640\u064b-\u065f]")


def listed(names: str) -> frozenset[str]:
    """A set written as words with spaces between them."""
    return frozenset(names.split())


def folded(text: str) -> str:
    """In lower case and without accents or vowel signs, which are often left out: "Grüße" and "grusse" are the same."""
    text = text.casefold()
    if text.isascii():
        return text
    return _MARKS.sub("", normalize("NFKD", text)).translate(_PLAIN_LETTERS)


def words(value: bytes, hint: str = "") -> str:
    """A header's text with its encoded words undone, on one line, without control characters.

    Neighbouring words of one charset are joined before they are decoded, because a character may be cut between them.
    """
    text = value.decode("ascii") if value.isascii() and b"\x1b$" not in value else decoded(value, "", hint)[0]
    if "=?" in text:
        text = undone(text)
        if "=?" in text:  # encoded twice by a careless gateway
            text = undone(text)
    return tidy(text)


def tidy(text: str) -> str:
    """On one line, with single spaces, without control characters."""
    if text.isprintable() and "  " not in text:
        return text.strip()
    return _SPACE.sub(" ", _CONTROL.sub(" ", _TURNING.sub("", text))).strip()


def undone(text: str) -> str:
    """The encoded words of a text decoded, one level deep."""
    pieces: list[str] = []
    pending: list[tuple[str, str]] = []
    charset, end = "", 0
    for match in _WORD.finditer(text):
        between = text[end : match.start()]
        label = match[1].split("*", 1)[0].lower()
        if pending and (between.strip() or label != charset):
            pieces.append(_word_text(pending, charset))
            pending = []
            if between.strip():
                pieces.append(between)
        elif not pending and (between.strip() or not pieces):
            pieces.append(between)
        content = match[3] if match[0].endswith("?=") else match[3].removesuffix("?")
        pending.append((match[2].lower(), content))
        charset, end = label, match.end()
    if pending:
        pieces.append(_word_text(pending, charset))
    pieces.append(text[end:])
    return "".join(pieces)


def _word_text(pending: list[tuple[str, str]], charset: str) -> str:
    """Neighbouring words of one charset as text: together, because a character or even a group of base64 may be cut between
    them; each alone where that makes no sense."""
    parts: list[bytes] = []
    base64 = ""
    for encoding, content in pending:
        if encoding == "b":
            base64 += content.strip()
            if len(base64) % 4 and not base64.endswith("="):
                continue
            content, base64 = base64, ""
        elif base64:
            parts.append(from_base64(base64.encode("utf-8", "replace")))
            base64 = ""
        parts.append(_word_bytes(encoding, content))
    if base64:
        parts.append(from_base64(base64.encode("utf-8", "replace")))
    whole, as_labelled = decoded(b"".join(parts), charset)
    if as_labelled or len(parts) == 1:
        return whole
    return "".join(decoded(part, charset)[0] for part in parts)


def _word_bytes(encoding: str, content: str) -> bytes:
    raw = content.encode("utf-8", "replace")
    if encoding == "q":
        return a2b_qp(raw.replace(b" ", b"_"), header=True)
    return from_base64(raw)


_NOT_BASE64 = bytes(set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="))


def from_base64(data: bytes) -> bytes:
    """What some base64 says, however it is broken: foreign bytes skipped, padding supplied, joined pieces all read."""
    data = data.translate(None, _NOT_BASE64)
    data = data.rstrip(b"=")
    pieces = [piece for piece in re.split(rb"=+", data) if piece] if b"=" in data else [data]
    out = []
    for piece in pieces:
        if len(piece) % 4 == 1:
            piece = piece[:-1]
        try:
            out.append(a2b_base64(piece + b"=" * (-len(piece) % 4)))
        except Base64Error:
            continue
    return b"".join(out)
