"""Companies, their domains, and telephones that several people share."""

from datetime import datetime

import pytest
from django.core.exceptions import ValidationError

from rung.accounts.models import Agent
from rung.core.actor import SYSTEM
from rung.customers.access import customers_at
from rung.customers.likely import likely_duplicates
from rung.customers.models import Address, Customer
from rung.customers.verbs import (
    add_address,
    create_company,
    describe_company,
    distinguish_customers,
    meet_customer,
    merge_customers,
    recognise_customer,
)
from rung.journal.models import Entry

pytestmark = pytest.mark.django_db


def test_whoever_writes_from_any_of_its_domains_belongs_to_a_company(at: datetime) -> None:
    lumen = create_company("Lumen", domain="lumen.example", by=SYSTEM, at=at)
    describe_company(
        lumen, name="Lumen Optik", domains=["lumen.example", "https://www.Lumen-Optik.example/shop"], by=SYSTEM, at=at
    )
    for address in ("a@lumen.example", "b@lumen-optik.example"):
        assert recognise_customer(address, by=SYSTEM, at=at).company == lumen
    describe_company(lumen, name="Lumen Optik", domains=["lumen-optik.example"], by=SYSTEM, at=at)
    assert recognise_customer("c@lumen.example", by=SYSTEM, at=at).company is None
    assert recognise_customer("d@lumen-optik.example", by=SYSTEM, at=at).company == lumen
    assert Entry.objects.filter(kind="company.described").count() == 2


def test_describing_a_company_the_same_way_again_records_nothing(at: datetime) -> None:
    lumen = create_company("Lumen", domain="lumen.example", by=SYSTEM, at=at)
    describe_company(lumen, name=" Lumen ", domains=["@lumen.example"], by=SYSTEM, at=at)
    assert not Entry.objects.filter(kind="company.described").exists()


@pytest.mark.parametrize(
    "domain", ["gmail.com", "GMX.de", "no domain", "", "-x.example", "taken.example", "further.example"]
)
def test_what_tells_no_company_is_refused_as_its_domain(domain: str, at: datetime) -> None:
    other = create_company("Other", domain="taken.example", by=SYSTEM, at=at)
    describe_company(other, name="Other", domains=["taken.example", "further.example"], by=SYSTEM, at=at)
    lumen = create_company("Lumen", by=SYSTEM, at=at)
    with pytest.raises(ValidationError):
        describe_company(lumen, name="Lumen", domains=[domain], by=SYSTEM, at=at)


def test_a_number_may_be_shared_and_then_tells_who_may_be_calling(
    carla: Customer, karim: Customer, ada: Agent, at: datetime
) -> None:
    for person in (carla, karim):
        add_address(person, "+49 (0) 711 55 00 12", kind="phone", by=SYSTEM, at=at)
    add_address(karim, "+49 711 550012", kind="phone", by=SYSTEM, at=at)
    assert customers_at(ada, "0049 711 550012") == [carla, karim]
    assert Address.objects.filter(kind="phone").count() == 2
    # Where one has to be chosen, it is whoever had it first.
    assert recognise_customer("+49711550012", kind="phone", by=SYSTEM, at=at) == carla


def test_an_email_address_is_nobody_elses(carla: Customer, karim: Customer, at: datetime) -> None:
    with pytest.raises(ValidationError):
        add_address(karim, "Carla@example.org", kind="email", by=SYSTEM, at=at)


def test_people_who_share_a_number_can_be_merged(carla: Customer, karim: Customer, ada: Agent, at: datetime) -> None:
    for person in (carla, karim):
        add_address(person, "+49711550012", kind="phone", by=SYSTEM, at=at)
    merge_customers(carla, karim, by=SYSTEM, at=at)
    assert customers_at(ada, "+49711550012") == [carla]


def test_two_people_are_not_suggested_as_one_again(ada: Agent, at: datetime) -> None:
    one = recognise_customer("jan.devries@one.example", name="Jan de Vries", by=SYSTEM, at=at)
    other = recognise_customer("jan.devries@other.example", name="Jan de Vries", by=SYSTEM, at=at)
    assert [each.customer for each in likely_duplicates(one, ada)] == [other]
    for _twice in range(2):
        distinguish_customers(other, one, by=ada.actor, at=at)
    assert likely_duplicates(one, ada) == likely_duplicates(other, ada) == []
    assert Entry.objects.filter(kind="customer.distinguished").count() == 1
    third = meet_customer(name="Jan de Vries", by=SYSTEM, at=at)
    assert [each.customer for each in likely_duplicates(one, ada)] == [third]
