"""The gaps in a canned answer: {customer.first_name}, or with what stands there otherwise {customer.first_name|there}."""

from __future__ import annotations

import re

from rung.accounts.access import Agent
from rung.touchpoints.access import Conversation

_GAP = re.compile(r"\{\s*([a-z_]+\.[a-z_]+)\s*(?:\|([^{}]*))?\}")

EXAMPLES = {
    "customer.first_name": "Carla",
    "customer.last_name": "Ruiz",
    "customer.name": "Carla Ruiz",
    "company.name": "Ruiz & Daughters",
    "agent.first_name": "Ada",
    "agent.name": "Ada Berg",
    "agent.role": "Wheel builder",
    "conversation.number": "4711",
    "conversation.subject": "My table has not come",
    "team.name": "Support",
}
"""Every gap there is, and what a preview writes there."""


def unknown_gaps(text: str) -> list[str]:
    """The names in a text that no gap has, in their order."""
    return [match[1] for match in _GAP.finditer(text) if match[1] not in EXAMPLES]


def filled(text: str, values: dict[str, str]) -> str:
    """The text with its gaps filled; a gap without a value says what stands behind its bar, or nothing."""
    return _GAP.sub(lambda gap: values.get(gap[1], "") or (gap[2] or "").strip(), text)


def values_for(conversation: Conversation, agent: Agent) -> dict[str, str]:
    """What the gaps are filled with in a conversation whose customer, company and team are read already."""
    customer, team = conversation.customer, conversation.team
    return {
        "customer.first_name": _first(customer.name),
        "customer.last_name": _last(customer.name),
        "customer.name": customer.name,
        "company.name": customer.company.name if customer.company else "",
        "agent.first_name": _first(agent.name),
        "agent.name": agent.name,
        "agent.role": agent.title,
        "conversation.number": str(conversation.number),
        "conversation.subject": conversation.subject,
        "team.name": team.name if team else "",
    }


def _first(name: str) -> str:
    return name.split()[0] if name.split() else ""


def _last(name: str) -> str:
    """Empty for a name of one word: it may be either, and what stands behind the bar is never wrong."""
    words = name.split()
    return words[-1] if len(words) > 1 else ""
