"""Whether the words above an ending say that it is meant to be read: an address to write to, a text to print, a name."""

import re

from rung.channels.email.reading.zones import signs
from rung.channels.email.reading.zones.closings import parting
from rung.channels.email.reading.zones.parting import ACCOUNTS, IS_CALLED, REACH, SAYING
from rung.channels.email.reading.zones.shapes import is_picture

_ACCOUNT = re.compile(r"\b(?:IBAN|BIC|SWIFT)\b|\b[A-Z]{2}\d{2}(?: ?[\dA-Z]{4}){3,7}")


def is_announced(lines: list[str], start: int, at: int, end: int, announcing: tuple[str, ...]) -> bool:
    """Whether the letter itself speaks of the address or number that stands at its end: then that is what it has to say."""
    if not any(any(map(str.isdigit, line)) for line in lines[at:end] if not is_picture(line)):
        return False
    said = " ".join(lines[max(start, at - 30) : at]).casefold()
    if signs.says(said, ACCOUNTS) and any(_ACCOUNT.search(line[:200]) for line in lines[at:end]):
        return True
    return signs.says(said, announcing) and signs.says(said, REACH)


def is_shown(lines: list[str], start: int, at: int, names: frozenset[str]) -> bool:
    """Whether the words above say that what is divided off is meant to be read: "Please use this signature:"."""
    above = _leading(lines, start, at)
    return len(above.split()) >= 3 and not parting(above, names)


def is_printed(lines: list[str], start: int, at: int) -> bool:
    """ "The card should say:" above words of parting."""
    return not SAYING.isdisjoint(signs.words(_leading(lines, start, at)[-80:]))


def _leading(lines: list[str], start: int, at: int) -> str:
    """The words above, where they end in a colon; else none."""
    above = signs.last_text(lines, at, start) - 1
    return lines[above] if above >= start and lines[above].rstrip().endswith((":", "：")) else ""


def speaks_of_it(above: str) -> bool:
    """Whether a line leads on to the one below it: "my user name is"."""
    return above.endswith((":", "：")) or above.rpartition(" ")[2].casefold() in IS_CALLED
