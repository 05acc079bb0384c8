"""The only way into the journal."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from rung.core.actor import Actor
from rung.journal.errands import deliver_entries
from rung.journal.events import EVENTS, Event, event_data, kind_of
from rung.journal.gathering import write_soon
from rung.journal.models import Entry, Undelivered
from rung.journal.ringing import ring


class NotInTransaction(RuntimeError):
    """A fact was recorded outside a transaction: it could be kept while the change it tells of is lost."""


def record(event: Event, *, by: Actor, at: datetime, recorded_at: datetime | None = None) -> Entry:
    """Write a fact into the journal, and with it the errand of everyone who reacts, in the caller's transaction.

    `at` is when it happened; `recorded_at` when we learnt of it, the same unless said. Inside `gathered()` it is written
    when that ends. Raises NotInTransaction when there is no transaction to join, KeyError when `event` is no @event.
    """
    if not transaction.get_connection().in_atomic_block:
        raise NotInTransaction(f"record({type(event).__name__}) needs transaction.atomic around the verb that calls it")
    data = event_data(event)
    entry = Entry(
        kind=kind_of(type(event)),
        occurred_at=at,
        recorded_at=recorded_at or at,
        actor_kind=by.kind,
        actor_key=by.key,
        customer=data.get("customer"),
        conversation=data.get("conversation"),
        touchpoint=data.get("touchpoint"),
        data=data,
    )
    write_soon(entry)
    return entry


BLANKED_AT_ONCE = 1_000


@transaction.atomic
def blank_entries(
    *,
    customers: Sequence[int] = (),
    conversations: Sequence[int] = (),
    who: Sequence[str] = (),
    by: Actor,
    at: datetime,
) -> int:
    """Empty what facts about these people, in these conversations, or about these addresses (`who`) call `personal`; how
    many were changed.

    The one case in which what was written into the journal is written again: somebody is forgotten. That it happened, when
    and by whom stays, so everything reckoned from it stays as it was.
    """
    personal = {kind: cls.personal for kind, cls in EVENTS.items() if cls.personal}
    # No index leads from an address to its facts: without their few kinds the whole journal would be read.
    by_address = [kind for kind, names in personal.items() if "who" in names]
    count = 0
    for column, keys in (("customer", customers), ("conversation", conversations), ("data__who", who)):
        for first in range(0, len(keys), BLANKED_AT_ONCE):
            within: dict[str, Any] = {f"{column}__in": list(keys[first : first + BLANKED_AT_ONCE])}
            if column == "data__who":
                within["kind__in"] = by_address
            # What a reaction of theirs broke on may be told in their words.
            broken = Undelivered.objects.filter(entry__in=Entry.objects.filter(**within).order_by().values("pk"))
            broken.exclude(error="").update(error="")
            for entry in Entry.objects.filter(**{"kind__in": list(personal), **within}).order_by("pk").iterator():
                data = entry.data | {
                    name: _empty(entry.data[name]) for name in personal[entry.kind] if name in entry.data
                }
                if data != entry.data:
                    Entry.objects.filter(pk=entry.pk).update(data=data)
                    count += 1
    return count


def _empty(value: object) -> object:
    """What says nothing, of the same kind, so that the fact can still be read."""
    return type(value)() if isinstance(value, str | list | dict) else None


@transaction.atomic
def react_again(undelivered: Undelivered, *, by: Actor, at: datetime) -> None:
    """Have a reaction that was given up tried once more. Nothing happens to one that is not."""
    given_up = Undelivered.objects.given_up().filter(pk=undelivered.pk)
    if given_up.update(given_up_at=None, attempts=0, deaths=0, due_at=at):
        ring(deliver_entries)
