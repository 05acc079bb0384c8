"""What clients do to the mail door that they should not, and that everybody else is served all the same."""

import re
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import datetime

import pytest

from rung.channels.email.models import Letter, Mailbox
from rung.channels.email.verbs.mailbox import add_mailbox
from rung.core.actor import SYSTEM
from tests.channels.email.test_door import ENVELOPE, LIMIT, OpenDoor, raw, talk
from tests.installation import PATIENCE_S, wait_until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def mailbox(transactional_db: None, at: datetime) -> Mailbox:
    return add_mailbox(name="Support", address="support@desk.example", by=SYSTEM, at=at)


@pytest.fixture
def door(mailbox: Mailbox, at: datetime) -> Iterator[OpenDoor]:
    with OpenDoor(at) as door:
        yield door


def send(door: OpenDoor, number: int = 1) -> None:
    with door.smtp() as client:
        client.sendmail("a@b.example", ["support@desk.example"], raw(number))


def knock(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=20)


def test_one_host_gets_so_many_connections_and_no_more(mailbox: Mailbox, at: datetime) -> None:
    with OpenDoor(at, max_per_host=5) as door, ExitStack() as open_lines:
        lines = [open_lines.enter_context(knock(door.ports["smtp"])) for _ in range(5)]
        assert all(line.recv(200).startswith(b"220 ") for line in lines)
        for _ in range(100):
            with knock(door.ports["smtp"]) as line:
                assert line.recv(200) == b"421 4.7.0 Too many connections from your host, please try again\r\n"
                assert line.recv(200) == b""
        lines[0].sendall(b"QUIT\r\n")
        while lines[0].recv(200):
            pass
        send(door)
    assert Letter.objects.count() == 1


def test_a_flood_that_comes_all_at_once_is_counted(mailbox: Mailbox, at: datetime) -> None:
    with OpenDoor(at, max_per_host=10) as door:

        def first_word(_n: int) -> tuple[socket.socket, bytes]:
            line = knock(door.ports["smtp"])
            return line, line.recv(3)

        with ThreadPoolExecutor(60) as pool:
            heard = list(pool.map(first_word, range(120)))
        assert [word for _line, word in heard].count(b"220") == 10
        assert len(door.door.sessions) == 10
        for line, _word in heard:
            line.close()
        wait_until(lambda: not door.door.sessions, seconds=PATIENCE_S, why="a connection that is gone is still counted")
        send(door)


def test_letters_on_their_way_hold_no_more_memory_than_is_allowed(mailbox: Mailbox, at: datetime) -> None:
    with OpenDoor(at, max_held=LIMIT) as door, ExitStack() as open_lines:
        half = raw(text=(b"x" * 70 + b"\r\n") * (LIMIT // 2 // 72))
        slow = [open_lines.enter_context(knock(door.ports["smtp"])) for _ in range(4)]
        for line in slow:
            line.sendall(ENVELOPE + half)
        wait_until(lambda: door.door.load.held >= len(half), seconds=PATIENCE_S, why="nothing came in")
        assert door.door.load.held <= LIMIT + 4096
        for line in slow:
            line.sendall(b".\r\nQUIT\r\n")
        answers = []
        for line in slow:
            heard = b""
            while chunk := line.recv(65536):
                heard += chunk
            answers.append(heard)
        refused = sum(b"452 4.3.1" in heard for heard in answers)
        assert refused >= 2, "four times half of what is allowed does not fit"
        assert sum(b"250 2.0.0 Kept" in heard for heard in answers) == 4 - refused
        assert door.door.load.held == 0
        send(door, 2)
    assert Letter.objects.filter(subject="2").exists()


def test_a_letter_as_large_as_allowed_always_finds_room(mailbox: Mailbox, at: datetime) -> None:
    with OpenDoor(at, max_held=1000) as door, door.smtp() as client:
        largest = raw(text=b"y" * 70 + b"\r\n" * ((LIMIT - 400) // 2))
        client.sendmail("a@b.example", ["support@desk.example"], largest)
    assert Letter.objects.get().size == len(largest)


def test_who_does_not_read_our_answers_is_hung_up_on(mailbox: Mailbox, at: datetime) -> None:
    with OpenDoor(at, idle_s=0.5) as door:
        line = socket.socket()
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        line.connect(("127.0.0.1", door.ports["smtp"]))
        line.settimeout(1)
        started = time.monotonic()
        try:
            while time.monotonic() - started < 10:
                line.sendall(b"EHLO deaf.example\r\n" * 1000)
        except OSError:
            pass
        wait_until(lambda: not door.door.sessions, seconds=PATIENCE_S, why="a deaf client is still connected")
        line.close()
        send(door)
    assert Letter.objects.count() == 1


def test_a_command_that_drips_is_waited_for_no_longer_than_silence(mailbox: Mailbox, at: datetime) -> None:
    with OpenDoor(at, idle_s=0.4) as door, knock(door.ports["smtp"]) as line:
        line.recv(200)
        started = time.monotonic()
        try:
            for byte in b"EHLO a.very.long.name.that.never.comes.to.an.end.example" * 20:
                line.sendall(bytes([byte]))
                time.sleep(0.02)
        except OSError:
            pass
        assert time.monotonic() - started < 15, "all of it would take 22 s"
        wait_until(lambda: not door.door.sessions, seconds=PATIENCE_S, why="still connected")


@pytest.mark.parametrize(
    "said",
    [
        b"\x00\x01\x02\xff\xfe\r\n",
        b"\r\n\r\n\r\n",
        b"EHLO\r\n",
        b"MAIL FROM:\r\nRCPT TO:\r\nDATA\r\n",
        b"EHLO x\r\nMAIL FROM:<a@b.example\r\nRCPT TO:<<<\r\n",
        b"EHLO x\r\nMAIL FROM:<" + b"a" * 2000 + b"@b.example>\r\n",
        b"EHLO " + b"x" * 200_000 + b"\r\n",
        b"GET / HTTP/1.1\r\nHost: desk.example\r\n\r\n",
        b"EHLO x\r\nBDAT 10 LAST\r\n0123456789",
        b"EHLO x\r\nMAIL FROM:<a@b.example> BODY=BINARYMIME\r\n",
        b"EHLO x\r\nAUTH PLAIN AGEAYg==\r\nVRFY root\r\nEXPN all\r\nTURN\r\n",
        b"EHLO x\r\nSTARTTLS\r\n",
        b"DATA\r\nRSET\r\nNOOP " + b"n" * 400 + b"\r\n",
    ],
)
def test_nonsense_is_refused_and_the_next_client_served(door: OpenDoor, said: bytes) -> None:
    answers = talk(door.ports["smtp"], said + b"\r\nQUIT\r\n")()
    assert answers.startswith(b"220 ")
    assert b"Traceback" not in answers
    assert b"250 2.0.0 Kept" not in answers
    send(door)
    assert Letter.objects.count() == 1


def test_what_is_offered_is_what_is_kept(door: OpenDoor) -> None:
    """8BITMIME, SMTPUTF8 and PIPELINING are offered and work; CHUNKING and BINARYMIME are not offered."""
    with door.lmtp() as client:
        client.ehlo()
        assert client.has_extn("pipelining")
    with door.smtp() as client:
        client.ehlo()
        assert client.has_extn("8bitmime")
        assert client.has_extn("smtputf8")
        assert client.has_extn("pipelining")
        assert not client.has_extn("chunking")
        assert not client.has_extn("starttls")
        client.command_encoding = "utf-8"
        assert client.docmd("MAIL", "FROM:<grüße@b.example> BODY=8BITMIME SMTPUTF8")[0] == 250
        client.rcpt("support@desk.example")
        assert client.data(raw(text="Grüße ☂\x00 und NUL".encode() + b"\xff\xfe"))[0] == 250
    letter = Letter.objects.get()
    assert b"\x00 und NUL\xff\xfe" in letter.raw.whole()
    assert letter.envelope_from == "grüße@b.example"


@pytest.mark.parametrize("side", ["smtp", "lmtp"])
def test_every_answer_bears_a_status_as_is_offered(door: OpenDoor, side: str) -> None:
    hello = b"EHLO x" if side == "smtp" else b"LHLO x"
    commands = [
        *(b"MAIL FROM:<a@b.example>", hello, b"NOOP", b"HELP", b"VRFY a", b"EXPN a", b"NONSENSE", b"MAIL", b"DATA"),
        *(b"RCPT TO:<support@desk.example>", b"STARTTLS", b"MAIL FROM:<a@b.example> FOO=BAR", b"RSET now"),
        *(b"MAIL FROM:<a@b.example>", b"MAIL FROM:<a@b.example>", b"RCPT TO:<nobody@desk.example>", b"RCPT", b"DATA"),
        *(b"RCPT TO:<support@desk.example>", b"DATA", raw() + b".", b"RSET", b"N" * 2000, b"", b"QUIT"),
    ]
    said = talk(door.ports[side], b"".join(command.removesuffix(b"\r\n") + b"\r\n" for command in commands))()
    greeting, *answers = said.split(b"\r\n")
    assert b"250-ENHANCEDSTATUSCODES" in answers
    bare = [line for line in answers if line and not re.match(rb"(\d)\d\d \1\.\d{1,3}\.\d{1,3} ", line)]
    assert [line for line in bare if line[:4] not in (b"250-", b"354 ")] == [b"250 HELP"]
    assert re.match(rb"220 \S+ Rung", greeting)
    assert b"250 2.1.0 OK" in answers
    assert b"250 2.0.0 Kept" in answers
    assert any(line.startswith(b"221 2.0.0 ") for line in answers)


def test_an_envelope_that_no_database_takes_is_kept_all_the_same(door: OpenDoor) -> None:
    envelope = b'EHLO x\r\nMAIL FROM:<"a\x00\xff"@b.example>\r\nRCPT TO:<support+\x00\xff@desk.example>\r\nDATA\r\n'
    answers = talk(door.ports["smtp"], envelope + raw() + b".\r\nQUIT\r\n")()
    assert answers.count(b"451 ") == 0, "the sender would try again for days"
    if b"250 2.0.0 Kept" in answers:
        assert "\x00" not in Letter.objects.get().envelope_from


def test_more_recipients_than_can_be_meant_are_put_off(door: OpenDoor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rung.channels.email.listener.MAX_RECIPIENTS", 3)
    with door.smtp() as client:
        client.ehlo()
        client.mail("a@b.example")
        codes = [client.rcpt(f"support+{n}@desk.example")[0] for n in range(5)]
        assert codes == [250, 250, 250, 452, 452]
        assert client.data(raw())[0] == 250


def test_the_same_letter_through_both_doors_at_once_is_one(door: OpenDoor) -> None:
    def by_smtp(number: int) -> None:
        send(door, number)

    def by_lmtp(number: int) -> None:
        with door.lmtp() as client:
            client.sendmail("a@b.example", ["support@desk.example"], raw(number))

    with ThreadPoolExecutor(8) as pool:
        running = [pool.submit(way, number) for number in range(20) for way in (by_smtp, by_lmtp, by_smtp)]
        for each in running:
            each.result()
    assert Letter.objects.count() == 20
