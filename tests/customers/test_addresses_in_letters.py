"""One address, however its domain is spelled, is one customer; and no spelling makes one address another."""

from datetime import datetime

import pytest

from rung.channels.email.access import mailbox_for_addresses
from rung.channels.email.verbs.mailbox import add_mailbox
from rung.core.actor import SYSTEM
from rung.customers.addresses import normalised
from rung.customers.verbs import recognise_customer


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("C@XN--MLLER-KVA.example", "c@müller.example"),
        ("c@mu\u0308ller.example", "c@müller.example"),
        ("c@xn--strae-oqa.example", "c@straße.example"),
        ("a@xn--fsqu00a.example", "a@例子.example"),
        # Nothing that needs no such spelling, or is none, becomes another address.
        ("c@xn--google-.example", "c@xn--google-.example"),
        ("c@xn--a.example", "c@xn--a.example"),
        ("c@xn--zzzzzzzz99999.example", "c@xn--zzzzzzzz99999.example"),
        ("c@xn--.example", "c@xn--.example"),
    ],
)
def test_a_domain_is_kept_in_letters(written: str, kept: str) -> None:
    assert normalised(written, "email") == kept


def test_both_spellings_are_one_customer(db: None, at: datetime) -> None:
    first = recognise_customer("carla@xn--mller-kva.example", name="Carla", by=SYSTEM, at=at)
    assert recognise_customer("carla@müller.example", name="Carla", by=SYSTEM, at=at) == first


def test_a_mailbox_is_found_under_both_spellings(db: None, at: datetime) -> None:
    mailbox = add_mailbox(name="Müller", address="hallo@müller.example", by=SYSTEM, at=at)
    assert mailbox_for_addresses(["hallo@xn--mller-kva.example"]) == mailbox
    assert mailbox_for_addresses(["hallo@müller.example"]) == mailbox
