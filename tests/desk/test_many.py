"""Many lines at once, by the form under the list."""

from datetime import datetime

from rung.accounts.models import Agent
from rung.core.actor import SYSTEM
from rung.customers.models import Customer
from rung.customers.verbs import recognise_customer
from rung.queues.models import Bulk
from rung.touchpoints.models import Conversation, Tag
from rung.touchpoints.verbs import mark_spam
from tests.cast import Desk, written


def test_chosen_lines_are_resolved_told_of_and_taken_back(
    client_of: Desk, ada: Agent, carla: Customer, karim: Customer, at: datetime, noon: datetime
) -> None:
    first, second = written(carla, at=at), written(karim, at=at)
    spam = written(recognise_customer("x@example.org", by=SYSTEM, at=at), at=at)
    mark_spam(spam, by=ada.actor, at=at)
    desk = client_of(ada)
    chosen = {"c": [first.pk, second.pk, spam.pk], "do": "resolve:reached", "from": "all?sort=latest"}
    done = desk.post("/queue/many", chosen, follow=True)
    bulk = Bulk.objects.get()
    assert done.redirect_chain[0][0] == f"/queue/all?sort=latest&done={bulk.pk}#done"
    text = done.content.decode()
    assert "2 resolved, 1 not." in text
    assert f"#{spam.pk}: This conversation is marked as spam" in text
    assert first.resolutions.get().outcome == "reached"
    undone = desk.post(f"/queue/many/{bulk.pk}/undo", {"from": "all?sort=latest"}, follow=True).content.decode()
    assert "2 taken back." in undone
    assert "Undo" not in undone.split('id="done"')[1].split("queue-news")[0]
    assert set(Conversation.objects.open()) == {first, second}


def test_all_of_a_list_can_be_meant(
    client_of: Desk, ada: Agent, carla: Customer, karim: Customer, at: datetime
) -> None:
    ours, theirs = written(carla, at=at), written(karim, at=at)
    origin = f"all?customer={carla.pk}"
    client_of(ada).post(
        "/queue/many", {"c": ours.pk, "every": "on", "do": "tag:", "tag_name": "Spring", "from": origin}
    )
    assert list(Tag.objects.get(name="Spring").conversations.all()) == [ours]
    assert theirs.tags.count() == 0


def test_what_cannot_be_meant_is_said_and_nothing_happens(
    client_of: Desk, ada: Agent, carla: Customer, at: datetime
) -> None:
    matter = written(carla, at=at)
    desk = client_of(ada)
    told = {
        "": "Choose what is to be done",
        "explode:": "Choose what is to be done",
        "priority:hot": "That is no priority",
        "snooze:?": "This is no date",
        "snooze:2020-01-01": "still to come",
        "answer:": "Write something first",
        "tag:": "A tag needs a name",
    }
    for do, words in told.items():
        text = desk.post("/queue/many", {"c": matter.pk, "do": do, "from": "all"}, follow=True).content.decode()
        assert words in text, do
    assert "Choose at least one" in desk.post("/queue/many", {"do": "resolve:"}, follow=True).content.decode()
    assert not Bulk.objects.exists()


def test_nobody_elses_bulk_is_shown_or_taken_back(
    client_of: Desk, ada: Agent, lin: Agent, carla: Customer, at: datetime
) -> None:
    matter = written(carla, at=at)
    client_of(ada).post("/queue/many", {"c": matter.pk, "do": "priority:low", "from": "all"})
    bulk = Bulk.objects.get()
    assert client_of(lin).get(f"/queue/all?done={bulk.pk}").status_code == 404
    assert client_of(lin).post(f"/queue/many/{bulk.pk}/undo", {"from": "all"}).status_code == 404
    assert Conversation.objects.get().priority == "low"
