from datetime import datetime, timedelta
from traceback import format_exception_only

import structlog
from django.db import OperationalError, connection, transaction
from django_tasks_db.models import DBTaskResult
from django_tasks_db.utils import is_locked_database_exception

from rung.core.text import storable
from rung.journal.models import Undelivered
from rung.journal.reacting import Reaction, reaction_name, reactions_to
from rung.journal.ringing import errand

log = structlog.get_logger(__name__)

BATCH = 200
MAX_ATTEMPTS = 10


def pause_after(attempts: int) -> timedelta:
    """How long a failed reaction rests before the next try: 10 s, 20 s, 40 s … at most 6 h."""
    return min(timedelta(seconds=10 * 2 ** max(attempts - 1, 0)), timedelta(hours=6))


@errand(every=timedelta(seconds=5))
def deliver_entries(*, at: datetime) -> bool:
    """Let the rooms react to a batch of entries, each reaction in a savepoint of its own, one commit for the batch."""
    with transaction.atomic():
        due = Undelivered.objects.due(at).select_related("entry").order_by("due_at", "id")
        if connection.features.has_select_for_update_skip_locked:
            due = due.select_for_update(skip_locked=True, of=("self",))
        rows = list(due[:BATCH])
        done = [row.pk for row in rows if _deliver(row, at)]
        Undelivered.objects.filter(pk__in=done).delete()
    return len(rows) == BATCH


def _deliver(row: Undelivered, at: datetime) -> bool:
    """Run the reactions a row stands for; False when the row itself has to be kept for another try."""
    if row.reaction == "":
        for reaction in reactions_to(row.entry.kind):
            if error := _react(reaction, row):
                Undelivered.objects.create(
                    entry=row.entry,
                    reaction=reaction_name(reaction),
                    attempts=1,
                    due_at=at + pause_after(1),
                    error=error,
                )
        return True
    error = ""
    for reaction in reactions_to(row.entry.kind):
        if reaction_name(reaction) == row.reaction:
            error = _react(reaction, row)
    if error:
        row.error = error
        row.attempts += 1
        row.due_at = at + pause_after(row.attempts)
        row.given_up_at = at if row.attempts >= MAX_ATTEMPTS else None
        row.save(update_fields=["error", "attempts", "due_at", "given_up_at"])
    return not error


def _react(reaction: Reaction, row: Undelivered) -> str:
    """Run one reaction in a savepoint; the reason it failed, or nothing.

    A locked database is nobody's fault: it is raised, and the whole batch is tried again.
    """
    try:
        with transaction.atomic():
            reaction(row.entry.event, entry=row.entry)
    except Exception as failure:
        if isinstance(failure, OperationalError) and is_locked_database_exception(failure):
            raise
        log.exception("reaction failed", reaction=reaction_name(reaction), entry=row.entry_id)
        # Storable: a reason that the database refuses would undo the batch, and with it everybody's, time after time.
        return storable("".join(format_exception_only(failure)))[:2000]
    return ""


@errand(every=timedelta(hours=1))
def take_down_old_bells(*, at: datetime) -> bool:
    """Delete tasks that are done, and those whose worker died: the rows they rang for are the truth, not they."""
    old = DBTaskResult.objects.exclude(status="READY").filter(enqueued_at__lt=at - timedelta(hours=1))
    pks = list(old.values_list("pk", flat=True)[:5000])
    DBTaskResult.objects.filter(pk__in=pks).delete()
    return len(pks) == 5000
