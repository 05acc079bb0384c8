"""Whose telephone is which: found by name or number, however many work here."""

from datetime import datetime
from typing import Any

import pytest

from rung.accounts.models import Agent
from rung.channels.phone.models import Extension
from rung.channels.phone.pages import SHOWN
from rung.channels.phone.verbs import set_extensions
from rung.core.actor import SYSTEM
from tests.cast import Desk

pytestmark = pytest.mark.django_db
ADDRESS = "/settings/telephones"


@pytest.fixture
def many(at: datetime) -> list[Agent]:
    """More than a screen holds, in the order of their names."""
    people = [Agent(name=f"Kim {n:03}", email=f"kim{n:03}@desk.example", joined_at=at) for n in range(2 * SHOWN)]
    return Agent.objects.bulk_create(people)


def test_few_are_seen_and_many_are_looked_for(
    root: Agent, many: list[Agent], at: datetime, client_of: Desk, django_assert_num_queries: Any
) -> None:
    set_extensions(many[-1], ["4711"], by=SYSTEM, at=at)
    desk = client_of(root)

    def names(address: str) -> list[str]:
        said = desk.get(address).content.decode()
        return [each.name for each in many if f">{each.name}</label>" in said]

    desk.get(ADDRESS)
    with django_assert_num_queries(7):
        assert names(ADDRESS) == [each.name for each in many[:SHOWN]]
    assert names(f"{ADDRESS}?after={SHOWN}") == [each.name for each in many[SHOWN:]]
    assert names(f"{ADDRESS}?q=kim05") == [f"Kim {n:03}" for n in range(50, 60)]
    assert names(f"{ADDRESS}?q=4711") == [many[-1].name]
    assert "Nobody is found by" in desk.get(f"{ADDRESS}?q=xyz").content.decode()
    assert desk.get(f"{ADDRESS}?after=nonsense&q=%00").status_code == 200


def test_whoever_keeps_an_extension_stays_where_they_were(root: Agent, many: list[Agent], client_of: Desk) -> None:
    desk, whose = client_of(root), f"{ADDRESS}/extensions/{many[-1].pk}"
    answer = desk.post(whose, {"numbers": "12", "q": "kim", "after": str(SHOWN)})
    assert answer["Location"] == f"{ADDRESS}?q=kim&after={SHOWN}"
    assert Extension.objects.get().agent == many[-1]
    # Refused, they are shown their mistake, wherever they stand in the list.
    refused = desk.post(whose, {"numbers": "desk"})
    assert refused.status_code == 422
    assert f">{many[-1].name}</label>" in refused.content.decode()
