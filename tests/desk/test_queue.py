from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from rung.accounts.models import Agent, Team
from rung.accounts.verbs import join_team
from rung.core.actor import SYSTEM
from rung.customers.models import Customer
from rung.customers.verbs import recognise_customer
from rung.desk.pages.queue import PAGE, VIEWS, QueuePage, place_from
from rung.desk.pages.queue import queue_page as page_at
from rung.touchpoints.verbs import (
    answer_conversation,
    assign_conversation,
    mark_read,
    resolve_conversation,
    snooze_conversation,
)
from tests.cast import Desk, written

SCREEN = 12  # queries of a queue for an agent, some people in it without a name; those of the session left out


def queue_page(agent: Agent, view: str, **asked: str) -> QueuePage:
    """A page of the queue as an address asks for it, on the afternoon of the tests' Tuesday."""
    at = datetime(2026, 3, 10, 15, 0, tzinfo=UTC)
    place = place_from(f"{view}?{urlencode(asked)}", agent, at=at)
    assert place is not None
    return page_at(agent, place, at=at)


def numbers(agent: Agent, view: str, **asked: str) -> list[int]:
    return [row.number for row in queue_page(agent, view, **asked).rows]


def test_every_view_holds_what_it_says(ada: Agent, lin: Agent, support: Team, carla: Customer, at: datetime) -> None:
    loose = written(carla, at=at)
    mine = written(carla, at=at + timedelta(minutes=1), subject="mine")
    assign_conversation(mine, agent=ada, team=None, by=lin.actor, at=at)
    teams = written(carla, at=at + timedelta(minutes=2), team=support)
    asleep = written(carla, at=at + timedelta(minutes=3))
    snooze_conversation(asleep, until=at + timedelta(days=1), by=ada.actor, at=at)
    settled = written(carla, at=at + timedelta(minutes=4))
    resolve_conversation(settled, by=ada.actor, at=at)

    assert numbers(ada, "unassigned") == [loose.pk, teams.pk]
    assert numbers(ada, "mine") == [mine.pk]
    assert numbers(ada, "team") == [teams.pk]
    assert numbers(ada, "all") == [loose.pk, mine.pk, teams.pk]
    assert numbers(ada, "snoozed") == [asleep.pk]
    assert numbers(ada, "resolved") == [settled.pk]
    counts = {tab.key: tab.count for tab in queue_page(ada, "all").tabs}
    assert counts == {
        "unassigned": "2",
        "mine": "1",
        "team": "1",
        "all": "3",
        "snoozed": "1",
        "drafts": "0",
        "mentioned": "0",
        "resolved": "",
        "spam": "",
    }


def test_a_stranger_is_sent_to_the_door(client: Client) -> None:
    answer = client.get("/queue/all")
    assert answer.status_code == 302
    assert "sign-in" in answer.headers["Location"] or "login" in answer.headers["Location"]


def test_another_teams_conversations_are_neither_listed_nor_counted(
    bo: Agent, lin: Agent, support: Team, carla: Customer, at: datetime
) -> None:
    matter = written(carla, at=at, team=support)
    for view in VIEWS:
        assert numbers(bo, view) == []
    assert {tab.count for tab in queue_page(bo, "all").tabs} == {"0", ""}
    assert numbers(lin, "all") == [matter.pk]


def test_whoever_waits_longest_comes_first_and_the_answered_come_last(
    ada: Agent, carla: Customer, karim: Customer, at: datetime
) -> None:
    answered = written(karim, at=at)
    early = written(carla, at=at + timedelta(minutes=10))
    late = written(carla, at=at + timedelta(minutes=20), subject="second")
    answer_conversation(answered, text="Here you are.", by=ada.actor, at=at + timedelta(minutes=30))
    page = queue_page(ada, "all")
    assert [(row.number, row.turn) for row in page.rows] == [(early.pk, "us"), (late.pk, "us"), (answered.pk, "them")]
    assert "waited longest" in page.explanation
    assert numbers(ada, "all", sort="latest") == [answered.pk, late.pk, early.pk]
    assert numbers(ada, "all", sort="oldest") == [early.pk, late.pk, answered.pk]


@pytest.mark.parametrize("sort", ["waiting", "word", "latest", "oldest", "priority"])
def test_page_after_page_shows_every_conversation_once(ada: Agent, at: datetime, sort: str) -> None:
    everyone = []
    for number in range(PAGE * 2 + 7):
        person = recognise_customer(f"c{number}@example.org", by=SYSTEM, at=at)
        everyone.append(written(person, at=at + timedelta(minutes=number // 3)))
    for matter in everyone[::2]:
        answer_conversation(matter, text="So it is.", by=ada.actor, at=at + timedelta(hours=2))
    seen: list[int] = []
    beyond = ""
    for _page in range(4):
        page = queue_page(ada, "all", sort=sort, beyond=beyond)
        seen += [row.number for row in page.rows]
        if not page.next_href:
            break
        beyond = parse_qs(urlsplit(page.next_href).query)["beyond"][0]
    assert sorted(seen) == sorted(matter.pk for matter in everyone)
    assert len(seen) == len(set(seen))


def test_a_cursor_that_makes_no_sense_is_left_out(ada: Agent, carla: Customer, at: datetime) -> None:
    matter = written(carla, at=at)
    for nonsense in ("x", "us~yesterday~1", "us~2026-03-10T09:00:00~1", "~~", "them~2026-03-10T09:00:00+00:00~x"):
        assert numbers(ada, "all", beyond=nonsense) == [matter.pk]


def test_what_one_has_read_is_not_unread_until_the_customer_writes_again(
    ada: Agent, lin: Agent, carla: Customer, at: datetime
) -> None:
    matter = written(carla, at=at)
    assert queue_page(ada, "all").rows[0].is_unread
    mark_read(matter, agent=ada, by=ada.actor, at=at + timedelta(minutes=1))
    assert not queue_page(ada, "all").rows[0].is_unread
    assert queue_page(lin, "all").rows[0].is_unread
    written(carla, at=at + timedelta(minutes=5), conversation=matter.pk)
    assert queue_page(ada, "all").rows[0].is_unread


def test_the_number_of_queries_does_not_grow_with_the_rows(
    ada: Agent, at: datetime, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(30):
        written(recognise_customer(f"c{number}@example.org", by=SYSTEM, at=at), at=at)
    with django_assert_max_num_queries(SCREEN):
        few = queue_page(ada, "unassigned")
    assert len(few.rows) == 30
    for number in range(30, PAGE + 10):
        written(recognise_customer(f"c{number}@example.org", by=SYSTEM, at=at), at=at)
    with django_assert_max_num_queries(SCREEN):
        queue_page(ada, "unassigned")


def test_news_fetch_the_rows_and_the_tabs_without_the_frame(
    client_of: Desk, ada: Agent, carla: Customer, at: datetime, noon: datetime
) -> None:
    written(carla, at=at, subject="Where is <b>my</b> table?")
    whole = client_of(ada).get("/queue/unassigned").content.decode()
    assert whole.count("<h1") == 1
    assert "Where is &lt;b&gt;my&lt;/b&gt; table?" in whole
    assert "waiting 3 h" in whole
    answer = client_of(ada).get("/queue/unassigned", headers={"HX-Request": "true"})
    part = answer.content.decode()
    assert "<html" not in part
    assert 'hx-partial hx-target="#queue-tabs"' in part
    assert "Carla Ruiz" in part
    assert "HX-Request" in answer.headers["Vary"]


def test_an_unknown_view_is_not_found(client_of: Desk, ada: Agent) -> None:
    assert client_of(ada).get("/queue/everything").status_code == 404


def test_an_agent_of_two_teams_sees_both(
    bo: Agent, support: Team, billing: Team, carla: Customer, at: datetime
) -> None:
    join_team(bo, support, by=SYSTEM, at=at)
    ours = [
        written(carla, at=at, team=support),
        written(carla, at=at + timedelta(minutes=1), team=billing, subject="x"),
    ]
    assert numbers(bo, "team") == [matter.pk for matter in ours]


def test_whoever_is_in_no_team_is_told_so(ada: Agent, root: Agent) -> None:
    assert queue_page(root, "team").empty_title == "You are in no team yet"
    assert queue_page(ada, "team").empty_title == "Nothing open in your team"
