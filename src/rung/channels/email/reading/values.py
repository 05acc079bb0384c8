"""Headers that programs read: Message-IDs, dates, and words with parameters."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_tz
from functools import lru_cache
from hashlib import sha256
from urllib.parse import unquote_to_bytes

from rung.channels.email.reading.charsets import decoded
from rung.channels.email.reading.labels import codec_for
from rung.channels.email.reading.spoken_dates import spoken_date
from rung.channels.email.reading.words import tidy, undone

MAX_REFERENCES = 200
MAX_REMEMBERED = 80
MAX_PARAMETERS = 300
MAX_ID = 250
"""Characters of a Message-ID; a longer one is cut so that it still differs from others."""

_MESSAGE_ID = re.compile(r"<([^<>\s]+)>")
_PARAMETER = re.compile(r';\s*([^\s=;"]{1,80})\s*=\s*("(?:[^"\\]|\\.)*"?|[^;]*)')
# An encoded word that is not in quotes, and holds a semicolon: up to that, and from there on.
_OPENED_WORD = re.compile(r"=\?[^?;\s]{1,60}\?[bBqQ]\?[^?]{0,2000}$")
_REST_OF_WORD = re.compile(r"[^?]{0,2000}\?=[^;]*")
# What follows a quoted value that has ended, the quote that ends one all the same, and where one that never does may end.
_ENDED = re.compile(r"\s*(?:[;,(]|$)")
_LAST_QUOTE = re.compile(r'"\s*(?:;|$)')
_NEXT_NAMED = re.compile(
    r";\s*(?:filename|name|charset|boundary|size|[\w-]{1,20}-date|[\w-]{1,40}\*\d{0,3}\*?)\s*=", re.IGNORECASE
)
# What a careless program put behind a value without a semicolon.
_NEXT = re.compile(
    r"\s+(?=(?:filename|name|charset|boundary|format|delsp|type|size|server|site|[\w-]{1,40}\*\d{0,3}\*?)\s*=)",
    re.IGNORECASE,
)
_USUAL_DATE = re.compile(
    r"(?:[A-Z][a-z]{2}, )?(\d{1,2}) (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) (\d{4}) "
    r"([01]\d|2[0-3]):([0-5]\d)(?::([0-6]\d))? ([+-])(0\d|1[0-4])([0-5]\d)(?: \(|$)"
)
# fmt: off
_MONTHS = {"Jan": 1, "Feb": 2, "Mar": 3, "Apr": 4, "May": 5, "Jun": 6, "Jul": 7, "Aug": 8, "Sep": 9, "Oct": 10, "Nov": 11,
           "Dec": 12}
# fmt: on
# What the library reads past: halves of the day, zones it does not know, offsets written otherwise.
_BEYOND = re.compile(
    r"\b(?:[ap]\.?m\b|CES?T\b|MES?Z\b|EES?T\b|BST\b|WEST\b|MSK\b|JST\b|KST\b|(?:GMT|UTC)[+-]\d)|[+-]\d\d:\d\d|\s24:\d\d",
    re.IGNORECASE,
)
_PERCENT = re.compile(r"%[0-9a-fA-F]{2}")
_CHARSET_FIRST = re.compile(r"([\w.:-]{2,40})'[\w-]{0,12}'(.*)$", re.DOTALL)
# As RFC 2231 has it, where the charset is empty, or the language left out with its quote.
_EXTENDED = re.compile(r"([\w.:-]{0,40})'(?:([\w-]{0,12})')?(.*)$", re.DOTALL)
_SIDE_BY_SIDE = re.compile(r'"\s+"')
_QUOTED_PAIR = re.compile(r"\\(.)", re.DOTALL)


def message_ids(value: bytes) -> tuple[str, ...]:
    """The Message-IDs a header names, in order, each in angle brackets and at most MAX_ID long; the newest are kept."""
    text = value.decode("utf-8", "replace")
    found = [_bounded(identifier) for identifier in _MESSAGE_ID.findall(text)]
    if not found:
        found = [_bounded(piece.strip("<>")) for piece in text.split() if "@" in piece and len(piece) > 2]
    found = list(dict.fromkeys(found))
    return tuple(found if len(found) <= MAX_REFERENCES else [found[0], *found[-MAX_REFERENCES + 1 :]])


def message_id(value: bytes) -> str:
    """The identity a letter gives itself, in angle brackets; "" when it gives none."""
    found = message_ids(value[:4000])
    if found:
        return found[0]
    text = tidy(value[:4000].decode("utf-8", "replace")).strip("<> ").replace(" ", "")
    return _bounded(text) if text else ""


def _bounded(identifier: str) -> str:
    identifier = tidy(identifier)
    if len(identifier) > MAX_ID:
        # Cut the same way everywhere, so that a reference to it still matches.
        identifier = identifier[: MAX_ID - 50] + "-" + sha256(identifier.encode()).hexdigest()[:40]
    return f"<{identifier}>"


def moment(value: bytes) -> datetime | None:
    """A Date header as an aware moment in UTC; None when it names none between 1990 and 2100."""
    text = tidy(value[:200].decode("ascii", "ignore"))
    if not text:
        return None
    try:
        if usual := _USUAL_DATE.match(text):
            day, month, year, hour, minute, second, sign, hours, minutes = usual.groups()
            ahead = timedelta(hours=int(hours), minutes=int(minutes))
            when = datetime(
                int(year), _MONTHS[month], int(day), int(hour), int(minute), min(int(second or 0), 59), tzinfo=UTC
            ) - (-ahead if sign == "-" else ahead)
            return when if 1990 <= when.year < 2100 else None
        parsed = None if _BEYOND.search(text.partition("(")[0]) else parsedate_tz(text)
        if parsed is None:
            said = value[:200].decode("utf-8", "replace")
            return spoken_date(value[:200].decode("latin-1") if "\ufffd" in said else said)
        year, month, day, hour, minute, second = parsed[:6]
        offset = parsed[9] or 0
        if abs(offset) > 24 * 3600:
            offset = 0
        second = min(second, 59)
        zone = timezone(timedelta(seconds=offset)) if offset else UTC
        when = datetime(year, month, day, hour, minute, second, tzinfo=zone).astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    return when if 1990 <= when.year < 2100 else None


@dataclass(frozen=True, slots=True)
class Value:
    """A structured header such as Content-Type: its first word in lower case and its parameters by lower-case name."""

    word: str
    parameters: dict[str, str]


def structured(value: bytes, hint: str = "") -> Value:
    """A header of the form `word; name=value; …`.

    Parameters may be split over RFC 2231 pieces, percent-encoded, hold RFC 2047 words in quotes, or raw bytes: all are read.
    """
    return _remembered(value, hint) if len(value) <= MAX_REMEMBERED else _structured(value, hint)


@lru_cache(maxsize=1024)
def _remembered(value: bytes, hint: str) -> Value:
    """Most parts of most letters say one of a few things."""
    return _structured(value, hint)


def _structured(value: bytes, hint: str) -> Value:
    value = value[:20_000]
    if b";" not in value and b"=" not in value:
        return Value(tidy(value[:200].decode("ascii", "ignore")).lower().replace(" ", ""), {})
    text = value.decode("ascii") if value.isascii() and b"\x1b" not in value else decoded(value, "", hint)[0]
    word, _, rest = text.partition(";")
    if "=" in word and (glued := _NEXT.search(f" {word}")):
        word, rest = word[: max(glued.start() - 1, 0)], word[glued.end() - 1 :] + ";" + rest
    pieces: dict[str, dict[int, tuple[bool, str]]] = {}
    found: dict[str, str] = {}
    for name, content in _parameters(";" + rest):
        if "*" in name:
            name, _, order = name.partition("*")
            is_encoded = order.endswith("*") or order == ""
            number = order.rstrip("*")
            if len(number) <= 3 and (number == "" or number.isdecimal()):
                # One that is whole counts for more than pieces.
                pieces.setdefault(name, {}).setdefault(int(number or -1), (is_encoded, content))
        elif not found.get(name):
            found[name] = content
    for name, numbered in pieces.items():
        found[name] = _joined([numbered[number] for number in ([-1] if -1 in numbered else sorted(numbered))])
    for name, content in found.items():
        if "=?" in content:
            found[name] = undone(content)
        elif ("%" in content or "''" in content) and name in ("filename", "name"):
            found[name] = _percent_undone(content)
    # Each of the two headers that name a file has its own word for it, and each is used in the other.
    if file_name := found.get("filename") or found.get("name"):
        found.setdefault("filename", file_name)
        found.setdefault("name", file_name)
    word = tidy(word).lower().replace(" ", "")[:120]
    return Value(word.strip("\"',") if word[-1:] in "\"'," else word, found)


def _parameters(text: str) -> Iterator[tuple[str, str]]:
    """(name, value) of each parameter, names in lower case, quotes taken off."""
    at = 0
    may_go_on = _LAST_QUOTE.search(text) is not None
    for _ in range(MAX_PARAMETERS):
        match = _PARAMETER.search(text, at)
        if match is None:
            return
        name, content, at = match[1].lower(), match[2], match.end()
        if content.startswith('"'):
            content, at, may_go_on = _quoted(text, match.start(2), at, may_go_on)
            if glued := _NEXT.match(text, at):
                text, at = ";" + text[glued.end() :], 0
        else:
            if "=?" in content and _OPENED_WORD.search(content) and (rest := _REST_OF_WORD.match(text, at)):
                content, at = content + rest[0], rest.end()
            if glued := _NEXT.search(content):
                text, at = ";" + text[match.start(2) + glued.end() :], 0
                content = content[: glued.start()]
            content = content.strip()
            if content.endswith('"') and content.count('"') == 1:
                content = content[:-1].rstrip()
        yield name, content


def _quoted(text: str, start: int, end: int, may_go_on: bool) -> tuple[str, int, bool]:
    """What a quoted value says, where it ends, and whether another may go on beyond its second quote; `start` and `end` are
    where a pattern has found it.

    Quotes within it may have lost their backslashes, several values may stand side by side, and the last quote be missing.
    """
    content = text[start + 1 : end - 1]
    if end - start < 2 or text[end - 1] != '"':
        if named := _NEXT_NAMED.search(text, start, end):
            end = named.start()
        content = text[start + 1 : end]
    elif may_go_on and not _ENDED.match(text, end) and not _NEXT.match(text, end):
        # Looked for once where there is none, because a header may consist of such values.
        if last := _LAST_QUOTE.search(text, end):
            content, end = _SIDE_BY_SIDE.sub("", text[start + 1 : last.start()]), last.start() + 1
        else:
            may_go_on = False
    return _QUOTED_PAIR.sub(_unless_path, content), end, may_go_on


def _percent_undone(name: str) -> str:
    """A file name that was percent-encoded without saying so (RFC 2231 without its star)."""
    if (match := _CHARSET_FIRST.match(name)) and ("%" in match[2] or codec_for(match[1])):
        return decoded(unquote_to_bytes(match[2]), match[1])[0]
    data = unquote_to_bytes(name)
    if len(_PERCENT.findall(name)) >= 2 and not data.isascii():
        text, is_utf8 = decoded(data)
        return text if is_utf8 else name
    return name


def _unless_path(match: re.Match[str]) -> str:
    # "C:\Users\x.pdf" in quotes is a path and no escaping.
    return match[1] if match[1] in '"\\' else match[0]


def _joined(pieces: list[tuple[bool, str]]) -> str:
    """The text of pieces, each with whether it is percent-encoded; a character, or its code, may be cut between two."""
    charset = ""
    out: list[bytes] = []
    encoded = ""
    for index, (is_encoded, content) in enumerate(pieces):
        if not is_encoded:
            out += (unquote_to_bytes(encoded), content.encode("utf-8", "replace"))
            encoded = ""
            continue
        said = _EXTENDED.match(content) if index == 0 else None
        if said and (said[2] is not None or codec_for(said[1])):
            charset, content = said[1], said[3]
        encoded += content
    out.append(unquote_to_bytes(encoded))
    return decoded(b"".join(out), charset)[0]
