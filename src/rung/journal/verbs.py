"""The only way into the journal."""

from datetime import datetime

from django.db import transaction

from rung.core.actor import Actor
from rung.journal.errands import deliver_entries
from rung.journal.events import Event, event_data, kind_of
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


@transaction.atomic
def react_again(undelivered: Undelivered, *, by: Actor, at: datetime) -> None:
    """Have a reaction that was given up tried once more. Nothing happens to one that is not."""
    given_up = Undelivered.objects.given_up().filter(pk=undelivered.pk)
    if given_up.update(given_up_at=None, attempts=0, deaths=0, due_at=at):
        ring(deliver_entries)
