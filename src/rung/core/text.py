"""Small questions about text."""

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django.utils.translation import get_language

_SPACE = re.compile(r"\s+")
# C0/C1 controls except tab and line feed: PostgreSQL refuses NUL, and the others only hurt screens.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")

# Embeddings, overrides and isolates; the harmless marks (LRM, RLM) stay.
_TURNING = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
# What leaves no ink: spaces and joiners of zero width, fillers, the blank of Braille.
_INKLESS = (
    r"\s\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202f\u205f-\u206f"
    r"\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0"
)
_VISIBLE = re.compile(f"[^{_INKLESS}]")


def labels(choices: Any) -> Mapping[str, str]:
    """What the members of an enumeration are called in the language in force, by their values and in their order."""
    return _labels(choices, get_language())


@lru_cache(maxsize=256)
def _labels(choices: Any, language: str | None) -> Mapping[str, str]:
    return {each.value: str(each.label) for each in choices}


def snippet(text: str, length: int = 140) -> str:
    """The first `length` characters of a text on one line, cut at a word where there is one."""
    line = _SPACE.sub(" ", text[: length * 4]).strip()
    if len(line) <= length:
        return line
    cut = line[:length].rsplit(" ", 1)[0]
    return (cut if len(cut) > length // 2 else line[:length]).rstrip(" ,.;:") + "…"


def storable(text: str) -> str:
    """The same text without what a database column cannot hold: control characters and lone surrogates."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = _CONTROL.sub("", text)
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace").decode()
    return text


def one_line(text: str, length: int) -> str:
    """A text fit for a one-line column of `length` characters; empty when there is nothing in it that one could see.

    Without the marks that turn the direction of writing: an unclosed one would turn what stands behind it on the screen.
    """
    if text.isascii() and text.isprintable():  # as most are
        return " ".join(text.split())[:length]
    line = _SPACE.sub(" ", _TURNING.sub("", storable(text))).strip()[:length]
    return line if _VISIBLE.search(line) else ""


def folded(text: str) -> str:
    """A key for comparing names: no case, no accents, single spaces."""
    bare = unicodedata.normalize("NFKD", text)
    bare = "".join(letter for letter in bare if not unicodedata.combining(letter))
    return _SPACE.sub(" ", bare).strip().casefold()


def has_words(said: str, wanted: str) -> bool:
    """Whether everything typed to find something by stands in what is said of it, in any order, however either is spelt."""
    words = folded(wanted).split()
    told = folded(said) if words else ""  # a whole list is often asked for
    return all(word in told for word in words)
