"""From a resolution to the letter that asks."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from rung.accounts.models import Agent
from rung.business.verbs import describe_business
from rung.core import clock
from rung.core.actor import SYSTEM
from rung.customers.models import Customer
from rung.customers.verbs import mark_address_failing, meet_customer
from rung.journal.models import Entry
from rung.surveys.errands import send_due_invitations
from rung.surveys.models import Invitation, State
from rung.surveys.reactions import offer_survey
from rung.surveys.tokens import link_token
from rung.surveys.verbs import change_policy, offer_invitation, send_invitation
from rung.touchpoints.incoming import Logged
from rung.touchpoints.models import Conversation, Touchpoint
from rung.touchpoints.verbs import (
    answer_conversation,
    log_touchpoint,
    note_signal,
    reopen_conversation,
    resolve_conversation,
)
from tests.cast import written

HOUR = timedelta(hours=1)
pytestmark = pytest.mark.django_db


def settled(customer: Customer, by: Agent, at: datetime) -> Conversation:
    conversation = written(customer, at=at)
    answer_conversation(conversation, text="It comes on Friday.", resolve=True, by=by.actor, at=at)
    return conversation


def offered(customer: Customer, by: Agent, at: datetime) -> Invitation:
    conversation = settled(customer, by, at)
    return offer_invitation(conversation, resolved_at=at, by=by.actor, at=at)


def run(at: datetime) -> None:
    while send_due_invitations(at=at):
        pass


def facts(kind: str) -> int:
    return Entry.objects.filter(kind=kind).count()


def test_the_customer_is_asked_an_hour_after_the_resolution(ada: Agent, carla: Customer, at: datetime) -> None:
    invitation = offered(carla, ada, at)
    assert (invitation.state, invitation.question, invitation.due_at) == (State.SCHEDULED, "level", at + HOUR)
    run(at + HOUR - timedelta(seconds=1))
    assert not Touchpoint.objects.filter(is_automatic=True).exists()
    run(at + HOUR)
    invitation.refresh_from_db()
    assert (invitation.state, invitation.sent_at) == (State.SENT, at + HOUR)
    letter = Touchpoint.objects.get(is_automatic=True)
    assert invitation.touchpoint == letter
    assert letter.parties["to"] == ["carla@example.org"]
    assert "Thinking of what you expected, which fits best?" in letter.text
    assert letter.text.count("/s/") == letter.html.count("/s/") == 6 + 1  # six answers, and no more questions
    assert facts("survey.offered") == 1
    run(at + 2 * HOUR)
    assert facts("survey.offered") == 1


def test_asking_leaves_the_queue_as_it_was(ada: Agent, carla: Customer, at: datetime) -> None:
    offered(carla, ada, at)
    before = Conversation.objects.values().get()
    run(at + HOUR)
    assert Conversation.objects.values().get() == before


def test_the_reaction_run_twice_invites_once(ada: Agent, carla: Customer) -> None:
    from rung.core import clock

    at = clock.now()
    settled(carla, ada, at)
    entry = Entry.objects.get(kind="conversation.resolved")
    offer_survey(entry.event, entry=entry)
    offer_survey(entry.event, entry=entry)
    assert Invitation.objects.count() == 1


def test_a_resolution_reaches_the_customer_through_the_worker(
    ada: Agent, carla: Customer, work: Callable[..., None]
) -> None:
    from rung.core import clock

    settled(carla, ada, clock.now())
    work()
    work(clock.now() + HOUR)
    assert Invitation.objects.get().state == State.SENT


def test_nobody_is_asked_twice_in_90_days(ada: Agent, carla: Customer, at: datetime) -> None:
    offered(carla, ada, at)
    run(at + HOUR)
    second = offered(carla, ada, at + timedelta(days=89))
    assert (second.state, second.reason) == (State.SKIPPED, "asked_recently")
    assert facts("survey.skipped") == 1
    third = offered(carla, ada, at + timedelta(days=91))
    assert third.state == State.SCHEDULED


def test_one_about_to_be_asked_counts_as_asked(ada: Agent, carla: Customer, at: datetime) -> None:
    offered(carla, ada, at)
    assert offered(carla, ada, at + timedelta(minutes=1)).reason == "asked_recently"


def test_one_not_asked_may_be_asked_next_time(ada: Agent, carla: Customer, at: datetime) -> None:
    first = offered(carla, ada, at)
    reopen_conversation(first.conversation, by=ada.actor, at=at + timedelta(minutes=5))
    run(at + HOUR)
    first.refresh_from_db()
    assert (first.state, first.reason) == (State.SKIPPED, "reopened")
    assert offered(carla, ada, at + 2 * HOUR).state == State.SCHEDULED


def test_a_matter_reopened_and_settled_again_is_asked_about_once(ada: Agent, carla: Customer, at: datetime) -> None:
    first = offered(carla, ada, at)
    conversation = first.conversation
    reopen_conversation(conversation, by=ada.actor, at=at + timedelta(minutes=5))
    run(at + HOUR)
    resolve_conversation(conversation, by=ada.actor, at=at + 2 * HOUR)
    offer_invitation(conversation, resolved_at=at + 2 * HOUR, by=ada.actor, at=at + 2 * HOUR)
    run(at + 3 * HOUR)
    assert sorted(Invitation.objects.values_list("state", flat=True)) == ["sent", "skipped"]


def test_the_day_of_a_complaint_passes_first(ada: Agent, carla: Customer, at: datetime) -> None:
    invitation = offered(carla, ada, at)
    touchpoint = invitation.conversation.touchpoints.filter(direction="in").get()
    note_signal(touchpoint, "complaint", by=ada.actor, at=at)
    run(at + HOUR)
    invitation.refresh_from_db()
    morning = datetime(2026, 3, 11, 9, 0, tzinfo=UTC)
    assert (invitation.state, invitation.due_at) == (State.SCHEDULED, morning)
    run(morning)
    invitation.refresh_from_db()
    assert invitation.state == State.SENT


def test_whoever_has_no_address_is_kept_with_the_reason(ada: Agent, at: datetime) -> None:
    visitor = meet_customer(name="Somebody at the door", by=ada.actor, at=at)
    logged = Logged(channel="visit", direction="in", text="Asked for a table.", occurred_at=at)
    conversation = log_touchpoint(visitor, logged, by=ada.actor, at=at).conversation
    resolve_conversation(conversation, by=ada.actor, at=at)
    invitation = offer_invitation(conversation, resolved_at=at, by=ada.actor, at=at)
    assert (invitation.state, invitation.reason) == (State.SKIPPED, "no_address")


def test_an_address_that_has_begun_to_fail_is_not_written_to(ada: Agent, carla: Customer, at: datetime) -> None:
    invitation = offered(carla, ada, at)
    mark_address_failing(carla, "carla@example.org", reason="no such user", by=SYSTEM, at=at)
    run(at + HOUR)
    invitation.refresh_from_db()
    assert invitation.reason == "no_address"


def test_machines_are_not_asked(ada: Agent, carla: Customer, at: datetime) -> None:
    conversation = written(carla, at=at, is_automatic=True)
    resolve_conversation(conversation, by=ada.actor, at=at)
    assert offer_invitation(conversation, resolved_at=at, by=ada.actor, at=at).reason == "automatic"


def test_what_no_person_resolved_is_not_asked_about(carla: Customer, at: datetime) -> None:
    conversation = written(carla, at=at)
    resolve_conversation(conversation, by=SYSTEM, at=at)
    assert offer_invitation(conversation, resolved_at=at, by=SYSTEM, at=at).reason == "not_by_person"


def test_switched_off_nobody_is_asked(ada: Agent, lin: Agent, carla: Customer, at: datetime) -> None:
    scheduled = offered(carla, ada, at)
    change_policy(is_on=False, delay_minutes=60, level_share=100, by=lin.actor, at=at)
    run(at + HOUR)
    scheduled.refresh_from_db()
    assert scheduled.reason == "off"


def test_the_policy_sets_the_delay_and_the_question(ada: Agent, lin: Agent, carla: Customer, at: datetime) -> None:
    change_policy(is_on=True, delay_minutes=5, level_share=0, by=lin.actor, at=at)
    change_policy(is_on=True, delay_minutes=5, level_share=0, by=lin.actor, at=at)
    invitation = offered(carla, ada, at)
    assert (invitation.question, invitation.due_at) == ("csat", at + timedelta(minutes=5))
    assert facts("survey.policy_changed") == 1
    with pytest.raises(ValidationError):
        change_policy(is_on=True, delay_minutes=5, level_share=101, by=lin.actor, at=at)


def test_a_letter_sent_twice_goes_out_once(ada: Agent, carla: Customer, at: datetime) -> None:
    invitation = offered(carla, ada, at)
    send_invitation(invitation, by=SYSTEM, at=at + HOUR)
    send_invitation(invitation, by=SYSTEM, at=at + HOUR)
    assert Touchpoint.objects.filter(is_automatic=True).count() == 1


def test_how_easy_it_was_is_asked_in_our_name_and_answered_on_its_page(
    ada: Agent, lin: Agent, carla: Customer, client: Client
) -> None:
    at = clock.now() - 25 * HOUR
    describe_business(name="Fennimore", by=lin.actor, at=at)
    change_policy(is_on=True, delay_minutes=60, level_share=0, ease_share=100, by=lin.actor, at=at)
    invitation = offered(carla, ada, at)
    assert (invitation.question, invitation.due_at) == ("ces", at + 24 * HOUR)
    run(at + 23 * HOUR)
    assert not Touchpoint.objects.filter(is_automatic=True).exists()
    run(at + 24 * HOUR)
    letter = Touchpoint.objects.get(is_automatic=True)
    asked = "Fennimore made it easy for me to handle my request."
    assert asked in letter.text
    assert letter.text.count("agree") >= 7
    page = client.get(f"/s/{link_token(invitation.nonce, 6)}").content.decode()
    assert asked in page
    assert page.count('type="radio"') == 7
    assert "6 – agree" in page
