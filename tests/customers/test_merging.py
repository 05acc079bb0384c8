from datetime import datetime, timedelta

import pytest
from django.core.exceptions import ValidationError

from rung.accounts.models import Agent
from rung.core.actor import SYSTEM
from rung.customers.access import customer_for, found_customers, standing_merges
from rung.customers.likely import Shared, likely_duplicates
from rung.customers.models import Customer, Order
from rung.customers.verbs import (
    add_address,
    describe_customer,
    merge_customers,
    part_customers,
    place_order,
    recognise_customer,
)
from rung.journal.models import Entry
from rung.surveys.models import Refusal
from rung.touchpoints.models import Conversation, Participant, Touchpoint
from tests.cast import written


@pytest.fixture
def twin(carla: Customer, at: datetime) -> Customer:
    """Carla under another address, with an order and a letter of her own."""
    twin = recognise_customer("carla.ruiz@firm.example", name="Carla Ruiz", by=SYSTEM, at=at)
    describe_customer(twin, role_title="Buyer", about="Calls on Mondays.", by=SYSTEM, at=at)
    place_order(twin, number="A-7", title="Table", amount_cents=900, placed_at=at, by=SYSTEM, at=at)
    written(twin, at=at, subject="from the firm")
    return Customer.objects.get(pk=twin.pk)


def everything() -> dict[str, list[tuple[object, ...]]]:
    return {
        "addresses": list(Customer.objects.values_list("pk", "addresses__value").order_by("addresses__pk")),
        "orders": sorted(Order.objects.values_list("pk", "customer")),
        "conversations": sorted(Conversation.objects.values_list("pk", "customer")),
        "touchpoints": sorted(Touchpoint.objects.values_list("pk", "customer")),
        "participants": sorted(Participant.objects.values_list("pk", "customer")),
        "refusals": list(Refusal.objects.values_list("customer", "refused_at")),
        "people": list(Customer.objects.order_by("pk").values_list("pk", "name", "role_title", "about", "merged_into")),
    }


def test_everything_moves_and_undo_puts_exactly_that_back(
    ada: Agent, carla: Customer, twin: Customer, at: datetime
) -> None:
    written(carla, at=at, subject="from home")
    Refusal.objects.create(customer=twin, refused_at=at)
    before = everything()
    merge = merge_customers(carla, twin, by=ada.actor, at=at)
    assert set(Conversation.objects.values_list("customer", flat=True)) == {carla.pk}
    assert set(Touchpoint.objects.values_list("customer", flat=True)) == {carla.pk}
    assert set(Participant.objects.values_list("customer", flat=True)) == {carla.pk}
    assert (Order.objects.get().customer_id, Refusal.objects.get().customer_id) == (carla.pk, carla.pk)
    assert carla.addresses.count() == 2
    kept = Customer.objects.get(pk=carla.pk)
    assert (kept.role_title, kept.about) == ("Buyer", "Calls on Mondays.")
    part_customers(merge, by=ada.actor, at=at + timedelta(hours=1))
    assert everything() == before
    assert list(
        Entry.objects.filter(kind__in=("customer.merged", "customer.parted"))
        .order_by("pk")
        .values_list("kind", flat=True)
    ) == [
        "customer.merged",
        "customer.parted",
    ]


def test_what_comes_after_the_merge_stays_with_whom_we_kept(
    ada: Agent, carla: Customer, twin: Customer, at: datetime
) -> None:
    merge = merge_customers(carla, twin, by=ada.actor, at=at)
    assert recognise_customer("carla.ruiz@firm.example", by=SYSTEM, at=at) == carla
    late = written(carla, at=at + timedelta(days=1), subject="later")
    describe_customer(Customer.objects.get(pk=carla.pk), role_title="Owner", by=ada.actor, at=at)
    part_customers(merge, by=ada.actor, at=at + timedelta(days=2))
    assert Conversation.objects.get(pk=late.pk).customer_id == carla.pk
    assert Customer.objects.get(pk=carla.pk).role_title == "Owner"
    assert recognise_customer("carla.ruiz@firm.example", by=SYSTEM, at=at) == twin


def test_the_merged_record_leads_to_the_kept_however_often(
    ada: Agent, carla: Customer, twin: Customer, karim: Customer, at: datetime
) -> None:
    first = merge_customers(carla, twin, by=ada.actor, at=at)
    second = merge_customers(karim, Customer.objects.get(pk=carla.pk), by=ada.actor, at=at)
    assert customer_for(ada, twin.pk) == customer_for(ada, carla.pk) == karim
    assert found_customers(ada, "ruiz") == []
    with pytest.raises(ValidationError, match="was merged with somebody later"):
        part_customers(first, by=ada.actor, at=at)
    part_customers(second, by=ada.actor, at=at)
    assert customer_for(ada, twin.pk) == carla
    assert [merge.merged for merge in standing_merges(carla)] == [twin]
    part_customers(first, by=ada.actor, at=at)
    assert customer_for(ada, twin.pk) == twin


def test_nobody_is_merged_with_themselves_or_twice(
    ada: Agent, carla: Customer, twin: Customer, karim: Customer, at: datetime
) -> None:
    with pytest.raises(ValidationError):
        merge_customers(carla, carla, by=ada.actor, at=at)
    merge_customers(carla, twin, by=ada.actor, at=at)
    with pytest.raises(ValidationError):
        merge_customers(karim, twin, by=ada.actor, at=at)


def test_likely_duplicates_come_with_their_reasons(ada: Agent, carla: Customer, karim: Customer, at: datetime) -> None:
    def likely(customer: Customer) -> list[tuple[str, tuple[Shared, ...]]]:
        return [(str(each.customer), each.shared) for each in likely_duplicates(customer, ada)]

    assert likely(carla) == []
    same_name = recognise_customer("cr@elsewhere.example", name="CARLA  RUÍZ", by=SYSTEM, at=at)
    assert likely(carla) == [("CARLA RUÍZ", (Shared.NAME,))]
    add_address(carla, "+49 711 550012", kind="phone", by=SYSTEM, at=at)
    caller = recognise_customer("0711 550012", kind="phone", by=SYSTEM, at=at)
    assert [each.customer for each in likely_duplicates(carla, ada)] == [caller, same_name]
    assert likely(caller) == [("Carla Ruiz", (Shared.NUMBER,))]
    recognise_customer("info@one.example", by=SYSTEM, at=at)
    desk = recognise_customer("info@two.example", by=SYSTEM, at=at)
    assert likely(desk) == []
    nameless = recognise_customer("karim.haddad+shop@firm.example", by=SYSTEM, at=at)
    add_address(karim, "karimhaddad@firm.example", kind="email", by=SYSTEM, at=at)
    assert likely(nameless) == [("Karim Haddad", (Shared.LOCAL_PART, Shared.DOMAIN))]


@pytest.mark.parametrize("name", ["boss@firm.example", "'boss@firm.example' via Docs", "Carla <boss@firm.example>"])
def test_an_address_is_nobodys_name(name: str, db: None, at: datetime) -> None:
    assert recognise_customer("stranger@example.net", name=name, by=SYSTEM, at=at).name == ""


def test_a_name_with_an_at_sign_of_its_own_stays(db: None, at: datetime) -> None:
    assert recognise_customer("w@example.net", name="Café @ Work", by=SYSTEM, at=at).name == "Café @ Work"
