"""An address that mail came back from, and that somebody writes from again."""

from datetime import datetime

import pytest

from rung.channels.email.models import Mailbox
from rung.channels.email.verbs.letter import keep_letter
from rung.channels.email.verbs.mailbox import add_mailbox
from rung.channels.email.verbs.reading import read_letters
from rung.core.actor import SYSTEM
from rung.customers.access import email_of
from rung.customers.models import Address, Customer
from rung.customers.verbs import mark_address_failing, mark_address_working
from rung.journal.models import Entry


@pytest.fixture
def mailbox(db: None, at: datetime) -> Mailbox:
    return add_mailbox(name="Support", address="support@desk.example", by=SYSTEM, at=at)


@pytest.fixture
def dead(carla: Customer, at: datetime) -> Customer:
    mark_address_failing(carla, "carla@example.org", reason="there is no such mailbox (550 5.1.1)", by=SYSTEM, at=at)
    return carla


def arrives(mailbox: Mailbox, at: datetime, head: str = "", sender: str = "Carla@Example.org") -> None:
    raw = f"From: Carla <{sender}>\r\nSubject: Here again\r\nMessage-ID: <a@b.example>\r\n{head}\r\nHello.\r\n"
    keep_letter(raw.encode(), mailbox=mailbox, by=SYSTEM, at=at)
    while read_letters(by=SYSTEM, at=at):
        pass


def works(customer: Customer) -> bool:
    return Address.objects.get(customer=customer, value="carla@example.org").failing_since_at is None


def test_a_letter_from_a_dead_address_revives_it_with_a_word(mailbox: Mailbox, dead: Customer, at: datetime) -> None:
    assert email_of(dead) == ""
    arrives(mailbox, at)
    assert works(dead)
    assert email_of(dead) == "carla@example.org"
    said = Entry.objects.get(kind="customer.address_working")
    assert said.event.describe() == "found that an address takes our mail again"


@pytest.mark.parametrize("head", ["Auto-Submitted: auto-replied\r\n", "Precedence: bulk\r\nX-Autoreply: yes\r\n"])
def test_a_machine_revives_nothing(mailbox: Mailbox, dead: Customer, at: datetime, head: str) -> None:
    arrives(mailbox, at, head)
    assert not works(dead)


def test_somebody_elses_letter_revives_nothing(mailbox: Mailbox, dead: Customer, at: datetime) -> None:
    arrives(mailbox, at, sender="karim@example.org")
    assert not works(dead)


def test_an_address_that_works_is_no_news(mailbox: Mailbox, carla: Customer, at: datetime) -> None:
    assert not mark_address_working(carla, "carla@example.org", by=SYSTEM, at=at)
    arrives(mailbox, at)
    assert not Entry.objects.filter(kind="customer.address_working").exists()
