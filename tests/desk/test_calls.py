"""The calls on an agent's screen, and the list of them."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from rung.accounts.models import Agent, Team
from rung.channels.phone.models import Call, Telephone
from rung.channels.phone.verbs import Announced, add_telephone, announce_call, set_extensions
from rung.core import clock
from rung.core.actor import SYSTEM
from rung.customers.models import Customer
from rung.customers.verbs import add_address, describe_customer, place_order, state_preference
from rung.desk.stream import look, news_between
from rung.promises.models import Promise
from rung.touchpoints.models import Touchpoint
from tests.cast import Desk, written

pytestmark = pytest.mark.django_db
NUMBER = "+49711550012"


@pytest.fixture
def telephone(support: Team, root: Agent, at: datetime) -> Telephone:
    return add_telephone("Switchboard", team=support, by=root.actor, at=at)[0]


def ring(telephone: Telephone, number: str = NUMBER, *, name: str = "a", state: str = "ringing", **said: Any) -> Call:
    return announce_call(telephone, Announced(name=name, state=state, number=number, **said), by=SYSTEM, at=clock.now())


def reached(person: Customer, at: datetime) -> None:
    add_address(person, NUMBER, kind="phone", by=SYSTEM, at=at)


def seen(client: Any) -> str:
    return str(client.get("/calls/present", headers={"HX-Request": "true"}).content.decode())


def test_who_calls_is_on_the_screen_with_what_helps(
    telephone: Telephone, ada: Agent, carla: Customer, support: Team, client_of: Desk, at: datetime
) -> None:
    reached(carla, at)
    describe_customer(
        carla, avoid="Do not mention the strike.", role_title="Buyer", time_zone="Asia/Tokyo", by=SYSTEM, at=at
    )
    state_preference(carla, "By phone, in the morning", by=ada.actor, at=clock.now() - timedelta(days=500))
    place_order(carla, number="R-7", title="Blue bicycle", amount_cents=1, state="sent", placed_at=at, by=SYSTEM, at=at)
    written(carla, at=at, subject="Where is my bicycle", team=support)
    ring(telephone)
    shown = seen(client_of(ada))
    for said in ("Carla Ruiz", "Buyer", "Do not mention the strike.", "By phone, in the morning", "ask again",
                 "Blue bicycle", "Where is my bicycle", "+49 711 550012", "where they are"):  # fmt: skip
        assert said in shown, said


def test_the_screen_asks_the_same_whatever_there_is(
    telephone: Telephone, ada: Agent, carla: Customer, client_of: Desk, at: datetime, django_assert_max_num_queries: Any
) -> None:
    desk = client_of(ada)
    seen(desk)
    with django_assert_max_num_queries(4):
        assert "call-state" not in seen(desk)
    reached(carla, at)
    ring(telephone)
    with django_assert_max_num_queries(14):
        seen(desk)
    for number in range(8):
        written(carla, at=at + timedelta(hours=number), subject=f"Matter {number}")
        state_preference(carla, f"Wish {number}", by=ada.actor, at=at)
    with django_assert_max_num_queries(14):
        seen(desk)


def test_a_call_is_news_of_those_only_for_whom_it_rings(
    telephone: Telephone, ada: Agent, bo: Agent, root: Agent, at: datetime
) -> None:
    before = look()
    ring(telephone)
    assert news_between(before, look()).about == frozenset({f"agent:{ada.pk}"})
    before = look()
    everybodys, _token = add_telephone("Night line", by=root.actor, at=at)
    ring(everybodys)
    assert "call" in (news_between(before, look()).about or ())


def test_taking_noting_and_ending_by_hand_without_javascript(
    telephone: Telephone, ada: Agent, carla: Customer, support: Team, client_of: Desk, at: datetime
) -> None:
    reached(carla, at)
    matter = written(carla, at=at, team=support)
    call, desk = ring(telephone), client_of(ada)
    assert "I take it" in desk.get("/calls").content.decode()
    assert desk.post(f"/calls/{call.pk}/taking")["Location"] == "/calls"
    desk.post(f"/calls/{call.pk}/notes", {"notes": "Wants it sooner.", "matter": matter.pk})
    desk.post(f"/calls/{call.pk}/notes", {"notes": "Wants it sooner. Agreed.", "matter": matter.pk, "do": "end"})
    assert "Wants it sooner. Agreed." in desk.get("/calls").content.decode()
    desk.post(f"/calls/{call.pk}/notes", {"notes": "Wants it sooner. Agreed on Friday.", "do": "close"})
    logged = Touchpoint.objects.get(channel="phone")
    assert (logged.text, logged.conversation, logged.agent) == ("Wants it sooner. Agreed on Friday.", matter, ada)
    assert "call-state" not in desk.get("/calls").content.decode()


def test_what_is_promised_on_the_telephone_is_noted_when_one_says_so(
    telephone: Telephone, ada: Agent, carla: Customer, client_of: Desk, at: datetime
) -> None:
    reached(carla, at)
    call, desk = ring(telephone), client_of(ada)
    desk.post(f"/calls/{call.pk}/taking")
    day = (clock.now() + timedelta(days=3)).date().isoformat()
    said = {"notes": "Wants a bell.", "promise": "a new bell", "promise_day": day}
    assert desk.post(f"/calls/{call.pk}/notes", said, headers={"X-Keeps": "1"}).status_code == 204
    assert not Promise.objects.exists(), "what is typed in passing is no promise yet"
    half = f'value="{day}"'
    assert half in seen(desk), "what was typed is there again on the next page"
    incomplete = desk.post(
        f"/calls/{call.pk}/notes", said | {"promise_day": "", "do": "end"}, headers={"HX-Request": "true"}
    )
    assert "by which day" in incomplete.content.decode()
    assert Call.objects.get().ended_at is None
    for doing in ("end", "close"):  # said twice, noted once
        desk.post(f"/calls/{call.pk}/notes", said | {"do": doing})
    assert Call.objects.get().promised == {}
    promise, spoken = Promise.objects.get(), Touchpoint.objects.get(channel="phone")
    assert (promise.what, promise.customer, promise.letter) == ("a new bell", carla, spoken.pk)
    assert promise.conversation == spoken.conversation


def test_notes_are_kept_while_one_types(telephone: Telephone, ada: Agent, client_of: Desk) -> None:
    call, desk = ring(telephone), client_of(ada)
    answer = desk.post(f"/calls/{call.pk}/notes", {"notes": "He"}, headers={"X-Keeps": "1"})
    assert (answer.status_code, Call.objects.get().notes) == (204, "He")
    answer = desk.post(f"/calls/{call.pk}/notes", {"notes": "x" * 20_001}, headers={"X-Keeps": "1"})
    assert (answer.status_code, Call.objects.get().notes) == (422, "He")


def test_an_unknown_number_is_a_new_person_in_one_step(telephone: Telephone, ada: Agent, client_of: Desk) -> None:
    call, desk = ring(telephone), client_of(ada)
    assert "Nobody is known by this number." in seen(desk)
    shown = desk.post(f"/calls/{call.pk}/caller", {"name": "Noa Ben"}, headers={"HX-Request": "true"}).content.decode()
    assert "Noa Ben" in shown
    assert Customer.objects.get().addresses.get().value == NUMBER
    empty = desk.post(
        f"/calls/{ring(telephone, '', name='b').pk}/caller", {"name": " "}, headers={"HX-Request": "true"}
    )
    assert "Say at least a name." in empty.content.decode()


def test_of_several_with_one_number_somebody_says_who(
    telephone: Telephone, ada: Agent, carla: Customer, karim: Customer, client_of: Desk, at: datetime
) -> None:
    reached(carla, at)
    reached(karim, at)
    call, desk = ring(telephone), client_of(ada)
    shown = seen(desk)
    assert "Several people have this number." in shown
    assert "Carla Ruiz" in shown
    assert "Karim Haddad" in shown
    desk.post(f"/calls/{call.pk}/caller", {"customer": karim.pk})
    assert Call.objects.get().customer == karim


def test_another_teams_call_is_nobody_elses(telephone: Telephone, bo: Agent, lin: Agent, client_of: Desk) -> None:
    call = ring(telephone)
    assert "call-state" not in seen(client_of(bo))
    for doing in ("taking", "ending", "notes", "caller"):
        assert client_of(bo).post(f"/calls/{call.pk}/{doing}").status_code == 404
    assert client_of(lin).post(f"/calls/{call.pk}/taking").status_code == 302


def test_the_list_says_what_became_of_each(
    telephone: Telephone, ada: Agent, carla: Customer, client_of: Desk, at: datetime, django_assert_num_queries: Any
) -> None:
    reached(carla, at)
    desk = client_of(ada)
    for number in range(45):
        ring(telephone, name=f"m{number}", state="ended")
    ring(telephone, name="s", state="ended", seconds=240, agent=ada)
    shown = desk.get("/calls").content.decode()
    assert "missed" in shown
    assert "4 min" in shown
    assert "Further back" in shown
    Call.objects.update(closed_at=at)
    with django_assert_num_queries(7):
        desk.get("/calls")
    later = shown.partition("/calls?before=")[2].partition('"')[0]
    assert "To the latest" in desk.get(f"/calls?before={later}").content.decode()


@pytest.mark.parametrize("number", [NUMBER, "0711550012", "12"])
def test_whoever_was_missed_or_is_not_known_can_be_called_back(
    number: str, telephone: Telephone, ada: Agent, client_of: Desk
) -> None:
    ring(telephone, number, state="ended")
    assert f'href="tel:{number}"' in client_of(ada).get("/calls").content.decode()


def test_a_colleague_who_calls_inside_the_house_is_known(
    telephone: Telephone, ada: Agent, lin: Agent, client_of: Desk, at: datetime
) -> None:
    set_extensions(lin, ["12"], by=SYSTEM, at=at)
    call = ring(telephone, "12", agent=ada)
    shown = seen(client_of(ada))
    assert f"It is the extension of your colleague {lin.name}." in shown
    assert "withheld" not in shown
    ring(telephone, "12", state="ended", agent=ada)
    call.refresh_from_db()
    assert call.ended_at is not None
    shown = client_of(ada).get("/calls").content.decode()
    assert lin.name in shown
    assert 'href="tel:12"' in shown


def test_typing_a_number_shows_the_same_of_whom_it_is(
    ada: Agent, carla: Customer, karim: Customer, client_of: Desk, at: datetime, django_assert_max_num_queries: Any
) -> None:
    reached(carla, at)
    describe_customer(carla, avoid="Do not mention the strike.", by=SYSTEM, at=at)
    desk = client_of(ada)
    for wanted in ("0049 711 550012", "carla ru"):
        assert "Do not mention the strike." in desk.get("/customers/suggestions", {"find": wanted}).content.decode()
    reached(karim, at)
    both = desk.get("/customers/suggestions", {"find": NUMBER}).content.decode()
    assert "Karim Haddad" in both
    assert "Do not mention the strike." not in both
    with django_assert_max_num_queries(20):
        desk.get("/customers/suggestions", {"find": "carla"})
