"""Who sees what, said in memory for many, is what the gate says to each."""

from datetime import datetime
from itertools import product

import pytest

from rung.accounts.models import Agent, Membership, Scope
from rung.core.actor import SYSTEM
from rung.customers.access import visible_customers
from rung.customers.verbs import recognise_customer
from rung.touchpoints.access import reach_of, visible_conversations
from rung.touchpoints.models import Conversation
from rung.touchpoints.whereabouts import whereabouts
from tests.cast import written

pytestmark = pytest.mark.django_db


@pytest.fixture
def everywhere(ada: Agent, bo: Agent, at: datetime) -> dict[int, int]:
    """Customers of conversations that lie in every team and in none, with everybody and with nobody."""
    teams = [None, *Membership.objects.order_by("pk").values_list("team_id", flat=True)]
    found = {}
    for number, (team, assignee) in enumerate(product(teams, (None, ada.pk, bo.pk))):
        customer = recognise_customer(f"person{number}@example.org", by=SYSTEM, at=at)
        matter = written(customer, at=at)
        Conversation.objects.filter(pk=matter.pk).update(team=team, assignee=assignee)
        found[matter.pk] = customer.pk
    return found


@pytest.mark.parametrize("scope", Scope.values)
def test_in_memory_one_sees_what_the_gate_shows(scope: str, ada: Agent, bo: Agent, everywhere: dict[int, int]) -> None:
    where = whereabouts(everywhere, customers=everywhere.values())
    for agent in (ada, bo):
        agent.scope, agent.permissions = scope, []
        pk, teams, is_own = reach_of(agent)
        reach = (pk, frozenset(teams), is_own)
        seen = {number for number in everywhere if where.has_conversation_within(number, reach)}
        assert seen == set(visible_conversations(agent).values_list("pk", flat=True))
        people = {number for number in everywhere.values() if where.has_customer_within(number, reach)}
        assert people == set(visible_customers(agent).values_list("pk", flat=True))
