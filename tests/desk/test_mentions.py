from datetime import datetime, timedelta
from html import unescape

import pytest
from django.core.exceptions import ValidationError

from rung.accounts.models import Agent, Team
from rung.customers.models import Customer
from rung.desk.pages.conversation import conversation_page
from rung.journal.models import Entry
from rung.touchpoints.access import conversation_for
from rung.touchpoints.calling import calls_in
from rung.touchpoints.models import Conversation, Mention
from rung.touchpoints.verbs import blank_conversations, correct_note, write_note
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


def test_whoever_wrote_a_note_puts_it_right(
    ada: Agent, lin: Agent, bo: Agent, matter: Conversation, at: datetime, client_of: Desk
) -> None:
    note = write_note(matter, "@Lin Chen, she is called Karla.", by=ada.actor, at=at)
    place = f"/conversations/{matter.pk}/notes/{note.pk}"
    desk = client_of(ada)
    shown = desk.get(f"/conversations/{matter.pk}").content.decode()
    assert place in shown
    assert "corrected" not in shown
    assert "she is called Karla." in desk.get(place).content.decode()
    answer = desk.post(place, {"text": "@Ada Berg: she is called Carla."})
    assert (answer.status_code, answer["Location"]) == (302, f"/conversations/{matter.pk}#n{note.pk}")
    shown = client_of(lin).get(f"/conversations/{matter.pk}").content.decode()
    assert "she is called Carla." in shown
    assert "Karla" not in shown
    assert "corrected" in shown
    assert "Correct the note" not in shown
    former = client_of(lin).get(place).content.decode()
    assert "she is called Karla." in former
    assert "<textarea" not in former
    assert client_of(lin).post(place, {"text": "mine"}).status_code == 422
    assert desk.post(place, {"text": " "}).status_code == 422
    other = written(matter.customer, at=at, reference="<another@example.org>", subject="Something else")
    assert desk.get(f"/conversations/{other.pk}/notes/{note.pk}").status_code == 404
    note.refresh_from_db()
    assert note.text == "@Ada Berg: she is called Carla."


def test_a_corrected_note_calls_whom_it_calls_now(
    ada: Agent, lin: Agent, bo: Agent, matter: Conversation, at: datetime
) -> None:
    note = write_note(matter, "@Lin Chen, look", by=ada.actor, at=at)
    later = at + timedelta(minutes=5)
    correct_note(note, "@Bo Falk, look", by=ada.actor, at=later)
    correct_note(note, "@Bo Falk, look ", by=ada.actor, at=later)
    assert [mention.agent for mention in Mention.objects.all()] == [bo]
    Mention.objects.update(seen_at=later)
    correct_note(note, "@Lin Chen and not Bo, look", by=ada.actor, at=later + timedelta(minutes=5))
    assert {mention.agent for mention in Mention.objects.all()} == {bo, lin}
    kinds = Entry.objects.filter(kind__in=("note.written", "note.corrected", "colleague.called")).order_by("pk")
    assert [(entry.kind, entry.data.get("agent")) for entry in kinds] == [
        ("note.written", None),
        ("colleague.called", lin.pk),
        ("note.corrected", None),
        ("colleague.called", bo.pk),
        ("note.corrected", None),
        ("colleague.called", lin.pk),
    ]
    assert [(each.text, each.written_at) for each in note.wordings.order_by("pk")] == [
        ("@Lin Chen, look", at),
        ("@Bo Falk, look", later),
    ]
    assert note.edited_at == later + timedelta(minutes=5)
    with pytest.raises(ValidationError):
        correct_note(note, "not mine", by=lin.actor, at=later)


def test_two_windows_of_one_writer_overwrite_nothing(
    ada: Agent, matter: Conversation, at: datetime, client_of: Desk
) -> None:
    note = write_note(matter, "first", by=ada.actor, at=at)
    place = f"/conversations/{matter.pk}/notes/{note.pk}"
    desk = client_of(ada)
    form = desk.get(place).content.decode()
    stamp = unescape(form.partition('name="shown" value="')[2].partition('"')[0])
    desk.post(place, {"text": "second", "shown": stamp})
    refused = desk.post(place, {"text": "third", "shown": stamp})
    assert refused.status_code == 409
    shown = refused.content.decode()
    assert "second" in shown
    assert ">third</textarea>" in shown
    stamp = unescape(shown.partition('name="shown" value="')[2].partition('"')[0])
    assert desk.post(place, {"text": "third", "shown": stamp}).status_code == 302


def test_what_a_note_said_is_forgotten_with_whom_it_was_about(ada: Agent, matter: Conversation, at: datetime) -> None:
    note = write_note(matter, "Carla moved", by=ada.actor, at=at)
    correct_note(note, "She moved", by=ada.actor, at=at)
    blank_conversations([matter.pk], by=ada.actor, at=at)
    note.refresh_from_db()
    assert (note.text, note.wordings.count()) == ("", 0)
