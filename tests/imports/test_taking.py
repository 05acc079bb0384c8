"""Lists that are taken away: all of it, only what one may see, and fit to be brought in again."""

import csv
import io
from datetime import datetime

import pytest
from django.test import Client

from rung.accounts.models import Agent
from rung.accounts.verbs import change_agent, form_role
from rung.core.actor import SYSTEM
from rung.customers.models import Customer, Order
from rung.customers.verbs import add_address, create_company, describe_company, describe_customer
from rung.fields.verbs import make_field, set_value
from rung.imports import taking
from rung.journal.models import Entry
from tests.cast import Desk
from tests.imports.test_imports import brought

pytestmark = pytest.mark.django_db
PLACE = "/settings/imports/table.csv"


def taken(browser: Client, of: str) -> tuple[str, list[dict[str, str]]]:
    answer = browser.get(f"{PLACE}?of={of}")
    assert answer.status_code == 200
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]  # an answer that streams has it
    return text, list(csv.DictReader(io.StringIO(text)))


@pytest.fixture
def known(carla: Customer, karim: Customer, lin: Agent, at: datetime) -> Customer:
    firm = create_company("Ruiz & Daughters", by=SYSTEM, at=at)
    describe_company(firm, name=firm.name, domains=["ruiz.example", "daughters.example"], by=SYSTEM, at=at)
    describe_customer(carla, company=firm, about="=1+1\nlikes oak", role_title="Buyer", by=SYSTEM, at=at)
    add_address(carla, "+49 711 550012", kind="phone", by=SYSTEM, at=at)
    for mark in ("two", "three"):
        add_address(carla, f"{mark}@example.org", kind="email", by=SYSTEM, at=at)
    field = make_field("customer", "Shoe size", kind="number", by=SYSTEM, at=at)
    set_value(field, carla.pk, "38.5", by=SYSTEM, at=at)
    Order.objects.create(
        customer=carla, number="O-1", title="Table", amount_cents=-12345, currency="EUR", placed_at=at, state="sent"
    )
    return carla


def test_people_stand_in_it_with_all_their_addresses_and_ones_own_fields(
    client_of: Desk, lin: Agent, known: Customer
) -> None:
    _text, lines = taken(client_of(lin), "people")
    hers = next(line for line in lines if line["name"] == "Carla Ruiz")
    assert (hers["email"], hers["email_2"]) == ("carla@example.org", "two@example.org; three@example.org")
    assert (hers["phone"], hers["company"], hers["Shoe size"]) == ("+49711550012", "Ruiz & Daughters", "38.5")
    assert hers["about"] == "'=1+1\nlikes oak", "no spreadsheet takes it for a formula"
    assert len(lines) == 2


@pytest.mark.parametrize("of", ["people", "companies", "orders"])
def test_what_was_taken_away_can_be_brought_in_again_and_changes_nothing(
    of: str, client_of: Desk, lin: Agent, known: Customer, at: datetime
) -> None:
    text, lines = taken(client_of(lin), of)
    assert lines
    assert brought(text, lin, at, of).counts == {"unchanged": len(lines)}


def test_it_is_taken_in_pieces_and_each_line_once(
    client_of: Desk, lin: Agent, known: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = taken(client_of(lin), "people")
    monkeypatch.setattr(taking, "BATCH", 1)
    assert taken(client_of(lin), "people") == whole


def test_only_whoever_may_both_import_and_download_takes_a_list_and_of_those_they_may_see(
    client_of: Desk, ada: Agent, lin: Agent, known: Customer, at: datetime
) -> None:
    assert client_of(ada).get(f"{PLACE}?of=people").status_code == 403
    assert client_of(lin).get(f"{PLACE}?of=secrets").status_code == 404
    assert f"{PLACE}?of=people" in client_of(lin).get("/settings/imports").content.decode()
    taken(client_of(lin), "orders")
    assert [each.data["what"] for each in Entry.objects.filter(kind="export.taken")] == ["imports/orders"]
    role = form_role("Hand", scope="teams", permissions=["customers.import", "exports.take"], by=SYSTEM, at=at)
    change_agent(ada, role=role.key, by=SYSTEM, at=at)
    Customer.objects.exclude(pk=known.pk).delete()
    assert len(taken(client_of(ada), "people")[1]) <= 1
    role = form_role("Half", scope="teams", permissions=["customers.import"], by=SYSTEM, at=at)
    change_agent(ada, role=role.key, by=SYSTEM, at=at)
    assert client_of(ada).get(f"{PLACE}?of=people").status_code == 403
    assert PLACE not in client_of(ada).get("/settings/imports").content.decode()
