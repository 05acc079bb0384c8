"""Bells, and those that are heard a while after they were rung."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
from django.core.management import call_command
from django.db import OperationalError, transaction
from django_tasks_db.models import DBTaskResult
from psycopg.errors import AdminShutdown, DeadlockDetected

from rung.core import clock
from rung.journal.ringing import ERRANDS, Errand, ErrandFunction, ring, run_errand

pytestmark = pytest.mark.django_db(transaction=True)  # what rings is told by what was committed


@contextmanager
def registered(do: ErrandFunction) -> Iterator[Errand]:
    made = Errand("tests.do_it", do, timedelta(hours=1), gathers=timedelta(seconds=5))
    ERRANDS[made.name] = made
    try:
        yield made
    finally:
        del ERRANDS[made.name]


@pytest.fixture
def gathering() -> Iterator[Errand]:
    left = [True, False]

    def do_it(*, at: datetime) -> bool:
        return left.pop(0)

    with registered(do_it) as made:
        yield made


def rung(errand: Errand) -> None:
    with transaction.atomic():
        ring(errand)


def test_a_bell_that_gathers_hangs_once_and_is_heard_later(gathering: Errand) -> None:
    before = clock.now()
    for _ in range(3):
        rung(gathering)
    bell = DBTaskResult.objects.get()
    assert before + timedelta(seconds=4) < bell.run_after < clock.now() + timedelta(seconds=6)
    assert not DBTaskResult.objects.ready().exists()


@pytest.mark.parametrize(("share", "does"), [("--inside", {"near"}), ("--outside", {"far"}), ("", {"near", "far"})])
def test_what_waits_for_others_hangs_where_what_is_ours_does_not_wait_for_it(
    share: str, does: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    done: set[str] = set()

    def made(name: str, *, is_outside: bool) -> Errand:
        def do_it(*, at: datetime) -> bool:
            done.add(name)
            return False

        return Errand(f"tests.{name}", do_it, timedelta(hours=1), is_outside=is_outside)

    errands = [made("near", is_outside=False), made("far", is_outside=True)]
    monkeypatch.setattr("rung.journal.ringing.ERRANDS", {each.name: each for each in errands})
    monkeypatch.setattr("rung.journal.management.commands.worker.ERRANDS", {each.name: each for each in errands})
    monkeypatch.setattr("time.sleep", lambda seconds: signal.raise_signal(signal.SIGTERM))
    before = {each: signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)}
    try:
        with pytest.raises(SystemExit):
            call_command("worker", *share.split())
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
    assert done == does


def test_what_is_left_over_is_not_waited_for(gathering: Errand) -> None:
    rung(gathering)
    run_errand.call(gathering.name)
    assert DBTaskResult.objects.ready().count() == 1
    run_errand.call(gathering.name)
    assert DBTaskResult.objects.count() == 2


def test_a_bell_to_be_heard_now_does_not_count_on_one_that_is_heard_later(gathering: Errand) -> None:
    rung(gathering)
    for _ in range(2):
        with transaction.atomic():
            ring(gathering, now=True)
    assert DBTaskResult.objects.ready().count() == 1


def test_a_bell_that_gathers_gives_way_until_it_is_swept(gathering: Errand) -> None:
    other = Errand("tests.do_other", gathering.do, timedelta(hours=1))
    rung(gathering)
    DBTaskResult.objects.update(run_after=clock.now() - timedelta(seconds=1))
    rung(other)
    assert in_turn() == [other.name, gathering.name]
    with transaction.atomic():
        ring(gathering, now=True)
    rung(other)
    assert in_turn() == [other.name, gathering.name, gathering.name]


def in_turn() -> list[str]:
    """Which errands the worker does, in this order."""
    return [bell.args_kwargs["args"][0] for bell in DBTaskResult.objects.ready()]


def test_what_was_undone_because_two_waited_for_each_other_is_done_again_at_once() -> None:
    def met_another(*, at: datetime) -> bool:
        raise OperationalError("deadlock detected") from DeadlockDetected()

    with registered(met_another) as errand:
        run_errand.call(errand.name)
    assert DBTaskResult.objects.ready().count() == 1


def test_any_other_trouble_of_the_database_is_told() -> None:
    def in_trouble(*, at: datetime) -> bool:
        raise OperationalError("the server is gone") from AdminShutdown()

    with registered(in_trouble) as errand, pytest.raises(OperationalError, match="is gone"):
        run_errand.call(errand.name)
    assert not DBTaskResult.objects.exists()
