"""Somebody is forgotten, or merged, in the very moment in which a letter of theirs is read or somebody writes to them."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count
from threading import Thread
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext

from rung.accounts.models import Agent
from rung.core.actor import SYSTEM
from rung.customers.bringing import OrderLine, PersonLine
from rung.customers.models import Address, Customer, Order
from rung.customers.verbs import (
    add_address,
    bring_orders,
    bring_people,
    forget_customer,
    merge_customers,
    place_order,
    recognise_customer,
    state_preference,
)
from rung.fields.models import Value
from rung.fields.verbs import make_field, set_value
from rung.promises.verbs import make_promise
from rung.touchpoints.incoming import Logged, Party
from rung.touchpoints.models import Conversation, Touchpoint
from rung.touchpoints.verbs import answer_conversation, ask_beside, give_notice, log_touchpoint, start_conversation
from tests.cast import written

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor != "postgresql", reason="SQLite has one writer, so nothing happens at one instant"
    ),
]


def refused_elsewhere(what: Callable[[], object]) -> str:
    """What another session of the database is told when it does this and does not wait; empty when nothing stops it."""
    told: list[str] = []

    def do() -> None:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '100ms'")
                what()
            told.append("")
        except OperationalError as refused:
            told.append(str(refused))
        finally:
            connection.close()

    thread = Thread(target=do)
    thread.start()
    thread.join()
    return told[0]


def test_who_has_been_recognised_is_forgotten_with_what_they_write(carla: Customer, root: Agent, at: datetime) -> None:
    address = carla.addresses.values_list("value", flat=True)[0]
    with transaction.atomic():
        met = recognise_customer(address, by=SYSTEM, at=at)
        written(met, at=at, subject="Hers")
        assert "lock timeout" in refused_elsewhere(lambda: forget_customer(carla, by=root.actor, at=at))
        assert refused_elsewhere(lambda: recognise_customer(address, by=SYSTEM, at=at)) == "", "readers do not wait"
    forget_customer(carla, by=root.actor, at=at)
    assert Touchpoint.objects.get().subject == Touchpoint.objects.get().conversation.subject == ""


def test_who_is_being_forgotten_is_recognised_only_afterwards_as_somebody_new(
    carla: Customer, root: Agent, at: datetime
) -> None:
    address = carla.addresses.values_list("value", flat=True)[0]
    with transaction.atomic():
        forget_customer(carla, by=root.actor, at=at)
        assert "lock timeout" in refused_elsewhere(lambda: recognise_customer(address, by=SYSTEM, at=at))
    assert recognise_customer(address, by=SYSTEM, at=at).pk != carla.pk


def beginnings(carla: Customer, by: Agent, at: datetime) -> dict[str, Callable[[], object]]:
    """What one of us begins for a person without their having written, each with words."""
    soon, who = at + timedelta(days=1), by.actor
    to = (Party("carla@example.org", "Carla"),)
    logged = Logged(channel="phone", direction="in", text="Words", occurred_at=at)
    field = make_field("customer", "Size", kind="text", by=who, at=at)
    again = count()
    order: dict[str, Any] = {"title": "Words", "amount_cents": 1, "placed_at": at}
    return {
        "letter": lambda: start_conversation(carla, to=to, subject="Words", text="Words", by=who, at=at),
        "call": lambda: log_touchpoint(carla, logged, by=who, at=at),
        "promise": lambda: make_promise(carla, "Words", due_at=soon, by=who, at=at),
        "preference": lambda: state_preference(carla, "Words", by=who, at=at),
        "order": lambda: place_order(carla, number=f"R-{next(again)}", **order, by=who, at=at),
        "field": lambda: set_value(field, carla.pk, f"Words {next(again)}", by=who, at=at),
        "address": lambda: add_address(carla, f"words{next(again)}@example.org", kind="email", by=who, at=at),
    }


@pytest.mark.parametrize("beginning", ["letter", "call", "promise", "preference", "order", "field", "address"])
def test_what_is_begun_for_somebody_is_there_before_they_are_forgotten_or_refused(
    beginning: str, carla: Customer, ada: Agent, root: Agent, at: datetime
) -> None:
    begin = beginnings(carla, ada, at)[beginning]
    with transaction.atomic():
        begin()
        assert "lock timeout" in refused_elsewhere(lambda: forget_customer(carla, by=root.actor, at=at))
    if beginning == "letter":
        Touchpoint.objects.update(delivery="sent")
    with transaction.atomic():
        forget_customer(carla, by=root.actor, at=at)
        assert "lock timeout" in refused_elsewhere(begin)
    with pytest.raises(ValidationError, match="forgotten"):
        begin()
    left = [
        *Touchpoint.objects.values("text", "subject"),
        *Conversation.objects.values("subject"),
        *Order.objects.values(),
    ]
    assert "words" not in str([*left, *Value.objects.values(), *Address.objects.values()]).lower()


def test_what_a_list_says_of_somebody_is_there_before_they_are_forgotten_or_left_out(
    carla: Customer, root: Agent, at: datetime
) -> None:
    theirs = (carla.addresses.values_list("value", flat=True)[0],)
    person = PersonLine(emails=theirs, about="Words")
    order = OrderLine(number="R-1", email=theirs[0], title="Words", placed_at=at)
    for bring, line in ((bring_people, person), (bring_orders, order)):
        with transaction.atomic():
            bring([line], by=root.actor, at=at)
            assert "lock timeout" in refused_elsewhere(lambda: forget_customer(carla, by=root.actor, at=at))
    known = OrderLine(number="R-1", title="Words of another list")
    with transaction.atomic():
        bring_orders([known], by=root.actor, at=at)
        assert "lock timeout" in refused_elsewhere(lambda: forget_customer(carla, by=root.actor, at=at))
    with transaction.atomic():
        forget_customer(carla, by=root.actor, at=at)
        assert "lock timeout" in refused_elsewhere(lambda: bring_orders([known], by=root.actor, at=at))
    carla.refresh_from_db()
    assert (carla.about, Order.objects.get().title) == ("", "")


def test_what_a_field_says_of_a_conversation_is_forgotten_with_it(carla: Customer, root: Agent, at: datetime) -> None:
    conversation = written(carla, at=at)
    field = make_field("conversation", "Serial", kind="text", by=root.actor, at=at)
    with transaction.atomic():
        set_value(field, conversation.pk, "Words", by=root.actor, at=at)
        assert "lock timeout" in refused_elsewhere(lambda: forget_customer(carla, by=root.actor, at=at))
    forget_customer(carla, by=root.actor, at=at)
    assert not Value.objects.exists()


def test_what_is_asked_from_within_an_aside_is_there_before_the_customer_is_forgotten(
    carla: Customer, ada: Agent, root: Agent, at: datetime
) -> None:
    def ask(of: Conversation) -> Touchpoint:
        to = (Party(f"help{of.pk}@supplier.example", "Help"),)
        return ask_beside(of, to=to, subject="Carla's table", text="Where is it?", by=ada.actor, at=at)

    aside = ask(written(carla, at=at)).conversation
    Touchpoint.objects.update(delivery="sent")
    with transaction.atomic():
        ask(Conversation.objects.get(pk=aside.pk))
        Touchpoint.objects.update(delivery="sent")
        assert "lock timeout" in refused_elsewhere(lambda: forget_customer(carla, by=root.actor, at=at))
    forget_customer(carla, by=root.actor, at=at)
    assert set(Touchpoint.objects.values_list("text", flat=True)) == {""}


def test_forgetting_and_merging_lock_in_the_same_order(
    carla: Customer, karim: Customer, root: Agent, at: datetime
) -> None:
    def locked(act: Callable[[], object]) -> list[str]:
        """The tables of customers in which rows are locked, in the order of the first lock in each."""
        with CaptureQueriesContext(connection) as asked:
            act()
        locking = [query["sql"] for query in asked if re.search(" FOR (NO KEY )?UPDATE", query["sql"])]
        tables = [sql.partition(' FROM "')[2].partition('"')[0] for sql in locking]
        return [table for table in dict.fromkeys(tables) if table.startswith("customers_")]

    order = ["customers_address", "customers_customer"]
    assert locked(lambda: merge_customers(carla, karim, by=root.actor, at=at))[:2] == order
    assert locked(lambda: forget_customer(carla, by=root.actor, at=at))[:2] == order


def test_whoever_answers_does_not_wait_for_a_merge_that_waits_for_them(
    carla: Customer, karim: Customer, ada: Agent, root: Agent, at: datetime
) -> None:
    zoe, merged_last = (recognise_customer(f"{name}@example.org", by=SYSTEM, at=at) for name in ("zoe", "last"))
    conversation, other = written(carla, at=at), written(zoe, at=at)
    with transaction.atomic():
        answer_conversation(conversation, text="Today.", by=ada.actor, at=at)
        assert "lock timeout" in refused_elsewhere(lambda: merge_customers(karim, carla, by=root.actor, at=at))
    merge_customers(karim, carla, by=root.actor, at=at)
    assert set(conversation.touchpoints.values_list("customer", flat=True)) == {karim.pk}
    with transaction.atomic():
        merge_customers(karim, merged_last, by=root.actor, at=at)

        def name_them() -> None:
            give_notice(other, customer=karim, subject="One more", text="Thing", by=SYSTEM, at=at)

        assert refused_elsewhere(name_them) == "", "whoever only names a person does not wait for their merge"
