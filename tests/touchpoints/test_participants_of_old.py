"""Conversations from before there were participants get theirs when the database is brought up to date."""

from datetime import datetime, timedelta
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection

from rung.accounts.models import Agent, Team
from rung.channels.email.verbs.mailbox import add_mailbox
from rung.core.actor import SYSTEM
from rung.customers.models import Customer
from rung.touchpoints.models import Conversation, Participant
from rung.touchpoints.verbs import answer_conversation
from tests.cast import written

upgrade = import_module("rung.touchpoints.migrations.0014_participants_of_old")
HOUR = timedelta(hours=1)


def bring_up_to_date() -> None:
    upgrade.give_participants(apps, SimpleNamespace(connection=connection))


def rows() -> list[tuple[object, ...]]:
    columns = ("conversation_id", "address", "role", "customer_id", "joined_at")
    return sorted(Participant.objects.values_list(*columns), key=lambda row: (row[0], row[1]))


@pytest.fixture
def matters(carla: Customer, karim: Customer, ada: Agent, support: Team, at: datetime) -> list[Conversation]:
    add_mailbox(name="Support", address="support@desk.example", team=support, by=SYSTEM, at=at)
    first = written(carla, at=at, copied=("karim@example.net", "ada@desk.example", "zoe@elsewhere.example"))
    answer_conversation(first, text="Gladly.", by=ada.actor, at=at + HOUR)
    return [first, *(written(karim, at=at + number * HOUR, subject=f"Matter {number}") for number in range(1, 5))]


def test_they_are_who_they_would_have_been(matters: list[Conversation]) -> None:
    before = rows()
    assert {row[2] for row in before} == {"customer", "copied", "ours"}
    Participant.objects.all().delete()
    bring_up_to_date()
    assert rows() == before


def test_broken_off_it_goes_on_and_takes_nobody_in_twice(
    matters: list[Conversation], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = rows()
    Participant.objects.all().delete()
    monkeypatch.setattr(upgrade, "BATCH", 2)
    give, batches = upgrade._give, []

    def until_the_power_fails(*args: object) -> None:
        if len(batches) == 1:
            raise KeyboardInterrupt
        batches.append(args)
        give(*args)

    monkeypatch.setattr(upgrade, "_give", until_the_power_fails)
    with pytest.raises(KeyboardInterrupt):
        bring_up_to_date()
    assert 0 < len(rows()) < len(before)
    monkeypatch.setattr(upgrade, "_give", give)
    bring_up_to_date()
    bring_up_to_date()
    assert rows() == before


def test_what_names_nobody_stays_without(carla: Customer, at: datetime, matters: list[Conversation]) -> None:
    matters[0].touchpoints.update(parties={"to": None, "cc": ["", 3], "names": []})
    Participant.objects.all().delete()
    bring_up_to_date()
    assert not matters[0].participants.exists()
    assert matters[1].participants.exists()
