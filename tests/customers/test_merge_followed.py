"""What is worked out from the journal follows a merge, and its undoing."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from rung.accounts.models import Agent
from rung.core.actor import SYSTEM
from rung.customers.models import Customer
from rung.customers.verbs import merge_customers, part_customers, place_order, recognise_customer
from rung.insight.models import ConversationFact, OrderFact, TouchpointFact
from rung.ladder.models import Expectation, Grade
from rung.search.models import Document, Kind
from rung.touchpoints.verbs import answer_conversation
from tests.cast import written


def worked_out() -> dict[str, list[Any]]:
    return {
        "grades": sorted(Grade.objects.values_list("touchpoint", "customer", "p50")),
        "expectations": sorted(Expectation.objects.values_list("customer", "episodes", "m")),
        "conversations": sorted(ConversationFact.objects.values_list("conversation", "customer")),
        "touchpoints": sorted(TouchpointFact.objects.values_list("touchpoint", "customer")),
        "orders": sorted(OrderFact.objects.values_list("placed_order", "customer")),
        "people": sorted(Document.objects.filter(kind=Kind.PERSON).values_list("key", flat=True)),
    }


def test_levels_numbers_and_search_follow(ada: Agent, carla: Customer, at: datetime, work: Callable[..., None]) -> None:
    twin = recognise_customer("carla.ruiz@firm.example", name="Carla R.", by=SYSTEM, at=at)
    for customer in (carla, twin):
        matter = written(customer, at=at)
        answer_conversation(matter, text="On Friday.", by=ada.actor, at=at + timedelta(hours=1))
        place_order(
            customer, number=f"A-{customer.pk}", title="Table", amount_cents=900, placed_at=at, by=SYSTEM, at=at
        )
    later = at + timedelta(hours=2)
    work(later)
    before = worked_out()
    merge = merge_customers(carla, twin, by=ada.actor, at=later)
    work(later)
    merged = worked_out()
    for name in ("grades", "conversations", "touchpoints", "orders"):
        assert len(merged[name]) == len(before[name]) > 1
        assert {row[1] for row in merged[name]} == {carla.pk}
    assert [(row[0], row[1]) for row in merged["expectations"]] == [(carla.pk, 2)]
    assert merged["people"] == [carla.pk]
    part_customers(merge, by=ada.actor, at=later)
    work(later)
    assert worked_out() == before
