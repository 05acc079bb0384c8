"""The conversations before and behind one, in the list it was opened from."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from rung.accounts.access import Agent
from rung.desk.pages.queue.listing import Listing
from rung.desk.pages.queue.order import cursor_at, cursor_in
from rung.desk.pages.queue.place import Place
from rung.touchpoints.access import Conversation


def holding(place: Place, conversation: Conversation, *, due_by: datetime | None) -> Place:
    """The place, knowing where in it the conversation stood when it was opened; `due_by` is when what is due next in it is,
    where the place is read in that order."""
    known = cursor_in(place.at, place.order)
    if known is not None and known.number == conversation.pk:
        return place
    return replace(place, at=str(cursor_at(conversation, place.order, due_by) or ""))


def number_beside(agent: Agent, place: Place, *, at: datetime, back: bool = False) -> int | None:
    """The conversation behind the one that stands at `place.at`, or with `back` the one before it, as the list is now; None
    where there is none. A query for each stretch of its order up to it."""
    cursor = cursor_in(place.at, place.order)
    return Listing(agent, place, at=at).beside(cursor, back=back) if cursor is not None else None
