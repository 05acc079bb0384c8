"""What single lines look like: days, clocks, addresses, rules. Patterns are anchored or bounded, and lines are short."""

import re

from rung.channels.email.reading.zones.quoting import GREETINGS, MONTHS

MAX_LINE = 600
"""Characters of a line that are looked at."""

_ADDRESS = re.compile(r"[\w.+='-]{1,64}@[\w-]{1,63}")
_CLOCK = re.compile(
    r"\d{1,2}\s?[:.hH時点點时시]\s?\d{2}(?!\d)|\d{1,2}\s?(?:[ap]\.?m\b|uhr\b|klo\b|h\b|時|点|點|시)", re.IGNORECASE
)
_DAY = re.compile(
    r"(?<!\d)(?:19|20)\d\d(?!\d)|(?<!\d)\d{1,4}[./-]\s?\d{1,2}[./-]\s?\d{1,4}(?!\d)|(?<!\d)\d{1,2}-[^\W\d]{3,9}\.?-\d{2,4}|"
    r"\d\s?[年년月월]|[٠-٩۰-۹๐-๙]{1,4}"
)
_NUMBERED = re.compile(r"(?<!\d)([^\W\d]{3,12})\.?\s\d{1,2}(?!\d)|(?<!\d)\d{1,2}\.?(?:\s(?:de\s)?|-)([^\W\d]{3,12})")
_RULE = re.compile(r"[-_=*#~\s—–─━]{3,600}$")
# What is not seen goes, and spaces of all widths become one kind.
_PLAIN = {
    **dict.fromkeys(
        map(
            ord,
            "\u00ad\u034f\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e"
            "\u2060\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069\ufeff",
        )
    ),
    **dict.fromkeys(map(ord, "\xa0\u202f\u3000"), " "),
}
_WORD = re.compile(r"\w+")
EDGES = " \t\xa0-‐‑_=*#~<>[]()|:：—–─━\u3000"


def visible(line: str) -> str:
    """A line without the marks that turn its direction, its spaces all alike."""
    if not line.isascii():
        line = line.translate(_PLAIN)
    return line.strip()


def says(text: str, phrases: tuple[str, ...]) -> bool:
    """Whether a text has one of some phrases in it. A loop, because it is asked of every letter."""
    for phrase in getattr(phrases, "plain", phrases) if text.isascii() else phrases:  # noqa: SIM110 - twice as fast as any()
        if phrase in text:
            return True
    return False


def words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def has_address(text: str) -> bool:
    return "@" in text and _ADDRESS.search(text) is not None


def has_clock(text: str) -> bool:
    return _CLOCK.search(text) is not None


def has_day(text: str) -> bool:
    """Whether a date stands in a text: a year, 1.2.26, or a day beside the name of a month."""
    if _DAY.search(text):
        return True
    return any((match[1] or match[2])[:3] in MONTHS for match in _NUMBERED.finditer(text.casefold()))


def is_rule(line: str) -> bool:
    """A line that is drawn and not written."""
    return len(line) >= 3 and _RULE.match(line) is not None and not line.isspace()


def next_text(lines: list[str], index: int, end: int | None = None) -> int:
    """The first line from `index` on that is not blank, or where the lines end."""
    end = len(lines) if end is None else end
    while index < end and not lines[index].strip():
        index += 1
    return index


def last_text(lines: list[str], end: int, start: int = 0) -> int:
    """Behind the last line before `end` that is not blank."""
    while end > start and not lines[end - 1].strip():
        end -= 1
    return end


def is_greeting(line: str) -> bool:
    """Whether a line does no more than address somebody: it says five words at most, and neither states nor asks."""
    said = words(line[:80])
    return 0 < len(said) <= 5 and said[0] in GREETINGS and line.rstrip()[-1:] not in ".?"
