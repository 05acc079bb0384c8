"""A question that is compiled once answers as if it were asked anew each time."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, models
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from rung.core.compiled import compiled
from rung.customers.models import Address, Company, Customer
from rung.journal.models import Entry

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 2, 8, tzinfo=UTC)


class Colour(models.TextChoices):
    RED = "red"
    BLUE = "blue"


@compiled
def people_called(name: str) -> QuerySet[Customer]:
    return Customer.objects.filter(name=name).select_related("company").order_by("pk")


@compiled
def people_of(companies: list[int], since: datetime, is_known: bool) -> QuerySet[Customer]:
    people = Customer.objects.filter(company__in=companies, first_seen_at__gte=since, company__isnull=not is_known)
    return people.prefetch_related("addresses").order_by("pk")[:3]


@compiled
def addresses_of(customer: int | None, kinds: tuple[str, ...] = ("email", "phone")) -> QuerySet[Address, Any]:
    named = Address.objects.filter(customer=customer, kind__in=kinds).order_by("pk")
    return named.values_list("value", "kind", named=True)


@compiled
def names_of(pks: tuple[int, ...]) -> QuerySet[Customer, str]:
    return Customer.objects.filter(pk__in=pks).order_by("pk").values_list("name", flat=True)


@pytest.fixture
def people() -> list[Customer]:
    companies = [Company.objects.create(name=f"Fjord {number}") for number in range(3)]
    people = []
    for number in range(12):
        name = ("Anna", "Béla \\%_", "Chen")[number % 3]
        people.append(
            Customer.objects.create(
                name=name, name_folded=name, first_seen_at=AT + timedelta(days=number), company=companies[number % 3]
            )
        )
        Address.objects.create(customer=people[-1], kind="email", value=f"{number}@fjord.example", added_at=AT)
    return people


def test_it_answers_with_other_values(people: list[Customer]) -> None:
    for name in ("Anna", "Béla \\%_", "Nobody", "Chen"):
        asked = people_called(name)
        assert [each.pk for each in asked] == [each.pk for each in people if each.name == name]
        assert all(each.first_seen_at == people[each.pk - people[0].pk].first_seen_at for each in asked)


def test_what_comes_along_comes_along(people: list[Customer]) -> None:
    people_called("Anna")
    with CaptureQueriesContext(connection) as queries:
        assert {each.company.name for each in people_called("Chen") if each.company} == {"Fjord 2"}
    assert len(queries) == 1


@compiled
def few_columns_of(name: str) -> QuerySet[Customer]:
    return Customer.objects.filter(name=name).only("name").annotate(first=models.F("first_seen_at")).order_by("pk")


@compiled
def counted(since: datetime) -> QuerySet[Customer, Any]:
    seen = Customer.objects.filter(first_seen_at__gte=since).values("name", "is_internal")
    return seen.annotate(last=models.Max("first_seen_at"), many=models.Count("pk")).order_by("name")


def test_rows_are_those_that_django_would_make(people: list[Customer]) -> None:
    questions: tuple[tuple[Any, Any], ...] = (
        *((people_called, "Anna"), (few_columns_of, "Chen"), (addresses_of, people[1].pk), (counted, AT)),
    )
    for asked, given in questions:
        for _ in range(2):
            ours, theirs = asked(given), list(asked.__wrapped__(given))
            assert ours == theirs
            assert [_laid_open(each) for each in ours] == [_laid_open(each) for each in theirs]
    assert {type(each["is_internal"]) for each in counted(AT)} == {bool}


def test_a_row_that_was_read_can_be_changed_and_kept(people: list[Customer]) -> None:
    (one,) = people_called(people[0].name)[:1]
    one.name = "Anna-Lisa"
    one.save()
    assert Customer.objects.get(pk=one.pk).name == "Anna-Lisa"
    other: Any = few_columns_of("Chen")[0]
    with CaptureQueriesContext(connection) as queries:
        assert other.first == other.first_seen_at  # the latter was not asked for before
    assert len(queries) == 1


def _laid_open(row: Any) -> Any:
    """All that a row has in it, with the rows that came along."""
    if not isinstance(row, models.Model):
        return row
    state = row._state
    along = {name: _laid_open(each) for name, each in state.fields_cache.items()}
    return {**row.__dict__, "_state": (state.adding, state.db, along)}


def test_moments_sequences_and_kinds_of_query(people: list[Customer]) -> None:
    companies = [each.company_id for each in people[:3] if each.company_id]
    for known in (True, False):
        for days in (0, 5, 30):
            for few in (companies, companies[:1], companies[:2] * 4, []):
                since = AT + timedelta(days=days)
                wanted = [each.pk for each in people if each.company_id in few and each.first_seen_at >= since]
                asked = people_of(few, since, known)
                assert [each.pk for each in asked] == (wanted[:3] if known else [])
                assert all(len(each.addresses.all()) == 1 for each in asked)


def test_rows_that_are_no_models(people: list[Customer]) -> None:
    addresses_of(people[0].pk)
    (found,) = addresses_of(customer=people[7].pk)
    assert (found.value, found.kind) == ("7@fjord.example", "email")
    assert addresses_of(None) == []
    assert addresses_of(people[7].pk, ()) == []
    assert names_of(tuple(each.pk for each in people[:5])) == [each.name for each in people[:5]]


def test_members_of_enumerations_are_their_values(people: list[Customer]) -> None:
    Customer.objects.filter(pk=people[3].pk).update(name=Colour.BLUE)
    assert people_called(Colour.RED) == []
    assert [each.pk for each in people_called(Colour.BLUE)] == [people[3].pk]


def test_it_is_compiled_once_for_each_shape(people: list[Customer], monkeypatch: pytest.MonkeyPatch) -> None:
    made = []

    def names(pks: list[int]) -> QuerySet[Customer, str]:
        made.append(len(pks))
        return Customer.objects.filter(pk__in=pks).values_list("name", flat=True)

    names_of = compiled(_without_closure(names, made))
    for many in (1, 2, 3, 4, 5, 7, 8, 3, 5):
        assert len(names_of([each.pk for each in people[:many]])) == many
    assert made == [1, 2, 4, 8]


def _without_closure(build: Any, made: list[int]) -> Any:
    class Build:
        __closure__ = None
        __qualname__ = "names"

        def __call__(self, pks: list[int]) -> Any:
            return build(pks)

    return Build()


def test_what_does_not_reach_the_database_as_it_is_is_refused(people: list[Customer]) -> None:
    asked: tuple[tuple[Any, Any], ...] = ((_containing, "Anna"), (_sliced, 3))
    for build, value in asked:
        with pytest.raises(TypeError, match="does not reach the database as it is"):
            compiled(build)(value)


def test_numbers_reach_columns_of_any_width() -> None:
    """PostgreSQL's driver marks them by kinds of its own."""
    for build in (_entries_about, _entries_numbered):
        assert compiled(build)(5) == []


def test_what_closes_over_other_names_is_refused() -> None:
    team = 3
    with pytest.raises(TypeError, match="closes over"):
        compiled(lambda name: Customer.objects.filter(company=team, name=name))


@compiled
def people_among(pks: list[int], others: list[int]) -> QuerySet[Customer, int]:
    return Customer.objects.filter(pk__in=pks).exclude(pk__in=others).order_by("pk").values_list("pk", flat=True)


def test_long_sequences_do_not_get_into_each_other(people: list[Customer]) -> None:
    pks = [each.pk for each in people]
    many = [*pks, *range(pks[-1] + 1, pks[-1] + 1500)]
    assert people_among(many, pks[:2]) == pks[2:]
    assert people_among(many, pks[5:7]) == [*pks[:5], *pks[7:]]


def test_numbers_that_no_column_holds_find_nothing(people: list[Customer]) -> None:
    assert names_of((people[0].pk, 10**30)) == [people[0].name]


def _entries_about(conversation: int) -> QuerySet[Entry, int]:
    return Entry.objects.filter(conversation=conversation).values_list("pk", flat=True)


def _entries_numbered(pk: int) -> QuerySet[Entry, int]:
    return Entry.objects.filter(pk=pk).values_list("pk", flat=True)


def _containing(part: str) -> QuerySet[Customer]:
    return Customer.objects.filter(name__contains=part)


def _sliced(many: int) -> QuerySet[Customer]:
    return Customer.objects.order_by("pk")[:many]
