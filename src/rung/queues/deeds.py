"""What can be done to many conversations at once: what it needs, what it does to one, and how that is taken back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rung.accounts.access import Agent, Team, agents_by_key, teams_by_key
from rung.canned.gaps import filled, values_for
from rung.core.actor import Actor
from rung.core.given import given_moment
from rung.touchpoints.access import (
    Conversation,
    Outcome,
    Priority,
    State,
    Tag,
    draft_of,
    tags_numbered,
    tags_of,
    touchpoint_for,
)
from rung.touchpoints.verbs import (
    answer_conversation,
    assign_conversation,
    end_snooze,
    mark_spam,
    reopen_conversation,
    resolve_conversation,
    set_priority,
    snooze_conversation,
    tag_conversation,
    take_back_answer,
    unmark_spam,
    untag_conversation,
)

AT_ONCE = 500
"""More than these would keep everybody else from writing for seconds."""

LETTERS_AT_ONCE = 100
"""A letter to more people is no answer any more."""

LETTERS_WAIT = timedelta(seconds=60)
"""How long the letters of a bulk can be taken back at least, whatever their writer is used to."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants done to many. Of the fields each deed uses its own: `agent` and `team` None mean nobody."""

    deed: str
    agent: Agent | None = None
    team: Team | None = None
    tag: Tag | None = None
    priority: str = ""
    until: datetime | None = None
    text: str = ""
    outcome: str = Outcome.UNKNOWN
    resolves: bool = False

    @property
    def details(self) -> dict[str, Any]:
        said = {
            "agent": self.agent.pk if self.agent else None,
            "team": self.team.pk if self.team else None,
            "tag": self.tag.pk if self.tag else None,
            "priority": self.priority or None,
            "until": self.until.isoformat() if self.until else None,
            "outcome": str(self.outcome) if self.deed == "resolve" else None,
        }
        return {name: value for name, value in said.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Turn:
    """One deed at work on one conversation, by whom and when. `before` is what it was, as kept with the bulk."""

    matter: Conversation
    before: dict[str, Any]
    agent: Agent
    by: Actor
    at: datetime


Do = Callable[[Turn, Wish], bool]
Undo = Callable[[Turn, dict[str, Any], datetime], bool]


@dataclass(frozen=True, slots=True)
class Deed:
    """`do` says whether it changed anything; `undo`, given the bulk's details and when it was done, whether it found the
    conversation as the deed had left it."""

    do: Do
    undo: Undo
    at_most: int = AT_ONCE


def state_before(matter: Conversation) -> dict[str, Any]:
    """What a conversation is now, as kept for taking back."""
    said = {
        "state": str(matter.state),
        "priority": str(matter.priority),
        "assignee": matter.assignee_id,
        "team": matter.team_id,
        "until": matter.snoozed_until_at.isoformat() if matter.snoozed_until_at else None,
        "awaits": matter.awaits_us_since_at.isoformat() if matter.awaits_us_since_at else None,
    }
    return {name: value for name, value in said.items() if value is not None}


def _placed(turn: Turn, agent: Agent | None, team: Team | None) -> bool:
    matter, was = turn.matter, (turn.matter.assignee_id, turn.matter.team_id)
    assign_conversation(matter, agent=agent, team=team, by=turn.by, at=turn.at)
    turn.before["left"] = [matter.assignee_id, matter.team_id]
    return was != (matter.assignee_id, matter.team_id)


def _assign(turn: Turn, wish: Wish) -> bool:
    return _placed(turn, wish.agent, turn.matter.team)


def _move(turn: Turn, wish: Wish) -> bool:
    return _placed(turn, turn.matter.assignee, wish.team)


def _place_back(turn: Turn, details: dict[str, Any], done_at: datetime) -> bool:
    if [turn.matter.assignee_id, turn.matter.team_id] != turn.before["left"]:
        return False
    assignee, team = turn.before.get("assignee"), turn.before.get("team")
    agents, teams = agents_by_key([assignee]), teams_by_key([team])
    assign_conversation(turn.matter, agent=agents.get(assignee or 0), team=teams.get(team or 0), by=turn.by, at=turn.at)
    return True


def _tag(turn: Turn, wish: Wish) -> bool:
    assert wish.tag is not None
    carried = {tag.pk for tag in tags_of([turn.matter.pk]).get(turn.matter.pk, ())}
    tag_conversation(turn.matter, wish.tag, by=turn.by, at=turn.at)
    return wish.tag.pk not in carried


def _untag(turn: Turn, wish: Wish) -> bool:
    assert wish.tag is not None
    carried = {tag.pk for tag in tags_of([turn.matter.pk]).get(turn.matter.pk, ())}
    untag_conversation(turn.matter, wish.tag, by=turn.by, at=turn.at)
    return wish.tag.pk in carried


def _tag_off(turn: Turn, details: dict[str, Any], done_at: datetime) -> bool:
    for tag in tags_numbered([details["tag"]]):
        untag_conversation(turn.matter, tag, by=turn.by, at=turn.at)
    return True


def _tag_on(turn: Turn, details: dict[str, Any], done_at: datetime) -> bool:
    tags = tags_numbered([details["tag"]])
    for tag in tags:
        tag_conversation(turn.matter, tag, by=turn.by, at=turn.at)
    return bool(tags)


def _press(turn: Turn, wish: Wish) -> bool:
    set_priority(turn.matter, wish.priority, by=turn.by, at=turn.at)
    return bool(turn.before["priority"] != wish.priority)


def _unpress(turn: Turn, details: dict[str, Any], done_at: datetime) -> bool:
    if turn.matter.priority != details["priority"]:
        return False
    set_priority(turn.matter, Priority(turn.before["priority"]), by=turn.by, at=turn.at)
    return True


def _snooze(turn: Turn, wish: Wish) -> bool:
    assert wish.until is not None
    snooze_conversation(turn.matter, until=wish.until, by=turn.by, at=turn.at)
    return True


def _unsnooze(turn: Turn, details: dict[str, Any], done_at: datetime) -> bool:
    if not turn.matter.is_snoozed() or turn.matter.snoozed_until_at != given_moment(details["until"]):
        return False
    if not _laid_aside_again(turn):
        end_snooze(turn.matter, by=turn.by, at=turn.at)
    return True


def _laid_aside_again(turn: Turn) -> bool:
    """Lay it aside as it was before, where it was and its time has not come meanwhile."""
    until = given_moment(turn.before.get("until", "")) if turn.before["state"] == State.SNOOZED else None
    if until is None or until <= turn.at:
        return False
    snooze_conversation(turn.matter, until=until, by=turn.by, at=turn.at)
    return True


def _wake(turn: Turn, wish: Wish) -> bool:
    end_snooze(turn.matter, by=turn.by, at=turn.at)
    return bool(turn.before["state"] == State.SNOOZED)


def _unwake(turn: Turn, details: dict[str, Any], done_at: datetime) -> bool:
    return turn.matter.state == State.OPEN and _laid_aside_again(turn)


def _resolve(turn: Turn, wish: Wish) -> bool:
    resolve_conversation(turn.matter, outcome=wish.outcome, by=turn.by, at=turn.at)
    return bool(turn.before["state"] != State.RESOLVED)


def _unresolve(turn: Turn, details: dict[str, Any], done_at: datetime) -> bool:
    if not turn.matter.is_resolved() or turn.matter.resolved_at != done_at:
        return False
    awaits = given_moment(turn.before.get("awaits", ""))
    reopen_conversation(turn.matter, awaits_us_since_at=awaits, by=turn.by, at=turn.at)
    _laid_aside_again(turn)
    return True


def _reopen(turn: Turn, wish: Wish) -> bool:
    reopen_conversation(turn.matter, by=turn.by, at=turn.at)
    return bool(turn.before["state"] == State.RESOLVED)


def _settle_again(turn: Turn, details: dict[str, Any], done_at: datetime) -> bool:
    # A customer who has begun to wait meanwhile is not to be settled away.
    if turn.matter.state != State.OPEN or turn.matter.awaits_us():
        return False
    resolve_conversation(turn.matter, by=turn.by, at=turn.at)
    return True


def _to_spam(turn: Turn, wish: Wish) -> bool:
    mark_spam(turn.matter, by=turn.by, at=turn.at)
    return bool(turn.before["state"] != State.SPAM)


def _out_of_spam(turn: Turn, wish: Wish) -> bool:
    unmark_spam(turn.matter, by=turn.by, at=turn.at)
    return bool(turn.before["state"] == State.SPAM)


def _no_spam_again(turn: Turn, details: dict[str, Any], done_at: datetime) -> bool:
    if not turn.matter.is_spam():
        return False
    unmark_spam(turn.matter, by=turn.by, at=turn.at)
    return True


def _spam_again(turn: Turn, details: dict[str, Any], done_at: datetime) -> bool:
    if turn.matter.is_spam():
        return False
    mark_spam(turn.matter, by=turn.by, at=turn.at)
    return True


def _answer(turn: Turn, wish: Wish) -> bool:
    if turn.matter.is_spam():
        raise ValidationError(_("This conversation is marked as spam; take it out of Spam first."))
    if draft_of(turn.matter, turn.agent) is not None:
        raise ValidationError(_("You have begun an answer of your own there."))
    letter = answer_conversation(
        turn.matter,
        text=filled(wish.text, values_for(turn.matter, turn.agent)),
        resolve=wish.resolves,
        outcome=wish.outcome,
        due_at=turn.at + max(LETTERS_WAIT, timedelta(seconds=turn.agent.undo_s)),
        by=turn.by,
        at=turn.at,
    )
    turn.before["touchpoint"] = letter.pk
    turn.before["left"] = [turn.matter.assignee_id, turn.matter.team_id]
    return True


def _unanswer(turn: Turn, details: dict[str, Any], done_at: datetime) -> bool:
    take_back_answer(touchpoint_for(turn.agent, turn.before["touchpoint"]), by=turn.by, at=turn.at)
    turn.matter.refresh_from_db(fields=["assignee", "team"])
    _place_back(turn, details, done_at)
    return True


DEEDS: dict[str, Deed] = {
    "assign": Deed(_assign, _place_back),
    "team": Deed(_move, _place_back),
    "tag": Deed(_tag, _tag_off),
    "untag": Deed(_untag, _tag_on),
    "priority": Deed(_press, _unpress),
    "snooze": Deed(_snooze, _unsnooze),
    "wake": Deed(_wake, _unwake),
    "resolve": Deed(_resolve, _unresolve),
    "reopen": Deed(_reopen, _settle_again),
    "spam": Deed(_to_spam, _no_spam_again),
    "unspam": Deed(_out_of_spam, _spam_again),
    "answer": Deed(_answer, _unanswer, LETTERS_AT_ONCE),
}

NOT_SEEN = gettext_lazy("It is not there, or not yours to see any more.")
MOVED_ON = gettext_lazy("Somebody has changed it since.")
