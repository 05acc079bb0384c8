"""Which conversation another could be merged into: the person's others, or any by its number."""

from __future__ import annotations

from dataclasses import dataclass

from rung.accounts.access import Agent
from rung.core.given import given_key
from rung.desk.pages.naming import know_addresses, name_of
from rung.desk.pages.rows import COLUMNS, Row, conversation_href, rows_of
from rung.touchpoints.access import Conversation, State, visible_conversations

MOST = 30


@dataclass(frozen=True)
class CombiningPage:
    """`rows` are the person's other conversations; `chosen` the one that was asked for by its number, which is about
    `other_person` when that is somebody else; `error` why there is none."""

    number: int
    href: str
    subject: str
    person: str
    rows: tuple[Row, ...]
    wanted: str
    chosen: Row | None
    other_person: str
    error: str


def combining_page(conversation: Conversation, agent: Agent, *, wanted: str = "", error: str = "") -> CombiningPage:
    others = visible_conversations(agent).exclude(pk=conversation.pk).exclude(state__in=(State.JOINED, State.SPAM))
    others = others.select_related("customer__company", "assignee", "team").only(*COLUMNS)
    key = given_key(wanted.strip().removeprefix("#"))
    chosen = others.filter(pk=key).first() if key is not None else None
    know_addresses([conversation.customer])
    theirs = others.filter(customer=conversation.customer_id).order_by("-last_touch_at", "-pk")[:MOST]
    is_other = chosen is not None and chosen.customer_id != conversation.customer_id
    if wanted and chosen is None and not error:
        error = "missing"
    return CombiningPage(
        number=conversation.number,
        href=conversation_href(conversation.number),
        subject=conversation.subject,
        person=name_of(conversation.customer),
        rows=rows_of(theirs, agent) if chosen is None else (),
        wanted=wanted,
        chosen=rows_of([chosen], agent)[0] if chosen is not None else None,
        other_person=name_of(chosen.customer) if chosen is not None and is_other else "",
        error=error,
    )
