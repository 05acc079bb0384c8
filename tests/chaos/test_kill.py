"""`kill -9` of the door and the workers, at random, while letters come in: what was acknowledged is there exactly once."""

import re
import smtplib
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from random import Random

import pytest
from django.db import connection

from tests.installation import Installation, wait_until
from tests.stage import MAILBOX

LETTERS = 500
KILLS = 20
CLIENTS = 4
# Several share the work on PostgreSQL, where two of them read letters.
WORKERS = ("worker", "second worker") if connection.vendor == "postgresql" else ("worker",)
SEED = 1121
MARK = re.compile(r"mark-\d{4}-[0-9a-f]{8}")


@dataclass(frozen=True)
class Sent:
    """A letter as the sender has it: its bytes, and what is written in it to know it by."""

    raw: bytes
    mark: str
    answers: str = ""
    is_broken: bool = False


@pytest.fixture
def rung() -> Iterator[Installation]:
    with Installation() as made:
        made.set_stage()
        yield made


def plain(chance: Random, number: int, before: list[Sent]) -> Sent:
    """A letter of a customer. Every third continues an earlier one, every tenth names no Message-ID."""
    mark = f"mark-{number:04d}-{chance.randbytes(4).hex()}"
    earlier = chance.choice(before) if before and number % 3 == 0 else None
    sender = f"customer{number}@example.org"
    threading_headers = ""
    if earlier is not None:
        sender = re.search(rb"From: (.*)\r\n", earlier.raw)[1].decode()  # type: ignore[index]  # every one of ours has it
        reference = re.search(rb"Message-ID: (.*)\r\n", earlier.raw)[1].decode()  # type: ignore[index]  # as above
        threading_headers = f"In-Reply-To: {reference}\r\nReferences: {reference}\r\n"
    own_name = "" if number % 10 == 7 else f"Message-ID: <{mark}@example.org>\r\n"
    raw = (
        f"From: {sender}\r\nTo: {MAILBOX}\r\nSubject: About {mark}\r\nDate: Tue, 10 Mar 2026 09:00:00 +0000\r\n"
        f"{own_name}{threading_headers}\r\nHello,\r\n\r\nthis is {mark}.\r\n"
    )
    return Sent(raw.encode(), mark, earlier.mark if earlier else "")


def broken(chance: Random, number: int) -> Sent:
    """A letter as only software in bad shape writes it."""
    mark = f"mark-{number:04d}-{chance.randbytes(4).hex()}"
    known = f"Message-ID: <{mark}@example.org>\r\nFrom: odd{number}@example.org\r\n"
    many = ", ".join(f"r{each}@example.org" for each in range(10_000))
    ways = (
        f"To: {MAILBOX}\r\nSubject: no sender {mark}\r\n\r\n{mark}\r\n".encode(),
        f"{known}Subject: kaputt {mark}: ".encode()
        + b"\xe4\xf6\xfc\xff\r\n\r\n"
        + f"{mark} \r\n".encode()
        + b"\xe9\r\n",
        f'{known}Content-Type: text/plain; charset="x-unheard-of"\r\n\r\n{mark} \r\n'.encode(),
        f"{known}Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n{mark}".encode(),
        f"{known}To: {many}\r\nSubject: to many\r\n\r\n{mark}\r\n".encode(),
        f"{known}Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n{mark} !!!! ====\r\n".encode(),
        f"{known}Date: the day before yesterday\r\nSubject: {'(' * 3000}\r\n\r\n{mark}\r\n".encode(),
    )
    return Sent(ways[number % len(ways)], mark, is_broken=True)


@dataclass
class Intake:
    """A sending mail server: it tries each letter again until somebody has said "250" to it, and remembers that."""

    rung: Installation
    waiting: SimpleQueue[Sent] = field(default_factory=SimpleQueue)
    acknowledged: Counter[str] = field(default_factory=Counter)
    attempts: int = 0
    news: threading.Condition = field(default_factory=threading.Condition)
    is_over: threading.Event = field(default_factory=threading.Event)

    def send_all(self) -> None:
        """What one connection does: take a letter, send it until it is taken, reconnect when the other end is gone."""
        client: smtplib.SMTP | None = None
        while not self.is_over.is_set():
            try:
                letter = self.waiting.get(timeout=0.1)
            except Empty:
                continue
            while not self.is_over.is_set():
                try:
                    self.attempts += 1
                    client = client or smtplib.SMTP("127.0.0.1", self.rung.smtp_port, timeout=10)
                    client.sendmail("bounces@example.org", [MAILBOX], letter.raw)
                    break
                except (OSError, smtplib.SMTPException):
                    if client is not None:
                        client.close()
                    client = None
                    time.sleep(0.03)
            with self.news:
                self.acknowledged[letter.mark] += 1
                self.news.notify_all()
        if client is not None:
            with suppress(OSError, smtplib.SMTPException):
                client.quit()

    def wait_for(self, count: int, seconds: float = 120) -> None:
        """Until so many letters are acknowledged in all."""
        with self.news:
            if not self.news.wait_for(lambda: self.acknowledged.total() >= count, seconds):
                raise AssertionError(
                    f"{self.acknowledged.total()} of {count} letters were taken within {seconds} s; "
                    f"the door said:\n{self.rung.said('door')[-3000:]}"
                )


def letters_read(rung: Installation) -> int:
    (count,) = rung.rows("SELECT COUNT(*) FROM email_letter WHERE fate <> 'kept'")[0]
    return int(str(count))


@pytest.mark.slow
def test_every_acknowledged_letter_is_there_exactly_once(rung: Installation) -> None:
    chance = Random(SEED)
    intake = Intake(rung)
    sent: list[Sent] = []
    victims = (["door", *WORKERS] * KILLS)[:KILLS]
    chance.shuffle(victims)
    rung.start("door", *WORKERS)
    with ThreadPoolExecutor(CLIENTS) as pool:
        clients = [pool.submit(intake.send_all) for _ in range(CLIENTS)]
        try:
            for number, victim in enumerate(victims):
                block = _block(chance, number, sent)
                read_before = letters_read(rung)
                for letter in block:
                    intake.waiting.put(letter)
                # Somewhere in this block, and mostly in the midst of a transaction.
                intake.wait_for(len(sent) + chance.randrange(len(block)))
                if victim in WORKERS:
                    wait_until(lambda: letters_read(rung) > read_before, seconds=90, why=lambda: rung.said(victim))  # noqa: B023  # called at once
                time.sleep(chance.uniform(0, 0.04))
                rung.kill(victim)
                rung.spawn(victim)
                sent += block
                intake.wait_for(len(sent))
        finally:
            intake.is_over.set()
        for client in clients:
            client.result()
    assert len(sent) == LETTERS
    assert intake.acknowledged == {letter.mark: 1 for letter in sent}
    wait_until(lambda: _is_settled(rung), seconds=90, why=lambda: f"work is left:\n{rung.said('worker')[-3000:]}")
    rung.stop("door", *WORKERS)
    _check_that_each_is_there_once(rung, sent)
    assert intake.attempts > LETTERS, "no client was ever interrupted: the killer killed nobody at work"


def _block(chance: Random, number: int, before: list[Sent]) -> list[Sent]:
    """The next letters: among 25 two broken ones. Whoever is answered has been acknowledged in an earlier block."""
    size = LETTERS // KILLS
    known = [letter for letter in before if not letter.is_broken and b"Message-ID" in letter.raw]
    first = number * size
    return [
        broken(chance, each) if each % size in (5, 17) else plain(chance, each, known)
        for each in range(first, first + size)
    ]


def _is_settled(rung: Installation) -> bool:
    waiting = ("email_letter WHERE fate = 'kept'", "journal_undelivered", "ladder_regrade", "insight_unfolded")
    return all(rung.rows(f"SELECT COUNT(*) FROM {table}")[0] == (0,) for table in waiting)


def _check_that_each_is_there_once(rung: Installation, sent: list[Sent]) -> None:
    touchpoints = rung.rows("SELECT id, conversation_id, subject, text, quoted FROM touchpoints_touchpoint")
    marks: dict[str, list[tuple[object, object]]] = {}
    for key, conversation, subject, text, quoted in touchpoints:
        for mark in set(MARK.findall(f"{subject} {text} {quoted}")):
            marks.setdefault(mark, []).append((key, conversation))
    whole = [letter for letter in sent if not letter.is_broken]
    doubled = {mark: places for mark, places in marks.items() if len(places) != 1}
    assert not doubled, f"seed {SEED}: more than one touchpoint for {doubled}"
    lost = [letter.mark for letter in whole if letter.mark not in marks]
    assert not lost, f"seed {SEED}: acknowledged and lost: {lost}"
    strayed = [
        letter.mark for letter in whole if letter.answers and marks[letter.mark][0][1] != marks[letter.answers][0][1]
    ]
    assert not strayed, f"seed {SEED}: an answer opened a conversation of its own: {strayed}"
    # The broken ones: each kept once, and either in a conversation or with a reason why not.
    assert rung.rows("SELECT COUNT(*) FROM email_letter") == [(len(sent),)]
    unexplained = rung.rows("SELECT id FROM email_letter WHERE touchpoint_id IS NULL AND reason = ''")
    assert not unexplained
    # And what follows from a letter followed once: its entry in the journal, its fact.
    received = Counter(
        key for (key,) in rung.rows("SELECT touchpoint FROM journal_entry WHERE kind = 'touchpoint.received'")
    )
    assert received == Counter({key: 1 for key, *_ in touchpoints})
    assert rung.rows("SELECT COUNT(*) FROM insight_touchpointfact") == [(len(touchpoints),)]


@pytest.mark.slow
def test_a_letter_of_60_mb_is_kept_and_readable(rung: Installation) -> None:
    rung.start("door", "worker")
    chance = Random(SEED)
    line = (chance.randbytes(38).hex() + "\r\n").encode()
    raw = (
        b"From: heavy@example.org\r\nTo: "
        + MAILBOX.encode()
        + b"\r\nSubject: plans\r\nMessage-ID: <heavy@example.org>\r\n"
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nSee the plans.\r\n"
        b"--b\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=plans.bin\r\n\r\n"
        + line * (60 * 1024 * 1024 // len(line))
        + b"\r\n--b--\r\n"
    )
    with smtplib.SMTP("127.0.0.1", rung.smtp_port, timeout=60) as client:
        client.sendmail("heavy@example.org", [MAILBOX], raw)
    wait_until(lambda: letters_read(rung) == 1, seconds=90, why=lambda: rung.said("worker")[-3000:])
    assert rung.rows("SELECT text FROM touchpoints_touchpoint") == [("See the plans.",)]
    ((size,),) = rung.rows("SELECT size FROM touchpoints_attachment")
    assert int(str(size)) > 60_000_000


@pytest.mark.slow
def test_a_letter_over_the_limit_is_refused_while_the_sender_is_on_the_line(rung: Installation) -> None:
    rung.env["RUNG_MAX_LETTER_BYTES"] = "100000"
    rung.start("door")
    client = smtplib.SMTP("127.0.0.1", rung.smtp_port, timeout=30)
    with pytest.raises((smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused)) as refusal:
        client.sendmail("heavy@example.org", [MAILBOX], b"Subject: too much\r\n\r\n" + b"x" * 70 + b"\r\n" * 60_000)
    client.close()
    assert isinstance(refusal.value, smtplib.SMTPResponseException)
    assert refusal.value.smtp_code == 552
    assert rung.rows("SELECT COUNT(*) FROM email_letter") == [(0,)]
