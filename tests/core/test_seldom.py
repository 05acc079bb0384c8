"""What one question has found not to be there is not asked for, within the page for which it was found."""

import re
from datetime import UTC, datetime
from itertools import count

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from rung.accounts.models import Agent
from rung.core import seldom as module
from rung.core.compiled import compiled
from rung.core.once import one_page
from rung.core.seldom import About, ask_whether_there, seldom
from rung.customers.models import Customer
from rung.notices.models import Notice

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 2, 8, tzinfo=UTC)


@compiled
def _named(pk: int, name: str | None) -> QuerySet[Customer]:
    people = Customer.objects.filter(pk=pk)
    return people if name is None else people.filter(name=name)


@compiled
def _after(pk: int) -> QuerySet[Customer]:
    return Customer.objects.filter(pk__gt=pk).order_by("pk")[:1]


def _asked() -> CaptureQueriesContext:
    return CaptureQueriesContext(connection)


@pytest.fixture
def people(monkeypatch: pytest.MonkeyPatch) -> list[Customer]:
    monkeypatch.setattr(module, "_known", [])
    return [Customer.objects.create(name=name, first_seen_at=AT) for name in ("Anna", "Béla")]


def test_only_what_is_there_is_asked_for(people: list[Customer]) -> None:
    named = seldom(lambda page: (page.customer, None))(_named)
    after = seldom(lambda page: (page.customer,))(_after)
    anna, bela = people
    with one_page(), _asked() as asked:
        ask_whether_there(About(0, bela.pk, 0))
        assert named(bela.pk, None) == [bela]
        assert after(bela.pk) == []
    assert len(asked) == 2
    with one_page(), _asked() as asked:
        ask_whether_there(About(0, anna.pk, 0))
        assert (named(anna.pk, None), after(anna.pk)) == ([anna], [bela])
    assert len(asked) == 3


def test_it_is_known_of_nothing_but_what_was_asked(people: list[Customer]) -> None:
    after = seldom(lambda page: (page.customer,))(_after)
    anna, bela = people
    with one_page():
        ask_whether_there(About(0, bela.pk, 0))
        assert after(anna.pk) == [bela]
        assert after(pk=anna.pk) == [bela]


def test_the_next_page_asks_anew(people: list[Customer]) -> None:
    after = seldom(lambda page: (page.customer,))(_after)
    last = people[1]
    with one_page():
        ask_whether_there(About(0, last.pk, 0))
        assert after(last.pk) == []
    come = Customer.objects.create(name="Carla", first_seen_at=AT)
    with one_page():
        assert after(last.pk) == [come]
        ask_whether_there(About(0, last.pk, 0))
        assert after(last.pk) == [come]


def test_outside_of_a_page_nothing_is_asked_beforehand(people: list[Customer]) -> None:
    after = seldom(lambda page: (page.customer,))(_after)
    with _asked() as asked:
        ask_whether_there(About(0, people[1].pk, 0))
    assert len(asked) == 0
    assert after(people[0].pk) == [people[1]]


def test_who_has_read_all_is_not_looked_for_among_what_others_have_not(ada: Agent, bo: Agent) -> None:
    import rung.desk.pages.conversation  # noqa: F401  # which has all questions imported

    told = [Notice(agent=bo, entry=each, kind="reply", happened_at=AT) for each in range(1, 3000)]
    Notice.objects.bulk_create(told)
    text, values = module._text(tuple(module._known), are_kept=False)
    asked = [value(About(1, 1, ada.pk)) for value in values]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ANALYZE notices_notice")
            cursor.execute("SET LOCAL plan_cache_mode = force_generic_plan")
            places = count(1)
            text = re.sub("%s", lambda _: f"${next(places)}", text)
            cursor.execute(f"PREPARE whether AS {text}".replace("%", "%%"))
            cursor.execute(f"EXPLAIN EXECUTE whether({', '.join(['%s'] * len(asked))})", asked)
        else:
            cursor.execute(f"EXPLAIN QUERY PLAN {text}", asked)
        plan = "\n".join(str(row) for row in cursor.fetchall())
        if connection.vendor == "postgresql":
            cursor.execute("DEALLOCATE whether")
    assert "notice_unread" in plan
    assert "Seq Scan on notices_notice" not in plan
    assert "notice_latest" not in plan  # which has also those that were read


def test_what_the_desk_asks_can_be_asked_together() -> None:
    """Of each kind, on this database: as the page of a conversation does it."""
    import rung.desk.pages.conversation  # noqa: F401  # which has all of them imported

    assert len(module._known) > 10
    with one_page(), _asked() as asked:
        ask_whether_there(About(1, 1, 1))
        assert [each.question(*each.arguments(About(1, 1, 1))) for each in module._known] == [[]] * len(module._known)
    assert len(asked) == 1 + len(module._known)
