"""The line that says who wrote what is quoted below it: "On Tue, 10 Mar 2026 at 09:15, Ada Berg <a@b.example> wrote:"."""

import re
from dataclasses import dataclass
from itertools import pairwise

from rung.channels.email.reading.zones import signs
from rung.channels.email.reading.zones.parting import NO_NAMES
from rung.channels.email.reading.zones.quoting import (
    DAYS,
    HELPERS,
    JOINED_VERBS,
    MONTHS,
    SPEAKERS,
    STARTS,
    TELLERS,
    VERBS,
)
from rung.channels.email.reading.zones.shapes import is_name

MAX_HEIGHT = 5
"""Lines over which an attribution may be broken."""
MAX_LENGTH = 420

_ENDS = ":：>)\"'*_؛"
_DASHES = "-–—"
# Nobody answers with one of these alone.
_ALONE = frozenset({"on", "am", "le", "el", "il", "em", "op", "den", "dne", "στις", "pada", "în", "vào"})
# How programs announced the words of whom is written to.
_OF_YOURS = frozenset(
    {"you write", "you wrote", "you said", "sie schrieben", "du schriebst", "vous écriviez", "tu écrivais"}
)
# With whom only people speak.
_OF_ONE = frozenset(
    {"your", "our", "my", "mir", "uns", "ihr", "ihre", "ihrer", "votre", "notre", "vuestro", "nuestra", "vostro"}
)
# "je" is who writes in French, and "has" before a verb of the Slavs.
_IS_HAS = re.compile(r"je napis")
_SENTENCE = re.compile(r"[a-z]{3}[.!?] [A-Z]")
_SHARED = re.compile(
    r"(?<=\S)(?:[-–—]{2,}|\s)\s?(?=(?:On|Am|Le|El|Op|Il|Em) (?:(?:\w{2,10}[,.]? )?\w{1,4}[./, -]|\w{3}, ))"
)


@dataclass(frozen=True, slots=True)
class Attribution:
    """Where it begins. `is_certain` when it can only be one: then what follows is quoted even without marks."""

    start: int
    is_certain: bool


def may_end(line: str) -> bool:
    """Whether an attribution may end with this line: a cheap question, asked of every line."""
    line = line.rstrip() if line.isascii() else signs.visible(line)
    if not line:
        return False
    if line[-1] in _DASHES:
        return len(line) > 20 and not VERBS.isdisjoint(signs.words(line))
    if line[-1] in _ENDS:
        return True
    return line.rpartition(" ")[2].casefold() in VERBS


def attribution(lines: list[str], is_free: list[bool], end: int) -> Attribution | None:
    """The attribution whose last line is `end`; None when there is none."""
    last = lines[end]
    if not ("@" in last or _has_digit(last) or _has_verb(last)):
        return None
    text, found = "", None
    has_verb = _has_verb(last)
    for start in range(end, max(end - MAX_HEIGHT, -1), -1):
        line = signs.visible(lines[start])
        if is_free[start] and not line and start == end - 1 and _is_verb(text):
            continue  # "wrote:", cut off from the rest by a blank line
        if not is_free[start] or not line:
            break
        below, text = text, f"{line} {text}".strip()
        if len(text) > MAX_LENGTH:
            break
        begins = _begins(text)
        if found is not None and not ((begins and _has_digit(line)) or _goes_on(line, below)):
            continue
        strength = _strength(text, begins) if below or line[0] != ">" else 0
        if strength:
            found = Attribution(start, strength == 2)
            if begins and (has_verb or signs.has_address(text)) and not _is_verb(text) and not _lacks_day(text):
                break
    return found and Attribution(_top(lines, is_free, found.start), found.is_certain)


def _top(lines: list[str], is_free: list[bool], start: int) -> int:
    """Where an attribution begins of which a program has set the beginning apart, in the lines above `start`."""
    if _is_start_above(lines, is_free, start):
        return start - 1
    if lines[start].lstrip().startswith("<"):
        if _is_name_above(lines, is_free, start):
            return start - 1
        above = signs.last_text(lines, start) - 1
        if start - 2 <= above and above >= 0 and is_free[above] and _begins_and_dates(lines[above]):
            return above
    return start


def _lacks_day(text: str) -> bool:
    """Whether a text is what a line left over that was broken within its date: "09:12, Ada Berg <a@b.example> wrote:",
    "mar. 2026 kl. 09:12 skrev Ada Berg:"."""
    if text[:3].rstrip(", ").casefold() in ("am", "pm"):
        return not signs.has_day(text)
    first, _, rest = text.partition(" ")
    if first[:3].casefold() in MONTHS and rest[:2] in ("19", "20"):
        first, _, rest = rest.partition(" ")
    elif first[:1].isupper():
        return False  # begins by itself: "At 09:12, Ada Berg wrote:"
    is_year = len(first.strip(",.")) == 4 and first[:4].isdigit()
    return signs.has_clock(text) and not signs.has_day(rest if is_year else text)


def _is_start_above(lines: list[str], is_free: list[bool], start: int) -> bool:
    """Whether "On" or "Le" stands alone above a day with which the next line begins."""
    if start < 1 or not is_free[start - 1] or signs.visible(lines[start - 1]).casefold() not in _ALONE:
        return False
    day = signs.visible(lines[start])
    is_day = day[:1].isdigit() or day.split(" ", 1)[0].rstrip(".,").casefold() in DAYS
    return is_day and signs.has_day(day[:40]) and signs.has_clock(day)


def _begins_and_dates(line: str) -> bool:
    """ "On Tue, 10 Mar 2026 at 09:15 Ada Berg": an attribution without its end."""
    text = signs.visible(line)
    return len(text) <= 160 and _begins(text) and signs.has_day(text) and signs.has_clock(text)


def _is_verb(text: str) -> bool:
    """ "wrote:" and nothing else, or "a écrit :"."""
    said = signs.words(text[:30])
    return 0 < len(said) <= 2 and said[-1] in VERBS and len(text) <= 20 and (len(said) == 1 or said[0] in HELPERS)


def _is_name_above(lines: list[str], is_free: list[bool], start: int) -> bool:
    """Whether a line, in a paragraph below others, holds the name to the address with which the next one begins."""
    if start < 3 or not is_free[start - 1] or lines[start - 2].strip():
        return False
    if not any(line.strip() for line in lines[max(start - 60, 0) : start - 2]):
        return False
    line = signs.visible(lines[start - 1])
    if not line or len(line) > 120 or line[-1] in ".!?":
        return False
    said = line.strip("\"'(<").split()
    is_called = 0 < len(said) <= 5 and said[0][:1].isupper() and said[0].casefold() not in NO_NAMES
    return is_called or signs.has_day(line) or line[-1] in "(<"


def _goes_on(line: str, below: str) -> bool:
    """Whether a line is the upper part of an attribution in whatever language: it says when, and is broken within whose
    address, or has that and leaves nothing but "wrote" for the line below."""
    if line == "<":
        return True
    if _SENTENCE.search(line):
        return False
    if not (signs.has_day(line) and signs.has_clock(line)):
        # The name first, and the date broken in two: "… <a@b.example> del dia 4 de març", "2026 a les 15:12:".
        if not signs.has_address(line) or signs.has_address(below) or line[-1] in ".!?":
            return False
        if line.count("(") > line.count(")"):
            return below.rstrip(" :").endswith(")")
        # Below it the date goes on, or stands by itself and yet begins as no attribution does.
        goes_on = signs.has_clock(below) and (not _begins(below) or _lacks_day(below))
        return goes_on or (len(line) >= 40 and line[-1].isalnum() and below[:1].isdigit())
    return line.endswith("<") or (signs.has_address(line) and not signs.has_address(below) and not _has_digit(below))


def tells(line: str) -> bool:
    """Whether a line ends in "wrote:"."""
    said = signs.words(line[-40:])
    return bool(said) and said[-1] in VERBS and line.rstrip()[-1:] in (":", "：")


def leads(line: str) -> bool:
    """Whether a line with quoted ones right below it announces them: "2026-03-03 17:21 GMT+01:00 Ada Berg", "Posted by Ada
    on 03/03/2026", "In message <a@b.example>, Ada Berg writes"."""
    text = signs.visible(line)
    if not 8 <= len(text) <= 160 or text.endswith(("?", "!")):
        return False
    if _begins(text) and _has_digit(text) and signs.has_day(text) and signs.has_clock(text):
        return not _SENTENCE.search(text) and len(text.split()) <= 14
    said = signs.words(text)
    if text.rstrip(" :").casefold() in _OF_YOURS or (
        said[:1] in (["from"], ["excerpts"]) and said[1:2] in (["article"], ["from"])
    ):
        return True
    if (" in message" in text or text.endswith("news:")) and not VERBS.isdisjoint(said) and signs.has_address(text):
        return True
    if said[:2] == ["posted", "by"]:
        return len(said) <= 14
    if (
        text[-1] in ":："
        and len(said) <= 14
        and (said[:2] == ["according", "to"] or (text[-2] in ">)]" and signs.has_address(text)))
    ):
        return True
    if (text.startswith("-=> ") and text.endswith("<=-")) or _is_bracketed_name(text):
        return True
    return bool(said) and said[-1] in VERBS and signs.has_address(text)


def _is_bracketed_name(text: str) -> bool:
    """ "[Ada Berg]": how Gnus and some people say whose words come."""
    said = text[1:-1].split()
    return text[0] == "[" and text[-1] == "]" and 2 <= len(said) <= 4 and is_name(said) and "".join(said).isalpha()


def _has_digit(text: str) -> bool:
    return any(map(str.isdigit, text))


def _has_verb(text: str) -> bool:
    return not VERBS.isdisjoint(signs.words(text)) or (
        not text.isascii() and any(verb in text for verb in JOINED_VERBS)
    )


def _begins(text: str) -> bool:
    """Whether a text begins as attributions begin: "On …", a day, a date, a name before an address."""
    bare = text.lstrip(signs.EDGES + "\"'“‘")
    first = bare.split(" ", 1)[0].rstrip(",").casefold()
    if first in STARTS or first in DAYS or first.rstrip(".") in DAYS:
        return not bare.startswith("at ")  # goes on from the line above
    return bare[:1].isdigit() and (signs.has_day(bare) or signs.has_clock(bare))


def _strength(text: str, begins: bool) -> int:
    """0 when it is none, 1 when quoted lines must follow, 2 when it is certain."""
    bare = text.rstrip(" *_\"'")
    ends_in_colon = bare.endswith((":", "："))
    if not ends_in_colon:
        bare = bare.strip(" -—–")
    said = signs.words(text)
    has_verb = _has_verb(text)
    if said and said[0] in TELLERS and not (has_verb and signs.has_day(text) and signs.has_clock(text)):
        return 0
    if any(
        word in VERBS and before in SPEAKERS and not _IS_HAS.match(f"{before} {word}")
        for before, word in pairwise(said)
    ):
        return 1 if ends_in_colon else 0
    day, clock, address = signs.has_day(text), signs.has_clock(text), signs.has_address(text)
    if not address and not _OF_ONE.isdisjoint(said):
        return 1 if ends_in_colon and has_verb else 0  # "your colleague wrote to me"
    if (
        ends_in_colon
        and has_verb
        and address
        and len(said) <= 14
        and said[-1] in VERBS
        and not begins
        and text[-1] in ":："
    ):
        return 2
    if ends_in_colon and has_verb:
        if (day or clock) and address:
            return 2
        if day and clock and (begins or (len(said) <= 16 and not _SENTENCE.search(text))):
            return 2
        return 1 if day or clock or address or len(text) <= 80 else 0
    if ends_in_colon:
        # In brackets behind a name, as in "* Ada Berg [2026-03-10 09:15]:".
        is_told = clock and (begins or (bare[-2:-1] in (")", "]") and len(said) <= 12))
        return 2 if day and address and clock else int(day and (address or is_told))
    if has_verb and said and (said[-1] in VERBS or any(bare.endswith(verb) for verb in JOINED_VERBS)):
        is_drawn = len(said) <= 8 and text.startswith("--") and text.endswith("--")
        return 2 if day and clock and (address or begins or is_drawn) else int(is_drawn)
    if bare.endswith((">", ")")) and day and address and begins and (bare[:1].isdigit() or clock):
        return 2 if clock and bare[:1].isdigit() else 1
    return 0


def split_run_together(line: str) -> tuple[str, str] | None:
    """An attribution and what a program has glued to it: the answer before it, or the first of the quoted lines behind.

    "Yes please On Wed, 4 Mar 2026 at 15:59, Ada wrote:" and "On Wed, 4 Mar 2026 at 15:59, Ada wrote:   Would Thursday".
    """
    if len(line) > signs.MAX_LINE or line.lstrip()[:1] in (">", "|"):
        return None
    announced, gap, rest = line.partition(":  ")
    while gap and rest.strip():
        if _begins(announced.strip()) and _strength(f"{announced.strip()}:", True) == 2:
            return f"{announced}:", rest.strip()
        more, gap, rest = rest.partition(":  ")
        announced += f":  {more}"
    for match in _SHARED.finditer(line):
        before, after = line[: match.start()], line[match.end() :]
        if signs.words(before) and signs.has_day(after) and (signs.has_clock(after) or signs.has_address(after)):
            return before.rstrip(), after
    return None
