"""What lies with somebody whose seat was taken away: nobody would ever look at it."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from rung.accounts.models import Agent, Team
from rung.accounts.verbs import deactivate_agent
from rung.core.actor import SYSTEM
from rung.customers.models import Customer
from rung.journal.models import Entry
from rung.touchpoints.models import Conversation
from rung.touchpoints.verbs import (
    assign_conversation,
    give_back_left_behind,
    reopen_conversation,
    resolve_conversation,
    snooze_conversation,
)
from tests.cast import written

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def theirs(carla: Customer, ada: Agent, support: Team, at: datetime) -> list[Conversation]:
    """Three of Ada's: open, laid aside, settled."""
    found = [written(carla, at=at + n * HOUR, subject=f"Matter {n}", team=support) for n in range(3)]
    for each in found:
        assign_conversation(each, agent=ada, team=support, by=ada.actor, at=at)
    snooze_conversation(found[1], until=at + 9 * HOUR, by=ada.actor, at=at)
    resolve_conversation(found[2], by=ada.actor, at=at)
    return found


def holders(conversations: list[Conversation]) -> list[tuple[int | None, int | None]]:
    for each in conversations:
        each.refresh_from_db()
    return [(each.assignee_id, each.team_id) for each in conversations]


def test_while_everybody_has_a_seat_nothing_is_taken_from_them(
    theirs: list[Conversation], ada: Agent, support: Team, at: datetime
) -> None:
    before = Entry.objects.count()
    assert not give_back_left_behind(limit=100, by=SYSTEM, at=at)
    assert (holders(theirs), Entry.objects.count()) == ([(ada.pk, support.pk)] * 3, before)


def test_what_waits_of_whoever_left_is_for_their_team_to_take_and_what_is_settled_stays_theirs(
    theirs: list[Conversation], ada: Agent, root: Agent, support: Team, at: datetime
) -> None:
    deactivate_agent(ada, by=root.actor, at=at)
    give_back_left_behind(limit=100, by=SYSTEM, at=at + HOUR)
    assert holders(theirs) == [(None, support.pk), (None, support.pk), (ada.pk, support.pk)]
    told = Entry.objects.filter(kind="conversation.assigned", data__from_agent=ada.pk)
    assert sorted(told.values_list("conversation", "occurred_at")) == [(each.pk, at + HOUR) for each in theirs[:2]]
    again = Entry.objects.count()
    give_back_left_behind(limit=100, by=SYSTEM, at=at + HOUR)
    assert Entry.objects.count() == again


def test_what_is_opened_again_after_somebody_left_does_not_lie_with_them(
    theirs: list[Conversation], ada: Agent, root: Agent, support: Team, at: datetime
) -> None:
    deactivate_agent(ada, by=root.actor, at=at)
    reopen_conversation(theirs[2], by=SYSTEM, at=at + HOUR)
    assert give_back_left_behind(limit=1, by=SYSTEM, at=at + HOUR), "and there is more"
    assert give_back_left_behind(limit=1, by=SYSTEM, at=at + HOUR)
    give_back_left_behind(limit=1, by=SYSTEM, at=at + HOUR)
    assert holders(theirs) == [(None, support.pk)] * 3


def test_it_is_seen_to_when_a_seat_is_taken_away(
    theirs: list[Conversation], ada: Agent, root: Agent, support: Team, client_of, work: Callable[..., None]
) -> None:
    assert "open conversations" in client_of(root).get(f"/settings/agents/{ada.pk}").content.decode()
    client_of(root).post(f"/settings/agents/{ada.pk}/departure")
    work()
    assert holders(theirs)[:2] == [(None, support.pk)] * 2
