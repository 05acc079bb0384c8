"""One click and nobody asks any more."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.test import Client
from pytest_django import Settings

from rung.accounts.models import Agent
from rung.channels.email.errands import send_waiting_dispatches
from rung.channels.email.verbs.mailbox import add_mailbox
from rung.core.actor import SYSTEM
from rung.customers.models import Customer
from rung.journal.errands import deliver_entries
from rung.journal.models import Entry
from rung.surveys.access import eligible_customers
from rung.surveys.models import Invitation, Refusal, State
from rung.surveys.verbs import offer_invitation, send_invitation
from rung.touchpoints.models import Touchpoint
from rung.touchpoints.verbs import answer_conversation
from tests.cast import written
from tests.sink import Sink

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def sink(settings: Settings, at: datetime) -> Iterator[Sink]:
    settings.BASE_URL = "https://desk.example"
    add_mailbox(name="Desk", address="support@desk.example", by=SYSTEM, at=at)
    with Sink() as sink:
        settings.SMTP_URL = sink.url
        yield sink


def asked(customer: Customer, by: Agent, at: datetime) -> Invitation:
    conversation = written(customer, at=at, reference=f"<{at.timestamp()}@example.org>")
    answer_conversation(conversation, text="It comes on Friday.", resolve=True, by=by.actor, at=at)
    invitation = offer_invitation(conversation, resolved_at=at, by=by.actor, at=at)
    send_invitation(invitation, by=SYSTEM, at=at + HOUR)
    invitation.refresh_from_db()
    return invitation


def address(invitation: Invitation) -> str:
    assert invitation.touchpoint is not None
    return invitation.touchpoint.unsubscribe.removeprefix("https://desk.example")


def test_the_letter_can_be_unsubscribed_from_and_a_personal_answer_cannot(
    sink: Sink, ada: Agent, carla: Customer, at: datetime
) -> None:
    invitation = asked(carla, ada, at)
    later = at + HOUR
    while deliver_entries(at=later) or send_waiting_dispatches(at=later):
        pass
    answer, survey = sorted(
        (each.letter for each in sink.received), key=lambda letter: letter["Subject"].startswith("One")
    )
    assert "List-Unsubscribe" not in answer
    assert "Precedence" not in answer
    assert survey["List-Unsubscribe"] == f"<https://desk.example{address(invitation)}>"
    assert survey["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert survey["Auto-Submitted"] == "auto-generated"
    text = survey.get_body(("plain",))
    assert text is not None
    assert f"No more questions like this:\nhttps://desk.example{address(invitation)}" in text.get_content().replace(
        "\r", ""
    )


def test_one_click_of_a_mail_program_stops_them(sink: Sink, ada: Agent, carla: Customer, at: datetime) -> None:
    invitation = asked(carla, ada, at)
    program = Client(enforce_csrf_checks=True)
    answer = program.post(address(invitation), "List-Unsubscribe=One-Click", "application/x-www-form-urlencoded")
    assert answer.status_code == 200
    program.post(address(invitation), {"List-Unsubscribe": "One-Click"})
    assert Refusal.objects.get().customer == carla
    entry = Entry.objects.get(kind="surveys.refused")
    assert entry.actor_kind == "customer"
    again = asked(carla, ada, at + timedelta(days=120))
    assert (again.state, again.reason) == (State.SKIPPED, "refused")
    assert not eligible_customers(at=at + timedelta(days=400)).filter(pk=carla.pk).exists()


def test_what_was_about_to_be_asked_is_not(
    sink: Sink, ada: Agent, carla: Customer, at: datetime, client: Client
) -> None:
    first = asked(carla, ada, at)
    pending = Invitation.objects.create(
        customer=carla, conversation=first.conversation, question="nps", offered_at=at, due_at=at, nonce="n" * 16
    )
    client.post(address(first))
    pending.refresh_from_db()
    assert (pending.state, pending.reason) == (State.SKIPPED, "refused")


def test_looking_at_the_page_changes_nothing_and_a_mistake_is_taken_back(
    sink: Sink, ada: Agent, carla: Customer, at: datetime, client: Client
) -> None:
    path = address(asked(carla, ada, at))
    assert "Ask me nothing more" in client.get(path).content.decode()
    assert not Refusal.objects.exists()
    assert "We will ask you nothing more" in client.post(path).content.decode()
    assert "Ask me nothing more" in client.post(path, {"again": "1"}).content.decode()
    assert not Refusal.objects.exists()
    assert Entry.objects.filter(kind="surveys.allowed").count() == 1
    assert client.post(path.replace("/s/", "/s/x")).status_code == 404


def test_an_agent_does_not_see_the_customers_link(
    sink: Sink, ada: Agent, carla: Customer, at: datetime, client: Client
) -> None:
    path = address(asked(carla, ada, at))
    client.force_login(ada)
    page = client.get(f"/conversations/{Touchpoint.objects.filter(is_automatic=True).get().conversation_id}")
    assert page.status_code == 200
    assert path not in page.content.decode()
    assert "/stop" not in page.content.decode()
