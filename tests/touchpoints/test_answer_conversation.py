from datetime import datetime, timedelta

import pytest
from django.core.exceptions import ValidationError

from rung.accounts.models import Agent
from rung.core.actor import SYSTEM
from rung.customers.models import Customer
from rung.customers.verbs import mark_address_failing, meet_customer
from rung.journal.models import Entry
from rung.touchpoints.incoming import IncomingFile
from rung.touchpoints.models import Delivery, Direction, State
from rung.touchpoints.verbs import (
    answer_conversation,
    give_notice,
    mark_delivered,
    mark_undelivered,
    name_touchpoint,
    send_again,
    start_conversation,
)
from tests.cast import written

HOUR = timedelta(hours=1)


def test_it_writes_to_the_address_the_customer_wrote_from(carla: Customer, ada: Agent, at: datetime) -> None:
    conversation = written(carla, at=at, reference="<a@x>")
    answer = answer_conversation(conversation, text="Tomorrow.", by=ada.actor, at=at + HOUR)
    assert (answer.direction, answer.delivery, answer.agent_id) == (Direction.OUT, Delivery.WAITING, ada.pk)
    assert answer.parties["to"] == ["carla@example.org"]
    assert answer.in_reply_to == "<a@x>"
    assert answer.subject == "Re: My table has not come"


def test_it_ends_the_wait_and_says_how_long_it_was(carla: Customer, ada: Agent, at: datetime) -> None:
    conversation = written(carla, at=at)
    answer_conversation(conversation, text="Tomorrow.", by=ada.actor, at=at + HOUR)
    answer_conversation(conversation, text="Or the day after.", by=ada.actor, at=at + 2 * HOUR)
    conversation.refresh_from_db()
    assert conversation.awaits_us_since_at is None
    waits = [entry.data["waited_ms"] for entry in Entry.objects.filter(kind="conversation.answered").order_by("id")]
    assert waits == [3_600_000, None]


def test_whoever_answers_what_nobody_had_taken_takes_it(carla: Customer, ada: Agent, lin: Agent, at: datetime) -> None:
    conversation = written(carla, at=at)
    answer_conversation(conversation, text="Tomorrow.", by=ada.actor, at=at)
    answer_conversation(conversation, text="Really.", by=lin.actor, at=at + HOUR)
    conversation.refresh_from_db()
    assert conversation.assignee == ada


def test_answer_and_resolve_is_one_step(carla: Customer, ada: Agent, at: datetime) -> None:
    conversation = written(carla, at=at)
    answer_conversation(conversation, text="Done.", resolve=True, outcome="reached", by=ada.actor, at=at)
    conversation.refresh_from_db()
    assert conversation.state == State.RESOLVED
    assert conversation.resolutions.get().outcome == "reached"


def test_an_empty_answer_is_refused_and_nothing_changes(carla: Customer, ada: Agent, at: datetime) -> None:
    conversation = written(carla, at=at)
    before = Entry.objects.count()
    with pytest.raises(ValidationError):
        answer_conversation(conversation, text="  \n ", by=ada.actor, at=at)
    conversation.refresh_from_db()
    assert conversation.awaits_us()
    assert Entry.objects.count() == before


def test_without_an_address_that_takes_mail_it_says_so(ada: Agent, at: datetime) -> None:
    visitor = meet_customer(name="Vera", by=SYSTEM, at=at)
    with pytest.raises(ValidationError, match="Vera"):
        start_conversation(visitor, subject="Your visit", text="Thanks", by=ada.actor, at=at)


def test_an_address_that_fails_is_passed_over(carla: Customer, ada: Agent, at: datetime) -> None:
    mark_address_failing(carla, "carla@example.org", reason="550 no such user", by=SYSTEM, at=at)
    with pytest.raises(ValidationError):
        start_conversation(carla, subject="Hello", text="Are you there?", by=ada.actor, at=at)


def test_writing_first_is_proactive_and_keeps_nobody_waiting(carla: Customer, ada: Agent, at: datetime) -> None:
    touchpoint = start_conversation(carla, subject="A delay", text="It comes on Friday.", by=ada.actor, at=at)
    conversation = touchpoint.conversation
    assert conversation.assignee_id == ada.pk
    assert not conversation.awaits_us()
    assert Entry.objects.get(kind="conversation.answered").data["proactive"] is True


def test_files_go_along_and_lie_in_storage_once(carla: Customer, ada: Agent, at: datetime) -> None:
    conversation = written(carla, at=at)
    file = IncomingFile(name="plan.pdf", media_type="application/pdf", content=b"%PDF-1.7 plan")
    first = answer_conversation(conversation, text="The plan.", files=(file, file), by=ada.actor, at=at)
    one, two = first.attachments.all()
    assert one.digest == two.digest
    with one.open() as content:
        assert content.read() == b"%PDF-1.7 plan"


def test_a_notice_leaves_the_queue_as_it_was(carla: Customer, at: datetime) -> None:
    conversation = written(carla, at=at)
    notice = give_notice(conversation, customer=carla, subject="One question", text="…", by=SYSTEM, at=at + HOUR)
    conversation.refresh_from_db()
    assert notice.is_automatic
    assert conversation.last_touch_at == at
    assert conversation.awaits_us()


def test_delivery_is_told_on_the_touchpoint(carla: Customer, ada: Agent, at: datetime) -> None:
    answer = answer_conversation(written(carla, at=at), text="Tomorrow.", by=ada.actor, at=at)
    mark_undelivered(answer, "451 later", final=False, by=SYSTEM, at=at)
    answer.refresh_from_db()
    assert (answer.delivery, answer.delivery_detail) == (Delivery.WAITING, "451 later")
    mark_delivered(answer, by=SYSTEM, at=at + HOUR)
    mark_delivered(answer, by=SYSTEM, at=at + 2 * HOUR)
    answer.refresh_from_db()
    assert (answer.delivery, answer.delivery_detail, answer.delivered_at) == (Delivery.SENT, "", at + HOUR)
    assert Entry.objects.filter(kind="touchpoint.delivered").count() == 1


def test_a_name_once_given_stays(carla: Customer, ada: Agent, at: datetime) -> None:
    answer = answer_conversation(written(carla, at=at), text="Tomorrow.", by=ada.actor, at=at)
    name_touchpoint(answer, "<ours.1@desk.example>", by=SYSTEM, at=at)
    name_touchpoint(answer, "<ours.2@desk.example>", by=SYSTEM, at=at)
    answer.refresh_from_db()
    assert answer.reference == "<ours.1@desk.example>"


def test_only_what_failed_is_sent_again(carla: Customer, ada: Agent, at: datetime) -> None:
    answer = answer_conversation(written(carla, at=at), text="Tomorrow.", by=ada.actor, at=at)
    send_again(answer, by=ada.actor, at=at)
    assert not Entry.objects.filter(kind="sending.asked_again").exists()
    mark_undelivered(answer, "550 no such user", final=True, by=SYSTEM, at=at)
    send_again(answer, by=ada.actor, at=at + HOUR)
    answer.refresh_from_db()
    assert (answer.delivery, answer.delivery_detail) == (Delivery.WAITING, "")
    assert Entry.objects.get(kind="sending.asked_again").data["channel"] == "email"
