"""The tokens of the design, read from the sheet that sets them: what the living page shows cannot differ from what holds."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

SHEET = Path(__file__).parent / "static" / "ui" / "css" / "tokens.css"
_TOKEN = re.compile(r"--([a-z0-9-]+):\s*([^;]+);")
_COMMENT = re.compile(r"/\*.*?\*/", re.S)


@dataclass(frozen=True, slots=True)
class Token:
    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Tokens:
    """`colours`: those that have a light and a dark twin; `lengths`: every other, by the first word of its name."""

    colours: tuple[Token, ...]
    lengths: dict[str, tuple[Token, ...]]


@cache
def tokens() -> Tokens:
    # The first block is what holds where nothing else is chosen.
    block = _COMMENT.sub("", SHEET.read_text(encoding="utf-8")).split("}", 1)[0]
    found = [Token(name, " ".join(value.split())) for name, value in _TOKEN.findall(block)]
    colours = tuple(each for each in found if each.value.startswith("light-dark("))
    others: dict[str, tuple[Token, ...]] = {}
    for each in found:
        if each not in colours:
            kind = each.name.split("-")[0]
            others[kind] = (*others.get(kind, ()), each)
    return Tokens(colours, others)
