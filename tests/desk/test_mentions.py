from datetime import datetime, timedelta

import pytest

from rung.accounts.models import Agent, Team
from rung.customers.models import Customer
from rung.desk.pages.conversation import conversation_page
from rung.touchpoints.access import conversation_for
from rung.touchpoints.calling import calls_in
from rung.touchpoints.models import Conversation, Mention
from rung.touchpoints.verbs import write_note
from tests.cast import Desk, written
from tests.desk.test_queue import queue_page

NAMES = {1: "Ada Berg", 2: "Ada Lund", 3: "Lin Chen", 4: "Lin"}


@pytest.fixture
def matter(carla: Customer, support: Team, at: datetime) -> Conversation:
    return written(carla, at=at, team=support)


def test_a_page_names_each_colleague_once(ada: Agent, matter: Conversation, at: datetime, client_of: Desk) -> None:
    people = [Agent(name=f"Kim {n:03}", email=f"kim{n:03}@desk.example", joined_at=at) for n in range(20)]
    Agent.objects.bulk_create(people)
    shown = client_of(ada).get(f"/conversations/{matter.pk}").content.decode()
    assert {shown.count(each.name) for each in people} == {1}


@pytest.mark.parametrize(
    ("text", "called"),
    [
        ("@Ada Berg, look", [1]),
        ("@ada lund and (@Lin Chen)", [2, 3]),
        ("@Ada which one?", []),
        ("@Lin look", [4]),
        ("@Linda @Ada Bergmann", []),
        ("write to x@lin.example", []),
        ("@", []),
        ("@@Lin Chen", [3]),
        ("İ @Lin Chen", [3]),
    ],
)
def test_who_is_called(text: str, called: list[int]) -> None:
    assert [call.agent for call in calls_in(text, NAMES)] == called


def test_a_call_counts_until_its_note_is_read(
    ada: Agent, lin: Agent, matter: Conversation, at: datetime, client_of: Desk
) -> None:
    client_of(ada).get(f"/conversations/{matter.pk}")
    note = write_note(matter, "@Ada Berg, please ring them. <b>Now</b>", by=lin.actor, at=at + timedelta(minutes=1))

    def count() -> str:
        return next(tab.count for tab in queue_page(ada, "mentioned").tabs if tab.key == "mentioned")

    assert count() == "1"
    text = client_of(ada).get(f"/conversations/{matter.pk}").content.decode()
    assert '<span class="called">@Ada Berg</span>' in text
    assert "<b>Now" not in text
    assert count() == "0"
    assert Mention.objects.get(note=note).seen_at is not None
    assert [row.number for row in queue_page(ada, "mentioned").rows] == [matter.pk]
    assert queue_page(lin, "mentioned").rows == ()


def test_nobody_is_called_by_themselves_or_twice(ada: Agent, lin: Agent, matter: Conversation, at: datetime) -> None:
    write_note(matter, "@Ada @Ada Berg @Lin @Lin Chen", by=ada.actor, at=at)
    assert [mention.agent for mention in Mention.objects.all()] == [lin]


def test_whoever_calls_is_told_when_the_called_cannot_see_it(
    ada: Agent, bo: Agent, matter: Conversation, client_of: Desk
) -> None:
    client = client_of(ada)
    answer = client.post(f"/conversations/{matter.pk}/notes", {"text": "@Bo, is it paid?", "kind": "note"}, follow=True)
    assert "Bo Falk does not see this conversation" in answer.content.decode()
    assert queue_page(bo, "mentioned").rows == ()


def test_signs_that_stand_for_tags_cannot_be_smuggled_in(
    ada: Agent, lin: Agent, matter: Conversation, at: datetime
) -> None:
    write_note(matter, "\ue000x\ue001 @Lin Chen", by=ada.actor, at=at)
    page = conversation_page(conversation_for(ada, matter.pk), ada, at=at)
    html = next(item.html for item in page.thread.items if item.kind == "note")
    assert html == '<p>x <span class="called">@Lin Chen</span></p>'
