"""What a stranger's conversation names, and what has joined this one: the two sides of letting somebody join."""

from __future__ import annotations

from dataclasses import dataclass

from rung.accounts.access import Agent
from rung.core.addresses import reverse
from rung.desk.pages.naming import name_of
from rung.desk.pages.rows import conversation_href
from rung.touchpoints.access import Conversation, former_conversation, mentioned_for


@dataclass(frozen=True, slots=True)
class Mention:
    """The conversation that a stranger named without taking part; `is_hidden` when this agent may not see it, `is_theirs`
    when it is in the name of its customer, and doubted."""

    number: int
    is_hidden: bool
    href: str = ""
    subject: str = ""
    customer: str = ""
    admit_href: str = ""
    is_theirs: bool = False


@dataclass(frozen=True, slots=True)
class Joined:
    """The conversation that has joined the one on the screen, while that can be taken back; `customer` is who takes part
    since, empty when they did before."""

    number: int
    customer: str
    part_href: str


def mention_of(conversation: Conversation, agent: Agent) -> Mention | None:
    """One query where there is a mention, else none."""
    if conversation.mentions_id is None:
        return None
    mentioned = mentioned_for(agent, conversation)
    if mentioned is None:
        return Mention(conversation.mentions_id, is_hidden=True)
    return Mention(
        mentioned.number,
        is_hidden=False,
        href=conversation_href(mentioned.number),
        subject=mentioned.subject,
        customer=name_of(mentioned.customer),
        admit_href=reverse("desk:admission", args=[conversation.number]),
        is_theirs=mentioned.customer_id == conversation.customer_id,
    )


def joined_by(conversation: Conversation, number: int | None) -> Joined | None:
    """`number` of the conversation that has just joined, None when the page is not about that: then no query."""
    former = former_conversation(conversation, number) if number is not None else None
    if former is None:
        return None
    newcomer = name_of(former.customer) if former.customer_id != conversation.customer_id else ""
    return Joined(former.number, newcomer, reverse("desk:admission", args=[former.number]))
