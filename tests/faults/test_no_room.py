"""The real processes on a disk that is full: nothing is acknowledged that is not kept, and all goes on when there is room.

A limit on the size of files stands in for the full disk: it can be set on a running process and taken away again, and what
fails are the same writes (Linux only).
"""

import smtplib
import sys
from collections.abc import Iterator

import pytest

from tests.installation import Installation, wait_until
from tests.stage import MAILBOX

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform != "linux", reason="needs prlimit")]

WAITING = "email_letter WHERE fate = 'kept'"
LINE = b"0123456789" * 7 + b"\r\n"


@pytest.fixture(scope="module")
def installed() -> Iterator[Installation]:
    with Installation({"RUNG_DATABASE_PATIENCE": "1"}) as made:
        made.set_stage()
        yield made


@pytest.fixture
def rung(installed: Installation) -> Iterator[Installation]:
    yield installed
    installed.stop("door", "worker")


def fill_disk(rung: Installation, part: str) -> None:
    """From now on this part cannot write behind the first 4 kB of any file, its log included."""
    import resource

    resource.prlimit(rung.running[part].pid, resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))


def make_room(rung: Installation, part: str) -> None:
    import resource

    resource.prlimit(rung.running[part].pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


def letter(number: int, attachment: bytes = b"") -> bytes:
    head = (
        f"From: c{number}@example.org\r\nTo: {MAILBOX}\r\nSubject: {number}\r\nMessage-ID: <{number}@example.org>\r\n"
    )
    if not attachment:
        return head.encode() + b"\r\nHello.\r\n" + LINE * 200
    return (
        head.encode() + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nSee the plan.\r\n--b\r\n"
        b"Content-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=plan.bin\r\n\r\n"
        + attachment
        + b"\r\n--b--\r\n"
    )


def send(rung: Installation, raw: bytes) -> int:
    """What the door says to a letter."""
    with smtplib.SMTP("127.0.0.1", rung.smtp_port, timeout=60) as client:
        client.ehlo()
        client.mail("bounces@example.org")
        code, _said = client.rcpt(MAILBOX)
        return code if code != 250 else client.data(raw)[0]


def count(rung: Installation, what: str) -> int:
    return int(str(rung.rows(f"SELECT COUNT(*) FROM {what}")[0][0]))


def test_a_door_without_room_puts_letters_off_and_takes_them_later(rung: Installation) -> None:
    if rung.env.get("DATABASE_URL"):
        pytest.skip("the door itself writes nothing where the database is a server")
    before = count(rung, "email_letter")
    rung.start("door")
    assert send(rung, letter(0)) == 250
    process = rung.running["door"]
    fill_disk(rung, "door")
    refused = [send(rung, letter(number)) for number in range(1, 6)]
    assert refused == [451] * 5
    assert count(rung, "email_letter") == before + 1
    make_room(rung, "door")
    assert [send(rung, letter(number)) for number in range(1, 6)] == [250] * 5
    assert count(rung, "email_letter") == before + 6
    assert process.poll() is None, "the door died of a full disk"


def test_a_worker_without_room_leaves_letters_waiting_and_reads_them_later(rung: Installation) -> None:
    rung.start("door", "worker")
    wait_until(lambda: count(rung, WAITING) == 0, seconds=40, why=lambda: rung.said("worker")[-3000:])
    before = count(rung, "touchpoints_touchpoint")
    process = rung.running["worker"]
    fill_disk(rung, "worker")
    for number in range(10, 13):
        assert send(rung, letter(number, LINE * 2000)) == 250
    # A worker that finds no room comes back after its pause; several rounds pass before there is some again.
    rounds = len(rung.said("worker"))
    wait_until(
        lambda: (
            count(rung, "email_letter WHERE attempts > 0") > 0
            or len(rung.said("worker")) > rounds
            or _is_at_limit(rung)
        ),
        seconds=20,
        why="the worker never tried",
    )
    assert count(rung, "touchpoints_touchpoint") == before
    assert count(rung, WAITING) == 3, "a full disk is not a letter's fault"
    assert process.poll() is None, "the worker died of a full disk"
    make_room(rung, "worker")
    wait_until(lambda: count(rung, "touchpoints_attachment") == 3, seconds=40, why=lambda: rung.said("worker")[-3000:])
    assert count(rung, WAITING) == 0
    assert process.poll() is None


def _is_at_limit(rung: Installation) -> bool:
    """Whether the log has grown to where the worker cannot write any more: it has tried, and could not even say so."""
    return rung.log("worker").stat().st_size >= 4096


def test_a_held_database_puts_letters_off_and_loses_none(rung: Installation) -> None:
    before = count(rung, "email_letter")
    rung.start("door", "worker")
    with _held(rung):
        codes = [send(rung, letter(number)) for number in range(20, 23)]
        assert set(codes) == {451}
    assert [send(rung, letter(number)) for number in range(20, 23)] == [250] * 3
    wait_until(lambda: count(rung, WAITING) == 0, seconds=40, why=lambda: rung.said("worker")[-3000:])
    assert count(rung, "email_letter") == before + 3
    assert all(rung.running[part].poll() is None for part in ("door", "worker"))


class _held:  # noqa: N801  # reads as a word
    """Every table of the installation, held by another program."""

    def __init__(self, rung: Installation) -> None:
        self.rung = rung

    def __enter__(self) -> None:
        url = self.rung.env.get("DATABASE_URL")
        if url:
            import psycopg

            self.other = psycopg.connect(url)
            self.other.execute("LOCK TABLE email_letter, email_rawletter IN ACCESS EXCLUSIVE MODE")
        else:
            import sqlite3

            self.other = sqlite3.connect(self.rung.data / "db.sqlite3", isolation_level=None)  # type: ignore[assignment]  # one or the other
            self.other.execute("BEGIN IMMEDIATE")

    def __exit__(self, *exception: object) -> None:
        self.other.rollback()
        self.other.close()
