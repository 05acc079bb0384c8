"""What is asked ahead comes in one go where the database can, answers for what was asked and once, and else is as if it had
not been asked."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from rung.core import ahead as module
from rung.core import seldom
from rung.core.ahead import ahead, ask_ahead
from rung.core.compiled import compiled
from rung.core.once import kept_for_this_page, one_page
from rung.core.seldom import About, ask_whether_there
from rung.customers.models import Customer

# Within a transaction, which a failure would end, nothing is asked ahead.
pytestmark = pytest.mark.django_db(transaction=True)
AT = datetime(2026, 3, 2, 8, tzinfo=UTC)
can_ask = pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite is asked one by one")


@compiled
def _by_key(pk: int) -> QuerySet[Customer]:
    return Customer.objects.filter(pk=pk)


@compiled
def _named(names: list[str]) -> QuerySet[Customer, str]:
    return Customer.objects.filter(name__in=names).order_by("name").values_list("name", flat=True)


@compiled
def _halves(pk: int, by: int) -> QuerySet[Customer, Any]:
    return Customer.objects.filter(pk=pk).extra(select={"half": "100 / %s"}, select_params=(by,)).values_list("half")


@pytest.fixture
def anna(monkeypatch: pytest.MonkeyPatch) -> Customer:
    monkeypatch.setattr(module, "_known", [])
    monkeypatch.setattr(seldom, "_known", [])
    anna = Customer.objects.create(name="Anna", first_seen_at=AT)
    # Whoever asks for the first time asks by itself.
    _by_key(anna.pk)
    _named(["Anna", "Béla", "Carla"])
    return anna


def _ahead() -> int:
    answers = kept_for_this_page() or {}
    return sum(isinstance(key, tuple) and isinstance(key[0], compiled) for key in answers)


@can_ask
def test_each_is_answered_once_for_what_it_was_asked_with(anna: Customer) -> None:
    ahead(lambda page: (page.customer,))(_by_key)
    other = Customer.objects.create(name="Béla", first_seen_at=AT)
    with one_page():
        ask_ahead(About(0, anna.pk, 0), lambda: [(_named, (["Anna", "Béla", "Carla"],))])
        assert _ahead() == 2
        Customer.objects.update(name="Zoe")
        assert [each.name for each in _by_key(anna.pk)] == ["Anna"]
        assert _named(["Anna", "Béla", "Carla"]) == ["Anna", "Béla"]
        assert _ahead() == 0
        assert [each.name for each in _by_key(other.pk)] == ["Zoe"]
        assert [each.name for each in _by_key(anna.pk)] == ["Zoe"]
        assert _named(["Anna", "Béla", "Carla"]) == []


def test_the_next_page_hears_nothing_of_it(anna: Customer) -> None:
    with one_page():
        ask_ahead(About(0, 0, 0), lambda: [(_by_key, (anna.pk,))])
    anna.delete()
    with one_page():
        assert _by_key(anna.pk) == []
    ask_ahead(About(0, 0, 0), lambda: [(_by_key, (anna.pk,))])
    assert kept_for_this_page() is None


def test_whoever_watches_sees_each_question(anna: Customer) -> None:
    with one_page(), CaptureQueriesContext(connection) as asked:
        ask_ahead(About(0, 0, 0), lambda: [(_by_key, (anna.pk,)), (_named, (["Anna"],))])
        assert len(asked) == 0
        assert (_by_key(anna.pk), _named(["Anna"])) == ([anna], ["Anna"])
    assert len(asked) == 2


def test_what_is_known_to_be_missing_is_not_asked_for(anna: Customer) -> None:
    rare = ahead(lambda page: (page.customer,))(seldom.seldom(lambda page: (page.customer,))(_by_key))
    anna_pk = anna.pk
    anna.delete()
    about = About(0, anna_pk, 0)
    with one_page():
        ask_whether_there(about)
        ask_ahead(about)
        assert _ahead() == 0
        assert rare(anna_pk) == []


@can_ask
def test_what_is_seldom_there_comes_along_where_it_is_shown(anna: Customer) -> None:
    rare = seldom.seldom(lambda page: (page.customer,))(_by_key)
    seldom.seldom(lambda page: (["Anna"],), is_shown=False)(_named)
    about = About(0, anna.pk, 0)
    with one_page():
        ask_whether_there(about)
        ask_ahead(about)
        assert _ahead() == 1
        assert rare(anna.pk) == [anna]
        assert _ahead() == 0


@can_ask
def test_where_one_fails_each_is_asked_by_itself(anna: Customer) -> None:
    assert _halves(anna.pk, 2) == [(50,)]
    with one_page():
        ask_ahead(About(0, 0, 0), lambda: [(_by_key, (anna.pk,)), (_halves, (anna.pk, 0)), (_named, (["Anna"],))])
        assert _ahead() == 0
        assert _by_key(anna.pk) == [anna]


@can_ask
def test_what_the_server_was_made_to_forget_is_asked_by_itself(anna: Customer) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")
    for _again in range(2):
        with one_page():
            ask_ahead(About(0, 0, 0), lambda: [(_by_key, (anna.pk,)), (_named, (["Anna", "Béla", "Carla"],))])
            assert (_by_key(anna.pk), _named(["Anna", "Béla", "Carla"])) == ([anna], ["Anna"])


@can_ask
def test_more_than_fits_into_the_line_arrives(anna: Customer) -> None:
    Customer.objects.update(about="a" * 1_000_000)
    with one_page():
        ask_ahead(About(0, 0, 0), lambda: [(_by_key, (anna.pk + each,)) for each in range(30)])
        assert _ahead() == 30
        assert len(_by_key(anna.pk)[0].about) == 1_000_000


@can_ask
def test_a_line_that_breaks_meanwhile_is_told_as_broken(anna: Customer) -> None:
    other = connection.copy()
    try:
        session: Any = connection.connection
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [session.info.backend_pid])
        with one_page(), pytest.raises(OperationalError):
            ask_ahead(About(0, 0, 0), lambda: [(_by_key, (anna.pk,))])
        connection.close_if_unusable_or_obsolete()
        with one_page():
            assert _by_key(anna.pk) == [anna]
    finally:
        other.close()
