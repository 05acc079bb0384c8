"""The passage of a text that a search found, with the words that were meant marked. Everything but the marks is escaped."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate, pairwise

from markupsafe import Markup, escape

from rung.search.expression import Adjacent, AllOf, AnyOf, Expression, terms_of
from rung.search.words import IN_PLACE_OF_DOTS, in_place, is_paired, letters_of, letters_of_each, spans_of

LENGTH = 180
# Longer texts are searched only so far: a snippet is a help, not a proof.
LONGEST = 20_000
_COMPOUND = re.compile(r"\w[-._'’+]+\w")
_NOT_PLAIN = re.compile(r"[^\x00-\x7f]")


@dataclass(frozen=True)
class Marks:
    """What is to be marked: whole words, and how those begin that were not typed to their end. `lengths`: of a pair of
    characters, how long what it was cut out of is, which is meant as a whole. `alike`: of words any of which will do, the
    one that they all count as."""

    words: frozenset[str]
    beginnings: tuple[str, ...]
    lengths: Mapping[str, int] = field(default_factory=dict)
    alike: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def different(self) -> frozenset[str]:
        return self.words.union(self.beginnings)

    @cached_property
    def most(self) -> int:
        """The highest score that a passage can have."""
        return len({self.alike.get(word, word) for word in self.different})

    @cached_property
    def is_german(self) -> bool:
        """Whether something may be meant that German writes with dots."""
        return any(letters in word for word in self.different for letters in IN_PLACE_OF_DOTS)

    @cached_property
    def _letters(self) -> Mapping[str, str]:
        """What is meant as `letters_of` has it, without what joins words. Nothing where that cannot be said: of some scripts
        a word is more than letters and figures."""
        letters = {word: _without_joiners(word) for word in self.different}
        return letters if all(each.isalnum() for each in letters.values()) else {}

    @cached_property
    def _any(self) -> re.Pattern[str]:
        """Whatever is meant, at once: of a word that is being typed there are two dozen that begin alike."""
        return re.compile("|".join(map(re.escape, sorted(self._letters.values()))))

    def pieces_of(self, text: str) -> Iterator[tuple[int, str]]:
        """What of a text is worth cutting into words, and where it begins: the pieces between spaces in which something that
        is meant may stand. It may be written with joiners, and what is not plain with other letters."""
        if not self._letters:
            if self.different:
                yield 0, text
            return
        # Of a long text a few pieces are looked at, and the others are gone past by what searches for letters in C.
        for start, end in sorted(self._worth_cutting(text).items()):
            yield start, text[start:end]

    def _worth_cutting(self, text: str) -> dict[int, int]:
        """Where the pieces begin, and where each ends."""
        found: dict[int, int] = {}
        letters = letters_of(text, german=self.is_german)
        if not self._is_in(letters):
            return found
        standing = {word: bare for word, bare in self._letters.items() if bare in letters[0] or bare in letters[1]}
        lowered = in_place(text)
        bare = _without_joiners(lowered)
        is_hidden = False
        for word, only_letters in standing.items():
            if not word.isascii():
                is_hidden = True
                continue
            place = lowered.find(word)
            while place >= 0:
                start, end = _piece_around(text, place)
                found[start] = end
                place = lowered.find(word, end)
            if bare is not lowered and word == only_letters and bare.count(word) > lowered.count(word):
                for compound in _COMPOUND.finditer(lowered):
                    start, end = _piece_around(text, compound.start())
                    if word in _without_joiners(lowered[start:end]):
                        found[start] = end
            dotted = list(_dotted(text, lowered, only_letters)) if letters[1] else []
            found.update(dotted)
            # More often than where it stands letter by letter.
            is_hidden = is_hidden or letters[0].count(only_letters) > bare.count(only_letters)
            is_hidden = is_hidden or letters[1].count(only_letters) > len(dotted)
        if is_hidden and not text.isascii():
            found.update(self._not_plain(text))
        return found

    def _is_in(self, letters: Collection[str]) -> bool:
        return any(self._any.search(each) for each in letters)

    def at_most_in(self, texts: Sequence[str]) -> list[int]:
        """What a passage of each of these texts can score at most. To ask that of all at once takes a tenth of the time in
        which their passages are found."""
        if not texts or not self._letters:
            return [self.most] * len(texts)
        lines = [text[:LONGEST].replace("\n", " ") for text in texts]
        said: list[set[str]] = [set() for _ in lines]
        for letters in map("\n".join, zip(*letters_of_each(lines, german=self.is_german), strict=True)):
            # From one that is found on to the next line, past all others of this one.
            ends = list(accumulate(len(line) + 1 for line in letters.split("\n")))
            for word, only_letters in self._letters.items():
                place = letters.find(only_letters)
                while place >= 0:
                    line = bisect_right(ends, place)
                    said[line].add(self.alike.get(word, word))
                    place = letters.find(only_letters, ends[line])
        return [len(each) for each in said]

    def _not_plain(self, text: str) -> Iterator[tuple[int, int]]:
        """The pieces with other letters than plain ones in which something that is meant may stand."""
        places: list[tuple[int, int]] = []
        other = _NOT_PLAIN.search(text)
        while other:
            places.append(_piece_around(text, other.start()))
            other = _NOT_PLAIN.search(text, places[-1][1])
        if places == [(0, len(text))]:
            return iter(places)  # the letters of the whole are known to have it
        letters = letters_of_each([text[start:end] for start, end in places], german=self.is_german)
        return (place for place, each in zip(places, letters, strict=True) if self._is_in(each))

    def hits(self, words: Collection[str]) -> str:
        """The word that is meant by one of these; empty when none is."""
        if not self.beginnings and self.words.isdisjoint(words):
            return ""
        for word in words:
            if word in self.words:
                return self.alike.get(word, word)
            for beginning in self.beginnings:
                if word.startswith(beginning):
                    return self.alike.get(beginning, beginning)
        return ""


def marks_of(*expressions: Expression | None) -> Marks:
    """What stands in texts of what is asked; terms of who, where and how do not."""
    terms = [term for expression in expressions if expression is not None for term in terms_of(expression)]
    said = [(_bare(term.text), term.is_begun) for term in terms]
    lengths: dict[str, int] = {}
    alike: dict[str, str] = {}
    for expression in expressions:
        for words in _pairs_of(expression) if expression is not None else ():
            for word in words:
                lengths[word] = min(lengths.get(word, LONGEST), len(words) + 1)
        for part in expression.parts if isinstance(expression, AllOf) else (expression,):
            if isinstance(part, AnyOf):
                any_of_them = [text for term in terms_of(part) if (text := _bare(term.text)) and not is_paired(text)]
                alike.update((text, any_of_them[0]) for text in any_of_them if text not in alike)
    return Marks(
        frozenset(text for text, is_begun in said if text and not is_begun),
        tuple(dict.fromkeys(text for text, is_begun in said if text and is_begun)),
        lengths,
        alike,
    )


def _pairs_of(expression: Expression) -> Iterator[tuple[str, ...]]:
    """What is wanted and was cut into pairs of characters: each as its pairs."""
    if isinstance(expression, Adjacent) and all(is_paired(word) for word in expression.words):
        yield expression.words
    elif isinstance(expression, AllOf | AnyOf):
        for part in expression.parts:
            yield from _pairs_of(part)


def _bare(text: str) -> str:
    mark, colon, rest = text.rpartition(":")
    return rest if not colon or mark in ("f", "t", "p", "q", "o", "s") else ""


def _dotted(text: str, lowered: str, word: str) -> Iterator[tuple[int, int]]:
    """The pieces in which a word stands as it is meant, or as German writes it with dots; `lowered` has none."""
    for match in re.finditer(re.sub("(?<=[aou])e", "e?", word), lowered):
        if word in letters_of(text[match.start() : match.end()]):
            yield _piece_around(text, match.start())


def _without_joiners(text: str) -> str:
    """The same without what joins words: e-mail is found by email."""
    for joiner in "-._'+@":
        text = text.replace(joiner, "")
    return text


def _piece_around(text: str, place: int) -> tuple[int, int]:
    """Where the piece between spaces begins in which a place lies, and where it ends."""
    end = text.find(" ", place)
    return text.rfind(" ", 0, place) + 1, end if end >= 0 else len(text)


Hit = tuple[int, int, str]
"""Where a word that is meant begins and ends, and which."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a text, drawn only when it is asked for. `score`: how many of the words meant stand in it."""

    text: str
    hits: tuple[Hit, ...]
    start: int
    end: int

    @property
    def score(self) -> int:
        return len({word for begin, stop, word in self.hits if stop > self.start and begin < self.end})

    @property
    def html(self) -> Markup:
        start, end = self.start, self.end
        shown = [(max(begin, start), min(stop, end)) for begin, stop, _ in self.hits if stop > start and begin < end]
        edges = [start, *(edge for one in shown for edge in one), end]
        parts = [
            Markup("<mark>{}</mark>").format(self.text[one:other]) if number % 2 else escape(self.text[one:other])
            for number, (one, other) in enumerate(pairwise(edges))
        ]
        before, after = Markup("… ") if start else "", Markup(" …") if end < len(self.text) else ""
        return Markup("").join((before, *parts, after))


def marked(text: str, marks: Marks) -> Passage:
    """A short text as a whole, such as a subject or a name."""
    return Passage(text, tuple(_hits(text, marks)), 0, len(text))


def passage(text: str, marks: Marks, length: int = LENGTH) -> Passage:
    """The stretch of a text in which most of what is meant stands, the first of several; its beginning when none does."""
    text = " ".join(text[:LONGEST].split())
    hits = _hits(text, marks)
    if not hits:
        return Passage(text, (), 0, _cut(text, 0, length))
    best, most = 0, 0
    for number, (start, _, _) in enumerate(hits):
        within = {word for _, end, word in hits[number:] if end <= start + length * 3 // 4}
        if len(within) > most:
            best, most = number, len(within)
    start = max(0, hits[best][0] - length // 4)
    if start:
        start = text.find(" ", start, hits[best][0]) + 1 or start
    return Passage(text, tuple(hits), start, _cut(text, start, length))


def _cut(text: str, start: int, length: int) -> int:
    if len(text) <= start + length:
        return len(text)
    space = text.rfind(" ", start + length // 2, start + length)
    return space if space > 0 else start + length


def _hits(text: str, marks: Marks) -> list[Hit]:
    """Each place; those that touch or overlap, such as pairs of characters, as one."""
    hits: list[Hit] = []
    for first, piece in marks.pieces_of(text):
        for span in spans_of(piece, marks.hits):
            word = marks.hits(span.words)
            if not word:
                continue
            start, end = first + span.start, first + span.end
            if is_paired(word) and word not in span.words:
                end = start + len(word)  # one character, by which a pair begins
            if hits and start < hits[-1][1]:
                hits[-1] = (hits[-1][0], max(hits[-1][1], end), hits[-1][2])
            else:
                hits.append((start, end, word))
    if not marks.lengths:
        return hits
    return [(start, end, word) for start, end, word in hits if end - start >= marks.lengths.get(word, 0)]
