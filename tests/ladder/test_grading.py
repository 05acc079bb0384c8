"""Grading from the journal: through the product's own verbs, reactions and errands."""

from datetime import timedelta

import pytest
from django.core.management import call_command

from rung.core.actor import SYSTEM
from rung.customers.verbs import place_order
from rung.journal.models import Undelivered
from rung.ladder.models import Expectation, Grade, Regrade
from rung.ladder.verbs import grade_customers, mark_stale
from rung.touchpoints.incoming import Logged
from rung.touchpoints.verbs import (
    answer_conversation,
    assign_conversation,
    give_notice,
    log_touchpoint,
    note_signal,
    place_in_phase,
    resolve_conversation,
    start_conversation,
    withdraw_signal,
)
from tests.cast import written

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def answered(carla, ada, support, at):
    conversation = written(carla, at=at, team=support)
    touchpoint = answer_conversation(conversation, text="On its way.", by=ada.actor, at=at + 2 * HOUR)
    return conversation, touchpoint


def kinds(grade: Grade) -> dict[str, float]:
    return {item["kind"]: item["value"] for item in grade.parts["evidence"]}


def test_an_answer_is_graded_by_the_worker(answered, graded, at):
    _, touchpoint = answered
    graded(at + 3 * HOUR)
    grade = Grade.objects.get()
    assert grade.touchpoint_id == touchpoint.pk
    assert grade.parts["facts"]["wait_s"] == 7200
    assert grade.parts["facts"]["expected_wait_s"] == pytest.approx(8 * 3600)
    assert not Regrade.objects.exists()
    assert Expectation.objects.get().due_at == at + 2 * HOUR + 7 * DAY


def test_without_evidence_no_level_is_stated(answered, graded, at):
    graded(at + 3 * HOUR)
    grade = Grade.objects.get()
    assert grade.evidence_count == 0
    assert not grade.is_stated


def test_a_letter_coming_in_costs_the_ladder_nothing(carla, ada, at, graded):
    conversation = written(carla, at=at)
    assert not Undelivered.objects.filter(entry__kind="touchpoint.received").exists() or not _reacts_to_letters()
    graded(at)
    assert not Regrade.objects.exists()
    assert conversation.touch_count == 1


def _reacts_to_letters() -> bool:
    from rung.journal.reacting import reactions_to

    return any(reaction.__module__.startswith("rung.ladder") for reaction in reactions_to("touchpoint.received"))


def test_the_parts_sum_to_the_mean(answered, graded, surveyed, carla, at):
    surveyed(carla, answered[0], at=at + DAY, value=2)
    graded(at + 9 * DAY)
    parts = Grade.objects.get().parts
    total = sum(parts["causes"].values()) + parts["expectation"] + sum(item["part"] for item in parts["evidence"])
    assert total == pytest.approx(Grade.objects.get().mean, abs=0.001)


def test_a_survey_answer_moves_the_level(answered, graded, surveyed, carla, at):
    surveyed(carla, answered[0], at=at + DAY, value=5)
    graded(at + DAY)
    grade = Grade.objects.get()
    assert grade.is_stated
    assert grade.level in (4, 5)
    assert kinds(grade)["level"] == 5
    assert grade.level_low <= grade.level <= grade.level_high


def test_a_changed_answer_replaces_the_first(answered, graded, surveyed, carla, at):
    surveyed(carla, answered[0], at=at + DAY, value=5)
    surveyed(carla, answered[0], at=at + 2 * DAY, value=1)
    graded(at + 2 * DAY)
    assert kinds(Grade.objects.get())["level"] == 1
    assert Grade.objects.get().level <= 2


def test_silence_speaks_only_after_a_week(answered, graded, at):
    graded(at + 6 * DAY)
    assert kinds(Grade.objects.get()) == {}
    graded(at + 2 * HOUR + 7 * DAY)
    assert kinds(Grade.objects.get()) == {"complaint": 0, "escalation": 0}
    assert Expectation.objects.get().due_at is None


def test_writing_again_without_complaint_speaks_at_once(answered, carla, ada, graded, at):
    conversation, first = answered
    written(carla, at=at + DAY, conversation=conversation.pk)
    answer_conversation(conversation, text="Tuesday.", by=ada.actor, at=at + DAY + HOUR)
    graded(at + DAY + HOUR)
    assert kinds(Grade.objects.get(touchpoint=first)) == {"complaint": 0, "escalation": 0}
    assert Grade.objects.count() == 2


def test_a_complaint_belongs_to_the_service_before_it(answered, carla, ada, graded, at):
    conversation, first = answered
    written(carla, at=at + DAY, conversation=conversation.pk)
    angry = conversation.touchpoints.order_by("-pk")[0]
    note_signal(angry, "complaint", by=ada.actor, at=at + DAY)
    second = answer_conversation(conversation, text="Sorry.", by=ada.actor, at=at + DAY + HOUR)
    graded(at + DAY + HOUR)
    assert kinds(Grade.objects.get(touchpoint=first))["complaint"] == 1
    assert "complaint" not in kinds(Grade.objects.get(touchpoint=second))
    withdraw_signal(angry, "complaint", by=ada.actor, at=at + DAY + 2 * HOUR)
    graded(at + DAY + 2 * HOUR)
    assert kinds(Grade.objects.get(touchpoint=first))["complaint"] == 0


def test_a_complaint_in_a_first_letter_belongs_to_the_turn_it_opens(carla, ada, graded, at):
    conversation = written(carla, at=at)
    note_signal(conversation.touchpoints.get(), "complaint", by=ada.actor, at=at)
    answer = answer_conversation(conversation, text="Sorry.", by=ada.actor, at=at + HOUR)
    graded(at + HOUR)
    assert kinds(Grade.objects.get(touchpoint=answer))["complaint"] == 1


@pytest.mark.parametrize(("days", "reaches_back"), [(80, True), (100, False)])
def test_a_complaint_in_an_opening_letter_reaches_back_ninety_days(
    answered, carla, ada, graded, at, days, reaches_back
):
    later = at + 2 * HOUR + days * DAY
    conversation = written(carla, at=later, reference="<second@example.org>")
    note_signal(conversation.touchpoints.get(), "complaint", by=ada.actor, at=later)
    answer = answer_conversation(conversation, text="Sorry.", by=ada.actor, at=later + HOUR)
    graded(later + HOUR)
    assert (kinds(Grade.objects.get(touchpoint=answered[1])).get("complaint") == 1) is reaches_back
    assert (kinds(Grade.objects.get(touchpoint=answer)).get("complaint") == 1) is not reaches_back


def test_a_second_answer_in_a_row_belongs_to_the_first(answered, ada, graded, at):
    conversation, first = answered
    answer_conversation(conversation, text="One more thing.", by=ada.actor, at=at + 3 * HOUR)
    graded(at + 3 * HOUR)
    assert Grade.objects.get().touchpoint_id == first.pk


def test_the_wait_runs_from_the_first_unanswered_letter(carla, ada, graded, at):
    conversation = written(carla, at=at)
    written(carla, at=at + 3 * HOUR, conversation=conversation.pk)
    answer_conversation(conversation, text="Here.", by=ada.actor, at=at + 5 * HOUR)
    graded(at + 5 * HOUR)
    assert Grade.objects.get().parts["facts"]["wait_s"] == 5 * 3600


def test_the_expected_wait_learns_from_this_customers_own_waits(carla, ada, graded, at):
    conversation = written(carla, at=at)
    answer_conversation(conversation, text="a", by=ada.actor, at=at + HOUR)
    written(carla, at=at + DAY, conversation=conversation.pk)
    second = answer_conversation(conversation, text="b", by=ada.actor, at=at + DAY + HOUR)
    graded(at + DAY + HOUR)
    facts = Grade.objects.get(touchpoint=second).parts["facts"]
    assert facts["expected_wait_s"] == pytest.approx((8 * 3600 * 3600) ** 0.5)
    assert facts["known"] is True


def test_a_transfer_while_the_customer_waits_counts(carla, ada, bo, support, billing, graded, at):
    conversation = written(carla, at=at, team=support)
    assign_conversation(conversation, agent=ada, team=support, by=ada.actor, at=at + MINUTE)
    assign_conversation(conversation, agent=bo, team=billing, by=ada.actor, at=at + 2 * MINUTE)
    answer_conversation(conversation, text="Hello", by=bo.actor, at=at + HOUR)
    graded(at + HOUR)
    grade = Grade.objects.get()
    assert grade.parts["facts"]["transfers"] == 1
    assert grade.team_id == billing.pk
    assert grade.parts["causes"]["transfers"] == pytest.approx(-0.3 * 0.4)


def test_a_reopened_matter_counts_but_a_thank_you_does_not(answered, carla, ada, graded, at):
    conversation, _ = answered
    resolve_conversation(conversation, by=ada.actor, at=at + 3 * HOUR)
    written(carla, at=at + DAY, conversation=conversation.pk)
    back = conversation.touchpoints.order_by("-pk")[0]
    conversation.refresh_from_db()
    second = answer_conversation(conversation, text="Sorry.", by=ada.actor, at=at + DAY + HOUR)
    graded(at + DAY + HOUR)
    assert Grade.objects.get(touchpoint=second).parts["facts"]["reopened"] is True
    note_signal(back, "thanks", by=ada.actor, at=at + DAY + 2 * HOUR)
    graded(at + DAY + 2 * HOUR)
    assert Grade.objects.get(touchpoint=second).parts["facts"]["reopened"] is False


def test_writing_first_is_proactive_and_has_no_wait(carla, ada, graded, at):
    touchpoint = start_conversation(carla, subject="Delay", text="It will be late.", by=ada.actor, at=at)
    graded(at)
    grade = Grade.objects.get()
    assert grade.touchpoint_id == touchpoint.pk
    assert grade.parts["facts"]["proactive"] is True
    assert grade.parts["facts"]["wait_s"] is None
    assert grade.parts["causes"]["wait"] == 0
    assert grade.parts["causes"]["proactive"] == pytest.approx(0.4)


def test_a_call_is_an_episode_of_its_own(carla, ada, graded, at):
    logged = Logged(channel="phone", direction="in", text="Asked for a date.", occurred_at=at)
    touchpoint = log_touchpoint(carla, logged, by=ada.actor, at=at + MINUTE)
    graded(at + HOUR)
    grade = Grade.objects.get()
    assert grade.touchpoint_id == touchpoint.pk
    assert (grade.channel, grade.occurred_at) == ("phone", at)
    assert grade.parts["causes"]["wait"] == 0


def test_a_question_resolved_without_an_answer_is_an_episode(carla, ada, graded, at):
    conversation = written(carla, at=at)
    resolve_conversation(conversation, by=ada.actor, at=at + DAY)
    graded(at + DAY)
    assert Grade.objects.get().touchpoint_id == conversation.touchpoints.get().pk


def test_a_thank_you_resolved_without_an_answer_is_not(answered, carla, ada, graded, at):
    conversation, first = answered
    written(carla, at=at + DAY, conversation=conversation.pk)
    note_signal(conversation.touchpoints.order_by("-pk")[0], "thanks", by=ada.actor, at=at + DAY)
    resolve_conversation(conversation, by=ada.actor, at=at + DAY)
    graded(at + DAY)
    grade = Grade.objects.get()
    assert grade.touchpoint_id == first.pk
    assert kinds(grade)["thanks"] == 1


def test_automatic_letters_and_notices_are_no_episodes(answered, carla, ada, graded, at):
    conversation, first = answered
    written(carla, at=at + 3 * HOUR, conversation=conversation.pk, is_automatic=True)
    give_notice(conversation, customer=carla, subject="How was it?", text="…", by=SYSTEM, at=at + 4 * HOUR)
    resolve_conversation(conversation, by=ada.actor, at=at + 5 * HOUR)
    graded(at + 5 * HOUR)
    assert Grade.objects.get().touchpoint_id == first.pk


def test_referrals_are_missed_only_where_they_are_gathered(answered, carla, karim, ada, graded, at):
    graded(at + 8 * DAY)
    assert "referral" not in kinds(Grade.objects.get())
    other = written(karim, at=at + 8 * DAY)
    note_signal(other.touchpoints.get(), "referral", by=ada.actor, at=at + 8 * DAY)
    graded(at + 8 * DAY)
    assert kinds(Grade.objects.get(customer=carla))["referral"] == 0
    withdraw_signal(other.touchpoints.get(), "referral", by=ada.actor, at=at + 9 * DAY)
    graded(at + 9 * DAY)
    assert "referral" not in kinds(Grade.objects.get(customer=carla))


def test_coming_back_counts_for_those_who_used_to(answered, carla, graded, at):
    for number, days in enumerate((-60, -30)):
        place_order(
            carla, number=f"A{number}", title="Chair", amount_cents=100, currency="EUR",
            placed_at=at + days * DAY, state="completed", by=SYSTEM, at=at,
        )  # fmt: skip
    graded(at + 10 * DAY)
    assert Expectation.objects.get().due_at == at + 2 * HOUR + 90 * DAY
    graded(at + 91 * DAY)
    assert kinds(Grade.objects.get())["returned"] == 0


def test_a_phase_set_by_hand_is_kept(answered, ada, graded, at):
    place_in_phase(answered[1], "after", by=ada.actor, at=at + 3 * HOUR)
    graded(at + 3 * HOUR)
    assert Grade.objects.get().phase == "after"


def test_expectation_rises_with_delight_and_lowers_the_next_level(carla, ada, surveyed, graded, at):
    day = at
    for number in range(4):
        conversation = written(carla, at=day, reference=f"<{number}@example.org>")
        answer_conversation(conversation, text="Done.", by=ada.actor, at=day + HOUR)
        surveyed(carla, conversation, at=day + DAY, value=6, invitation=number)
        day += 30 * DAY
    graded(day)
    expected = list(Grade.objects.order_by("occurred_at").values_list("expected", flat=True))
    assert expected[0] == 0
    assert Expectation.objects.get().episodes == 4
    assert Expectation.objects.get().relationship > 0


def test_doing_it_twice_changes_nothing(answered, carla, surveyed, at):
    surveyed(carla, answered[0], at=at + DAY, value=2)
    grade_customers([carla.pk], by=SYSTEM, at=at + DAY)
    before = list(Grade.objects.order_by("pk").values())
    grade_customers([carla.pk], by=SYSTEM, at=at + DAY)
    assert list(Grade.objects.order_by("pk").values()) == before


def test_all_of_it_comes_back_from_the_journal(answered, carla, surveyed, graded, at, monkeypatch, capsys):
    surveyed(carla, answered[0], at=at + DAY, value=2)
    graded(at + DAY)
    before = list(Grade.objects.order_by("pk").values_list("touchpoint", "mean", "parts"))
    Grade.objects.all().delete()
    Expectation.objects.all().delete()
    monkeypatch.setattr("rung.core.clock.now", lambda: at + DAY)
    call_command("regrade")
    assert list(Grade.objects.order_by("pk").values_list("touchpoint", "mean", "parts")) == before
    assert Expectation.objects.get().customer_id == carla.pk
    assert "1 touchpoints graded" in capsys.readouterr().out


def test_a_grade_whose_episode_is_gone_goes_too(answered, carla, graded, at):
    graded(at + DAY)
    stray = answered[0].touchpoints.order_by("pk")[0]
    grade = Grade.objects.get()
    grade.pk, grade.touchpoint = None, stray
    grade.save(force_insert=True)
    grade_customers([carla.pk], by=SYSTEM, at=at + DAY)
    assert Grade.objects.get().touchpoint_id == answered[1].pk


def test_marking_twice_keeps_one_row(carla, at):
    mark_stale([carla.pk, carla.pk], by=SYSTEM, at=at)
    mark_stale([carla.pk], by=SYSTEM, at=at + HOUR)
    assert Regrade.objects.get().asked_at == at + HOUR


def test_grading_asks_the_same_number_of_queries_for_one_and_for_many(
    answered, carla, karim, ada, at, django_assert_max_num_queries
):
    conversation = written(karim, at=at)
    answer_conversation(conversation, text="Hello", by=ada.actor, at=at + HOUR)
    with django_assert_max_num_queries(14):
        grade_customers([carla.pk, karim.pk], by=SYSTEM, at=at + DAY)
