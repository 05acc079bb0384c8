"""What went from one conversation to another, read from the entries of one of them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Protocol

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


def split_off(entries: Iterable[Told]) -> set[int]:
    """The touchpoints that were put into another conversation and have not come back."""
    elsewhere: set[int] = set()
    for entry in entries:
        if entry.kind == "touchpoint.parted":
            elsewhere.add(entry.data["touchpoint"])
        elif entry.kind == "touchpoint.joined":
            elsewhere.discard(entry.data["touchpoint"])
    return elsewhere


def said_here(entries: Iterable[Told]) -> set[int]:
    """The touchpoints that were said in this conversation first."""
    return {entry.data["touchpoint"] for entry in entries if entry.kind in SAYINGS}
