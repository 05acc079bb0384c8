"""By what a signature is known for the writer's own: names as the header gives them, and as people shorten them."""

import re

from rung.channels.email.reading.nouns import Person
from rung.channels.email.reading.words import listed
from rung.channels.email.reading.zones import signs
from rung.channels.email.reading.zones.parting import NO_NAMES
from rung.channels.email.reading.zones.shapes import PARTED, TRIM, is_contact, is_name

# Words of a few letters that may be somebody's initials too.
NO_INITIALS = NO_NAMES | listed(
    """
    am an and any are as at be but by can cc did do for fyi go got had has her him his hi how if in into is its me my
    new nor not now of off on one or our out ps pps re see she so the tbd tba to too two up us via was way who why you
    bei da das dem den der die du er es im ist mit um und von vor wie wo zu al de del des el en et il la le les lo ma
    ni ou par pas per que sa se si son su sur te tu un une va vi y a e o dos em na os para pro uma het een ik op van
    je ok asap btw imo lol omg thx tia nb pm eur usd gbp chf
    """
)

# Between the names of two who sign.
_BOTH = re.compile(r" (?:&|\+|and|und|et|y|e|en|og|och|i|и) ")
# What stands before the name of a firm or a team where it signs.
_ARTICLES = frozenset(
    {*("your", "the", "ihr", "ihre", "euer", "dein", "das", "votre", "su", "el", "o", "il", "uw", "team")}
)

# Letters of other alphabets as people write them in Latin ones.
_CYRILLIC = ("абвгдезийклмнопрстуфхыэіїєґё", "abvgdeziiklmnoprstufhieiiege")
_GREEK = ("αβγδεζηικλμνξοπρσςτυφχωάέήίόύώ", "avgdeziiklmnxoprsstifhoaeiioio")
_LATIN = str.maketrans("".join((_CYRILLIC[0], _GREEK[0])), "".join((_CYRILLIC[1], _GREEK[1]))) | {
    ord(letter): sound
    for letter, sound in zip(
        "жцчшщюяъьθψ", ("zh", "ts", "ch", "sh", "shch", "iu", "ia", "", "", "th", "ps"), strict=True
    )
}


def names_of(writer: Person | None) -> frozenset[str]:
    """The words of a name and an address, and the initials they make, by which a signature is known for the writer's own."""
    if writer is None:
        return frozenset()
    called = signs.words(writer.name[:200])
    reached = signs.words(writer.address.partition("@")[0][:100].replace("_", " "))
    names = {word for word in (*called, *reached) if len(word) > 1 and not word.isdigit()}
    initials = {"".join([part[0] for part in parts]) for parts in (called, reached) if 2 <= len(parts) <= 4}
    if 2 <= len(called) <= 3:  # "Ruiz, Carla"
        initials.add("".join([part[0] for part in (*called[1:], called[0])]))
    return frozenset(names | (initials - NO_INITIALS))


def is_own_name(line: str, names: frozenset[str]) -> bool:
    """Whether a line is the name of who wrote the letter, whole or in part."""
    said = [word for word in signs.words(line) if not word.isdigit() and word != "_"]
    if not said or not names or len(said) > 5:
        return False
    called, colon, told = line.partition(": ")
    if colon and told.strip() and not is_contact(line) and not names.isdisjoint(signs.words(called)):
        return False  # a line of a talk, or an answer
    if not line.isascii():
        said = [word if word in names else _in_latin(word, names) for word in said]
    if any(word in names for word in said):
        return all(word in names or len(word) == 1 for word in said) or (
            len(said) <= 4 and is_name(line.strip(TRIM).split())
        )
    whole = "".join(said)
    if len(said) == 1 and line.strip()[:1].isupper() and _is_short_for(whole, names):
        return True
    return len(whole) > 5 and any(whole.startswith(name) and whole[len(name) :] in names for name in names)


def _in_latin(word: str, names: frozenset[str]) -> str:
    """The one of the names that a word of another alphabet is, however it is written in Latin letters; else the word."""
    written = _evened(word.translate(_LATIN))
    if len(written) < 3 or not written.isascii():
        return word
    return next((name for name in names if len(name) > 2 and name.isascii() and _evened(name) == written), word)


def _evened(name: str) -> str:
    for one, other in (
        ("kh", "h"),
        ("ch", "h"),
        ("ks", "x"),
        ("ph", "f"),
        ("ou", "u"),
        ("y", "i"),
        ("j", "i"),
        ("w", "v"),
    ):
        name = name.replace(one, other)
    return name.replace("ii", "i").replace("ie", "e")


def _is_short_for(word: str, names: frozenset[str]) -> bool:
    """ "Ed" for Edward, "Dave" for David: how people shorten their names."""
    if not 2 <= len(word) <= 7 or word in NO_INITIALS:
        return False
    is_pet = len(word) >= 4 and word[-1] in "eiyo"
    return any((len(name) > len(word) and name.startswith(word)) or (is_pet and name[:3] == word[:3]) for name in names)


def is_own_line(line: str, names: frozenset[str]) -> bool:
    """The writer's name, alone or with a number or title behind it, or their address."""
    if not names:
        return False
    head = PARTED.split(line.strip(" \t|*").replace(",", "|").replace("/", "|"), maxsplit=1)[0]
    article, _, called = head.strip().partition(" ")
    if article.casefold().rstrip(",") in _ARTICLES and 0 < len(called.split()) <= 3 and is_own_name(called, names):
        return is_name(called.split()[:1])
    mine, *others = _BOTH.split(head.strip(), maxsplit=1)
    if others and is_name(others[0].split()) and is_own_name(mine, names):
        return True
    called, at, place = head.partition(" in ")
    if at and is_name(place.split()) and is_own_name(called, names):
        return True
    if "@" in head:
        local = signs.words(head.partition("@")[0])
        return len(head.split()) <= 2 and len(local) >= 1 and all(word in names for word in local)
    return bool(head.strip()) and is_own_name(head, names)


def is_bare_name(line: str, names: frozenset[str]) -> bool:
    """Whether a line is the writer's name and no more: alone below a quotation it says nothing."""
    return len(line.split()) <= 3 and is_own_name(line, names)


def is_initial(line: str, names: frozenset[str]) -> bool:
    """ "J." or "-J": the first letter of the writer's name, and a sign without which it might be an answer."""
    letter = line.strip("-–/. ")
    return (
        len(letter) == 1 < len(line) <= 4 and letter.isupper() and any(name[0] == letter.casefold() for name in names)
    )
