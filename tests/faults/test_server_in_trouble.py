"""A database server that stops in the middle, refuses to write or loses patience: a letter is put off and none is lost.

PostgreSQL only: SQLite's own ways to fail are in the files beside this one.
"""

import smtplib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import pytest
from django.db import DatabaseError, OperationalError, connection
from django.test import Client

from rung.accounts.verbs import create_agent
from rung.channels.email.errands import read_waiting_letters
from rung.channels.email.models import Fate, Letter, Mailbox
from rung.channels.email.verbs.letter import keep_letter
from rung.channels.email.verbs.mailbox import add_mailbox
from rung.core.actor import SYSTEM
from rung.customers.verbs import recognise_customer
from rung.journal.management.commands.worker import SweepingWorker
from rung.touchpoints.models import Conversation, Note, Touchpoint
from tests.cast import written
from tests.channels.email.test_door import OpenDoor, raw
from tests.faults.holding import is_sqlite

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _server() -> None:
    if is_sqlite():
        pytest.skip("a server that fails while it is being used needs a server")


@pytest.fixture
def mailbox(transactional_db: None, at: datetime) -> Mailbox:
    return add_mailbox(name="Support", address="support@desk.example", by=SYSTEM, at=at)


@contextmanager
def other() -> Iterator[Any]:
    """A line of its own to the same database."""
    import psycopg

    known = connection.get_connection_params()
    reach = {key: known[key] for key in ("host", "port", "user", "password", "dbname") if known.get(key)}
    with psycopg.connect(**reach, autocommit=True) as line:
        yield line


def cut_everybody_off() -> None:
    """As when a server is started anew: every line to the database but our own ends, in whatever it is."""
    with other() as line:
        line.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid NOT IN (pg_backend_pid(), %s)",
            [connection.cursor().execute("SELECT pg_backend_pid()").fetchone()[0]],
        )


@contextmanager
def setting(name: str, value: str) -> Iterator[None]:
    """What the server tells every new line to this database; those there are end."""
    database = connection.settings_dict["NAME"]
    with other() as line:
        line.execute(f'ALTER DATABASE "{database}" SET {name} = {value}'.encode())
    cut_everybody_off()
    try:
        yield
    finally:
        with other() as line:
            line.execute(b"SET default_transaction_read_only = off")
            line.execute(f'ALTER DATABASE "{database}" RESET {name}'.encode())
        cut_everybody_off()


def send(door: OpenDoor, number: int) -> int:
    with door.smtp() as client:
        client.ehlo()
        client.mail("carla@example.org")
        code, _said = client.rcpt("support@desk.example")
        return code if code != 250 else client.data(raw(number))[0]


def test_a_server_that_was_started_anew_costs_no_letter(mailbox: Mailbox, at: datetime) -> None:
    with OpenDoor(at) as door:
        assert send(door, 1) == 250
        cut_everybody_off()
        codes = [send(door, number) for number in (2, 3)]
        assert set(codes) <= {250, 451}
        assert [send(door, number) for number in (2, 3)] == [250, 250]
    assert sorted(Letter.objects.values_list("subject", flat=True)) == ["1", "2", "3"]


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_line_cut_around_the_commit_is_no_acknowledgement(
    mailbox: Mailbox, at: datetime, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    """Whether the server had committed nobody can know: the sender is told to try again, and twice the same is one."""
    from django.db.backends.postgresql.base import DatabaseWrapper

    commit = DatabaseWrapper._commit

    def cut(self: DatabaseWrapper) -> Any:
        if when == "after":
            commit(self)
        monkeypatch.setattr(DatabaseWrapper, "_commit", commit)
        cut_off(self)
        return commit(self) if when == "before" else failing()

    def cut_off(wrapper: DatabaseWrapper) -> None:
        with other() as line:
            line.execute("SELECT pg_terminate_backend(%s)", [wrapper.connection.info.backend_pid])

    def failing() -> None:
        raise OperationalError("server closed the connection unexpectedly")

    with OpenDoor(at) as door:
        assert send(door, 1) == 250
        monkeypatch.setattr(DatabaseWrapper, "_commit", cut)
        assert send(door, 2) == 451
        assert Letter.objects.count() == (1 if when == "before" else 2)
        assert send(door, 2) == 250
    assert sorted(Letter.objects.values_list("subject", flat=True)) == ["1", "2"]


def test_a_database_that_refuses_to_write_puts_letters_off(mailbox: Mailbox, at: datetime) -> None:
    with OpenDoor(at) as door:
        with setting("default_transaction_read_only", "on"):
            assert send(door, 1) == 451
        assert send(door, 1) == 250
    assert Letter.objects.count() == 1


def test_a_statement_that_takes_too_long_puts_the_letter_off(mailbox: Mailbox, at: datetime) -> None:
    with OpenDoor(at) as door:
        with setting("statement_timeout", "200"), other() as line:
            line.execute("BEGIN; LOCK TABLE email_letter IN ACCESS EXCLUSIVE MODE")
            assert send(door, 1) == 451
            line.execute("ROLLBACK")
        assert send(door, 1) == 250
    assert Letter.objects.count() == 1


def _read_only(line: Any) -> None:
    line.execute("SET default_transaction_read_only = on")


def _impatient(line: Any) -> None:
    line.execute("SET statement_timeout = 1")


@pytest.mark.parametrize("trouble", [_read_only, _impatient])
def test_a_server_in_trouble_is_no_letters_fault(
    mailbox: Mailbox, at: datetime, trouble: Callable[[Any], None]
) -> None:
    keep_letter(raw(), mailbox=mailbox, by=SYSTEM, at=at)
    with connection.cursor() as cursor:
        trouble(cursor)
    with other() as line:
        if trouble is _impatient:
            line.execute("BEGIN; LOCK TABLE email_letter IN ACCESS EXCLUSIVE MODE")
        with pytest.raises(DatabaseError):
            read_waiting_letters(at=at)
        line.execute("ROLLBACK")
    connection.close()
    assert (Letter.objects.get().fate, Letter.objects.get().attempts) == (Fate.KEPT, 0)
    while read_waiting_letters(at=at):
        pass
    assert Letter.objects.get().fate == Fate.READ
    assert Touchpoint.objects.count() == 1


def test_a_reader_that_is_cut_off_reads_on_with_a_new_line(
    mailbox: Mailbox, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rung.channels.email import steps

    keep_letter(raw(), mailbox=mailbox, by=SYSTEM, at=at)
    receive = steps.receive_touchpoint

    def cut(*args: Any, **options: Any) -> Touchpoint:
        with other() as line:
            line.execute("SELECT pg_terminate_backend(%s)", [connection.connection.info.backend_pid])
        return receive(*args, **options)

    monkeypatch.setattr(steps, "receive_touchpoint", cut)
    with pytest.raises(DatabaseError):
        read_waiting_letters(at=at)
    connection.close()
    monkeypatch.setattr(steps, "receive_touchpoint", receive)
    assert Letter.objects.get().fate == Fate.KEPT
    while read_waiting_letters(at=at):
        pass
    assert Letter.objects.get().fate == Fate.READ
    assert Touchpoint.objects.count() == 1


def test_what_one_wrote_while_the_database_was_read_only_is_given_back(transactional_db: None, at: datetime) -> None:
    lead = create_agent(email="lin@desk.example", name="Lin", role="lead", by=SYSTEM, at=at)
    carla = recognise_customer("carla@example.org", name="Carla", by=SYSTEM, at=at)
    matter: Conversation = written(carla, at=at)
    browser = Client(raise_request_exception=False)
    browser.force_login(lead)
    browser.get(f"/conversations/{matter.pk}")
    with connection.cursor() as cursor:
        _read_only(cursor)
    answer = browser.post(f"/conversations/{matter.pk}/notes", {"text": "Call her back."})
    connection.close()
    assert answer.status_code == 503
    assert "Call her back.</textarea>" in answer.content.decode()
    assert not Note.objects.exists()


def test_the_sender_that_was_put_off_is_told_so_in_the_words_of_smtp(mailbox: Mailbox, at: datetime) -> None:
    with OpenDoor(at) as door, setting("default_transaction_read_only", "on"), door.smtp() as client:
        with pytest.raises(smtplib.SMTPDataError) as put_off:
            client.sendmail("carla@example.org", ["support@desk.example"], raw())
        assert put_off.value.smtp_code == 451


def test_a_worker_lives_through_a_database_that_only_reads(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = SweepingWorker(
        queue_names=["*"], interval=0, batch=True, backend_name="default", startup_delay=False, max_tasks=None,
        worker_id="x", excluded_queue_names=[],
    )  # fmt: skip
    looks: list[str] = []
    sweep = worker.sweep

    def look() -> None:
        looks.append("tried")
        worker.running = len(looks) < 2
        if worker.running:
            with connection.cursor() as cursor:
                _read_only(cursor)
            sweep()

    monkeypatch.setattr(worker, "sweep", look)
    monkeypatch.setattr("rung.journal.management.commands.worker.TROUBLE_PAUSE_S", 0)
    worker.run()
    connection.close()
    assert looks == ["tried", "tried"]
