"""Companies with their people, and what one guesses of why somebody writes."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from rung.accounts.models import Agent, Team
from rung.core.actor import SYSTEM
from rung.customers.models import Company, Customer, Distinction
from rung.customers.verbs import (
    add_address,
    create_company,
    describe_company,
    describe_customer,
    place_order,
    recognise_customer,
)
from rung.desk.pages.reasons import Purchase, reasons_for
from rung.fields.models import Field
from rung.fields.verbs import make_field, set_value
from tests.cast import Desk, written

pytestmark = pytest.mark.django_db
SCREEN = 21


@pytest.fixture
def lumen(at: datetime) -> Company:
    return create_company("Lumen Optik", domain="lumen.example", by=SYSTEM, at=at)


def shown(client: Any, path: str) -> str:
    return str(client.get(path).content.decode())


def test_a_company_shows_its_people_and_all_that_was_said_with_them(
    lumen: Company, ada: Agent, bo: Agent, support: Team, billing: Team, client_of: Desk, at: datetime
) -> None:
    for number in range(3):
        person = recognise_customer(f"p{number}@lumen.example", name=f"Person {number}", by=SYSTEM, at=at)
        written(
            person,
            at=at + timedelta(hours=number),
            subject=f"Matter {number}",
            team=billing if number == 2 else support,
        )
    describe_customer(person, decision_role="payer", by=SYSTEM, at=at)
    place_order(person, number="R-1", title="Three lamps", amount_cents=100, placed_at=at, by=SYSTEM, at=at)
    page = shown(client_of(ada), f"/companies/{lumen.pk}")
    for said in ("Person 0", "Person 1", "Person 2", "pays", "Three lamps", "Person 0: Matter 0", "lumen.example"):
        assert said in page, said
    assert "Matter 2" not in page
    assert "Matter 2" in shown(client_of(bo), f"/companies/{lumen.pk}")


def test_whoever_writes_from_its_domain_is_suggested_and_free_mail_never(
    ada: Agent, client_of: Desk, at: datetime
) -> None:
    early = recognise_customer("early@lumen.example", name="Early Bird", by=SYSTEM, at=at)
    recognise_customer("other@gmail.com", name="Gus Mail", by=SYSTEM, at=at)
    desk = client_of(ada)
    desk.post("/companies", {"name": "Lumen", "domains": "lumen.example\nlumen-2.example"})
    lumen = Company.objects.get()
    page = shown(desk, f"/companies/{lumen.pk}")
    assert "Early Bird" in page
    assert "Gus Mail" not in page
    desk.post(f"/companies/{lumen.pk}/people", {"customer": [early.pk, "nonsense"]})
    assert Customer.objects.get(pk=early.pk).company == lumen
    desk.post(f"/companies/{lumen.pk}/people/{early.pk}/leaving")
    assert Customer.objects.get(pk=early.pk).company is None
    # An old record may still say so; it suggests nobody.
    Company.objects.update(domain="gmail.com")
    assert "Gus Mail" not in shown(desk, f"/companies/{lumen.pk}")


@pytest.mark.parametrize("domains", ["gmail.com", "no domain", "other.example"])
def test_what_cannot_be_its_domain_is_said(
    domains: str, lumen: Company, ada: Agent, client_of: Desk, at: datetime
) -> None:
    create_company("Other", domain="other.example", by=SYSTEM, at=at)
    answer = client_of(ada).post(f"/companies/{lumen.pk}", {"name": "Lumen", "domains": domains})
    assert answer.status_code == 422
    answer = client_of(ada).post("/companies", {"name": "Third", "domains": domains})
    assert (answer.status_code, Company.objects.filter(name="Third").exists()) == (422, False)


def test_companies_are_found_by_name_and_by_any_domain(
    lumen: Company, ada: Agent, client_of: Desk, at: datetime
) -> None:
    describe_company(lumen, name="Lumen Optik", domains=["lumen.example", "optik.example"], by=SYSTEM, at=at)
    for number in range(60):
        create_company(f"Firm {number:02}", by=SYSTEM, at=at)
    desk = client_of(ada)
    for wanted in ("lum", "OPTIK", "optik.ex", "@lumen"):
        assert "Lumen Optik" in shown(desk, f"/companies?q={wanted}"), wanted
    assert "No company is known" in shown(desk, "/companies?q=zzz")
    first = shown(desk, "/companies")
    assert "Firm 49" in first
    assert "Firm 50" not in first
    later = first.partition("/companies?after=")[2].partition('"')[0]
    assert "Lumen Optik" in shown(desk, f"/companies?after={later}")


def test_a_company_page_asks_the_same_however_many_there_are(
    lumen: Company, ada: Agent, support: Team, client_of: Desk, at: datetime, django_assert_max_num_queries: Any
) -> None:
    desk = client_of(ada)
    desk.get(f"/companies/{lumen.pk}")
    for number in range(30):
        person = recognise_customer(f"p{number}@lumen.example", name=f"Person {number}", by=SYSTEM, at=at)
        written(person, at=at + timedelta(hours=number), subject=f"Matter {number}", team=support)
    with django_assert_max_num_queries(SCREEN):
        desk.get(f"/companies/{lumen.pk}")
    with django_assert_max_num_queries(8):
        desk.get("/companies")


def test_custom_fields_of_people_and_companies_are_kept(
    lumen: Company, carla: Customer, ada: Agent, client_of: Desk, at: datetime
) -> None:
    desk = client_of(ada)
    for subject, path in (("company", f"/companies/{lumen.pk}"), ("customer", f"/customers/{carla.pk}")):
        make_field(subject, f"Kind of {subject}", kind="text", by=SYSTEM, at=at)
        field = Field.objects.get(subject=subject)
        desk.post(f"{path}/fields", {f"field-{field.pk}": "A word", f"was-{field.pk}": ""})
        assert "A word" in shown(desk, path)
    # Whoever writes with one of its people sees beside the conversation what the fields of both say.
    describe_customer(carla, company=lumen, by=SYSTEM, at=at)
    beside = shown(desk, f"/conversations/{written(carla, at=at).number}").partition('id="beside"')[2]
    assert [each for each in ("Kind of company", "Kind of customer") if each not in beside] == []


def test_why_somebody_may_be_writing_stands_beside_what_they_write(
    carla: Customer, ada: Agent, client_of: Desk, at: datetime
) -> None:
    place_order(carla, number="R-1", title="Three lamps", amount_cents=1, placed_at=timezone.now(), by=SYSTEM, at=at)
    beside = shown(client_of(ada), f"/conversations/{written(carla, at=at).number}").partition('id="beside"')[2]
    assert "They wait for what they ordered: Three lamps" in beside


def test_saying_that_they_are_two_people_is_kept(ada: Agent, lin: Agent, client_of: Desk, at: datetime) -> None:
    one = recognise_customer("jan.devries@one.example", name="Jan de Vries", by=SYSTEM, at=at)
    other = recognise_customer("jan.devries@other.example", name="Jan de Vries", by=SYSTEM, at=at)
    desk = client_of(lin)
    assert "Perhaps the same person" in shown(desk, f"/customers/{one.pk}")
    desk.post(f"/customers/{one.pk}/distinction", {"other": other.pk})
    assert Distinction.objects.get().agent == lin
    assert "Perhaps the same person" not in shown(desk, f"/customers/{other.pk}")


def test_the_side_of_a_conversation_says_what_to_avoid_and_what_to_ask_again(
    carla: Customer, ada: Agent, client_of: Desk, at: datetime
) -> None:
    describe_customer(carla, avoid="The strike", decision_role="decider", by=SYSTEM, at=at)
    matter = written(carla, at=at)
    page = shown(client_of(ada), f"/conversations/{matter.pk}")
    assert "The strike" in page
    assert "decides" in page


BOUGHT = Purchase("R-1", "Blue bicycle", 100, "EUR", "sent", datetime.fromisoformat("2026-03-01T10:00:00+00:00"))


@pytest.mark.parametrize(
    ("state", "days", "said"),
    [
        ("sent", 10, "They wait for what they ordered: Blue bicycle (sent)"),
        ("sent", 100, ""),
        ("Delivered", 100, "What they ordered has come: Blue bicycle"),
        ("delivered", 130, ""),
        ("cancelled", 1, ""),
        ("sent", -1, ""),
    ],
)
def test_an_order_is_a_reason_while_it_is_fresh(state: str, days: int, said: str) -> None:
    found = reasons_for([], [replace(BOUGHT, state=state)], at=BOUGHT.placed_at + timedelta(days=days))
    assert [each.text for each in found] == ([said] if said else [])
    assert all(each.source == "R-1" for each in found)


def test_a_number_shared_is_shown_with_both(
    carla: Customer, karim: Customer, ada: Agent, client_of: Desk, at: datetime
) -> None:
    for person in (carla, karim):
        add_address(person, "+49711550012", kind="phone", by=SYSTEM, at=at)
        assert "+49 711 550012" in shown(client_of(ada), f"/customers/{person.pk}")


def test_companies_are_found_and_narrowed_by_what_their_fields_say(
    lumen: Company, ada: Agent, client_of: Desk, at: datetime, django_assert_max_num_queries: Any
) -> None:
    create_company("Ampel", by=SYSTEM, at=at)
    number = make_field("company", "Customer number", kind="text", by=SYSTEM, at=at)
    size = make_field("company", "Size", kind="choice", choices=["Small", "Huge"], by=SYSTEM, at=at)
    huge = next(each["key"] for each in size.choices if each["label"] == "Huge")
    set_value(number, lumen.pk, "KD-4711", by=SYSTEM, at=at)
    set_value(size, lumen.pk, huge, by=SYSTEM, at=at)
    desk = client_of(ada)
    for path, found in (
        ("/companies?q=kd-47", True),
        (f"/companies?f{size.pk}={huge}", True),
        (f"/companies?f{size.pk}={size.choices[0]['key']}", False),
        (f"/companies?f{size.pk}=nonsense&q=lumen", False),
        (f"/companies?f{number.pk}=KD-4711&q=lumen", True),
    ):
        with django_assert_max_num_queries(9):
            page = shown(desk, path)
        assert ("Lumen Optik" in page) is found, path
        assert "Ampel" not in page, path
