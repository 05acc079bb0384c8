import re
from datetime import datetime, timedelta

import pytest

from rung.accounts.models import Agent
from rung.accounts.verbs import change_role
from rung.core.actor import SYSTEM
from rung.customers.access import email_of
from rung.customers.models import Customer
from rung.promises.models import Promise
from rung.touchpoints.models import Conversation, Touchpoint
from tests.cast import Desk, written


def call(noon: datetime, **more: object) -> dict[str, object]:
    moment = (noon - timedelta(minutes=20)).strftime("%Y-%m-%dT%H:%M")
    usual = {"channel": "phone", "direction": "in", "minutes": "4", "text": "Rang.", "outcome": "open"}
    return {**usual, "occurred_at": moment, **more}


def test_a_call_of_somebody_known_is_logged(client_of: Desk, ada: Agent, carla: Customer, noon: datetime) -> None:
    answer = client_of(ada).post("/touchpoints/new", call(noon, customer=carla.pk))
    logged = Touchpoint.objects.get()
    assert answer.headers["Location"] == f"/conversations/{logged.conversation_id}"
    assert (logged.customer, logged.channel, logged.duration_s, logged.agent) == (carla, "phone", 240, ada)
    assert logged.occurred_at == noon - timedelta(minutes=20)


def test_it_goes_into_the_matter_it_belongs_to_and_may_settle_it(
    client_of: Desk, ada: Agent, carla: Customer, at: datetime, noon: datetime
) -> None:
    matter = written(carla, at=at)
    said = call(noon, customer=carla.pk, conversation=matter.pk, outcome="resolved:reached")
    client_of(ada).post("/touchpoints/new", said)
    assert matter.touchpoints.count() == 2
    assert matter.resolutions.get().outcome == "reached"


def test_a_visitor_nobody_knew_becomes_a_person(client_of: Desk, ada: Agent, noon: datetime) -> None:
    said = call(noon, channel="visit", place="Front desk", customer="new", name="Ana Lima", phone="+351 21 000")
    client_of(ada).post("/touchpoints/new", said)
    person = Customer.objects.get()
    assert (person.name, person.addresses.get().value) == ("Ana Lima", "+35121000")
    assert Touchpoint.objects.get().place == "Front desk"


def test_finding_keeps_what_was_written(client_of: Desk, ada: Agent, carla: Customer, noon: datetime) -> None:
    answer = client_of(ada).post("/touchpoints/new", call(noon, find="carla", look="1", text="A long story."))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Carla Ruiz" in page
    assert "A long story." in page
    assert not Touchpoint.objects.exists()


def test_without_a_person_nothing_is_logged_and_nothing_is_lost(client_of: Desk, ada: Agent, noon: datetime) -> None:
    answer = client_of(ada).post("/touchpoints/new", call(noon, text="A long story."))
    assert answer.status_code == 422
    assert "A long story." in answer.content.decode()
    assert not Touchpoint.objects.exists()


def test_a_moment_to_come_is_refused(client_of: Desk, ada: Agent, carla: Customer, noon: datetime) -> None:
    later = (noon + timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M")
    answer = client_of(ada).post("/touchpoints/new", call(noon, customer=carla.pk, occurred_at=later))
    assert answer.status_code == 422
    assert "still to come" in answer.content.decode()


def test_people_are_suggested_while_one_types(client_of: Desk, ada: Agent, carla: Customer) -> None:
    answer = client_of(ada).get("/customers/suggestions?find=ruiz")
    assert f'value="{carla.pk}"' in answer.content.decode()


def test_we_may_write_first(client_of: Desk, ada: Agent, carla: Customer) -> None:
    said = {"customer": carla.pk, "subject": "Your table", "text": "It comes a day early."}
    answer = client_of(ada).post("/conversations/new", said)
    matter = Conversation.objects.get()
    assert answer.headers["Location"] == f"/conversations/{matter.pk}"
    assert (matter.subject, matter.assignee, matter.touchpoints.get().direction) == ("Your table", ada, "out")


def test_a_first_letter_goes_to_several(client_of: Desk, ada: Agent, carla: Customer) -> None:
    said = {
        "customer": carla.pk,
        "subject": "Your table",
        "text": "Early.",
        "also": "Rita <rita@example.org>",
        "cc": "k@example.net",
    }
    client_of(ada).post("/conversations/new", said)
    letter = Touchpoint.objects.get()
    assert (letter.parties["to"], letter.parties["cc"]) == (
        ["carla@example.org", "rita@example.org"],
        ["k@example.net"],
    )
    refused = client_of(ada).post("/conversations/new", {**said, "cc": "nobody"})
    assert refused.status_code == 422
    assert "“nobody” is no e-mail address." in refused.content.decode()


def test_a_letter_without_subject_stays_written(client_of: Desk, ada: Agent, carla: Customer) -> None:
    answer = client_of(ada).post("/conversations/new", {"customer": carla.pk, "text": "It comes a day early."})
    assert answer.status_code == 422
    assert "It comes a day early." in answer.content.decode()
    assert not Conversation.objects.exists()


def test_a_conversation_of_another_team_is_not_offered_as_the_way_back(
    client_of: Desk, bo: Agent, ada: Agent, carla: Customer, support: object, at: datetime
) -> None:
    matter = written(carla, at=at, team=support)  # type: ignore[arg-type]  # the fixture is a Team
    assert client_of(bo).get(f"/touchpoints/new?conversation={matter.pk}").status_code == 404


@pytest.mark.parametrize("address", ["/touchpoints/new", "/conversations/new"])
def test_typing_begins_where_something_is_missing(address: str, client_of: Desk, ada: Agent, carla: Customer) -> None:
    browser = client_of(ada)
    somebody = re.findall(r"<[^<>]*\bautofocus\b[^<>]*>", browser.get(address).content.decode())
    known = re.findall(r"<[^<>]*\bautofocus\b[^<>]*>", browser.get(f"{address}?customer={carla.pk}").content.decode())
    assert [re.findall(r'name="(\w+)"', tag) for tag in somebody] == [["find"]]
    assert [re.findall(r'name="(\w+)"', tag) for tag in known] in ([["text"]], [["subject"]])


def test_what_was_promised_on_the_phone_is_noted_with_the_call(
    client_of: Desk, ada: Agent, carla: Customer, noon: datetime
) -> None:
    day = (noon + timedelta(days=2)).date().isoformat()
    said = call(noon, customer=carla.pk, promise="the new bell is in the post", promise_day=day)
    client_of(ada).post("/touchpoints/new", said)
    logged, promise = Touchpoint.objects.get(), Promise.objects.get()
    assert (promise.what, promise.customer, promise.is_day) == ("the new bell is in the post", carla, True)
    assert promise.conversation == logged.conversation


def test_half_a_promise_logs_nothing_and_loses_nothing(
    client_of: Desk, ada: Agent, carla: Customer, noon: datetime
) -> None:
    answer = client_of(ada).post("/touchpoints/new", call(noon, customer=carla.pk, promise="the new bell"))
    assert answer.status_code == 422
    assert "by which day that is promised" in answer.content.decode()
    assert 'value="the new bell"' in answer.content.decode()
    assert not Touchpoint.objects.exists()
    assert not Promise.objects.exists()


def test_a_number_is_added_to_who_is_known_only_by_whoever_may_change_customers(
    carla: Customer, ada: Agent, client_of: Desk, noon: datetime
) -> None:
    said = call(noon, customer="new", name="Carla", email=email_of(carla), phone="+4971155000")
    change_role("agent", scope="all", permissions=["customers.see"], by=SYSTEM, at=noon)
    client_of(ada).post("/touchpoints/new", said)
    assert carla.touchpoints.count() == 1
    assert not carla.addresses.filter(kind="phone").exists()
    change_role("agent", scope="all", permissions=["customers.see", "customers.change"], by=SYSTEM, at=noon)
    client_of(ada).post("/touchpoints/new", said)
    assert carla.addresses.filter(kind="phone", value="+4971155000").exists()
