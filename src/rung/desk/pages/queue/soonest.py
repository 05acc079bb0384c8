"""What is due next, walked along the index of what is due, on SQLite.

It plans a join by how full it takes the tables for, and a table that was empty when it looked for a full one: it read all
that is open to put it in order, whatever there was in it that is due. So each row of what is due is asked whether the list
holds its conversation, which no planner turns round. Not of all: somebody's own may be few among very many.
"""

from __future__ import annotations

from datetime import datetime

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.lookups import In

from rung.core.compiled import compiled
from rung.desk.pages.queue.order import Cursor
from rung.promises.access import Due
from rung.touchpoints.access import ConversationQuerySet

WALKED = 2000
"""So many rows take SQLite four milliseconds. A list of which that many hold less than a page is found by its own index."""


def is_walked() -> bool:
    """Whether what is due is walked here. PostgreSQL sees how few it is, and how many."""
    return connection.vendor == "sqlite"


def end_of_walk(beyond: Cursor | None, *, back: bool = False) -> datetime | None:
    """The moment at which a walk from a cursor on, or with `back` before it, ends; None where it comes to the end of all."""
    if beyond is None and not back:
        return next(iter(_end_from_the_beginning()), None)
    return _end(beyond, back=back).first()


@compiled
def _end_from_the_beginning() -> QuerySet[Due, datetime]:
    return _end(None, back=False)


def _end(beyond: Cursor | None, *, back: bool) -> QuerySet[Due, datetime]:
    return _in_order(beyond, back=back).values_list("due_at", flat=True)[WALKED : WALKED + 1]


def walked(
    held: ConversationQuerySet, beyond: Cursor | None, until: datetime | None, limit: int, *, back: bool = False
) -> QuerySet[Due, int]:
    """The numbers of the first so many of these conversations in which something is due, `until` the end of a walk. As
    `order.in_order` has them."""
    # What `order.OWED` says.
    is_more_than_a_reply = In(OuterRef("what"), ("promise", "resolution"))
    those = held.filter(Q(awaits_us_since_at__isnull=False) | Q(is_more_than_a_reply), pk=OuterRef("pk"))
    rows = _in_order(beyond, back=back).filter(Exists(those))
    if until is not None:
        rows = rows.filter(**{f"due_at__{'gte' if back else 'lte'}": until})
    return rows.values_list("pk", flat=True)[:limit]


def _in_order(beyond: Cursor | None, *, back: bool) -> QuerySet[Due]:
    rows = Due.objects.order_by(*(("-due_at", "-conversation") if back else ("due_at", "conversation")))
    if beyond is None:
        return rows
    step = "lt" if back else "gt"
    is_beyond = Q(**{f"due_at__{step}": beyond.at}) | Q(**{f"conversation__{step}": beyond.number})
    return rows.filter(is_beyond, **{f"due_at__{step}e": beyond.at})
