"""Assignment, snooze, resolution, phase, signals and notes: it works, the no-op, the fact, the refusal."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.core.exceptions import ValidationError

from rung.accounts.models import Agent, Team
from rung.core.actor import SYSTEM
from rung.customers.models import Customer
from rung.journal.models import Entry
from rung.touchpoints.access import conversation_for, visible_conversations
from rung.touchpoints.incoming import Logged
from rung.touchpoints.models import Assignment, Conversation, Reading, State
from rung.touchpoints.verbs import (
    assign_conversation,
    end_snooze,
    log_touchpoint,
    mark_read,
    note_signal,
    place_in_phase,
    reopen_conversation,
    resolve_conversation,
    snooze_conversation,
    withdraw_signal,
    write_note,
)
from tests.cast import written

HOUR = timedelta(hours=1)


@pytest.fixture
def conversation(carla: Customer, at: datetime) -> Conversation:
    return written(carla, at=at)


def recorded(kind: str) -> int:
    return Entry.objects.filter(kind=kind).count()


def test_assigning_tells_from_whom_to_whom(conversation: Conversation, ada: Agent, support: Team, at: datetime) -> None:
    assign_conversation(conversation, agent=ada, team=support, by=ada.actor, at=at)
    assign_conversation(conversation, agent=ada, team=support, by=ada.actor, at=at)
    assert recorded("conversation.assigned") == 1
    assign_conversation(conversation, agent=None, team=support, by=ada.actor, at=at)
    last = Entry.objects.filter(kind="conversation.assigned").latest("id").data
    assert (last["agent"], last["from_agent"], last["team"]) == (None, ada.pk, support.pk)
    assert Assignment.objects.count() == 2


def test_two_agents_assigning_at_once_the_later_sees_the_earlier(
    conversation: Conversation, ada: Agent, lin: Agent, at: datetime
) -> None:
    stale = Conversation.objects.get(pk=conversation.pk)
    assign_conversation(conversation, agent=ada, team=None, by=ada.actor, at=at)
    assign_conversation(stale, agent=lin, team=None, by=lin.actor, at=at)
    assert Entry.objects.filter(kind="conversation.assigned").latest("id").data["from_agent"] == ada.pk


def test_resolving_twice_records_one_event(conversation: Conversation, ada: Agent, at: datetime) -> None:
    resolve_conversation(conversation, outcome="partly", by=ada.actor, at=at + HOUR)
    resolve_conversation(conversation, by=ada.actor, at=at + 2 * HOUR)
    assert recorded("conversation.resolved") == 1
    assert conversation.resolved_at == at + HOUR


def test_reopening_remembers_what_was_reopened(conversation: Conversation, ada: Agent, at: datetime) -> None:
    reopen_conversation(conversation, by=ada.actor, at=at)
    assert recorded("conversation.reopened") == 0
    resolve_conversation(conversation, by=ada.actor, at=at + HOUR)
    reopen_conversation(conversation, by=ada.actor, at=at + 2 * HOUR)
    assert conversation.state == State.OPEN
    assert conversation.resolutions.get().reopened_at == at + 2 * HOUR


def test_a_snooze_comes_back_when_its_time_has_come(
    conversation: Conversation, ada: Agent, at: datetime, work: Callable[..., None]
) -> None:
    snooze_conversation(conversation, until=at + 3 * HOUR, by=ada.actor, at=at)
    work(at + 2 * HOUR)
    conversation.refresh_from_db()
    assert conversation.is_snoozed()
    work(at + 3 * HOUR)
    conversation.refresh_from_db()
    assert conversation.state == State.OPEN
    assert recorded("snooze.ended") == 1


def test_a_snooze_into_the_past_is_refused(conversation: Conversation, ada: Agent, at: datetime) -> None:
    with pytest.raises(ValidationError):
        snooze_conversation(conversation, until=at, by=ada.actor, at=at)


def test_snoozing_again_replaces_the_first(conversation: Conversation, ada: Agent, at: datetime) -> None:
    snooze_conversation(conversation, until=at + HOUR, by=ada.actor, at=at)
    snooze_conversation(conversation, until=at + 5 * HOUR, by=ada.actor, at=at)
    assert conversation.snoozes.filter(ended_at__isnull=True).count() == 1
    end_snooze(conversation, by=ada.actor, at=at)
    end_snooze(conversation, by=ada.actor, at=at)
    assert recorded("snooze.ended") == 1


def test_a_resolved_conversation_is_not_snoozed(conversation: Conversation, ada: Agent, at: datetime) -> None:
    resolve_conversation(conversation, by=ada.actor, at=at)
    with pytest.raises(ValidationError):
        snooze_conversation(conversation, until=at + HOUR, by=ada.actor, at=at)


def test_a_phase_is_set_once(conversation: Conversation, ada: Agent, at: datetime) -> None:
    touchpoint = conversation.touchpoints.get()
    place_in_phase(touchpoint, "after", by=ada.actor, at=at)
    place_in_phase(touchpoint, "after", by=ada.actor, at=at)
    assert recorded("touchpoint.phase_set") == 1
    with pytest.raises(ValueError, match="sometime"):
        place_in_phase(touchpoint, "sometime", by=ada.actor, at=at)


def test_a_signal_is_noted_once_and_can_be_taken_back(conversation: Conversation, ada: Agent, at: datetime) -> None:
    touchpoint = conversation.touchpoints.get()
    note_signal(touchpoint, "complaint", by=ada.actor, at=at)
    note_signal(touchpoint, "complaint", by=ada.actor, at=at)
    assert recorded("signal.noted") == 1
    withdraw_signal(touchpoint, "complaint", by=ada.actor, at=at)
    withdraw_signal(touchpoint, "complaint", by=ada.actor, at=at)
    assert recorded("signal.withdrawn") == 1
    note_signal(touchpoint, "complaint", by=ada.actor, at=at)
    assert touchpoint.signals.count() == 2


def test_a_note_is_no_touchpoint(conversation: Conversation, ada: Agent, at: datetime) -> None:
    write_note(conversation, "She sounds tired.\x00", by=ada.actor, at=at)
    assert conversation.notes.get().text == "She sounds tired."
    assert conversation.touchpoints.count() == 1
    with pytest.raises(ValidationError):
        write_note(conversation, "   ", by=ada.actor, at=at)


def test_reading_is_remembered_per_agent(conversation: Conversation, ada: Agent, at: datetime) -> None:
    mark_read(conversation, agent=ada, by=ada.actor, at=at)
    mark_read(conversation, agent=ada, by=ada.actor, at=at + HOUR)
    assert Reading.objects.get().read_at == at + HOUR


def call(at: datetime, *, direction: str = "in", channel: str = "phone", text: str = "Asked for the table") -> Logged:
    return Logged(channel=channel, direction=direction, text=text, occurred_at=at, duration_s=240, place="Workshop")


def test_a_call_answers_whoever_waited(conversation: Conversation, carla: Customer, ada: Agent, at: datetime) -> None:
    touchpoint = log_touchpoint(carla, call(at + HOUR), conversation=conversation, by=ada.actor, at=at + 2 * HOUR)
    conversation.refresh_from_db()
    assert not conversation.awaits_us()
    assert (touchpoint.duration_s, touchpoint.place) == (240, "")
    assert Entry.objects.get(kind="touchpoint.logged").data["waited_ms"] == 3_600_000


def test_a_visit_opens_a_conversation_of_its_own(carla: Customer, ada: Agent, at: datetime) -> None:
    touchpoint = log_touchpoint(carla, call(at, channel="visit"), by=ada.actor, at=at)
    assert touchpoint.place == "Workshop"
    assert touchpoint.conversation.assignee_id == ada.pk
    assert touchpoint.conversation.subject == "Asked for the table"


def test_a_paper_letter_waits_for_an_answer(carla: Customer, ada: Agent, at: datetime) -> None:
    touchpoint = log_touchpoint(carla, call(at, channel="letter"), by=ada.actor, at=at)
    assert touchpoint.conversation.awaits_us_since_at == at


@pytest.mark.parametrize(
    "wrong",
    [{"text": " "}, {"channel": "email"}, {"channel": "pigeon"}],
)
def test_a_bad_entry_is_refused_whole(carla: Customer, ada: Agent, at: datetime, wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        log_touchpoint(carla, call(at, **wrong), by=ada.actor, at=at)
    assert not Conversation.objects.exists()


def test_a_call_tomorrow_is_refused(carla: Customer, ada: Agent, at: datetime) -> None:
    with pytest.raises(ValidationError):
        log_touchpoint(carla, call(at + timedelta(days=1)), by=ada.actor, at=at)


def test_who_sees_what(carla: Customer, ada: Agent, bo: Agent, lin: Agent, support: Team, at: datetime) -> None:
    ours = written(carla, at=at, team=support)
    anybodys = written(carla, at=at + HOUR)
    assert set(visible_conversations(ada)) == {ours, anybodys}
    assert set(visible_conversations(bo)) == {anybodys}
    assert set(visible_conversations(lin)) == {ours, anybodys}
    assign_conversation(ours, agent=bo, team=support, by=SYSTEM, at=at)
    assert conversation_for(bo, ours.pk) == ours
