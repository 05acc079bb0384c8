"""What was typed into the search field, read and printed back.

Words beside each other are all meant; `OR` binds its two neighbours; `-` or `NOT` excludes; quotation marks hold words
together; brackets group. `name:value` narrows by something other than words. Whatever is typed is read as something: a
missing bracket or quotation mark is thought of at the end, and an operator nobody knows is a word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from rung.search.words import words_in

OPERATORS = ("from", "to", "tag", "before", "after", "is", "in", "assignee", "channel", "has", "level")
# A search is typed by a person; what is longer was pasted, and its end says no more than its beginning.
LONGEST = 1000
DEEPEST = 20

_QUOTES = str.maketrans("“”„‟«»″", '"""""""')
_JOINING = ("AND", "OR", "|")
_TOKEN = re.compile(
    rf"""
    (?P<space>\s+)
    | (?P<open>\() | (?P<close>\))
    | (?P<operator>(?:{"|".join(OPERATORS)})):(?P<value>"[^"]*"?|[^\s()"]*)
    | \#(?P<number>[0-9]{{1,18}})(?![^\s()"]) | (?P<noise>\#+)
    | "(?P<phrase>[^"]*)"?
    | (?P<minus>-+)(?=[^\s)-])
    | (?P<word>[^\s()"]+)
    """,
    re.X | re.I,
)


@dataclass(frozen=True, slots=True)
class Word:
    """Something to be found as it is written; `is_begun`: whoever searches may not have typed its end yet."""

    text: str
    is_begun: bool = False

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Phrase:
    text: str

    def __str__(self) -> str:
        return f'"{self.text}"'


@dataclass(frozen=True, slots=True)
class Filter:
    """`name` is one of OPERATORS, or "number" for `#123`."""

    name: str
    value: str

    def __str__(self) -> str:
        if self.name == "number":
            return f"#{self.value}"
        return f"{self.name}:{self.value}" if re.fullmatch(r'[^\s()"]+', self.value) else f'{self.name}:"{self.value}"'


@dataclass(frozen=True, slots=True)
class Without:
    part: Part

    def __str__(self) -> str:
        return f"-{_inner(self.part)}"


@dataclass(frozen=True, slots=True)
class Either:
    parts: tuple[Part, ...]

    def __str__(self) -> str:
        return " OR ".join(_inner(part) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Every:
    parts: tuple[Part, ...]

    def __str__(self) -> str:
        return " ".join(f"({part})" if isinstance(part, Every) else str(part) for part in self.parts)


Part = Word | Phrase | Filter | Without | Either | Every


def _inner(part: Part) -> str:
    return f"({part})" if isinstance(part, Either | Every) else str(part)


@dataclass(frozen=True, slots=True)
class Query:
    """All `parts` are meant together. `hollow`: operators behind which something else follows than their value."""

    parts: tuple[Part, ...] = ()
    hollow: tuple[str, ...] = field(default=(), compare=False)

    def __str__(self) -> str:
        return str(Every(self.parts))

    def filters(self) -> Iterator[Filter]:
        """Every filter, wherever it stands."""
        return (part for part in _walk(Every(self.parts)) if isinstance(part, Filter))

    def says_words(self) -> bool:
        """Whether anything but filters is asked for."""
        return any(isinstance(part, Word | Phrase) for part in _walk(Every(self.parts)))

    def without(self, part: Part) -> Query:
        """The same search with one of its parts taken out."""
        place = self.parts.index(part)
        return Query(self.parts[:place] + self.parts[place + 1 :])


def _walk(part: Part) -> Iterator[Part]:
    yield part
    if isinstance(part, Without):
        yield from _walk(part.part)
    elif isinstance(part, Either | Every):
        for inner in part.parts:
            yield from _walk(inner)


def _excludes(token: tuple[str, str, str]) -> bool:
    return token[0] == "minus" or token[:2] == ("word", "NOT")


@dataclass
class _Reader:
    """Reads one token after the other; `place` is the next one."""

    tokens: list[tuple[str, str, str]]
    place: int = 0
    depth: int = field(default=0)

    def every(self) -> list[Part]:
        parts: list[Part] = []
        joins = False
        while self.place < len(self.tokens):
            kind, text, _ = self.tokens[self.place]
            if kind == "close":
                if self.depth:
                    break
                self.place += 1
                continue
            if kind == "word" and text in _JOINING[1:]:
                self.place += 1
                joins = bool(parts)
                continue
            part = self.one()
            if part is None:
                continue
            if joins:
                before = parts.pop()
                first = before.parts if isinstance(before, Either) else (before,)
                then = part.parts if isinstance(part, Either) else (part,)
                parts.append(Either((*first, *then)))
            else:
                parts.append(part)
            joins = False
        return parts

    def one(self) -> Part | None:
        """The next thing; None when it says nothing. Always goes on by at least one token."""
        kind, text, value = self.tokens[self.place]
        self.place += 1
        if _excludes((kind, text, value)):
            return self.excluded()
        if kind == "open":
            return self.group()
        if kind == "operator":
            value = value.strip('"').strip()
            return Filter(text.lower(), value) if value else None
        if kind == "number":
            return Filter("number", str(int(text)))
        if kind == "phrase":
            text = " ".join(text.split())
            return Phrase(text) if words_in(text) else None
        return Word(text) if text not in _JOINING and words_in(text) else None

    def excluded(self) -> Part | None:
        is_excluded = True
        while self.place < len(self.tokens) and _excludes(self.tokens[self.place]):
            self.place += 1
            is_excluded = not is_excluded
        if self.place >= len(self.tokens) or self.tokens[self.place][0] == "close":
            return None
        part = self.one()
        if part is None or not is_excluded:
            return part
        return part.part if isinstance(part, Without) else Without(part)

    def group(self) -> Part | None:
        self.depth += 1
        parts = self.every()
        self.depth -= 1
        if self.place < len(self.tokens):  # every() stopped at our bracket
            self.place += 1
        if len(parts) > 1:
            return Every(tuple(parts))
        return parts[0] if parts else None


def read_query(text: str) -> Query:
    """What a text asks for. Never raises; says nothing only where the text does."""
    tokens = []
    hollow: list[str] = []
    open_brackets = 0
    for found in _TOKEN.finditer(text[:LONGEST].translate(_QUOTES)):
        kind = found.lastgroup or ""
        if kind == "value":
            tokens.append(("operator", found["operator"], found["value"]))
            # The last one is still being typed.
            if not found["value"].strip('"') and (found.end() < len(text.rstrip()) or len(tokens) == 1):
                hollow.append(found["operator"].lower())
        elif kind == "open" and open_brackets >= DEEPEST:
            continue
        elif kind not in ("space", "noise", ""):
            tokens.append((kind, found[kind], ""))
            open_brackets += kind == "open"
    parts = _flat(_Reader(tokens).every())
    if parts and isinstance(last := parts[-1], Word) and not text[-1:].isspace():
        parts[-1] = Word(last.text, is_begun=True)
    return Query(tuple(parts), tuple(hollow))


def _flat(parts: list[Part]) -> list[Part]:
    """Without brackets that group nothing, at the outermost level."""
    flat: list[Part] = []
    for part in parts:
        flat += _flat(list(part.parts)) if isinstance(part, Every) else [part]
    return flat
