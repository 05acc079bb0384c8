"""Whose turn it is, by what was said. Nothing is written here."""

from collections.abc import Iterable
from datetime import datetime

from rung.touchpoints.models import Direction, Touchpoint
from rung.touchpoints.verbs.receiving import answers


def awaiting_since(touchpoints: Iterable[Touchpoint]) -> datetime | None:
    """Since when the customer waits for us, by what was said, in order; None when it is their turn."""
    since = None
    for touchpoint in touchpoints:
        if touchpoint.is_archived or touchpoint.is_automatic or touchpoint.due_at is not None:
            continue
        if answers(touchpoint):
            since = None
        elif touchpoint.direction == Direction.IN and since is None:
            since = touchpoint.occurred_at
    return since
