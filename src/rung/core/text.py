"""Small questions about text."""

import re
import unicodedata

_SPACE = re.compile(r"\s+")
# C0/C1 controls except tab and line feed: PostgreSQL refuses NUL, and the others only hurt screens.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def snippet(text: str, length: int = 140) -> str:
    """The first `length` characters of a text on one line, cut at a word where there is one."""
    line = _SPACE.sub(" ", text[: length * 4]).strip()
    if len(line) <= length:
        return line
    cut = line[:length].rsplit(" ", 1)[0]
    return (cut if len(cut) > length // 2 else line[:length]).rstrip(" ,.;:") + "…"


def storable(text: str) -> str:
    """The same text without what a database column cannot hold: control characters and lone surrogates."""
    text = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return text.encode("utf-8", "replace").decode("utf-8")


def one_line(text: str, length: int) -> str:
    """A text fit for a one-line column of `length` characters."""
    return _SPACE.sub(" ", storable(text)).strip()[:length]


def folded(text: str) -> str:
    """A key for comparing names: no case, no accents, single spaces."""
    bare = unicodedata.normalize("NFKD", text)
    bare = "".join(letter for letter in bare if not unicodedata.combining(letter))
    return _SPACE.sub(" ", bare).strip().casefold()
