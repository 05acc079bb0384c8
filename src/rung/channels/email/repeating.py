"""Machines that write like people: their letters say the same each time, and come as soon as something is sent to them."""

import re
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from rung.touchpoints.hearing import Said

WITHIN = timedelta(days=1)
TURNS = 2
"""So many earlier letters with the same words make the next one a machine's."""
COMPARED = 500
ENOUGH = 12

_NOT_LETTERS = re.compile(r"[\W\d_]+")


def likeness(text: str) -> str:
    """What of a text stays the same when only its numbers, dates and spaces change."""
    return _NOT_LETTERS.sub("", text[: COMPARED * 4].lower())[:COMPARED]


def is_repeated(text: str, said: Callable[[], Sequence[Said]], *, at: datetime, turns: int = TURNS) -> bool:
    """Whether a person, of whom `said` knows what they wrote lately, has sent the same words so many times within a day."""
    texts = [one.beginning for one in said() if one.occurred_at > at - WITHIN]
    if len(texts) < turns:
        return False
    own = likeness(text)
    if len(own) < ENOUGH:
        return False  # "Yes." and "Thank you" are said again and again
    return sum(likeness(text) == own for text in texts[: turns + 3]) >= turns
