"""What is told to one alone: a training opportunity, and only to whom it is about."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import transaction
from django.test import Client

from rung.accounts.models import Agent
from rung.core import clock
from rung.core.actor import SYSTEM
from rung.journal.verbs import record
from rung.notices.access import bell_of
from rung.notices.models import Kind, Notice, Way
from rung.notices.verbs import choose_ways
from rung.training.events import OpportunityFound
from rung.training.models import Opportunity, Round
from rung.training.verbs import change_agreement, note_seen

Work = Callable[..., None]


@pytest.fixture(autouse=True)
def today(at: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: at + timedelta(minutes=1))


def find(agent: Agent | None, at: datetime, topic: int = 1) -> Opportunity:
    numbers = dict.fromkeys(("n", "hits", "expected", "mean", "low", "high", "usual", "chance", "q"), 0)
    found = Opportunity.objects.create(
        agent=agent, topic=topic, outcome="level", direction="weak", cause="people", found_at=at,
        round=Round.objects.create(asked_at=at), **numbers,
    )  # fmt: skip
    with transaction.atomic():
        record(OpportunityFound(opportunity=found.pk), by=SYSTEM, at=at)
    return found


@pytest.fixture
def agreed(root: Agent, at: datetime) -> None:
    change_agreement(is_on=True, days_alone=14, by=root.actor, at=at)


@pytest.mark.usefixtures("agreed")
def test_only_whom_it_is_about_is_told_and_seeing_it_quiets_the_bell(
    ada: Agent, lin: Agent, root: Agent, at: datetime, work: Work, client_of: Callable[[Agent], Client]
) -> None:
    first = find(ada, at)
    find(ada, at, topic=2)
    work(at)
    assert list(Notice.objects.values_list("agent", "kind", "mail_due_at")) == [(ada.pk, "opportunity", None)] * 2
    assert (bell_of(ada), bell_of(lin), bell_of(root)) == (1, 0, 0)
    text = client_of(ada).get("/notices").content.decode()
    assert "My training" in text
    assert 'href="/training/mine"' in text
    assert "My training" not in client_of(lin).get("/notices?show=all").content.decode().split("<main")[1]
    note_seen(by=ada.actor, at=at, only=first)
    work(at)
    assert bell_of(ada) == 0


@pytest.mark.usefixtures("agreed")
def test_it_can_be_put_away_by_hand_and_not_be_told_at_all(
    ada: Agent, bo: Agent, at: datetime, work: Work, client_of: Callable[[Agent], Client]
) -> None:
    choose_ways(bo, {Kind.OPPORTUNITY: Way.NOTHING}, by=bo.actor, at=at)
    find(ada, at)
    find(bo, at)
    work(at)
    assert (bell_of(ada), bell_of(bo)) == (1, 0)
    client_of(ada).post("/notices/reading", {"conversation": "0"})
    assert bell_of(ada) == 0


@pytest.mark.usefixtures("agreed")
def test_switched_off_nothing_is_left_of_it(ada: Agent, root: Agent, at: datetime, work: Work) -> None:
    find(ada, at)
    work(at)
    change_agreement(is_on=False, days_alone=14, by=root.actor, at=at)
    work(at)
    assert not Notice.objects.exists()


def test_what_is_of_the_house_or_was_seen_or_is_old_rings_for_nobody(ada: Agent, at: datetime, work: Work) -> None:
    find(None, at)
    find(ada, at - timedelta(days=9))
    note_seen(by=ada.actor, at=at, only=find(ada, at, topic=2))
    work(at)
    assert not Notice.objects.exists()
