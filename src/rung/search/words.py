"""From text to the words it can be found by, the same for what is kept and for what is asked.

Case, accents, vowel points and widths are folded away. Chinese, Japanese, Korean, Thai and their like, written without
spaces or with endings, are cut into overlapping pairs of characters. What is written with joiners (R-1234,
carla.ruiz@example.org, don't) is found as a whole and in parts.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

# Longer runs are no words: keys, encoded files. They are found by how they begin.
LONGEST = 64


def _ranges(holds: Callable[[str], bool]) -> str:
    """The inside of a character class for all characters of which something holds."""
    ranges: list[list[int]] = []
    for code in range(0x80, min(sys.maxunicode, 0x1FFFF) + 1):
        if not holds(chr(code)):
            continue
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in ranges)


# Scripts whose words cannot be told apart by spaces: Thai, Lao, Burmese, Khmer, kana, Han, Hangul.
_PAIRED = (
    "\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3005\u3007\u3040-\u30ff\u3130-\u318f\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\uff66-\uffdc\U00020000-\U0003134f"
)
# Combining marks belong to the word they stand in, and so do the joiners of zero width and the soft hyphen.
_MARKS = _ranges(lambda letter: unicodedata.category(letter)[0] == "M") + "\u00ad\u200c\u200d"
_RUN = rf"(?:[{_PAIRED}][{_PAIRED}{_MARKS}]*|(?:(?![{_PAIRED}_])[\w{_MARKS}])+)"
_COMPOUND = re.compile(rf"{_RUN}(?:[@._'’+\-]{_RUN})*")
# The same for plain ASCII, in which most is written, three times as fast.
_PLAIN_COMPOUND = re.compile(r"[A-Za-z0-9]+(?:[@._'+\-][A-Za-z0-9]+)*")
_RUNS = re.compile(_RUN)
_IS_PAIRED = re.compile(f"[{_PAIRED}]")
_NO_LETTER = re.compile(rf"[^\w{_MARKS}]|_")
_LETTERS_AND_DIGITS = re.compile(r"\d+|\D+")

# Accents, vowel points and elongations that one may leave out in writing. The marks of kana and of the scripts of India
# make other letters, and stay.
_LEFT_OUT = re.compile(
    "[\u00ad\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed"
    "\u200c\u200d]"
)
_ALIKE = str.maketrans(
    {
        "ø": "o", "đ": "d", "ł": "l", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d", "ħ": "h",
        "ى": "ي", "ی": "ي", "ة": "ه", "ک": "ك", "ٱ": "ا",
    }
)  # fmt: skip
_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
# The article and what is written together with it, so that "the order" is found by "order".
_ARABIC_ARTICLE = re.compile(r"^(?:وال|بال|كال|فال|لل|ال)(?=...)")


@lru_cache(maxsize=1 << 16)
def fold(word: str) -> str:
    """A word without case, accents, vowel points or width."""
    if word.isascii():
        return word.lower()
    bare = _LEFT_OUT.sub("", unicodedata.normalize("NFKD", word).casefold())
    return _NO_LETTER.sub("", unicodedata.normalize("NFC", bare.translate(_ALIKE)))


@dataclass(frozen=True, slots=True)
class Written:
    """What is written in one go, between spaces: `words` in their order, and `also` by what else it can be found."""

    words: tuple[str, ...]
    also: tuple[str, ...]


@lru_cache(maxsize=1 << 17)
def _written(compound: str) -> Written:
    runs = _RUNS.findall(compound)
    if len(runs) == 1:
        words = _words_of(runs[0])
        return Written(words, _variants(runs[0], words))
    words = tuple(word for run in runs for word in _words_of(run))
    also = [variant for run in runs for variant in _variants(run, _words_of(run))]
    also.append(whole(compound))
    if "@" in compound:
        also += [whole(part) for part in compound.split("@")]
    return Written(words, tuple(dict.fromkeys(word for word in also if word and word not in words)))


def _words_of(run: str) -> tuple[str, ...]:
    word = fold(run)
    if not _IS_PAIRED.match(word):
        return (word[:LONGEST],) if word else ()
    if len(word) == 1:
        return (word,)
    return tuple(word[place : place + 2] for place in range(len(word) - 1))


def _variants(run: str, words: tuple[str, ...]) -> tuple[str, ...]:
    if run.isascii():
        parts = _LETTERS_AND_DIGITS.findall(words[0]) if words and not words[0].isalpha() else ()
        return tuple(parts) if 1 < len(parts) <= 4 else ()
    if not words:
        return ()
    if _IS_PAIRED.match(words[0]):
        return (words[-1][-1],) if len(words[-1]) == 2 else ()  # the last character begins no pair
    expanded = fold(unicodedata.normalize("NFC", run).lower().translate(_GERMAN))
    bare = _ARABIC_ARTICLE.sub("", words[0])
    return tuple(word[:LONGEST] for word in (expanded, bare) if word != words[0])


def whole(compound: str) -> str:
    """Something with joiners as one word: R-1234, R.1234 and R1234 are the same; of an address the signs stay."""
    runs = [fold(run) for run in _RUNS.findall(compound)]
    if "@" in compound and not compound.startswith("@"):
        return fold(compound)[:LONGEST]
    return "".join(runs)[:LONGEST]


def written(text: str) -> list[Written]:
    """Everything that is written in a text, in its order."""
    if text.isascii():
        return [_written(compound) for compound in _PLAIN_COMPOUND.findall(text)]
    # Between spaces, where no compound goes across: most of such a text is plain all the same, or was met before.
    return [one for piece in text.split() for one in (_met(piece) if len(piece) <= LONGEST else _all_written(piece))]


def _all_written(piece: str) -> tuple[Written, ...]:
    pattern = _PLAIN_COMPOUND if piece.isascii() else _COMPOUND
    return tuple(_written(compound) for compound in pattern.findall(piece))


_met = lru_cache(maxsize=1 << 16)(_all_written)


def words_in(text: str) -> list[str]:
    """The words of a text in their order."""
    return [word for one in written(text) for word in one.words]


def all_words_in(texts: Iterable[str]) -> set[str]:
    """Every word by which any of these texts can be found."""
    return {word for text in texts for one in written(text) for word in (*one.words, *one.also)}


def is_paired(word: str) -> bool:
    """Whether a word is of a script that is cut into pairs."""
    return bool(_IS_PAIRED.match(word))


@dataclass(frozen=True, slots=True)
class Span:
    """Where in a text, from `start` to before `end`, a word stands."""

    start: int
    end: int
    words: tuple[str, ...]


def spans_of(text: str, is_meant: Callable[[tuple[str, ...]], object]) -> Iterator[Span]:
    """The stretches of a text whose words are meant; a compound as a whole where it is, and else its parts."""
    pattern = _PLAIN_COMPOUND if text.isascii() else _COMPOUND
    for found in pattern.finditer(text):
        one = _written(found.group())
        if not is_meant(one.words) and not is_meant(one.also):
            continue
        runs = list(_RUNS.finditer(found.group()))
        if len(runs) > 1 and is_meant(one.also):
            yield Span(found.start(), found.end(), one.also)
        for run in runs:
            start, words = found.start() + run.start(), _words_of(run.group())
            if words and is_paired(words[0]) and len(fold(run.group())) == len(run.group()):
                for place, word in enumerate(words):
                    yield Span(start + place, start + place + len(word), (word,))
            else:
                yield Span(start, found.start() + run.end(), (*words, *_variants(run.group(), words)))
