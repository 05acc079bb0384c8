"""Lists are read in their order from an index, whatever a planner thinks of how many lines there are."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rung.accounts.models import Agent, Team
from rung.customers.models import Customer
from rung.desk.pages.due import next_due_at
from rung.desk.pages.queue import holding, number_beside, numbers_at, place_from, queue_page
from rung.desk.pages.queue.soonest import WALKED
from rung.promises.models import Due
from rung.touchpoints.models import Conversation
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


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL sees how many rows a table has when it plans")
def test_what_is_due_is_not_looked_for_in_all_that_is_open(
    ada: Agent, support: Team, carla: Customer, at: datetime
) -> None:
    for each in range(3):
        written(carla, at=at + timedelta(minutes=each), team=support)
    numbers, plan = _listed(ada, "all?sort=due")
    assert len(numbers) == 3
    assert "SCAN promises_due USING INDEX due_first" in plan
    _assert_unsorted(plan)


@pytest.mark.parametrize("asked", ["all?", "all?priority=urgent", "mine?"])
def test_few_among_very_many_that_are_due_are_found_in_their_order(
    ada: Agent, support: Team, carla: Customer, at: datetime, asked: str
) -> None:
    ours = [written(carla, at=at + timedelta(minutes=each), team=support) for each in range(3)]
    Conversation.objects.filter(pk__in=[each.pk for each in ours]).update(priority="urgent", assignee=ada.pk)
    others = Conversation.objects.bulk_create(
        Conversation(customer=carla, channel="email", opened_at=at, last_touch_at=at, state="resolved", team=support)
        for _ in range(WALKED + 1)
    )
    # Theirs first, then two of ours, of which the one answered meanwhile owes no reply; one of ours owes nothing.
    due = [(each, 1, "next") for each in others] + [
        (ours[2], 2, "first"),
        (ours[0], 3, "next"),
        (ours[1], 4, "promise"),
    ]
    Due.objects.bulk_create(
        Due(conversation=each, due_at=at + timedelta(days=days), what=what, near_at=at) for each, days, what in due
    )
    Conversation.objects.filter(pk=ours[0].pk).update(awaits_us_since_at=None)
    place = place_from(f"{asked}&sort=due", ada, at=NOW)
    assert place is not None
    in_order = [ours[2].pk, ours[1].pk, ours[0].pk]
    assert numbers_at(ada, place, at=NOW, at_most=10) == in_order
    for back, numbers in ((False, in_order), (True, in_order[::-1])):
        walked = numbers[:1]
        while len(walked) < 5:
            matter = Conversation.objects.get(pk=walked[-1])
            number = number_beside(ada, holding(place, matter, due_by=next_due_at(matter)), at=NOW, back=back)
            if number is None:
                break
            walked.append(number)
        assert walked == numbers
