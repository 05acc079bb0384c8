"""What a step of a journey is: which turns of service belong to it. Pure.

A turn belongs to the first step of a journey whose conditions it meets all, and to none where it meets none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from typing import Any

MOMENTS = ("first", "began", "complaint", "handed_on", "again")
"""Their first turn with us ever; we began; they complained of it; they were handed on; it had been called settled before."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step. What is empty is no condition; of the others each has to hold.

    ``order``: the state of the customer's latest order at that moment, as the shop names it.
    """

    name: str
    phase: str = ""
    moment: str = ""
    order: str = ""
    channel: str = ""
    team: int | None = None
    topic: int | None = None
    tag: int | None = None

    @property
    def kept(self) -> dict[str, Any]:
        """As JSON, without what is empty."""
        return {name: value for name, value in asdict(self).items() if value not in ("", None)}


def step_from(kept: dict[str, Any]) -> Step:
    """A step as it was kept; what a later version knows is left out."""
    known = {each.name for each in fields(Step)}
    return Step(**{name: value for name, value in kept.items() if name in known})


@dataclass(frozen=True, slots=True)
class Turn:
    """A turn of service with all that a step can ask about it, and what was lived in it.

    ``shares`` are the probabilities of the six levels, ``mean`` is d, ``expected`` what they had come to expect. ``ease``
    and ``pleasure``: what they answered when asked how easy it was (1 to 7) and how satisfied they were (1 to 5); None
    where they did not.
    """

    touchpoint: int
    conversation: int
    customer: int
    channel: str
    phase: str
    team: int | None
    occurred_at: datetime
    mean: float
    p50: float
    is_stated: bool
    shares: tuple[float, ...]
    moments: frozenset[str] = frozenset()
    order: str = ""
    topic: int | None = None
    tags: frozenset[int] = field(default_factory=frozenset)
    ease: float | None = None
    pleasure: float | None = None
    expected: float = 0.0


def belongs(turn: Turn, step: Step) -> bool:
    return (
        (not step.phase or turn.phase == step.phase)
        and (not step.moment or step.moment in turn.moments)
        and (not step.order or turn.order == step.order)
        and (not step.channel or turn.channel == step.channel)
        and (step.team is None or turn.team == step.team)
        and (step.topic is None or turn.topic == step.topic)
        and (step.tag is None or step.tag in turn.tags)
    )


def place_of(turn: Turn, steps: Sequence[Step]) -> int | None:
    """The place of the step a turn belongs to, from 0; None: it is not on this journey."""
    return next((place for place, step in enumerate(steps) if belongs(turn, step)), None)


def entered(name: str, steps: Sequence[dict[str, Any]]) -> dict[str, str]:
    """A journey as a form is filled with it, so that what was shown and what is there now can be compared."""
    return {"name": name, "steps": _as_text(steps)}


def _as_text(kept: Sequence[dict[str, Any]]) -> str:
    """Steps as the audit list tells them: "Asks (phase before); Waits"."""
    said = []
    for step in kept:
        asked = ", ".join(f"{name} {value}" for name, value in step.items() if name != "name")
        said.append(f"{step['name']} ({asked})" if asked else str(step["name"]))
    return "; ".join(said)
