"""What a turn of service is, over the journal; the decisions stand in docs/records/010-what-an-episode-is.md.

Pure: facts in, episodes out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from rung.ladder.episodes.effects import attach_returns, attach_signals, attach_silence, attach_surveys
from rung.ladder.episodes.facts import KINDS, NOTED, WITHDRAWN, Fact, standing_of
from rung.ladder.episodes.places import counting
from rung.ladder.episodes.turns import Episode, remember, turns_of
from rung.ladder.model.parameters import Parameters

__all__ = ["KINDS", "NOTED", "WITHDRAWN", "Episode", "Fact", "Story", "story_of"]


@dataclass(frozen=True, slots=True)
class Story:
    """A customer's episodes in time order, and when the passing of time alone will say something new about them."""

    episodes: list[Episode]
    due_at: datetime | None


def story_of(
    customer: int,
    facts: Iterable[Fact],
    *,
    at: datetime,
    parameters: Parameters,
    captive: bool | None = None,
    recorded: frozenset[str] = frozenset(),
    one_way: frozenset[str] = frozenset(),
) -> Story:
    """All episodes of one customer as they stand at ``at``.

    ``facts`` are the entries of KINDS about the customer and about their conversations, in any order. ``captive``: not
    free to leave, None when unknown. ``recorded``: kinds of signal this company notes at all, whose absence therefore
    says something. ``one_way``: channels in which a logged touchpoint of the customer's is not yet an answer.
    """
    ordered = sorted(counting(f for f in facts if f.recorded_at <= at), key=lambda f: (f.recorded_at, f.id))
    standing = standing_of(customer, ordered)
    turns = turns_of(customer, ordered, standing, one_way)
    turns.sort(key=lambda turn: (turn.occurred_at, turn.touchpoint))
    remember(turns, parameters)
    attach_signals(turns, standing)
    due = [
        *attach_surveys(turns, standing, parameters, at),
        *attach_silence(turns, standing, recorded, at),
        *attach_returns(turns, standing, captive, at),
    ]
    return Story(turns, min(due, default=None))
