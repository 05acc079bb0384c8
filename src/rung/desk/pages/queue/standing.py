"""The standing views of the queue: which conversations each holds, and in which orders it can be read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy

from rung.accounts.access import Agent, teams_of
from rung.touchpoints.access import ConversationQuerySet, State, calling_for

OPEN = (State.OPEN.value,)
ANY = (State.OPEN.value, State.SNOOZED.value, State.RESOLVED.value)
ORDERS = ("waiting", "due", "word", "latest", "oldest", "priority")


Whose = int | tuple[int, ...] | None


@dataclass(frozen=True, slots=True)
class View:
    """`states` is what it holds unless the address asks for others, which it takes where `asks_state`. `whose`: the keys it
    is narrowed by for an agent, their own, those of their teams or of conversations, and `of` those it holds for such.
    `counted`: its tab shows how many; of those for `counts`, where that is said. `sorts`: the orders it offers, the default
    first."""

    key: str
    label: object
    whose: Callable[[Agent], Whose]
    of: Callable[[ConversationQuerySet, Any], ConversationQuerySet]
    states: tuple[str, ...]
    asks_state: bool
    counted: bool
    sorts: tuple[str, ...]
    empty_title: object
    empty_text: object
    counts: Callable[[Agent], Whose] | None = None

    def narrow(self, conversations: ConversationQuerySet, agent: Agent) -> ConversationQuerySet:
        return self.of(conversations, self.whose(agent))


def _nobodys(agent: Agent) -> Whose:
    return None


def _their_own(agent: Agent) -> Whose:
    return agent.pk


def _everything(conversations: ConversationQuerySet, whose: Whose) -> ConversationQuerySet:
    return conversations


# Calls are answered or grow old; whoever has had more of them looks for them by words.
MOST_CALLS = 1_000


def _calling(agent: Agent, *, unseen: bool = False) -> Whose:
    """Where notes call them. The numbers are written out: in a statement of its own SQLite does not see how few they are."""
    return tuple(calling_for(agent, unseen=unseen, limit=MOST_CALLS))


VIEWS = {
    view.key: view
    for view in (
        View(
            "unassigned",
            gettext_lazy("Unassigned"),
            _nobodys,
            lambda all_, whose: all_.unassigned(),
            OPEN,
            True,
            True,
            ORDERS,
            gettext_lazy("Nobody is waiting to be taken on"),
            gettext_lazy("Every matter has somebody who looks after it. New ones appear here by themselves."),
        ),
        View(
            "mine",
            gettext_lazy("Mine"),
            _their_own,
            lambda all_, whose: all_.assigned_to(whose),
            OPEN,
            True,
            True,
            ORDERS,
            gettext_lazy("Nothing lies with you"),
            gettext_lazy("Your customers have their answers. You could take on someone from Unassigned."),
        ),
        View(
            "team",
            gettext_lazy("My team"),
            lambda agent: tuple(teams_of(agent)),
            lambda all_, whose: all_.of_teams(whose),
            OPEN,
            True,
            True,
            ORDERS,
            gettext_lazy("Nothing open in your team"),
            gettext_lazy("What comes in for your team appears here by itself."),
        ),
        View(
            "all",
            gettext_lazy("All open"),
            _nobodys,
            _everything,
            OPEN,
            True,
            True,
            ORDERS,
            gettext_lazy("Nothing is open"),
            gettext_lazy("Every customer has been answered and every matter is settled."),
        ),
        View(
            "snoozed",
            gettext_lazy("Snoozed"),
            _nobodys,
            _everything,
            (State.SNOOZED.value,),
            False,
            True,
            ("until", "due"),
            gettext_lazy("Nothing is laid aside"),
            gettext_lazy("A conversation you snooze waits here until its time comes, or until the customer writes."),
        ),
        View(
            "drafts",
            gettext_lazy("Drafts"),
            _their_own,
            lambda all_, whose: all_.filter(drafts__agent=whose).distinct(),
            (),
            False,
            True,
            ("latest",),
            gettext_lazy("Nothing begun and not sent"),
            gettext_lazy("What you write is kept as you type, and waits here until you send it."),
        ),
        View(
            "mentioned",
            gettext_lazy("Mentioned"),
            _calling,
            lambda all_, whose: all_.filter(pk__in=whose).exclude(state=State.SPAM),
            (),
            True,
            True,
            ("latest",),
            gettext_lazy("Nobody has called you"),
            gettext_lazy("A note with @ and your name brings its conversation here; the number says what is unread."),
            lambda agent: _calling(agent, unseen=True),
        ),
        View(
            "resolved",
            gettext_lazy("Resolved"),
            _nobodys,
            _everything,
            (State.RESOLVED.value,),
            False,
            False,
            ("settled",),
            gettext_lazy("Nothing resolved yet"),
            gettext_lazy("What has been settled can be found here, and is reopened by the customer's next letter."),
        ),
        View(
            "spam",
            gettext_lazy("Spam"),
            _nobodys,
            _everything,
            (State.SPAM.value,),
            False,
            False,
            ("latest",),
            gettext_lazy("No spam"),
            gettext_lazy("What a mail server or one of you holds to be spam lies here and can be taken back."),
        ),
    )
}

_SORTS_OF_STATES: dict[tuple[str, ...], tuple[str, ...]] = {
    OPEN: ORDERS,
    (State.SNOOZED.value,): ("until", "due"),
    (State.RESOLVED.value,): ("settled", "latest", "oldest"),
}


def sorts_for(view: View, states: tuple[str, ...]) -> tuple[str, ...]:
    """The orders in which a view can be read when it holds these states: only such as an index serves."""
    if states == view.states:
        return view.sorts
    return _SORTS_OF_STATES.get(states, ("latest", "oldest"))
