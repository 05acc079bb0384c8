"""Whom one gives work to, and whether they are there to take it."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from pytest_django.fixtures import DjangoAssertNumQueries

from rung.accounts.models import Agent, Team
from rung.business.verbs import come_back, go_away, make_calendar
from rung.customers.models import Customer
from rung.desk.pages.conversation import conversation_page
from rung.desk.pages.hands import helpers
from rung.desk.pages.queue import place_from, queue_page
from rung.touchpoints.access import conversation_for
from tests.cast import written

pytestmark = pytest.mark.django_db
EVENING = datetime(2026, 3, 10, 19, 0, tzinfo=UTC)  # a Tuesday
WEEK = [[(time(9), time(17))]] * 5 + [[], []]


@pytest.fixture
def calendar(root: Agent, support: Team, at: datetime) -> None:
    """The team rests from five; whoever is in no team keeps no hours."""
    make_calendar(
        "Office",
        time_zone="UTC",
        week=WEEK,
        holidays={date(2026, 3, 11): "Fair"},
        teams=[support],
        by=root.actor,
        at=at,
    )


def test_who_is_away_or_rests_is_said_where_one_chooses(ada: Agent, bo: Agent, lin: Agent, calendar: None) -> None:
    go_away(lin, until=EVENING + timedelta(days=3), by=lin.actor, at=EVENING - timedelta(days=1))
    rests = {each.name: each.rests for each in helpers(bo, at=EVENING).values()}
    assert rests[ada.name] == "works from Thu 09:00"  # past the evening, and the holiday
    assert rests[lin.name] == "away, back Fri 13 Mar"
    assert rests[bo.name] == ""
    come_back(lin, by=lin.actor, at=EVENING)
    by_day = {each.name: each.rests for each in helpers(bo, at=EVENING - timedelta(hours=6)).values()}
    assert {by_day[ada.name], by_day[lin.name]} == {""}


def test_it_takes_one_query_and_one_for_calendars(
    ada: Agent, bo: Agent, lin: Agent, calendar: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    go_away(bo, until=EVENING + timedelta(days=3), by=bo.actor, at=EVENING)
    with django_assert_num_queries(2):
        assert len(helpers(ada, at=EVENING)) >= 3


def test_the_conversation_and_the_queue_say_so(ada: Agent, lin: Agent, carla: Customer, at: datetime) -> None:
    matter = written(carla, at=at)
    go_away(lin, until=at + timedelta(days=3), by=lin.actor, at=at)
    labels = [each.label for each in conversation_page(conversation_for(ada, matter.pk), ada, at=at).choices.agents]
    assert any(label.startswith(f"{lin.name} · away, back") for label in labels)
    place = place_from("all", ada, at=at)
    assert place is not None
    assert [each.rests[:4] for each in queue_page(ada, place, at=at).many.agents if each.pk == lin.pk] == ["away"]
