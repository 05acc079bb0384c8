"""Canned answers and macros in a conversation: what one does before it is done, and what it did while that can be undone."""

from __future__ import annotations

from dataclasses import dataclass

from rung.accounts.access import Agent
from rung.canned.access import application_in, visible_canned
from rung.canned.pages import Line, deeds_of, offered_in
from rung.desk.pages.rows import conversation_href
from rung.touchpoints.access import Conversation


@dataclass(frozen=True, slots=True)
class Macro:
    """One that waits for a yes, or with `applied` the key of its application, one that was applied."""

    pk: int
    title: str
    deeds: tuple[str, ...]
    applied: int | None = None


@dataclass(frozen=True)
class OfferedPage:
    number: int
    href: str
    subject: str
    lines: tuple[Line, ...]


def macro_in(conversation: Conversation, agent: Agent, *, wanted: int | None, applied: int | None) -> Macro | None:
    """What the page is asked to show, as its address says; no query when that is nothing."""
    if applied is not None and (done := application_in(conversation, applied)) is not None:
        return Macro(done.canned.pk, done.canned.title, deeds_of(done.canned), done.pk)
    canned = visible_canned(agent).filter(pk=wanted).first() if wanted is not None else None
    deeds = deeds_of(canned) if canned is not None else ()
    return Macro(canned.pk, canned.title, deeds) if canned is not None and deeds else None


def offered_page(conversation: Conversation, agent: Agent) -> OfferedPage:
    return OfferedPage(
        number=conversation.number,
        href=conversation_href(conversation.number),
        subject=conversation.subject,
        lines=offered_in(conversation, agent),
    )
