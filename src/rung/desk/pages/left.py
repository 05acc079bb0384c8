"""The conversation that somebody has just gone on from, while what they did to it can be taken back from the page they came
to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.http import Http404
from django.utils.translation import gettext as _

from rung.accounts.access import Agent
from rung.canned.access import application_in
from rung.canned.pages import deeds_of
from rung.core.addresses import reverse
from rung.desk.pages.naming import name_of
from rung.desk.pages.queue.place import Place
from rung.desk.pages.rows import conversation_href
from rung.journal.access import Entry, entries
from rung.touchpoints.access import Conversation, State, conversation_for, planned_in

SLIP = timedelta(hours=1)
"""What was settled so short a time ago and is taken up again was not settled."""


@dataclass(frozen=True, slots=True)
class Done:
    """What was done, in words; `until` when it comes back, `leaves_at` when the letter that settles it leaves. Posted to
    `undo_href`, the names and values of `undo` take it back."""

    words: str
    symbol: str
    undo_href: str
    undo: tuple[tuple[str, str], ...] = ()
    until: datetime | None = None
    leaves_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Left:
    """`origin` is the list that it was left in, as its own page takes it."""

    number: int
    origin: str
    href: str
    who: str
    subject: str
    done: Done


def left_by(
    agent: Agent,
    number: int | None,
    place: Place | None,
    *,
    applied: int | None = None,
    handed: int | None = None,
    at: datetime,
) -> Left | None:
    """`number` of the conversation that was left, None where the page was not come to so: then no query. One query at
    least; with `applied`, a macro that was applied there, with `handed`, the journal's number of its being given to
    somebody else, or with a letter that is still to leave, one more."""
    if number is None:
        return None
    try:
        conversation = conversation_for(agent, number)
    except Http404:  # it is not theirs to see any more
        return None
    if handed is not None:
        done = _handed(conversation, agent, handed, at=at)
    else:
        done = _done_to(conversation, agent, applied=applied, at=at)
    if done is None:
        return None
    subject = conversation.subject or _("(no subject)")
    origin = replace(place, at="").origin if place is not None else ""
    href, who = conversation_href(conversation.pk), name_of(conversation.customer)
    return Left(conversation.pk, origin, href, who, subject, done)


def _done_to(conversation: Conversation, agent: Agent, *, applied: int | None, at: datetime) -> Done | None:
    """What its state says was done to it; None when it has been taken back, or was long ago."""
    if applied is not None and (macro := application_in(conversation, applied)) is not None:
        deeds = ", ".join(deeds_of(macro.canned))
        return Done(deeds, "check", _at("macros", conversation.pk), (("undo", str(applied)),))
    if conversation.answer_due_at is not None:
        own = planned_in(conversation).filter(agent=agent.pk, due_at__gt=at).first()
        if own is not None:
            return Done(_("Answered"), "send", _at("taking_back", own.pk), leaves_at=own.due_at)
    match conversation.state:
        case State.RESOLVED if conversation.resolved_at is not None and at - conversation.resolved_at < SLIP:
            return Done(_("Resolved"), "resolve", _at("reopening", conversation.pk))
        case State.SNOOZED:
            until = conversation.snoozed_until_at
            return Done(_("Snoozed"), "snooze", _at("snooze", conversation.pk), (("end", "1"),), until=until)
        case State.SPAM:
            return Done(_("Marked as spam"), "spam", _at("spam", conversation.pk), (("end", "1"),))
    return None


def last_handing(conversation: Conversation) -> Entry | None:
    """The fact by which it lies where it lies."""
    return entries().filter(conversation=conversation.pk, kind="conversation.assigned").order_by("-id").first()


def _handed(conversation: Conversation, agent: Agent, handed: int, *, at: datetime) -> Done | None:
    """It lies where this agent laid it; None when somebody has laid it elsewhere since, or it was long ago."""
    last = last_handing(conversation)
    if last is None or last.pk != handed or last.actor.agent_key != agent.pk or at - last.occurred_at >= SLIP:
        return None
    names = [each.name for each in (conversation.assignee, conversation.team) if each is not None]
    words = _("Given to %(whom)s") % {"whom": " · ".join(names)} if names else _("Given back")
    return Done(words, "users", _at("assignment", conversation.pk), _as_it_lay(last))


def _as_it_lay(last: Entry) -> tuple[tuple[str, str], ...]:
    """What a form posts to lay a conversation where it lay before."""
    before = (("agent", last.data["from_agent"]), ("team", last.data["from_team"]))
    return *((name, str(key or "")) for name, key in before), ("undo", "1")


def _at(name: str, key: int) -> str:
    return reverse(f"desk:{name}", args=[key])
