from datetime import datetime, timedelta

import pytest

from rung.accounts.models import Agent, Team
from rung.core.actor import SYSTEM
from rung.customers.models import Customer
from rung.customers.verbs import place_order
from rung.journal.models import Entry
from rung.touchpoints.incoming import Incoming
from rung.touchpoints.models import Conversation, State, Touchpoint
from rung.touchpoints.verbs import answer_conversation, receive_touchpoint, resolve_conversation, snooze_conversation
from tests.cast import written

HOUR = timedelta(hours=1)


def kinds() -> list[str]:
    return list(Entry.objects.exclude(kind__startswith="customer.").order_by("id").values_list("kind", flat=True))


@pytest.fixture(autouse=True)
def nobody_here(db: None) -> None: ...


def test_it_opens_a_conversation_that_waits_for_us(carla: Customer, at: datetime) -> None:
    conversation = written(carla, at=at)
    conversation.refresh_from_db()
    assert conversation.customer == carla
    assert conversation.state == State.OPEN
    assert conversation.awaits_us_since_at == at
    assert conversation.touch_count == 1
    assert conversation.last_snippet == "It was promised for Monday."
    assert kinds() == ["conversation.opened", "touchpoint.received"]


def test_the_same_letter_twice_changes_nothing(carla: Customer, at: datetime) -> None:
    first = written(carla, at=at, reference="<a@example.org>")
    before = Entry.objects.count()
    again = written(carla, at=at + HOUR, reference="<a@example.org>")
    assert again == first
    assert Touchpoint.objects.count() == 1
    assert Entry.objects.count() == before


def test_what_a_fast_clock_dates_into_the_future_happened_when_it_came(carla: Customer, at: datetime) -> None:
    ahead = Incoming(
        channel="email",
        reference="<fast@example.org>",
        subject="Tomorrow",
        text="It is late.",
        occurred_at=at + 26 * HOUR,
    )
    touchpoint = receive_touchpoint(carla, ahead, by=SYSTEM, at=at)
    touchpoint.refresh_from_db()
    assert (touchpoint.occurred_at, touchpoint.conversation.awaits_us_since_at) == (at, at)
    assert set(Entry.objects.filter(touchpoint=touchpoint.pk).values_list("occurred_at", flat=True)) == {at}


def test_a_reply_finds_its_conversation_by_references(carla: Customer, ada: Agent, at: datetime) -> None:
    conversation = written(carla, at=at, reference="<a@example.org>")
    same = written(carla, at=at + HOUR, reference="<b@example.org>", references=("<x@y>", "<a@example.org>"))
    assert same == conversation


def test_a_stranger_who_knows_a_message_id_opens_a_conversation_of_their_own(
    carla: Customer, karim: Customer, at: datetime
) -> None:
    conversation = written(carla, at=at, reference="<a@example.org>")
    other = written(karim, at=at + HOUR, references=("<a@example.org>",))
    assert other != conversation


def test_a_verified_token_leads_into_the_conversation(carla: Customer, at: datetime) -> None:
    conversation = written(carla, at=at)
    assert written(carla, at=at + HOUR, conversation=conversation.pk) == conversation


def test_a_stranger_with_somebodys_token_opens_a_conversation_that_mentions_theirs(
    carla: Customer, karim: Customer, at: datetime
) -> None:
    conversation = written(carla, at=at)
    opened = written(karim, at=at + HOUR, conversation=conversation.pk)
    assert opened != conversation
    assert opened.mentions == conversation


def test_a_token_of_a_conversation_that_is_gone_opens_a_new_one(carla: Customer, at: datetime) -> None:
    assert written(carla, at=at, conversation=999_999).pk != 999_999


def test_a_customers_answer_reopens_and_waits(carla: Customer, ada: Agent, at: datetime) -> None:
    conversation = written(carla, at=at, reference="<a@x>")
    answer_conversation(conversation, text="It comes today.", resolve=True, by=ada.actor, at=at + HOUR)
    written(carla, at=at + 2 * HOUR, reference="<b@x>", references=("<a@x>",))
    conversation.refresh_from_db()
    assert conversation.state == State.OPEN
    assert conversation.reopen_count == 1
    assert conversation.awaits_us_since_at == at + 2 * HOUR
    assert conversation.resolutions.get().reopened_at is not None


@pytest.mark.parametrize(
    ("text", "is_thanks", "sentence"),
    [
        ("Thanks, Ada!", True, "reopened the conversation for a thank-you and no more"),
        ("Thanks, but when?", False, "reopened the conversation"),
    ],
)
def test_thanks_lie_open_to_be_read(
    text: str, is_thanks: bool, sentence: str, carla: Customer, ada: Agent, at: datetime
) -> None:
    conversation = written(carla, at=at, reference="<a@x>")
    answer_conversation(conversation, text="It comes today.", resolve=True, by=ada.actor, at=at + HOUR)
    written(carla, at=at + 2 * HOUR, reference="<b@x>", references=("<a@x>",), text=text)
    conversation.refresh_from_db()
    assert (conversation.state, conversation.awaits_us_since_at) == (State.OPEN, at + 2 * HOUR)
    told = Entry.objects.filter(kind="conversation.reopened").get()
    letter = Entry.objects.filter(kind="touchpoint.received").latest("id")
    assert (told.data["thanks"], letter.data["thanks"]) == (is_thanks, is_thanks)
    assert told.event.describe() == sentence


def test_thanks_before_a_matter_is_settled_are_a_letter_like_any(carla: Customer, at: datetime) -> None:
    written(carla, at=at, reference="<a@x>")
    written(carla, at=at + HOUR, reference="<b@x>", references=("<a@x>",), text="Thanks!")
    assert not Entry.objects.filter(data__thanks=True).exists()


def test_an_out_of_office_answer_neither_reopens_nor_waits(carla: Customer, ada: Agent, at: datetime) -> None:
    conversation = written(carla, at=at, reference="<a@x>")
    resolve_conversation(conversation, by=ada.actor, at=at + HOUR)
    written(carla, at=at + 2 * HOUR, reference="<b@x>", references=("<a@x>",), is_automatic=True)
    conversation.refresh_from_db()
    assert conversation.state == State.RESOLVED
    assert conversation.awaits_us_since_at is None


def test_a_snoozed_conversation_comes_back_when_the_customer_writes(carla: Customer, ada: Agent, at: datetime) -> None:
    conversation = written(carla, at=at, reference="<a@x>")
    snooze_conversation(conversation, until=at + 90 * HOUR, by=ada.actor, at=at + HOUR)
    written(carla, at=at + 2 * HOUR, reference="<b@x>", references=("<a@x>",))
    conversation.refresh_from_db()
    assert conversation.state == State.OPEN
    assert conversation.snoozes.get().ended_at == at + 2 * HOUR


def test_a_wait_begins_with_the_first_unanswered_touch(carla: Customer, at: datetime) -> None:
    conversation = written(carla, at=at, reference="<a@x>")
    written(carla, at=at + HOUR, reference="<b@x>", references=("<a@x>",))
    conversation.refresh_from_db()
    assert conversation.awaits_us_since_at == at


def test_a_letter_from_the_future_is_dated_now(carla: Customer, at: datetime) -> None:
    conversation = written(carla, at=at)
    assert conversation.opened_at == at


@pytest.mark.parametrize(
    ("placed_days_ago", "state", "phase"),
    [(None, "", "before"), (3, "placed", "during"), (3, "delivered", "after"), (200, "placed", "after")],
)
def test_the_phase_follows_the_latest_order(
    carla: Customer, at: datetime, placed_days_ago: int | None, state: str, phase: str
) -> None:
    if placed_days_ago is not None:
        placed_at = at - timedelta(days=placed_days_ago)
        place_order(
            carla, number="1", title="Table", amount_cents=1, state=state, placed_at=placed_at, by=SYSTEM, at=at
        )
    assert written(carla, at=at).touchpoints.get().phase == phase


def test_it_lands_with_the_team_of_the_mailbox(carla: Customer, support: Team, at: datetime) -> None:
    assert Conversation.objects.get(pk=written(carla, at=at, team=support).pk).team == support
