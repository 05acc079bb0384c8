"""Which letters a worker takes to read them, and when their turn to be written has come.

Letters are read in the order in which they were kept, and each finds what those before it have brought about. To take them
apart needs none of that, and is half of the work. So on PostgreSQL two workers may be at it: while one writes what its
letters bring about the other takes the next ones apart, and then waits for the first. What a worker is at is known by
the locks of its transaction, which go with it, also where it is killed. SQLite has one writer, and no such locks: there one
worker reads, and is known by the lock of a file.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.db.models import F

from rung.channels.email.errands.letters import read_waiting_letters
from rung.channels.email.models import Letter, LetterQuerySet
from rung.journal.ringing import InOtherHands, ring

BATCH = 100
BATCH_BYTES = 32 * 1024 * 1024

# The locks of PostgreSQL's of the two who may read; numbers of our own choice, behind those of the search's index. A third
# would only wait for both.
READERS = (0x52_55_4E_49, 0x52_55_4E_4A)
# So long those before are waited for: whoever takes longer is held up by a letter, and there is other work to do.
PATIENCE = "2s"
NOT_AVAILABLE = "55P03"


@contextmanager
def sole_reader() -> Iterator[None]:
    """Be the one worker that reads, where the database has no locks to say so. Raises InOtherHands when another is.

    To a second one every letter that the first is at would look as if somebody had died over it, and a fourth would lay it
    aside. The system lets go of the lock with us, also where we are killed.
    """
    import fcntl

    with (settings.DATA_DIR / "reading.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as failure:
            raise InOtherHands from failure
        yield


def begin_letters() -> tuple[list[int], bool]:
    """The letters of the next batch, counted as begun in a commit of its own, and whether there may be more.

    Raises InOtherHands while as many read as may.
    """
    with transaction.atomic():
        if connection.features.has_select_for_update_skip_locked:
            _be_a_reader()
        # One over which a reader may have died. Only it is locked of those that were begun: another reader may have begun
        # them this moment, and is about to claim them.
        suspect = list(_free(Letter.objects.waiting().filter(attempts__gt=0)).values_list("pk", "kept_at")[:1])
        fresh = Letter.objects.waiting().filter(attempts=0)
        if suspect:
            fresh = _before(fresh, *suspect[0])
        rows = list(_free(fresh).values_list("pk", "size")[:BATCH])
        chosen = _fitting(rows) or [pk for pk, _kept_at in suspect]
        Letter.objects.filter(pk__in=chosen).update(attempts=F("attempts") + 1)
        has_more = bool(suspect) or len(rows) == BATCH or len(rows) > len(chosen)
        if has_more and connection.features.has_select_for_update_skip_locked:
            # Now, and not when these are read: another worker takes the next ones apart meanwhile.
            ring(read_waiting_letters, now=True)
    return chosen, has_more


def _fitting(rows: Sequence[tuple[int, int]]) -> list[int]:
    """The first of these, with their sizes, that are read together."""
    chosen: list[int] = []
    total = 0
    for pk, size in rows:
        total += size
        if chosen and total > BATCH_BYTES:
            break
        chosen.append(pk)
    return chosen


def waiting_among(chosen: Sequence[int]) -> list[Letter]:
    return list(_to_be_read(chosen))


def claimed(chosen: Sequence[int]) -> list[Letter]:
    """Those that nobody else has taken, ours until the end of the transaction.

    Raises InOtherHands where others have become readers meanwhile.
    """
    _be_a_reader()
    return list(_to_be_read(chosen).select_for_update(skip_locked=True, of=("self",)))


def await_those_before(letters: Sequence[Letter]) -> bool:
    """Wait until those that were kept before are written; False where one of them is to be read, and nobody is at it.

    Raises InOtherHands when it takes too long. Nobody waits for each other: who has the first of all waits for none.
    """
    before = _before(Letter.objects.waiting(), letters[0].pk, letters[0].kept_at)
    if not before.exists():
        return True
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = '{PATIENCE}'")
        try:
            left = list(before.select_for_update().values_list("pk")[:1])
        except OperationalError as failure:
            if getattr(failure.__cause__, "sqlstate", None) == NOT_AVAILABLE:
                raise InOtherHands from failure
            raise
        cursor.execute("SET LOCAL lock_timeout TO DEFAULT")
    return not left


@transaction.atomic
def give_back(chosen: Sequence[int]) -> None:
    """These were begun and not read, through no fault of theirs. Those that another has taken meanwhile are left to it."""
    begun = Letter.objects.waiting().filter(pk__in=chosen, attempts__gt=0)
    Letter.objects.filter(pk__in=list(_free(begun).values_list("pk", flat=True))).update(attempts=F("attempts") - 1)


def _free(letters: LetterQuerySet) -> LetterQuerySet:
    """Those that nobody has locked, locked by us."""
    is_possible = connection.features.has_select_for_update_skip_locked
    return letters.select_for_update(skip_locked=True) if is_possible else letters


def _before(letters: LetterQuerySet, pk: int, kept_at: datetime) -> LetterQuerySet:
    """Those that were kept before this one."""
    return letters.filter(kept_at__lte=kept_at).exclude(kept_at=kept_at, pk__gte=pk)


def _to_be_read(chosen: Sequence[int]) -> LetterQuerySet:
    # The mailbox not by a join: its sixty columns would come with every letter.
    return Letter.objects.waiting().filter(pk__in=chosen).select_related("raw").prefetch_related("mailbox")


def _be_a_reader() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT CASE WHEN pg_try_advisory_xact_lock(%s) THEN true ELSE pg_try_advisory_xact_lock(%s) END", READERS
        )
        if not cursor.fetchone()[0]:
            raise InOtherHands
