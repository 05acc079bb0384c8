"""What people wrote lately is told for many at once, and found for each by an index."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rung.core.planner import look_at_tables
from rung.customers.models import Customer
from rung.touchpoints.hearing import LATELY, said_lately
from rung.touchpoints.models import Touchpoint
from tests.cast import written

HOUR = timedelta(hours=1)


def test_of_each_the_latest_few_the_latest_first(carla: Customer, karim: Customer, at: datetime) -> None:
    for number in range(LATELY + 2):
        written(carla, at=at + number * HOUR)
    written(karim, at=at)
    newest = list(Touchpoint.objects.filter(customer=carla).order_by("-occurred_at").values_list("pk", flat=True))
    said = said_lately("email", [carla.pk, karim.pk, 999_999])
    assert [one.touchpoint for one in said[carla.pk]] == newest[:LATELY]
    assert [one.beginning for one in said[karim.pk]] == ["It was promised for Monday."]
    assert said[999_999] == []
    assert said_lately("chat", [carla.pk]) == {carla.pk: []}


def test_what_came_before_a_moment_is_not_told_when_only_the_rest_is_asked_for(
    carla: Customer, karim: Customer, at: datetime
) -> None:
    for number in range(3):
        written(carla, at=at + number * HOUR)
    written(karim, at=at)
    newest = Touchpoint.objects.filter(customer=carla).order_by("-occurred_at").values_list("pk", flat=True)[0]
    said = said_lately("email", [carla.pk, karim.pk], after=at + HOUR)
    assert [one.touchpoint for one in said[carla.pk]] == [newest]
    assert said[karim.pk] == []


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL's statement is joined in one way by its form")
def test_a_table_that_was_small_when_it_was_looked_at_is_not_walked_through(carla: Customer, at: datetime) -> None:
    written(carla, at=at)
    look_at_tables()
    with CaptureQueriesContext(connection) as asked:
        said_lately("email", [carla.pk])
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {asked[0]['sql']}")
        steps = [row[3] for row in cursor.fetchall()]
    assert [step for step in steps if step.startswith(("SCAN t", "SCAN touchpoints_"))] == []
    assert "SEARCH t USING INTEGER PRIMARY KEY (rowid=?)" in steps
