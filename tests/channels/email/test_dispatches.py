from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from pytest_django import Settings

from rung.accounts.models import Agent, Team
from rung.channels.email.access import mailbox_for_addresses, mailbox_of
from rung.channels.email.errands import send_waiting_dispatches
from rung.channels.email.models import Dispatch, DispatchState, Mailbox
from rung.channels.email.tokens import conversation_in, token_for
from rung.channels.email.verbs.dispatch import PAUSES, claim_dispatch, plan_dispatch, retry_dispatch
from rung.channels.email.verbs.mailbox import add_mailbox, close_mailbox, thread_through
from rung.core.actor import SYSTEM
from rung.customers.models import Customer
from rung.customers.verbs import describe_customer
from rung.journal.models import Entry
from rung.touchpoints.incoming import IncomingFile
from rung.touchpoints.models import Conversation, Touchpoint
from rung.touchpoints.verbs import answer_conversation, give_notice, send_again, start_conversation
from tests.cast import written
from tests.sink import Sink

Work = Callable[..., None]


@pytest.fixture
def sink(settings: Settings) -> Iterator[Sink]:
    with Sink() as sink:
        settings.SMTP_URL = sink.url
        yield sink


@pytest.fixture
def mailbox(support: Team, at: datetime) -> Mailbox:
    return add_mailbox(name="Desk Support", address="support@desk.example", team=support, by=SYSTEM, at=at)


@pytest.fixture
def conversation(carla: Customer, support: Team, at: datetime) -> Conversation:
    return written(carla, at=at, team=support, reference="<first@example.org>")


def answer(conversation: Conversation, agent: Agent, at: datetime, **more: object) -> Touchpoint:
    return answer_conversation(conversation, text="It leaves today.", by=agent.actor, at=at, **more)  # type: ignore[arg-type]  # a test's shorthand


def test_an_answer_is_sent_from_the_agent_through_the_mailbox(
    sink: Sink, mailbox: Mailbox, conversation: Conversation, ada: Agent, at: datetime, work: Work
) -> None:
    file = IncomingFile(name="note.txt", media_type="text/plain", content=b"as promised")
    touchpoint = answer(conversation, ada, at, files=(file,))
    work(at)
    [received] = sink.received
    letter = received.letter
    assert str(letter["From"]) == "Ada Berg at Desk Support <support@desk.example>"
    assert str(letter["To"]) == "Carla Ruiz <carla@example.org>"
    assert letter["Subject"] == "Re: My table has not come"
    assert letter["In-Reply-To"] == "<first@example.org>"
    assert letter["References"] == "<first@example.org>"
    assert letter["X-Rung-Conversation"] == token_for(conversation.pk)
    for clue in ([received.sender], [str(letter["Reply-To"])]):
        assert conversation_in(clue, []) == conversation.pk
    assert conversation_in([], [letter["Message-ID"]]) == conversation.pk
    text = letter.get_body(("plain",))
    assert text is not None
    assert "Carla Ruiz wrote:" in text.get_content()
    assert "> It was promised for Monday." in text.get_content()
    assert [part.get_filename() for part in letter.iter_attachments()] == ["note.txt"]
    touchpoint.refresh_from_db()
    assert touchpoint.delivery == "sent"
    assert touchpoint.reference == letter["Message-ID"]
    mailbox.refresh_from_db()
    assert mailbox.last_sent_at is not None


def test_the_name_it_will_be_answered_under_is_known_before_it_is_sent(
    mailbox: Mailbox, conversation: Conversation, ada: Agent, at: datetime
) -> None:
    touchpoint = answer(conversation, ada, at)
    dispatch = plan_dispatch(touchpoint, by=SYSTEM, at=at)
    touchpoint.refresh_from_db()
    assert touchpoint.reference == dispatch.message_id
    assert plan_dispatch(touchpoint, by=SYSTEM, at=at).pk == dispatch.pk


def test_a_second_answer_names_the_whole_thread(
    sink: Sink, mailbox: Mailbox, conversation: Conversation, carla: Customer, ada: Agent, at: datetime, work: Work
) -> None:
    answer(conversation, ada, at + timedelta(hours=1))
    work(at + timedelta(hours=1))
    first = sink.received[0].letter["Message-ID"]
    written(carla, at=at + timedelta(hours=2), reference="<second@example.org>", references=(first,))
    answer(conversation, ada, at + timedelta(hours=3))
    work(at + timedelta(hours=3))
    letter = sink.received[1].letter
    assert letter["References"].split() == ["<first@example.org>", first, "<second@example.org>"]
    assert letter["In-Reply-To"] == "<second@example.org>"


def test_we_can_write_first(
    sink: Sink, mailbox: Mailbox, carla: Customer, ada: Agent, at: datetime, work: Work
) -> None:
    start_conversation(carla, subject="Your order", text="It is on its way.", by=ada.actor, at=at)
    work(at)
    letter = sink.received[0].letter
    assert letter["Subject"] == "Your order"
    assert "In-Reply-To" not in letter
    text = letter.get_body(("plain",))
    assert text is not None
    assert "wrote:" not in text.get_content()


def test_the_quotation_speaks_the_customers_language_in_their_zone(
    sink: Sink, mailbox: Mailbox, conversation: Conversation, carla: Customer, ada: Agent, at: datetime, work: Work
) -> None:
    describe_customer(carla, language="es", time_zone="Europe/Madrid", by=SYSTEM, at=at)
    answer(conversation, ada, at)
    work(at)
    text = sink.received[0].letter.get_body(("plain",))
    assert text is not None
    assert "El 10 de marzo de 2026 a las 10:00, Carla Ruiz escribió:" in text.get_content()


def test_a_notice_is_marked_as_written_by_a_machine(
    sink: Sink, mailbox: Mailbox, conversation: Conversation, carla: Customer, at: datetime, work: Work
) -> None:
    give_notice(conversation, customer=carla, subject="How was it?", text="One click.", by=SYSTEM, at=at)
    work(at)
    letter = sink.received[0].letter
    assert letter["Auto-Submitted"] == "auto-generated"
    assert str(letter["From"]) == "Desk Support <support@desk.example>"
    assert letter["Subject"] == "How was it?"
    assert letter["References"] == "<first@example.org>"


def test_a_machine_gets_no_notice(
    sink: Sink, mailbox: Mailbox, conversation: Conversation, carla: Customer, at: datetime, work: Work
) -> None:
    away = at + timedelta(hours=1)
    written(carla, at=away, reference="<away@example.org>", references=("<first@example.org>",), is_automatic=True)
    notice = give_notice(
        conversation, customer=carla, subject="How was it?", text="x", by=SYSTEM, at=at + timedelta(hours=2)
    )
    work(at + timedelta(hours=2))
    assert sink.received == []
    assert Dispatch.objects.get().state == DispatchState.WITHHELD
    notice.refresh_from_db()
    assert notice.delivery == "failed"
    assert "machine" in notice.delivery_detail


def test_a_person_may_still_answer_after_an_automatic_letter(
    sink: Sink, mailbox: Mailbox, conversation: Conversation, carla: Customer, ada: Agent, at: datetime, work: Work
) -> None:
    away = at + timedelta(hours=1)
    written(carla, at=away, reference="<away@example.org>", references=("<first@example.org>",), is_automatic=True)
    answer(conversation, ada, at + timedelta(hours=2))
    work(at + timedelta(hours=2))
    assert len(sink.received) == 1


def test_history_that_was_imported_is_not_sent(
    sink: Sink, mailbox: Mailbox, conversation: Conversation, ada: Agent, at: datetime, work: Work
) -> None:
    touchpoint = answer(conversation, ada, at)
    Touchpoint.objects.filter(pk=touchpoint.pk).update(delivery="sent")
    work(at)
    assert sink.received == []
    assert not Dispatch.objects.exists()


def test_without_a_server_it_is_kept_in_the_outbox(
    mailbox: Mailbox,
    conversation: Conversation,
    ada: Agent,
    at: datetime,
    work: Work,
    tmp_path: Path,
    settings: Settings,
) -> None:
    settings.SMTP_URL, settings.OUTBOX_DIR = "", tmp_path
    touchpoint = answer(conversation, ada, at)
    work(at)
    [path] = tmp_path.iterdir()
    assert message_from_bytes(path.read_bytes(), policy=policy.default)["Subject"] == "Re: My table has not come"
    touchpoint.refresh_from_db()
    assert touchpoint.delivery == "kept"


def test_a_passing_failure_is_tried_again_under_the_same_name(
    sink: Sink, mailbox: Mailbox, conversation: Conversation, ada: Agent, at: datetime, work: Work
) -> None:
    sink.refuse_data = "451 4.3.0 try later"
    touchpoint = answer(conversation, ada, at)
    work(at)
    dispatch = Dispatch.objects.get()
    touchpoint.refresh_from_db()
    assert (dispatch.state, dispatch.attempts) == (DispatchState.WAITING, 1)
    assert timedelta(seconds=60) <= dispatch.due_at - at < timedelta(seconds=70)
    assert (touchpoint.delivery, touchpoint.delivery_detail) == ("waiting", "451 4.3.0 try later")
    sink.refuse_data = ""
    work(at + timedelta(seconds=30))
    assert sink.received == []
    work(at + timedelta(minutes=2))
    touchpoint.refresh_from_db()
    assert touchpoint.delivery == "sent"
    assert touchpoint.delivery_detail == ""
    assert sink.received[0].letter["Message-ID"] == dispatch.message_id


def test_one_whose_reply_was_lost_says_that_it_may_have_arrived_and_then_twice(
    sink: Sink, mailbox: Mailbox, conversation: Conversation, ada: Agent, at: datetime, work: Work
) -> None:
    sink.hang_up = "after"
    touchpoint = answer(conversation, ada, at)
    work(at)
    touchpoint.refresh_from_db()
    assert touchpoint.delivery == "waiting"
    assert touchpoint.delivery_detail.endswith("It may have arrived all the same.")
    sink.hang_up = ""
    work(at + timedelta(minutes=2))
    touchpoint.refresh_from_db()
    assert (touchpoint.delivery, len(sink.received)) == ("sent", 2)
    assert touchpoint.delivery_detail.startswith("It may have arrived twice")
    assert len({str(each.letter["Message-ID"]) for each in sink.received}) == 1


def test_the_made_up_company_writes_to_nobody_and_says_so(
    sink: Sink,
    mailbox: Mailbox,
    conversation: Conversation,
    ada: Agent,
    at: datetime,
    work: Work,
    tmp_path: Path,
    settings: Settings,
) -> None:
    settings.OUTBOX_DIR = tmp_path
    Mailbox.objects.filter(pk=mailbox.pk).update(address="support@fennimore.test")
    touchpoint = answer(conversation, ada, at)
    work(at)
    touchpoint.refresh_from_db()
    assert (touchpoint.delivery, sink.received) == ("kept", [])
    assert "made-up people (fennimore.test)" in touchpoint.delivery_detail


def test_after_a_day_of_tries_it_is_given_up_and_the_agent_is_told(
    sink: Sink, mailbox: Mailbox, conversation: Conversation, ada: Agent, at: datetime, work: Work
) -> None:
    sink.refuse_data = "451 4.3.0 try later"
    touchpoint = answer(conversation, ada, at)
    moment = at
    for _n in range(len(PAUSES) + 1):
        work(moment)
        dispatch = Dispatch.objects.get()
        moment = dispatch.due_at
    assert dispatch.state == DispatchState.FAILED
    assert dispatch.finished_at is not None
    assert timedelta(hours=23) < dispatch.finished_at - at < timedelta(hours=26)
    touchpoint.refresh_from_db()
    assert touchpoint.delivery == "failed"
    assert "451 4.3.0 try later" in touchpoint.delivery_detail
    assert Entry.objects.filter(kind="touchpoint.undelivered").count() == 1


def test_a_permanent_failure_is_told_at_once_and_marks_the_address(
    sink: Sink, mailbox: Mailbox, conversation: Conversation, carla: Customer, ada: Agent, at: datetime, work: Work
) -> None:
    sink.refuse["carla@example.org"] = "550 5.1.1 no such user"
    touchpoint = answer(conversation, ada, at)
    work(at)
    touchpoint.refresh_from_db()
    assert touchpoint.delivery == "failed"
    assert touchpoint.delivery_detail == "carla@example.org: 550 5.1.1 no such user"
    assert carla.addresses.get().failing_since_at is not None
    assert Entry.objects.filter(kind="customer.address_failing").count() == 1


def test_a_server_that_blocks_us_says_nothing_against_the_address(
    sink: Sink, mailbox: Mailbox, conversation: Conversation, carla: Customer, ada: Agent, at: datetime, work: Work
) -> None:
    sink.refuse["carla@example.org"] = "550 5.7.1 blocked"
    answer(conversation, ada, at)
    work(at)
    assert carla.addresses.get().failing_since_at is None


def test_a_letter_given_up_can_be_tried_once_more(
    sink: Sink, mailbox: Mailbox, conversation: Conversation, ada: Agent, at: datetime, work: Work
) -> None:
    sink.refuse_data = "554 5.7.1 no"
    touchpoint = answer(conversation, ada, at)
    work(at)
    sink.refuse_data = ""
    assert retry_dispatch(Dispatch.objects.get(), by=ada.actor, at=at)
    work(at)
    touchpoint.refresh_from_db()
    assert touchpoint.delivery == "sent"
    assert not retry_dispatch(Dispatch.objects.get(), by=ada.actor, at=at)


def test_whoever_asks_for_it_at_the_desk_has_it_sent_again(
    sink: Sink, mailbox: Mailbox, conversation: Conversation, ada: Agent, at: datetime, work: Work
) -> None:
    sink.refuse_data = "554 5.7.1 no"
    touchpoint = answer(conversation, ada, at)
    work(at)
    touchpoint.refresh_from_db()
    assert touchpoint.delivery == "failed"
    sink.refuse_data = ""
    send_again(touchpoint, by=ada.actor, at=at + timedelta(hours=1))
    work(at + timedelta(hours=1))
    touchpoint.refresh_from_db()
    assert touchpoint.delivery == "sent"
    assert len(sink.received) == 1


def test_only_those_it_has_not_reached_get_it_again(
    sink: Sink, mailbox: Mailbox, conversation: Conversation, ada: Agent, at: datetime, work: Work
) -> None:
    touchpoint = answer(conversation, ada, at)
    parties = {"to": ["carla@example.org"], "cc": ["karim@example.net", "support@desk.example"]}
    Touchpoint.objects.filter(pk=touchpoint.pk).update(parties=parties)
    sink.refuse["karim@example.net"] = "450 4.2.1 greylisted"
    work(at)
    sink.refuse.clear()
    work(at + timedelta(minutes=2))
    assert [received.recipients for received in sink.received] == [("carla@example.org",), ("karim@example.net",)]
    assert str(sink.received[0].letter["Cc"]) == "karim@example.net"
    touchpoint.refresh_from_db()
    assert touchpoint.delivery == "sent"


def test_a_claimed_letter_whose_worker_died_is_sent_after_its_lease(
    sink: Sink, mailbox: Mailbox, conversation: Conversation, ada: Agent, at: datetime, work: Work
) -> None:
    dispatch = plan_dispatch(answer(conversation, ada, at), by=SYSTEM, at=at)
    assert claim_dispatch(dispatch, by=SYSTEM, at=at)
    work(at + timedelta(minutes=5))
    assert sink.received == []
    work(at + timedelta(minutes=11))
    assert [received.letter["Message-ID"] for received in sink.received] == [dispatch.message_id]


def test_only_one_worker_gets_a_letter(mailbox: Mailbox, conversation: Conversation, ada: Agent, at: datetime) -> None:
    plan_dispatch(answer(conversation, ada, at), by=SYSTEM, at=at)
    mine, theirs = Dispatch.objects.get(), Dispatch.objects.get()
    assert claim_dispatch(mine, by=SYSTEM, at=at)
    assert not claim_dispatch(theirs, by=SYSTEM, at=at)


def test_a_server_that_is_down_is_asked_once_and_shown_on_the_mailbox(
    mailbox: Mailbox, carla: Customer, karim: Customer, ada: Agent, at: datetime, work: Work, settings: Settings
) -> None:
    settings.SMTP_URL = "smtp://127.0.0.1:1"
    for customer in (carla, karim):
        start_conversation(customer, subject="News", text="x", by=ada.actor, at=at)
    work(at)
    assert sorted(Dispatch.objects.values_list("attempts", flat=True)) == [0, 1]
    assert not Dispatch.objects.due(at + timedelta(seconds=50)).exists()
    mailbox.refresh_from_db()
    assert "Nothing listens" in mailbox.sending_error
    with Sink() as sink:
        settings.SMTP_URL = sink.url
        work(at + timedelta(minutes=3))
        assert len(sink.received) == 2
    mailbox.refresh_from_db()
    assert mailbox.sending_error == ""
    kinds = Entry.objects.filter(kind__startswith="mailbox.").values_list("kind", flat=True)
    assert list(kinds.order_by("pk")) == ["mailbox.added", "mailbox.failed", "mailbox.recovered"]


def test_a_letter_that_cannot_be_put_together_does_not_stop_the_others(
    sink: Sink, mailbox: Mailbox, carla: Customer, karim: Customer, ada: Agent, at: datetime, work: Work
) -> None:
    file = IncomingFile(name="lost.txt", media_type="text/plain", content=b"lost")
    bad = start_conversation(carla, subject="News", text="x", files=(file,), by=ada.actor, at=at)
    bad.attachments.update(digest="0" * 64)
    start_conversation(karim, subject="News", text="x", by=ada.actor, at=at)
    work(at)
    assert [received.recipients for received in sink.received] == [("karim@example.net",)]
    bad.refresh_from_db()
    assert bad.delivery == "waiting"
    assert bad.delivery_detail


def test_before_there_is_a_mailbox_the_letter_waits_for_one(
    sink: Sink, carla: Customer, ada: Agent, at: datetime, work: Work
) -> None:
    touchpoint = start_conversation(carla, subject="News", text="x", by=ada.actor, at=at)
    work(at)
    touchpoint.refresh_from_db()
    assert "no mailbox" in touchpoint.delivery_detail
    add_mailbox(name="Desk", address="desk@desk.example", by=SYSTEM, at=at)
    work(at + timedelta(minutes=2))
    assert sink.received[0].sender.startswith("desk+r")


def test_nothing_waits_when_the_batch_is_done(db: None, at: datetime) -> None:
    assert send_waiting_dispatches(at=at) is False


def test_a_conversation_is_answered_from_the_mailbox_it_came_through(
    mailbox: Mailbox, conversation: Conversation, billing: Team, at: datetime
) -> None:
    other = add_mailbox(name="Billing", address="billing@desk.example", team=billing, by=SYSTEM, at=at)
    assert mailbox_of(conversation) == mailbox
    thread_through({conversation.pk: other.pk}, by=SYSTEM, at=at)
    assert mailbox_of(conversation) == other
    thread_through({conversation.pk: mailbox.pk}, by=SYSTEM, at=at)
    assert mailbox_of(conversation) == mailbox
    close_mailbox(mailbox, by=SYSTEM, at=at)
    assert mailbox_of(conversation) == other


@pytest.mark.parametrize(
    ("addresses", "found"),
    [
        (["support@desk.example"], "support@desk.example"),
        (["SUPPORT+r1abc@Desk.Example"], "support@desk.example"),
        (["support+vip@desk.example"], "support+vip@desk.example"),
        (["nobody@desk.example"], None),
        (["", "no address"], None),
        ([], None),
    ],
)
def test_a_letter_finds_its_mailbox(
    mailbox: Mailbox,
    at: datetime,
    addresses: list[str],
    found: str | None,
    django_assert_max_num_queries: Callable[..., object],
) -> None:
    add_mailbox(name="Important people", address="support+vip@desk.example", by=SYSTEM, at=at)
    with django_assert_max_num_queries(1):  # type: ignore[attr-defined]  # a context manager, untyped
        mailbox_found = mailbox_for_addresses(addresses)
    assert (mailbox_found.address if mailbox_found else None) == found


def test_a_closed_mailbox_receives_nothing(mailbox: Mailbox, at: datetime) -> None:
    close_mailbox(mailbox, by=SYSTEM, at=at)
    assert mailbox_for_addresses(["support@desk.example"]) is None


def test_what_is_to_leave_at_nine_leaves_at_nine(
    sink: Sink, mailbox: Mailbox, conversation: Conversation, ada: Agent, at: datetime, work: Work
) -> None:
    """To the server and no sooner; its Date says when it left, not when it was written."""
    nine = at + timedelta(days=1)
    later = answer(conversation, ada, at, due_at=nine)
    for moment in (at, at + timedelta(hours=12), nine - timedelta(seconds=1)):
        work(moment)
        assert sink.received == []
    work(nine)
    [received] = sink.received
    assert received.letter["Date"].datetime == nine
    assert received.letter["In-Reply-To"] == "<first@example.org>"
    later.refresh_from_db()
    assert (later.delivery, later.occurred_at, later.due_at) == ("sent", nine, None)
    work(nine + timedelta(days=1))
    assert len(sink.received) == 1


def test_a_worker_that_was_away_at_nine_sends_it_when_it_is_back(
    sink: Sink, mailbox: Mailbox, conversation: Conversation, ada: Agent, at: datetime, work: Work
) -> None:
    answer(conversation, ada, at, due_at=at + timedelta(hours=1))
    work(at + timedelta(days=2))
    [received] = sink.received
    assert received.letter["Date"].datetime == at + timedelta(days=2)
