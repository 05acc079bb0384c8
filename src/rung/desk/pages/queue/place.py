"""Where one is in the queue: which view, what is asked of it, in which order, how far down. Said as an address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlencode

from django.core.exceptions import TooManyFieldsSent
from django.http import QueryDict
from django.utils.translation import gettext_lazy

from rung.accounts.access import Agent
from rung.core.addresses import reverse
from rung.core.given import given_key
from rung.desk.pages.queue.asked import NOTHING, Asked, own_names, read_asked
from rung.desk.pages.queue.order import SORTS
from rung.desk.pages.queue.standing import VIEWS, View, sorts_for
from rung.queues.access import SavedView, visible_views

PAGE = 50
# So many lines can stand on one page; who reads further begins a new one there.
LONGEST = 500

COLUMNS: dict[str, object] = {
    "company": gettext_lazy("Company"),
    "labels": gettext_lazy("Tags and priority"),
    "due": gettext_lazy("What is due next"),
    "snippet": gettext_lazy("First words"),
    "hands": gettext_lazy("Who looks after it"),
    "number": gettext_lazy("Number"),
    "word": gettext_lazy("Customer's last word"),
    "opened": gettext_lazy("Opened"),
    "touches": gettext_lazy("Letters and calls"),
    "topic": gettext_lazy("Topic"),
}
USUAL = ("company", "labels", "due", "snippet", "hands")
# Says in an address that columns were chosen, also when none was.
CHOSEN = "-"


@dataclass(frozen=True)
class Place:
    """`saved` is the saved view it stands in, and `is_changed` says that it asks something else by now. `shown` lines
    stand on the page, those behind the cursor `beyond` where it is not the first. `at` is the cursor of the conversation
    that was opened from it, as it stood then: answered or given away it may stand elsewhere, or nowhere there."""

    base: str
    asked: Asked = NOTHING
    sort: str = ""
    columns: tuple[str, ...] = USUAL
    saved: SavedView | None = None
    is_changed: bool = False
    shown: int = PAGE
    beyond: str = ""
    at: str = ""

    @property
    def view(self) -> View:
        return VIEWS[self.base]

    @property
    def label(self) -> str:
        return self.saved.name if self.saved is not None else str(self.view.label)

    @property
    def states(self) -> tuple[str, ...]:
        """Which states it holds; empty: all of them."""
        return (self.asked.states or self.view.states) if self.view.asks_state else self.view.states

    @property
    def sorts(self) -> tuple[str, ...]:
        return sorts_for(self.view, self.states)

    @property
    def order(self) -> str:
        return self.sort if self.sort in self.sorts else self.sorts[0]

    @property
    def path(self) -> str:
        if self.saved is not None:
            return reverse("desk:saved_view", args=[self.saved.pk])
        return reverse("desk:queue_view", args=[self.base])

    @property
    def look(self) -> list[tuple[str, str]]:
        """What is asked, the order and the columns, as pairs of the address; the usual is left out."""
        pairs = list(self.asked)
        if self.order != self.sorts[0]:
            pairs.append(("sort", self.order))
        if self.columns != USUAL:
            pairs += [("cols", name) for name in self.columns or (CHOSEN,)]
        return pairs

    @property
    def pairs(self) -> list[tuple[str, str]]:
        pairs = [("changed", "1"), *self.look] if self.is_changed else self.look if self.saved is None else []
        if self.shown != PAGE:
            pairs.append(("show", str(self.shown)))
        if self.beyond:
            pairs.append(("beyond", self.beyond))
        return pairs

    @property
    def href(self) -> str:
        return self.path + (f"?{urlencode(self.pairs)}" if self.pairs else "")

    @property
    def origin(self) -> str:
        """The same without what every such address begins with, to be handed on to a conversation; and with `at`."""
        origin = self.href.removeprefix("/queue/")
        return f"{origin}{'&' if '?' in origin else '?'}{urlencode({'at': self.at})}" if self.at else origin

    @property
    def first(self) -> Place:
        return replace(self, shown=PAGE, beyond="")

    def asking(self, asked: Asked) -> Place:
        """The beginning of the same list with something else asked."""
        return replace(self.first, asked=asked, is_changed=self.saved is not None)

    def sorted_by(self, sort: str) -> Place:
        return replace(self.first, sort=sort, is_changed=self.saved is not None)


def read_place(
    base: str, given: QueryDict, agent: Agent, *, at: datetime, saved: SavedView | None = None
) -> Place | None:
    """What an address says; None when there is no such view. What makes no sense in it is left out."""
    if base not in VIEWS:
        return None
    is_changed = saved is None or "changed" in given
    sort, columns = given.get("sort", ""), given.getlist("cols") if "cols" in given else None
    asked: QueryDict | Mapping[str, list[str]] = given
    if saved is not None and not is_changed:
        asked, sort, columns = saved.filters, saved.sort, saved.columns or None
    shown = given_key(given.get("show", "")) or PAGE
    return Place(
        base=base,
        asked=read_asked(asked, agent, at=at),
        sort=sort if sort in SORTS else "",
        columns=USUAL if columns is None else _chosen(columns),
        saved=saved,
        is_changed=saved is not None and is_changed,
        shown=min(max(PAGE, shown - shown % PAGE), LONGEST),
        beyond=given.get("beyond", "")[:100],
        at=given.get("at", "")[:100],
    )


def _chosen(columns: Sequence[str]) -> tuple[str, ...]:
    """In the order they are shown, those of one's own fields behind."""
    return (*(name for name in COLUMNS if name in columns), *own_names(columns))


def place_from(origin: str, agent: Agent, *, at: datetime) -> Place | None:
    """The place that a conversation was opened from, by its `origin`; None when that is none. A query for a saved view."""
    path, _, query = origin[:1500].partition("?")
    saved = None
    if path.startswith("views/") and (key := given_key(path.removeprefix("views/"))) is not None:
        saved = visible_views(agent).filter(pk=key).first()
        path = saved.base if saved is not None else ""
    try:
        given = QueryDict(query)
    except TooManyFieldsSent:
        return None
    return read_place(path, given, agent, at=at, saved=saved)
