"""A mailbox that is fetched while the database is held or full: nothing is marked on its server that is not kept here, and
all of it comes, once, when the database is free again."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime
from random import Random
from threading import Event

import pytest
from django.db import OperationalError

from rung.channels.email import fetching
from rung.channels.email.attending import Attendant
from rung.channels.email.connecting import TLS
from rung.channels.email.models import Folder, Letter, Mailbox, Straggler
from rung.channels.email.verbs.mailbox import add_mailbox
from rung.core.actor import SYSTEM
from tests.dovecot import PASSWORD, Account, Dovecot
from tests.faults.holding import be_impatient, full, held, is_sqlite

pytestmark = pytest.mark.django_db(transaction=True)
SEEN = {"\\Seen"}


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    with Dovecot() as server:
        yield server


@pytest.fixture
def account(dovecot: Dovecot) -> Account:
    """With three letters."""
    account = dovecot.new_account()
    account.put(*(letter(number) for number in (1, 2, 3)))
    return account


def letter(number: int) -> bytes:
    """The second is as large as pictures are, and gets no smaller by packing it."""
    head = f"From: carla@example.org\r\nSubject: {number}\r\nMessage-ID: <{number}@example.org>\r\n\r\n"
    return head.encode() + (Random(number).randbytes(100_000).hex().encode() if number == 2 else b"Hello.\r\n")


@pytest.fixture
def attendant(account: Account, transactional_db: None, at: datetime) -> Iterator[Attendant]:
    mailbox = add_mailbox(
        name="Support", address="support@desk.example", incoming="imap", imap_host="localhost",
        imap_port=account.server.imaps_port, imap_security=TLS, imap_user=account.user, imap_password=PASSWORD,
        certificate=account.server.certificate, live_from_at=None, once_kept="seen", by=SYSTEM, at=at,
    )  # fmt: skip
    attendant = Attendant(mailbox.pk, Event(), interval_s=30, now=lambda: at)
    yield attendant
    attendant.hang_up()


def subjects() -> list[str]:
    return list(Letter.objects.order_by("pk").values_list("subject", flat=True))


def all_is_well(account: Account, attendant: Attendant) -> None:
    """The next look has brought everything, once, and nobody is blamed."""
    assert attendant.turn().may_idle
    assert subjects() == ["1", "2", "3"]
    assert account.flags() == [SEEN] * 3
    assert not Straggler.objects.exists()
    assert Mailbox.objects.get().last_error == ""
    assert Folder.objects.get().last_uid == 3


TROUBLES: list[Callable[[], AbstractContextManager[None]]] = [lambda: held("email_letter"), full]


@pytest.mark.parametrize("trouble", TROUBLES, ids=["held", "full"])
def test_what_cannot_be_kept_stays_unmarked_and_comes_later(
    account: Account, attendant: Attendant, trouble: Callable[[], AbstractContextManager[None]]
) -> None:
    if trouble is full and not is_sqlite():
        pytest.skip("a PostgreSQL server's disk cannot be filled from here")
    be_impatient()
    for _again in range(2):
        with trouble(), pytest.raises(OperationalError):
            attendant.turn()
        assert (subjects(), account.flags()) == ([], [set()] * 3)
    assert attendant.session is None, "the line is not held while nothing can be done"
    all_is_well(account, attendant)


@pytest.mark.parametrize("verb", ["open_folder", "advance_folder", "note_check"])
def test_a_database_that_is_held_for_the_bookkeeping_doubles_nothing(
    account: Account, attendant: Attendant, verb: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    be_impatient()
    honest = getattr(fetching, verb)

    def while_held(*args: object, **options: object) -> object:
        with held("email_folder", "email_mailbox"):
            return honest(*args, **options)

    monkeypatch.setattr(fetching, verb, while_held)
    with pytest.raises(OperationalError):
        attendant.turn()
    monkeypatch.setattr(fetching, verb, honest)
    assert account.flags() == [SEEN if str(number) in subjects() else set() for number in (1, 2, 3)]
    all_is_well(account, attendant)
