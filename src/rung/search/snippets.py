"""The passage of a text that a search found, with the words that were meant marked. Everything but the marks is escaped."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from itertools import pairwise

from markupsafe import Markup, escape

from rung.search.expression import Expression, terms_of
from rung.search.words import spans_of

LENGTH = 180
# Longer texts are searched only so far: a snippet is a help, not a proof.
LONGEST = 20_000


@dataclass(frozen=True, slots=True)
class Marks:
    """What is to be marked: whole words, and how those begin that were not typed to their end."""

    words: frozenset[str]
    beginnings: tuple[str, ...]

    def hits(self, words: Collection[str]) -> str:
        """The word that is meant by one of these; empty when none is."""
        if not self.beginnings and self.words.isdisjoint(words):
            return ""
        for word in words:
            if word in self.words:
                return word
            for beginning in self.beginnings:
                if word.startswith(beginning):
                    return beginning
        return ""


def marks_of(*expressions: Expression | None) -> Marks:
    """What stands in texts of what is asked; terms of who, where and how do not."""
    terms = [term for expression in expressions if expression is not None for term in terms_of(expression)]
    said = [(_bare(term.text), term.is_begun) for term in terms]
    return Marks(
        frozenset(text for text, is_begun in said if text and not is_begun),
        tuple(dict.fromkeys(text for text, is_begun in said if text and is_begun)),
    )


def _bare(text: str) -> str:
    mark, colon, rest = text.rpartition(":")
    return rest if not colon or mark in ("f", "t", "p", "q", "o", "s") else ""


@dataclass(frozen=True, slots=True)
class Passage:
    """`score`: how many different words of those meant stand in it."""

    html: Markup
    score: int


def marked(text: str, marks: Marks) -> Passage:
    """A short text as a whole, such as a subject or a name."""
    return _drawn(text, _hits(text, marks), 0, len(text))


def passage(text: str, marks: Marks, length: int = LENGTH) -> Passage:
    """The stretch of a text in which most of what is meant stands, the first of several; its beginning when none does."""
    text = " ".join(text[:LONGEST].split())
    hits = _hits(text, marks)
    if not hits:
        return _drawn(text, [], 0, _cut(text, 0, length))
    best, most = 0, 0
    for number, (start, _, _) in enumerate(hits):
        within = {word for begin, end, word in hits[number:] if end <= start + length * 3 // 4}
        if len(within) > most:
            best, most = number, len(within)
    start = max(0, hits[best][0] - length // 4)
    if start:
        start = text.find(" ", start, hits[best][0]) + 1 or start
    return _drawn(text, hits, start, _cut(text, start, length))


def _cut(text: str, start: int, length: int) -> int:
    if len(text) <= start + length:
        return len(text)
    space = text.rfind(" ", start + length // 2, start + length)
    return space if space > 0 else start + length


def _hits(text: str, marks: Marks) -> list[tuple[int, int, str]]:
    """(start, end, word meant) of each; those that touch or overlap, such as pairs of characters, as one."""
    hits: list[tuple[int, int, str]] = []
    for span in spans_of(text, marks.hits):
        word = marks.hits(span.words)
        if not word:
            continue
        if hits and span.start < hits[-1][1]:
            hits[-1] = (hits[-1][0], max(hits[-1][1], span.end), hits[-1][2])
        else:
            hits.append((span.start, span.end, word))
    return hits


def _drawn(text: str, hits: list[tuple[int, int, str]], start: int, end: int) -> Passage:
    shown = [(max(begin, start), min(stop, end), word) for begin, stop, word in hits if stop > start and begin < end]
    edges = [start, *(edge for begin, stop, _ in shown for edge in (begin, stop)), end]
    parts = [
        Markup("<mark>{}</mark>").format(text[one:other]) if number % 2 else escape(text[one:other])
        for number, (one, other) in enumerate(pairwise(edges))
    ]
    html = Markup("").join((Markup("… ") if start else "", *parts, Markup(" …") if end < len(text) else ""))
    return Passage(html, len({word for _, _, word in shown}))
