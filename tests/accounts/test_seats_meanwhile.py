"""Two administrators take each other's seat or role away at the same moment: one of them does, and one always stays."""

from collections.abc import Callable
from datetime import datetime
from threading import Barrier, Thread

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from rung.accounts.models import Agent, Role
from rung.accounts.verbs import change_agent, create_agent, deactivate_agent, reactivate_agent
from rung.core.actor import SYSTEM

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor != "postgresql", reason="SQLite has one writer, so nothing happens at one instant"
    ),
]
ROUNDS = 12


def at_once(*deeds: Callable[[], None]) -> list[str]:
    """What became of each, all of them begun at one instant: the name of what was raised, or nothing."""
    begun, told = Barrier(len(deeds)), dict[int, str]()

    def do(number: int) -> None:
        try:
            connection.ensure_connection()
            begun.wait()
            deeds[number]()
            told[number] = ""
        except Exception as raised:  # whatever it is, it is what became of it
            told[number] = type(raised).__name__
        finally:
            connection.close()

    threads = [Thread(target=do, args=(number,)) for number in range(len(deeds))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(told.values())


def test_of_two_who_close_each_others_seat_one_stays(root: Agent, at: datetime) -> None:
    other = create_agent(email="r@desk.example", name="Rita", role=Role.ADMINISTRATOR, password="x", by=SYSTEM, at=at)
    for _round in range(ROUNDS):
        became = at_once(
            lambda: deactivate_agent(Agent.objects.get(pk=root.pk), by=other.actor, at=at),
            lambda: deactivate_agent(Agent.objects.get(pk=other.pk), by=root.actor, at=at),
        )
        assert became == ["", ValidationError.__name__]
        assert Agent.objects.active().administrators().count() == 1
        for agent in Agent.objects.all():
            reactivate_agent(agent, by=SYSTEM, at=at)


def test_of_two_who_take_each_others_role_or_seat_one_stays(root: Agent, at: datetime) -> None:
    other = create_agent(email="r@desk.example", name="Rita", role=Role.ADMINISTRATOR, password="x", by=SYSTEM, at=at)
    for _round in range(ROUNDS):
        became = at_once(
            lambda: change_agent(Agent.objects.get(pk=root.pk), role=Role.AGENT, by=other.actor, at=at),
            lambda: deactivate_agent(Agent.objects.get(pk=other.pk), by=root.actor, at=at),
        )
        assert became == ["", ValidationError.__name__]
        assert Agent.objects.active().administrators().count() == 1
        for agent in Agent.objects.all():
            reactivate_agent(agent, by=SYSTEM, at=at)
            change_agent(agent, role=Role.ADMINISTRATOR, by=SYSTEM, at=at)
