"""Rows that are written together cannot be told from rows that were written one by one."""

from contextlib import suppress
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.apps import apps
from django.db import DatabaseError, DataError, IntegrityError, connection, connections, models, transaction
from django.test.utils import CaptureQueriesContext

from rung.core.rows import _prepared, _simply, alter, end_standing, insert_together, put, together
from rung.customers.models import Address, AddressKind, Company, Customer

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 2, 8, tzinfo=UTC)


class Colour(models.TextChoices):
    RED = "red"


def person(name: str) -> Customer:
    return Customer(name=name, name_folded=name, first_seen_at=AT)


def test_many_rows_cost_one_insert() -> None:
    with transaction.atomic(), CaptureQueriesContext(connection) as asked, together(20):
        people = [person(f"Person {number}") for number in range(20)]
        for each in people:
            put(each)
            put(Address(customer=each, kind="email", value=f"{each.pk}@fjord.example", added_at=AT), keyed=False)
    inserted = [
        each["sql"] for each in asked if each["sql"].startswith("INSERT INTO") and "sqlite_seq" not in each["sql"]
    ]
    assert len(inserted) <= 2 or connection.vendor == "sqlite"  # there the log shows each row of one statement
    assert len({each.pk for each in people}) == 20
    assert list(Customer.objects.order_by("pk").values_list("name", flat=True)) == [each.name for each in people]
    assert Address.objects.get(value=f"{people[7].pk}@fjord.example").customer == people[7]


def test_values_that_need_no_preparing_are_written_as_the_prepared_ones_are() -> None:
    """Every column of every model of ours: what goes past Django's own preparing comes out the same."""
    kept = connections[connection.alias]
    odd: dict[str, list[Any]] = {
        "DateTimeField": [AT, AT.replace(microsecond=7), AT.astimezone(ZoneInfo("Asia/Tokyo")), None],
        "JSONField": [{}, [], {"a": ["ü", None, 1.5]}, [True]],
        "BooleanField": [True, False, None],
        "FloatField": [0.0, -1.25, 3, None],
        "CharField": ["", "Ü", Colour.RED, None],
        "TextField": ["", "line\nline", None],
        "EmailField": ["a@fjord.example"],
    }
    told = 0
    for model in apps.get_models():
        for field in model._meta.local_concrete_fields:
            values = odd.get(
                field.target_field.get_internal_type() if field.is_relation else field.get_internal_type(), [0, 7, None]
            )
            for some in (values, values[:2], values[:1]):
                simply = _simply(field, some, kept)
                if simply is not None and kept.vendor == "sqlite":
                    assert simply == _prepared(field, some, kept), (field, some)
                    told += 1
    assert told > 100 or kept.vendor == "postgresql"


def test_rows_inserted_together_are_there_and_say_the_same() -> None:
    insert_together(person(f"Person {number}") for number in range(3))
    insert_together(())
    assert Customer.objects.filter(first_seen_at=AT).count() == 3


def test_what_the_database_fills_in_is_filled_in() -> None:
    with transaction.atomic(), together(1):
        put(one := person("Carla"))
    assert Customer.objects.get(pk=one.pk).avoid == ""


def test_a_question_about_the_table_is_asked_after_the_rows_are_there() -> None:
    with transaction.atomic(), together(5):
        put(one := person("Carla"))
        assert Customer.objects.filter(name="Carla").exists()
        one.name = "Carla Moreno"
        alter(one, ["name"])
        assert Customer.objects.get().name == "Carla Moreno"


def test_a_row_changed_before_it_is_written_is_written_as_it_is() -> None:
    with transaction.atomic(), together(1):
        put(one := person("Carla"))
        one.name = "Karim"
        alter(one, ["name"])
    assert Customer.objects.get().name == "Karim"


def test_a_savepoint_that_is_rolled_back_takes_with_it_what_was_put_in_it_and_no_more() -> None:
    with transaction.atomic(), together(3):
        put(person("before"))
        with suppress(ValueError), transaction.atomic():
            put(person("within"))
            raise ValueError
        put(person("after"))
    assert sorted(Customer.objects.values_list("name", flat=True)) == ["after", "before"]


def test_rows_that_others_insert_in_between_have_keys_of_their_own() -> None:
    with transaction.atomic(), together(10):
        put(one := person("first"))
        other = Company.objects.create(name="Fjord")
        someone = Customer.objects.create(name="someone", first_seen_at=AT)
        put(two := person("second"))
    assert len({one.pk, someone.pk, two.pk}) == 3
    assert Company.objects.get() == other
    assert Customer.objects.count() == 3
    later = Customer.objects.create(name="later", first_seen_at=AT)
    assert later.pk > max(one.pk, someone.pk, two.pk)


def test_whom_others_point_to_is_written_before_them() -> None:
    with transaction.atomic():
        put(known := person("known"))
    with transaction.atomic(), CaptureQueriesContext(connection) as asked, together(3):
        put(Address(customer=known, kind="email", value="known@fjord.example", added_at=AT), keyed=False)
        put(one := person("Carla"))
        put(Address(customer=one, kind="email", value="c@fjord.example", added_at=AT), keyed=False)
    written = [each["sql"] for each in asked if 'INSERT INTO "' in each["sql"] or 'COPY "' in each["sql"]]
    tables = [sql.split('"')[1] for sql in written]
    assert tables == sorted(tables, reverse=True)  # customer, then address
    assert len(set(tables)) == 2


def test_keys_that_were_not_needed_are_used_by_the_next() -> None:
    with transaction.atomic(), together(10):
        put(one := person("first"))
    later = Customer.objects.create(name="later", first_seen_at=AT)
    assert later.pk == one.pk + 1 or connection.vendor != "sqlite"


def test_nothing_is_written_when_the_block_fails() -> None:
    with suppress(ValueError), transaction.atomic(), together(2):
        put(person("Carla"))
        raise ValueError
    assert not Customer.objects.exists()


def test_what_has_not_ended_is_ended_together_and_what_has_stays() -> None:
    people = Customer.objects.bulk_create(person(f"Person {number}") for number in range(3))
    values = [("a", people[0], None), ("b", people[0], AT), ("c", people[1], None), ("d", people[2], None)]
    for value, owner, since in values:
        Address.objects.create(customer=owner, kind="email", value=value, added_at=AT, failing_since_at=since)
    later = AT.replace(hour=9)

    def failing() -> dict[str, datetime | None]:
        return dict(Address.objects.values_list("value", "failing_since_at"))

    with transaction.atomic(), together(2):
        for each in people[:2]:
            end_standing(Address, "customer", each.pk, ended="failing_since_at", at=later)
        assert failing() == {"a": later, "b": AT, "c": later, "d": None}  # whoever asks, sees it
    with transaction.atomic():
        end_standing(Address, "customer", people[2].pk, ended="failing_since_at", at=later)
    assert failing()["d"] == later


def test_rows_changed_together_say_what_they_were_given_each() -> None:
    owner = Customer.objects.create(name="Carla", first_seen_at=AT)
    kept = [Address.objects.create(customer=owner, kind="email", value=f"{n}@x.example", added_at=AT) for n in range(3)]
    twice = Address.objects.get(pk=kept[0].pk)
    columns = ["kind", "label", "failing_since_at", "customer"]
    with transaction.atomic(), together(3):
        for each, label in zip(kept, ("'{}", "", "\\N"), strict=True):
            each.kind, each.label, each.failing_since_at = AddressKind.PHONE, label, AT if label else None
            alter(each, columns)
    told = Address.objects.order_by("pk").values_list("kind", "label", "failing_since_at", "customer")
    assert list(told) == [
        ("phone", "'{}", AT, owner.pk),
        ("phone", "", None, owner.pk),
        ("phone", "\\N", AT, owner.pk),
    ]
    with transaction.atomic(), together(3):
        for each, label in ((kept[0], "first"), (kept[1], "other"), (twice, "last")):
            each.label = label
            alter(each, ["label"])
    assert list(Address.objects.order_by("pk").values_list("label", flat=True)) == ["last", "other", "\\N"]


def test_a_text_that_is_too_long_is_not_cut() -> None:
    with transaction.atomic():
        put(one := person("Carla"))
        put(two := person("Karim"))
    one.name = "x" * 1000
    with suppress(DataError), transaction.atomic(), together(2):
        alter(one, ["name"])
        alter(two, ["name"])
    assert Customer.objects.get(pk=one.pk).name in ("Carla", "x" * 1000)


def test_a_row_that_breaks_a_rule_is_told_of_when_it_is_written() -> None:
    with transaction.atomic():
        put(one := person("Carla"))
        put(Address(customer=one, kind="email", value="c@fjord.example", added_at=AT))
    with pytest.raises(IntegrityError), transaction.atomic(), together(2):
        put(Address(customer=one, kind="email", value="c@fjord.example", added_at=AT), keyed=False)


def test_a_changed_row_that_is_gone_is_told_of() -> None:
    with transaction.atomic():
        put(one := person("Carla"))

    def rename() -> None:
        with transaction.atomic(), together(1):
            Customer.objects.filter(pk=one.pk).delete()
            alter(one, ["name"])

    with pytest.raises(DatabaseError):
        rename()


def test_it_belongs_in_a_transaction(transactional_db: None) -> None:
    with pytest.raises(RuntimeError), together(1):
        pass
