from datetime import datetime

import pytest
from django.db import transaction
from pytest_django.fixtures import DjangoAssertNumQueries

from rung.accounts.models import Agent
from rung.customers.models import Customer
from rung.desk.pages.unfinished import unfinished_page
from rung.journal.models import Entry, Undelivered
from rung.touchpoints.models import Conversation
from tests.cast import Desk, written


@pytest.fixture
def matter(carla: Customer, at: datetime) -> Conversation:
    return written(carla, at=at)


@pytest.fixture
def left(matter: Conversation, at: datetime) -> Undelivered:
    entry = Entry.objects.filter(conversation=matter.pk).latest("id")
    with transaction.atomic():
        return Undelivered.objects.create(
            entry=entry,
            reaction="surveys.offer_survey",
            attempts=10,
            due_at=at,
            given_up_at=at,
            error="ValueError: the wall is wet\n",
        )


def test_a_lead_sees_what_was_given_up_and_why(
    left: Undelivered, matter: Conversation, lin: Agent, client_of: Desk
) -> None:
    shown = client_of(lin).get("/settings/unfinished").content.decode()
    assert "the wall is wet" in shown
    assert "surveys.offer_survey" in shown
    assert f"/conversations/{matter.pk}" in shown


def test_a_lead_has_it_tried_again(left: Undelivered, lin: Agent, client_of: Desk) -> None:
    client_of(lin).post(f"/settings/unfinished/{left.pk}/another-try")
    left.refresh_from_db()
    assert left.given_up_at is None
    assert left.attempts == 0
    assert client_of(lin).post(f"/settings/unfinished/{left.pk}/another-try").status_code == 404


def test_it_is_for_leads(left: Undelivered, ada: Agent, client_of: Desk) -> None:
    assert client_of(ada).get("/settings/unfinished").status_code == 403
    assert client_of(ada).post(f"/settings/unfinished/{left.pk}/another-try").status_code == 403


def test_nothing_left_undone_is_said(lin: Agent, client_of: Desk) -> None:
    assert "Nothing is left undone" in client_of(lin).get("/settings/unfinished").content.decode()


def test_the_page_costs_two_queries(
    left: Undelivered, lin: Agent, at: datetime, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(2):
        assert unfinished_page(lin, at=at).lines[0].reason == "ValueError: the wall is wet"
