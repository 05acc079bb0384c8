"""What has been put together, parted, split and merged counts once, and as what it is."""

import pytest

from rung.accounts.models import Team
from rung.core.actor import SYSTEM
from rung.core.clock import epoch_ms
from rung.customers.verbs import merge_customers, part_customers
from rung.insight.models import ConversationFact, OrderFact, PromiseFact, SpellFact, TouchpointFact
from rung.promises.verbs import Aim, keep_promise, make_promise, make_target
from rung.touchpoints.incoming import Logged
from rung.touchpoints.verbs import (
    answer_conversation,
    log_touchpoint,
    mark_spam,
    merge_conversations,
    note_signal,
    part_from_conversation,
    place_in_phase,
    split_conversation,
    start_conversation,
    take_back_answer,
    unmark_spam,
    unsplit_conversation,
    withdraw_signal,
)
from tests.cast import written
from tests.insight.conftest import Story


def test_what_was_split_off_the_other_does_not_come_back_with_the_parting(story: Story) -> None:
    one, other = story.writes(story.person(), 1), story.writes(story.person(), 1.1)
    first = story.first(one)
    merge_conversations(one, other, by=story.agent.actor, at=story.moment(2))
    first.refresh_from_db()
    new = split_conversation(first, by=story.agent.actor, at=story.moment(3))
    one.refresh_from_db()
    part_from_conversation(one, by=story.agent.actor, at=story.moment(4))
    story.folded(5)
    assert TouchpointFact.objects.get(pk=first.pk).conversation == new.pk
    assert set(ConversationFact.objects.values_list("pk", flat=True)) == {other.pk, new.pk}


def test_what_went_on_with_the_other_into_a_third_stays_there(story: Story) -> None:
    one, other, third = (story.writes(story.person(), 1 + n / 10) for n in range(3))
    first = story.first(one)
    merge_conversations(one, other, by=story.agent.actor, at=story.moment(2))
    merge_conversations(other, third, by=story.agent.actor, at=story.moment(3))
    one.refresh_from_db()
    part_from_conversation(one, by=story.agent.actor, at=story.moment(4))
    story.folded(5)
    assert TouchpointFact.objects.get(pk=first.pk).conversation == third.pk
    assert ConversationFact.objects.count() == 1
    other.refresh_from_db()
    part_from_conversation(other, by=story.agent.actor, at=story.moment(6))
    story.folded(7)
    assert TouchpointFact.objects.get(pk=first.pk).conversation == other.pk


def test_what_was_said_of_a_letter_elsewhere_holds_where_it_came_home(story: Story) -> None:
    by = story.agent.actor
    parted, split, into = (story.writes(story.person(), 1) for _ in range(3))
    story.writes_again(split, 1.5)
    moved, split_off = story.first(parted), story.first(split)
    story.signal(parted, "complaint", 1.1)
    note_signal(split_off, "complaint", by=by, at=story.moment(1.6))
    merge_conversations(parted, into, by=by, at=story.moment(2))
    new = split_conversation(split_off, by=by, at=story.moment(2))
    for touchpoint in (moved, split_off):
        touchpoint.refresh_from_db()
        withdraw_signal(touchpoint, "complaint", by=by, at=story.moment(3))
        note_signal(touchpoint, "value_demand", by=by, at=story.moment(3))
        place_in_phase(touchpoint, "after", by=by, at=story.moment(3))
    parted.refresh_from_db()
    part_from_conversation(parted, by=by, at=story.moment(4))
    unsplit_conversation(new, by=by, at=story.moment(4))
    assert story.result("complaint_escalation_rate", 0, 10, now=60).headline.n == 0
    assert story.result("failure_demand", 0, 10, now=60).headline.n == 2
    phases = TouchpointFact.objects.filter(pk__in=(moved.pk, split_off.pk)).values_list("phase", flat=True)
    assert [*phases] == ["after", "after"]


def test_a_complaint_in_imported_history_counts_nowhere(story: Story) -> None:
    conversation = written(story.person(), at=story.moment(1), is_archived=True)
    story.writes_again(conversation, 20)
    note_signal(story.first(conversation), "complaint", by=story.agent.actor, at=story.moment(21))
    assert story.result("complaint_escalation_rate", 0, 30, now=80).headline.n == 0


def test_a_call_of_ours_is_a_contact_wherever_it_stands(story: Story) -> None:
    called = Logged(channel="phone", direction="out", text="We called.", occurred_at=story.moment(1.5))
    apart, other = story.writes(story.person(), 1), story.writes(story.person(), 1)
    for conversation in (apart, other):
        log_touchpoint(
            conversation.customer, called, conversation=conversation, by=story.agent.actor, at=story.moment(1.5)
        )
    call = apart.touchpoints.get(channel="phone")
    split_conversation(call, by=story.agent.actor, at=story.moment(2))
    into = story.writes(other.customer, 1.05)
    merge_conversations(other, into, by=story.agent.actor, at=story.moment(2))
    story.folded(3)
    assert TouchpointFact.objects.filter(channel="phone", is_contact=1).count() == 2
    assert ConversationFact.objects.get(pk=into.pk).contacts == 3


def test_a_letter_that_never_left_is_no_reply_where_its_conversation_went(story: Story) -> None:
    asked, into = (story.writes(story.person(), 1) for _ in range(2))
    letter = answer_conversation(
        asked, text="Tomorrow.", due_at=story.moment(2), by=story.agent.actor, at=story.moment(1.2)
    )
    merge_conversations(asked, into, by=story.agent.actor, at=story.moment(1.3))
    letter.refresh_from_db()
    take_back_answer(letter, by=story.agent.actor, at=story.moment(1.4))
    story.folded(5)
    fact = ConversationFact.objects.get(pk=into.pk)
    assert (fact.first_reply_ms, fact.customer_ms) == (None, 0)
    assert not TouchpointFact.objects.filter(pk=letter.pk).exists()


def test_a_settling_before_the_first_word_left_settles_nothing(story: Story) -> None:
    conversation = story.writes(story.person(), 1)
    story.answer(conversation, 1.5, resolve=True)
    story.writes_again(conversation, 4)
    first, reply, _again = conversation.touchpoints.order_by("occurred_at")
    new = split_conversation(first, by=story.agent.actor, at=story.moment(4.1))
    reply.refresh_from_db()
    merge_conversations(
        split_conversation(reply, by=story.agent.actor, at=story.moment(4.2)),
        new,
        by=story.agent.actor,
        at=story.moment(4.3),
    )
    planned = start_conversation(
        story.person(), subject="News", text="Soon.", due_at=story.moment(3), by=story.agent.actor, at=story.moment(2)
    )
    story.resolve(planned.conversation, 2.5)
    story.folded(6)
    left = ConversationFact.objects.get(pk=conversation.pk)
    assert (left.opened_ms, left.first_minutes, left.reopen_count, left.us_ms) == (
        epoch_ms(story.moment(4)),
        None,
        0,
        0,
    )
    begun = ConversationFact.objects.get(pk=planned.conversation_id)
    assert (begun.opened_by, begun.first_minutes, begun.us_ms) == ("us", None, 0)
    assert not SpellFact.objects.filter(began_ms__lt=epoch_ms(story.start)).exists()


def test_promises_stand_where_their_conversation_went(story: Story, support: Team, billing: Team) -> None:
    made, into = story.writes(story.person(), 1, team=support), story.writes(story.person(), 1, team=billing)
    make_promise(
        made.customer, "A table", due_at=story.moment(3), conversation=made, by=story.agent.actor, at=story.moment(1.1)
    )
    merge_conversations(made, into, by=story.agent.actor, at=story.moment(2))

    def stands() -> list[tuple[int, int]]:
        story.folded(5)
        return list(PromiseFact.objects.values_list("conversation", "team"))

    assert stands() == [(into.pk, billing.pk)]
    made.refresh_from_db()
    part_from_conversation(made, by=story.agent.actor, at=story.moment(2.5))
    assert stands() == [(made.pk, support.pk)]
    mark_spam(made, by=story.agent.actor, at=story.moment(2.6))
    assert stands() == []
    made.refresh_from_db()
    unmark_spam(made, by=story.agent.actor, at=story.moment(2.7))
    assert stands() == [(made.pk, support.pk)]


def test_a_promise_kept_to_somebody_merged_since_is_kept(story: Story) -> None:
    kept, merged = story.person(), story.person()
    promise = make_promise(merged, "A table", due_at=story.moment(5), by=story.agent.actor, at=story.moment(1))
    story.folded(1.5)
    merge_customers(kept, merged, by=story.agent.actor, at=story.moment(2))
    story.folded(2.5)
    promise.refresh_from_db()
    keep_promise(promise, by=story.agent.actor, at=story.moment(3))
    result = story.result("promise_kept_rate", 0, 10, now=20)
    assert (result.headline.count, result.headline.n) == (1, 1)
    assert PromiseFact.objects.get().customer == kept.pk


def test_whom_we_merged_before_goes_along_with_the_next_merge(story: Story) -> None:
    by = story.agent.actor
    first, second, third = (story.person() for _ in range(3))
    conversation = story.writes(first, 1)
    story.order(first, 1)
    merge_customers(second, first, by=by, at=story.moment(2))
    story.folded(2.5)
    merge = merge_customers(third, second, by=by, at=story.moment(3))

    def whose() -> set[int]:
        story.folded(5)
        return {ConversationFact.objects.get(pk=conversation.pk).customer, OrderFact.objects.get().customer}

    assert whose() == {third.pk}
    part_customers(merge, by=by, at=story.moment(4))
    assert whose() == {second.pk}


@pytest.mark.parametrize("late", [False, True])
def test_what_was_taken_up_again_and_missed_is_missed_however_late_it_is_reckoned(story: Story, late: bool) -> None:
    aim = Aim(name="A day", resolution_minutes=1440, clock="always", pauses=False)
    make_target(aim, by=SYSTEM, at=story.start)
    conversation = story.writes(story.person(), 1)
    story.work(at=story.moment(1))
    story.answer(conversation, 1.5, resolve=True)
    story.work(at=story.moment(1.6))
    story.reopen(conversation, 2)
    if not late:
        story.work(at=story.moment(2.1))
    result = story.result("sla_attainment", 0, 10, now=9)
    assert (result.headline.count, result.headline.n) == (0, 1)


def test_what_was_met_counts_again_once_its_spam_is_taken_back(story: Story) -> None:
    make_target(Aim(name="A day", first_minutes=1440, clock="always"), by=SYSTEM, at=story.start)
    conversation = story.writes(story.person(), 1)
    story.answer(conversation, 1.5)
    story.work(at=story.moment(2))
    for verb, days in ((mark_spam, 3), (unmark_spam, 4)):
        conversation.refresh_from_db()
        verb(conversation, by=story.agent.actor, at=story.moment(days))
        story.work(at=story.moment(days))
    result = story.result("sla_attainment", 0, 10, now=9)
    assert (result.headline.count, result.headline.n) == (1, 1)
