from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from rung.accounts.models import Agent
from rung.core.actor import SYSTEM
from rung.customers.access import found_customers, latest_order
from rung.customers.acquaintances import acquaintances_of
from rung.customers.addresses import normalised
from rung.customers.models import Customer
from rung.customers.verbs import (
    add_address,
    create_company,
    describe_customer,
    mark_address_failing,
    place_order,
    recognise_customer,
)
from rung.journal.models import Entry


@pytest.mark.parametrize(
    ("address", "kind", "expected"),
    [
        ("Carla@Example.ORG", "email", "carla@example.org"),
        (" carla@example.org ", "email", "carla@example.org"),
        ("carla", "email", ""),
        ("a b@example.org", "email", ""),
        ("x" * 250 + "@example.org", "email", ""),
        ("+49 (0)30 / 123-456", "phone", "+4930123456"),
        ("0049 30 123456", "phone", "+4930123456"),
        ("1", "phone", ""),
    ],
)
def test_addresses_have_one_form(address: str, kind: str, expected: str) -> None:
    assert normalised(address, kind) == expected


def test_the_same_person_is_known_again_by_any_address(carla: Customer, at: datetime) -> None:
    add_address(carla, "c.ruiz@work.example", kind="email", by=SYSTEM, at=at)
    assert recognise_customer("C.Ruiz@Work.example", name="C. Ruiz", by=SYSTEM, at=at) == carla
    carla.refresh_from_db()
    assert carla.name == "Carla Ruiz"
    assert Customer.objects.count() == 1


def test_a_name_is_taken_over_where_there_was_none(db: None, at: datetime) -> None:
    nameless = recognise_customer("zoe@example.org", by=SYSTEM, at=at)
    recognise_customer("zoe@example.org", name="Zoe\r\nX", by=SYSTEM, at=at)
    nameless.refresh_from_db()
    assert nameless.name == "Zoe X"


def test_what_is_no_address_is_refused_in_words(db: None, at: datetime) -> None:
    with pytest.raises(ValidationError, match="nobody"):
        recognise_customer("nobody", by=SYSTEM, at=at)


def test_an_address_belongs_to_one_person(carla: Customer, karim: Customer, at: datetime) -> None:
    with pytest.raises(ValidationError, match="Carla Ruiz"):
        add_address(karim, "carla@example.org", kind="email", by=SYSTEM, at=at)


def test_a_company_is_known_by_its_domain(db: None, at: datetime) -> None:
    works = create_company("Works", domain="@Works.example", is_internal=True, by=SYSTEM, at=at)
    colleague = recognise_customer("kim@works.example", by=SYSTEM, at=at)
    assert colleague.company == works
    assert colleague.is_internal


def test_describing_records_which_fields_and_not_their_values(carla: Customer, ada: Agent, at: datetime) -> None:
    describe_customer(carla, name="Carla Ruiz", about="Prefers the phone", captive=False, by=ada.actor, at=at)
    entry = Entry.objects.get(kind="customer.described")
    assert entry.data["changed"] == ["about", "captive"]
    describe_customer(carla, about="Prefers the phone", by=ada.actor, at=at)
    assert Entry.objects.filter(kind="customer.described").count() == 1


def test_the_same_order_twice_is_one(carla: Customer, at: datetime) -> None:
    for _ in range(2):
        place_order(carla, number="R-1", title="Table", amount_cents=90_000, placed_at=at, by=SYSTEM, at=at)
    assert carla.orders.count() == 1
    assert Entry.objects.filter(kind="order.placed").count() == 1


def test_a_failing_address_is_noted_once(carla: Customer, karim: Customer, at: datetime) -> None:
    for person in (carla, carla, karim):
        mark_address_failing(person, "carla@example.org", reason="550 gone", by=SYSTEM, at=at)
    assert Entry.objects.filter(kind="customer.address_failing").count() == 1


@pytest.mark.parametrize("wanted", ["carla", "RUIZ", "rúiz", "carla@ex", "+49 30 12"])
def test_people_are_found_by_what_one_types(carla: Customer, ada: Agent, at: datetime, wanted: str) -> None:
    add_address(carla, "+49 30 123456", kind="phone", by=SYSTEM, at=at)
    assert found_customers(ada, wanted) == [carla]


def test_nothing_typed_finds_nobody(carla: Customer, ada: Agent) -> None:
    assert found_customers(ada, "  ") == []
    assert found_customers(ada, "Zoe") == []


@pytest.mark.parametrize("name", ["\u200b\u2060\u3164", "\u202e\u202c", "\u2800 \ufeff"])
def test_a_name_nobody_can_see_is_none(db: None, at: datetime, name: str) -> None:
    assert recognise_customer("blank@example.org", name=name, by=SYSTEM, at=at).name == ""


def test_a_name_does_not_turn_what_stands_behind_it(db: None, at: datetime) -> None:
    turned = recognise_customer("eve@example.org", name="Eve \u202egreB adA\u2066", by=SYSTEM, at=at)
    assert turned.name == "Eve greB adA"
    kept = recognise_customer("noa@example.org", name="נועה \u200fכהן", by=SYSTEM, at=at)
    assert kept.name == "נועה \u200fכהן"


@pytest.mark.django_db
def test_many_are_looked_up_together_and_whoever_is_met_joins_them(
    at: datetime, django_assert_num_queries: Any
) -> None:
    create_company("Fjord", domain="fjord.example", by=SYSTEM, at=at)
    known = recognise_customer("old@fjord.example", name="Old", by=SYSTEM, at=at)
    with django_assert_num_queries(5):
        among = acquaintances_of({"old@fjord.example", "new@fjord.example"})
    with django_assert_num_queries(0):
        assert recognise_customer("old@fjord.example", among=among, by=SYSTEM, at=at) == known
    new = recognise_customer("new@fjord.example", name="New", among=among, by=SYSTEM, at=at)
    assert new.company == known.company
    with django_assert_num_queries(0):
        assert recognise_customer("new@fjord.example", among=among, by=SYSTEM, at=at) is new
        assert latest_order(new, before=at) is None


@pytest.mark.django_db
def test_somebody_with_an_order_is_asked_for_it_also_among_many(at: datetime) -> None:
    buyer = recognise_customer("buyer@fjord.example", by=SYSTEM, at=at)
    order = place_order(buyer, number="1", title="", amount_cents=1, placed_at=at, by=SYSTEM, at=at)
    found = acquaintances_of({"buyer@fjord.example"}).people["buyer@fjord.example"]
    assert latest_order(found, before=at) == order
    later = {"title": "", "amount_cents": 1, "placed_at": at + timedelta(days=1)}
    place_order(buyer, number="2", **later, by=SYSTEM, at=at)  # type: ignore[arg-type]  # a test's shorthand
    found = acquaintances_of({"buyer@fjord.example"}).people["buyer@fjord.example"]
    assert latest_order(found, before=at) == order
    assert latest_order(found, before=at - timedelta(days=1)) is None
    newest = latest_order(found, before=at + timedelta(days=2))
    assert newest is not None
    assert newest.number == "2"
