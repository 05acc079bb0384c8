from datetime import datetime, timedelta

import pytest
from pytest_django.fixtures import DjangoAssertNumQueries

from rung.accounts.models import Agent
from rung.core.actor import SYSTEM
from rung.customers.models import Customer, Distinction, Merge
from rung.customers.verbs import merge_customers, place_order, recognise_customer
from rung.desk.pages.merging import merging_page
from tests.cast import Desk, written

SCREEN = 14


@pytest.fixture
def twin(carla: Customer, at: datetime) -> Customer:
    return recognise_customer("ruiz@firm.example", name="Carla Ruiz", by=SYSTEM, at=at)


def test_the_page_offers_whoever_may_be_the_same(client_of: Desk, ada: Agent, carla: Customer, twin: Customer) -> None:
    said = client_of(ada).get(f"/customers/{carla.pk}").content.decode()
    assert "Perhaps the same person" in said
    assert "The same name" in said
    assert f"/customers/{carla.pk}/merging?other={twin.pk}" in said


def test_merging_leads_from_the_old_page_to_the_kept_one_and_back(
    client_of: Desk, ada: Agent, carla: Customer, twin: Customer
) -> None:
    browser = client_of(ada)
    where = f"/customers/{carla.pk}/merging"
    assert "ruiz@firm.example" in browser.get(where, {"other": twin.pk}).content.decode()
    assert browser.post(where, {"other": twin.pk, "keep": carla.pk})["Location"] == f"/customers/{carla.pk}"
    assert browser.get(f"/customers/{twin.pk}")["Location"] == f"/customers/{carla.pk}"
    said = browser.get(f"/customers/{carla.pk}").content.decode()
    merge = Merge.objects.get()
    assert f"/merges/{merge.pk}/parting" in said
    assert "Perhaps the same person" not in said
    assert browser.post(f"/merges/{merge.pk}/parting")["Location"] == f"/customers/{twin.pk}"
    assert browser.get(f"/customers/{twin.pk}").status_code == 200


def test_the_other_one_can_be_kept(client_of: Desk, ada: Agent, carla: Customer, twin: Customer) -> None:
    client_of(ada).post(f"/customers/{carla.pk}/merging", {"other": twin.pk, "keep": twin.pk})
    assert (Merge.objects.get().kept, Merge.objects.get().merged) == (twin, carla)


def test_merging_with_oneself_is_refused_in_words(client_of: Desk, ada: Agent, carla: Customer) -> None:
    answer = client_of(ada).post(f"/customers/{carla.pk}/merging", {"other": carla.pk})
    assert answer.status_code == 422
    assert "same record" in answer.content.decode()


def test_the_other_record_is_found_by_name(client_of: Desk, ada: Agent, carla: Customer, karim: Customer) -> None:
    said = client_of(ada).get(f"/customers/{carla.pk}/merging", {"q": "karim"}).content.decode()
    assert f"other={karim.pk}" in said


def test_the_number_of_queries_does_not_grow(
    ada: Agent,
    carla: Customer,
    twin: Customer,
    at: datetime,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(5):
        written(twin, at=at + timedelta(minutes=number), subject=f"{number}")
        place_order(twin, number=f"{number}", title="T", amount_cents=1, placed_at=at, by=SYSTEM, at=at)
        recognise_customer(f"ruiz{number}@firm.example", name="Carla Ruiz", by=SYSTEM, at=at)
    with django_assert_max_num_queries(SCREEN):
        merging_page(carla, ada, other=twin)
    with django_assert_max_num_queries(SCREEN):
        merging_page(carla, ada, other=None)


def test_who_was_merged_meanwhile_is_no_other_person(
    client_of: Desk, lin: Agent, carla: Customer, twin: Customer, at: datetime
) -> None:
    merge_customers(carla, twin, by=lin.actor, at=at)
    answer = client_of(lin).post(f"/customers/{carla.pk}/distinction", {"other": twin.pk})
    assert answer.status_code == 302
    assert not Distinction.objects.exists()
