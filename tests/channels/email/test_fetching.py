"""The IMAP poller against a real Dovecot."""

import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from imapclient import IMAPClient
from pytest_django import Settings

from rung.accounts.models import Team
from rung.channels.email import fetching
from rung.channels.email.attending import NAP_S, Attendant, Rest
from rung.channels.email.connecting import PLAIN, STARTTLS, TLS, Server
from rung.channels.email.fetching import Fetched, look_into, poll_mailbox
from rung.channels.email.models import Folder, Letter, Mailbox, Straggler
from rung.channels.email.poller import Poller
from rung.channels.email.sessions import MailboxUnreachable, close_session, imap_server, open_session
from rung.channels.email.verbs.mailbox import add_mailbox, ask_for_stragglers, change_mailbox, note_straggler
from rung.channels.email.verbs.reading import read_letters
from rung.core.actor import SYSTEM
from rung.journal.models import Entry
from rung.touchpoints.models import Conversation
from tests.dovecot import PASSWORD, Account, Cut, Dovecot, Twisted
from tests.installation import PATIENCE_S


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    with Dovecot() as server:
        yield server


@pytest.fixture
def account(dovecot: Dovecot) -> Account:
    return dovecot.new_account()


def letter(n: int, **headers: str) -> bytes:
    lines = {
        "From": "Carla Ruiz <carla@example.org>",
        "To": "support@desk.example",
        "Subject": f"Question {n}",
        "Message-ID": f"<question-{n}@example.org>",
        "Date": "Tue, 10 Mar 2026 08:00:00 +0000",
    } | headers
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"{head}\r\nThe body of question {n}.\r\n".encode()


Connect = Callable[..., Mailbox]


@pytest.fixture
def connect(account: Account, dovecot: Dovecot, support: Team, at: datetime) -> Connect:
    def connected(**settings: Any) -> Mailbox:
        usual: dict[str, Any] = {
            "name": "Desk Support",
            "address": "support@desk.example",
            "team": support,
            "incoming": "imap",
            "imap_host": "localhost",
            "imap_port": dovecot.imaps_port,
            "imap_security": TLS,
            "imap_user": account.user,
            "imap_password": PASSWORD,
            "certificate": dovecot.certificate,
            "live_from_at": None,
        }
        return add_mailbox(by=SYSTEM, at=at, **(usual | settings))

    return connected


def subjects() -> list[str]:
    return list(Letter.objects.order_by("pk").values_list("subject", flat=True))


def test_letters_are_fetched_over_tls_and_left_as_they_were(account: Account, connect: Connect, at: datetime) -> None:
    account.put(letter(1), letter(2))
    mailbox = connect()
    assert poll_mailbox(mailbox, at=at) is False
    assert subjects() == ["Question 1", "Question 2"]
    assert bytes(Letter.objects.order_by("pk")[0].raw.whole()) == letter(1)
    assert account.flags() == [set(), set()]
    mailbox.refresh_from_db()
    assert (mailbox.last_checked_at, mailbox.last_error, mailbox.last_kept_at) == (at, "", at)


def test_a_fetched_letter_becomes_a_conversation_of_the_mailboxs_team(
    account: Account, connect: Connect, support: Team, work: Callable[..., None], at: datetime
) -> None:
    account.put(letter(1))
    poll_mailbox(connect(), at=at)
    work(at)
    conversation = Conversation.objects.get()
    assert (conversation.subject, conversation.team) == ("Question 1", support)


@pytest.mark.parametrize("security", [STARTTLS, PLAIN])
def test_the_other_ways_in_work_too(
    account: Account, connect: Connect, dovecot: Dovecot, at: datetime, security: str
) -> None:
    account.put(letter(1))
    poll_mailbox(connect(imap_port=dovecot.imap_port, imap_security=security), at=at)
    assert subjects() == ["Question 1"]


def test_several_folders_are_read_also_with_names_beyond_ascii(
    account: Account, connect: Connect, at: datetime
) -> None:
    account.put(letter(1))
    account.put(letter(2), folder="Sales")
    account.put(letter(3), folder="B&APw-cher")
    account.put(letter(4), folder="Unasked")
    poll_mailbox(connect(folders=["INBOX", "Sales", "Bücher"]), at=at)
    assert subjects() == ["Question 1", "Question 2", "Question 3"]


def test_a_folder_that_is_missing_does_not_stop_the_others_and_is_told(
    account: Account, connect: Connect, at: datetime
) -> None:
    account.put(letter(1))
    mailbox = connect(folders=["Nowhere", "INBOX"])
    poll_mailbox(mailbox, at=at)
    assert subjects() == ["Question 1"]
    mailbox.refresh_from_db()
    assert "“Nowhere”" in mailbox.last_error


def test_the_next_look_begins_where_the_last_one_ended(account: Account, connect: Connect, at: datetime) -> None:
    account.put(letter(1), letter(2))
    mailbox = connect()
    poll_mailbox(mailbox, at=at)
    account.put(letter(3))
    kept: list[bytes] = []
    with_session(mailbox, lambda letters, _mailbox, _at: kept.extend(each.raw for each in letters), at=at)
    assert kept == [letter(3)]


def with_session(mailbox: Mailbox, keep: Any, *, at: datetime) -> bool:
    session = open_session(imap_server(mailbox))
    try:
        return look_into(mailbox, session, at=at, keep=keep)
    finally:
        close_session(session)


class Killed(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("once_kept", ["leave", "seen", "delete"])
def test_nothing_is_marked_on_the_server_before_it_is_kept(
    account: Account, connect: Connect, at: datetime, once_kept: str
) -> None:
    account.put(letter(1), letter(2))
    mailbox = connect(once_kept=once_kept)

    def die(letters: Sequence[Fetched], _mailbox: Mailbox, _at: datetime) -> None:
        raise Killed

    with pytest.raises(Killed):
        with_session(mailbox, die, at=at)
    assert account.flags() == [set(), set()]
    assert Folder.objects.get().last_uid == 0
    poll_mailbox(mailbox, at=at)
    assert subjects() == ["Question 1", "Question 2"]


def test_kept_letters_are_marked_or_deleted_where_the_mailbox_says_so(
    account: Account, connect: Connect, at: datetime
) -> None:
    account.put(letter(1))
    mailbox = connect(once_kept="seen")
    poll_mailbox(mailbox, at=at)
    assert account.flags() == [{"\\Seen"}]
    change_mailbox(mailbox, once_kept="delete", by=SYSTEM, at=at)
    account.put(letter(2))
    poll_mailbox(mailbox, at=at)
    assert account.flags() == [{"\\Seen"}]
    assert subjects() == ["Question 1", "Question 2"]


def test_killed_between_keeping_and_bookkeeping_nothing_is_doubled(
    account: Account, connect: Connect, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    account.put(letter(1), letter(2))
    mailbox = connect()

    def die(*_args: object, **_kwargs: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(fetching, "advance_folder", die)
        with pytest.raises(Killed):
            poll_mailbox(mailbox, at=at)
    assert subjects() == ["Question 1", "Question 2"]
    poll_mailbox(mailbox, at=at)
    assert subjects() == ["Question 1", "Question 2"]
    assert Folder.objects.get().last_uid == 2


def test_a_new_uidvalidity_doubles_nothing_and_loses_nothing(account: Account, connect: Connect, at: datetime) -> None:
    without_id = b"From: karim@example.net\r\nSubject: No identity\r\n\r\nHello\r\n"
    account.put(letter(1), without_id)
    mailbox = connect()
    poll_mailbox(mailbox, at=at)
    before = Folder.objects.get().uid_validity
    account.renumber()
    account.put(letter(3))
    poll_mailbox(mailbox, at=at)
    assert Folder.objects.get().uid_validity != before
    assert subjects() == ["Question 1", "No identity", "Question 3"]


@pytest.mark.parametrize(("days", "wanted"), [(None, [1, 2, 3]), (14, [2, 3]), (0, [])])
def test_old_letters_come_only_as_far_back_as_was_asked(
    account: Account, connect: Connect, at: datetime, days: int | None, wanted: list[int]
) -> None:
    for n, age in ((1, 400), (2, 10), (3, 0)):
        account.put(letter(n), at=at - timedelta(days=age, hours=1))
    mailbox = connect(live_from_at=None if days is None else at - timedelta(days=days))
    poll_mailbox(mailbox, at=at)
    assert subjects() == [f"Question {n}" for n in wanted]
    account.put(letter(9), at=at - timedelta(days=400))
    poll_mailbox(mailbox, at=at)
    assert subjects() == [f"Question {n}" for n in [*wanted, 9]]


def test_in_a_mailbox_that_was_moved_letters_are_as_old_as_they_say(
    account: Account, connect: Connect, at: datetime
) -> None:
    long_ago = {"Date": "Mon, 03 Mar 2025 10:00:00 +0000"}
    account.put(letter(1, **long_ago), at=at)
    mailbox = connect(live_from_at=at - timedelta(days=14))
    poll_mailbox(mailbox, at=at)
    account.put(letter(2, **long_ago), at=at)
    poll_mailbox(mailbox, at=at)
    moved, new = Letter.objects.order_by("pk")
    # Whoever writes today by a clock that is years behind waits for an answer.
    assert (moved.is_archived, new.is_archived) == (True, False)
    read_letters(by=SYSTEM, at=at)
    moved.refresh_from_db()
    assert moved.touchpoint is not None
    assert moved.touchpoint.occurred_at.year == 2025
    assert moved.touchpoint.conversation.is_resolved()


def test_many_letters_come_in_bounded_batches(
    account: Account, connect: Connect, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "BATCH", 4)
    monkeypatch.setattr(fetching, "BITE_LETTERS", 3)
    monkeypatch.setattr(fetching, "WINDOW", 5)
    account.put(*(letter(n) for n in range(10)))
    mailbox = connect()
    assert poll_mailbox(mailbox, at=at) is True
    assert len(subjects()) == 4
    assert poll_mailbox(mailbox, at=at) is True
    assert poll_mailbox(mailbox, at=at) is False
    assert subjects() == [f"Question {n}" for n in range(10)]


POISON = [
    b"\xff\xfe\x00 not a letter at all",
    b"",
    b"Subject: =?utf-8?b?////?=\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/pla",
    b"From: " + b"(" * 5000 + b"\r\n\r\nnested\r\n",
    b"Content-Type: text/plain; charset=no-such-charset\r\nContent-Transfer-Encoding: base64\r\n\r\n====\r\n",
]


def test_poisoned_letters_are_kept_and_stop_nobody(
    account: Account, connect: Connect, work: Callable[..., None], at: datetime
) -> None:
    account.put(letter(1), *(raw or b"\r\n" for raw in POISON), letter(2))
    mailbox = connect()
    poll_mailbox(mailbox, at=at)
    work(at)
    assert Letter.objects.count() == 2 + len(POISON)
    assert set(Conversation.objects.values_list("subject", flat=True)) >= {"Question 1", "Question 2"}
    mailbox.refresh_from_db()
    assert mailbox.last_error == ""


def test_a_letter_that_cannot_be_kept_is_left_behind_and_asked_for_again(
    account: Account, connect: Connect, at: datetime
) -> None:
    account.put(letter(1), letter(2), letter(3))
    mailbox = connect()
    kept: list[bytes] = []

    def picky(letters: Sequence[Fetched], _mailbox: Mailbox, _at: datetime) -> None:
        if letter(2) in [each.raw for each in letters]:
            raise ValueError("this one kills me")
        kept.extend(each.raw for each in letters)

    with_session(mailbox, picky, at=at)
    assert kept == [letter(1), letter(3)]
    straggler = Straggler.objects.get()
    assert (straggler.uid, straggler.tries, "kills me" in straggler.reason) == (2, 1, True)
    with_session(mailbox, picky, at=at + timedelta(minutes=6))
    assert Straggler.objects.get().tries == 2
    with_session(
        mailbox, lambda letters, _mailbox, _at: kept.extend(each.raw for each in letters), at=at + timedelta(days=1)
    )
    assert kept == [letter(1), letter(3), letter(2)]
    assert not Straggler.objects.exists()


def test_a_letter_too_large_is_left_behind_and_said(
    account: Account, connect: Connect, at: datetime, settings: Settings
) -> None:
    settings.MAX_LETTER_BYTES = 2000
    account.put(letter(1), letter(2) + b"x" * 3000, letter(3))
    poll_mailbox(connect(), at=at)
    assert subjects() == ["Question 1", "Question 3"]
    assert "MB" in Straggler.objects.get().reason


def test_a_connection_that_breaks_loses_nothing_and_doubles_nothing(
    account: Account, connect: Connect, dovecot: Dovecot, at: datetime
) -> None:
    account.put(*(letter(n) + b"x" * 5000 for n in range(6)))
    for octets in (0, 500, 3000, 9000, 20000):
        with Cut(dovecot.imap_port, octets) as wire:
            mailbox = Mailbox.objects.first() or connect()
            change_mailbox(mailbox, imap_port=wire.own_port, imap_security=PLAIN, by=SYSTEM, at=at)
            poll_mailbox(mailbox, at=at)
            mailbox.refresh_from_db()
            assert "closed the connection" in mailbox.last_error
    change_mailbox(mailbox, imap_port=dovecot.imap_port, by=SYSTEM, at=at)
    for _n in range(3):
        poll_mailbox(mailbox, at=at)
    assert subjects() == [f"Question {n}" for n in range(6)]
    assert not Straggler.objects.exists()
    mailbox.refresh_from_db()
    assert mailbox.last_error == ""


def test_a_letter_at_which_the_connection_always_breaks_is_stepped_over(
    account: Account, connect: Connect, dovecot: Dovecot, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    account.put(letter(1), letter(2), letter(3))
    mailbox = connect()
    fetch = IMAPClient.fetch

    def breaking(self: Any, uids: list[int], what: list[str]) -> Any:
        if what == ["BODY.PEEK[]"] and 2 in uids:
            raise ConnectionResetError(104, "reset by peer")
        return fetch(self, uids, what)

    monkeypatch.setattr(IMAPClient, "fetch", breaking)
    for _n in range(6):
        poll_mailbox(mailbox, at=at)
    assert subjects() == ["Question 1", "Question 3"]
    assert Straggler.objects.get().uid == 2
    monkeypatch.undo()
    poll_mailbox(mailbox, at=at)
    assert Straggler.objects.exists(), "it is asked for an hour later"
    change_mailbox(mailbox, imap_port=dovecot.imap_port, imap_security=STARTTLS, by=SYSTEM, at=at)
    poll_mailbox(mailbox, at=at)
    assert subjects() == ["Question 1", "Question 3", "Question 2"]
    assert not Straggler.objects.exists()


def test_a_wrong_password_is_shown_on_the_mailbox_until_it_is_right(
    account: Account, connect: Connect, at: datetime
) -> None:
    account.put(letter(1))
    mailbox = connect(imap_password="wrong")
    for minutes in (0, 1):
        poll_mailbox(mailbox, at=at + timedelta(minutes=minutes))
    mailbox.refresh_from_db()
    assert "does not accept this user and password" in mailbox.last_error
    assert mailbox.last_checked_at == at + timedelta(minutes=1)
    assert Entry.objects.filter(kind="mailbox.failed").count() == 1
    change_mailbox(mailbox, imap_password=PASSWORD, by=SYSTEM, at=at)
    poll_mailbox(mailbox, at=at)
    assert subjects() == ["Question 1"]


@pytest.mark.parametrize(
    ("server", "words"),
    [
        (Server("localhost", 1, TLS), "Nothing listens on port 1"),
        (Server("no-such-host.invalid", 993, TLS), "no server named no-such-host.invalid"),
        (Server("localhost", 1, PLAIN, certificate="no certificate"), "Nothing listens"),
    ],
)
def test_what_is_wrong_with_a_server_is_said_in_words(server: Server, words: str) -> None:
    with pytest.raises(MailboxUnreachable, match=words):
        open_session(server)


def test_a_server_that_does_not_speak_tls_is_named(dovecot: Dovecot) -> None:
    with pytest.raises(MailboxUnreachable, match="does not speak TLS"):
        open_session(Server("localhost", dovecot.imap_port, TLS, certificate=dovecot.certificate))


def test_an_untrusted_certificate_is_refused(dovecot: Dovecot, account: Account) -> None:
    with pytest.raises(MailboxUnreachable, match="certificate"):
        open_session(Server("localhost", dovecot.imaps_port, TLS, account.user, PASSWORD))


def test_a_password_sealed_with_another_key_is_asked_for_again(
    account: Account, connect: Connect, at: datetime, settings: Settings
) -> None:
    mailbox = connect()
    settings.SECRET_KEY = "another key altogether"
    poll_mailbox(mailbox, at=at)
    mailbox.refresh_from_db()
    assert "enter it again" in mailbox.last_error


def test_the_password_is_not_in_the_database_in_clear(connect: Connect) -> None:
    assert PASSWORD not in connect().imap_password


def test_the_poller_keeps_looking_until_it_is_stopped(
    account: Account, connect: Connect, transactional_db: None
) -> None:
    connect(live_from_at=None)
    stop = threading.Event()
    poller = Poller(stop, interval_s=0.05)
    thread = threading.Thread(target=poller.run)
    thread.start()
    try:
        for n in (1, 2):
            account.put(letter(n))
            wait_until(lambda n=n: Letter.objects.count() == n)  # type: ignore[misc]  # the loop's n, bound now
    finally:
        stop.set()
        thread.join(PATIENCE_S)
    assert not thread.is_alive()


def test_who_waits_at_the_server_hears_what_is_asked_for(
    account: Account, connect: Connect, transactional_db: None
) -> None:
    mailbox = connect(live_from_at=None)
    stop = threading.Event()
    thread = threading.Thread(target=Poller(stop, interval_s=600).run)
    thread.start()
    try:
        account.put(letter(1))
        wait_until(lambda: Letter.objects.count() == 1)
        later = timezone.now() + timedelta(hours=5)
        note_straggler(Folder.objects.get(), 1, "The line broke.", due_at=later, by=SYSTEM, at=timezone.now())
        ask_for_stragglers(mailbox, by=SYSTEM, at=timezone.now())
        wait_until(lambda: not Straggler.objects.exists())
    finally:
        stop.set()
        thread.join(PATIENCE_S)
    assert not thread.is_alive()
    assert Letter.objects.count() == 1


def wait_until(met: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not met():
        assert time.monotonic() < deadline, f"waited {PATIENCE_S} seconds in vain"
        time.sleep(0.02)


Attend = Callable[..., Attendant]


@pytest.fixture
def attend() -> Iterator[Attend]:
    """Whoever looks after a mailbox, turned by hand; hung up at the end."""
    made: list[Attendant] = []

    def attending(mailbox: Mailbox, interval_s: float = 30) -> Attendant:
        now = datetime(2026, 3, 10, 9, 30, tzinfo=UTC)
        made.append(Attendant(mailbox.pk, threading.Event(), interval_s=interval_s, now=lambda: now))
        return made[-1]

    yield attending
    for each in made:
        each.hang_up()


def test_a_server_that_is_down_is_tried_more_and_more_rarely(connect: Connect, attend: Attend) -> None:
    attendant = attend(connect(imap_port=1))
    assert [round(attendant.turn().seconds) for _n in range(8)] == [60, 120, 240, 480, 900, 900, 900, 900]


def test_a_connection_that_died_is_opened_again_at_once(account: Account, connect: Connect, attend: Attend) -> None:
    account.put(letter(1))
    mailbox = connect()
    attendant = attend(mailbox)
    attendant.turn()
    first = attendant.session
    first.socket().shutdown(socket.SHUT_RDWR)
    account.put(letter(2))
    attendant.turn()
    assert subjects() == ["Question 1", "Question 2"]
    assert attendant.session is not first
    mailbox.refresh_from_db()
    assert mailbox.last_error == ""


def test_a_server_that_offers_idle_says_at_once_that_something_came(
    account: Account, connect: Connect, attend: Attend
) -> None:
    account.put(letter(1))
    attendant = attend(connect())
    assert attendant.turn().may_idle
    assert attendant.begin_idling().is_waited
    threading.Timer(0.2, account.put, [letter(2)]).start()
    began = time.monotonic()
    attendant.idle(30)
    assert time.monotonic() - began < 5
    assert attendant.turn().may_idle
    assert subjects() == ["Question 1", "Question 2"]


def test_what_came_between_the_look_and_the_waiting_is_not_waited_for(
    account: Account, connect: Connect, attend: Attend
) -> None:
    attendant = attend(connect())
    attendant.turn()
    account.put(letter(1))
    assert attendant.begin_idling() == Rest(NAP_S)
    attendant.turn()
    assert attendant.begin_idling().is_waited
    attendant.idle(0)


@pytest.mark.parametrize("security", [TLS, PLAIN])
def test_what_comes_in_one_breath_with_the_leave_to_wait_is_heard(
    account: Account, connect: Connect, attend: Attend, dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch, security: str
) -> None:
    port = dovecot.imaps_port if security == TLS else dovecot.imap_port
    attendant = attend(connect(imap_port=port, imap_security=security), interval_s=0.05)
    attendant.turn()
    select = IMAPClient.select_folder

    def late(self: IMAPClient, *args: Any, **kwargs: Any) -> Any:
        selected = select(self, *args, **kwargs)
        monkeypatch.undo()
        account.put(letter(1))
        return selected

    monkeypatch.setattr(IMAPClient, "select_folder", late)
    began = time.monotonic()
    if attendant.begin_idling().is_waited:
        attendant.idle(30)
    assert time.monotonic() - began < 10
    assert attendant.session is not None
    attendant.turn()
    assert subjects() == ["Question 1"]


def test_what_a_server_says_before_it_lets_us_wait_breaks_no_line(
    account: Account, connect: Connect, attend: Attend, dovecot: Dovecot
) -> None:
    with Twisted(dovecot.imap_port, said=(b"+ idling", b"* OK Still here\r\n* 0 RECENT\r\n+ idling")) as wire:
        attendant = attend(connect(imap_port=wire.own_port, imap_security=PLAIN))
        attendant.turn()
        assert attendant.begin_idling().is_waited
        threading.Timer(0.2, account.put, [letter(1)]).start()
        attendant.idle(30)
        attendant.turn()
        assert wire.connections == 1
    assert subjects() == ["Question 1"]


def test_a_server_that_says_idle_and_refuses_it_is_polled(connect: Connect, attend: Attend, dovecot: Dovecot) -> None:
    with Twisted(dovecot.imap_port, asked=(b" IDLE\r\n", b" IDOL\r\n")) as wire:
        attendant = attend(connect(imap_port=wire.own_port, imap_security=PLAIN), interval_s=7)
        attendant.turn()
        assert attendant.begin_idling() == Rest(7)
        attendant.turn()
        assert wire.connections == 1


def test_a_mailbox_whose_first_folder_is_missing_is_polled(connect: Connect, attend: Attend) -> None:
    attendant = attend(connect(folders=["Nowhere", "INBOX"]), interval_s=7)
    attendant.turn()
    assert attendant.begin_idling() == Rest(7)
    assert attendant.session is not None


def test_waiting_ends_when_the_mailbox_is_to_stop_or_the_line_dies(
    account: Account, connect: Connect, attend: Attend
) -> None:
    attendant = attend(connect())
    attendant.turn()
    assert attendant.begin_idling().is_waited
    attendant.stop.set()
    attendant.idle(30)
    assert attendant.session is not None
    attendant.stop.clear()
    assert attendant.begin_idling().is_waited
    attendant.session.socket().shutdown(socket.SHUT_RDWR)
    began = time.monotonic()
    attendant.idle(30)
    assert (attendant.session, time.monotonic() - began < 5) == (None, True)
    account.put(letter(1))
    attendant.turn()
    assert subjects() == ["Question 1"]


def test_a_numbering_that_changes_while_the_line_is_open_is_noticed(
    account: Account, connect: Connect, attend: Attend, monkeypatch: pytest.MonkeyPatch
) -> None:
    account.put(letter(1), letter(2))
    attendant = attend(connect())
    attendant.turn()
    assert attendant.begin_idling().is_waited
    account.renumber()
    attendant.idle(0)
    account.put(letter(3))
    attendant.turn()
    assert subjects() == ["Question 1", "Question 2"], "the server holds the old folder for as long as this line lasts"
    monkeypatch.setattr("rung.channels.email.attending.SESSION_S", 0.0)
    assert attendant.turn().may_idle
    assert subjects() == ["Question 1", "Question 2", "Question 3"]
    assert [each.copies for each in Letter.objects.order_by("pk")] == [1, 1, 0]


def test_a_folder_that_was_made_anew_is_looked_into_at_once(
    account: Account, connect: Connect, attend: Attend, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rung.channels.email.attending.NAP_S", 0.0)
    account.put(letter(1), folder="Support")
    attendant = attend(connect(folders=["Support"]))
    attendant.turn()
    assert attendant.begin_idling().is_waited
    with account.session() as imap:
        imap.delete("Support")
    account.put(letter(2), folder="Support")
    began = time.monotonic()
    attendant.idle(60)
    assert time.monotonic() - began < 30
    attendant.turn()
    assert subjects() == ["Question 1", "Question 2"]


def test_a_server_without_idle_is_polled(connect: Connect, attend: Attend, monkeypatch: pytest.MonkeyPatch) -> None:
    attendant = attend(connect(), interval_s=7)
    attendant.turn()
    monkeypatch.setattr(IMAPClient, "has_capability", lambda _client, name: name != "IDLE")
    assert attendant.begin_idling() == Rest(7)


def test_a_server_that_says_bye_is_called_again(connect: Connect, attend: Attend, account: Account) -> None:
    attendant = attend(connect())
    attendant.turn()
    assert attendant.begin_idling().is_waited
    attendant.session.idle_check = lambda timeout: [(b"BYE", b"restarting")]
    attendant.idle(30)
    assert attendant.session is None
    account.put(letter(1))
    assert attendant.turn().may_idle
    assert subjects() == ["Question 1"]


def test_a_mailbox_that_is_not_live_is_left_alone(account: Account, connect: Connect, attend: Attend) -> None:
    account.put(letter(1))
    for stage in ("setup", "paused"):
        Mailbox.objects.all().delete()
        attendant = attend(connect(stage=stage))
        attendant.turn()
        assert attendant.session is None
    assert subjects() == []


def test_a_slow_mailbox_keeps_no_other_waiting(
    account: Account, connect: Connect, dovecot: Dovecot, transactional_db: None
) -> None:
    before = set(threading.enumerate())
    with socket.create_server(("127.0.0.1", 0)) as silent:  # takes the call and never says a word
        connect(address="slow@desk.example", imap_port=silent.getsockname()[1], imap_security=PLAIN)
        connect(address="down@desk.example", imap_port=1)
        connect()
        stop = threading.Event()
        thread = threading.Thread(target=Poller(stop, interval_s=0.05).run)
        thread.start()
        try:
            account.put(letter(1))
            wait_until(lambda: Letter.objects.count() == 1)
        finally:
            stop.set()
            thread.join(PATIENCE_S)
        assert not thread.is_alive()
    # Whoever waited for the silent one notes now that it hung up; the tables are not to be emptied meanwhile.
    wait_until(lambda: set(threading.enumerate()) <= before)


def test_a_letter_moved_between_folders_is_one_letter(account: Account, connect: Connect, at: datetime) -> None:
    account.put(letter(1))
    account.put(letter(2), folder="Done")
    mailbox = connect(folders=["INBOX", "Done"])
    poll_mailbox(mailbox, at=at)
    with account.session() as imap:
        imap.select("INBOX")
        imap.copy("1", "Done")
        imap.store("1", "+FLAGS", "\\Deleted")
        imap.expunge()
    poll_mailbox(mailbox, at=at)
    assert subjects() == ["Question 1", "Question 2"]
    assert Letter.objects.get(subject="Question 1").copies == 1


def test_a_letter_deleted_between_the_search_and_the_fetch_is_no_trouble(
    account: Account, connect: Connect, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    account.put(letter(1), letter(2), letter(3))
    mailbox = connect()
    search = IMAPClient.search

    def searching(self: Any, criteria: Any = "ALL") -> Any:
        found = search(self, criteria)
        if account.flags() and len(account.flags()) == 3:
            with account.session() as imap:
                imap.select("INBOX")
                imap.store("2", "+FLAGS", "\\Deleted")
                imap.expunge()
        return found

    monkeypatch.setattr(IMAPClient, "search", searching)
    poll_mailbox(mailbox, at=at)
    assert subjects() == ["Question 1", "Question 3"]
    assert not Straggler.objects.exists()
    mailbox.refresh_from_db()
    assert mailbox.last_error == ""
