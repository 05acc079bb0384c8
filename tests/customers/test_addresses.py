from datetime import datetime

import pytest
from pytest_django.fixtures import Settings

from rung.accounts.models import Agent
from rung.core.actor import SYSTEM
from rung.customers.addresses import normalised, readable
from rung.customers.models import Customer
from rung.customers.verbs import add_address, label_address, recognise_customer, remove_address
from rung.journal.models import Entry
from tests.cast import Desk


@pytest.mark.parametrize(
    "written",
    ["+49 (0)711 5500-12", "0049 711 550012", "0711/550012", "+49 711 55 00 12", "(0711) 550 012", "+4907 11550012"],
)
def test_a_number_is_one_number_in_every_form(written: str, settings: Settings) -> None:
    settings.PHONE_REGION = "DE"
    assert normalised(written, "phone") == "+49711550012"


@pytest.mark.parametrize(
    ("written", "kept"), [("0711 550012", "0711550012"), ("110", "110"), ("12", "12"), ("1", ""), ("call me", "")]
)
def test_without_a_region_a_number_keeps_its_digits(written: str, kept: str) -> None:
    assert normalised(written, "phone") == kept


def test_a_number_is_shown_as_one_reads_it_aloud() -> None:
    assert readable("+49711550012", "phone") == "+49 711 550012"
    assert readable("0711550012", "phone") == "0711550012"
    assert readable("carla@example.org", "email") == "carla@example.org"


def test_a_removed_address_knows_nobody(ada: Agent, carla: Customer, at: datetime) -> None:
    address = add_address(carla, "+49 711 550012", kind="phone", by=SYSTEM, at=at)
    label_address(address, " mobile ", by=ada.actor, at=at)
    label_address(address, "mobile", by=ada.actor, at=at)
    assert carla.addresses.get(pk=address.pk).label == "mobile"
    remove_address(address, by=ada.actor, at=at)
    remove_address(address, by=ada.actor, at=at)
    kinds = ("customer.address_labelled", "customer.address_removed")
    assert list(Entry.objects.filter(kind__in=kinds).values_list("kind", flat=True)) == list(kinds)
    assert recognise_customer("+49711550012", kind="phone", by=SYSTEM, at=at) != carla


def test_addresses_are_labelled_and_removed_on_the_page(
    client_of: Desk, ada: Agent, carla: Customer, at: datetime
) -> None:
    address = add_address(carla, "+49 711 550012", kind="phone", by=SYSTEM, at=at)
    browser = client_of(ada)
    assert "+49 711 550012" in browser.get(f"/customers/{carla.pk}/description").content.decode()
    browser.post(f"/addresses/{address.pk}/label", {"label": "mobile"})
    assert "mobile" in browser.get(f"/customers/{carla.pk}").content.decode()
    browser.post(f"/addresses/{address.pk}/removal")
    assert not carla.addresses.filter(kind="phone").exists()
    assert browser.post(f"/addresses/{address.pk}/removal").status_code == 404
