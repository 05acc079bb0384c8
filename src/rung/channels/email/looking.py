"""Who wants to know that somebody has looked at what the flood brake holds back. A room above says so when it starts."""

from collections.abc import Callable
from datetime import datetime

from rung.accounts.access import Agent
from rung.core.actor import Actor

Witness = Callable[[Agent, Actor, datetime], object]
"""Called with who looked, as whom, and when, before what they see is put together."""

_witnesses: list[Witness] = []


def when_held_is_seen(witness: Witness) -> None:
    _witnesses.append(witness)


def held_was_seen(agent: Agent, *, by: Actor, at: datetime) -> None:
    for witness in _witnesses:
        witness(agent, by, at)
