"""How letters end: words of parting, the block of name and addresses, the line of a telephone.

Every rule asks twice: a line goes into the fold only when what is below it, too, looks like the end of a letter.
"""

import re
from unicodedata import category

from rung.channels.email.reading.nouns import ZoneKind
from rung.channels.email.reading.zones import signs
from rung.channels.email.reading.zones.fine_print import fine_print
from rung.channels.email.reading.zones.parting import (
    BELOW,
    CLOSINGS,
    COMPANIES,
    CONTACTS,
    DEVICES,
    NO_NAMES,
    REACH,
    SENT,
    TAGLINES,
    THANKS,
    TITLES,
)
from rung.channels.email.reading.zones.quoting import GREETINGS

CLOSING, SIGNATURE = ZoneKind.CLOSING, ZoneKind.SIGNATURE

MAX_SIGNATURE = 40
"""Lines from the end upwards in which the mark of a signature is looked for."""
MAX_BLOCK = 16
"""Lines with words that may stand below a closing."""

_DELIMITER = re.compile(r"[ \t]{0,2}(?:[-–—─]{1,3}|_{2,4}|\*{3}|~{2,3})[ \t]*$")
_DASHED_NAME = re.compile(r"[-–—~/]{1,2}\s?[^\W\d_][\w.'’-]{0,20}(?: [^\W\d_][\w.'’-]{0,20}){0,3}[.!]?$")
_PHONE = re.compile(r"(?:\+|\(|\b\d)[\d\s().\-/–]{6,22}\d")
_WEB = re.compile(r"(?:https?://|www\.)\S|\b[\w-]{2,40}\.(?:com|org|net|de|fr|uk|eu|io|nl|it|es|at|ch|pl|se|no|dk)\b")
_POSTSCRIPT = re.compile(r"\W{0,2}p\.?\s?(?:p\.?\s?)?s\.?(?:\W|$)", re.IGNORECASE)
_TRIM = " \t\xa0*_-–—~/\\,.;:!…|•·()[]\"'„“”«»‏、，。！^<3"
_PARTED = re.compile(r"\s?[|•·]\s?|\s[-–—]\s")
_AND = frozenset({"and", "und", "et", "y", "e", "en", "og", "och", "&"})
_FROM = frozenset({"-", "–", "/", "from", "aus", "de", "fra", "från", "vom"})
_BULLET = re.compile(r"\s{0,4}(?:[-*•+]|\d{1,2}[.)])\s")


def mark_ending(
    lines: list[str], marks: list[ZoneKind], start: int, end: int, names: frozenset[str], *, must_leave: bool
) -> None:
    """Mark what ends the new lines from `start` to `end`. With `must_leave` at least one line stays what it is."""
    floor = signs.next_text(lines, start, end) + 1 if must_leave else start
    end = signs.last_text(lines, end, start)
    end = _programs(lines, marks, floor, end)
    if end <= floor:
        return
    if (
        end < len(lines)
        and is_tagline(lines[signs.next_text(lines, end, len(lines) - 1)])
        and _is_name_above(lines, floor, end)
    ):
        marks[end - 1] = SIGNATURE
        end = signs.last_text(lines, end - 1, floor)
    at = _delimited(lines, floor, end)
    if at >= 0:
        marks[at:end] = [SIGNATURE] * (end - at)
        end = _programs(lines, marks, floor, signs.last_text(lines, at, start))
    end = min(end, _before_postscript(lines, floor, end))
    if end <= floor:
        return
    at = _closing(lines, floor, end, names)
    if at >= 0 and not _is_announced(lines, start, at, end, BELOW):
        block = at
        while block < end and (not lines[block].strip() or parting(lines[block], names)):
            block += 1
        marks[at:block] = [CLOSING] * (block - at)
        marks[block:end] = [SIGNATURE] * (end - block)
        return
    at = _block(lines, start, floor, end, names)
    if at >= 0 and not _is_announced(lines, start, at, end, REACH):
        marks[at:end] = [SIGNATURE] * (end - at)


def _is_announced(lines: list[str], start: int, at: int, end: int, announcing: tuple[str, ...]) -> bool:
    """Whether the letter itself speaks of the address or number that stands at its end: then that is what it has to say."""
    if not any(sign.isdigit() for line in lines[at:end] for sign in line):
        return False
    said = " ".join(lines[max(start, at - 30) : at]).casefold()
    return signs.says(said, announcing) and signs.says(said, REACH)


def _programs(lines: list[str], marks: list[ZoneKind], floor: int, end: int) -> int:
    """Mark what programs and companies add at the end, as often as there is more of it; where it begins."""
    for _ in range(12):
        end = signs.last_text(lines, end, floor)
        if end <= floor:
            break
        if is_tagline(lines[end - 1]):
            marks[end - 1] = SIGNATURE
            end -= 1
            continue
        found = fine_print(lines, floor, end)
        if found is None:
            break
        at, kind = found
        marks[at:end] = [kind] * (end - at)
        end = at
    else:
        while end > floor and (not lines[end - 1].strip() or is_tagline(lines[end - 1])):
            end -= 1
            marks[end] = SIGNATURE
    return end


def is_tagline(line: str) -> bool:
    """ "Sent from my telephone": what a program says of itself."""
    line = signs.visible(line)
    if not 6 <= len(line) <= 200:
        return False
    low = line.casefold().lstrip(' *_<(["-')
    if low.startswith(TAGLINES):
        return len(low) <= 160
    if len(line) > 130:
        return False
    if "outlook" in low and "aka.ms" in low:
        return True
    said = low.split()
    if len(said) > 16:
        return False
    if low.isascii() and low.startswith(("sent", "from my")):
        if signs.says(low, SENT) and (_names_device(" ".join(said[:7])) or len(said) <= (4 if said[1] == "by" else 5)):
            return True
    elif _names_device(low) and signs.says(low, SENT):
        return True
    return len(low) <= 30 and low.endswith(("from mobile", "from my mobile"))


def _is_name_above(lines: list[str], floor: int, end: int) -> bool:
    """Whether the line above a telephone's line is a name: in capitals, and with something said above it."""
    said = lines[end - 1].strip().split()
    if end - 1 <= floor or len(said) > 3 or any(word.casefold() in NO_NAMES for word in said):
        return False
    return (
        all(word[:1].isupper() and word.strip("'’-.").isalpha() for word in said)
        and lines[end - 1].strip()[-1:].isalpha()
    )


def _names_device(text: str) -> bool:
    return signs.says(text, DEVICES)


def _before_postscript(lines: list[str], start: int, end: int) -> int:
    """A postscript below the name is news: the ending is looked for above it."""
    for index in range(max(start, end - 12), end):
        if _POSTSCRIPT.match(lines[index]) and len(lines[index].split()) > 1:
            return index
    return end


def _delimited(lines: list[str], start: int, end: int) -> int:
    """The line that divides a signature off, or -1.

    "-- " with its space is the mark of the standard. Any other line of dashes is believed only with few short lines
    below it; a long one, which divides texts as well, only right above them.
    """
    for index in range(max(start, end - MAX_SIGNATURE), end):
        line = lines[index]
        is_long = signs.is_rule(line.strip())
        if not is_long and not is_delimiter(line):
            continue
        below = [text for text in lines[index + 1 : end] if text.strip()]
        if line.startswith("-- ") and not is_long:
            return index
        if not below or any(len(text) > 90 for text in below) or (len(line.strip()) == 1 and line.strip() in "-*"):
            continue
        if is_long and len(line.strip()) > 3:
            is_close = bool(lines[index + 1].strip()) and (index == 0 or not lines[index - 1].strip())
            is_box = line.strip()[0] not in "=#" or any(_is_contact(text) for text in below)
            if is_close and is_box and len(below) <= 8 and all(_is_short(text) for text in below):
                return index
        elif len(below) <= 12 and not any(_is_prose(text) for text in below):
            return index
    return -1


def is_delimiter(line: str) -> bool:
    """Whether a line is one of the short ones that divide a signature off."""
    return len(line) <= 8 and _DELIMITER.match(line) is not None


def parting(line: str, names: frozenset[str]) -> str:
    """ "closing" for a line that closes a letter, "thanks" for one that may, else nothing."""
    line = signs.visible(line)
    if not line or len(line) > 90:
        return ""
    low = line.casefold().strip(_TRIM)
    if not low.isascii():
        low = "".join(sign for sign in low if sign.isascii() or category(sign)[0] in "LMN").strip(_TRIM)
    kind = _kind_of(low)
    if kind or not low:
        return kind
    said = low.split()
    if len(said) > 9:
        return ""
    for count in range(len(said) - 1, 0, -1):
        kind = _kind_of(" ".join(said[:count]).strip(_TRIM))
        if kind:
            return "closing" if _goes_on(said, count, line.split()[count:], kind, names) else ""
    return ""


def _kind_of(text: str) -> str:
    return "closing" if text in CLOSINGS else "thanks" if text in THANKS else ""


def _goes_on(said: list[str], count: int, rest: list[str], kind: str, names: frozenset[str]) -> bool:
    """Whether a parting of `count` words goes on as one: with another parting, a name, or a place it comes from."""
    words = [word.strip(_TRIM) for word in said[count:]]
    if len(said) <= 5 and _kind_of(" ".join(words[1:] if words[0] in _AND else words)):
        return True
    if len(words) > 3:
        return False
    is_divided = said[count - 1][-1:] in ",!.;-–" or said[count] in _FROM
    if any(word in names for word in words) or (is_divided and _is_name(rest)):
        return True
    is_short = count == 1 and 2 <= len(said[0]) <= 3
    return kind == "closing" and (count >= 2 or is_short) and _is_name(rest)


def _is_name(said: list[str]) -> bool:
    """Whether words can be a name: letters first, and in capitals where the script has any."""
    lettered = [word for word in said if word[:1].isalpha()]
    return 0 < len(said) <= 4 and bool(lettered) and all(word[0].isupper() or not word.isascii() for word in lettered)


def _closing(lines: list[str], start: int, end: int, names: frozenset[str]) -> int:
    """The line with which the parting begins that the letter ends in, or -1."""
    found, seen, below = -1, 0, ""
    for index in range(end - 1, start - 1, -1):
        line = lines[index]
        if not line.strip():
            continue
        kind = parting(line, names)
        if kind == "closing" or (kind == "thanks" and _may_follow(below, line, names)):
            found = index
        elif found >= 0 or not _is_short(line) or _BULLET.match(line):
            break
        seen += 1
        if seen > MAX_BLOCK:
            break
        below = line
    return found


def _may_follow(below: str, thanks: str, names: frozenset[str]) -> bool:
    """Whether thanks are the end of a letter, with this below them: a name, or another parting."""
    if not below:
        return thanks.rstrip().endswith(",")
    said = signs.visible(below).strip(_TRIM).split()
    if parting(below, names):
        return True
    if below.rstrip().endswith(("?", ":", ";")) or not said:
        return False
    return len(said) <= 5 and (_is_name(said[:2]) or said[0].casefold() in names)


def _is_prose(line: str) -> bool:
    return len(line.split()) >= 9 and line.rstrip().endswith((".", "!", "?", ":", ";", "。"))


def _is_short(line: str) -> bool:
    """Whether a line may stand in a signature."""
    line = line.strip()
    if len(line) > 100 or line.endswith(("?", "？")):
        return False
    said = line.split()
    return not (len(said) >= 7 and line[-1:] in ".!:;,。" and not _is_contact(line)) and len(said) <= 14


def _is_contact(line: str) -> bool:
    if "@" in line or _PHONE.search(line) or _WEB.search(line):
        return True
    first = line.casefold().split(None, 1)[0].rstrip(":.") if line.strip() else ""
    return first in CONTACTS and (":" in line[:20] or any(sign.isdigit() for sign in line))


def _is_own_name(line: str, names: frozenset[str]) -> bool:
    """Whether a line is the name of who wrote the letter, whole or in part."""
    said = [word for word in signs.words(line) if not word.isdigit() and word != "_"]
    if not said or not names or len(said) > 5:
        return False
    if any(word in names for word in said):
        return all(word in names or len(word) == 1 for word in said) or (
            len(said) <= 4 and _is_name(line.strip(_TRIM).split())
        )
    whole = "".join(said)
    return len(whole) > 5 and any(whole.startswith(name) and whole[len(name) :] in names for name in names)


def _block(lines: list[str], start: int, floor: int, end: int, names: frozenset[str]) -> int:
    """Where a signature begins that nothing divides off, or -1: its writer's own name, or a name above ways to reach it."""
    top, seen = end, 0
    while top > floor and seen < 12:
        line = lines[top - 1]
        if line.strip():
            if not _is_short(line) or (_BULLET.match(line) and not _DASHED_NAME.match(line.strip())):
                break
            seen += 1
        top -= 1
    contacts = 0
    best = -1
    for index in range(end - 1, top - 1, -1):
        line = lines[index].strip()
        if not line:
            continue
        above = signs.last_text(lines, index, start) - 1
        if above < start:
            break
        said = lines[above].rstrip()
        is_after_end = above < index - 1 or said[-1:] in ".!?)…。:" or said.endswith(("  ",))
        if _is_own_line(line, names) and is_after_end and not said.endswith((":", "：")):
            below = [text for text in lines[index + 1 : end] if text.strip()]
            if len(below) <= 10 and (contacts or len(below) <= 4):
                best = index
        elif not said.endswith((":", "：")) and (
            (_DASHED_NAME.match(line) and not _BULLET.match(lines[above]) and _only_reach(lines, index + 1, end))
            or (contacts and above < index - 1 and _heads(line) and _has_reach(lines, index, end))
            or (index == end - 1 and above < index - 1 and _is_card(line))
        ):
            best = index
        contacts += _is_contact(line)
    return best


def _only_reach(lines: list[str], start: int, end: int) -> bool:
    below = [line for line in lines[start:end] if line.strip()]
    return len(below) <= 4 and all(_is_contact(line) for line in below)


def _is_own_line(line: str, names: frozenset[str]) -> bool:
    """The writer's name, alone or with a number or title behind it, or their address."""
    if not names:
        return False
    head = _PARTED.split(line.replace(",", "|").replace("/", "|"), maxsplit=1)[0]
    if "@" in line:
        local = signs.words(line.partition("@")[0])
        return len(line.split()) <= 2 and len(local) >= 1 and all(word in names for word in local)
    return bool(head.strip()) and _is_own_name(head, names)


def _is_card(line: str) -> bool:
    """ "Jane Smith, Buyer | Acme Ltd | +44 117 4960000": a whole signature on one line."""
    parts = _PARTED.split(line)
    return len(parts) >= 3 and _is_contact(line) and _heads(parts[0].partition(",")[0])


def _heads(line: str) -> bool:
    """Whether a line can be the name above ways to reach somebody."""
    said = line.strip(_TRIM).split()
    return (
        2 <= len(said) <= 5
        and _is_name(said[:4])
        and len(said) <= 5
        and not any(sign.isdigit() for sign in line)
        and said[0].casefold() not in GREETINGS
    )


def _has_reach(lines: list[str], index: int, end: int) -> bool:
    """Two things that only a signature has: a way to reach somebody, and a title, a company or another way."""
    ways = titles = 0
    for line in lines[index + 1 : end]:
        if not line.strip():
            continue
        said = {word.strip(_TRIM) for word in line.casefold().split()}
        ways += _is_contact(line)
        titles += not said.isdisjoint(COMPANIES) or not said.isdisjoint(TITLES)
    return ways >= 1 and ways + titles >= 2
