"""An order goes on its way."""

from datetime import datetime, timedelta

import pytest

from rung.accounts.models import Agent
from rung.customers.models import Customer, Order
from rung.customers.verbs import move_order, place_order
from rung.journal.models import Entry

pytestmark = pytest.mark.django_db


def test_moving_an_order_is_told_once(ada: Agent, carla: Customer, at: datetime) -> None:
    order = place_order(carla, number="A-1", title="A table", amount_cents=1000, placed_at=at, by=ada.actor, at=at)
    for _again in range(2):
        move_order(order, state="delivered", by=ada.actor, at=at + timedelta(days=3))
    assert Order.objects.get().state == order.state == "delivered"
    told = Entry.objects.get(kind="order.moved")
    assert (told.customer, told.data["state"], told.occurred_at) == (carla.pk, "delivered", at + timedelta(days=3))
