from collections.abc import Callable
from datetime import datetime

import pytest

from rung.accounts.models import Agent, Team
from rung.customers.models import Customer
from rung.search.pages import search_page
from rung.touchpoints.access import all_tags, tags_of
from rung.touchpoints.models import Conversation
from rung.touchpoints.verbs import create_tag, set_priority, tag_conversation
from tests.cast import Desk, written
from tests.desk.test_queue import queue_page

Work = Callable[..., None]


@pytest.fixture
def matter(carla: Customer, support: Team, at: datetime) -> Conversation:
    return written(carla, at=at, team=support)


def names_on(conversation: Conversation) -> list[str]:
    return [tag.name for tag in tags_of([conversation.pk]).get(conversation.pk, ())]


def test_a_tag_is_typed_chosen_and_taken_off(ada: Agent, matter: Conversation, client_of: Desk) -> None:
    client, there = client_of(ada), f"/conversations/{matter.pk}/tags"
    assert client.post(there, {"name": "Late <b>delivery</b>"}).status_code == 302
    tag = all_tags()[0]
    text = client.get(f"/conversations/{matter.pk}").content.decode()
    assert "Late &lt;b&gt;delivery&lt;/b&gt;" in text
    assert "<b>delivery" not in text
    client.post(there, {"off": tag.pk})
    assert names_on(matter) == []
    answer = client.post(there, {"tag": tag.pk}, headers={"HX-Request": "true"})
    assert names_on(matter) == [tag.name]
    assert 'hx-target="#matter-head"' in answer.content.decode()
    assert client.post(there, {"tag": 10**9}).status_code == 404
    assert "A tag needs a name" in client.post(there, {"name": " "}, follow=True).content.decode()


def test_priority_is_set_and_nonsense_refused(ada: Agent, matter: Conversation, client_of: Desk) -> None:
    client, there = client_of(ada), f"/conversations/{matter.pk}/priority"
    client.post(there, {"priority": "urgent"})
    matter.refresh_from_db()
    assert matter.priority == "urgent"
    assert "That is no priority" in client.post(there, {"priority": "x"}, follow=True).content.decode()


def test_nobody_labels_what_they_do_not_see(bo: Agent, matter: Conversation, client_of: Desk) -> None:
    for what in ("tags", "priority"):
        assert client_of(bo).post(f"/conversations/{matter.pk}/{what}", {"name": "x"}).status_code == 404
    assert all_tags() == []


def test_lines_show_tags_and_priority_without_a_query_for_each(
    ada: Agent, matter: Conversation, at: datetime, client_of: Desk
) -> None:
    for name in ("a", "b", "c", "d"):
        tag_conversation(matter, create_tag(name, by=ada.actor, at=at), by=ada.actor, at=at)
    set_priority(matter, "high", by=ada.actor, at=at)
    row = queue_page(ada, "all").rows[0]
    assert [chip.name for chip in row.tags] == ["a", "b", "c", "d"]
    assert row.priority.is_shown
    text = client_of(ada).get("/queue/all").content.decode()
    assert ">+1</span>" in text
    assert "high" in text


def test_a_tag_finds_what_it_is_on_also_under_its_new_name(
    lin: Agent, matter: Conversation, at: datetime, client_of: Desk, work: Work
) -> None:
    tag_conversation(matter, create_tag("Late delivery", by=lin.actor, at=at), by=lin.actor, at=at)
    work(at)
    assert [each.number for each in search_page(lin, 'tag:"late delivery"', at=at).conversations] == [matter.pk]
    tag = all_tags()[0]
    client_of(lin).post(f"/settings/tags/{tag.pk}", {"name": "Delay", "colour": "red"})
    work()
    assert [each.number for each in search_page(lin, "tag:delay", at=at).conversations] == [matter.pk]
    client_of(lin).post(f"/settings/tags/{tag.pk}", {"do": "delete"})
    work()
    assert not search_page(lin, "tag:delay", at=at).conversations


def test_leads_keep_the_tags_in_order(
    ada: Agent, lin: Agent, matter: Conversation, at: datetime, client_of: Desk
) -> None:
    assert client_of(ada).get("/settings/tags").status_code == 403
    client = client_of(lin)
    client.post("/settings/tags", {"name": "late", "colour": "red"})
    client.post("/settings/tags", {"name": "delay", "colour": "nonsense"})
    late, delay = sorted(all_tags(), key=lambda tag: tag.name, reverse=True)
    assert (late.colour, delay.colour) == ("red", "grey")
    tag_conversation(matter, delay, by=lin.actor, at=at)
    refused = client.post(f"/settings/tags/{delay.pk}", {"name": "LATE", "colour": "grey"})
    assert refused.status_code == 422
    assert "make the two one" in refused.content.decode()
    unknown = client.post(f"/settings/tags/{delay.pk}", {"do": "merge", "into_name": "never"})
    assert (unknown.status_code, "no tag of that name" in unknown.content.decode()) == (422, True)
    client.post(f"/settings/tags/{delay.pk}", {"do": "merge", "into_name": "LATE"})
    assert names_on(matter) == ["late"]
    assert "on one conversation" in client.get("/settings/tags").content.decode()


def test_the_page_of_tags_does_not_name_each_beside_each(lin: Agent, at: datetime, client_of: Desk) -> None:
    names = [f"Unlike {n:03}" for n in range(30)]
    for name in names:
        create_tag(name, by=lin.actor, at=at)
    page = client_of(lin).get("/settings/tags").content.decode()
    assert max(page.count(name) for name in names) < 8
    assert "data-finds" in page
