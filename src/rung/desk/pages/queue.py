"""The queue: which conversations a view holds, in which order, and how many."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.db.models import Q
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rung.accounts.access import Agent, teams_of
from rung.core.given import given_place
from rung.desk.pages.labels import chips_of
from rung.desk.pages.rows import COLUMNS, Row, rows_of, with_asides, with_readings
from rung.desk.stream import newest_entry
from rung.touchpoints.access import Conversation, ConversationQuerySet, State, calling_for, visible_conversations

PAGE = 50
# Counting stops here; beyond it the exact number helps nobody and costs time.
COUNT_UP_TO = 99


@dataclass(frozen=True, slots=True)
class View:
    """`counted`: its tab shows how many; of those that `counts` leaves, where that is said. `sorts`: the orders it offers,
    the default first."""

    key: str
    label: object
    narrow: Callable[[ConversationQuerySet, Agent], ConversationQuerySet]
    counted: bool
    sorts: tuple[str, ...]
    empty_title: object
    empty_text: object
    counts: Callable[[ConversationQuerySet, Agent], ConversationQuerySet] | None = None


VIEWS = {
    view.key: view
    for view in (
        View(
            "unassigned",
            gettext_lazy("Unassigned"),
            lambda all_, agent: all_.open().unassigned(),
            True,
            ("waiting", "latest", "oldest"),
            gettext_lazy("Nobody is waiting to be taken on"),
            gettext_lazy("Every matter has somebody who looks after it. New ones appear here by themselves."),
        ),
        View(
            "mine",
            gettext_lazy("Mine"),
            lambda all_, agent: all_.open().assigned_to(agent.pk),
            True,
            ("waiting", "latest", "oldest"),
            gettext_lazy("Nothing lies with you"),
            gettext_lazy("Your customers have their answers. You could take on someone from Unassigned."),
        ),
        View(
            "team",
            gettext_lazy("My team"),
            lambda all_, agent: all_.open().of_teams(teams_of(agent)),
            True,
            ("waiting", "latest", "oldest"),
            gettext_lazy("Nothing open in your team"),
            gettext_lazy("What comes in for your team appears here by itself."),
        ),
        View(
            "all",
            gettext_lazy("All open"),
            lambda all_, agent: all_.open(),
            True,
            ("waiting", "latest", "oldest"),
            gettext_lazy("Nothing is open"),
            gettext_lazy("Every customer has been answered and every matter is settled."),
        ),
        View(
            "snoozed",
            gettext_lazy("Snoozed"),
            lambda all_, agent: all_.snoozed(),
            True,
            ("until",),
            gettext_lazy("Nothing is laid aside"),
            gettext_lazy("A conversation you snooze waits here until its time comes, or until the customer writes."),
        ),
        View(
            "drafts",
            gettext_lazy("Drafts"),
            lambda all_, agent: all_.filter(drafts__agent=agent.pk).distinct(),
            True,
            ("latest",),
            gettext_lazy("Nothing begun and not sent"),
            gettext_lazy("What you write is kept as you type, and waits here until you send it."),
        ),
        View(
            "mentioned",
            gettext_lazy("Mentioned"),
            lambda all_, agent: all_.filter(pk__in=calling_for(agent)).exclude(state=State.SPAM),
            True,
            ("latest",),
            gettext_lazy("Nobody has called you"),
            gettext_lazy("A note with @ and your name brings its conversation here; the number says what is unread."),
            lambda all_, agent: all_.filter(pk__in=calling_for(agent, unseen=True)).exclude(state=State.SPAM),
        ),
        View(
            "resolved",
            gettext_lazy("Resolved"),
            lambda all_, agent: all_.resolved(),
            False,
            ("settled",),
            gettext_lazy("Nothing resolved yet"),
            gettext_lazy("What has been settled can be found here, and is reopened by the customer's next letter."),
        ),
        View(
            "spam",
            gettext_lazy("Spam"),
            lambda all_, agent: all_.spam(),
            False,
            ("latest",),
            gettext_lazy("No spam"),
            gettext_lazy("What a mail server or one of you holds to be spam lies here and can be taken back."),
        ),
    )
}

SORTS: dict[str, tuple[object, object]] = {
    "waiting": (
        gettext_lazy("Longest waiting first"),
        gettext_lazy("Whoever has waited longest for us comes first; below, those whose turn it is to answer."),
    ),
    "latest": (gettext_lazy("Latest first"), gettext_lazy("Whoever was in touch last comes first.")),
    "oldest": (
        gettext_lazy("Longest silent first"),
        gettext_lazy("Whoever has not been in touch for longest comes first."),
    ),
    "until": (gettext_lazy("Next to come back"), gettext_lazy("What comes back soonest comes first.")),
    "settled": (gettext_lazy("Latest first"), gettext_lazy("What was settled last comes first.")),
}


@dataclass(frozen=True, slots=True)
class Tab:
    label: str
    href: str
    is_current: bool
    count: str
    key: str


@dataclass(frozen=True, slots=True)
class Choice:
    key: str
    label: str
    href: str
    is_current: bool


@dataclass(frozen=True)
class QueuePage:
    title: str
    view: str
    tabs: tuple[Tab, ...]
    sorts: tuple[Choice, ...]
    explanation: str
    rows: tuple[Row, ...]
    href: str
    first_href: str
    next_href: str
    is_later_page: bool
    empty_title: str
    empty_text: str
    newest: int


def queue_page(agent: Agent, key: str, *, sort: str = "", after: str = "") -> QueuePage:
    """One page of a view. `after` is the cursor of the page before; a sort or cursor not understood is left out."""
    view = VIEWS.get(key)
    if view is None:
        raise Http404
    newest = newest_entry()
    sort = sort if sort in view.sorts else view.sorts[0]
    # A question beside a matter stands with that matter, and in its stead once that is settled.
    everything = visible_conversations(agent)
    visible = everything.filter(Q(beside__isnull=True) | Q(beside__state=State.RESOLVED))
    lines = with_asides(with_readings(view.narrow(visible, agent), agent), everything)
    lines = lines.select_related("customer__company", "assignee", "team").only(*COLUMNS)
    cursor = _cursor(after)
    found = _ordered(lines, sort, cursor, PAGE + 1)
    shown, more = found[:PAGE], len(found) > PAGE
    _label, explanation = SORTS[sort]
    empty_title, empty_text = view.empty_title, view.empty_text
    if not found and key == "team" and not teams_of(agent):
        empty_title = _("You are in no team yet")
        empty_text = _("An administrator puts people into teams. All that you may see stands under All open.")
    return QueuePage(
        title=str(view.label),
        view=key,
        tabs=_tabs(visible, agent, key),
        sorts=tuple(
            Choice(each, str(SORTS[each][0]), _href(key, each if each != view.sorts[0] else ""), each == sort)
            for each in view.sorts
        ),
        explanation=str(explanation),
        rows=rows_of(shown, agent, key, chips_of([each.pk for each in shown])),
        href=_href(key, sort if sort != view.sorts[0] else "", after if cursor else ""),
        first_href=_href(key, sort if sort != view.sorts[0] else ""),
        next_href=_href(key, sort if sort != view.sorts[0] else "", _cursor_of(shown[-1], sort)) if more else "",
        is_later_page=cursor is not None,
        empty_title=str(empty_title),
        empty_text=str(empty_text),
        newest=newest,
    )


def _href(key: str, sort: str = "", after: str = "") -> str:
    query = urlencode([(name, value) for name, value in (("sort", sort), ("after", after)) if value])
    return reverse("desk:queue_view", args=[key]) + (f"?{query}" if query else "")


def _tabs(visible: ConversationQuerySet, agent: Agent, current: str) -> tuple[Tab, ...]:
    return tuple(
        Tab(
            str(view.label),
            _href(view.key),
            view.key == current,
            _count((view.counts or view.narrow)(visible, agent)) if view.counted else "",
            view.key,
        )
        for view in VIEWS.values()
    )


def _count(conversations: ConversationQuerySet) -> str:
    number = conversations.order_by()[: COUNT_UP_TO + 1].count()
    return _("%(n)s+") % {"n": COUNT_UP_TO} if number > COUNT_UP_TO else str(number)


# A cursor names the last line of a page: in which part of the order it stood, its moment and its number.
Cursor = tuple[str, datetime, int]


def _cursor(text: str) -> Cursor | None:
    part, _, rest = text.partition("~")
    place = given_place(rest)
    return (part, *place) if place else None


def _cursor_of(conversation: Conversation, sort: str) -> str:
    part, column, _descending = _parts(sort, conversation.awaits_us_since_at is None)[0]
    return f"{part}~{getattr(conversation, column).isoformat()}~{conversation.pk}"


def _parts(sort: str, is_their_turn: bool = False) -> list[tuple[str, str, bool]]:
    """The parts of an order as (name, column, descending), each served by one index."""
    if sort == "waiting":
        parts = [("us", "awaits_us_since_at", False), ("them", "last_touch_at", True)]
        return parts[1:] if is_their_turn else parts
    return {
        "latest": [("all", "last_touch_at", True)],
        "oldest": [("all", "last_touch_at", False)],
        "until": [("all", "snoozed_until_at", False)],
        "settled": [("all", "resolved_at", True)],
    }[sort]


def _ordered(lines: ConversationQuerySet, sort: str, cursor: Cursor | None, limit: int) -> list[Conversation]:
    """The next `limit` lines. "Nulls last" would keep the databases from their index, so waiting and not waiting are
    asked for one after the other."""
    parts = _parts(sort)
    if cursor is not None:
        names = [name for name, _column, _descending in parts]
        if cursor[0] not in names:
            cursor = None
        else:
            parts = parts[names.index(cursor[0]) :]
    found: list[Conversation] = []
    for name, column, descending in parts:
        part = lines
        if sort == "waiting":
            part = part.filter(awaits_us_since_at__isnull=name == "them")
        if cursor is not None and cursor[0] == name:
            step = "lt" if descending else "gt"
            part = part.filter(
                Q(**{f"{column}__{step}": cursor[1]}) | Q(**{column: cursor[1], f"id__{step}": cursor[2]})
            )
        signs = (f"-{column}", "-id") if descending else (column, "id")
        found += part.order_by(*signs)[: limit - len(found)]
        if len(found) >= limit:
            break
    return found
