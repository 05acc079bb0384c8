"""Lists are read in their order from an index, whatever a planner thinks of how many lines there are."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rung.accounts.models import Agent, Team
from rung.customers.models import Customer
from rung.desk.pages.queue import place_from, queue_page
from rung.touchpoints.verbs import assign_conversation
from tests.cast import written

NOW = datetime(2026, 3, 10, 15, 0, tzinfo=UTC)


@pytest.mark.parametrize("asked", ["?", "?sort=latest", "?sort=oldest"])
def test_what_nobody_looks_after_is_not_sorted(
    lin: Agent, support: Team, carla: Customer, at: datetime, asked: str
) -> None:
    matters = [written(carla, at=at + timedelta(minutes=each), team=support) for each in range(4)]
    assign_conversation(matters[1], agent=lin, team=support, by=lin.actor, at=at)
    wanted = [matters[0].pk, matters[2].pk, matters[3].pk]
    numbers, plan = _listed(lin, f"unassigned{asked}")
    assert numbers == (wanted[::-1] if "latest" in asked else wanted)
    _assert_unsorted(plan)


def test_what_awaits_us_is_read_in_the_order_asked_for(
    lin: Agent, support: Team, carla: Customer, at: datetime
) -> None:
    matters = [written(carla, at=at + timedelta(minutes=each), team=support) for each in range(3)]
    settled_by_us = matters[1]
    type(settled_by_us).objects.filter(pk=settled_by_us.pk).update(awaits_us_since_at=None)
    asked = f"all?team={support.pk}&turn=us&sort=latest"
    numbers, plan = _listed(lin, asked)
    assert numbers == [matters[2].pk, matters[0].pk]
    _assert_unsorted(plan)


def _listed(agent: Agent, asked: str) -> tuple[list[int], str]:
    """The numbers of a list, and how the database finds them."""
    place = place_from(asked, agent, at=NOW)
    assert place is not None
    with CaptureQueriesContext(connection) as queries:
        page = queue_page(agent, place, at=NOW)
    beginning = next(sql for sql in (each["sql"] for each in queries) if "ORDER BY" in sql and " LIMIT 51" in sql)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Of a handful of lines it would read the whole table and sort them, and be right.
            cursor.execute(
                "SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off;"
                " SET LOCAL enable_sort = off; SET LOCAL enable_incremental_sort = off"
            )
        cursor.execute(f"EXPLAIN {'' if connection.vendor == 'postgresql' else 'QUERY PLAN'} {beginning}")
        plan = "\n".join(str(row) for row in cursor.fetchall())
    return [row.number for row in page.rows], plan


def _assert_unsorted(plan: str) -> None:
    assert "Sort" not in plan
    assert "TEMP B-TREE" not in plan
