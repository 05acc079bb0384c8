"""A form that is sent twice, by a double click or by loading again what came of it, is taken once."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from rung.accounts.models import Agent, Team
from rung.channels.email.verbs.mailbox import add_mailbox
from rung.core.actor import SYSTEM
from rung.customers.models import Customer
from rung.touchpoints.access import version_of
from rung.touchpoints.models import Conversation, Note, SentForm, Touchpoint
from rung.touchpoints.verbs import TakenAlready, forget_sent_forms, once
from tests.cast import Desk, written

# Masked anew for each page that is shown.
PAGE, ANOTHER = {"csrfmiddlewaretoken": "a" * 64}, {"csrfmiddlewaretoken": "b" * 64}


@pytest.fixture
def matter(carla: Customer, support: Team, at: datetime) -> Conversation:
    add_mailbox(name="Desk", address="support@desk.example", team=support, by=SYSTEM, at=at)
    return written(carla, at=at, team=support)


def ours(matter: Conversation) -> int:
    return matter.touchpoints.filter(direction="out").count()


def test_a_note_sent_twice_is_one_note(client_of: Desk, ada: Agent, matter: Conversation) -> None:
    client, path = client_of(ada), f"/conversations/{matter.pk}/notes"
    first = client.post(path, {**PAGE, "kind": "note", "text": "She called too."})
    second = client.post(path, {**PAGE, "kind": "note", "text": "She called too."}, follow=True)
    assert Note.objects.count() == 1
    assert first.headers["Location"] == second.redirect_chain[0][0]
    assert "it is not written twice" in second.content.decode()


def test_other_words_or_another_page_make_another_note(client_of: Desk, ada: Agent, matter: Conversation) -> None:
    client, path = client_of(ada), f"/conversations/{matter.pk}/notes"
    client.post(path, {**PAGE, "kind": "note", "text": "No answer."})
    client.post(path, {**PAGE, "kind": "note", "text": "She answered."})
    client.post(path, {**ANOTHER, "kind": "note", "text": "No answer."})
    assert Note.objects.count() == 3


def test_an_answer_sent_twice_is_one_answer(client_of: Desk, ada: Agent, matter: Conversation) -> None:
    client, path = client_of(ada), f"/conversations/{matter.pk}/answers"
    said: dict[str, Any] = {**PAGE, "kind": "answer", "do": "answer", "to": "carla@example.org", "text": "On Friday."}
    said["seen"] = version_of(matter)
    assert client.post(path, said).status_code == 302
    again = client.post(path, said)
    assert (again.status_code, ours(matter)) == (302, 1)


def test_a_letter_to_somebody_else_sent_twice_is_one_letter(client_of: Desk, ada: Agent, matter: Conversation) -> None:
    client, path = client_of(ada), f"/conversations/{matter.pk}/asides"
    said = {**PAGE, "kind": "forward", "do": "answer", "to": "mill@example.net", "subject": "Wood", "text": "When?"}
    for _ in range(2):
        assert client.post(path, said).status_code == 302
    assert Touchpoint.objects.filter(direction="out").count() == 1


def test_writing_to_somebody_twice_opens_one_conversation(
    client_of: Desk, ada: Agent, matter: Conversation, carla: Customer
) -> None:
    client = client_of(ada)
    said = {**PAGE, "customer": carla.pk, "subject": "Your table", "text": "It is ready."}
    first, second = (client.post("/conversations/new", said) for _ in range(2))
    assert first.status_code == second.status_code == 302
    assert first.headers["Location"] == second.headers["Location"]
    assert Touchpoint.objects.filter(direction="out").count() == 1


def test_a_call_logged_twice_is_one_call(
    client_of: Desk, ada: Agent, carla: Customer, matter: Conversation, noon: datetime
) -> None:
    client = client_of(ada)
    moment = (noon - timedelta(minutes=20)).strftime("%Y-%m-%dT%H:%M")
    said = {**PAGE, "customer": carla.pk, "channel": "phone", "direction": "in", "minutes": "4", "text": "Rang."}
    said |= {"outcome": "open", "occurred_at": moment}
    first, second = (client.post("/touchpoints/new", said) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    assert Touchpoint.objects.filter(channel="phone").count() == 1


def test_what_was_refused_may_be_sent_again(client_of: Desk, ada: Agent, matter: Conversation) -> None:
    client, path = client_of(ada), f"/conversations/{matter.pk}/notes"
    for _ in range(2):
        assert client.post(path, {**PAGE, "kind": "note", "text": "  "}).status_code == 422
    assert not SentForm.objects.exists()


def test_forms_are_forgotten_after_days(db: None, at: datetime) -> None:
    with once("a" * 64, by=SYSTEM, at=at) as taking:
        taking.leads_to = "/there"
    with pytest.raises(TakenAlready) as told, once("a" * 64, by=SYSTEM, at=at):
        pytest.fail("it is taken once")
    assert told.value.leads_to == "/there"
    assert forget_sent_forms(by=SYSTEM, at=at + timedelta(days=2)) == 0
    assert forget_sent_forms(by=SYSTEM, at=at + timedelta(days=4)) == 1
