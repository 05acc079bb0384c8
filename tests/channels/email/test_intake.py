"""A mailbox on its way to live: dry run, history, pausing; against a real Dovecot."""

import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from threading import Event
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from rung.accounts.models import Agent, Team
from rung.channels.email import fetching
from rung.channels.email.attending import Attendant
from rung.channels.email.fetching import Fetched, poll_mailbox
from rung.channels.email.importing import import_history
from rung.channels.email.models import Folder, History, Letter, Mailbox, RawLetter, Rehearsal
from rung.channels.email.poller import Poller
from rung.channels.email.rehearsing import Line, as_json, held_letters, newest_letters, rehearse
from rung.channels.email.sessions import close_session, open_mailbox
from rung.channels.email.verbs.intake import (
    ask_history,
    ask_rehearsal,
    claim_rehearsal,
    end_rehearsal,
    go_live,
    pause_mailbox,
    resume_history,
    stop_history,
)
from rung.channels.email.verbs.letter import keep_letter
from rung.channels.email.verbs.mailbox import add_mailbox
from rung.channels.email.verbs.sender import block_sender
from rung.core.actor import SYSTEM
from rung.customers.models import Customer
from rung.journal.models import Entry
from rung.touchpoints.models import Attachment, Conversation, Touchpoint
from tests.cast import Desk, written
from tests.dovecot import PASSWORD, Account, Dovecot
from tests.installation import PATIENCE_S


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    with Dovecot() as server:
        yield server


@pytest.fixture
def account(dovecot: Dovecot) -> Account:
    return dovecot.new_account()


@pytest.fixture
def mailbox(account: Account, dovecot: Dovecot, support: Team, at: datetime) -> Mailbox:
    """Tried, and not live."""
    return add_mailbox(
        name="Support", address="support@desk.example", team=support, incoming="imap", imap_host="localhost",
        imap_port=dovecot.imaps_port, imap_user=account.user, imap_password=PASSWORD, certificate=dovecot.certificate,
        stage="setup", by=SYSTEM, at=at,
    )  # fmt: skip


def letter(n: int, **headers: str) -> bytes:
    lines = {
        "From": f"Carla Ruiz <carla{n}@example.org>",
        "To": "support@desk.example",
        "Subject": f"Question {n}",
        "Message-ID": f"<question-{n}@example.org>",
    } | headers
    head = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in lines.items() if value)
    return f"{head}\r\nThe body of question {n}.\r\n".encode()


def dry_run(mailbox: Mailbox, at: datetime) -> list[Line]:
    session = open_mailbox(mailbox, at=at)
    try:
        return rehearse(mailbox, newest_letters(mailbox, session, at=at), at=at)
    finally:
        close_session(session)


EVERYTHING = (Letter, RawLetter, Conversation, Touchpoint, Customer, Attachment, Entry, Folder)


def test_a_dry_run_tells_what_would_become_of_each_letter_and_writes_nothing(
    account: Account, mailbox: Mailbox, carla: Customer, support: Team, at: datetime
) -> None:
    known = written(carla, at=at - timedelta(days=3), team=support, reference="<ours-1@desk.example>")
    block_sender(mailbox, "@spammer.example", by=SYSTEM, at=at)
    account.put(
        letter(1),
        letter(2, From="Carla Ruiz <carla@example.org>", In_Reply_To="<ours-1@desk.example>"),
        letter(3, From="carla1@example.org", References="<question-1@example.org>", Subject="Re: Question 1"),
        letter(4, From="", Subject="Nobody"),
        letter(5, From="win@spammer.example"),
        at=at - timedelta(hours=1),
    )
    before = [model.objects.count() for model in EVERYTHING]
    lines = {line.subject: line for line in dry_run(mailbox, at)}
    assert [model.objects.count() for model in EVERYTHING] == before
    assert {subject: line.fate for subject, line in lines.items()} == {
        "Question 1": "new", "Question 2": "joins", "Re: Question 1": "joins", "Nobody": "refused", "Question 5": "blocked",
    }  # fmt: skip
    assert lines["Question 1"].what == "a new conversation of Carla Ruiz"
    assert (lines["Question 2"].what, lines["Question 2"].conversation) == (
        f"joins the conversation #{known.number}",
        known.number,
    )
    assert lines["Re: Question 1"].what == "joins the new conversation “Question 1”"
    assert lines["Nobody"].what == "it does not say who wrote it"
    assert account.flags() == [set()] * 5
    mailbox.refresh_from_db()
    assert mailbox.stage == "setup"


def test_the_dry_run_says_what_then_happens(
    account: Account, mailbox: Mailbox, work: Callable[..., None], at: datetime
) -> None:
    account.put(
        letter(1),
        letter(2, From="carla1@example.org", In_Reply_To="<question-1@example.org>"),
        letter(3, From=""),
        letter(4, Subject="Delivery failure", Auto_Submitted="auto-replied"),
        letter(1),
        at=at + timedelta(minutes=1),
    )
    said = dry_run(mailbox, at + timedelta(minutes=2))
    go_live(mailbox, by=SYSTEM, at=at)
    poll_mailbox(mailbox, at=at + timedelta(minutes=2))
    work(at + timedelta(minutes=2))
    assert Conversation.objects.count() == sum(line.fate == "new" for line in said)
    assert Letter.objects.filter(fate="refused").count() == sum(line.fate == "refused" for line in said)
    assert Letter.objects.count() == len(said) - sum(line.fate == "known" for line in said)


def test_a_dry_run_lays_no_file_into_the_storage(
    account: Account, mailbox: Mailbox, at: datetime, settings: Any
) -> None:
    raw = (
        b"From: carla@example.org\r\nSubject: With a file\r\nMIME-Version: 1.0\r\n"
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nSee\r\n--b\r\n"
        b"Content-Type: text/csv\r\nContent-Disposition: attachment; filename=only-here.csv\r\n\r\n"
        b"never,kept,before\r\n--b--\r\n"
    )
    account.put(raw)
    root = settings.DATA_DIR / "attachments"
    before = sorted(root.rglob("*")) if root.exists() else []
    (line,) = dry_run(mailbox, at)
    assert (line.fate, line.files) == ("new", 1)
    assert (sorted(root.rglob("*")) if root.exists() else []) == before


def test_only_the_newest_letters_are_looked_at(
    account: Account, mailbox: Mailbox, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(6):
        account.put(letter(n), at=at - timedelta(days=10 - n))
    session = open_mailbox(mailbox, at=at)
    newest = newest_letters(mailbox, session, at=at, count=4)
    close_session(session)
    assert [each.raw for each in newest] == [letter(n) for n in (2, 3, 4, 5)]


def test_a_letter_that_is_too_large_has_a_line_that_says_so(
    account: Account, mailbox: Mailbox, at: datetime, settings: Any
) -> None:
    settings.MAX_LETTER_BYTES = 20_000
    account.put(letter(1), at=at - timedelta(days=3))
    account.put(letter(2) + b"x" * 30_000, at=at - timedelta(days=2))
    account.put(letter(3), at=at - timedelta(days=1))
    said = dry_run(mailbox, at)
    assert [(line.subject, line.fate) for line in said] == [
        ("Question 3", "new"), ("Question 2", "left"), ("Question 1", "new"),
    ]  # fmt: skip
    assert said[1].sender == "carla2@example.org"
    assert "more than the 0 MB" in said[1].reason
    assert not Letter.objects.exists()


def test_a_mailbox_of_our_own_door_rehearses_what_it_holds(db: None, at: datetime) -> None:
    mailbox = add_mailbox(name="Door", address="door@desk.example", stage="setup", by=SYSTEM, at=at)
    kept = keep_letter(letter(1), mailbox=mailbox, source="smtp", by=SYSTEM, at=at)
    assert kept.fate == "held"
    (line,) = rehearse(mailbox, held_letters(mailbox), at=at)
    assert line.fate == "new"
    kept.refresh_from_db()
    assert kept.fate == "held"
    assert not Conversation.objects.exists()


def test_held_letters_are_read_when_the_mailbox_goes_live(db: None, at: datetime, work: Callable[..., None]) -> None:
    mailbox = add_mailbox(name="Door", address="door@desk.example", by=SYSTEM, at=at)
    pause_mailbox(mailbox, by=SYSTEM, at=at)
    keep_letter(letter(1), mailbox=mailbox, source="smtp", by=SYSTEM, at=at)
    work(at)
    assert not Conversation.objects.exists()
    go_live(mailbox, by=SYSTEM, at=at)
    work(at)
    assert Conversation.objects.get().subject == "Question 1"
    assert [entry.kind for entry in Entry.objects.filter(kind__startswith="mailbox.").order_by("pk")] == [
        "mailbox.added", "mailbox.paused", "mailbox.live",
    ]  # fmt: skip


def run_history(mailbox: Mailbox, at: datetime, *, pause: Callable[[], bool] = lambda: False) -> None:
    session = open_mailbox(mailbox, at=at)
    try:
        import_history(mailbox, session, now=lambda: at, pause=pause)
    finally:
        close_session(session)


def test_history_comes_with_its_own_dates_and_troubles_nobody(
    account: Account, mailbox: Mailbox, work: Callable[..., None], at: datetime
) -> None:
    for n, days in ((1, 800), (2, 400), (3, 10)):
        account.put(letter(n), at=at - timedelta(days=days))
    ask_history(mailbox, since_at=at - timedelta(days=500), until_at=at - timedelta(days=5), by=SYSTEM, at=at)
    run_history(mailbox, at)
    work(at)
    history = History.objects.get()
    assert (history.state, history.fresh) == ("done", 2)
    conversations = Conversation.objects.order_by("opened_at")
    assert [(each.subject, each.state, each.opened_at) for each in conversations] == [
        ("Question 2", "resolved", at - timedelta(days=400)),
        ("Question 3", "resolved", at - timedelta(days=10)),
    ]
    assert [each.customer.first_seen_at for each in conversations] == [each.opened_at for each in conversations]
    assert not conversations.exclude(awaits_us_since_at=None).exists()
    assert not Touchpoint.objects.filter(direction="out").exists()
    assert account.flags() == [set()] * 3


def test_an_import_counts_the_letters_that_it_imports_and_no_days_around(
    account: Account, mailbox: Mailbox, at: datetime
) -> None:
    since, until = at - timedelta(days=20), at - timedelta(days=10)
    moments = (since - timedelta(hours=30), since - timedelta(minutes=1), since, at - timedelta(days=15),
               until - timedelta(minutes=1), until, until + timedelta(hours=30))  # fmt: skip
    for n, moment in enumerate(moments):
        account.put(letter(n), at=moment)
    ask_history(mailbox, since_at=since, until_at=until, by=SYSTEM, at=at)
    run_history(mailbox, at)
    history = History.objects.get()
    assert (history.state, history.total, history.done, history.fresh) == ("done", 3, 3, 3)


def test_the_cut_off_parts_history_from_what_is_new(
    account: Account, mailbox: Mailbox, work: Callable[..., None], at: datetime
) -> None:
    cut = at - timedelta(hours=2)
    for n, moment in ((1, cut - timedelta(minutes=1)), (2, cut), (3, at)):
        account.put(letter(n), at=moment)
    ask_history(mailbox, since_at=None, until_at=cut, by=SYSTEM, at=at)
    go_live(mailbox, by=SYSTEM, at=at)
    poll_mailbox(mailbox, at=at)
    work(at)
    assert list(Letter.objects.order_by("pk").values_list("subject", flat=True)) == ["Question 2", "Question 3"]
    run_history(mailbox, at)
    work(at)
    assert list(Letter.objects.filter(is_archived=True).values_list("subject", flat=True)) == ["Question 1"]
    assert dict(Conversation.objects.values_list("subject", "state")) == {
        "Question 1": "resolved", "Question 2": "open", "Question 3": "open",
    }  # fmt: skip


def test_an_import_is_stopped_and_goes_on_where_it_was(
    account: Account, mailbox: Mailbox, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "BATCH", 3)
    account.put(*(letter(n) for n in range(10)), at=at - timedelta(days=30))
    ask_history(mailbox, since_at=None, until_at=at, by=SYSTEM, at=at)
    keep = fetching.Look.run

    def stopping(look: fetching.Look) -> bool:
        more = keep(look)
        if Letter.objects.count() == 6:
            stop_history(mailbox, by=SYSTEM, at=at)
        return more

    with monkeypatch.context() as patch:
        patch.setattr(fetching.Look, "run", stopping)
        run_history(mailbox, at)
    assert (History.objects.get().state, Letter.objects.count()) == ("stopped", 6)
    run_history(mailbox, at)
    assert Letter.objects.count() == 6, "stopped is stopped"
    resume_history(mailbox, by=SYSTEM, at=at)
    run_history(mailbox, at)
    history = History.objects.get()
    assert (history.state, history.fresh, Letter.objects.count()) == ("done", 10 - 3, 10)


def test_history_does_not_crowd_out_new_letters(
    account: Account, mailbox: Mailbox, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "BATCH", 3)
    monkeypatch.setattr("rung.channels.email.importing.MAX_UNREAD", 3)
    account.put(*(letter(n) for n in range(10)), at=at - timedelta(days=30))
    ask_history(mailbox, since_at=None, until_at=at, by=SYSTEM, at=at)
    run_history(mailbox, at)  # nobody reads: it waits, and is told not to go on
    assert Letter.objects.count() == 6
    assert History.objects.get().is_going()


@pytest.mark.parametrize(("since", "until"), [(0, 0), (5, 10), (None, -1)])
def test_a_history_that_cannot_be_is_refused(mailbox: Mailbox, at: datetime, since: int | None, until: int) -> None:
    with pytest.raises(ValidationError):
        ask_history(
            mailbox,
            since_at=None if since is None else at - timedelta(days=since),
            until_at=at - timedelta(days=until),
            by=SYSTEM,
            at=at,
        )


def test_what_was_taken_in_as_new_is_no_history(mailbox: Mailbox, at: datetime) -> None:
    go_live(mailbox, by=SYSTEM, at=at - timedelta(days=3))
    with pytest.raises(ValidationError, match="taken in already"):
        ask_history(mailbox, since_at=None, until_at=at, by=SYSTEM, at=at)


def test_a_huge_mailbox_is_gone_through_in_windows(
    account: Account, mailbox: Mailbox, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "WINDOW", 4)
    monkeypatch.setattr(fetching, "BATCH", 5)
    for n in range(12):
        account.put(letter(n), at=at - timedelta(days=400 if n % 2 else 10))
    go_live(mailbox, by=SYSTEM, at=at - timedelta(days=20))
    while poll_mailbox(mailbox, at=at):
        pass
    assert sorted(Letter.objects.values_list("subject", flat=True)) == sorted(f"Question {n}" for n in range(0, 12, 2))
    assert Folder.objects.get().last_uid == 12


def wait_until(met: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not met():
        assert time.monotonic() < deadline, f"waited {PATIENCE_S} seconds in vain"
        time.sleep(0.02)


def test_the_door_process_makes_dry_runs_imports_and_goes_live(
    account: Account, mailbox: Mailbox, transactional_db: None, at: datetime
) -> None:
    account.put(letter(1), at=at - timedelta(days=30))
    ask_rehearsal(mailbox, by=SYSTEM, at=at)
    ask_history(mailbox, since_at=None, until_at=at - timedelta(days=1), by=SYSTEM, at=at)
    stop = threading.Event()
    thread = threading.Thread(target=Poller(stop, interval_s=0.2).run)
    thread.start()
    try:
        wait_until(lambda: Rehearsal.objects.get().state == "done" and History.objects.get().state == "done")
        assert Letter.objects.get().is_archived
        go_live(mailbox, by=SYSTEM, at=at)
        account.put(letter(2))
        wait_until(lambda: Letter.objects.filter(is_archived=False).count() == 1)
    finally:
        stop.set()
        thread.join(PATIENCE_S)
    assert not thread.is_alive()


def test_a_dry_run_that_cannot_be_made_says_why(mailbox: Mailbox, transactional_db: None, at: datetime) -> None:
    Mailbox.objects.update(imap_port=1)
    ask_rehearsal(mailbox, by=SYSTEM, at=at)
    stop = threading.Event()
    poller = Poller(stop)
    poller.round()
    wait_until(lambda: Rehearsal.objects.get().state == "failed")
    assert "Nothing listens on port 1" in Rehearsal.objects.get().error


def test_a_dry_run_is_made_once(mailbox: Mailbox, at: datetime) -> None:
    ask_rehearsal(mailbox, by=SYSTEM, at=at)
    assert claim_rehearsal(mailbox, by=SYSTEM, at=at)
    assert not claim_rehearsal(mailbox, by=SYSTEM, at=at)
    assert ask_rehearsal(mailbox, by=SYSTEM, at=at).state == "running"
    assert ask_rehearsal(mailbox, by=SYSTEM, at=at + timedelta(hours=1)).state == "asked"


def test_the_steps_are_shown_with_where_they_stand(
    client_of: Desk, root: Agent, account: Account, mailbox: Mailbox, at: datetime, django_assert_max_num_queries: Any
) -> None:
    client = client_of(root)
    address = f"/settings/mailboxes/{mailbox.pk}"
    assert "No dry run yet" in client.get(f"{address}/rehearsal").content.decode()
    assert client.post(f"{address}/rehearsal").status_code == 302
    assert "being fetched and read" in client.get(f"{address}/rehearsal").content.decode()
    lines = rehearse(mailbox, [Fetched(letter(n), at) for n in range(3)], at=at)
    end_rehearsal(mailbox, lines=as_json(lines), by=SYSTEM, at=at)
    with django_assert_max_num_queries(8):
        page = client.get(f"{address}/rehearsal").content.decode()
    assert "a new conversation of Carla Ruiz" in page
    assert "New conversations" in page
    end_rehearsal(mailbox, error="localhost does not answer on port 993.", by=SYSTEM, at=at)
    assert "did not come to its end" in client.get(f"{address}/rehearsal").content.decode()
    answer = client.post(f"{address}/history", {"until": "2999-01-01", "since": ""})
    assert answer.status_code == 422
    assert "ends in the past" in answer.content.decode()
    assert client.post(f"{address}/history", {"until": "2026-01-01", "since": "2025-01-01"}).status_code == 302
    assert "is about to begin" in client.get(f"{address}/history").content.decode()
    assert client.post(f"{address}/history/stop").status_code == 302
    assert "Let it go on" in client.get(f"{address}/history").content.decode()
    assert client.post(f"{address}/history/resumption").status_code == 302
    assert History.objects.get().is_going()
    assert client.post(f"{address}/live").status_code == 302
    mailbox.refresh_from_db()
    assert mailbox.is_live()
    assert client.post(f"{address}/pause").status_code == 302
    page = client.get(address).content.decode()
    assert "paused" in page
    with django_assert_max_num_queries(11):
        client.get(address)


def test_a_live_mailbox_has_nothing_left_to_go_on_with(client_of: Desk, root: Agent, at: datetime) -> None:
    """One that receives by our own door is live at once, untested: there is nothing to test."""
    door = add_mailbox(name="Door", address="door@shop.example", by=SYSTEM, at=at)
    client, address = client_of(root), f"/settings/mailboxes/{door.pk}"
    assert door.is_live()
    assert "Go on:" not in client.get(address).content.decode()
    client.post(f"{address}/pause")
    assert "Go on: Live" in client.get(address).content.decode()


def test_a_folder_that_was_made_anew_under_us_is_looked_into_on_a_new_connection(
    account: Account, mailbox: Mailbox, at: datetime
) -> None:
    account.put(letter(1))
    go_live(mailbox, by=SYSTEM, at=at - timedelta(days=1))
    attendant = Attendant(mailbox.pk, Event(), interval_s=30, now=lambda: at)
    try:
        attendant.turn()
        attendant.begin_idling()
        attendant.idle(0)
        account.renumber()
        account.put(letter(2))
        for _turn in range(3):
            attendant.turn()
    finally:
        attendant.hang_up()
    assert sorted(Letter.objects.values_list("subject", flat=True)) == ["Question 1", "Question 2"]
    mailbox.refresh_from_db()
    assert mailbox.last_error == ""
