"""Keeping: once, whole, before anything else."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from django.db import connection
from django_tasks_db.models import DBTaskResult

from rung.accounts.models import Team
from rung.channels.email.errands import read_waiting_letters
from rung.channels.email.models import Letter, Mailbox, RawLetter
from rung.channels.email.verbs.intake import go_live
from rung.channels.email.verbs.letter import Arrival, keep_letter, keep_letters
from rung.channels.email.verbs.mailbox import add_mailbox
from rung.core.actor import SYSTEM


@pytest.fixture
def mailbox(support: Team, at: datetime) -> Mailbox:
    return add_mailbox(name="Support", address="support@desk.example", team=support, by=SYSTEM, at=at)


def raw(identifier: str = "<one@example.org>", text: str = "Hello.", extra: str = "") -> bytes:
    name = f"Message-ID: {identifier}\r\n" if identifier else ""
    return (
        f"{extra}From: Carla Ruiz <carla@example.org>\r\nTo: support@desk.example\r\n"
        "Subject: My =?utf-8?q?Gr=C3=B6=C3=9Fe?=\r\n"
        f"Date: Tue, 10 Mar 2026 09:15:00 +0100\r\n{name}\r\n{text}\r\n"
    ).encode()


def test_a_letter_is_kept_as_it_came(mailbox: Mailbox, at: datetime) -> None:
    letter = keep_letter(
        raw(),
        mailbox=mailbox,
        envelope_from="carla@example.org",
        envelope_to=["support@desk.example"],
        by=SYSTEM,
        at=at,
    )
    kept = Letter.objects.get()
    assert kept == letter
    assert (kept.sender, kept.sender_name, kept.subject) == ("carla@example.org", "Carla Ruiz", "My Größe")
    assert (kept.message_id, kept.fate, kept.kept_at) == ("<one@example.org>", "kept", at)
    assert kept.envelope_to == ["support@desk.example"]
    assert kept.raw.whole() == raw()


def test_the_worker_is_rung_for_in_the_same_transaction(mailbox: Mailbox, at: datetime) -> None:
    keep_letter(raw(), mailbox=mailbox, by=SYSTEM, at=at)
    bells = [row.args_kwargs["args"] for row in DBTaskResult.objects.ready()]
    assert [read_waiting_letters.name] in bells


@pytest.mark.parametrize("text", ["x" * 100_000, "\r\n".join(f"line {n}" for n in range(5000)), "short"])
def test_bytes_come_back_the_same_whether_packed_or_not(mailbox: Mailbox, at: datetime, text: str) -> None:
    letter = keep_letter(raw(text=text), mailbox=mailbox, by=SYSTEM, at=at)
    stored = RawLetter.objects.get(pk=letter.pk)
    assert stored.whole() == raw(text=text)
    assert letter.size == len(raw(text=text))
    assert stored.is_compressed == (len(text) > 1000)


def test_the_same_letter_twice_is_one_letter_that_came_twice(mailbox: Mailbox, at: datetime) -> None:
    first = keep_letter(raw(), mailbox=mailbox, by=SYSTEM, at=at)
    second = keep_letter(raw(), mailbox=mailbox, by=SYSTEM, at=at + timedelta(minutes=1))
    assert first.pk == second.pk
    assert Letter.objects.get().copies == 1
    assert Letter.objects.get().kept_at == at


def test_what_servers_on_the_way_write_into_it_makes_it_no_other_letter(mailbox: Mailbox, at: datetime) -> None:
    keep_letter(raw(), mailbox=mailbox, by=SYSTEM, at=at)
    travelled = raw(
        extra="Return-Path: <carla@example.org>\r\nReceived: from a by b; Tue, 10 Mar 2026 09:16:00 +0100\r\n"
    )
    keep_letter(travelled.replace(b"\r\n", b"\n") + b"\n", mailbox=mailbox, by=SYSTEM, at=at)
    keep_letter(raw().replace(b"Subject: My", b"Subject: [SPAM?] My"), mailbox=mailbox, by=SYSTEM, at=at)
    assert Letter.objects.get().copies == 2


def test_two_letters_under_one_message_id_are_two(mailbox: Mailbox, at: datetime) -> None:
    keep_letter(raw(), mailbox=mailbox, by=SYSTEM, at=at)
    keep_letter(raw(text="Something else."), mailbox=mailbox, by=SYSTEM, at=at)
    assert Letter.objects.count() == 2


def test_letters_without_message_id_are_known_by_what_they_are(mailbox: Mailbox, at: datetime) -> None:
    keep_letter(raw(""), mailbox=mailbox, by=SYSTEM, at=at)
    keep_letter(raw(""), mailbox=mailbox, by=SYSTEM, at=at)
    keep_letter(raw("", text="Something else."), mailbox=mailbox, by=SYSTEM, at=at)
    assert sorted(Letter.objects.values_list("copies", flat=True)) == [0, 1]


def test_many_are_kept_together_and_copies_among_them_found(mailbox: Mailbox, at: datetime) -> None:
    keep_letter(raw("<0@x.example>"), mailbox=mailbox, by=SYSTEM, at=at)
    names = ["<0@x.example>", "<1@x.example>", "<2@x.example>", "<1@x.example>"]
    letters = keep_letters([Arrival(raw(name), mailbox, "smtp") for name in names], by=SYSTEM, at=at)
    assert [letter.message_id for letter in letters] == names
    assert letters[1].pk == letters[3].pk
    assert dict(Letter.objects.values_list("message_id", "copies")) == {names[0]: 1, names[1]: 1, names[2]: 0}
    assert {letter.source for letter in letters[1:]} == {"smtp"}


@pytest.mark.parametrize(
    "junk", [b"", b"\x00\xff" * 50, b"\r\n\r\n", b"From: \x00\xff\xfe\r\nSubject: \xed\xa0\x80\r\n\r\nx"]
)
def test_any_bytes_are_kept(mailbox: Mailbox, at: datetime, junk: bytes) -> None:
    letter = keep_letter(junk, mailbox=mailbox, by=SYSTEM, at=at)
    assert Letter.objects.get(pk=letter.pk).raw.whole() == junk


@pytest.fixture
def paused(mailbox: Mailbox, at: datetime) -> Mailbox:
    return add_mailbox(name="Paused", address="paused@desk.example", stage="paused", by=SYSTEM, at=at)


def test_a_letter_held_for_one_mailbox_is_read_once_it_comes_to_a_live_one(
    mailbox: Mailbox, paused: Mailbox, at: datetime
) -> None:
    held = keep_letter(raw(), mailbox=paused, source="smtp", by=SYSTEM, at=at)
    assert held.fate == "held"
    DBTaskResult.objects.all().delete()
    keep_letter(raw(), mailbox=mailbox, by=SYSTEM, at=at)
    held.refresh_from_db()
    assert (held.fate, held.mailbox, held.copies) == ("kept", mailbox, 1)
    assert [read_waiting_letters.name] in [row.args_kwargs["args"] for row in DBTaskResult.objects.ready()]
    keep_letter(raw(), mailbox=paused, source="smtp", by=SYSTEM, at=at)
    held.refresh_from_db()
    assert (held.fate, held.mailbox) == ("kept", mailbox)


@pytest.mark.parametrize("order", [1, -1])
def test_in_one_batch_too(mailbox: Mailbox, paused: Mailbox, at: datetime, order: int) -> None:
    arrivals = [Arrival(raw(), each, "smtp") for each in (mailbox, paused)[::order]]
    letter = keep_letters(arrivals, by=SYSTEM, at=at)[0]
    letter.refresh_from_db()
    assert (letter.fate, letter.mailbox, letter.copies) == ("kept", mailbox, 1)


def test_history_lets_nothing_go_that_is_held(mailbox: Mailbox, paused: Mailbox, at: datetime) -> None:
    held = keep_letter(raw(), mailbox=paused, source="smtp", by=SYSTEM, at=at)
    keep_letters([Arrival(raw(), mailbox, "imap", is_archived=True)], by=SYSTEM, at=at)
    held.refresh_from_db()
    assert held.fate == "held"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("number", range(5))
def test_what_comes_while_a_mailbox_goes_live_is_read(at: datetime, number: int) -> None:
    believed = add_mailbox(name="Shop", address="shop@desk.example", stage="setup", by=SYSTEM, at=at)
    goes = Mailbox.objects.get(pk=believed.pk)
    together = Barrier(2)

    def come() -> None:
        try:
            together.wait(20)
            keep_letter(raw(), mailbox=believed, source="smtp", by=SYSTEM, at=at)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        coming = pool.submit(come)
        together.wait(20)
        go_live(goes, by=SYSTEM, at=at)
        coming.result(60)
    assert Letter.objects.get().fate == "kept"
