"""What is due next in a conversation, kept as one row. Not verbs: always part of one."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from rung.promises.models import Deadline, Due, Promise


class _Next(NamedTuple):
    due_at: datetime
    what: str
    is_day: bool
    near_at: datetime


def look_ahead(conversations: Iterable[int | None]) -> None:
    """Keep for each of these conversations what is due next, promise or deadline. Two to four statements."""
    keys = {key for key in conversations if key is not None}
    if not keys:
        return
    first: dict[int, _Next] = {}

    def take(conversation: int, found: _Next) -> None:
        if conversation not in first or found.due_at < first[conversation].due_at:
            first[conversation] = found

    promises = Promise.objects.open().filter(conversation__in=keys).order_by("due_at")
    for conversation, due_at, is_day, warn_at, made_at in promises.values_list(
        "conversation", "due_at", "is_day", "warn_at", "made_at"
    ):
        take(conversation, _Next(due_at, "promise", is_day, warn_at or made_at))
    deadlines = Deadline.objects.running().filter(conversation__in=keys, due_at__isnull=False)
    for conversation, until, kind, warn_at, begun_at in deadlines.values_list(
        "conversation", "due_at", "kind", "warn_at", "begun_at"
    ):
        if until is not None:
            take(conversation, _Next(until, kind, False, warn_at or begun_at))
    if gone := keys - first.keys():
        Due.objects.filter(conversation__in=gone).delete()
    rows = [Due(conversation_id=key, **found._asdict()) for key, found in sorted(first.items())]
    Due.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["conversation"],
        update_fields=["due_at", "what", "is_day", "near_at"],
    )
