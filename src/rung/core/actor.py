"""Who did it: a small value, so that the journal needs no key to the rooms above it."""

from dataclasses import dataclass
from typing import Literal

ActorKind = Literal["agent", "customer", "system"]


@dataclass(frozen=True, slots=True)
class Actor:
    """One who acts. `key` is the primary key in the room that owns the kind; the system has none, or that of
    the rule in whose name it acts."""

    kind: ActorKind
    key: int | None
    name: str = ""

    @property
    def is_agent(self) -> bool:
        return self.kind == "agent"

    @property
    def agent_key(self) -> int | None:
        """The agent's primary key, or None when a customer or the system acted."""
        return self.key if self.kind == "agent" else None


SYSTEM = Actor("system", None, "Rung")
