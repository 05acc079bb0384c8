from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django_tasks_db.models import DBTaskResult

from rung.core.actor import SYSTEM
from rung.journal import reacting
from rung.journal.errands import deliver_entries
from rung.journal.events import kind_of
from rung.journal.gathering import gathered
from rung.journal.models import Entry, Undelivered
from rung.journal.reacting import Told
from rung.journal.verbs import NotInTransaction, react_again, record
from rung.touchpoints.events import SnoozeEnded

FACT = SnoozeEnded(conversation=7)
KIND = kind_of(SnoozeEnded)


@pytest.fixture
def reactions() -> Iterator[list[Any]]:
    """The list of reactions to SnoozeEnded, empty for the test and as it was afterwards."""
    kept = reacting._REACTIONS.get(KIND, [])
    mine: list[Any] = []
    reacting._REACTIONS[KIND] = mine
    yield mine
    reacting._REACTIONS[KIND] = kept


def note(at: datetime) -> Entry:
    with transaction.atomic():
        return record(FACT, by=SYSTEM, at=at)


@pytest.mark.django_db(transaction=True)
def test_recording_outside_a_transaction_is_refused(at: datetime) -> None:
    with pytest.raises(NotInTransaction):
        record(FACT, by=SYSTEM, at=at)
    assert not Entry.objects.exists()


@pytest.mark.django_db
def test_a_fact_says_when_it_happened_and_when_we_learnt_of_it(at: datetime) -> None:
    before = at - timedelta(days=3)
    with transaction.atomic():
        late = record(FACT, by=SYSTEM, at=before, recorded_at=at)
    late.refresh_from_db()
    assert (late.occurred_at, late.recorded_at) == (before, at)
    prompt = note(at)
    prompt.refresh_from_db()
    assert (prompt.occurred_at, prompt.recorded_at) == (at, at)


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_change_leaves_no_entry_and_no_bell(at: datetime, reactions: list[Any]) -> None:
    reactions.append(lambda event, *, entry: None)
    with transaction.atomic():
        record(FACT, by=SYSTEM, at=at)
        transaction.set_rollback(True)
    assert not Entry.objects.exists()
    assert not Undelivered.objects.exists()
    assert not DBTaskResult.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_many_entries_hang_one_bell(at: datetime, reactions: list[Any]) -> None:
    reactions.append(lambda event, *, entry: None)
    for _ in range(3):
        note(at)
    assert Undelivered.objects.count() == 3
    assert DBTaskResult.objects.ready().count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_bell_lost_with_its_savepoint_is_hung_again(at: datetime, reactions: list[Any]) -> None:
    reactions.append(lambda event, *, entry: None)
    with transaction.atomic():
        with transaction.atomic():
            record(FACT, by=SYSTEM, at=at)
            transaction.set_rollback(True)
        record(FACT, by=SYSTEM, at=at)
    assert DBTaskResult.objects.ready().count() == 1


@pytest.mark.django_db
def test_a_reaction_sees_the_event_and_its_entry_once(at: datetime, reactions: list[Any]) -> None:
    seen = []
    reactions.append(lambda event, *, entry: seen.append((event, entry.pk)))
    entry = note(at)
    deliver_entries(at=at)
    deliver_entries(at=at)
    assert seen == [(FACT, entry.pk)]


@pytest.mark.django_db
def test_a_failing_reaction_is_tried_again_and_holds_up_nobody(at: datetime, reactions: list[Any]) -> None:
    done: list[str] = []
    broken = True

    def fail(event: Any, *, entry: Entry) -> None:
        Undelivered.objects.filter(error="half-done work").delete()
        if broken:
            raise ValueError("the wall is wet")
        done.append("failed first")

    def succeed(event: Any, *, entry: Entry) -> None:
        done.append("succeeded")

    reactions += [fail, succeed]
    note(at)
    deliver_entries(at=at)
    assert done == ["succeeded"]
    waiting = Undelivered.objects.get()
    assert "the wall is wet" in waiting.error
    assert waiting.due_at > at

    broken = False
    deliver_entries(at=at)
    assert done == ["succeeded"], "not due yet"
    deliver_entries(at=waiting.due_at)
    assert done == ["succeeded", "failed first"]
    assert not Undelivered.objects.exists()


@pytest.mark.django_db
def test_a_reaction_that_never_works_is_given_up_and_kept_with_its_reason(at: datetime, reactions: list[Any]) -> None:
    def fail(event: Any, *, entry: Entry) -> None:
        raise ValueError("never")

    reactions.append(fail)
    note(at)
    for day in range(30):
        deliver_entries(at=at + timedelta(days=day))
    given_up = Undelivered.objects.given_up().get()
    assert "never" in given_up.error
    assert not deliver_entries(at=at + timedelta(days=99))


@pytest.mark.django_db
def test_a_reaction_that_takes_many_is_called_once_and_where_that_fails_with_each_alone(
    at: datetime, reactions: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    called: list[list[int]] = []

    def take(told: list[Told]) -> None:
        called.append([entry.pk for _, entry in told])
        if poisoned.pk in called[-1]:
            raise ValueError("poison")

    monkeypatch.setattr(reacting, "_AT_ONCE", {take})
    reactions.append(take)
    first, poisoned, last = note(at), note(at), note(at)
    deliver_entries(at=at)
    assert called == [[first.pk, poisoned.pk, last.pk], [first.pk], [poisoned.pk], [last.pk]]
    left = Undelivered.objects.get()
    assert (left.entry_id, left.attempts) == (poisoned.pk, 1)
    assert "poison" in left.error
    called.clear()
    more = [note(at), note(at)]
    deliver_entries(at=at)
    assert called == [[each.pk for each in more]]


@pytest.mark.django_db
def test_what_was_given_up_can_be_tried_again(at: datetime, reactions: list[Any]) -> None:
    seen = []
    reactions.append(lambda event, *, entry: seen.append(entry.pk))
    entry = note(at)
    Undelivered.objects.update(given_up_at=at, error="never", reaction="")
    react_again(Undelivered.objects.get(), by=SYSTEM, at=at)
    deliver_entries(at=at)
    assert seen == [entry.pk]


@pytest.mark.django_db
def test_a_reaction_that_kills_the_worker_runs_alone_and_then_no_more(at: datetime, reactions: list[Any]) -> None:
    class Killed(BaseException):
        """As if the process were gone: nothing after it runs, and no transaction is committed."""

    done: list[int] = []

    def kill(event: Any, *, entry: Entry) -> None:
        if entry.pk == deadly.pk:
            raise Killed
        done.append(entry.pk)

    reactions.append(kill)
    harmless, deadly, later = note(at), note(at), note(at)
    for _life in range(20):
        try:
            while deliver_entries(at=at):
                pass
            break
        except Killed:
            continue
    assert set(done) == {harmless.pk, later.pk}
    given_up = Undelivered.objects.given_up().get()
    assert given_up.entry_id == deadly.pk
    assert "died" in given_up.error
    # Whoever has mended what killed it has it tried once more, with as many lives as at first.
    reactions[:] = [lambda event, *, entry: done.append(entry.pk)]
    react_again(given_up, by=SYSTEM, at=at)
    deliver_entries(at=at)
    assert done[-1] == deadly.pk
    assert not Undelivered.objects.exists()


def test_the_worker_runs_what_waits(db: None, at: datetime, reactions: list[Any], work: Callable[..., None]) -> None:
    seen = []
    reactions.append(lambda event, *, entry: seen.append(entry.pk))
    entries = [note(at).pk for _ in range(5)]
    work(at)
    assert seen == entries


@pytest.mark.django_db
def test_a_reason_no_database_could_hold_holds_up_nobody(at: datetime, reactions: list[Any]) -> None:
    done: list[int] = []

    def fail(event: Any, *, entry: Entry) -> None:
        raise ValueError("\x00 \ud800")

    reactions += [fail, lambda event, *, entry: done.append(entry.pk)]
    entries = [note(at).pk, note(at).pk]
    deliver_entries(at=at)
    assert done == entries
    assert [row.error for row in Undelivered.objects.all()] == ["ValueError:  ?\n"] * 2


@pytest.mark.django_db(transaction=True)
def test_gathered_facts_are_written_together_and_in_order(
    at: datetime, reactions: list[Any], django_assert_max_num_queries: Any
) -> None:
    reactions.append(lambda event, *, entry: None)
    with transaction.atomic(), django_assert_max_num_queries(8), gathered():
        entries = [record(SnoozeEnded(conversation=number), by=SYSTEM, at=at) for number in range(20)]
        assert not Entry.objects.exists()
    assert list(Entry.objects.order_by("pk").values_list("conversation", flat=True)) == list(range(20))
    assert Undelivered.objects.count() == 20
    assert DBTaskResult.objects.ready().count() == 1
    assert all(entry.pk for entry in entries)


@pytest.mark.django_db(transaction=True)
def test_what_was_gathered_in_a_savepoint_that_failed_is_forgotten(at: datetime) -> None:
    with transaction.atomic(), gathered():
        record(SnoozeEnded(conversation=1), by=SYSTEM, at=at)
        with pytest.raises(ValueError):
            _fail_after(SnoozeEnded(conversation=2), at)
        record(SnoozeEnded(conversation=3), by=SYSTEM, at=at)
    assert list(Entry.objects.order_by("pk").values_list("conversation", flat=True)) == [1, 3]


@pytest.mark.django_db(transaction=True)
def test_a_failure_that_ends_the_gathering_writes_nothing(at: datetime) -> None:
    with pytest.raises(ValueError):
        _fail_after(FACT, at)
    assert not Entry.objects.exists()
    note(at)
    assert Entry.objects.count() == 1


def _fail_after(event: SnoozeEnded, at: datetime) -> None:
    with transaction.atomic(), gathered():
        record(event, by=SYSTEM, at=at)
        raise ValueError
