"""What a person at the desk, a sender and a lead see while the database is held or full; and that nothing is lost."""

import errno
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.db import OperationalError
from django.test import Client
from pytest_django import Settings

from rung.accounts.models import Agent
from rung.accounts.verbs import create_agent
from rung.channels.email.errands import read_waiting_letters, send_waiting_dispatches
from rung.channels.email.models import Dispatch, DispatchState, Fate, Letter, Source
from rung.channels.email.verbs.dispatch import LEASE
from rung.channels.email.verbs.letter import keep_letter
from rung.channels.email.verbs.mailbox import add_mailbox
from rung.config.trouble import trouble_in
from rung.core.actor import SYSTEM
from rung.customers.models import Customer
from rung.customers.verbs import recognise_customer
from rung.journal.errands import deliver_entries
from rung.touchpoints.models import Conversation, Note, Touchpoint
from rung.touchpoints.verbs import answer_conversation, mark_undelivered
from tests.cast import written
from tests.faults.holding import be_impatient, full, held, is_sqlite
from tests.sink import Sink

pytestmark = pytest.mark.django_db(transaction=True)

WORDS = "Call her <b>back</b> & say:\nthe lamp comes on Friday."


@pytest.fixture
def lead(transactional_db: None, at: datetime) -> Agent:
    return create_agent(email="lin@desk.example", name="Lin", role="lead", by=SYSTEM, at=at)


@pytest.fixture
def carla(transactional_db: None, at: datetime) -> Customer:
    return recognise_customer("carla@example.org", name="Carla", by=SYSTEM, at=at)


@pytest.fixture
def conversation(carla: Customer, at: datetime) -> Conversation:
    return written(carla, at=at)


@pytest.fixture
def browser(lead: Agent) -> Client:
    browser = Client(raise_request_exception=False)
    browser.force_login(lead)
    return browser


def test_a_note_that_could_not_be_written_is_given_back(browser: Client, conversation: Conversation) -> None:
    address = f"/conversations/{conversation.pk}/notes"
    browser.get(f"/conversations/{conversation.pk}")
    be_impatient()
    with held("touchpoints_note"):
        answer = browser.post(address, {"text": WORDS, "from": "mine"})
    page = answer.content.decode()
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert "The database is busy just now" in page
    assert "Call her &lt;b&gt;back&lt;/b&gt; &amp; say:\nthe lamp comes on Friday.</textarea>" in page
    assert f'action="{address}"' in page
    assert 'name="from" value="mine"' in page
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert not Note.objects.exists()
    assert browser.post(address, {"text": WORDS}).status_code == 302
    assert Note.objects.count() == 1


def test_the_page_that_gives_it_back_sends_it_with_a_good_token(lead: Agent, conversation: Conversation) -> None:
    browser = Client(raise_request_exception=False, enforce_csrf_checks=True)
    browser.force_login(lead)
    page = browser.get(f"/conversations/{conversation.pk}").content.decode()
    token = page.split('name="csrf-token" content="')[1].split('"')[0]
    be_impatient()
    address = f"/conversations/{conversation.pk}/notes"
    with held("touchpoints_note"):
        kept = browser.post(address, {"text": WORDS, "csrfmiddlewaretoken": token}).content.decode()
    fresh = kept.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    assert browser.post(address, {"text": WORDS, "csrfmiddlewaretoken": fresh}).status_code == 302


def test_a_password_is_not_written_into_the_page(browser: Client) -> None:
    if not is_sqlite():
        pytest.skip("signing in waits for no table that another program could hold for long")
    be_impatient()
    with held():
        answer = Client(raise_request_exception=False).post(
            "/account/sign-in", {"login": "lin@desk.example", "password": "tandem-in-the-rain"}
        )
    assert "tandem-in-the-rain" not in answer.content.decode()


def test_a_try_to_sign_in_that_could_not_be_counted_is_not_one_too_many(lead: Agent, settings: Settings) -> None:
    if not is_sqlite():
        pytest.skip("signing in waits for no table that another program could hold for long")
    be_impatient()
    visitor = Client(raise_request_exception=False)
    with held():
        answer = visitor.post("/account/sign-in", {"login": "lin@desk.example", "password": "tandem-in-the-rain"})
    assert answer.status_code == 503
    assert "Too many tries" not in answer.content.decode()
    assert "The database is busy just now" in answer.content.decode()
    settings.ACCOUNT_RATE_LIMITS = {"login": "1/m/ip"}
    wrong = {"login": "lin@desk.example", "password": "wrong"}
    assert [visitor.post("/account/sign-in", wrong).status_code for _try in range(2)] == [200, 429]


def test_a_full_disk_is_said_and_nothing_is_lost(browser: Client, conversation: Conversation) -> None:
    if not is_sqlite():
        pytest.skip("a PostgreSQL server's disk cannot be filled from here")
    address = f"/conversations/{conversation.pk}/notes"
    with full():
        answer = browser.post(address, {"text": WORDS * 2000})
    assert answer.status_code == 503
    page = answer.content.decode()
    assert "There is no room left" in page
    assert page.count("the lamp comes on Friday.") == 2000
    assert browser.post(address, {"text": WORDS}).status_code == 302


@pytest.mark.parametrize(
    ("failure", "trouble"),
    [
        (OperationalError("database is locked"), "busy"),
        (OperationalError("database or disk is full"), "full"),
        (OperationalError("attempt to write a readonly database"), "full"),
        (OperationalError("connection failed: Connection refused"), "away"),
        (OSError(errno.ENOSPC, "No space left on device"), "full"),
        (OSError(errno.EPIPE, "Broken pipe"), ""),
        (ValueError("database is locked"), ""),
        (OperationalError("no such table: x"), ""),
        (None, ""),
    ],
)
def test_trouble_is_told_from_our_own_faults(failure: BaseException | None, trouble: str) -> None:
    assert trouble_in(failure) == trouble


LETTER = (
    b"From: carla@example.org\r\nTo: support@desk.example\r\nSubject: Lamp\r\nMessage-ID: <l@x>\r\n\r\nIs it there?\r\n"
)


def test_a_letter_is_read_when_the_database_is_free_again(carla: Customer, at: datetime) -> None:
    keep_letter(LETTER, mailbox=None, source=Source.SMTP, by=SYSTEM, at=at)
    be_impatient()
    with held("email_letter"), pytest.raises(OperationalError):
        read_waiting_letters(at=at)
    letter = Letter.objects.get()
    assert (letter.fate, letter.attempts) == (Fate.KEPT, 0)
    while read_waiting_letters(at=at):
        pass
    assert Letter.objects.get().fate == Fate.READ
    assert Touchpoint.objects.filter(direction="in").count() == 1


def test_a_reaction_waits_for_the_database_and_is_not_given_up(carla: Customer, at: datetime) -> None:
    written(carla, at=at)
    be_impatient()
    for _try in range(12):
        with held("journal_undelivered"), pytest.raises(OperationalError):
            deliver_entries(at=at)
    while deliver_entries(at=at):
        pass
    from rung.journal.models import Undelivered

    assert not Undelivered.objects.exists()


@pytest.fixture
def sink(settings: Settings, at: datetime) -> Iterator[Sink]:
    add_mailbox(name="Desk", address="support@desk.example", by=SYSTEM, at=at)
    with Sink() as sink:
        settings.SMTP_URL = sink.url
        yield sink


def planned(conversation: Conversation, by: Agent, at: datetime) -> Touchpoint:
    touchpoint = answer_conversation(conversation, text="It comes on Friday.", by=by.actor, at=at)
    while deliver_entries(at=at):
        pass
    return touchpoint


def test_a_letter_that_was_taken_but_not_recorded_goes_out_again_under_its_name(
    sink: Sink, conversation: Conversation, lead: Agent, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database is held at the very moment the server has said 250: at least once, and known again by its name."""
    touchpoint = planned(conversation, lead, at)
    be_impatient()
    from rung.channels.email.errands import dispatches

    finish = dispatches.finish_dispatch

    def while_held(*args: object, **options: object) -> None:
        with held("email_dispatch"):
            finish(*args, **options)  # type: ignore[arg-type]  # handed on as they came

    monkeypatch.setattr(dispatches, "finish_dispatch", while_held)
    with pytest.raises(OperationalError):
        send_waiting_dispatches(at=at)
    assert len(sink.received) == 1
    monkeypatch.setattr(dispatches, "finish_dispatch", finish)
    assert Dispatch.objects.get().state == DispatchState.SENDING
    send_waiting_dispatches(at=at + LEASE - timedelta(seconds=1))
    assert len(sink.received) == 1, "whoever claimed it may still be at it"
    send_waiting_dispatches(at=at + LEASE + timedelta(seconds=5))
    assert len(sink.received) == 2
    assert {str(each.letter["Message-ID"]) for each in sink.received} == {Dispatch.objects.get().message_id}
    touchpoint.refresh_from_db()
    assert touchpoint.delivery == "sent"
    assert "may have arrived twice" in touchpoint.delivery_detail, "never twice without the agent's knowing"


def test_a_letter_that_was_taken_is_recorded_as_soon_as_the_database_is_free_and_goes_out_once(
    sink: Sink, conversation: Conversation, lead: Agent, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    touchpoint = planned(conversation, lead, at)
    be_impatient()
    from rung.channels.email.errands import dispatches

    finish, tries = dispatches.finish_dispatch, []

    def held_at_first(*args: object, **options: object) -> None:
        tries.append("tried")
        if len(tries) < dispatches.RECORDING_TRIES:
            with held("email_dispatch"):
                finish(*args, **options)  # type: ignore[arg-type]  # handed on as they came
        finish(*args, **options)  # type: ignore[arg-type]  # handed on as they came

    monkeypatch.setattr(dispatches, "finish_dispatch", held_at_first)
    send_waiting_dispatches(at=at)
    send_waiting_dispatches(at=at + LEASE + timedelta(seconds=5))
    assert (len(sink.received), len(tries)) == (1, dispatches.RECORDING_TRIES)
    touchpoint.refresh_from_db()
    assert (touchpoint.delivery, touchpoint.delivery_detail) == ("sent", "")


def test_a_server_that_hangs_up_after_taking_it_gets_it_again_under_its_name(
    sink: Sink, conversation: Conversation, lead: Agent, at: datetime
) -> None:
    touchpoint = planned(conversation, lead, at)
    sink.hang_up = "after"
    send_waiting_dispatches(at=at)
    touchpoint.refresh_from_db()
    assert touchpoint.delivery == "waiting"
    sink.hang_up = ""
    send_waiting_dispatches(at=Dispatch.objects.get().due_at)
    touchpoint.refresh_from_db()
    assert touchpoint.delivery == "sent"
    assert len({str(each.letter["Message-ID"]) for each in sink.received}) == 1
    assert len(sink.received) == 2


def test_a_lead_finds_what_was_not_delivered(browser: Client, conversation: Conversation, lead: Agent) -> None:
    from rung.core import clock

    at = clock.now()
    touchpoint = answer_conversation(conversation, text="Friday.", by=lead.actor, at=at)
    mark_undelivered(touchpoint, "550 5.1.1 nobody of that name", final=True, by=SYSTEM, at=at)
    page = browser.get("/settings/unfinished").content.decode()
    assert "550 5.1.1 nobody of that name" in page
    assert f"/conversations/{conversation.pk}#t{touchpoint.pk}" in page
    assert "Nothing is left undone" not in page
