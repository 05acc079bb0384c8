"""Of several workers two read letters at once: one takes them apart while the other writes, and they are written in turn."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime

import pytest
from django.db import connection, transaction
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from rung.accounts.models import Team
from rung.channels.email import claiming
from rung.channels.email.errands import read_waiting_letters
from rung.channels.email.models import Letter
from rung.channels.email.verbs.letter import keep_letter
from rung.channels.email.verbs.mailbox import add_mailbox
from rung.channels.email.verbs.reading import read_letters
from rung.core.actor import SYSTEM
from rung.journal.ringing import InOtherHands, run_errand
from rung.touchpoints.models import Touchpoint
from tests.channels.email.test_read_letters import raw
from tests.installation import PATIENCE_S, wait_until

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor != "postgresql", reason="SQLite has one writer, so nothing happens at one instant"
    ),
]


@pytest.fixture
def workers() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2) as pool:
        yield pool


@pytest.fixture
def letters(support: Team, at: datetime, monkeypatch: pytest.MonkeyPatch) -> tuple[Letter, Letter]:
    """A letter and its answer, which are read apart."""
    monkeypatch.setattr(claiming, "BATCH", 1)
    monkeypatch.setattr(claiming, "PATIENCE", f"{PATIENCE_S:.0f}s")
    mailbox = add_mailbox(name="Orders", address="orders@rung.test", team=support, by=SYSTEM, at=at)
    keep_letter(raw("<a@x.example>"), mailbox=mailbox, by=SYSTEM, at=at)
    keep_letter(raw("<b@x.example>", headers=["In-Reply-To: <a@x.example>"]), mailbox=mailbox, by=SYSTEM, at=at)
    first, second = Letter.objects.waiting()
    return first, second


def reads(at: datetime) -> str:
    """What another worker says to it."""
    try:
        return str(read_letters(by=SYSTEM, at=at))
    except InOtherHands:
        return "in other hands"
    finally:
        connection.close()


def hears() -> None:
    try:
        run_errand.func(read_waiting_letters.name)
    finally:
        connection.close()


def state(letter: Letter) -> tuple[str, int]:
    letter.refresh_from_db()
    return letter.fate, letter.attempts


def wait_until_it_waits(other: Future[str]) -> None:
    """Until the other worker waits for what we have locked; raises what it fails with."""

    def is_waiting() -> bool:
        if other.done():
            raise AssertionError(f"it waited for nobody, and said {other.result()}")
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid)))"
            )
            return bool(cursor.fetchone()[0])

    wait_until(is_waiting, seconds=PATIENCE_S, why="it does not wait")


def read_the_rest(at: datetime) -> None:
    while read_letters(by=SYSTEM, at=at):
        pass


def test_what_another_takes_apart_is_written_after_those_before(
    letters: tuple[Letter, Letter], workers: ThreadPoolExecutor, at: datetime
) -> None:
    first, second = letters
    with transaction.atomic():
        assert read_letters(by=SYSTEM, at=at)
        other = workers.submit(reads, at)
        wait_until_it_waits(other)
        assert state(second) == ("kept", 1)
    assert other.result() == "True"
    read_the_rest(at)
    assert (state(first)[0], state(second)[0]) == ("read", "read")
    # The answer found what it answers.
    assert Touchpoint.objects.count() == 2
    assert Touchpoint.objects.values("conversation").distinct().count() == 1


def test_a_third_goes_on_to_something_else_and_comes_back(
    letters: tuple[Letter, Letter], workers: ThreadPoolExecutor, at: datetime
) -> None:
    bells = DBTaskResult.objects.filter(status=TaskResultStatus.READY, task_path=run_errand.module_path)
    with transaction.atomic():
        assert read_letters(by=SYSTEM, at=at)
        other = workers.submit(reads, at)
        wait_until_it_waits(other)
        assert workers.submit(reads, at).result() == "in other hands"
        before = set(bells.values_list("pk", flat=True))
        workers.submit(hears).result()
        hung = bells.exclude(pk__in=before)
        assert [bell.run_after > bell.enqueued_at for bell in hung] == [True]
    assert other.result() == "True"


def test_what_was_taken_apart_is_given_back_when_those_before_were_not_read(
    letters: tuple[Letter, Letter], workers: ThreadPoolExecutor, at: datetime
) -> None:
    first, second = letters
    with suppress(InterruptedError), transaction.atomic():
        assert read_letters(by=SYSTEM, at=at)
        other = workers.submit(reads, at)
        wait_until_it_waits(other)
        raise InterruptedError  # as when it is killed
    assert other.result() == "True"
    assert (state(first), state(second)) == (("kept", 0), ("kept", 0))
    read_the_rest(at)
    assert Touchpoint.objects.values("conversation").distinct().count() == 1


def test_nobody_waits_long_for_a_letter_that_takes_long(
    letters: tuple[Letter, Letter], workers: ThreadPoolExecutor, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claiming, "PATIENCE", "1ms")
    with transaction.atomic():
        assert read_letters(by=SYSTEM, at=at)
        assert workers.submit(reads, at).result() == "in other hands"
        assert state(letters[1]) == ("kept", 0)


def test_what_another_has_just_begun_is_left_to_it_but_for_the_first(
    letters: tuple[Letter, Letter], at: datetime
) -> None:
    """Between its being begun and its being claimed nobody has it; but that one of a batch is missing must not undo it."""
    first, second = letters
    Letter.objects.update(attempts=1)
    with transaction.atomic():
        assert claiming.begin_letters() == ([first.pk], True)
        with ThreadPoolExecutor(1) as another:
            assert another.submit(claim, [first.pk, second.pk]).result() == [second.pk]


def claim(chosen: list[int]) -> list[int]:
    try:
        with transaction.atomic():
            return [letter.pk for letter in claiming.claimed(chosen)]
    finally:
        connection.close()
