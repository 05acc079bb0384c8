from collections import defaultdict
from collections.abc import Sequence, Set
from datetime import datetime, timedelta
from traceback import format_exception_only

import structlog
from django.db import OperationalError, connection, transaction
from django.db.models import F
from django_tasks_db.models import DBTaskResult
from django_tasks_db.utils import is_locked_database_exception

from rung.core.planner import look_at_tables, pages
from rung.core.text import storable
from rung.journal.events import Event
from rung.journal.models import Undelivered, UndeliveredQuerySet
from rung.journal.reacting import Reaction, Told, reaction_name, reactions_to, takes_many
from rung.journal.ringing import errand

log = structlog.get_logger(__name__)

BATCH = 400
MAX_ATTEMPTS = 10
MAX_DEATHS = 3


def pause_after(attempts: int) -> timedelta:
    """How long a failed reaction rests before the next try: 10 s, 20 s, 40 s … at most 6 h."""
    return min(timedelta(seconds=10 * 2 ** max(attempts - 1, 0)), timedelta(hours=6))


@errand(every=timedelta(seconds=5))
def deliver_entries(*, at: datetime) -> bool:
    """Let the rooms react to a batch of entries, each reaction in a savepoint of its own, one commit for the batch.

    A reaction that takes many is called once for all of them; when it fails, once for each.

    The batch is first marked as begun, in a commit of its own: so a reaction that kills the worker is known by its count,
    runs alone the next time, and after MAX_DEATHS times not again. A busy database does not count.
    """
    chosen, has_more = _begin(at)
    if not chosen:
        return has_more
    try:
        with transaction.atomic():
            rows = list(_locked(Undelivered.objects.due(at).filter(pk__in=chosen)).select_related("entry"))
            done = _deliver_all(rows, at)
            Undelivered.objects.filter(pk__in=done).delete()
            Undelivered.objects.filter(pk__in=chosen).update(deaths=0)
    except OperationalError:
        Undelivered.objects.filter(pk__in=chosen, deaths__gt=0).update(deaths=F("deaths") - 1)
        raise
    return has_more


@transaction.atomic
def _begin(at: datetime) -> tuple[list[int], bool]:
    """The rows of the next batch, marked as begun, and whether there may be more.

    A row that a worker died over comes alone, or is given up.
    """
    rows = list(_locked(Undelivered.objects.due(at)).values_list("pk", "deaths")[:BATCH])
    chosen = [pk for pk, deaths in rows if deaths == 0]
    suspects = [pk for pk, deaths in rows if 0 < deaths < MAX_DEATHS]
    deadly = [pk for pk, deaths in rows if deaths >= MAX_DEATHS]
    if deadly:
        reason = f"The worker died {MAX_DEATHS} times over this, and did not try again."
        Undelivered.objects.filter(pk__in=deadly).update(given_up_at=at, error=reason)
    if not chosen:
        chosen = suspects[:1]
    Undelivered.objects.filter(pk__in=chosen).update(deaths=F("deaths") + 1)
    return chosen, len(rows) == BATCH or bool(suspects)


def _locked(rows: UndeliveredQuerySet) -> UndeliveredQuerySet:
    rows = rows.order_by("due_at", "id")
    if connection.features.has_select_for_update_skip_locked:
        rows = rows.select_for_update(skip_locked=True, of=("self",))
    return rows


def _deliver_all(rows: Sequence[Undelivered], at: datetime) -> list[int]:
    """Run what the rows stand for; which of them are done with."""
    events: dict[int, Event] = {}
    told: dict[Reaction, list[Undelivered]] = defaultdict(list)
    for row in rows:
        if row.reaction == "":
            for reaction in reactions_to(row.entry.kind):
                if takes_many(reaction):
                    told[reaction].append(row)
    settled = {
        (row.pk, reaction)
        for reaction, some in told.items()
        if len(some) > 1 and not _react(reaction, some, events)
        for row in some
    }
    return [row.pk for row in rows if _deliver(row, settled, at)]


def _deliver(row: Undelivered, settled: Set[tuple[int, Reaction]], at: datetime) -> bool:
    """Run the reactions a row stands for and that are not `settled`; False when it has to be kept for another try."""
    if row.reaction == "":
        for reaction in reactions_to(row.entry.kind):
            if (row.pk, reaction) not in settled and (error := _react(reaction, [row])):
                Undelivered.objects.create(
                    entry=row.entry,
                    reaction=reaction_name(reaction),
                    attempts=1,
                    due_at=at + pause_after(1),
                    error=error,
                )
        return True
    named = [reaction for reaction in reactions_to(row.entry.kind) if reaction_name(reaction) == row.reaction]
    if not named:
        log.warning("no such reaction any more, so its next try falls away", reaction=row.reaction, entry=row.entry_id)
    error = _react(named[0], [row]) if named else ""
    if error:
        row.error = error
        row.attempts += 1
        row.due_at = at + pause_after(row.attempts)
        row.given_up_at = at if row.attempts >= MAX_ATTEMPTS else None
        row.save(update_fields=["error", "attempts", "due_at", "given_up_at"])
    return not error


def _react(reaction: Reaction, rows: Sequence[Undelivered], events: dict[int, Event] | None = None) -> str:
    """Run one reaction in a savepoint, to many facts only when it takes many; the reason it failed, or nothing.

    A locked database is nobody's fault: it is raised, and the whole batch is tried again. `events`, by the keys of their
    entries, are those that were made out already, and those that are made out now.
    """
    known = {} if events is None else events
    try:
        with transaction.atomic():
            for row in rows:
                if row.entry_id not in known:
                    known[row.entry_id] = row.entry.event
            told = [Told(known[row.entry_id], row.entry) for row in rows]
            if takes_many(reaction):
                reaction(told)
            else:
                for event, entry in told:
                    reaction(event, entry=entry)
    except Exception as failure:
        if isinstance(failure, OperationalError) and is_locked_database_exception(failure):
            raise
        entries = [row.entry_id for row in rows]
        log.exception("reaction failed", reaction=reaction_name(reaction), entries=entries)
        # Storable: a reason that the database refuses would undo the batch, and with it everybody's, time after time.
        return storable("".join(format_exception_only(failure)))[:2000]
    return ""


_looked_at_pages = 0


@errand(every=timedelta(minutes=1))
def look_at_tables_that_grew(*, at: datetime) -> bool:
    """Let SQLite know its tables again once the database has grown or shrunk by a tenth, and when a worker begins.

    Without that it plans as though every table were alike, and walks through the large one to find a row of the small one.
    """
    global _looked_at_pages  # of this process: another may look once more, which costs a moment
    now = pages()
    if abs(now - _looked_at_pages) * 10 > _looked_at_pages:
        look_at_tables()
        _looked_at_pages = now
    return False


@errand(every=timedelta(hours=1))
def take_down_old_bells(*, at: datetime) -> bool:
    """Delete tasks that are done, and those whose worker died: the rows they rang for are the truth, not they."""
    old = DBTaskResult.objects.exclude(status="READY").filter(enqueued_at__lt=at - timedelta(hours=1))
    pks = list(old.values_list("pk", flat=True)[:5000])
    DBTaskResult.objects.filter(pk__in=pks).delete()
    return len(pks) == 5000
