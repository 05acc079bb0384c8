"""What one of us promised: made, kept, broken, moved, taken back, and undone."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.http import Http404

from rung.accounts.models import Agent, Team
from rung.core.actor import SYSTEM
from rung.customers.models import Customer
from rung.customers.verbs import merge_customers, part_customers
from rung.journal.models import Entry
from rung.promises.access import open_promises, promise_for, promises_to, visible_promises
from rung.promises.models import Due, Promise
from rung.promises.verbs import (
    announce_promises,
    break_promise,
    keep_promise,
    make_promise,
    move_promise,
    reopen_promise,
    unmove_promise,
    withdraw_promise,
)
from rung.touchpoints.models import Conversation
from rung.touchpoints.verbs import (
    answer_conversation,
    merge_conversations,
    part_from_conversation,
    split_conversation,
    take_back_answer,
)
from tests.cast import written

DAY = timedelta(days=1)


@pytest.fixture
def matter(carla: Customer, support: Team, at: datetime) -> Conversation:
    return written(carla, at=at, team=support)


@pytest.fixture
def promise(carla: Customer, matter: Conversation, ada: Agent, at: datetime) -> Promise:
    return make_promise(carla, "send the frame", due_at=at + DAY, conversation=matter, by=ada.actor, at=at)


def facts(promise: Promise) -> list[str]:
    told = Entry.objects.filter(kind__startswith="promise.", data__promise=promise.pk)
    return list(told.order_by("pk").values_list("kind", flat=True))


def test_a_promise_is_open_until_it_ends(promise: Promise, carla: Customer) -> None:
    assert open_promises([carla.pk]) == {carla.pk: [promise]}
    assert facts(promise) == ["promise.made"]


def test_a_promise_is_what_its_conversation_has_due_next(promise: Promise, matter: Conversation) -> None:
    due = Due.objects.get(conversation=matter)
    assert (due.what, due.due_at, due.is_day) == ("promise", promise.due_at, True)


@pytest.mark.parametrize(
    ("what", "days"), [("", 1), ("\u200b", 1), ("call back", 0), ("call back", -1), ("call", 2000)]
)
def test_what_says_nothing_or_is_past_is_no_promise(
    what: str, days: int, carla: Customer, ada: Agent, at: datetime
) -> None:
    with pytest.raises(ValidationError):
        make_promise(carla, what, due_at=at + days * DAY, by=ada.actor, at=at)
    assert not Promise.objects.exists()


def test_kept_in_time_and_kept_late_are_told_apart(promise: Promise, carla: Customer, ada: Agent, at: datetime) -> None:
    other = make_promise(carla, "call back", due_at=at + DAY, by=ada.actor, at=at)
    keep_promise(promise, by=ada.actor, at=at + DAY)
    keep_promise(other, by=ada.actor, at=at + 2 * DAY)
    kept = Entry.objects.filter(kind="promise.kept").order_by("pk").values_list("data__in_time", flat=True)
    assert list(kept) == [True, False]
    assert not Due.objects.exists()


def test_a_promise_ends_once(promise: Promise, ada: Agent, at: datetime) -> None:
    keep_promise(promise, by=ada.actor, at=at)
    keep_promise(promise, by=ada.actor, at=at)
    break_promise(promise, told="sorry", by=ada.actor, at=at)
    withdraw_promise(promise, by=ada.actor, at=at)
    assert facts(promise) == ["promise.made", "promise.kept"]


def test_a_broken_promise_says_what_the_customer_was_told(promise: Promise, ada: Agent, at: datetime) -> None:
    break_promise(promise, told="The frame broke; a new one is on its way.", by=ada.actor, at=at)
    assert Promise.objects.get().told == "The frame broke; a new one is on its way."
    assert facts(promise)[-1] == "promise.broken"


@pytest.mark.parametrize("end", [keep_promise, break_promise, withdraw_promise])
def test_each_end_can_be_undone(end: Callable[..., None], promise: Promise, ada: Agent, at: datetime) -> None:
    end(promise, by=ada.actor, at=at)
    reopen_promise(promise, by=ada.actor, at=at)
    assert Promise.objects.get().is_open()
    assert Due.objects.exists()
    assert facts(promise)[-1] == "promise.reopened"


def test_another_day_is_counted_and_the_first_is_remembered(promise: Promise, ada: Agent, at: datetime) -> None:
    move_promise(promise, due_at=at + 3 * DAY, by=ada.actor, at=at)
    move_promise(promise, due_at=at + 3 * DAY, by=ada.actor, at=at)
    promise.refresh_from_db()
    assert (promise.moved_count, promise.first_due_at, promise.due_at) == (1, at + DAY, at + 3 * DAY)
    assert facts(promise) == ["promise.made", "promise.moved"]
    assert Due.objects.get().due_at == at + 3 * DAY


def test_another_day_can_be_taken_back(promise: Promise, ada: Agent, at: datetime) -> None:
    move_promise(promise, due_at=at + 3 * DAY, is_day=False, by=ada.actor, at=at)
    unmove_promise(promise, by=ada.actor, at=at)
    unmove_promise(promise, by=ada.actor, at=at)
    promise.refresh_from_db()
    assert (promise.moved_count, promise.due_at, promise.is_day) == (0, at + DAY, True)


def test_what_has_ended_gets_no_other_day(promise: Promise, ada: Agent, at: datetime) -> None:
    keep_promise(promise, by=ada.actor, at=at)
    with pytest.raises(ValidationError):
        move_promise(promise, due_at=at + 3 * DAY, by=ada.actor, at=at)


def test_a_promise_is_announced_before_it_and_when_it_has_passed(promise: Promise, at: datetime) -> None:
    for hours in (0, 22, 23, 24, 25, 26):
        announce_promises(by=SYSTEM, at=at + timedelta(hours=hours))
    assert facts(promise) == ["promise.made", "promise.nearing", "promise.due"]
    assert Entry.objects.get(kind="promise.due").occurred_at == promise.due_at


def test_whoever_was_not_there_in_time_is_told_only_that_it_has_passed(promise: Promise, at: datetime) -> None:
    announce_promises(by=SYSTEM, at=at + 9 * DAY)
    assert facts(promise) == ["promise.made", "promise.due"]


def test_a_letter_taken_back_takes_its_promise_with_it(
    matter: Conversation, carla: Customer, ada: Agent, at: datetime, work: Callable[..., None]
) -> None:
    letter = answer_conversation(matter, text="On Friday.", due_at=at + DAY, by=ada.actor, at=at)
    make_promise(carla, "send it", due_at=at + 2 * DAY, conversation=matter, letter=letter.pk, by=ada.actor, at=at)
    kept = make_promise(carla, "call", due_at=at + 2 * DAY, conversation=matter, by=ada.actor, at=at)
    take_back_answer(letter, by=ada.actor, at=at)
    work(at)
    assert list(Promise.objects.open()) == [kept]


def test_a_promise_goes_where_its_conversation_goes_and_comes_back(
    promise: Promise, matter: Conversation, karim: Customer, ada: Agent, at: datetime, work: Callable[..., None]
) -> None:
    other = written(karim, at=at)
    merge_conversations(matter, other, by=ada.actor, at=at)
    work(at)
    promise.refresh_from_db()
    assert promise.conversation_id == other.pk
    assert Due.objects.get().conversation_id == other.pk
    part_from_conversation(matter, by=ada.actor, at=at)
    work(at)
    promise.refresh_from_db()
    assert promise.conversation_id == matter.pk


def test_a_promise_follows_the_letter_it_stands_in(
    matter: Conversation, carla: Customer, ada: Agent, at: datetime, work: Callable[..., None]
) -> None:
    letter = answer_conversation(matter, text="On Friday.", by=ada.actor, at=at)
    made = make_promise(carla, "send it", due_at=at + DAY, conversation=matter, letter=letter.pk, by=ada.actor, at=at)
    new = split_conversation(letter, with_later=True, by=ada.actor, at=at)
    work(at)
    made.refresh_from_db()
    assert made.conversation_id == new.pk


def test_a_promise_is_seen_by_those_who_see_its_conversation(
    promise: Promise, carla: Customer, ada: Agent, bo: Agent, lin: Agent, at: datetime
) -> None:
    loose = make_promise(carla, "call back", due_at=at + 2 * DAY, by=ada.actor, at=at)
    assert set(visible_promises(ada)) == set(visible_promises(lin)) == {promise, loose}
    assert list(visible_promises(bo)) == [loose]
    with pytest.raises(Http404):
        promise_for(bo, promise.pk)
    assert promises_to(carla.pk, ada, limit=5) == [promise, loose]


def test_promises_go_along_when_two_people_turn_out_to_be_one(
    promise: Promise, carla: Customer, karim: Customer, ada: Agent, at: datetime
) -> None:
    merge = merge_customers(karim, carla, by=ada.actor, at=at)
    assert open_promises([karim.pk])[karim.pk] == [promise]
    part_customers(merge, by=ada.actor, at=at)
    assert open_promises([carla.pk])[carla.pk] == [promise]
