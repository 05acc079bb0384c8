"""The standing views of the queue: which conversations each holds, and in which orders it can be read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy

from rung.accounts.access import Agent, teams_of
from rung.touchpoints.access import ConversationQuerySet, State, calling_for

OPEN = (State.OPEN.value,)
ANY = (State.OPEN.value, State.SNOOZED.value, State.RESOLVED.value)
ORDERS = ("waiting", "due", "word", "latest", "oldest", "priority")


@dataclass(frozen=True, slots=True)
class View:
    """`states` is what it holds unless the address asks for others, which it takes where `asks_state`; `narrow` whose it
    holds. `counted`: its tab shows how many; of those that `counts` leaves, where that is said. `sorts`: the orders it
    offers, the default first."""

    key: str
    label: object
    narrow: Callable[[ConversationQuerySet, Agent], ConversationQuerySet]
    states: tuple[str, ...]
    asks_state: bool
    counted: bool
    sorts: tuple[str, ...]
    empty_title: object
    empty_text: object
    counts: Callable[[ConversationQuerySet, Agent], ConversationQuerySet] | None = None


def _everything(conversations: ConversationQuerySet, agent: Agent) -> ConversationQuerySet:
    return conversations


# Calls are answered or grow old; whoever has had more of them looks for them by words.
MOST_CALLS = 1_000


def _calling(conversations: ConversationQuerySet, agent: Agent, *, unseen: bool) -> ConversationQuerySet:
    """Where notes call them. The numbers are written out: in a statement of its own SQLite does not see how few they are."""
    numbers = list(calling_for(agent, unseen=unseen).order_by("-pk")[:MOST_CALLS])
    return conversations.filter(pk__in=numbers).exclude(state=State.SPAM)


VIEWS = {
    view.key: view
    for view in (
        View(
            "unassigned",
            gettext_lazy("Unassigned"),
            lambda all_, agent: all_.unassigned(),
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
            lambda all_, agent: all_.assigned_to(agent.pk),
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
            lambda all_, agent: all_.of_teams(teams_of(agent)),
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
            lambda all_, agent: all_.filter(drafts__agent=agent.pk).distinct(),
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
            lambda all_, agent: _calling(all_, agent, unseen=False),
            (),
            True,
            True,
            ("latest",),
            gettext_lazy("Nobody has called you"),
            gettext_lazy("A note with @ and your name brings its conversation here; the number says what is unread."),
            lambda all_, agent: _calling(all_, agent, unseen=True),
        ),
        View(
            "resolved",
            gettext_lazy("Resolved"),
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
