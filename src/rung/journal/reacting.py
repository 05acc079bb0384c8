"""Which room reacts to which fact."""

from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

from rung.journal.events import Event, kind_of
from rung.journal.models import Entry


class Reaction(Protocol):
    """What a room does when a lower room announces a fact. Idempotent: it may be called again for the same entry.

    It is called with `(event, *, entry)`; one that `reacts_to` many at once with a list of `Told`.
    """

    __name__: str
    __module__: str

    def __call__(self, *args: Any, **named: Any) -> None: ...


class Told(NamedTuple):
    """A fact, and the entry it stands in."""

    event: Any
    entry: Entry


_REACTIONS: dict[str, list[Reaction]] = {}
_AT_ONCE: set[Reaction] = set()


def reaction_name(reaction: Reaction) -> str:
    """A name that survives a restart: `room.function`, such as "surveys.offer_survey"."""
    room = reaction.__module__.removeprefix("rung.").rsplit(".", 1)[0]
    return f"{room}.{reaction.__name__}"


def reacts_to(*events: type[Event], at_once: bool = False) -> Callable[[Reaction], Reaction]:
    """Register a function `(event, *, entry)` to be called by the worker after a fact of these classes is committed.

    `at_once`: it is given all facts of a batch together, as a list of `Told` in the order of the journal. That is for what
    every letter sets off, and for what does not depend on the order in which rooms react. Should it fail, it is called
    again with each alone.
    """

    def register(reaction: Reaction) -> Reaction:
        for cls in events:
            _REACTIONS.setdefault(kind_of(cls), []).append(reaction)
        if at_once:
            _AT_ONCE.add(reaction)
        return reaction

    return register


def takes_many(reaction: Reaction) -> bool:
    return reaction in _AT_ONCE


def reactions_to(kind: str) -> tuple[Reaction, ...]:
    return tuple(_REACTIONS.get(kind, ()))
