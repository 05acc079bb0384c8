"""What is owed by a target of service: begun, met, missed, paused, dropped, owed again; and what letters cost."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rung.accounts.models import Agent, Team
from rung.business.verbs import change_calendar, make_calendar
from rung.core.actor import SYSTEM
from rung.core.clock import epoch_ms
from rung.customers.models import Customer
from rung.journal.models import Entry, Undelivered
from rung.promises.models import Clock, Deadline, Due, Target
from rung.promises.verbs import Aim, announce_deadlines, change_target, end_target, make_target, reckon_deadlines
from rung.touchpoints.models import Conversation
from rung.touchpoints.verbs import (
    answer_conversation,
    assign_conversation,
    mark_spam,
    merge_conversations,
    reopen_conversation,
    resolve_conversation,
    set_priority,
    split_conversation,
    unmark_spam,
)
from tests.cast import written

HOUR = timedelta(hours=1)
Work = Callable[..., None]
OFFICE = [[(time(9), time(17))]] * 5 + [[], []]


@pytest.fixture
def target(db: None, at: datetime) -> Target:
    """First reply in 2 h, next in 4 h, settled in 8 h, around the clock, standing still while it is their turn."""
    aim = Aim(name="Everybody", first_minutes=120, next_minutes=240, resolution_minutes=480, clock=Clock.ALWAYS.value)
    return make_target(aim, by=SYSTEM, at=at - 30 * 24 * HOUR)


@pytest.fixture
def matter(target: Target, carla: Customer, support: Team, at: datetime, work: Work) -> Conversation:
    conversation = written(carla, at=at, team=support)
    work(at)
    return conversation


def owed(kind: str) -> Deadline:
    return Deadline.objects.get(kind=kind)


def told(*kinds: str) -> list[tuple[str, str]]:
    facts = Entry.objects.filter(kind__startswith="deadline.").order_by("pk")
    return [(entry.kind.removeprefix("deadline."), entry.data["owed"]) for entry in facts]


def test_a_letter_begins_a_reply_and_a_settling(matter: Conversation, at: datetime) -> None:
    assert owed("first").due_at == at + 2 * HOUR
    assert owed("resolution").due_at == at + 8 * HOUR
    due = Due.objects.get()
    assert (due.conversation_id, due.what, due.due_at) == (matter.pk, "first", at + 2 * HOUR)
    assert due.near_at == at + 1.5 * HOUR


def test_an_answer_in_time_meets_the_reply_and_stops_the_other_clock(
    matter: Conversation, ada: Agent, support: Team, at: datetime, work: Work
) -> None:
    answer_conversation(matter, text="Soon.", by=ada.actor, at=at + HOUR)
    work(at + HOUR)
    assert (owed("first").met_at, owed("first").missed_at) == (at + HOUR, None)
    assert (owed("resolution").due_at, owed("resolution").paused_at) == (None, at + HOUR)
    assert not Due.objects.exists()
    fact = Entry.objects.get(kind="deadline.met")
    assert (fact.data["due_ms"], fact.data["team"], fact.occurred_at) == (
        epoch_ms(at + 2 * HOUR),
        support.pk,
        at + HOUR,
    )


def test_an_answer_too_late_misses_it_at_the_moment_it_was_due(
    matter: Conversation, ada: Agent, at: datetime, work: Work
) -> None:
    answer_conversation(matter, text="Sorry.", by=ada.actor, at=at + 3 * HOUR)
    work(at + 3 * HOUR)
    assert (owed("first").met_at, owed("first").missed_at) == (at + 3 * HOUR, at + 2 * HOUR)
    assert Entry.objects.get(kind="deadline.missed").occurred_at == at + 2 * HOUR
    assert not Entry.objects.filter(kind="deadline.met").exists()


def test_what_nobody_does_is_announced_and_then_missed_once(matter: Conversation, at: datetime) -> None:
    for hours in (1, 1.5, 1.75, 2, 3):
        announce_deadlines(by=SYSTEM, at=at + hours * HOUR)
    assert told() == [("nearing", "first"), ("missed", "first")]
    assert owed("first").missed_at == at + 2 * HOUR
    assert Due.objects.get().due_at == at + 2 * HOUR  # it is still owed


def test_the_clock_to_the_settling_goes_on_when_they_write_again(
    matter: Conversation, carla: Customer, ada: Agent, at: datetime, work: Work
) -> None:
    answer_conversation(matter, text="Soon.", by=ada.actor, at=at + HOUR)
    written(carla, at=at + 6 * HOUR, conversation=matter.pk)
    work(at + 6 * HOUR)
    assert owed("next").due_at == at + 10 * HOUR
    assert owed("resolution").due_at == at + 13 * HOUR
    assert owed("resolution").pauses == [[epoch_ms(at + HOUR), epoch_ms(at + 6 * HOUR)]]


def test_how_long_the_clock_stood_is_told_when_it_was_done_meanwhile(
    matter: Conversation, ada: Agent, at: datetime, work: Work
) -> None:
    answer_conversation(matter, text="Soon.", by=ada.actor, at=at + HOUR)
    work(at + HOUR)
    resolve_conversation(matter, by=ada.actor, at=at + 30 * HOUR)
    work(at + 30 * HOUR)
    fact = Entry.objects.get(kind="deadline.met", data__owed="resolution")
    assert fact.data["paused_s"] == 29 * 3600
    assert fact.data["due_ms"] == epoch_ms(at + 37 * HOUR)
    assert owed("resolution").pauses == [[epoch_ms(at + HOUR), epoch_ms(at + 30 * HOUR)]]


def test_a_settled_matter_that_is_not_is_owed_again(
    matter: Conversation, carla: Customer, ada: Agent, at: datetime, work: Work
) -> None:
    answer_conversation(matter, text="Done.", resolve=True, by=ada.actor, at=at + HOUR)
    work(at + HOUR)
    assert owed("resolution").met_at == at + HOUR
    written(carla, at=at + 5 * HOUR, conversation=matter.pk)
    work(at + 5 * HOUR)
    assert (owed("resolution").met_at, owed("resolution").due_at) == (None, at + 12 * HOUR)
    assert told()[-1] == ("reopened", "resolution")


def test_what_is_settled_without_a_word_is_owed_no_longer(
    matter: Conversation, ada: Agent, at: datetime, work: Work
) -> None:
    resolve_conversation(matter, by=ada.actor, at=at + HOUR)
    work(at + HOUR)
    assert owed("first").ended_at is not None
    assert sorted(told()) == [("dropped", "first"), ("met", "resolution")]
    reopen_conversation(matter, awaits_us_since_at=at, by=ada.actor, at=at + 1.1 * HOUR)
    work(at + 1.1 * HOUR)
    assert (owed("first").ended_at, owed("first").due_at) == (None, at + 2 * HOUR)


def test_settling_it_after_its_time_does_not_hide_that_nobody_answered(
    matter: Conversation, ada: Agent, at: datetime, work: Work
) -> None:
    resolve_conversation(matter, by=ada.actor, at=at + 3 * HOUR)
    for _again in range(2):
        reckon_deadlines([matter.pk], by=SYSTEM, at=at + 3 * HOUR)
    assert ("missed", "first") in told()
    assert ("dropped", "first") not in told()


def test_nothing_is_owed_under_spam_and_everything_again_behind_it(
    matter: Conversation, ada: Agent, at: datetime, work: Work
) -> None:
    mark_spam(matter, by=ada.actor, at=at)
    work(at)
    assert not Deadline.objects.running().exists()
    assert not Due.objects.exists()
    unmark_spam(matter, by=ada.actor, at=at)
    work(at)
    assert owed("first").due_at == at + 2 * HOUR
    assert owed("first").ended_at is None


def test_what_a_machine_writes_and_what_is_history_owes_nothing(
    target: Target, carla: Customer, karim: Customer, at: datetime, work: Work
) -> None:
    written(carla, at=at, is_automatic=True)
    written(karim, at=at, is_archived=True)
    work(at)
    assert not Deadline.objects.exists()


def test_one_matter_that_joins_another_owes_nothing_of_its_own(
    matter: Conversation, karim: Customer, ada: Agent, at: datetime, work: Work
) -> None:
    other = written(karim, at=at + HOUR)
    work(at + HOUR)
    merge_conversations(matter, other, by=ada.actor, at=at + HOUR)
    work(at + HOUR)
    assert not Deadline.objects.running().filter(conversation=matter).exists()
    # The elder letter counts now.
    assert Deadline.objects.running().get(conversation=other, kind="first").due_at == at + 2 * HOUR


def test_a_letter_that_is_split_off_owes_its_reply_there(
    matter: Conversation, carla: Customer, ada: Agent, at: datetime, work: Work
) -> None:
    written(carla, at=at + HOUR, conversation=matter.pk, text="And another thing.")
    letter = matter.touchpoints.order_by("-pk").first()
    assert letter is not None
    new = split_conversation(letter, by=ada.actor, at=at + HOUR)
    work(at + HOUR)
    assert Deadline.objects.get(conversation=new, kind="first").due_at == at + 3 * HOUR
    assert Deadline.objects.running().get(conversation=matter, kind="first").due_at == at + 2 * HOUR


def test_the_target_that_says_most_closely_whom_it_is_for_counts(
    matter: Conversation, support: Team, billing: Team, ada: Agent, at: datetime, work: Work
) -> None:
    always = Clock.ALWAYS.value
    make_target(Aim(name="Urgent", priority="urgent", first_minutes=30, clock=always), by=SYSTEM, at=at)
    make_target(Aim(name="Billing", team=billing, priority="urgent", first_minutes=60, clock=always), by=SYSTEM, at=at)
    set_priority(matter, "urgent", by=ada.actor, at=at)
    work(at)
    assert owed("first").due_at == at + 0.5 * HOUR
    assert owed("resolution").ended_at is not None  # it aims at no resolution
    assign_conversation(matter, agent=None, team=billing, by=ada.actor, at=at)
    work(at)
    assert owed("first").due_at == at + HOUR


def test_a_new_target_accuses_nobody_of_the_past(carla: Customer, at: datetime, work: Work) -> None:
    written(carla, at=at)
    make_target(Aim(name="New", first_minutes=60, clock=Clock.ALWAYS.value), by=SYSTEM, at=at + HOUR)
    written(carla, at=at + HOUR, reference="<other>", subject="Another matter")
    work(at + HOUR)
    assert [each.begun_at for each in Deadline.objects.all()] == [at + HOUR]


def test_a_letter_of_the_second_in_which_a_target_is_made_counts(carla: Customer, at: datetime, work: Work) -> None:
    aim = Aim(name="New", first_minutes=60, clock=Clock.ALWAYS.value)
    make_target(aim, by=SYSTEM, at=at + timedelta(milliseconds=700))
    written(carla, at=at)
    work(at + timedelta(milliseconds=900))
    assert owed("first").begun_at == at


def test_other_times_move_what_is_open_and_only_that(
    target: Target, matter: Conversation, karim: Customer, ada: Agent, at: datetime, work: Work
) -> None:
    done = written(karim, at=at)
    answer_conversation(done, text="Done.", by=ada.actor, at=at + HOUR)
    work(at + HOUR)
    before = Deadline.objects.get(conversation=done, kind="first").due_at
    change_target(target, Aim(**Aim.of(target).said | {"first_minutes": 300}), by=SYSTEM, at=at + HOUR)
    work(at + HOUR)
    assert Deadline.objects.get(conversation=matter, kind="first").due_at == at + 5 * HOUR
    assert Deadline.objects.get(conversation=done, kind="first").due_at == before


def test_other_working_hours_move_what_is_open(carla: Customer, support: Team, at: datetime, work: Work) -> None:
    make_target(Aim(name="Office", first_minutes=600, clock=Clock.TEAM.value), by=SYSTEM, at=at)
    said = {"time_zone": "UTC", "week": OFFICE, "holidays": {}, "teams": [support]}
    calendar = make_calendar("Office", **said, by=SYSTEM, at=at)
    written(carla, at=at, team=support)
    work(at)
    assert owed("first").due_at == at + 26 * HOUR  # eight hours today, two tomorrow
    holiday = {**said, "holidays": {date(2026, 3, 11): "Moving"}}
    change_calendar(calendar, name="Office", **holiday, by=SYSTEM, at=at)
    work(at)
    assert owed("first").due_at == at + 50 * HOUR


def test_a_team_without_a_calendar_works_around_the_clock(carla: Customer, at: datetime, work: Work) -> None:
    make_target(Aim(name="Office", first_minutes=600, clock=Clock.TEAM.value), by=SYSTEM, at=at)
    written(carla, at=at)
    work(at)
    assert owed("first").due_at == at + 10 * HOUR


def test_a_target_that_ends_takes_what_is_open_with_it(
    target: Target, matter: Conversation, at: datetime, work: Work
) -> None:
    end_target(target, by=SYSTEM, at=at)
    end_target(target, by=SYSTEM, at=at)
    work(at)
    assert not Deadline.objects.running().exists()
    assert not Due.objects.exists()
    assert sorted(told()) == [("dropped", "first"), ("dropped", "resolution")]


@pytest.mark.parametrize(
    "said",
    [
        {"name": ""},
        {"first_minutes": None},
        {"first_minutes": 0},
        {"first_minutes": 10**7},
        {"priority": "whatever"},
        {"channel": "pigeon"},
        {"clock": "calendar"},
    ],
)
def test_a_target_that_aims_at_nothing_is_none(said: dict[str, object], db: None, at: datetime) -> None:
    with pytest.raises(ValidationError):
        make_target(Aim(**{"name": "Everybody", "first_minutes": 60} | said), by=SYSTEM, at=at)  # type: ignore[arg-type]  # what is wrong is the point


def statements_of(conversations: list[int], at: datetime) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        reckon_deadlines(conversations, by=SYSTEM, at=at)
    return len([q for q in captured if not q["sql"].startswith(("SAVEPOINT", "RELEASE"))])


def test_letters_cost_one_statement_where_there_is_no_target(carla: Customer, at: datetime, db: None) -> None:
    numbers = [written(carla, at=at + n * HOUR, subject=f"Matter {n}").pk for n in range(5)]
    assert statements_of(numbers, at) == 1


def test_many_letters_cost_what_one_does(
    target: Target, carla: Customer, support: Team, at: datetime, work: Work
) -> None:
    one = [written(carla, at=at, team=support).pk]
    many = [written(carla, at=at + n * HOUR, team=support, subject=f"Matter {n}").pk for n in range(1, 21)]
    Undelivered.objects.all().delete()
    first = statements_of(one, at)
    assert statements_of(many, at) <= first
    assert first <= 12
    assert Deadline.objects.filter(kind="first").count() == 21
