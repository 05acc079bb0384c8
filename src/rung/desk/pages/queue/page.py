"""One page of the queue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from django.utils.translation import gettext as _

from rung.accounts.access import Agent, teams_of
from rung.core.addresses import reverse
from rung.desk.pages.due import due_words
from rung.desk.pages.labels import chips_of
from rung.desk.pages.left import Left
from rung.desk.pages.queue.asked import TOPICS, own_name, own_number
from rung.desk.pages.queue.chips import AskedChip, Choice, Field, Names, chips_for, fields_for, priorities_for
from rung.desk.pages.queue.counts import OF_A_VIEW, ON_A_TAB, in_words, numbers_of
from rung.desk.pages.queue.listing import FEW_STATES, Listing
from rung.desk.pages.queue.many import Many, Outcomes, many_for, outcomes_of
from rung.desk.pages.queue.order import SORTS, cursor_in, cursor_of
from rung.desk.pages.queue.place import CHOSEN, COLUMNS, LONGEST, PAGE, Place
from rung.desk.pages.queue.standing import VIEWS
from rung.desk.pages.rows import Line, Row, rows_of_lines
from rung.fields.access import values_of
from rung.journal.access import newest_entry
from rung.patterns.access import topic_of
from rung.queues.access import Bulk, SavedView, may_change, views_shown_to
from rung.queues.verbs.saved import in_one_line


@dataclass(frozen=True, slots=True)
class Tab:
    label: str
    href: str
    is_current: bool
    count: str
    key: str


@dataclass(frozen=True, slots=True)
class SavedTab:
    """`is_counted`: how many it holds is asked for after the page, and put there."""

    key: int
    label: str
    href: str
    is_current: bool
    is_shared: bool
    is_counted: bool


@dataclass(frozen=True, slots=True)
class Sort:
    key: str
    label: str
    href: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Keeping:
    """The saved view one is in, or that the list could become; `pairs` is what is asked, order and columns;
    `look` what the saved one asks and shows now, for whoever keeps a change of it."""

    name: str
    pk: int | None
    is_changed: bool
    is_shared: bool
    may_change: bool
    may_share: bool
    pairs: tuple[tuple[str, str], ...]
    saved_href: str
    look: str


@dataclass(frozen=True)
class QueuePage:
    """`count` is how many the list holds, in words, empty where counting would read everything. `further_href` answers
    with the lines below these, to be put under them; `next_href` with a page of its own."""

    title: str
    view: str
    tabs: tuple[Tab, ...]
    explanation: str
    rows: tuple[Row, ...]
    href: str
    origin: str
    path: str
    first_href: str
    next_href: str
    further_href: str
    is_later_page: bool
    is_longest: bool
    empty_title: str
    empty_text: str
    newest: int
    count: str
    chips: tuple[AskedChip, ...]
    bare_href: str
    asked: dict[str, str]
    columns: frozenset[str]
    outcomes: Outcomes | None
    left: Left | None
    note: str
    agent: Agent
    place: Place
    names: Names

    # What stands around the lines is made where it is shown: news fetch the lines alone.

    @cached_property
    def saved_tabs(self) -> tuple[SavedTab, ...]:
        return _saved_tabs(self.agent, self.place)

    @property
    def sorts(self) -> tuple[Sort, ...]:
        place = self.place
        return tuple(
            Sort(each, str(SORTS[each][0]), place.sorted_by(each).href, each == place.order) for each in place.sorts
        )

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        return fields_for(self.place, self.names)

    @property
    def priorities(self) -> tuple[Choice, ...]:
        return priorities_for(self.place)

    @property
    def hidden(self) -> tuple[tuple[str, str], ...]:
        return _hidden(self.place)

    @property
    def column_choices(self) -> tuple[Choice, ...]:
        return _column_choices(self.place, self.names)

    @cached_property
    def keeping(self) -> Keeping:
        return _keeping(self.agent, self.place)

    @cached_property
    def many(self) -> Many:
        return many_for(self.agent, self.place.states, self.names, whole=self.count, at=self.names.at)


def queue_page(
    agent: Agent, place: Place, *, at: datetime, had: int = 0, bulk: Bulk | None = None, left: Left | None = None
) -> QueuePage:
    """The lines at a place. `had`: so many stand above them on the screen already; `bulk`: what has just been done to many,
    `left`: the one that somebody comes back from."""
    newest = newest_entry()
    listing = Listing(agent, place, at=at)
    names = Names(agent, at=at)
    cursor = cursor_in(place.beyond, place.order)
    place = place if cursor is not None else replace(place, beyond="")
    found = listing.read(cursor, place.shown + 1)
    shown, more = found[: place.shown], len(found) > place.shown
    # The place that holds these lines and all above them; where those are too many, one that begins here.
    whole = replace(place, shown=had + PAGE, beyond="") if had and had + PAGE <= LONGEST else place
    # A list that ends on its first page has been counted by reading it.
    tabs, number = _counted(listing, place, None if more or cursor is not None else len(found))
    count = in_words(number, OF_A_VIEW) if number is not None else ""
    chips = chips_for(place, names)
    if not found and chips:
        chips = _saying_what_they_hide(chips, listing)
    empty_title, empty_text = _empty(place, agent, found)
    below = replace(place, shown=PAGE, beyond=str(cursor_of(shown[-1], place.order))) if more else None
    is_longest = whole.shown >= LONGEST or bool(whole.beyond)
    return QueuePage(
        title=place.label,
        view=place.base,
        tabs=tabs,
        explanation=str(SORTS[place.order][1]),
        rows=rows_of_lines(
            shown,
            agent,
            whole.origin,
            chips_of([each.pk for each in shown]),
            due_words(shown, agent, at=at) if "due" in place.columns else None,
            _told(shown, place, agent),
        ),
        href=whole.href,
        origin=whole.origin,
        path=place.path,
        first_href=place.first.href if place.beyond and not had else "",
        next_href=below.href if below else "",
        further_href=_further(below, whole.shown) if below and not is_longest else "",
        is_later_page=cursor is not None,
        is_longest=bool(below) and is_longest,
        empty_title=empty_title,
        empty_text=empty_text,
        newest=newest,
        count=count,
        chips=chips,
        bare_href=place.asking(type(place.asked)({})).href,
        asked={name: place.asked.one(name) for name in ("after", "before", "q", "customer")},
        columns=frozenset(place.columns),
        outcomes=outcomes_of(bulk, names) if bulk is not None else None,
        left=left,
        note=listing.note,
        agent=agent,
        place=place,
        names=names,
    )


def _counted(listing: Listing, place: Place, known: int | None) -> tuple[tuple[Tab, ...], int | None]:
    """The tabs with their numbers, and how many the list holds where that can be said and is not `known`. One query."""
    counted = [view for view in VIEWS.values() if view.counted]
    asked = [listing.counted_on_tab(view, ON_A_TAB) for view in counted]
    counts_list = known is None and listing.is_countable
    if counts_list:
        asked.append(listing.counted(OF_A_VIEW))
    numbers = numbers_of(asked)
    said = {view.key: in_words(number, ON_A_TAB) for view, number in zip(counted, numbers, strict=False)}
    tabs = tuple(
        Tab(
            str(view.label),
            reverse("desk:queue_view", args=[view.key]),
            place.saved is None and view.key == place.base,
            said.get(view.key, ""),
            view.key,
        )
        for view in VIEWS.values()
    )
    return tabs, numbers[-1] if counts_list else None if listing.bound else known


def _saved_tabs(agent: Agent, place: Place) -> tuple[SavedTab, ...]:
    current = place.saved.pk if place.saved else None
    return tuple(
        SavedTab(view.pk, view.name, _address_of(view), view.pk == current, view.owner_id is None, is_counted(view))
        for view in views_shown_to(agent)
    )


def is_counted(view: SavedView) -> bool:
    """Whether its tab says how many it holds: what is open or laid aside is counted soon, whatever else is asked of it;
    what is settled is not, nor what has to be searched for words first."""
    base = VIEWS.get(view.base)
    if base is None or view.filters.get("q"):
        return False
    asked = frozenset(view.filters.get("state", ())) if base.asks_state else frozenset()
    return FEW_STATES.issuperset(asked or base.states)


def _address_of(view: SavedView) -> str:
    return reverse("desk:saved_view", args=[view.pk])


def _saying_what_they_hide(chips: tuple[AskedChip, ...], listing: Listing) -> tuple[AskedChip, ...]:
    """The chips of an empty list, each with how many there would be without it. One query."""
    place = listing.place
    without = [
        listing.held(place.asking(place.asked.without(name, value)))
        for name, value in place.asked
        if name != "state" or place.view.asks_state
    ]
    bounded = [each.filter(listing.bound) if listing.bound else each for each in without]
    numbers = numbers_of([(each, ON_A_TAB) for each in bounded])
    return tuple(
        replace(chip, hides=in_words(number, ON_A_TAB) if number else "")
        for chip, number in zip(chips, numbers, strict=True)
    )


def _empty(place: Place, agent: Agent, found: list[Line]) -> tuple[str, str]:
    if not found and place.base == "team" and not teams_of(agent):
        return (
            _("You are in no team yet"),
            _("An administrator puts people into teams. All that you may see stands under All open."),
        )
    if place.asked:
        return _("Nothing here answers to all of that"), ""
    return str(place.view.empty_title), str(place.view.empty_text)


def _column_choices(place: Place, names: Names) -> tuple[Choice, ...]:
    labels = {key: str(label) for key, label in COLUMNS.items() if key != "topic" or names.topics}
    labels |= {own_name(field): field.name for field in names.fields.values()}
    return tuple(Choice(key, label, key in place.columns) for key, label in labels.items())


def _told(shown: Sequence[Line], place: Place, agent: Agent) -> dict[int, tuple[tuple[str, str], ...]] | None:
    """What the topic and the fields say that stand as columns, by conversation: name and value. Two queries for the topic,
    two for the fields, where there are such."""
    wanted = {number for name in place.columns if (number := own_number(name)) is not None}
    keys = [each.pk for each in shown]
    topics = topic_of(keys) if "topic" in place.columns and agent.may(TOPICS) else {}
    if not wanted and not topics:
        return None
    told: dict[int, tuple[tuple[str, str], ...]] = {
        pk: ((_("Topic"), topic.name),) for pk, topic in topics.items() if not topic.is_hidden
    }
    for pk, values in values_of("conversation", keys).items() if wanted else ():
        said = tuple((each.field.name, each.shown) for each in values if each.field.pk in wanted and each.shown)
        told[pk] = (*told.get(pk, ()), *said)
    return told


def _further(below: Place, above: int) -> str:
    return f"{below.href}&had={above}"


def _hidden(place: Place) -> tuple[tuple[str, str], ...]:
    """What the form of the filters hands on: the order, the columns, and that a saved view is left."""
    pairs = [pair for pair in place.look if pair[0] in ("sort", "cols")]
    return (*((("changed", "1"),) if place.saved else ()), *pairs)


def _keeping(agent: Agent, place: Place) -> Keeping:
    saved = place.saved
    columns = [("cols", name) for name in place.columns or (CHOSEN,)]
    return Keeping(
        name=saved.name if saved else "",
        pk=saved.pk if saved else None,
        is_changed=place.is_changed,
        is_shared=saved is not None and saved.owner_id is None,
        may_change=saved is not None and may_change(agent, saved),
        may_share=agent.may("settings.words"),
        pairs=(("base", place.base), *place.asked, ("sort", place.order), *columns),
        saved_href=_address_of(saved) if saved else "",
        look=in_one_line(saved) if saved else "",
    )
