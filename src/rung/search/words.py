"""From text to the words it can be found by, the same for what is kept and for what is asked.

Case, accents, vowel points and widths are folded away. Chinese, Japanese, Korean, Thai and their like, written without
spaces or with endings, are cut into overlapping pairs of characters. What is written with joiners (R-1234,
carla.ruiz@example.org, don't) is found as a whole and in parts; so is what capitals and digits divide (FinalReport2026).
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from operator import add

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
_JOINERS = "@._'’+-"
_COMPOUND = re.compile(rf"{_RUN}(?:[{re.escape(_JOINERS)}]{_RUN})*")
# The same for plain ASCII, in which most is written, three times as fast.
_PLAIN_COMPOUND = re.compile(r"[A-Za-z0-9]+(?:[@._'+\-][A-Za-z0-9]+)*")
_RUNS = re.compile(_RUN)
_IS_PAIRED = re.compile(f"[{_PAIRED}]")
_HAS_NOTHING_ELSE = re.compile(f"[\\x00-\\x7f{_PAIRED}]*")
_NO_LETTER = re.compile(rf"[^\w{_MARKS}]|_")
# What is cut finer is no word but a key. Windows are what of a compound may be asked for: a month of a file's name.
MOST_PIECES, FEWEST_LETTERS, MOST_RUNS = 8, 3, 8
# So many pairs of characters at once are asked whether one of them is meant.
PAIRS = 32

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
_GERMAN_CAPITALS = {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "ae", "Ö": "oe", "Ü": "ue"}
IN_PLACE_OF_DOTS = ("ae", "oe", "ue")
# The article and what is written together with it, so that "the order" is found by "order".
_ARABIC_ARTICLE = re.compile(r"^(?:وال|بال|كال|فال|لل|ال)(?=...)")


@lru_cache(maxsize=1 << 16)
def fold(word: str) -> str:
    """A word without case, accents, vowel points or width."""
    if word.isascii():
        return word.lower()
    return _NO_LETTER.sub("", _bare(word))


def _bare(text: str) -> str:
    if _HAS_NOTHING_ELSE.fullmatch(text) and unicodedata.is_normalized("NFKC", text):
        return text.lower()  # to take signs apart and put them together again takes twenty times as long
    bare = _LEFT_OUT.sub("", unicodedata.normalize("NFKD", text).casefold())
    return unicodedata.normalize("NFC", _in_place_of(_ALIKE, bare))


def _in_place_of(others: Mapping[int, str], text: str) -> str:
    """What `str.translate` does, which looks each letter of a text up: ten times as fast where there are many."""
    if len(text) < LONGEST:
        return text.translate(others)
    for letter, other in others.items():
        text = text.replace(chr(letter), other)
    return text


def _in_latin() -> tuple[bytes, dict[str, str], str]:
    """Of Latin-1: what each letter is folded to, which become several, and which become other than plain ones."""
    one, several, others = bytearray(range(256)), {}, ""
    for code in range(256):
        letter = chr(code)
        folded = fold(letter) if code >= 0x80 else letter.lower()
        if not folded.isascii():
            others += letter
        elif len(folded) > 1:
            several[letter] = folded
        else:
            one[code] = ord(folded or " ")
    return bytes(one), several, others


_FOLDED, _SEVERAL, _NOT_FOLDED = _in_latin()
_WITHIN_WORDS = bytes({*"@._'+-\u00ad".encode("latin-1")})
# What stands between Latin letters everywhere and is not in Latin-1.
_BETWEEN_WORDS = "‘‚“”„–—…•€™‹›"
_OTHER_SIGN = re.compile(f"[^\\x00-\xff’{_BETWEEN_WORDS}]")


def _letters_of_latin(text: str, *, german: bool) -> tuple[str, str] | None:
    """`letters_of`, byte by byte, in a tenth of the time; None for other letters than those of Western Europe."""
    if text.isascii():
        return text.encode("ascii").translate(_FOLDED, _WITHIN_WORDS).decode("ascii"), ""
    try:
        text = _in_latin_signs(text, "")
    except UnicodeEncodeError:
        return None
    if any(letter in text for letter in _NOT_FOLDED):
        return None
    germanised = text
    for letter, others in _GERMAN_CAPITALS.items() if german else ():
        germanised = germanised.replace(letter, others)
    return _folded_latin(text), _folded_latin(germanised) if germanised != text else ""


def _in_latin_signs(text: str, apostrophe: str) -> str:
    try:
        text.encode("latin-1")
    except UnicodeEncodeError:
        if _OTHER_SIGN.search(text):
            raise
        text = text.replace("’", apostrophe)
        for sign in _BETWEEN_WORDS:
            text = text.replace(sign, " ")
    return text


def in_place(text: str) -> str:
    """A text with small letters, those of Western Europe as words have them, each where it stood. What becomes several
    letters stays as it is."""
    if text.isascii():
        return text.lower()
    try:
        return _in_latin_signs(text, "'").encode("latin-1").translate(_FOLDED).decode("latin-1")
    except UnicodeEncodeError:
        return text.replace("İ", "I").lower()  # the one letter that is longer when it is small


def _folded_latin(text: str) -> str:
    for letter, others in _SEVERAL.items():
        text = text.replace(letter, others)
    return text.encode("latin-1").translate(_FOLDED, _WITHIN_WORDS).decode("ascii")


def letters_of(text: str, *, german: bool = True) -> tuple[str, str]:
    """A text with the letters of words, and with those that `german` may have instead. Every word without a figure by which
    something in it is found stands in one of them; what stands in them need be no word."""
    if (letters := _letters_of_latin(text, german=german)) is not None:
        return letters
    # Past the signs that no word has, which takes as long as the rest, where taking signs apart can bring none forth.
    if not unicodedata.is_normalized("NFKC", text):
        text = text.replace(" ", "0")
        return fold.__wrapped__(text), _germanised(text, fold.__wrapped__) if german else ""
    for joiner in _JOINERS:
        text = text.replace(joiner, "")
    return _bare(text), _germanised(text, _bare) if german else ""


def letters_of_each(texts: Sequence[str], *, german: bool = True) -> list[tuple[str, str]]:
    """`letters_of` of each of several texts, in a third of the time where they are short: as the lines of one text, which
    stay apart through every step."""
    if any("\n" in text for text in texts):
        return [letters_of(text, german=german) for text in texts]
    if (latin := _letters_of_latin("\n".join(texts), german=german)) is not None:
        return _line_by_line(latin, len(texts))
    of = {text: known for text in texts if (known := _letters_of_latin(text, german=german)) is not None}
    plain = [text for text in texts if text not in of and unicodedata.is_normalized("NFKC", text)]
    if plain:
        letters = letters_of("\n".join(plain), german=german)
        of.update(zip(plain, _line_by_line(letters, len(plain)), strict=True))
    return [of.get(text) or letters_of(text, german=german) for text in texts]


def _line_by_line(letters: tuple[str, str], count: int) -> list[tuple[str, str]]:
    bare, germanised = letters
    return list(zip(bare.split("\n"), germanised.split("\n") if germanised else [""] * count, strict=True))


def _germanised(text: str, fold: Callable[[str], str]) -> str:
    lowered = unicodedata.normalize("NFC", text).lower()
    return fold(_in_place_of(_GERMAN, lowered)) if any(letter in lowered for letter in "äöü") else ""


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
    return tuple(map(add, word, word[1:]))


def _variants(run: str, words: tuple[str, ...]) -> tuple[str, ...]:
    if not words:
        return ()
    if _IS_PAIRED.match(words[0]):
        return (words[-1][-1],) if len(words[-1]) == 2 else ()  # the last character begins no pair
    found = [word for _start, _end, word in _pieces(run)]
    if not run.isascii():
        expanded = fold(unicodedata.normalize("NFC", run).lower().translate(_GERMAN))
        found += (expanded[:LONGEST], _ARABIC_ARTICLE.sub("", words[0]))
    return tuple(word for word in dict.fromkeys(found) if word and word != words[0])


@lru_cache(maxsize=1 << 14)
def _pieces(run: str) -> tuple[tuple[int, int, str], ...]:
    """Where capitals and digits divide a run: each piece, and of more than two also what goes on from each to the end, so
    that MyFinalReport2026 is found by finalrep."""
    if run.isalpha() and (run[1:].islower() or run.isupper() or run.islower()):
        return ()
    cuts = [0, *(place for place in range(1, len(run)) if _begins_a_piece(run, place)), len(run)]
    many = len(cuts) - 1
    if many < 2 or many > MOST_PIECES or (many > 4 and len(run) < many * FEWEST_LETTERS):
        return ()
    stretches = list(pairwise(cuts))
    if many > 2 and len(run) >= many * FEWEST_LETTERS:
        stretches += [(cut, len(run)) for cut in cuts[1:-2]]
    return tuple((start, end, word[:LONGEST]) for start, end in stretches if (word := fold(run[start:end])))


def _begins_a_piece(run: str, place: int) -> bool:
    before, letter = run[place - 1], run[place]
    if before.isdigit() != letter.isdigit():
        return True
    return letter.isupper() and (before.islower() or (before.isupper() and run[place + 1 : place + 2].islower()))


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


def spans_of(text: str, is_meant: Callable[[tuple[str, ...]], Hashable]) -> Iterator[Span]:
    """The stretches of a text whose words are meant, in their order; of those that begin together and mean the same, as
    `is_meant` tells them apart, the shortest."""
    pattern = _PLAIN_COMPOUND if text.isascii() else _COMPOUND
    for found in pattern.finditer(text):
        compound, start = found.group(), found.start()
        one, windows = _written(compound), () if compound.isalnum() else _windows(compound)
        spans = [Span(start + first, start + last, (word,)) for first, last, word in windows if is_meant((word,))]
        if is_meant(one.words) or is_meant(one.also):
            spans += _spans_of_runs(compound, start, is_meant)
        shortest: dict[tuple[int, Hashable], Span] = {}
        for span in sorted(spans, key=lambda span: (span.start, span.end)):
            if meant := is_meant(span.words):
                shortest.setdefault((span.start, meant), span)
        yield from shortest.values()


@lru_cache(maxsize=1 << 12)
def _windows(compound: str) -> tuple[tuple[int, int, str], ...]:
    """The whole of a compound, and the whole of each stretch of its runs."""
    runs = list(_RUNS.finditer(compound))
    ends = [(0, len(compound))] if len(runs) > 1 else []
    if len(runs) <= MOST_RUNS:
        ends += [(one.start(), other.end()) for n, one in enumerate(runs) for other in runs[n + 1 :]]
    return tuple((start, end, word) for start, end in dict.fromkeys(ends) if (word := whole(compound[start:end])))


def _spans_of_runs(compound: str, start: int, is_meant: Callable[[tuple[str, ...]], Hashable]) -> Iterator[Span]:
    for run in _RUNS.finditer(compound):
        first, text = start + run.start(), run.group()
        words = _words_of(text)
        if words and is_paired(words[0]) and len(fold(text)) == len(text):
            # A run may be a whole page: most of its pairs are gone past many at a time.
            for many in range(0, len(words), PAIRS):
                some = words[many : many + PAIRS]
                for place, word in enumerate(some if is_meant(some) else (), many):
                    if is_meant((word,)):
                        yield Span(first + place, first + place + len(word), (word,))
            if len(words[-1]) == 2:
                yield Span(first + len(text) - 1, first + len(text), (words[-1][-1],))
            continue
        pieces = _pieces(text)
        inner = {word for _start, _end, word in pieces}
        yield Span(first, start + run.end(), (*words, *(word for word in _variants(text, words) if word not in inner)))
        for begin, end, word in pieces:
            yield Span(first + begin, first + end, (word,))
