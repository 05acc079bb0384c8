"""The words of the index: how common each is, how what is being typed may go on, and what a mistyped word may have meant."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from math import prod

from django.db.models import Case, Count, QuerySet, Sum, When, Window

from rung.core.compiled import compiled
from rung.search.documents import countable
from rung.search.expression import Adjacent, AllOf, AnyOf, Expression, NoneOf, Term
from rung.search.models import Document, Kind, Word
from rung.search.words import fold, is_paired

# So many words that begin alike are looked at; of more, only the commonest are meant.
BEGUN = 2000
MEANT = 24
# Fewer documents than this are found by reading through every word that begins so.
FEW = 20_000
# What no count says: a number, an address. A state or a team is no help. Who wrote is named in the words as well.
RARE, EVERYWHERE = 500, 1 << 30
_COUNTED_MARKS, _COMMON_MARKS = ("s", "f", "t"), ("st", "te", "as", "ch", "at", "k", "w")
_PEOPLES_MARKS = ("p", "q")

_ALPHABETS = {
    "LATIN": "abcdefghijklmnopqrstuvwxyz",
    "CYRILLIC": "абвгдежзиклмнопрстуфхцчшщъыьэюя",
    "GREEK": "αβγδεζηθικλμνξοπρστυφχψω",
    "ARABIC": "ابتثجحخدذرزسشصضطظعغفقكلمنهوي",
    "HEBREW": "אבגדהוזחטיכךלמםנןסעפףצץקרשת",
}


class Vocabulary:
    """What is known of words, asked for once in each search."""

    def __init__(self) -> None:
        self._documents: dict[str, int] = {}
        self._begun: dict[str, list[str] | None] = {}
        self._few: dict[str, int] = {}
        self._conversations: int | None = None

    def documents(self, words: Iterable[str]) -> dict[str, int]:
        """In how many documents each of these words stands; 0 also for those that are not counted."""
        asked = set(words)
        if unknown := asked - self._documents.keys():
            found = dict(Word.objects.filter(word__in=unknown).values_list("word", "documents"))
            self._documents.update({word: found.get(word, 0) for word in unknown})
        return {word: self._documents[word] for word in asked}

    def words_begun(self, beginning: str) -> list[str] | None:
        """The words that begin like this, the commonest first; None where asking the index for them is as good."""
        if beginning not in self._begun:
            self._begun[beginning] = self._words_begun(beginning)
        return self._begun[beginning]

    def _words_begun(self, beginning: str) -> list[str] | None:
        if not countable([beginning]):
            # Long numbers, addresses: there are few of each, but of what begins with two digits there are very many.
            return None if len(beginning) > 2 or is_paired(beginning) else [beginning]
        rows = _going_on(beginning, f"{beginning}\U0010ffff")
        self._documents.setdefault(beginning, 0)
        self._documents.update((word, documents) for word, documents, _count, _sum in rows)
        count, few = rows[0][2:] if rows else (0, 0)
        if count < BEGUN and few < FEW:
            self._few[beginning] = few
            return None
        words = sorted((word for word, *_ in rows), key=self._documents.__getitem__, reverse=True)[:MEANT]
        return words if beginning in words else [beginning, *words]

    def commonness(self, expression: Expression) -> int:
        """In about how many documents an expression can hold at most."""
        wanted = countable(_texts(expression))
        return self._commonness(expression, self.documents(wanted))

    def likely(self, expression: Expression) -> int:
        """In about how many conversations an expression holds. Words of one language stand together more often than chance
        has it, and less often than the rarest of them alone: of the shares of several the smallest counts whole, the next by
        its square root, the third by its fourth root, and so on (as SQL Server's planner has it since 2014)."""
        known = self.documents(countable(_texts(expression)))
        return round(self._share(expression, known) * self.conversations())

    def conversations(self) -> int:
        """How many conversations there are, about."""
        if self._conversations is None:
            newest = Document.objects.filter(kind=Kind.CONVERSATION).order_by("-key").values_list("key", flat=True)
            self._conversations = newest.first() or 1
        return self._conversations

    def _share(self, expression: Expression, known: dict[str, int]) -> float:
        match expression:
            case AllOf(parts):
                shares = sorted(self._share(part, known) for part in parts)
                return float(prod(share**0.5**place for place, share in enumerate(shares)))
            case Adjacent(words, is_begun):
                return self._share(AllOf(tuple(Term(word, is_begun and word is words[-1]) for word in words)), known)
            case AnyOf(parts):
                return min(1.0, sum(self._share(part, known) for part in parts))
            case _:
                return min(1.0, self._commonness(expression, known) / self.conversations())

    def _commonness(self, expression: Expression, known: dict[str, int]) -> int:
        match expression:
            case Term(text, is_begun):
                mark, _, word = text.rpartition(":")
                if mark in _COMMON_MARKS:
                    return EVERYWHERE
                if not is_begun:
                    return known.get(word, RARE)
                # An address stands in many letters, and with few people.
                return self._few.get(word, RARE if mark in _PEOPLES_MARKS and not word.isalpha() else FEW)
            case Adjacent(words):
                return min(known.get(word, EVERYWHERE if len(word) < 3 else RARE) for word in words)
            case AllOf(parts):
                return min(self._commonness(part, known) for part in parts)
            case AnyOf(parts):
                return sum(self._commonness(part, known) for part in parts)
            case NoneOf():
                return EVERYWHERE


def _texts(expression: Expression) -> Iterator[str]:
    match expression:
        case Term(text):
            mark, _, word = text.rpartition(":")
            if not mark or mark in _COUNTED_MARKS:
                yield word
        case Adjacent(words):
            yield from words
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from _texts(part)
        case NoneOf():
            return


@compiled
def _going_on(lowest: str, below: str) -> QuerySet[Word, tuple[str, int, int, int]]:
    """The word `lowest`, if it is one, and the commonest of those after it: each with its documents, how many words there
    are in all, and in how many documents they stand."""
    alike = Word.objects.filter(word__gte=lowest, word__lt=below)
    told = ("word", "documents", Window(Count("pk")), Window(Sum("documents")))
    return alike.order_by(Case(When(word=lowest, then=0), default=1), "-documents").values_list(*told)[: MEANT + 1]


def alphabet_of(word: str) -> str:
    """The letters with which a word like this is written; empty where words are not spelt."""
    return _alphabet(unicodedata.name(word[0], "").split(" ")[0]) if word else ""


@cache
def _alphabet(script: str) -> str:
    return _ALPHABETS.get(script, "")


def mistypings(word: str) -> set[str]:
    """Every word one slip away: a letter too many, too few, another one, or two that changed places."""
    letters = alphabet_of(word)
    if not letters:
        return set()
    cuts = [(word[:place], word[place:]) for place in range(len(word) + 1)]
    found = {before + after[1:] for before, after in cuts if after}
    found |= {before + after[1] + after[0] + after[2:] for before, after in cuts if len(after) > 1}
    found |= {before + letter + after[1:] for before, after in cuts if after for letter in letters}
    found |= {before + letter + after for before, after in cuts for letter in letters}
    return found - {word, ""}


def distance(one: str, other: str) -> int:
    """How many slips lie between two words (Damerau and Levenshtein's, adjacent letters only)."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        older, before = before, row
        row = [i]
        for j, against in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != against))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == against:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
    return row[-1]


def is_common(word: str) -> bool:
    """Whether a word, as it is written, stands in very many documents."""
    return Word.objects.filter(word=fold(word), documents__gt=FEW).exists()


def likely_meant(word: str, *, at_most: int = 3) -> list[str]:
    """Words of the index that somebody may have meant who wrote this, the likeliest first.

    One slip anywhere, or two in a longer word whose first three letters are right.
    """
    if len(word) < 3 or not countable([word]) or word.isdigit():
        return []
    near = Word.objects.filter(word__in=mistypings(word)).order_by("-documents").values_list("word", "documents")
    found = [(1, -documents, each) for each, documents in near[:at_most]]
    if len(word) >= 6 and len(found) < at_most:
        alike = Word.objects.filter(word__gte=word[:3], word__lt=word[:3] + "\U0010ffff", documents__gt=1)
        known = {each for _, _, each in found} | {word}
        for each, documents in alike.order_by("-documents").values_list("word", "documents")[:400]:
            if abs(len(each) - len(word)) <= 2 and each not in known and distance(word, each) == 2:
                found.append((2, -documents, each))
    return [each for _, _, each in sorted(found)[:at_most]]
