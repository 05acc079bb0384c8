"""Somebody is forgotten in the very moment in which a letter of theirs is read."""

from collections.abc import Callable
from datetime import datetime
from threading import Thread

import pytest
from django.db import OperationalError, connection, transaction

from rung.accounts.models import Agent
from rung.core.actor import SYSTEM
from rung.customers.models import Customer
from rung.customers.verbs import forget_customer, recognise_customer
from rung.touchpoints.models import Touchpoint
from tests.cast import written

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor != "postgresql", reason="SQLite has one writer, so nothing happens at one instant"
    ),
]


def refused_elsewhere(what: Callable[[], object]) -> str:
    """What another session of the database is told when it does this and does not wait; empty when nothing stops it."""
    told: list[str] = []

    def do() -> None:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '100ms'")
                what()
            told.append("")
        except OperationalError as refused:
            told.append(str(refused))
        finally:
            connection.close()

    thread = Thread(target=do)
    thread.start()
    thread.join()
    return told[0]


def test_who_has_been_recognised_is_forgotten_with_what_they_write(carla: Customer, root: Agent, at: datetime) -> None:
    address = carla.addresses.values_list("value", flat=True)[0]
    with transaction.atomic():
        met = recognise_customer(address, by=SYSTEM, at=at)
        written(met, at=at, subject="Hers")
        assert "lock timeout" in refused_elsewhere(lambda: forget_customer(carla, by=root.actor, at=at))
        assert refused_elsewhere(lambda: recognise_customer(address, by=SYSTEM, at=at)) == "", "readers do not wait"
    forget_customer(carla, by=root.actor, at=at)
    assert Touchpoint.objects.get().subject == Touchpoint.objects.get().conversation.subject == ""


def test_who_is_being_forgotten_is_recognised_only_afterwards_as_somebody_new(
    carla: Customer, root: Agent, at: datetime
) -> None:
    address = carla.addresses.values_list("value", flat=True)[0]
    with transaction.atomic():
        forget_customer(carla, by=root.actor, at=at)
        assert "lock timeout" in refused_elsewhere(lambda: recognise_customer(address, by=SYSTEM, at=at))
    assert recognise_customer(address, by=SYSTEM, at=at).pk != carla.pk
