"""Who else has a conversation before them at this moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from rung.accounts.access import Agent
from rung.touchpoints.access import Conversation
from rung.touchpoints.here import present_in


@dataclass(frozen=True, slots=True)
class Present:
    name: str
    is_writing: bool


@dataclass(frozen=True)
class PresencePage:
    number: int
    people: tuple[Present, ...]


def presence_page(conversation: Conversation, agent: Agent, *, at: datetime) -> PresencePage:
    """The others, whoever writes first. One query."""
    others = [each for each in present_in(conversation, at=at) if each.agent_id != agent.pk]
    people = sorted((Present(each.agent.name, each.is_writing) for each in others), key=lambda one: not one.is_writing)
    return PresencePage(conversation.number, tuple(people))
