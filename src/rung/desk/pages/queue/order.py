"""In which order a list is read, and where in it a page begins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Case, F, Q, QuerySet, When
from django.utils.translation import gettext_lazy

from rung.core.given import given_place
from rung.desk.pages.rows import Line
from rung.touchpoints.access import Conversation, ConversationQuerySet, Priority, State

SORTS: dict[str, tuple[object, object]] = {
    "waiting": (
        gettext_lazy("Longest waiting first"),
        gettext_lazy("Whoever has waited longest for us comes first; below, those whose turn it is to answer."),
    ),
    "due": (
        gettext_lazy("Most urgent first"),
        gettext_lazy("What is due first comes first, promise or target; below, where nothing is due."),
    ),
    "word": (
        gettext_lazy("Newest word first"),
        gettext_lazy("Whoever wrote or called last comes first; below, those who have not said anything yet."),
    ),
    "latest": (gettext_lazy("Latest first"), gettext_lazy("Whoever was in touch last comes first.")),
    "oldest": (
        gettext_lazy("Longest silent first"),
        gettext_lazy("Whoever has not been in touch for longest comes first."),
    ),
    "priority": (
        gettext_lazy("Most pressing first"),
        gettext_lazy("By priority; within the same, whoever was in touch last comes first."),
    ),
    "until": (gettext_lazy("Next to come back"), gettext_lazy("What comes back soonest comes first.")),
    "settled": (gettext_lazy("Latest settled first"), gettext_lazy("What was settled last comes first.")),
}


DUE = "due"
"""The stretch that runs by what is due next, which stands in a row of its own: see `know_due`."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of an order that one index serves: whom it holds, and by which column it runs. "Nulls last" and an order of
    words would keep the databases from their indexes, so such orders are read one stretch after the other."""

    name: str
    column: str
    descending: bool
    holds: Q = field(default_factory=Q)

    def narrow(self, lines: ConversationQuerySet, nobodys: str = "", *, back: bool = False) -> ConversationQuerySet:
        """`nobodys`: the state in which all of these lines are that nobody looks after; empty where that is not asked.
        `back`: from its end to its beginning."""
        descends = self.descending != back
        signs = [f"-{self.column}", "-id"] if descends else [self.column, "id"]
        runs_down = _OF_AN_ASSIGNEE.get((nobodys, self.column))
        if runs_down is not None:
            signs.insert(0, "assignee_id" if runs_down == descends else "-assignee_id")
        return lines.filter(self.holds).order_by(*signs)


# Indexes of a state that begin with the assignee, the column by which they run then, and whether they run down. PostgreSQL
# does not see of "nobody" that it is one value: unless it is asked to order by it as well, it sorts all that is nobody's.
_OF_AN_ASSIGNEE = {
    (State.OPEN.value, "awaits_us_since_at"): False,
    (State.OPEN.value, "last_touch_at"): True,
    (State.RESOLVED.value, "resolved_at"): True,
}


def of_priority(values: Sequence[str]) -> Q:
    """What is of one of these priorities. That it is not a normal one is said besides, for the sake of the partial index
    of those, which says it so."""
    wanted = Q(priority=values[0]) if len(values) == 1 else Q(priority__in=values)
    return wanted if Priority.NORMAL in values else wanted & ~Q(priority=Priority.NORMAL)


# The clocks follow what was done within seconds. Until then a reply is due to nobody whom we have just answered: see
# `desk.pages.due`, which says so in words.
OWED = Q(awaits_us_since_at__isnull=False) | Q(due__what__in=("promise", "resolution"))
NO_LONGER_OWED = Q(awaits_us_since_at__isnull=True, due__what__in=("first", "next"))

STRETCHES: dict[str, tuple[Stretch, ...]] = {
    "waiting": (
        Stretch("us", "awaits_us_since_at", False, Q(awaits_us_since_at__isnull=False)),
        Stretch("them", "last_touch_at", True, Q(awaits_us_since_at__isnull=True)),
    ),
    "due": (
        Stretch(DUE, "due_by", False, Q(due__isnull=False) & OWED),
        Stretch("free", "last_touch_at", True, Q(due__isnull=True) | NO_LONGER_OWED),
    ),
    "word": (
        Stretch("said", "last_inbound_at", True, Q(last_inbound_at__isnull=False)),
        Stretch("unsaid", "last_touch_at", True, Q(last_inbound_at__isnull=True)),
    ),
    "priority": tuple(
        Stretch(value, "last_touch_at", True, of_priority((value,))) for value in reversed(Priority.values)
    ),
    "latest": (Stretch("all", "last_touch_at", True),),
    "oldest": (Stretch("all", "last_touch_at", False),),
    "until": (Stretch("all", "snoozed_until_at", False),),
    "settled": (Stretch("all", "resolved_at", True),),
}


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last line of a page: in which stretch of the order it stood, its moment and its number."""

    stretch: str
    at: datetime
    number: int

    def __str__(self) -> str:
        return f"{self.stretch}~{self.at.isoformat()}~{self.number}"


def cursor_in(text: str, sort: str) -> Cursor | None:
    """None when it makes no sense in this order."""
    name, _, rest = text.partition("~")
    place = given_place(rest)
    if place is None or name not in (stretch.name for stretch in STRETCHES[sort]):
        return None
    return Cursor(name, *place)


def cursor_of(line: Line, sort: str) -> Cursor:
    stretch = _stretch_of(line, sort, line.due_by)
    return Cursor(stretch.name, getattr(line, stretch.column), line.pk)


def cursor_at(conversation: Conversation, sort: str, due_by: datetime | None) -> Cursor | None:
    """Where a conversation stands in an order as it is now, whether a list holds it or not; `due_by` as in `Line`. None
    where it has no place there, as in an order of the laid aside when it is open."""
    stretch = _stretch_of(conversation, sort, due_by)
    at = due_by if stretch.name == DUE else getattr(conversation, stretch.column)
    return Cursor(stretch.name, at, conversation.pk) if at is not None else None


def _stretch_of(line: Line | Conversation, sort: str, due_by: datetime | None) -> Stretch:
    stretches = STRETCHES[sort]
    if sort == "priority":
        return next(each for each in stretches if each.name == line.priority)
    if sort == "due":
        return stretches[due_by is None]
    is_second = (sort == "waiting" and line.awaits_us_since_at is None) or (
        sort == "word" and line.last_inbound_at is None
    )
    return stretches[1] if is_second else stretches[0]


def know_due(conversations: ConversationQuerySet) -> ConversationQuerySet:
    """The same, each knowing as `due_by` when what is due next is."""
    return conversations.annotate(due_by=Case(When(OWED, then=F("due__due_at"))))


def in_order(
    held: ConversationQuerySet,
    stretch: Stretch,
    beyond: Cursor | None,
    limit: int,
    nobodys: str = "",
    *,
    back: bool = False,
) -> QuerySet[Any, int]:
    """The numbers of the next lines of one stretch, behind the cursor where it stands in this one, or with `back` of those
    before it, the nearest first; see `Stretch.narrow`."""
    # The column itself, which an index has, and not what `know_due` makes of it.
    held = held.annotate(due_by=F("due__due_at")) if stretch.name == DUE else held
    part = stretch.narrow(held, nobodys, back=back)
    if beyond is not None and beyond.stretch == stretch.name:
        step = "lt" if stretch.descending != back else "gt"
        # Said so, and not as "beyond it, or at it and of a higher number", the index is entered there and not at its end.
        at_or_beyond, beyond_it = f"{stretch.column}__{step}e", f"{stretch.column}__{step}"
        part = part.filter(
            Q(**{beyond_it: beyond.at}) | Q(**{f"id__{step}": beyond.number}), **{at_or_beyond: beyond.at}
        )
    return part.values_list("pk", flat=True)[:limit]


def stretches_from(sort: str, cursor: Cursor | None, *, back: bool = False) -> tuple[Stretch, ...]:
    """Those that a page behind a cursor may reach into, or with `back` one before it."""
    stretches = STRETCHES[sort][::-1] if back else STRETCHES[sort]
    if cursor is None:
        return stretches
    return stretches[[each.name for each in stretches].index(cursor.stretch) :]


# So many are looked through where no index knows what is asked: a glance for a database, and months for a reader.
LOOKED_THROUGH = 20_000


def horizon(sort: str, *, before: datetime | None = None) -> Q | None:
    """The condition that leaves so many of everything there is, from the beginning of an order of one stretch, or from
    `before` on; None where there are not as many. Two steps along the order's index."""
    stretch = STRETCHES[sort][0]
    everything = Conversation.objects.filter(state=State.RESOLVED) if sort == "settled" else Conversation.objects.all()
    if before is not None and stretch.descending and sort != "settled":
        everything = everything.filter(**{f"{stretch.column}__lt": before})
    ordered = stretch.narrow(everything).values_list(stretch.column, flat=True)
    last = ordered[LOOKED_THROUGH : LOOKED_THROUGH + 1].first()
    return Q(**{f"{stretch.column}__{'gte' if stretch.descending else 'lte'}": last}) if last is not None else None
