"""What was known of a person before: told on a page of its own, and forgotten with them."""

from datetime import datetime, timedelta

from pytest_django.fixtures import DjangoAssertNumQueries

from rung.accounts.models import Agent
from rung.core.actor import SYSTEM
from rung.customers.models import Customer
from rung.customers.verbs import (
    add_address,
    create_company,
    describe_customer,
    end_preference,
    forget_customer,
    label_address,
    remove_address,
    state_preference,
)
from rung.desk.pages.past import MOST, past_page
from rung.journal.models import Entry
from tests.cast import Desk


def test_what_was_known_before_stays_one_click_away(
    client_of: Desk, ada: Agent, lin: Agent, carla: Customer, at: datetime
) -> None:
    company = create_company("Lumen Optik GmbH", by=SYSTEM, at=at)
    describe_customer(carla, role_title="Buyer", language="de", company=company, by=lin.actor, at=at)
    describe_customer(carla, name="Carla Ruiz-Vidal", role_title="", company=None, by=ada.actor, at=at)
    old = add_address(carla, "carla.old@example.org", kind="email", label="work", by=lin.actor, at=at)
    label_address(old, "left the company", by=lin.actor, at=at)
    remove_address(old, by=ada.actor, at=at + timedelta(days=2))
    liked = state_preference(carla, "a call at noon", by=lin.actor, at=at)
    end_preference(liked, by=ada.actor, at=at + timedelta(days=3))
    desk = client_of(ada)
    assert f'href="/customers/{carla.pk}/history"' in desk.get(f"/customers/{carla.pk}").content.decode()
    told = {(each.text, each.former, each.value, each.who) for each in past_page(carla).lines}
    assert {
        ("Name", "Carla Ruiz", "Carla Ruiz-Vidal", "Ada Berg"),
        ("Role", "Buyer", "", "Ada Berg"),
        ("Language", "", "German", "Lin Chen"),
        ("Company", "Lumen Optik GmbH", "", "Ada Berg"),
        ("Address", "", "carla.old@example.org", "Lin Chen"),
        ("What carla.old@example.org is for", "work", "left the company", "Lin Chen"),
        ("Address", "carla.old@example.org", "", "Ada Berg"),
        ("Preference", "a call at noon", "", "Ada Berg"),
    } <= told
    page = desk.get(f"/customers/{carla.pk}/history").content.decode()
    assert page.count("carla.old@example.org") == 3
    assert "Lumen Optik GmbH" in page


def test_nobody_finds_former_words_of_somebody_forgotten(
    client_of: Desk, root: Agent, carla: Customer, at: datetime
) -> None:
    describe_customer(carla, name="Carla Former", by=root.actor, at=at)
    describe_customer(carla, name="Carla Present", by=root.actor, at=at)
    remove_address(add_address(carla, "former@example.org", kind="email", by=root.actor, at=at), by=root.actor, at=at)
    forget_customer(carla, by=root.actor, at=at)
    page = client_of(root).get(f"/customers/{carla.pk}/history").content.decode()
    assert not [word for word in ("Former", "Present", "former@example.org") if word in page]
    assert not Entry.objects.filter(data__icontains="former").exists()


def test_the_past_of_somebody_with_much_of_it_comes_in_pages(
    ada: Agent, carla: Customer, at: datetime, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(MOST + 5):
        describe_customer(carla, role_title=f"Role {number}", by=ada.actor, at=at)
    with django_assert_max_num_queries(6):
        first = past_page(carla)
    assert len(first.lines) == MOST
    rest = past_page(carla, before=first.earlier_href.partition("before=")[2])
    assert "Role 0" in [each.value for each in rest.lines]
    assert (rest.earlier_href, bool(rest.first_href)) == ("", True)
