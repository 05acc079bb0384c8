"""When matters were declared settled, and whether that held: a mere thank-you takes nothing up again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from rung.core.clock import epoch_ms
from rung.journal.access import entries

RESOLVED, REOPENED, RECOGNISED = "conversation.resolved", "conversation.reopened", "thanks.recognised"
RECEIVED, LOGGED = "touchpoint.received", "touchpoint.logged"
KINDS = (RESOLVED, REOPENED, RECOGNISED, RECEIVED, LOGGED)


class Told(NamedTuple):
    """What is needed of an entry."""

    kind: str
    occurred_at: datetime
    actor_kind: str
    data: dict[str, Any]


@dataclass(slots=True)
class Settling:
    """One time a matter was declared settled; ``again_at``: when it was taken up again, None where it stands.

    ``by_person``: one of us declared it. What a rule closes nobody has called settled.
    """

    at: datetime
    outcome: str
    by_person: bool
    again_at: datetime | None = None


@dataclass(slots=True)
class _Matter:
    found: list[Settling] = field(default_factory=list)
    is_thanked: bool = False  # open at the desk for a letter of mere thanks, and settled all the same

    def stands(self) -> bool:
        return bool(self.found) and self.found[-1].again_at is None

    def take_up(self, at: datetime) -> None:
        self.is_thanked = False
        if self.stands():
            self.found[-1].again_at = at


def settlings_in(conversations: Sequence[int]) -> dict[int, list[Settling]]:
    """Of these conversations, each time that they were settled, in order. One query."""
    told: dict[int, list[Told]] = defaultdict(list)
    rows = entries().filter(conversation__in=conversations, kind__in=KINDS).order_by("occurred_at", "id")
    for of, *entry in rows.values_list("conversation", *Told._fields):
        told[of or 0].append(Told(*entry))
    return {pk: settlings(mine) for pk, mine in told.items()}


def settlings(told: Iterable[Told]) -> list[Settling]:
    """From the entries of one conversation in the order they happened."""
    listed = list(told)
    thanks = {each.data["touchpoint"] for each in listed if each.kind == RECOGNISED}
    thanked_ms = {each.data["reopened_ms"] for each in listed if each.kind == RECOGNISED}
    matter = _Matter()
    for each in listed:
        if each.kind == RESOLVED:
            matter.is_thanked = False
            if not matter.stands():
                by_person = each.actor_kind == "agent"
                matter.found.append(Settling(each.occurred_at, str(each.data.get("outcome", "")), by_person))
        elif each.kind == REOPENED:
            if each.data.get("thanks") or epoch_ms(each.occurred_at) in thanked_ms:
                matter.is_thanked = True
            else:
                matter.take_up(each.occurred_at)
        elif matter.is_thanked and _says_more(each, thanks):
            matter.take_up(each.occurred_at)
    return matter.found


def _says_more(entry: Told, thanks: set[int]) -> bool:
    data = entry.data
    if entry.kind == LOGGED:
        return bool(data["direction"] == "in")
    is_theirs = entry.kind == RECEIVED and not (data.get("automatic") or data.get("archived"))
    return is_theirs and not data.get("thanks") and data["touchpoint"] not in thanks
