"""What PostgreSQL is asked again it has planned before, with constants as constants and sequences as one value."""

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import OperationalError, ProgrammingError, connection, transaction
from django.db.models import Q, QuerySet
from django.test.utils import CaptureQueriesContext

from rung.core import kept
from rung.core.compiled import compiled
from rung.core.kept import can_keep
from rung.customers.models import Customer

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has nothing to keep"),
]
AT = datetime(2026, 3, 2, 8, tzinfo=UTC)


@compiled
def found(pks: list[int], since: datetime, name: str) -> QuerySet[Customer, int]:
    named = Customer.objects.filter(Q(name=name) | Q(name="100 %s 'of' \\ them"), pk__in=pks, first_seen_at__gte=since)
    return named.order_by("pk").values_list("pk", flat=True)


@pytest.fixture(autouse=True)
def _nothing_is_kept(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")
    session: Any = connection.connection
    session.__dict__.pop(kept._LINE, None)


@pytest.fixture
def people() -> list[int]:
    names = ("100 %s 'of' \\ them", "Anna", "Béla")
    return [Customer.objects.create(name=names[each % 3], first_seen_at=AT).pk for each in range(9)]


def _kept() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements WHERE statement LIKE '%first_seen_at%'")
        return [row[0] for row in cursor.fetchall()]


def test_it_is_kept_once_for_all_lengths_of_what_is_looked_among(people: list[int]) -> None:
    for many in (2, 3, 5, 9, 4):
        wanted = [pk for place, pk in enumerate(people[:many]) if place % 3 != 2]
        assert found(people[:many], AT, "Anna") == wanted
        assert found(people[:many], AT, "Béla") == [pk for place, pk in enumerate(people[:many]) if place % 3 != 1]
    (text,) = _kept()
    assert "= ANY($3)" in text
    assert "'100 %s ''of'' \\\\ them'" in text  # a constant, for which an index with a condition can be chosen


def test_within_another_statement_its_constants_are_constants(people: list[int]) -> None:
    statement = found.statement(people[:2], AT, "Anna")
    assert statement is not None
    text, values = statement
    assert text.count("%s") == 4  # one of them is "%%s"
    assert values[:2] == ("Anna", AT)
    # As long as the server believes a list to be that it does not see: a shorter one it would plan for anew each time.
    assert (len(values[2]), set(values[2])) == (10, set(people[:2]))


def test_where_nothing_may_be_kept_nothing_is(people: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    options: dict[str, Any] = connection.settings_dict["OPTIONS"]
    monkeypatch.setitem(options, "prepare_threshold", None)
    assert not can_keep(connection)
    for _ in range(4):
        assert found(people, AT, "Anna") == [pk for place, pk in enumerate(people) if place % 3 != 2]
    assert _kept() == []


def test_the_log_of_questions_names_what_is_kept(people: list[int]) -> None:
    for _again in range(4):
        with CaptureQueriesContext(connection) as asked:
            found(people, AT, "Anna")
    assert _kept() == [query["sql"] for query in asked]


@pytest.mark.django_db(transaction=True)
def test_a_table_that_is_altered_meanwhile_is_asked_again() -> None:
    Customer.objects.create(name="Anna", first_seen_at=AT)
    for _again in range(4):
        assert [each.name for each in _everybody()] == ["Anna"]
    # By another one: what this session's driver sees altered, it lets go by itself.
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            for length in (161, 160):
                cursor.execute(f"ALTER TABLE customers_customer ALTER COLUMN name TYPE varchar({length})")
                assert [each.name for each in _everybody()] == ["Anna"]
    finally:
        other.close()


@compiled
def _everybody() -> QuerySet[Customer]:
    return Customer.objects.all()


@pytest.mark.django_db(transaction=True)
def test_what_somebody_made_the_server_forget_is_told_to_it_again() -> None:
    Customer.objects.create(name="Anna", first_seen_at=AT)
    for _again in range(2):
        assert [each.name for each in _everybody()] == ["Anna"]
        with connection.cursor() as cursor:
            cursor.execute("DISCARD ALL")


@pytest.mark.django_db(transaction=True)
def test_a_line_that_was_cut_is_said_to_be_and_the_next_page_has_another() -> None:
    assert _everybody() == []
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (cut,) = cursor.fetchone()
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [cut])
    finally:
        other.close()
    with pytest.raises(OperationalError):
        _everybody()
    connection.close_if_unusable_or_obsolete()
    assert _everybody() == []


@pytest.mark.django_db(transaction=True)
def test_what_is_asked_first_in_a_transaction_belongs_to_it() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        assert _everybody() == []
        cursor.execute("SELECT pg_current_xact_id_if_assigned() IS NULL, now() = statement_timestamp()")
        assert cursor.fetchone() == (True, False)


def test_of_two_ways_to_ask_both_read_the_same(people: list[int]) -> None:
    moments = (AT, AT + timedelta(microseconds=120), AT.replace(year=1900), AT.replace(year=9999, microsecond=999_999))
    for pk, moment in zip(people, moments, strict=False):
        Customer.objects.filter(pk=pk).update(first_seen_at=moment)
    plainly = [each.__dict__ | {"_state": None} for each in Customer.objects.order_by("pk")]
    for _again in range(2):
        assert [each.__dict__ | {"_state": None} for each in _in_order()] == plainly
    with CaptureQueriesContext(connection) as asked:
        assert [each.__dict__ | {"_state": None} for each in _in_order()] == plainly
    assert len(asked) == 1


def test_a_moment_that_python_cannot_hold_is_told_as_the_driver_tells_it(people: list[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE customers_customer SET first_seen_at = 'infinity' WHERE id = %s", [people[0]])
    with pytest.raises(Exception, match=r"after year 10K|infinity"):
        _in_order()


def test_no_more_is_kept_than_there_is_room_for(people: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "_MOST_KEPT", 3)
    for row in range(9):
        assert kept.asked(connection, f"SELECT %s + {row}", [1]) == [(row + 1,)]
    assert kept.asked(connection, "SELECT %s + 8", [1]) == [(9,)]
    assert len(_every()) == 3


def test_a_text_that_is_wrong_says_so(people: list[int]) -> None:
    with pytest.raises(ProgrammingError, match="nonsense"), transaction.atomic():
        kept.asked(connection, "SELECT nonsense", [])
    assert kept.asked(connection, "SELECT 7 %% 4", []) == [(3,)]


def test_others_go_on_while_the_server_is_asked() -> None:
    """Or one long question would hold up every open desk of the process."""
    is_asking, said = threading.Event(), []

    def count() -> None:
        is_asking.wait()
        said.append(1)

    beside = threading.Thread(target=count)
    beside.start()
    is_asking.set()
    kept.asked(connection, "SELECT 1 FROM pg_sleep(0.2)", [])
    assert said == [1]
    beside.join()


def _every() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM pg_prepared_statements WHERE name LIKE 'rung%'")
        return [row[0] for row in cursor.fetchall()]


@compiled
def _in_order() -> QuerySet[Customer]:
    return Customer.objects.order_by("pk")
