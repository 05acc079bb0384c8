"""Saved views: the list of them, and what a form says one should ask."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import QueryDict
from django.urls import reverse

from rung.accounts.access import Agent
from rung.desk.pages.queue.chips import Names
from rung.desk.pages.queue.place import USUAL, read_place
from rung.desk.pages.queue.standing import VIEWS
from rung.queues.access import SavedView, may_change, visible_views
from rung.queues.verbs.saved import Look


@dataclass(frozen=True, slots=True)
class SavedLine:
    pk: int
    name: str
    href: str
    base: str
    asks: tuple[str, ...]
    is_shared: bool
    may_change: bool


@dataclass(frozen=True)
class ViewsPage:
    shared: tuple[SavedLine, ...]
    own: tuple[SavedLine, ...]
    may_share: bool


def views_page(agent: Agent) -> ViewsPage:
    names = Names(agent)
    lines = [_line(view, agent, names) for view in visible_views(agent)]
    return ViewsPage(
        shared=tuple(line for line in lines if line.is_shared),
        own=tuple(line for line in lines if not line.is_shared),
        may_share=agent.may("settings.words"),
    )


def _line(view: SavedView, agent: Agent, names: Names) -> SavedLine:
    standing = VIEWS.get(view.base)
    asks = tuple(names.of(name, str(value)) for name, values in view.filters.items() for value in values)
    return SavedLine(
        pk=view.pk,
        name=view.name,
        href=reverse("desk:saved_view", args=[view.pk]),
        base=str(standing.label) if standing else view.base,
        asks=asks,
        is_shared=view.owner_id is None,
        may_change=may_change(agent, view),
    )


def look_in(given: QueryDict, agent: Agent, *, at: datetime) -> Look:
    """What is to be kept, as the form says it; a standing view that does not exist becomes the one of everything open."""
    base = given.get("base", "")
    place = read_place(base if base in VIEWS else "all", given, agent, at=at)
    assert place is not None
    return Look(
        base=place.base,
        filters=place.asked.kept(),
        columns=list(place.columns) if place.columns != USUAL else [],
        sort=place.order if place.order != place.sorts[0] else "",
    )
