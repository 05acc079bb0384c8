"""Which conversations stand at a place of the queue, in its order, and how many there are.

What is asked by standing views, and by saved ones whose filters need no looking up, has few shapes: it is compiled once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from django.db import connection
from django.db.models import DateTimeField, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.db.models.lookups import Exact, GreaterThan
from django.utils.translation import gettext as _

from rung.accounts.access import Agent
from rung.core.compiled import compiled
from rung.desk.pages.queue.asked import Sieve, standing_condition
from rung.desk.pages.queue.counts import Counted
from rung.desk.pages.queue.order import (
    DUE,
    LOOKED_THROUGH,
    STRETCHES,
    Cursor,
    Stretch,
    horizon,
    in_order,
    know_due,
    stretches_from,
)
from rung.desk.pages.queue.place import Place
from rung.desk.pages.queue.soonest import end_of_walk, is_walked, walked
from rung.desk.pages.queue.standing import VIEWS, View, Whose
from rung.desk.pages.rows import LINE, Line, with_asides, with_readings
from rung.touchpoints.access import Conversation, ConversationQuerySet, State, reach_of, visible_conversations, within

FEW_STATES = frozenset((State.OPEN.value, State.SNOOZED.value))
# What needs no looking up, and of whose values there are few.
_STANDING = frozenset(("state", "turn", "priority", "channel", "assignee", "team", "after", "before"))


@dataclass(frozen=True, slots=True)
class _Look:
    """What decides how a question is written: the values it is asked for are given beside it."""

    view: str
    states: tuple[str, ...]
    asked: tuple[tuple[str, tuple[str, ...]], ...] = ()
    sort: str = ""
    stretch: int = 0
    limit: int = 0


# Up to when, and since when, somebody has been in touch.
_Between = tuple[datetime | None, datetime | None]
_EVER: _Between = (None, None)
_Reach = tuple[int | None, tuple[int, ...], bool]


def _standing(look: _Look, reach: _Reach, whose: Whose, between: _Between) -> ConversationQuerySet:
    held = _in_states(VIEWS[look.view].of(_in_their_own_right(within(*reach)), whose), look.states)
    for name, values in look.asked:
        is_beside_order = name == "turn" and values == ("us",) and look.sort not in ("", "waiting")
        held = held.filter(_awaits_us_beside_order() if is_beside_order else standing_condition(name, values))
    after, before = between
    held = held if after is None else held.filter(last_touch_at__gte=after)
    return held if before is None else held.filter(last_touch_at__lt=before)


@compiled
def _counted(
    look: _Look,
    agent: int | None,
    teams: Sequence[int],
    is_own: bool,
    whose: Any,
    after: datetime | None,
    before: datetime | None,
) -> QuerySet[Conversation, Any]:
    held = _standing(look, (agent, tuple(teams), is_own), whose, (after, before))
    return held.order_by().values("pk")[: look.limit]


@compiled
def _beginning(
    look: _Look,
    agent: int | None,
    teams: Sequence[int],
    is_own: bool,
    whose: Any,
    after: datetime | None,
    before: datetime | None,
) -> QuerySet[Any, int]:
    held = _standing(look, (agent, tuple(teams), is_own), whose, (after, before))
    return in_order(held, STRETCHES[look.sort][look.stretch], None, look.limit, _nobodys(look.view, look.states))


@compiled
def _soonest(
    look: _Look,
    agent: int | None,
    teams: Sequence[int],
    is_own: bool,
    whose: Any,
    after: datetime | None,
    before: datetime | None,
    until: datetime | None,
) -> QuerySet[Any, int]:
    return walked(_standing(look, (agent, tuple(teams), is_own), whose, (after, before)), None, until, look.limit)


@compiled
def _lines(
    keys: Sequence[int], knows_due: bool, reader: int, agent: int | None, teams: Sequence[int], is_own: bool
) -> QuerySet[Conversation, Any]:
    visible = within(agent, teams, is_own)
    lines = visible.filter(pk__in=keys)
    lines = know_due(lines) if knows_due else lines
    lines = with_asides(with_readings(lines, reader), visible)
    return lines.values_list(*LINE, *(("due_by",) if knows_due else ()))


class Listing:
    """The conversations of a place: what the agent may see of what the view holds and the address asks."""

    def __init__(self, agent: Agent, place: Place, *, at: datetime) -> None:
        self.agent, self.place = agent, place
        self.sieve = Sieve(agent, at=at)

    @cached_property
    def reach(self) -> _Reach:
        return reach_of(self.agent)

    @cached_property
    def visible(self) -> ConversationQuerySet:
        return _in_their_own_right(visible_conversations(self.agent))

    @cached_property
    def whose(self) -> Whose:
        return self.place.view.whose(self.agent)

    def held(self, place: Place | None = None) -> ConversationQuerySet:
        """All that stands there, in no order."""
        place = place or self.place
        return self.sieve.narrow(_in_states(place.view.narrow(self.visible, self.agent), place.states), place.asked)

    def read(self, cursor: Cursor | None, limit: int) -> list[Line]:
        """The next lines with all that a line says. Which those are is asked first and alone: where many are looked at to
        find fifty, nothing else is read of them."""
        keys = self.keys(cursor, limit)
        rows = _lines(keys, self.place.order == DUE, self.agent.pk, *self.reach) if keys else []
        known = {row[0]: Line(*row) for row in rows}
        return [known[key] for key in keys if key in known]

    def keys(self, cursor: Cursor | None, limit: int) -> list[int]:
        """The numbers of the next lines. One query for each stretch of the order that is needed to fill them, and one or
        two more of that of what is due."""
        found: list[int] = []
        for stretch in stretches_from(self.place.order, cursor):
            found += self._of_stretch(stretch, cursor, limit)[: limit - len(found)]
            if len(found) >= limit:
                break
        return found

    def _of_stretch(self, stretch: Stretch, cursor: Cursor | None, limit: int, *, back: bool = False) -> list[int]:
        order, is_beginning = self.place.order, cursor is None and not back
        if stretch.name == DUE and is_walked():
            behind = cursor if cursor is not None and cursor.stretch == DUE else None
            until = end_of_walk(behind, back=back)
            if self._standing is not None and is_beginning:
                asked, between = self._standing
                look = _Look(self.place.base, self.place.states, asked, limit=limit)
                found = _soonest(look, *self.reach, self.whose, *between, until)
            else:
                found = list(walked(self._to_its_bound, behind, until, limit, back=back))
            if until is None or len(found) >= limit:
                return found
        if self._standing is not None and is_beginning:
            asked, between = self._standing
            look = _Look(self.place.base, self.place.states, asked, order, STRETCHES[order].index(stretch), limit)
            return _beginning(look, *self.reach, self.whose, *between)
        nobodys = _nobodys(self.place.base, self.place.states)
        return list(in_order(self._to_its_bound, stretch, cursor, limit, nobodys, back=back))

    @property
    def _to_its_bound(self) -> ConversationQuerySet:
        return self.held().filter(self.bound) if self.bound else self.held()

    def beside(self, cursor: Cursor, *, back: bool) -> int | None:
        """The number of the line behind a cursor, or with `back` of the one before it; None at the end. One query for each
        stretch of the order up to it, and one or two more of that of what is due."""
        for stretch in stretches_from(self.place.order, cursor, back=back):
            for number in self._of_stretch(stretch, cursor, 1, back=back):
                return number
        return None

    def counted(self, up_to: int) -> Counted:
        """How many there are is to be counted, up to a bound."""
        if self._standing is None:
            return self.held(), up_to
        asked, between = self._standing
        look = _Look(self.place.base, self.place.states, asked, limit=up_to + 1)
        return _counted.statement(look, *self.reach, self.whose, *between), up_to

    def counted_on_tab(self, view: View, up_to: int) -> Counted:
        look = _Look(view.key, view.states, limit=up_to + 1)
        whose = (view.counts or view.whose)(self.agent)
        return _counted.statement(look, *self.reach, whose, *_EVER), up_to

    @cached_property
    def _standing(self) -> tuple[tuple[tuple[str, tuple[str, ...]], ...], _Between] | None:
        """What the place asks as `_Look` wants it, where it asks nothing else and is read to its end."""
        asked = self.place.asked
        if not _STANDING.issuperset(asked.values) or self.bound is not None:
            return None
        if "unread" in asked.of("turn") or "mine" in asked.of("team"):
            return None
        said = tuple((name, self.sieve.resolved(name, asked)) for name in asked.values if name in _WRITTEN)
        return said, (self.sieve.moment(asked, "after"), self.sieve.moment(asked, "before"))

    @cached_property
    def bound(self) -> Q | None:
        """How far a list of what is settled is looked through for what no index knows, as a condition; None: to its end."""
        if not self.place.asked or self.is_countable:
            return None
        return horizon(self.place.order, before=self.sieve.moment(self.place.asked, "before"))

    @cached_property
    def is_countable(self) -> bool:
        """Whether counting reads little: what is open or laid aside is, and so is what few things are asked of."""
        states = self.place.states
        narrow = bool(states) and FEW_STATES.issuperset(states)
        return narrow or not states or self.sieve.is_selective(self.place.asked)

    @property
    def note(self) -> str:
        if self.place.asked.of("q") and self.sieve.words_found(self.place.asked)[1]:
            return _("Very many have these words: only the newest of them were looked through.")
        if self.bound:
            return _("Of what is settled, %(n)s were looked through: say “in touch before” to look further.") % {
                "n": f"{LOOKED_THROUGH:,}"
            }
        return ""


_WRITTEN = _STANDING - {"state", "after", "before"}


def numbers_at(agent: Agent, place: Place, *, at: datetime, at_most: int) -> list[int]:
    """The numbers of the first conversations of a list, in its order."""
    return Listing(agent, place, at=at).keys(None, at_most)


def _in_their_own_right(conversations: ConversationQuerySet) -> ConversationQuerySet:
    """A question beside a matter stands with that matter, and in its stead once that is settled.

    Few are beside another: the state of that one is asked for by itself, and not of each line by a join.
    """
    state = Conversation.objects.filter(pk=OuterRef("beside_id")).values("state")
    return conversations.filter(Q(beside__isnull=True) | Q(Exact(Subquery(state), State.RESOLVED.value)))


def _awaits_us_beside_order() -> Q:
    """What awaits us, where it is read in another order than that of waiting.

    PostgreSQL takes it for as rare among what is open as it is among everything: it would gather all that wait, by the
    index of the waiting, and sort them for a page of fifty. Of an expression it has no opinion, and reads in the order
    asked for.
    """
    if connection.vendor != "postgresql":
        return Q(awaits_us_since_at__isnull=False)
    never = Value(datetime.min.replace(tzinfo=UTC), output_field=DateTimeField())
    return Q(GreaterThan(Coalesce(F("awaits_us_since_at"), never), never))


def _nobodys(view: str, states: tuple[str, ...]) -> str:
    """The one state of what stands there and nobody looks after; empty where there are others."""
    return states[0] if view == "unassigned" and len(states) == 1 else ""


def _in_states(conversations: ConversationQuerySet, states: tuple[str, ...]) -> ConversationQuerySet:
    if not states:
        return conversations.exclude(state=State.JOINED)
    # An equation where there is one: only that is answered from a partial index.
    return conversations.filter(state=states[0]) if len(states) == 1 else conversations.filter(state__in=states)
