"""Machines that write like people: their letters say the same each time, and come as soon as something is sent to them."""

import re
from datetime import datetime, timedelta

from rung.customers.access import Customer
from rung.touchpoints.access import Direction, Touchpoint

WITHIN = timedelta(days=1)
TURNS = 2
"""So many earlier letters with the same words make the next one a machine's."""
COMPARED = 500
ENOUGH = 12

_NOT_LETTERS = re.compile(r"[\W\d_]+")


def likeness(text: str) -> str:
    """What of a text stays the same when only its numbers, dates and spaces change."""
    return _NOT_LETTERS.sub("", text[: COMPARED * 4].lower())[:COMPARED]


def is_repeated(customer: Customer, text: str, *, at: datetime) -> bool:
    """Whether this person has sent the same words TURNS times within a day already."""
    own = likeness(text)
    if len(own) < ENOUGH:
        return False  # "Yes." and "Thank you" are said again and again
    earlier = Touchpoint.objects.filter(customer=customer, channel="email", direction=Direction.IN)
    texts = earlier.filter(occurred_at__gt=at - WITHIN).order_by("-occurred_at", "-pk").values_list("text", flat=True)
    return sum(likeness(text) == own for text in texts[: TURNS + 3]) >= TURNS
