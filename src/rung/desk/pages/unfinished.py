"""What a room should have done about something that happened, and could not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from rung.journal.access import given_up

SHOWN = 100


@dataclass(frozen=True, slots=True)
class Unfinished:
    """`room` names who should have reacted (empty: everybody); `kind` what had happened, as docs/events.md lists it."""

    number: int
    kind: str
    room: str
    reason: str
    attempts: int
    happened_at: datetime
    given_up_at: datetime | None
    conversation: str


@dataclass(frozen=True, slots=True)
class UnfinishedPage:
    lines: tuple[Unfinished, ...]
    has_more: bool


def unfinished_page() -> UnfinishedPage:
    rows = list(given_up()[: SHOWN + 1])
    lines = tuple(
        Unfinished(
            number=row.pk,
            kind=row.entry.kind,
            room=row.reaction,
            reason=row.error.strip().splitlines()[-1] if row.error.strip() else "",
            attempts=row.attempts,
            happened_at=row.entry.occurred_at,
            given_up_at=row.given_up_at,
            conversation=reverse("desk:conversation", args=[row.entry.conversation]) if row.entry.conversation else "",
        )
        for row in rows[:SHOWN]
    )
    return UnfinishedPage(lines, len(rows) > SHOWN)
