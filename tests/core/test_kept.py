"""What PostgreSQL is asked again it has planned before, with constants as constants and sequences as one value."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.db.models import Q, QuerySet
from django.test.utils import CaptureQueriesContext

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
    assert (text.count("%s"), values) == (4, ("Anna", AT, people[:2]))  # one of them is "%%s"


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
