"""What follows from the letters of machines: for ours, for the address, for the queue, and for what Rung sends by itself."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from pytest_django import Settings

from rung.accounts.models import Agent, Team
from rung.channels.email.access.automatic import MAX_UNANSWERED, refusal
from rung.channels.email.models import Letter, Mailbox
from rung.channels.email.reading.outcomes import BounceReason
from rung.channels.email.verbs.letter import keep_letter
from rung.channels.email.verbs.mailbox import add_mailbox
from rung.channels.email.verbs.reading import read_letters
from rung.core.actor import SYSTEM
from rung.customers.models import Address, Customer
from rung.customers.verbs import recognise_customer
from rung.journal.models import Entry
from rung.touchpoints.incoming import Party
from rung.touchpoints.models import Conversation, Report, Signal, Touchpoint, Why
from rung.touchpoints.verbs import answer_conversation, give_notice, resolve_conversation, send_again
from tests.cast import written
from tests.sink import Sink

Work = Callable[..., None]


@pytest.fixture
def mailbox(support: Team, at: datetime) -> Mailbox:
    return add_mailbox(name="Support", address="support@desk.example", team=support, by=SYSTEM, at=at)


@pytest.fixture
def sink(settings: Settings) -> Iterator[Sink]:
    with Sink() as sink:
        settings.SMTP_URL = sink.url
        yield sink


@pytest.fixture
def ours(mailbox: Mailbox, carla: Customer, ada: Agent, at: datetime, work: Work) -> Touchpoint:
    """An answer that has been sent."""
    matter = written(carla, at=at)
    answer_conversation(matter, text="It comes on Friday.", by=ada.actor, at=at)
    work(at)
    return Touchpoint.objects.get(direction="out")


def report_on(ours: Touchpoint, *, action: str, status: str, said: str, name: str = "r1", to: str = "") -> bytes:
    return f"""Return-Path: <>
From: Mail Delivery System <mailer-daemon@mx.example>
To: support@desk.example
Subject: Delivery status
Message-ID: <{name}@mx.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="cut"

--cut
Content-Type: text/plain

About your letter.
--cut
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; {to or "carla@example.org"}
Action: {action}
Status: {status}
Remote-MTA: dns; mail.example.org
Diagnostic-Code: smtp; {said}

--cut
Content-Type: text/rfc822-headers

Message-ID: {ours.reference}
Subject: Re: My table

--cut--
""".encode()


def read(raw: bytes, mailbox: Mailbox, at: datetime) -> Letter:
    letter = keep_letter(raw, mailbox=mailbox, by=SYSTEM, at=at)
    while read_letters(by=SYSTEM, at=at):
        pass
    letter.refresh_from_db()
    return letter


def test_the_heart_knows_every_reason_that_the_door_finds() -> None:
    assert {reason.value for reason in BounceReason} == set(Why.values)


def test_a_dead_address_fails_the_letter_marks_the_address_and_brings_the_matter_back(
    ours: Touchpoint, mailbox: Mailbox, ada: Agent, at: datetime
) -> None:
    resolve_conversation(ours.conversation, by=ada.actor, at=at)
    later = at + timedelta(minutes=5)
    letter = read(report_on(ours, action="failed", status="5.0.0", said="550 No such user here"), mailbox, later)
    ours.refresh_from_db()
    matter = Conversation.objects.get()
    assert (letter.fate, ours.delivery) == ("read", "failed")
    assert (matter.state, matter.undelivered_at) == ("open", later)
    assert Address.objects.get(value="carla@example.org").failing_since_at == later
    report = Report.objects.get()
    assert (report.came, report.code, report.reason, report.is_hard) == ("failed", "550", "unknown_user", True)
    assert report.server == "mail.example.org"


def test_a_full_mailbox_fails_the_letter_and_leaves_the_address_alone(
    ours: Touchpoint, mailbox: Mailbox, at: datetime
) -> None:
    read(report_on(ours, action="failed", status="5.2.2", said="552 5.2.2 Mailbox full"), mailbox, at)
    ours.refresh_from_db()
    assert ours.delivery == "failed"
    assert Address.objects.get(value="carla@example.org").failing_since_at is None


def test_a_delay_changes_no_state_and_a_delivery_ends_it(ours: Touchpoint, mailbox: Mailbox, at: datetime) -> None:
    before = ours.delivery
    read(report_on(ours, action="delayed", status="4.4.1", said="connection timed out"), mailbox, at)
    ours.refresh_from_db()
    assert ours.delivery == before
    done = report_on(ours, action="delivered", status="2.0.0", said="250 ok", name="r2")
    read(done, mailbox, at + timedelta(hours=2))
    assert list(ours.reports.order_by("pk").values_list("came", flat=True)) == ["delayed", "delivered"]


def test_the_same_report_twice_is_one(ours: Touchpoint, mailbox: Mailbox, at: datetime) -> None:
    for name in ("r1", "r2"):
        read(report_on(ours, action="failed", status="5.1.1", said="550 unknown user", name=name), mailbox, at)
    assert Report.objects.count() == 1
    assert Entry.objects.filter(kind="outcome.reported").count() == 1


def test_sending_again_takes_the_trouble_from_the_queue(
    ours: Touchpoint, mailbox: Mailbox, ada: Agent, at: datetime
) -> None:
    read(report_on(ours, action="failed", status="5.2.2", said="552 full"), mailbox, at)
    ours.refresh_from_db()
    send_again(ours, by=ada.actor, at=at + timedelta(hours=1))
    assert Conversation.objects.get().undelivered_at is None


def test_what_came_back_is_sent_again_to_whom_it_came_back_from(
    sink: Sink, mailbox: Mailbox, carla: Customer, ada: Agent, at: datetime, work: Work
) -> None:
    matter = written(carla, at=at)
    to, cc = (Party("carla@example.org"),), (Party("rita@example.org"),)
    ours = answer_conversation(matter, text="It comes on Friday.", to=to, cc=cc, by=ada.actor, at=at)
    work(at)
    ours.refresh_from_db()
    back = {"action": "failed", "status": "5.1.1", "said": "550 unknown user", "to": "rita@example.org"}
    read(report_on(ours, **back), mailbox, at + timedelta(hours=1))
    ours.refresh_from_db()
    send_again(ours, by=ada.actor, at=at + timedelta(hours=2))
    work(at + timedelta(hours=2))
    ours.refresh_from_db()
    assert ours.delivery == "sent"
    assert [each.recipients for each in sink.received] == [
        ("carla@example.org", "rita@example.org"),
        ("rita@example.org",),
    ]
    read(report_on(ours, **back, name="r2"), mailbox, at + timedelta(hours=3))
    ours.refresh_from_db()
    assert ours.delivery == "failed"


COMPLAINT = """From: Feedback <feedback@provider.example>
To: abuse@desk.example
Subject: FW: My table
Message-ID: <fbl@provider.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="cut"

--cut
Content-Type: text/plain

An abuse report.
--cut
Content-Type: message/feedback-report

Feedback-Type: abuse
User-Agent: Loop/1.0
Version: 1
Original-Rcpt-To: carla@example.org

--cut
Content-Type: message/rfc822

Message-ID: %s
From: support@desk.example
To: carla@example.org
Subject: Re: My table

It comes on Friday.
--cut--
"""


def test_a_complaint_is_a_signal_and_stops_what_rung_sends_by_itself(
    ours: Touchpoint, mailbox: Mailbox, carla: Customer, at: datetime, work: Work
) -> None:
    read((COMPLAINT % ours.reference).encode(), mailbox, at)
    assert Signal.objects.get().kind == "complaint"
    assert Address.objects.get(value="carla@example.org").unwilling_since_at == at
    notice = give_notice(ours.conversation, customer=carla, subject="How was it?", text="Say.", by=SYSTEM, at=at)
    work(at)
    notice.refresh_from_db()
    assert notice.delivery == "failed"
    assert "spam" in notice.delivery_detail


@pytest.fixture
def copied(ours: Touchpoint, at: datetime) -> Touchpoint:
    """The same, with a copy to somebody else whom we know."""
    recognise_customer("rita@example.org", name="Rita", by=SYSTEM, at=at)
    ours.parties = ours.parties | {"cc": ["rita@example.org"]}
    ours.save()
    return ours


def test_what_comes_back_from_a_copy_marks_the_address_of_whoever_got_it(
    copied: Touchpoint, mailbox: Mailbox, at: datetime
) -> None:
    dead = {"action": "failed", "status": "5.1.1", "said": "550 5.1.1 User unknown", "to": "rita@example.org"}
    read(report_on(copied, **dead), mailbox, at)
    assert Address.objects.get(failing_since_at__isnull=False).value == "rita@example.org"
    taken = {"action": "delivered", "status": "2.0.0", "said": "250 Ok", "to": "rita@example.org"}
    read(report_on(copied, **taken, name="r2"), mailbox, at + timedelta(hours=1))
    assert not Address.objects.filter(failing_since_at__isnull=False).exists()


def test_a_report_marks_nobody_whom_the_letter_did_not_go_to(ours: Touchpoint, mailbox: Mailbox, at: datetime) -> None:
    recognise_customer("karim@example.org", name="Karim", by=SYSTEM, at=at)
    dead = {"action": "failed", "status": "5.1.1", "said": "550 5.1.1 User unknown", "to": "karim@example.org"}
    read(report_on(ours, **dead), mailbox, at)
    assert not Address.objects.filter(failing_since_at__isnull=False).exists()


def test_a_complaint_of_whoever_got_a_copy_is_theirs_alone(copied: Touchpoint, mailbox: Mailbox, at: datetime) -> None:
    read((COMPLAINT.replace("To: carla", "To: rita") % copied.reference).encode(), mailbox, at)
    assert Address.objects.get(unwilling_since_at__isnull=False).value == "rita@example.org"


def test_an_absence_says_when_and_answers_nothing(ours: Touchpoint, mailbox: Mailbox, ada: Agent, at: datetime) -> None:
    resolve_conversation(ours.conversation, by=ada.actor, at=at)
    away = (
        "From: Carla <carla@example.org>\nTo: support@desk.example\nSubject: Automatic reply: My table\n"
        f"Auto-Submitted: auto-replied\nMessage-ID: <away@example.org>\nIn-Reply-To: {ours.reference}\n"
        f"Date: {at:%a, %d %b %Y %H:%M:%S} +0000\n\nI am out of the office until 20 March 2026.\n"
    )
    letter = read(away.encode(), mailbox, at)
    assert letter.touchpoint is not None
    assert letter.touchpoint.brought["automatic"] == {"kind": "absence", "until": "2026-03-20", "link": ""}
    matter = Conversation.objects.get()
    assert (matter.state, matter.awaits_us_since_at) == ("resolved", None)


@pytest.mark.parametrize("words", ["the same every time", "something new each time"])
def test_two_machines_stop_after_the_second_turn_even_when_one_hides(
    words: str, ours: Touchpoint, mailbox: Mailbox, carla: Customer, at: datetime, work: Work
) -> None:
    """The law of loops: whatever the other side writes, Rung does not write a third time by itself."""
    sent = 0
    for turn in range(6):
        moment = at + timedelta(hours=2 * turn)
        text = f"Thank you for your letter {turn}" if "same" in words else f"{'lorem ipsum dolor'[turn:]} {'x' * turn}"
        hidden = (
            f"From: Carla <carla@example.org>\nTo: support@desk.example\nSubject: Re: My table\n"
            f"Message-ID: <t{turn}@example.org>\nIn-Reply-To: {ours.reference}\n\n{text}\n"
        )
        read(hidden.encode(), mailbox, moment)
        notice = give_notice(ours.conversation, customer=carla, subject="Noted", text="Noted.", by=SYSTEM, at=moment)
        work(moment)
        notice.refresh_from_db()
        sent += notice.delivery != "failed"
    assert sent == MAX_UNANSWERED


def test_a_word_of_ours_lets_notices_go_on(
    ours: Touchpoint, mailbox: Mailbox, carla: Customer, ada: Agent, at: datetime, work: Work
) -> None:
    for turn in range(3):
        moment = at + timedelta(hours=2 * turn + 1)
        last = give_notice(ours.conversation, customer=carla, subject="N", text="N.", by=SYSTEM, at=moment)
        work(moment)
    assert refusal(last, "carla@example.org")
    answer_conversation(ours.conversation, text="I am here.", by=ada.actor, at=at + timedelta(hours=9))
    work(at + timedelta(hours=9))
    next_one = give_notice(
        ours.conversation, customer=carla, subject="N", text="N.", by=SYSTEM, at=at + timedelta(hours=10)
    )
    assert not refusal(next_one, "carla@example.org")


def test_the_same_words_a_third_time_are_a_machines(ours: Touchpoint, mailbox: Mailbox, at: datetime) -> None:
    for turn in range(3):
        raw = (
            "From: Carla <carla@example.org>\nTo: support@desk.example\nSubject: Re: My table\n"
            f"Message-ID: <h{turn}@example.org>\nIn-Reply-To: {ours.reference}\n\nWe have your letter, number {turn}.\n"
        )
        read(raw.encode(), mailbox, at + timedelta(minutes=turn + 1))
    came = (
        Touchpoint.objects.filter(direction="in").order_by("occurred_at", "pk").values_list("is_automatic", flat=True)
    )
    assert list(came)[-3:] == [False, False, True]
