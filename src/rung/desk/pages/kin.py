"""How a conversation stands to others: linked by hand, split off, waited for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rung.accounts.access import Agent
from rung.core.addresses import reverse
from rung.desk.pages.combining import CombiningPage, combining_page
from rung.desk.pages.naming import name_of
from rung.desk.pages.rows import conversation_href, turn_of
from rung.touchpoints.access import Conversation
from rung.touchpoints.linked import LinkKind, links_of

# By kind, as this end says it and as the other end does.
WORDS = {
    "related": (gettext_lazy("Related to"), gettext_lazy("Related to")),
    "duplicate": (gettext_lazy("Duplicate of"), gettext_lazy("Has a duplicate:")),
    "waits_for": (gettext_lazy("Waits for"), gettext_lazy("Waited for by")),
    "split_from": (gettext_lazy("Split off from"), gettext_lazy("Split off from here:")),
}
SYMBOLS = {"related": "link", "duplicate": "copy", "waits_for": "clock", "split_from": "arrow-out"}
BY_HAND = (LinkKind.WAITS_FOR, LinkKind.RELATED, LinkKind.DUPLICATE)
UNSETTLED = ("us", "them", "snoozed")


@dataclass(frozen=True, slots=True)
class Kin:
    """Another conversation and how this one stands to it; with nothing of its content where the agent may not see it.

    `state` is whose turn it is there. `end_href` takes the link away; where `is_split`, it takes the split back.
    """

    key: str
    number: int
    words: str
    symbol: str
    href: str = ""
    name: str = ""
    subject: str = ""
    state: str = ""
    since: datetime | None = None
    is_waited_for: bool = False
    is_split: bool = False
    end_href: str = ""


@dataclass(frozen=True)
class LinkingPage:
    """`kind` and `wanted` are what was chosen before, where that could not be; `error` says why."""

    choice: CombiningPage
    kinds: tuple[tuple[str, str], ...]
    kind: str
    wanted: str
    error: str


def kin_of(conversation: Conversation, agent: Agent) -> tuple[Kin, ...]:
    """Two queries, or one where there is none."""
    found = []
    for link, other in links_of(agent, conversation):
        is_one = link.one_id == conversation.pk
        is_split = link.kind == LinkKind.SPLIT_FROM
        number = link.one_id + link.other_id - conversation.pk
        place = "desk:splitting" if is_split else "desk:link"
        args = [conversation.number] if is_split else [conversation.number, link.pk]
        here, there = WORDS[link.kind]
        kin = Kin(
            key=f"link-{link.pk}",
            number=number,
            words=str(here if is_one else there),
            symbol=SYMBOLS[link.kind],
            is_waited_for=is_one and link.kind == LinkKind.WAITS_FOR,
            is_split=is_split,
            end_href=reverse(place, args=args) if is_one or not is_split else "",
        )
        found.append(kin if other is None else _seen(kin, other))
    return tuple(found)


def _seen(kin: Kin, other: Conversation) -> Kin:
    turn, since = turn_of(other)
    return Kin(
        key=kin.key,
        number=kin.number,
        words=kin.words,
        symbol=kin.symbol,
        href=conversation_href(other.number),
        name=name_of(other.customer),
        subject=other.subject or _("(no subject)"),
        state=turn,
        since=since,
        is_waited_for=kin.is_waited_for,
        is_split=kin.is_split,
        end_href=kin.end_href,
    )


def linking_page(
    conversation: Conversation, agent: Agent, *, kind: str = "", wanted: str = "", error: str = ""
) -> LinkingPage:
    return LinkingPage(
        combining_page(conversation, agent),
        tuple((each.value, str(WORDS[each.value][0])) for each in BY_HAND),
        kind=kind if kind in BY_HAND else LinkKind.WAITS_FOR.value,
        wanted=wanted,
        error=error,
    )
