from datetime import datetime, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from rung.accounts.models import Agent
from rung.core.actor import SYSTEM
from rung.customers.models import Customer
from rung.customers.verbs import recognise_customer
from rung.touchpoints.access import participants_of, reply_recipients
from rung.touchpoints.incoming import Incoming, Parties, Party
from rung.touchpoints.models import Conversation, Touchpoint
from rung.touchpoints.verbs import answer_conversation, receive_touchpoint, start_conversation
from rung.touchpoints.verbs.participation import MAX_PARTICIPANTS
from tests.cast import written

MINUTE = timedelta(minutes=1)


def roles(conversation: Conversation) -> dict[str, str]:
    return {each.address: each.role for each in participants_of(conversation)}


def test_the_writer_and_everyone_in_copy_take_part_and_our_mailbox_does_not(
    carla: Customer, bo: Agent, at: datetime
) -> None:
    matter = written(carla, at=at, copied=("karim@example.net", "bo@desk.example"))
    assert roles(matter) == {
        "carla@example.org": "customer",
        "karim@example.net": "copied",
        "bo@desk.example": "ours",
    }


def test_who_is_known_already_is_known_by_their_name(carla: Customer, karim: Customer, at: datetime) -> None:
    matter = written(carla, at=at, copied=("karim@example.net",))
    assert [each.customer for each in participants_of(matter)] == [carla, karim]


def test_who_was_only_copied_is_joined_by_their_first_letter(carla: Customer, at: datetime) -> None:
    matter = written(carla, at=at, reference="<a@x>", copied=("karim@example.net",))
    karim = recognise_customer("karim@example.net", by=SYSTEM, at=at)
    assert written(karim, at=at + MINUTE, references=("<a@x>",)) == matter
    assert participants_of(matter)[1].customer == karim


def test_whom_we_write_to_takes_part(carla: Customer, ada: Agent, at: datetime) -> None:
    letter = start_conversation(carla, subject="Your table", text="It is here.", by=ada.actor, at=at)
    assert roles(letter.conversation) == {"carla@example.org": "customer"}


def test_who_told_us_no_name_is_written_to_by_the_address_alone(ada: Agent, at: datetime) -> None:
    nameless = [recognise_customer(f"{each}@example.org", by=SYSTEM, at=at) for each in ("a", "b")]
    matter = written(nameless[0], at=at, reference="<a@x>", copied=("b@example.org",))
    written(nameless[1], at=at + MINUTE, reference="<b@x>", references=("<a@x>",))
    letter = answer_conversation(matter, text="It is here.", by=ada.actor, at=at + 2 * MINUTE)
    assert set(letter.parties["to"]) == {"a@example.org", "b@example.org"}
    assert not letter.parties.get("names")


def test_a_name_that_shows_another_address_hides_no_recipient(ada: Agent, at: datetime) -> None:
    thief = recognise_customer("evil@evil.example", name="support@desk.example", by=SYSTEM, at=at)
    parties = Parties(
        sender="evil@evil.example",
        sender_name="support@desk.example",
        cc=(Party("evil2@evil.example", "Boss <boss@desk.example>"), Party("mei@example.tw", "Mei")),
    )
    incoming = Incoming(
        channel="email", reference="<a@x>", subject="x", text="x", occurred_at=at, parties=parties
    )  # fmt: skip
    matter = receive_touchpoint(thief, incoming, by=thief.actor, at=at).conversation
    answer = reply_recipients(matter)
    assert answer.to == (Party("evil@evil.example"),)
    assert answer.cc == (Party("evil2@evil.example"), Party("mei@example.tw", "Mei"))


def test_somebody_copied_by_somebody_copied_takes_part(carla: Customer, karim: Customer, at: datetime) -> None:
    matter = written(carla, at=at, reference="<a@x>", copied=("karim@example.net",))
    written(karim, at=at + MINUTE, reference="<b@x>", references=("<a@x>",), copied=("mei@example.tw",))
    assert roles(matter)["mei@example.tw"] == "copied"


def test_a_machine_brings_nobody_along(carla: Customer, at: datetime) -> None:
    matter = written(carla, at=at, reference="<a@x>")
    written(carla, at=at + MINUTE, references=("<a@x>",), is_automatic=True, copied=("list@example.org",))
    assert set(roles(matter)) == {"carla@example.org"}


def test_five_hundred_recipients_are_kept_and_a_hundred_take_part(
    carla: Customer, at: datetime, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    crowd = tuple(Party(f"p{number}@example.org", f"Person {number}") for number in range(500))
    incoming = Incoming(
        channel="email", reference="<a@x>", subject="All", text="Hi.", occurred_at=at,
        parties=Parties(sender="carla@example.org", to=crowd),
    )  # fmt: skip
    with django_assert_max_num_queries(16):
        touchpoint = receive_touchpoint(carla, incoming, by=carla.actor, at=at)
    assert len(Touchpoint.objects.get(pk=touchpoint.pk).parties["to"]) == 500
    assert len(participants_of(touchpoint.conversation)) == MAX_PARTICIPANTS
    assert roles(touchpoint.conversation)["carla@example.org"] == "customer"


def test_undisclosed_recipients_are_nobody(carla: Customer, at: datetime) -> None:
    incoming = Incoming(
        channel="email", reference="<a@x>", subject="All", text="Hi.", occurred_at=at,
        parties=Parties(sender="carla@example.org", to=(Party("undisclosed-recipients:;"), Party("", "Somebody"))),
    )  # fmt: skip
    touchpoint = receive_touchpoint(carla, incoming, by=carla.actor, at=at)
    assert set(roles(touchpoint.conversation)) == {"carla@example.org"}


@pytest.mark.parametrize(("joins", "most"), [(False, 11), (True, 12)])
def test_an_ordinary_letter_costs_few_queries(
    carla: Customer,
    ada: Agent,
    at: datetime,
    joins: bool,
    most: int,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    matter = written(carla, at=at, reference="<a@x>")
    answer_conversation(matter, text="Yes.", by=ada.actor, at=at + MINUTE)
    incoming = Incoming(
        channel="email", reference="<c@x>", subject="New", text="Hi.", occurred_at=at + 2 * MINUTE,
        references=("<a@x>",) if joins else (),
        parties=Parties(sender="carla@example.org", to=(Party("support@desk.example", is_ours=True),)),
    )  # fmt: skip
    with django_assert_max_num_queries(most):
        receive_touchpoint(carla, incoming, by=carla.actor, at=at + 2 * MINUTE)
