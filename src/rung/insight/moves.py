"""What went from one conversation to another, read from the entries of one of them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import takewhile
from typing import Any, NamedTuple, Protocol

from rung.core.clock import epoch_ms

SAYINGS = ("touchpoint.received", "conversation.answered", "touchpoint.logged")
"""What tells that a touchpoint was said in a conversation."""

OF_TOUCHPOINTS = (*SAYINGS, "touchpoint.joined", "touchpoint.phase_set", "signal.noted", "signal.withdrawn")
"""What counts where its touchpoint stands."""


class Told(Protocol):
    """What folding needs of an entry of the journal."""

    @property
    def kind(self) -> str: ...
    @property
    def occurred_at(self) -> datetime: ...
    @property
    def actor_kind(self) -> str: ...
    @property
    def data(self) -> dict[str, Any]: ...


def split_off(entries: Iterable[Told], meanwhile: Mapping[int, Sequence[Told]]) -> set[int]:
    """The touchpoints that were put into another conversation and have not come back: from here, or from the one that this
    had joined. `meanwhile` as of `known_of`."""
    here: set[int] = set()
    elsewhere: set[int] = set()
    for entry in entries:
        if entry.kind in SAYINGS:
            here.add(entry.data["touchpoint"])
        elif entry.kind == "touchpoint.parted":
            elsewhere.add(entry.data["touchpoint"])
        elif entry.kind == "touchpoint.joined":
            here.add(entry.data["touchpoint"])
            elsewhere.discard(entry.data["touchpoint"])
        elif entry.kind == "conversation.parted":
            elsewhere |= {each for each in here if not _came_back(entry, meanwhile.get(each, ()))}
    return elsewhere


def _came_back(parted: Told, told: Iterable[Told]) -> bool:
    return any(
        entry.kind == "touchpoint.parted"
        and entry.data["conversation"] == parted.data["into"]
        and entry.occurred_at == parted.occurred_at
        for entry in told
    )


class Waits(NamedTuple):
    """Stands for what a conversation still owed when it joined another: from then on the other owes it."""

    occurred_at: datetime
    kind: str = "conversation.waits"
    actor_kind: str = ""
    data: dict[str, Any] = {}


def as_it_was_said(entries: Iterable[Told], *, but: Collection[int]) -> list[Told]:
    """The entries of a conversation in their order, but its opening first, and what joined it from another where it was
    said; where the last of that was the customer's, `Waits` stands where it joined. `but`: touchpoints that were here
    before they joined, or are not here any more."""
    told = list(entries)
    joined = [entry for entry in told if entry.kind == "touchpoint.joined" and entry.data["touchpoint"] not in but]
    if not joined:
        return told
    last: dict[tuple[int, datetime], Told] = {}
    for entry in sorted(joined, key=_said_ms):
        if not entry.data.get("split"):
            last[entry.data["former"], entry.occurred_at] = entry
    owed = [Waits(entry.occurred_at) for entry in last.values() if _waits(entry) and entry.data.get("owed", True)]
    return sorted([*told, *owed], key=_said_ms)


def owing_nothing(entries: Iterable[Told]) -> set[int]:
    """The customer's last words in conversations that owed no answer any more, settled or not, when they joined this one:
    nobody waits for one here."""
    groups: dict[tuple[int, datetime], list[Told]] = {}
    for entry in entries:
        if entry.kind == "touchpoint.joined" and not entry.data.get("owed", True):
            groups.setdefault((entry.data["former"], entry.occurred_at), []).append(entry)
    found = set()
    for told in groups.values():
        spoken = sorted((each for each in told if not each.data["automatic"]), key=_said_ms, reverse=True)
        found |= {entry.data["touchpoint"] for entry in takewhile(_waits, spoken)}
    return found


def _waits(entry: Told) -> bool:
    """Whether an answer to what joined would be waited for, if it was the last word."""
    return entry.data["direction"] == "in" and not entry.data["automatic"] and not entry.data["archived"]


def _said_ms(entry: Told) -> int:
    if entry.kind == "conversation.opened":
        return 0
    return int(entry.data["occurred_ms"]) if entry.kind == "touchpoint.joined" else epoch_ms(entry.occurred_at)


def said_here(entries: Iterable[Told]) -> set[int]:
    """The touchpoints that were said in this conversation first."""
    return {entry.data["touchpoint"] for entry in entries if entry.kind in SAYINGS}


def began_with(entries: Iterable[Told]) -> int | None:
    """The touchpoint that was said first of all that ever stood in a conversation."""
    told = [entry for entry in entries if entry.kind in SAYINGS or entry.kind == "touchpoint.joined"]
    return int(min(told, key=_said_ms).data["touchpoint"]) if told else None
