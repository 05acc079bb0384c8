"""The only way into the journal."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from django.db import transaction

from rung.core.actor import Actor
from rung.journal.errands import deliver_entries
from rung.journal.events import Event, event_data, kind_of
from rung.journal.models import Entry, Undelivered
from rung.journal.reacting import reactions_to
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
    if _is_gathering.get():
        transaction.on_commit(_Fact(entry))
    else:
        _write([entry])
    return entry


@contextmanager
def gathered() -> Iterator[None]:
    """Write the facts recorded inside together when the block ends: a few statements, however many facts.

    It belongs inside the transaction; within another such block it changes nothing. What was recorded in a savepoint that
    was rolled back is not written.
    """
    if _is_gathering.get():
        yield
        return
    token = _is_gathering.set(True)
    try:
        yield
    finally:
        _is_gathering.reset(token)
    hooks = [hook for _, hook, *_ in transaction.get_connection().run_on_commit]
    facts = [hook for hook in hooks if isinstance(hook, _Fact) and not hook.is_written]
    _write([fact.entry for fact in facts])
    for fact in facts:
        fact.is_written = True


_is_gathering: ContextVar[bool] = ContextVar("facts are gathered", default=False)


class _Fact:
    """A fact to be written, kept among the connection's commit hooks: Django drops those of a savepoint rolled back."""

    __name__ = __qualname__ = "fact"

    def __init__(self, entry: Entry) -> None:
        self.entry = entry
        self.is_written = False

    def __call__(self) -> None:
        return None


def _write(entries: list[Entry]) -> None:
    _insert(entries)
    waiting = [Undelivered(entry=entry, due_at=entry.recorded_at) for entry in entries if reactions_to(entry.kind)]
    if waiting:
        _insert(waiting)
        ring(deliver_entries)


def _insert(rows: Sequence[Entry] | Sequence[Undelivered]) -> None:
    if len(rows) == 1:
        rows[0].save(force_insert=True)
    elif rows:
        type(rows[0])._default_manager.bulk_create(rows)


@transaction.atomic
def react_again(undelivered: Undelivered, *, by: Actor, at: datetime) -> None:
    """Have a reaction that was given up tried once more. Nothing happens to one that is not."""
    given_up = Undelivered.objects.given_up().filter(pk=undelivered.pk)
    if given_up.update(given_up_at=None, attempts=0, deaths=0, due_at=at):
        ring(deliver_entries)
