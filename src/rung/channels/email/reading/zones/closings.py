"""Words of parting: "Best regards", "Viele Grüße", and thanks where a name follows."""

from unicodedata import category

from rung.channels.email.reading.words import folded
from rung.channels.email.reading.zones import signs
from rung.channels.email.reading.zones.farewells import (
    CLOSINGS,
    FORMAL,
    LEADS,
    SPANS,
    THANKS,
    WISHES,
    WISHING,
)
from rung.channels.email.reading.zones.shapes import PARTED, TRIM, is_name

_AND = frozenset(
    {"and", "und", "et", "y", "e", "en", "og", "och", "&", "ve", "i", "și", "si", "ja", "és", "и", "та", ""}
)
_ALL = frozenset(
    {"a vous", "a toi", "a tous", "a toutes et a tous", "to you", "to you all", "to all", "everyone", "all"}
)
_WHAT_FOR = frozenset({"for", "für", "fur", "pour", "por", "per", "för", "voor", "za", "за"})
_FOR_OTHERS = frozenset({"mede", "namens", "auch", "im", "on", "also", "au", "en", "a", "em", "på"})
_PLACES = frozenset({"vom", "von", "from", "aus", "de", "desde", "da", "dal", "uit", "fra", "från", "z", "ze", "из"})
_FROM = frozenset({"-", "–", "/", "from", "aus", "de", "fra", "från", "vom"})
_UNSAID = str.maketrans(dict.fromkeys(",;:.、，。！!;", "") | {"’": "'"})


def _plain(text: str) -> str:
    """As it is compared: without accents, and without the signs that some set between its words and others do not."""
    return _even(folded(text))


def _even(text: str) -> str:
    """What `_plain` does to a text that is folded."""
    text = text.translate(_UNSAID)
    if not text.isascii():
        text = "".join(sign for sign in text if sign.isascii() or category(sign)[0] in "LMN")
    return text.strip(TRIM)


def _letters(text: str) -> str:
    """What is left of a phrase when letters change places or are doubled."""
    return "".join(sorted(letter for letter, last in zip(text, " " + text, strict=False) if letter != last))


# Written out as "ue" where the keyboard has no "ü", or without the dots altogether: both are found.
_CLOSINGS = frozenset(_plain(closing) for closing in CLOSINGS) | frozenset(
    _plain(lead + wish) for lead in LEADS for wish in WISHES
)
_THANKS = frozenset(_plain(thanks) for thanks in THANKS)
_MISTYPED = frozenset(_letters(closing) for closing in _CLOSINGS if len(closing) >= 8 and closing.isascii())
_FIRST = frozenset(phrase.partition(" ")[0] for phrase in _CLOSINGS | _THANKS)
_INITIALS = frozenset(phrase[0] for phrase in _CLOSINGS if len(phrase) >= 8)
_WISHING = tuple(folded(phrase) + " " for phrase in WISHING)
_SPANS = tuple(" " + folded(phrase) for phrase in SPANS)
# How sentences end that do nothing but take leave: "Je vous prie d'agréer, Madame, mes salutations distinguées."
_FORMAL = tuple(folded(phrase) for phrase in FORMAL)


def parting(line: str, names: frozenset[str]) -> str:
    """ "closing" for a line that closes a letter, "thanks" for one that may, else nothing."""
    line = signs.visible(line)
    if not line or len(line) > 200:
        return ""
    low = folded(line).strip(TRIM)
    if len(line) > 90:
        return "closing" if low.endswith(_FORMAL) else ""
    if not low.isascii():
        low = "".join(sign for sign in low if sign.isascii() or category(sign)[0] in "LMN").strip(TRIM)
    if not low:
        return ""
    whole = _even(low)
    if kind := _kind_of(whole):
        return kind
    if 8 <= len(low) <= 40 and low[0] in _INITIALS and _letters(whole) in _MISTYPED:
        return "thanks"
    said = low.replace("/", " / ").split()
    if (len(said) > 3 and low.endswith(_FORMAL)) or _wishes(whole):
        return "closing"
    if len(said) > 9 or _even(said[0]) not in _FIRST:
        return ""
    for count in range(len(said) - 1, 0, -1):
        kind = _kind_of(_even(" ".join(said[:count])))
        if kind:
            if kind == "thanks" and said[count] in _WHAT_FOR and line.endswith(","):
                return "thanks"
            return "closing" if _goes_on(said, count, line.replace("/", " / ").split()[count:], kind, names) else ""
    return ""


def _wishes(text: str) -> bool:
    """ "Have a great rest of your day", "Ich wünsche noch ein schönes Wochenende"."""
    text = text.removesuffix(" und verbleibe")
    return text.startswith(_WISHING) and text.endswith(_SPANS) and 3 <= text.count(" ") + 1 <= 8


def _kind_of(text: str) -> str:
    if " / " in text and all(_kind_of(_even(part)) for part in text.split(" / ")):
        return "closing"  # said in several languages
    return "closing" if text in _CLOSINGS else "thanks" if text in _THANKS else ""


def _goes_on(said: list[str], count: int, rest: list[str], kind: str, names: frozenset[str]) -> bool:
    """Whether a parting of `count` words goes on as one: with another parting, a name, or a place it comes from."""
    words = [word.strip(TRIM) for word in said[count:]]
    if _kind_of(_even(" ".join(words[1:] if words[0] in _AND else words))):
        return True
    if kind == "closing" and count >= 2 and ((len(words) == 1 and words[0] in _FROM) or " ".join(words) in _ALL):
        return True
    if kind == "closing" and said[count - 1][-1:] == "," and words[0] in _FOR_OTHERS and "nam" in " ".join(words[:3]):
        return True
    if kind == "closing" and count >= 2 and words[0] in _PLACES and len(words) <= 5 and is_name(rest[-1:]):
        return True
    if len(words) > 3:
        return False
    is_divided = said[count - 1][-1:] in ",!.;-–" or said[count] in _FROM
    if len(rest) > 1 and said[count] in _FROM:
        rest = rest[1:]
    if any(word in names for word in words) or (is_divided and is_name(rest)):
        return True
    is_short = count == 1 and 2 <= len(said[0]) <= 3
    return kind == "closing" and (count >= 2 or is_short) and is_name(rest)


def may_follow(below: str, thanks: str, names: frozenset[str]) -> bool:
    """Whether thanks are the end of a letter, with this below them: a name, a line drawn above one, or another parting."""
    if not below:
        return thanks.rstrip().endswith(",")
    said = signs.visible(PARTED.split(below.strip(), maxsplit=1)[0]).strip(TRIM).split()
    if parting(below, names):
        return True
    if not said:
        return thanks.rstrip().endswith(",") and signs.is_rule(below.strip())
    if below.rstrip().endswith(("?", ":", ";")):
        return False
    if len(said) == 1 and len(said[0]) == 1:
        return any(name.startswith(said[0].casefold()) for name in names)
    return len(said) <= 5 and (is_name(said[:2]) or said[0].casefold() in names)
