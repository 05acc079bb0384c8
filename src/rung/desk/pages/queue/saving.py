"""Saved views: the list of them, and what a form says one should ask."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import QueryDict
from django.utils.translation import gettext as _

from rung.accounts.access import Agent
from rung.core.addresses import reverse
from rung.desk.pages.queue.asked import Asked
from rung.desk.pages.queue.chips import Names
from rung.desk.pages.queue.counts import ON_A_TAB, in_words, numbers_of
from rung.desk.pages.queue.listing import Listing
from rung.desk.pages.queue.page import is_counted
from rung.desk.pages.queue.place import USUAL, Place, read_place
from rung.desk.pages.queue.standing import VIEWS
from rung.queues.access import SavedView, may_change, visible_views
from rung.queues.verbs.saved import Look

# Of so many views the tabs say how many they hold: who has more does not see their tabs at once.
MOST_COUNTED = 20
# Of so many conversations each is asked what a view asks. Where more are open the number is what was found among these, and
# says so: every desk asks for it whenever there is news.
LOOKED_AT = 2_000
# What the standing views' own indexes answer.
_SOON = frozenset(("turn", "priority"))


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


def views_page(agent: Agent, *, at: datetime) -> ViewsPage:
    names = Names(agent, at=at)
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


@dataclass(frozen=True)
class SavedNumbers:
    """How many conversations saved views hold, in words, by the keys of the views."""

    numbers: tuple[tuple[int, str], ...]


def saved_numbers(agent: Agent, *, at: datetime) -> SavedNumbers:
    """What stands on the tabs of saved views: as many as the list would show, counted up to a bound as on every tab. "12+":
    there may be more; empty: nobody has looked at all of them.

    One query for the views, one for each tag, topic and field that any of them asks for, and one that counts them all.
    """
    counted = [view for view in visible_views(agent) if is_counted(view)][:MOST_COUNTED]
    places = {view.pk: read_place(view.base, QueryDict(), agent, at=at, saved=view) for view in counted}
    listing = Listing(agent, Place("all"), at=at)
    known = {key: place for key, place in places.items() if place is not None}
    whole = {
        key: listing.held(place.asking(_states_alone(place)))
        for key, place in known.items()
        if _is_dear(listing, place)
    }
    held = {
        key: listing.held(place).filter(pk__in=whole[key].values("pk")[:LOOKED_AT])
        if key in whole
        else listing.held(place)
        for key, place in known.items()
    }
    asked = [(conversations, ON_A_TAB) for conversations in held.values()]
    numbers = numbers_of([*asked, *((conversations, LOOKED_AT) for conversations in whole.values())])
    there = dict(zip(whole, numbers[len(held) :], strict=True))
    found = zip(held, numbers, strict=False)
    return SavedNumbers(tuple((key, _said(number, there.get(key, 0) > LOOKED_AT)) for key, number in found))


def _is_dear(listing: Listing, place: Place) -> bool:
    """Whether much may have to be read to count it."""
    return not _SOON.issuperset(name for name, _value in place.asked) and not listing.sieve.is_selective(place.asked)


def _states_alone(place: Place) -> Asked:
    return Asked({"state": place.asked.of("state")} if place.asked.of("state") else {})


def _said(number: int, is_cut: bool) -> str:
    if is_cut and number <= ON_A_TAB:
        return _("%(n)s+") % {"n": number} if number else ""
    return in_words(number, ON_A_TAB)


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
