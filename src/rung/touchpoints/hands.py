"""In whose hands a conversation was, and when it passed to others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(slots=True)
class Hands:
    """Who had a conversation last: one of us, and one of our teams. Who gives it back to the queue had it last."""

    agent: int | None = None
    team: int | None = None

    def pass_on(self, data: Mapping[str, Any]) -> bool:
        """Take in an entry `conversation.assigned`: whether it passed to another of us, or another team, than had it last.
        The first who has it is no other, and nobody is not either."""
        agent, team = data.get("agent"), data.get("team")
        was, was_with = data.get("from_agent") or self.agent, data.get("from_team") or self.team
        is_other_team = None not in (team, was_with) and team != was_with
        is_other = None not in (agent, was) and agent != was
        self.team = team or was_with
        # Who takes it up in the team it was handed to is no second transfer.
        self.agent = agent or (None if is_other_team else was)
        return is_other_team or is_other
