"""What a line looks like that may stand in a signature: short, a way to reach somebody, a picture; and what does not."""

import re

from rung.channels.email.reading.zones import signs
from rung.channels.email.reading.zones.parting import CONTACTS

PARTED = re.compile(r"\s?[|•·»›]\s?|\s[-–—]\s|\s\*{1,3}\s|\s{3,}|\t")
"""What stands between the parts of a signature that share a line."""
TRIM = " \t\xa0*_-–—~/\\,.;:!…|•·()[]\"'„“”«»‏、，。！^<3"

_PHONE = re.compile(r"(?:\+|\(|\b\d)[\d\s().\-/–]{6,22}\d")
_WEB = re.compile(r"(?:https?://|www\.)\S|\b[\w-]{2,40}\.(?:com|org|net|de|fr|uk|eu|io|nl|it|es|at|ch|pl|se|no|dk)\b")
_BULLET = re.compile(r"\s{0,4}(?:[-*•+]|\d{1,2}[.)])\s")
_COLUMNS = re.compile(r"\s{3,}|\s?\|\s?|\t")


def is_name(said: list[str]) -> bool:
    """Whether words can be a name: letters first, and in capitals where the script has any."""
    lettered = [word for word in said if word[:1].isalpha()]
    return 0 < len(said) <= 4 and bool(lettered) and all(word[0].isupper() or not word.isascii() for word in lettered)


def is_prose(line: str) -> bool:
    """Whether a line is a sentence; two that stand beside each other in columns are none."""
    if len(line.split()) < 9 or not line.rstrip().endswith((".", "!", "?", ":", ";", "。")):
        return False
    return any(len(column.split()) >= 9 for column in _COLUMNS.split(line.strip()))


def is_short(line: str) -> bool:
    """Whether a line may stand in a signature."""
    line = line.strip()
    if is_picture(line):
        return True
    if line.endswith(("?", "？")):
        return False
    if len(line) > 100:
        return len(line) <= 300 and _is_wide_card(line)
    said = line.split()
    if len(said) > 14 or (len(said) >= 7 and line[-1:] in ".!:;,。"):
        # A number may be set in groups.
        return is_contact(line) and sum(any(map(str.isalpha, word)) for word in said) <= 14
    return True


def _is_wide_card(line: str) -> bool:
    """Whether a line holds several short things side by side, a way to reach somebody among them."""
    parts = PARTED.split(line)
    return len(parts) >= 3 and is_contact(line) and all(len(part.split()) <= 8 for part in parts)


def is_contact(line: str) -> bool:
    if "@" in line or _PHONE.search(line) or _WEB.search(line):
        return True
    first = line.casefold().split(None, 1)[0].rstrip(":.") if line.strip() else ""
    return first in CONTACTS and (":" in line[:20] or any(map(str.isdigit, line)))


def is_picture(line: str) -> bool:
    """Whether a line stands for a picture: "![logo](https://…)", "[cid:…]", "<https://…>"."""
    line = line.strip()
    return len(line) <= 600 and (
        line.startswith(("![", "[cid:", "[image", "[Image", "[signature_", "<http"))
        or (line[0:1] == "[" and ("]<http" in line or line.endswith("utomatically generated]")))
        or (line.endswith(")") and "](http" in line)
        or (line.endswith("]") and line.startswith("[http"))
    )


def is_bullet(line: str) -> bool:
    return _BULLET.match(line) is not None and not signs.is_rule(line.strip())


def is_drawn(line: str) -> bool:
    """Whether a line is more of a drawing than of words, as the letters are that people build of dashes."""
    bare = "".join(line.split())
    return len(bare) >= 3 and sum(map(str.isalnum, bare)) * 2 < len(bare)
