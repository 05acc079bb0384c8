"""Which room reacts to which fact."""

from collections.abc import Callable
from typing import Any, Protocol

from rung.journal.events import Event, kind_of
from rung.journal.models import Entry


class Reaction(Protocol):
    """What a room does when a lower room announces a fact. Idempotent: it may be called again for the same entry."""

    __name__: str
    __module__: str

    def __call__(self, event: Any, *, entry: Entry) -> None: ...


_REACTIONS: dict[str, list[Reaction]] = {}


def reaction_name(reaction: Reaction) -> str:
    """A name that survives a restart: `room.function`, such as "surveys.offer_survey"."""
    room = reaction.__module__.removeprefix("rung.").rsplit(".", 1)[0]
    return f"{room}.{reaction.__name__}"


def reacts_to(*events: type[Event]) -> Callable[[Reaction], Reaction]:
    """Register a function `(event, *, entry)` to be called by the worker after a fact of these classes is committed."""

    def register(reaction: Reaction) -> Reaction:
        for cls in events:
            _REACTIONS.setdefault(kind_of(cls), []).append(reaction)
        return reaction

    return register


def reactions_to(kind: str) -> tuple[Reaction, ...]:
    return tuple(_REACTIONS.get(kind, ()))
