"""The mail door, knocked at by real clients over the loopback."""

import asyncio
import smtplib
import socket
import ssl
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from django.db import OperationalError

from rung.channels.email import keeping
from rung.channels.email.listener import Door
from rung.channels.email.models import Letter, Mailbox
from rung.channels.email.verbs.intake import go_live
from rung.channels.email.verbs.mailbox import add_mailbox
from rung.core.actor import SYSTEM
from rung.core.place import Place

pytestmark = pytest.mark.django_db(transaction=True)

LIMIT = 2_000_000


class OpenDoor:
    """A door in a thread of its own, as in real life it is in a process of its own."""

    def __init__(self, at: datetime, **options: Any) -> None:
        self.door = Door(max_bytes=LIMIT, now=lambda: at, **options)
        self.loop = asyncio.new_event_loop()
        self.ports: dict[str, int] = {}
        self.opened = Event()
        self.thread = Thread(target=self._run, daemon=True)

    def _run(self) -> None:
        asyncio.set_event_loop(self.loop)
        place = Place("127.0.0.1", 0)
        self.ports = dict(self.loop.run_until_complete(self.door.start(smtp=place, lmtp=place)))
        self.opened.set()
        self.loop.run_forever()

    def __enter__(self) -> "OpenDoor":
        self.thread.start()
        assert self.opened.wait(10)
        return self

    def __exit__(self, *exception: object) -> None:
        try:
            asyncio.run_coroutine_threadsafe(self.door.stop(), self.loop).result(30)
        finally:
            self.loop.call_soon_threadsafe(self.loop.stop)
            self.thread.join(10)
        self.loop.close()

    def smtp(self) -> smtplib.SMTP:
        return smtplib.SMTP("127.0.0.1", self.ports["smtp"], timeout=20)

    def lmtp(self) -> smtplib.LMTP:
        return smtplib.LMTP("127.0.0.1", self.ports["lmtp"], timeout=20)


@pytest.fixture
def mailbox(transactional_db: None, at: datetime) -> Mailbox:
    return add_mailbox(name="Support", address="support@desk.example", by=SYSTEM, at=at)


@pytest.fixture
def door(mailbox: Mailbox, at: datetime) -> Iterator[OpenDoor]:
    with OpenDoor(at) as door:
        yield door


def raw(number: int = 1, text: bytes = b"Hello.") -> bytes:
    head = f"From: carla@example.org\r\nSubject: {number}\r\nMessage-ID: <{number}@x.example>\r\n\r\n"
    return head.encode() + text + b"\r\n"


def test_a_letter_by_smtp_is_kept_before_it_is_acknowledged(door: OpenDoor, mailbox: Mailbox, at: datetime) -> None:
    with door.smtp() as client:
        client.ehlo()
        client.mail("carla@example.org")
        client.rcpt("support@desk.example")
        assert client.data(raw()) == (250, b"2.0.0 Kept")
        letter = Letter.objects.get()
    assert (letter.mailbox, letter.source, letter.kept_at) == (mailbox, "smtp", at)
    assert (letter.envelope_from, letter.envelope_to) == ("carla@example.org", ["support@desk.example"])
    assert letter.raw.whole() == raw()


def test_a_letter_by_lmtp_is_answered_for_each_recipient(door: OpenDoor) -> None:
    with door.lmtp() as client:
        client.ehlo()
        client.mail("")
        client.rcpt("support@desk.example")
        client.rcpt("Support+two@Desk.example")
        assert client.data(raw()) == (250, b"2.0.0 Kept")
        assert client.getreply() == (250, b"2.0.0 Kept")
        assert client.noop()[0] == 250
    letter = Letter.objects.get()
    assert (letter.source, letter.envelope_from) == ("lmtp", "")
    assert letter.envelope_to == ["support@desk.example", "Support+two@Desk.example"]


def test_an_address_that_is_not_ours_is_refused_while_the_sender_is_on_the_line(door: OpenDoor) -> None:
    with door.smtp() as client:
        refused = client.sendmail("a@b.example", ["support@desk.example", "nobody@desk.example"], raw())
        assert refused == {"nobody@desk.example": (550, b"5.1.1 There is no such mailbox here")}
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            client.sendmail("a@b.example", ["nobody@desk.example"], raw(2))
    assert Letter.objects.count() == 1


def test_dots_and_long_lines_and_bare_line_ends_come_through(door: OpenDoor) -> None:
    text = b".\r\n..\r\n.dot\r\n" + b"x" * 50_000 + b"\r\n" + "Grüße".encode() + b"\r\nend ."
    with door.smtp() as client:
        client.sendmail("a@b.example", ["support@desk.example"], raw(text=text))
        client.sendmail("a@b.example", ["support@desk.example"], b".\r\n")
    first, second = Letter.objects.order_by("pk")
    assert first.raw.whole() == raw(text=text)
    assert second.raw.whole() == b".\r\n"


def talk(port: int, *said: bytes) -> Callable[[], bytes]:
    """Say things at once, as hasty clients do; what is heard until the other side hangs up."""
    line = socket.create_connection(("127.0.0.1", port), timeout=20)
    for words in said:
        line.sendall(words)

    def heard() -> bytes:
        with line:
            answers = b""
            while chunk := line.recv(65536):
                answers += chunk
        return answers

    return heard


ENVELOPE = b"EHLO x\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<support@desk.example>\r\nDATA\r\n"


def test_a_client_that_does_not_wait_for_answers_is_understood(door: OpenDoor) -> None:
    letters = [ENVELOPE.removeprefix(b"EHLO x\r\n" * (n > 0)) + raw(n) + b".\r\n" for n in range(3)]
    answers = talk(door.ports["smtp"], b"".join(letters) + b"QUIT\r\n")()
    assert answers.count(b"250 2.0.0 Kept") == 3
    assert answers.endswith(b"221 2.0.0 Bye\r\n")
    assert Letter.objects.count() == 3


def test_an_empty_letter_is_a_letter(door: OpenDoor) -> None:
    answers = talk(door.ports["smtp"], ENVELOPE + b".\r\nQUIT\r\n")()
    assert b"250 2.0.0 Kept" in answers
    assert Letter.objects.get().size == 0


@pytest.mark.parametrize("end", [b"\n.\n", b"\n.\r\n", b"\r.\r\n", b"\r\n.\n", b"\r\n.\r", b"\r.\r", b"\r.\n"])
def test_a_dot_between_bare_line_ends_neither_ends_a_letter_nor_passes(door: OpenDoor, end: bytes) -> None:
    smuggled = end + b"MAIL FROM:<evil@b.example>\r\nRCPT TO:<support@desk.example>\r\nDATA\r\nFrom: evil\r\n"
    answers = talk(
        door.ports["smtp"], ENVELOPE + raw(text=b"x" + smuggled) + b".\r\n" + ENVELOPE[8:] + raw(2) + b".\r\nQUIT\r\n"
    )()
    assert b"550 5.6.11" in answers
    assert answers.count(b"354 ") == 2
    assert [letter.subject for letter in Letter.objects.all()] == ["2"], "the letter behind it is another's"


def test_a_letter_that_is_too_large_is_refused_and_the_next_one_taken(door: OpenDoor) -> None:
    with door.smtp() as client:
        client.ehlo()
        assert client.esmtp_features["size"] == str(LIMIT)
        assert client.docmd("MAIL FROM:<a@b.example> SIZE=99999999")[0] == 552
        client.mail("a@b.example")
        client.rcpt("support@desk.example")
        assert client.data(raw(text=b"x" * 70 + b"\r\n" + b"y" * LIMIT))[0] == 552
        client.sendmail("a@b.example", ["support@desk.example"], raw(2))
    assert [letter.subject for letter in Letter.objects.all()] == ["2"]


def test_ten_thousand_recipients_are_one_letter(door: OpenDoor) -> None:
    with door.smtp() as client:
        client.ehlo()
        client.mail("a@b.example")
        for start in range(0, 10_000, 500):
            client.send(b"".join(b"RCPT TO:<support+%d@desk.example>\r\n" % n for n in range(start, start + 500)))
            assert {client.getreply()[0] for _ in range(500)} == {250}
        assert client.data(raw())[0] == 250
    assert len(Letter.objects.get().envelope_to) == 100


def test_a_database_that_fails_is_no_acknowledgement_and_no_loss(
    door: OpenDoor, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep = keeping.keep_letters

    def failing(*args: Any, **options: Any) -> Any:
        raise OperationalError("disk full")

    with door.smtp() as client:
        monkeypatch.setattr(keeping, "keep_letters", failing)
        with pytest.raises(smtplib.SMTPDataError) as refused:
            client.sendmail("a@b.example", ["support@desk.example"], raw())
        assert refused.value.smtp_code == 451
        assert not Letter.objects.exists()
        monkeypatch.setattr(keeping, "keep_letters", keep)
        client.sendmail("a@b.example", ["support@desk.example"], raw())
    assert Letter.objects.count() == 1


def test_one_letter_that_cannot_be_kept_does_not_hold_up_those_that_came_with_it(
    door: OpenDoor, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep = keeping.keep_letters

    def picky(arrivals: Any, **options: Any) -> Any:
        if any(b"Subject: 3\r\n" in arrival.raw for arrival in arrivals):
            raise ValueError("not this one")
        return keep(arrivals, **options)

    monkeypatch.setattr(keeping, "keep_letters", picky)

    def send(number: int) -> int:
        with door.smtp() as client:
            client.ehlo()
            client.mail("a@b.example")
            client.rcpt("support@desk.example")
            return client.data(raw(number))[0]

    with ThreadPoolExecutor(8) as pool:
        codes = list(pool.map(send, range(8)))
    assert codes == [250, 250, 250, 451, 250, 250, 250, 250]
    assert Letter.objects.count() == 7


def test_many_clients_at_once_share_commits_and_lose_nothing(door: OpenDoor) -> None:
    def send(client_number: int) -> None:
        with door.smtp() as client:
            for number in range(10):
                client.sendmail("a@b.example", ["support@desk.example"], raw(client_number * 100 + number))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(send, range(8)))
    assert Letter.objects.count() == 80


def test_a_client_that_stalls_in_the_middle_is_hung_up_on(mailbox: Mailbox, at: datetime) -> None:
    with OpenDoor(at, idle_s=0.3) as door:
        answers = talk(door.ports["smtp"], ENVELOPE + b"From: carla@example.org\r\nand then nothi")()
        assert b"Kept" not in answers
        with door.smtp() as client:
            client.sendmail("a@b.example", ["support@desk.example"], raw())
    assert Letter.objects.count() == 1


def test_a_client_that_leaves_in_the_middle_leaves_nothing(door: OpenDoor) -> None:
    line = socket.create_connection(("127.0.0.1", door.ports["smtp"]), timeout=20)
    line.sendall(ENVELOPE + b"From: carla@example.org\r\nhalf a let")
    line.close()
    with door.smtp() as client:
        client.sendmail("a@b.example", ["support@desk.example"], raw())
    assert Letter.objects.count() == 1


def test_a_door_that_closes_says_so(mailbox: Mailbox, at: datetime) -> None:
    with OpenDoor(at) as door:
        client = door.smtp()
        client.ehlo()
    assert client.getreply()[0] == 421


def test_starttls_is_offered_where_there_is_a_certificate(mailbox: Mailbox, at: datetime, tmp_path: Path) -> None:
    certificate, key = tmp_path / "door.pem", tmp_path / "door.key"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    subprocess.run([*command, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    trust = ssl.create_default_context(cafile=str(certificate))
    trust.check_hostname = False
    with OpenDoor(at, tls=context) as door, door.smtp() as client:
        client.starttls(context=trust)
        client.sendmail("a@b.example", ["support@desk.example"], raw())
    assert Letter.objects.count() == 1


def test_a_mailbox_added_while_the_door_is_open_takes_letters(
    door: OpenDoor, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "REMEMBER_UNKNOWN_S", 0.0)
    with door.smtp() as client:
        client.ehlo()
        client.mail("a@b.example")
        assert client.rcpt("billing@desk.example")[0] == 550
        add_mailbox(name="Billing", address="billing@desk.example", by=SYSTEM, at=at)
        assert client.rcpt("billing@desk.example")[0] == 250


def test_whoever_guesses_at_addresses_has_the_database_asked_now_and_then(
    door: OpenDoor, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = []
    known = keeping._active_mailboxes
    monkeypatch.setattr(keeping, "REMEMBER_UNKNOWN_S", 3600.0)
    monkeypatch.setattr(keeping, "_active_mailboxes", lambda: looks.append(1) or known())
    with door.smtp() as client:
        client.ehlo()
        client.mail("a@b.example")
        assert {client.rcpt(f"guess{n}@desk.example")[0] for n in range(50)} == {550}
    assert len(looks) == 1


def test_a_domain_is_ours_in_letters_and_as_dns_spells_it(door: OpenDoor, at: datetime) -> None:
    for written in ("hilfe@bücher.example", "post@xn--mller-kva.example"):
        add_mailbox(name="Hilfe", address=written, by=SYSTEM, at=at)
    with door.smtp() as client:
        client.ehlo()
        client.mail("a@b.example")
        for address in ("Hilfe@xn--bcher-kva.example", "hilfe+r1@xn--bcher-kva.example", "post@xn--mller-kva.example"):
            assert client.rcpt(address)[0] == 250
        assert client.rcpt("hilfe@xn--zzz-example.example")[0] == 550


@pytest.mark.parametrize("first", ["support@desk.example", "paused@desk.example"])
def test_a_letter_to_a_live_mailbox_and_one_that_is_not_is_read(door: OpenDoor, at: datetime, first: str) -> None:
    add_mailbox(name="Paused", address="paused@desk.example", stage="paused", by=SYSTEM, at=at)
    both = ["support@desk.example", "paused@desk.example"]
    with door.smtp() as client:
        client.sendmail("a@b.example", sorted(both, key=lambda each: each != first), raw())
    letter = Letter.objects.get()
    assert (letter.fate, letter.mailbox.address if letter.mailbox else "") == ("kept", "support@desk.example")


def test_what_comes_right_after_a_mailbox_went_live_is_read(
    door: OpenDoor, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "REMEMBER_S", 3600.0)
    shop = add_mailbox(name="Shop", address="shop@desk.example", stage="setup", by=SYSTEM, at=at)
    with door.smtp() as client:
        client.sendmail("a@b.example", ["shop@desk.example"], raw(1))
        assert Letter.objects.get().fate == "held"
        go_live(shop, by=SYSTEM, at=at)
        client.sendmail("a@b.example", ["shop@desk.example"], raw(2))
    assert set(Letter.objects.values_list("fate", flat=True)) == {"kept"}
