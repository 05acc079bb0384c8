"""Facts of one transaction, written together."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import transaction

from rung.core.rows import insert_values, put, together
from rung.journal.errands import deliver_entries
from rung.journal.models import Entry, Undelivered
from rung.journal.reacting import reactions_to
from rung.journal.ringing import ring


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


def write_soon(entry: Entry) -> None:
    """Write a fact now, or when the surrounding `gathered()` ends."""
    if _is_gathering.get():
        transaction.on_commit(_Fact(entry))
    else:
        _write([entry])


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
    if len(entries) > 1:
        with together(len(entries)):
            for entry in entries:
                put(entry)
    else:
        for entry in entries:
            put(entry)
    waiting = [(entry.pk, entry.recorded_at) for entry in entries if reactions_to(entry.kind)]
    insert_values(Undelivered, ("entry_id", "due_at"), waiting)
    if waiting:
        ring(deliver_entries)
