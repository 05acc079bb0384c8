"""A telephone system says what its calls do, over HTTP."""

import json
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from rung.accounts.models import Agent, Team
from rung.channels.phone.access import present_calls
from rung.channels.phone.errands import close_old_calls
from rung.channels.phone.models import Call, Ring, Telephone
from rung.channels.phone.verbs import (
    add_telephone,
    answer_call,
    close_call,
    end_call,
    end_telephone,
    note_call,
    place_call,
    recognise_caller,
    set_extensions,
)
from rung.core import clock
from rung.core.actor import SYSTEM
from rung.customers.models import Address, Customer
from rung.customers.verbs import add_address
from rung.journal.models import Entry
from rung.touchpoints.models import Conversation, Touchpoint
from tests.cast import Desk, written

pytestmark = pytest.mark.django_db
ADDRESS = "/calls/announcements"
NUMBER = "+49711550012"


@pytest.fixture
def token(support: Team, root: Agent, at: datetime) -> str:
    return add_telephone("Switchboard", team=support, by=root.actor, at=at)[1]


def announce(token: str, *, expects: int, **said: Any) -> Any:
    answer = Client(enforce_csrf_checks=True).post(ADDRESS, said, headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == expects, answer.content
    return answer.json()


def called(customer: Customer, at: datetime) -> None:
    add_address(customer, NUMBER, kind="phone", by=SYSTEM, at=at)


def entries(kind: str) -> list[dict[str, Any]]:
    return [entry.data for entry in Entry.objects.filter(kind=kind).order_by("pk")]


def test_a_call_becomes_a_touchpoint_with_its_length_and_notes(
    token: str, ada: Agent, carla: Customer, at: datetime
) -> None:
    called(carla, at)
    set_extensions(ada, ["23"], by=SYSTEM, at=at)
    announce(token, expects=201, call="a", state="ringing", number="0049 711 55 00 12", extension="23")
    call = Call.objects.get()
    assert (call.customer, call.is_ringing()) == (carla, True)
    assert entries("call.announced")[0]["agents"] == [ada.pk]
    announce(token, expects=200, call="a", state="answered", agent="ADA@desk.example")
    note_call(call, "Wants the blue one.", by=ada.actor, at=clock.now())
    announce(token, expects=200, call="a", state="ended", seconds="125")
    touchpoint = Touchpoint.objects.get()
    assert (touchpoint.customer, touchpoint.duration_s, touchpoint.agent) == (carla, 125, ada)
    assert (touchpoint.text, touchpoint.channel, touchpoint.direction) == ("Wants the blue one.", "phone", "in")


def test_what_is_written_down_after_hanging_up_reaches_the_thread(
    token: str, ada: Agent, carla: Customer, at: datetime
) -> None:
    called(carla, at)
    announce(token, expects=201, call="a", state="ended", number=NUMBER, agent=ada.email, seconds=60)
    call, now = Call.objects.get(), clock.now()
    assert Touchpoint.objects.get().text == "A call. Nothing was noted."
    note_call(call, "She is content.", by=ada.actor, at=now)
    assert Touchpoint.objects.get().text == "A call. Nothing was noted."
    for _twice in range(2):
        close_call(call, by=ada.actor, at=now)
    assert Touchpoint.objects.get().text == "She is content."
    assert Conversation.objects.get().last_snippet == "She is content."
    note_call(call, "Too late.", by=ada.actor, at=now)
    assert Call.objects.get().notes == "She is content."
    assert len(entries("touchpoint.reworded")) == len(entries("call.ended")) == 1


def test_saying_it_twice_changes_nothing(token: str, ada: Agent, carla: Customer, at: datetime) -> None:
    called(carla, at)
    for state in ("ringing", "ringing", "answered", "answered", "ended", "ended", "ringing", "answered"):
        said = {"call": "a", "state": state, "number": NUMBER, "agent": ada.email}
        announce(token, expects=201 if not Call.objects.exists() else 200, **said)
    assert [len(entries(f"call.{kind}")) for kind in ("announced", "answered", "ended")] == [1, 1, 1]
    assert Call.objects.count() == Ring.objects.count() == Touchpoint.objects.count() == 1


def test_one_call_may_ring_at_several_tables(token: str, ada: Agent, bo: Agent, at: datetime) -> None:
    for agent in (ada, bo, ada):
        announce(
            token,
            expects=201 if agent == ada and not Call.objects.exists() else 200,
            call="a",
            state="ringing",
            agent=agent.email,
        )
    assert [each["agents"] for each in entries("call.announced")] == [[ada.pk], sorted([ada.pk, bo.pk])]
    assert present_calls(bo, at=clock.now()) == present_calls(ada, at=clock.now()) == [Call.objects.get()]
    announce(token, expects=200, call="a", state="answered", agent=bo.email)
    assert (present_calls(ada, at=clock.now()), len(present_calls(bo, at=clock.now()))) == ([], 1)


def test_named_nobody_it_rings_for_the_team_or_for_everybody(
    token: str, ada: Agent, bo: Agent, root: Agent, at: datetime
) -> None:
    announce(token, expects=201, call="a", state="ringing", number=NUMBER)
    assert entries("call.announced")[0]["agents"] == [ada.pk]
    assert (len(present_calls(ada, at=clock.now())), present_calls(bo, at=clock.now())) == (1, [])
    _telephone, other = add_telephone("Night line", by=root.actor, at=at)
    announce(other, expects=201, call="a", state="ringing", number=NUMBER)
    assert entries("call.announced")[1]["agents"] is None
    assert len(present_calls(bo, at=clock.now())) == 1


def test_a_missed_call_is_no_touchpoint(token: str, ada: Agent, carla: Customer, at: datetime) -> None:
    called(carla, at)
    for state in ("ringing", "ended"):
        announce(token, expects=201 if state == "ringing" else 200, call="a", state=state, number=NUMBER)
    assert Call.objects.get().is_missed()
    assert not Touchpoint.objects.exists()
    assert present_calls(ada, at=clock.now()) == []


def test_a_number_nobody_has_is_somebody_new_once_they_have_spoken(token: str, ada: Agent, at: datetime) -> None:
    announce(token, expects=201, call="a", state="ringing", number=NUMBER)
    assert not Customer.objects.exists()
    announce(token, expects=200, call="a", state="ended", seconds=5)
    assert Touchpoint.objects.get().customer.addresses.get().value == NUMBER


@pytest.mark.parametrize("number", [NUMBER, ""])
def test_who_shares_or_withholds_a_number_has_to_be_said(
    number: str, token: str, ada: Agent, carla: Customer, karim: Customer, at: datetime
) -> None:
    called(carla, at)
    called(karim, at)
    announce(token, expects=201, call="a", state="ended", number=number, agent=ada.email, seconds=5)
    call = Call.objects.get()
    assert (call.customer, call.touchpoint, present_calls(ada, at=clock.now())) == (None, None, [call])
    for person in (karim, carla):
        recognise_caller(call, person, by=ada.actor, at=clock.now())
    assert [each.customer for each in Touchpoint.objects.all()] == [karim]
    assert Address.objects.filter(value=NUMBER).count() == 2


def test_a_call_joins_the_matter_it_is_about(
    token: str, ada: Agent, carla: Customer, karim: Customer, support: Team, at: datetime
) -> None:
    called(carla, at)
    matter, other = written(carla, at=at, team=support), written(karim, at=at, team=support)
    announce(token, expects=201, call="a", state="answered", number=NUMBER, agent=ada.email)
    call = Call.objects.get()
    with pytest.raises(Exception, match="somebody else"):
        place_call(call, other, by=ada.actor, at=clock.now())
    place_call(call, matter, by=ada.actor, at=clock.now())
    end_call(call, by=ada.actor, at=clock.now())
    assert Touchpoint.objects.get(channel="phone").conversation == matter


def test_taking_and_ending_by_hand_need_no_announcement(
    token: str, ada: Agent, bo: Agent, carla: Customer, at: datetime
) -> None:
    called(carla, at)
    announce(token, expects=201, call="a", state="ringing", number=NUMBER)
    call = Call.objects.get()
    for agent in (ada, bo):
        answer_call(call, agent, by=agent.actor, at=clock.now())
    end_call(call, by=ada.actor, at=clock.now())
    announce(token, expects=200, call="a", state="ended", seconds=900)
    assert Touchpoint.objects.get().agent == ada
    assert len(entries("call.ended")) == 1


def test_what_nobody_ends_ends_by_itself(token: str, ada: Agent, carla: Customer, at: datetime) -> None:
    called(carla, at)
    announce(token, expects=201, call="rings", state="ringing", number=NUMBER)
    announce(token, expects=201, call="spoken", state="answered", number=NUMBER, agent=ada.email)
    now = clock.now()
    close_old_calls(at=now)
    assert Call.objects.filter(closed_at__isnull=True).count() == 2
    Call.objects.update(began_at=at, answered_at=None)
    Call.objects.filter(name="spoken").update(answered_at=at)
    close_old_calls(at=now)
    assert Call.objects.get(name="rings").is_missed()
    assert Touchpoint.objects.get().conversation.customer == carla


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"state": "ringing"}, "call"),
        ({"call": " ", "state": "ringing"}, "call"),
        ({"call": "x" * 121, "state": "ringing"}, "call"),
        ({"call": "a"}, "state"),
        ({"call": "a", "state": "melting"}, "state"),
        ({"call": "a", "state": "ringing", "direction": "up"}, "direction"),
        ({"call": "a", "state": "ringing", "extension": "99"}, "extension"),
        ({"call": "a", "state": "ringing", "agent": "zoe@nowhere.example"}, "agent"),
        ({"call": "a", "state": "ended", "seconds": "-1"}, "seconds"),
        ({"call": "a", "state": "ended", "seconds": "soon"}, "seconds"),
        ({"call": "a", "state": "ended", "seconds": "9" * 30}, "seconds"),
        ({"call": "a", "state": "ringing", "number": "1" * 61}, "number"),
        ({"call": "a\u0000b", "state": "ringing"}, "call"),
    ],
)
def test_what_is_wrong_is_named(said: dict[str, str], field: str, token: str) -> None:
    assert list(announce(token, expects=422, **said)["fields"]) == [field]


@pytest.mark.parametrize("field", ["extension", "agent"])
def test_half_a_letter_is_nobodys(field: str, token: str) -> None:
    said = {"call": "a", "state": "ringing", field: "\ud83d"}
    answer = Client().post(ADDRESS, said, content_type="application/json", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 422
    assert list(answer.json()["fields"]) == [field]
    assert not Call.objects.exists()


@pytest.mark.parametrize("number", ["anonymous", "sip:carla@firm.example", "☎", "**21*", "+", "１２３４５６７"])
def test_ugly_numbers_are_taken_as_they_come(number: str, token: str, ada: Agent) -> None:
    announce(token, expects=201, call="a", state="ringing", number=number)
    assert len(present_calls(ada, at=clock.now())) == 1


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("12", "12"),
        ("7", "7"),
        ("sip:12@pbx.firm.example", "12"),
        ("sip:+49711550012@10.0.0.1;user=phone", NUMBER),
        ('"Carla 2" <sip:0049711550012@10.0.0.1>', NUMBER),
        ("tel:+49-711-550012", NUMBER),
        ("sip:anonymous@anonymous.invalid", ""),
    ],
)
def test_a_number_is_what_is_dialled(said: str, kept: str, token: str) -> None:
    announce(token, expects=201, call="a", state="ringing", number=said)
    assert Call.objects.get().number == kept


def test_an_internal_number_is_no_customer_until_somebody_says_whose_it_is(
    token: str, ada: Agent, carla: Customer, at: datetime
) -> None:
    announce(token, expects=201, call="a", state="ended", number="12", agent=ada.email, seconds=5)
    assert not Touchpoint.objects.exists()
    recognise_caller(Call.objects.get(), carla, by=ada.actor, at=clock.now())
    assert Touchpoint.objects.get().customer == carla
    announce(token, expects=201, call="b", state="ringing", number="12", agent=ada.email)
    assert Call.objects.get(name="b").customer == carla


def post(body: bytes | str, token: str, kind: str = "application/json") -> Any:
    return Client().post(ADDRESS, body, content_type=kind, headers={"Authorization": f"Bearer {token}"})


def test_json_is_taken_as_well(token: str) -> None:
    said = {"call": 4711, "state": "ringing", "number": None, "seconds": None, "line": 3}
    assert post(json.dumps(said), token).status_code == 201
    assert Call.objects.get().name == "4711"


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        ("{", "application/json", 400),
        ("[" * 9000, "application/json", 400),
        ("[1]", "application/json", 400),
        ('{"call": {"a": 1}}', "application/json", 400),
        (b"\xff\xfe", "application/json", 400),
        (json.dumps({"call": "a" * 17_000}), "application/json", 413),
        ("call=" + "a" * 17_000, "application/x-www-form-urlencoded", 413),
        ("<call/>", "text/xml", 415),
    ],
)
def test_what_cannot_be_read_is_refused(body: bytes | str, kind: str, status: int, token: str) -> None:
    answer = post(body, token, kind)
    assert (answer.status_code, list(answer.json())) == (status, ["error"])


def test_only_who_shows_a_token_is_heard(token: str, root: Agent, client_of: Desk, at: datetime) -> None:
    said = {"call": "a", "state": "ringing"}
    assert client_of(root).post(ADDRESS, said).status_code == 401
    for shown in ("", token[:-1], token + "x", token.upper()):
        announce(shown, expects=401, **said)
    answer = Client().post(ADDRESS, said, headers={"Authorization": f"Basic {token}"})
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, 'Bearer realm="Rung"')
    assert Client().get(ADDRESS).status_code == 405
    end_telephone(Telephone.objects.get(), by=root.actor, at=at)
    announce(token, expects=401, **said)
    assert not Call.objects.exists()


def test_a_token_is_shown_once_and_kept_as_a_digest(root: Agent, ada: Agent, client_of: Desk) -> None:
    assert client_of(ada).get("/settings/telephones").status_code == 403
    answer = client_of(root).post("/settings/telephones", {"name": "Switchboard"})
    token = answer.content.decode().partition("data-token>")[2].partition("<")[0]
    kept = Telephone.objects.get()
    assert token.startswith("rung_phone_")
    assert token not in str(vars(kept))
    assert token not in client_of(root).get("/settings/telephones").content.decode()
    announce(token, expects=201, call="a", state="ringing")
    client_of(root).post(f"/settings/telephones/{kept.pk}/silence")
    announce(token, expects=401, call="a", state="ringing")


def test_an_extension_is_one_persons(root: Agent, ada: Agent, bo: Agent, client_of: Desk) -> None:
    desk = client_of(root)
    assert desk.post(f"/settings/telephones/extensions/{ada.pk}", {"numbers": "23, 2 4,"}).status_code == 302
    answer = desk.post(f"/settings/telephones/extensions/{bo.pk}", {"numbers": "24"})
    assert answer.status_code == 422
    assert "24 is the extension of Ada Berg." in answer.content.decode()
    assert desk.post(f"/settings/telephones/extensions/{bo.pk}", {"numbers": "desk"}).status_code == 422
    assert desk.post(f"/settings/telephones/extensions/{ada.pk}", {"numbers": "23"}).status_code == 302
    assert desk.post(f"/settings/telephones/extensions/{bo.pk}", {"numbers": "24"}).status_code == 302
