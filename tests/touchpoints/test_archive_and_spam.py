"""History and spam: kept and shown, and counted nowhere."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from rung.accounts.models import Agent
from rung.core.actor import SYSTEM
from rung.core.planner import look_at_tables
from rung.customers.models import Customer
from rung.insight.models import ConversationFact, SpellFact, TouchpointFact
from rung.journal.models import Entry
from rung.ladder.models import Grade
from rung.surveys.models import Invitation
from rung.touchpoints.models import Conversation, State
from rung.touchpoints.verbs import (
    answer_conversation,
    mark_spam,
    resolve_conversation,
    snooze_conversation,
    unmark_spam,
)
from tests.cast import written

HOUR, YEAR = timedelta(hours=1), timedelta(days=365)
Work = Callable[..., None]

STATE = (
    "state", "awaits_us_since_at", "resolved_at", "snoozed_until_at", "last_inbound_at", "last_touch_at", "touch_count",
    "reopen_count", "assignee_id",
)  # fmt: skip


def fresh(conversation: Conversation) -> Conversation:
    return Conversation.objects.get(pk=conversation.pk)


def shape(conversation: Conversation) -> tuple[object, ...]:
    return tuple(getattr(fresh(conversation), name) for name in STATE)


def test_history_opens_settled_with_its_own_date_and_nobody_waits(carla: Customer, at: datetime) -> None:
    conversation = fresh(written(carla, at=at - YEAR, is_archived=True))
    assert (conversation.state, conversation.opened_at, conversation.resolved_at) == ("resolved", at - YEAR, at - YEAR)
    assert conversation.awaits_us_since_at is None
    assert conversation.last_inbound_at is None
    assert conversation.resolutions.get().agent is None
    opened, received = Entry.objects.filter(conversation=conversation.pk).order_by("id")
    assert (opened.data["archived"], received.data["archived"]) == (True, True)


def test_history_joins_a_live_matter_without_touching_it(carla: Customer, ada: Agent, at: datetime) -> None:
    matter = written(carla, at=at, reference="<a@x>")
    resolve_conversation(matter, by=ada.actor, at=at + HOUR)
    before = shape(matter)
    joined = written(carla, at=at - YEAR, references=("<a@x>",), is_archived=True)
    assert joined == matter
    after = shape(matter)
    assert after[:6] == before[:6]
    assert fresh(matter).opened_at == at - YEAR


def test_nothing_reckons_with_history(carla: Customer, ada: Agent, at: datetime, work: Work) -> None:
    archived = written(carla, at=at - YEAR, reference="<a@x>", is_archived=True)
    work(at)
    assert not ConversationFact.objects.exists()
    assert not TouchpointFact.objects.exists()
    assert not Grade.objects.exists()
    assert not Invitation.objects.exists()
    written(carla, at=at, reference="<b@x>", references=("<a@x>",))
    answer_conversation(archived, text="Gladly.", resolve=True, by=ada.actor, at=at + HOUR)
    work(at + HOUR)
    fact = ConversationFact.objects.get()
    assert fact.opened_ms == at.timestamp() * 1000
    assert (fact.first_reply_ms or 0) - fact.opened_ms == HOUR.total_seconds() * 1000
    assert fact.full_minutes == 60
    assert TouchpointFact.objects.count() == 2
    assert SpellFact.objects.get().turn == "us"


def test_spam_stands_in_no_queue_and_counts_nowhere(carla: Customer, at: datetime, work: Work) -> None:
    conversation = written(carla, at=at, is_spam=True)
    assert fresh(conversation).is_spam()
    assert not Conversation.objects.open().exists()
    assert Conversation.objects.spam().get() == conversation
    assert fresh(conversation).awaits_us_since_at is None
    work(at)
    assert not ConversationFact.objects.exists()
    assert not TouchpointFact.objects.exists()


def test_a_wait_counts_from_the_arrival_of_what_was_no_spam(
    carla: Customer, ada: Agent, at: datetime, work: Work
) -> None:
    conversation = written(carla, at=at, is_spam=True)
    unmark_spam(conversation, by=ada.actor, at=at + 5 * HOUR)
    assert fresh(conversation).awaits_us_since_at == at
    assert fresh(conversation).state == State.OPEN
    work(at + 5 * HOUR)
    assert ConversationFact.objects.get().opened_ms == at.timestamp() * 1000


@pytest.mark.parametrize("state", ["open", "answered", "snoozed", "resolved"])
def test_taken_out_of_spam_it_is_what_it_was(state: str, carla: Customer, ada: Agent, at: datetime, work: Work) -> None:
    conversation = written(carla, at=at)
    if state == "answered":
        answer_conversation(conversation, text="Yes.", by=ada.actor, at=at + HOUR)
    elif state == "snoozed":
        snooze_conversation(conversation, until=at + YEAR, by=ada.actor, at=at + HOUR)
    elif state == "resolved":
        resolve_conversation(conversation, by=ada.actor, at=at + HOUR)
    before = shape(conversation)
    work(at + HOUR)
    facts = list(ConversationFact.objects.values().order_by("conversation"))
    mark_spam(conversation, reason="It sells watches.", by=ada.actor, at=at + 2 * HOUR)
    assert fresh(conversation).is_spam()
    work(at + 2 * HOUR)
    assert not ConversationFact.objects.exists()
    assert not Grade.objects.exists()
    unmark_spam(conversation, by=ada.actor, at=at + 3 * HOUR)
    assert shape(conversation) == before
    work(at + 3 * HOUR)
    again = list(ConversationFact.objects.values().order_by("conversation"))
    assert [{**fact, "id": 0} for fact in again] == [{**fact, "id": 0} for fact in facts]


@pytest.mark.parametrize(("state", "reopened"), [("answered", 0), ("snoozed", 0), ("resolved", 1)])
def test_what_was_written_meanwhile_counts_when_it_was_no_spam(
    state: str, reopened: int, carla: Customer, ada: Agent, at: datetime
) -> None:
    conversation = written(carla, at=at, reference="<a@x>")
    answer_conversation(conversation, text="Yes.", resolve=state == "resolved", by=ada.actor, at=at + HOUR)
    if state == "snoozed":
        snooze_conversation(conversation, until=at + YEAR, by=ada.actor, at=at + HOUR)
    mark_spam(conversation, by=ada.actor, at=at + 2 * HOUR)
    written(carla, at=at + 3 * HOUR, reference="<b@x>", references=("<a@x>",))
    assert fresh(conversation).is_spam()
    unmark_spam(conversation, by=ada.actor, at=at + 4 * HOUR)
    now = fresh(conversation)
    assert (now.state, now.awaits_us_since_at, now.reopen_count) == ("open", at + 3 * HOUR, reopened)


def test_marking_and_unmarking_twice_say_it_once(carla: Customer, ada: Agent, at: datetime) -> None:
    conversation = written(carla, at=at)
    for _time in range(2):
        mark_spam(conversation, by=ada.actor, at=at + HOUR)
    for _time in range(2):
        unmark_spam(conversation, by=ada.actor, at=at + 2 * HOUR)
    kinds = Entry.objects.filter(kind__startswith="spam.").order_by("id").values_list("kind", flat=True)
    assert list(kinds) == ["spam.marked", "spam.unmarked"]
    assert conversation.spam_marks.get().ended_at == at + 2 * HOUR


def test_whoever_is_answered_is_no_spammer(carla: Customer, ada: Agent, at: datetime) -> None:
    conversation = written(carla, at=at, is_spam=True)
    answer_conversation(conversation, text="Yes.", by=ada.actor, at=at + HOUR)
    assert fresh(conversation).state == State.OPEN
    assert Entry.objects.get(kind="conversation.answered").data["waited_ms"] == HOUR.total_seconds() * 1000


def test_spam_is_neither_settled_nor_laid_aside(carla: Customer, ada: Agent, at: datetime) -> None:
    conversation = written(carla, at=at, is_spam=True)
    with pytest.raises(ValidationError, match="out of Spam first"):
        resolve_conversation(conversation, by=ada.actor, at=at + HOUR)
    with pytest.raises(ValidationError, match="out of Spam first"):
        snooze_conversation(conversation, until=at + YEAR, by=ada.actor, at=at + HOUR)


def test_a_question_about_what_turned_out_to_be_spam_is_not_asked(
    carla: Customer, ada: Agent, at: datetime, work: Work
) -> None:
    conversation = written(carla, at=at)
    answer_conversation(conversation, text="Yes.", resolve=True, by=ada.actor, at=at + HOUR)
    work(at + HOUR)
    mark_spam(conversation, by=SYSTEM, at=at + 2 * HOUR)
    work(at + YEAR)
    assert not Invitation.objects.filter(sent_at__isnull=False).exists()


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL knows of an index that it is empty")
def test_no_spam_is_found_without_walking_through_everything(carla: Customer, at: datetime) -> None:
    moments = [{"opened_at": at, "last_touch_at": at + timedelta(minutes=n)} for n in range(100)]
    Conversation.objects.bulk_create(Conversation(customer=carla, channel="email", **each) for each in moments)
    look_at_tables()
    spam = Conversation.objects.filter(state=State.SPAM).order_by("-last_touch_at", "-id")[:50]
    assert "spam_latest (state=?)" in spam.explain()
