"""How letters end: words of parting, the block of name and addresses, the line of a telephone.

Every rule asks twice: a line goes into the fold only when what is below it, too, looks like the end of a letter.
"""

import re

from rung.channels.email.reading.nouns import ZoneKind
from rung.channels.email.reading.zones import signs
from rung.channels.email.reading.zones.afterthoughts import before_afterthought, before_postscript
from rung.channels.email.reading.zones.announcing import is_announced, is_printed, is_shown, speaks_of_it
from rung.channels.email.reading.zones.closings import may_follow, parting
from rung.channels.email.reading.zones.fine_print import fine_print
from rung.channels.email.reading.zones.naming import is_bare_name, is_initial, is_own_line, is_own_name
from rung.channels.email.reading.zones.parting import (
    BELOW,
    COMPANIES,
    LEADS_ON,
    NO_NAMES,
    OPINIONS,
    REACH,
    TITLES,
)
from rung.channels.email.reading.zones.quoting import GREETINGS
from rung.channels.email.reading.zones.shapes import (
    PARTED,
    TRIM,
    is_bullet,
    is_contact,
    is_drawn,
    is_name,
    is_picture,
    is_prose,
    is_short,
)
from rung.channels.email.reading.zones.taglines import is_tagline

CLOSING, SIGNATURE = ZoneKind.CLOSING, ZoneKind.SIGNATURE

MAX_SIGNATURE = 40
"""Lines from the end upwards in which the mark of a signature is looked for."""
MAX_BLOCK = 16
"""Lines with words that may stand below a closing."""

_DELIMITER = re.compile(r"[ \t]{0,2}(?:[-–—─]{1,3}|_{2,4}|\*{3}|~{2,3})[ \t]*$")
_DASHED_NAME = re.compile(r"[-–—~/]{1,2}\s?[^\W\d_][\w.'’-]{0,20}(?: [^\W\d_][\w.'’-]{0,20}){0,3}[.!]?$")
_FILE = re.compile(
    r"(?:\s{0,4}<<[^<>|@]{1,110}>>){1,8}\s{0,4}$|"
    r"\s{0,4}(?:[-*•] |<<|\((?:see )?attached file: )\s?[^<>|@]{1,110}\.[a-z]{2,4}\d?(?:\s?>>|\))?\s{0,4}$",
    re.IGNORECASE,
)
# A place to meet at is what was to be said, wherever a program draws its rules.
_MEETINGS = ("/meetup-join/", "zoom.us/j/", "meet.google.com/", ".webex.com/", "gotomeeting.com/")
# What stands in a patch, below the three dashes that end its description.
_PATCH = ("diff --git ", "diff -", "@@ -", "+++ ", "Index: ")


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
        named = end - 1
        end = signs.last_text(lines, end - 1, floor)
        if end > floor and end == named and parting(lines[end - 1], names):
            marks[end - 1] = CLOSING
            end = signs.last_text(lines, end - 1, floor)
    end = _before_files(lines, floor, end)
    if end <= floor:
        return
    at = _delimited(lines, marks, floor, end, names)
    if at >= 0 and not is_shown(lines, start, at, names):
        marks[at:end] = [SIGNATURE] * (end - at)
        end = _programs(lines, marks, floor, signs.last_text(lines, at, start))
    end = min(end, before_postscript(lines, floor, end))
    if end <= floor:
        return
    at = _closing(lines, floor, end, names)
    if at >= 0 and is_printed(lines, start, at):
        return
    if at < 0:
        at = _advertised(lines, floor, end, names)
    if at >= 0 and not is_announced(lines, start, at, end, BELOW):
        end = before_afterthought(lines, at, end, names)
        block = at
        while block < end and (not lines[block].strip() or parting(lines[block], names)):
            block += 1
        marks[at:block] = [CLOSING] * (block - at)
        marks[block:end] = [SIGNATURE] * (end - block)
        return
    at = _block(lines, start, floor, end, names)
    if at >= 0 and not is_announced(lines, start, at, end, REACH):
        end = before_afterthought(lines, at, end, names)
        marks[at:end] = [SIGNATURE] * (end - at)


def _programs(lines: list[str], marks: list[ZoneKind], floor: int, end: int) -> int:
    """Mark what programs and companies add at the end, as often as there is more of it; where it begins."""
    for _ in range(12):
        end = signs.last_text(lines, end, floor)
        if end <= floor:
            break
        if is_tagline(lines[end - 1]):
            marks[end - 1] = SIGNATURE
            end -= 1
            if end > floor and signs.is_rule(lines[end - 1].strip()):
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


def _is_name_above(lines: list[str], floor: int, end: int) -> bool:
    """Whether the line above a telephone's line is a name: in capitals, and with something said above it."""
    said = lines[end - 1].strip().split()
    if end - 1 <= floor or len(said) > 3 or any(word.casefold() in NO_NAMES for word in said):
        return False
    return (
        all(word[:1].isupper() and word.strip("'’-.").isalpha() for word in said)
        and lines[end - 1].strip()[-1:].isalpha()
    )


def _before_files(lines: list[str], start: int, end: int) -> int:
    """The names of what is attached, as some programs set them below everything, are news: the ending is above them."""
    for _ in range(20):
        if end <= start or not _FILE.match(lines[end - 1][:160]):
            break
        end = signs.last_text(lines, end - 1, start)
    return end


def _delimited(lines: list[str], marks: list[ZoneKind], start: int, end: int, names: frozenset[str]) -> int:
    """The line that divides a signature off, or -1.

    "-- " with its space is the mark of the standard. Any other line of dashes is believed only with few short lines
    below it; a long one, which divides texts as well, only right above them. Sentences may stand below one where the
    letter has ended above it, or where they say whose opinions these are.
    """
    for index in range(max(start, end - MAX_SIGNATURE), end):
        line = lines[index]
        is_long = signs.is_rule(line.strip())
        if not is_long and not is_delimiter(line):
            continue
        below = [text for text in lines[index + 1 : end] if text.strip()]
        if any(text.startswith(_PATCH) for text in below) or (
            is_long and any(signs.says(text, _MEETINGS) for text in below)
        ):
            continue
        if (line.startswith("-- ") and not is_long) or (not below and line.strip() in ("--", "—")):
            return index
        if (
            not below
            or any(len(text) > 90 and not is_short(text) for text in below)
            or (len(line.strip()) == 1 and line.strip() in "-*")
        ):
            continue
        if is_long and len(line.strip()) > 3:
            is_first = not index or marks[index - 1] is ZoneKind.QUOTATION
            is_close = bool(lines[index + 1].strip()) and (is_first or not lines[index - 1].strip())
            is_card = all(is_short(text) for text in below)
            if is_close and is_card and _is_of_somebody(below, names) and len(below) <= 8:
                return index
            if (
                is_card
                and _is_card_apart(lines, index, below, names)
                and not is_announced(lines, start, index, end, REACH)
            ):
                return index
        elif line.strip() not in ("--", "- -") and not _is_of_somebody(below, names):
            continue
        elif len(below) <= 12 and not any(text.rstrip().endswith(("?", "？")) for text in below):
            sentences = sum(is_prose(text) for text in below)
            if not sentences or (sentences <= 2 and _has_ended(lines, start, index, below, names)):
                return index
    return -1


def _is_of_somebody(below: list[str], names: frozenset[str]) -> bool:
    """Whether lines tell of a person: a name that heads them, a way to reach them, a company, whose opinions these are."""
    head = below[0].strip(TRIM).split()
    if len(head) <= 4 and is_name(head) and not any(word.casefold() in NO_NAMES for word in head):
        return True
    for line in below:
        said = {word.strip(TRIM) for word in line.casefold().split()}
        if is_contact(line) or is_picture(line) or is_own_line(line, names) or parting(line, names):
            return True
        if not said.isdisjoint(COMPANIES) or not said.isdisjoint(TITLES):
            return True
    return signs.says(" ".join(below).casefold(), OPINIONS)


def _is_card_apart(lines: list[str], index: int, below: list[str], names: frozenset[str]) -> bool:
    """Whether what stands below a rule with blank lines around it, as a rule between two parts of a text has them too, can
    only be its writer's: it begins with their name, or with somebody's above two ways to reach them."""
    if (index and lines[index - 1].strip()) or len(below) > MAX_BLOCK or is_contact(below[0]):
        return False
    if is_own_name(below[0], names):
        return True
    is_written = any("@" in text or "://" in text or "www." in text for text in below)
    return is_written and sum(is_contact(text) for text in below) >= 2 and not any(is_bullet(text) for text in below)


def _has_ended(lines: list[str], start: int, index: int, below: list[str], names: frozenset[str]) -> bool:
    above = signs.last_text(lines, index, start) - 1
    if above >= start and (is_own_name(lines[above], names) or parting(lines[above], names)):
        return True
    return signs.says(" ".join(below).casefold(), OPINIONS)


def is_delimiter(line: str) -> bool:
    """Whether a line is one of the short ones that divide a signature off."""
    return len(line) <= 8 and _DELIMITER.match(line) is not None


def _closing(lines: list[str], start: int, end: int, names: frozenset[str]) -> int:
    """The line with which the parting begins that the letter ends in, or -1."""
    found, seen, below = -1, 0, ""
    for index in range(end - 1, start - 1, -1):
        line = lines[index]
        if not line.strip():
            continue
        kind = parting(line, names)
        is_thanks = kind == "thanks" and may_follow(below, line, names)
        if kind == "closing" or is_thanks or (found < 0 and _leads_to_name(lines, start, index, below, names)):
            found = index
        elif found >= 0 or not is_short(line) or is_bullet(line):
            break
        seen += 1
        if seen > MAX_BLOCK:
            break
        below = below if is_picture(line) else line
    return found


def _leads_to_name(lines: list[str], start: int, index: int, below: str, names: frozenset[str]) -> bool:
    """ "In haste,": two or three words and a comma in a paragraph of their own, right above the writer's own name."""
    said = lines[index].strip()
    if said[-1:] not in (",", "，") or not said[:1].isupper() or any(map(str.isdigit, said)):
        return False
    words = signs.words(said)
    if len(words) > 3 or any(word in NO_NAMES for word in words) or words[0] in GREETINGS:
        return False
    is_apart = index > start and not lines[index - 1].strip()
    return is_apart and is_own_name(below, names) and len(below.split()) <= 4


def _advertised(lines: list[str], start: int, end: int, names: frozenset[str]) -> int:
    """The closing below which the writer's name, a way to reach them or a picture, and sentences of their company
    stand, or -1: a program puts those there, and who adds a word adds it above them."""
    floor = max(start, end - MAX_SIGNATURE)
    if not names or not any("@" in line or "://" in line or "www." in line or "[" in line for line in lines[floor:end]):
        return -1
    for index in range(floor, end):
        if len(lines[index]) > 90 or parting(lines[index], names) != "closing":
            continue
        below = [text for text in lines[index + 1 : end] if text.strip()]
        own = next((number for number, text in enumerate(below[:4]) if is_own_line(text, names)), -1)
        reach = next((number for number, text in enumerate(below[:10]) if is_contact(text) or is_picture(text)), -1)
        if own >= 0 and reach >= 0 and all(is_short(text) for text in below[: max(own, reach) + 1]):
            return index
    return -1


def _block(lines: list[str], start: int, floor: int, end: int, names: frozenset[str]) -> int:
    """Where a signature begins that nothing divides off, or -1: its writer's own name, or a name above ways to reach it."""
    top, seen = end, 0
    while top > floor and seen < 12:
        line = lines[top - 1]
        if line.strip():
            if not is_short(line) or (is_bullet(line) and not _DASHED_NAME.match(line.strip())):
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
            best = index if 0 < start == floor and index == end - 1 and is_bare_name(line, names) else best
            break
        said = lines[above].rstrip()
        is_after_end = above < index - 1 or said[-1:] in ".!?)…。:" or is_drawn(said) or is_picture(said)
        is_after_end = is_after_end or (index == end - 1 and _is_below_words(said, line, names))
        is_after_end = is_after_end or (
            said.endswith(",") and _is_hope(lines, above, start) and is_bare_name(line, names)
        )
        if is_own_line(line, names) and is_after_end and not speaks_of_it(said):
            below = [text for text in lines[index + 1 : end] if text.strip()]
            if len(below) <= 10 and (contacts or len(below) <= 4):
                best = index
        elif contacts and above == index - 1 and is_own_line(line, names) and _is_first_name(lines, start, above):
            best = above
        elif not said.endswith((":", "：")) and (
            (_DASHED_NAME.match(line) and not is_bullet(lines[above]) and _only_reach(lines, index + 1, end))
            or (contacts and above < index - 1 and _heads(line) and _has_reach(lines, index, end))
            or (index == end - 1 and above < index - 1 and (_is_card(line) or is_initial(line, names)))
        ):
            best = index
        contacts += is_contact(line)
    while best - 1 > floor and (is_drawn(lines[best - 1]) or is_picture(lines[best - 1])):
        best -= 1
    return best


def _is_below_words(above: str, line: str, names: frozenset[str]) -> bool:
    """Whether the writer's bare name may stand right below words that nothing ends: not where they lead on to it."""
    said, called = above.split(), signs.words(line)
    if (
        len(said) < 3
        or is_bullet(above)
        or above[-1:] in ",;:-–(/&+"
        or len(called) > 3
        or not all(word in names for word in called)
    ):
        return False
    return said[-1].casefold() not in LEADS_ON and line.strip()[:1].isupper()


def _is_first_name(lines: list[str], start: int, index: int) -> bool:
    """Whether a line is one name in a paragraph that begins with it."""
    said = lines[index].strip().split()
    is_first = index > start and not lines[index - 1].strip()
    return is_first and len(said) == 1 and is_name(said) and said[0].casefold() not in NO_NAMES


def _is_hope(lines: list[str], index: int, start: int) -> bool:
    """ "Hope this helps,": a few words in a paragraph of their own, below which the writer's name may stand."""
    said = signs.words(lines[index])
    is_apart = index > start and not lines[index - 1].strip()
    return is_apart and 0 < len(said) <= 6 and said[0] not in GREETINGS


def _only_reach(lines: list[str], start: int, end: int) -> bool:
    below = [line for line in lines[start:end] if line.strip()]
    return len(below) <= 4 and all(is_contact(line) for line in below)


def _is_card(line: str) -> bool:
    """ "Jane Smith, Buyer | Acme Ltd | +44 117 4960000": a whole signature on one line."""
    parts = PARTED.split(line)
    return len(parts) >= 3 and is_contact(line) and _heads(parts[0].partition(",")[0])


def _heads(line: str) -> bool:
    """Whether a line can be the name above ways to reach somebody."""
    said = line.strip(TRIM).split()
    return (
        2 <= len(said) <= 5
        and is_name(said[:4])
        and len(said) <= 5
        and not any(map(str.isdigit, line))
        and said[0].casefold() not in GREETINGS
    )


def _has_reach(lines: list[str], index: int, end: int) -> bool:
    """Two things that only a signature has: a way to reach somebody, and a title, a company or another way."""
    ways = titles = 0
    for line in lines[index + 1 : end]:
        if not line.strip():
            continue
        said = {word.strip(TRIM) for word in line.casefold().split()}
        ways += is_contact(line)
        titles += not said.isdisjoint(COMPANIES) or not said.isdisjoint(TITLES)
    return ways >= 1 and ways + titles >= 2
