"""Of whom was forgotten nothing stays in what lists changed and in the lines that were refused."""

from datetime import datetime
from typing import Any

import pytest

from rung.accounts.models import Agent
from rung.customers.models import Customer, Order
from rung.customers.verbs import forget_customer
from rung.fields.verbs import make_field
from rung.imports.models import Problem, Trace
from rung.imports.pages import import_page
from rung.imports.reading import line_naming
from rung.imports.verbs import take_back_import
from tests.imports.test_imports import brought, settled

pytestmark = pytest.mark.django_db

LIST = (
    "Name,E-Mail,Telefon,Plan\n"
    "Carla R.,carla@example.org,+49 711 550012,{plan}\n"
    "Carla R.,CARLA@example.org; x,,Tin\n"
    "Ana Ruiz,nowhere,,Tin\n"
)


def test_lists_keep_no_word_of_whoever_was_forgotten(carla: Customer, lin: Agent, root: Agent, at: datetime) -> None:
    make_field("customer", "Plan", kind="text", by=lin.actor, at=at)
    brought(LIST.format(plan="Oak"), lin, at)
    listed = brought(LIST.format(plan="Gold"), lin, at)
    brought("Number,E-Mail,Title,Date\n7,carla@example.org,Wheel,2026-01-02\n", lin, at, "orders")
    orders = brought("Number,E-Mail,Title,Amount\n7,carla@example.org,Oak,5\n", lin, at, "orders")
    assert Trace.objects.filter(of=orders, fields__has_key="title").exists()
    assert "Gold" in str(list(Trace.objects.values_list("fields")))
    counts = dict(listed.counts)
    forget_customer(carla, by=root.actor, at=at)
    left = str([*Trace.objects.values_list("fields"), *Problem.objects.values_list("said", "values")])
    for word in ("Carla", "carla@", "550012", "Gold", "Oak", "Wheel"):
        assert word.lower() not in left.lower(), left
    assert [each.beginning for each in import_page(listed).problems] == ["Ana Ruiz, nowhere, , Tin"]
    listed.refresh_from_db()
    assert listed.counts == counts
    for each in (listed, orders):
        take_back_import(each, by=lin.actor, at=at)
        settled(each, at)
    assert Customer.objects.get(pk=carla.pk).name == Order.objects.get().title == ""
    assert Order.objects.get().amount_cents == 0


def test_a_later_list_does_not_say_again_what_somebody_forgotten_had_bought(
    carla: Customer, lin: Agent, root: Agent, at: datetime
) -> None:
    brought("Number,E-Mail,Title,Date\n7,carla@example.org,Wheel,2026-01-02\n", lin, at, "orders")
    forget_customer(carla, by=root.actor, at=at)
    brought("Number,E-Mail,Title,State\n7,carla@example.org,Wheel,delivered\n", lin, at, "orders")
    order = Order.objects.get()
    assert (order.title, order.state) == ("", "delivered")


@pytest.mark.parametrize(
    ("cells", "is_named"),
    [
        (["Jörg", "Müller", "", ""], True),
        (["J. Müller", "", "0711 55 00 12", ""], True),
        (["", "a@b.example;JOERG@xn--mller-kva.example", ""], True),
        (["mailto:joerg@müller.example"], True),
        (["Jörg Müllerin", "0711 550013", "joerg@example.org"], False),
        (["Ana", "", "2024-01-01"], False),
    ],
)
def test_a_line_names_somebody_however_it_is_written(cells: list[str], is_named: bool, settings: Any) -> None:
    settings.PHONE_REGION = "DE"
    named = line_naming({"joerg@müller.example", "+49711550012"}, {"jorg muller", "jorg"})
    assert named(cells) is is_named
