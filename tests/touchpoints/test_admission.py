from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.core.exceptions import ValidationError

from rung.accounts.models import Agent
from rung.customers.models import Customer
from rung.insight.models import ConversationFact, TouchpointFact
from rung.journal.models import Entry
from rung.touchpoints.access import conversation_for
from rung.touchpoints.models import Conversation, State
from rung.touchpoints.verbs import (
    admit_to_conversation,
    answer_conversation,
    part_from_conversation,
    resolve_conversation,
    save_draft,
    write_note,
)
from tests.cast import written

HOUR = timedelta(hours=1)
Work = Callable[..., None]


@pytest.fixture
def matter(carla: Customer, ada: Agent, at: datetime) -> Conversation:
    matter = written(carla, at=at, reference="<a@x>")
    answer_conversation(matter, text="On Friday.", by=ada.actor, at=at + HOUR)
    return Conversation.objects.get(pk=matter.pk)


@pytest.fixture
def strangers(matter: Conversation, karim: Customer, at: datetime) -> Conversation:
    """What Karim wrote, who knows Carla's Message-ID."""
    return written(karim, at=at + 2 * HOUR, reference="<k@y>", references=("<a@x>",), text="I am her husband.")


def columns(conversation: Conversation) -> dict[str, object]:
    return {
        field.attname: value
        for field in Conversation._meta.concrete_fields
        for value in Conversation.objects.filter(pk=conversation.pk).values_list(field.attname, flat=True)
    }


def drafts(conversation: Conversation) -> list[str]:
    return sorted(conversation.drafts.values_list("text", flat=True))


def facts() -> list[tuple[object, ...]]:
    return sorted(TouchpointFact.objects.values_list("touchpoint", "conversation", "is_contact"))


def test_what_a_stranger_wrote_moves_and_they_take_part(
    matter: Conversation, strangers: Conversation, karim: Customer, ada: Agent, at: datetime
) -> None:
    write_note(strangers, "Called: he is.", by=ada.actor, at=at + 3 * HOUR)
    into = admit_to_conversation(strangers, by=ada.actor, at=at + 4 * HOUR)
    assert into == matter
    matter.refresh_from_db()
    assert (matter.touch_count, matter.last_snippet, matter.last_direction) == (3, "I am her husband.", "in")
    assert matter.awaits_us_since_at == at + 2 * HOUR
    assert matter.notes.get().text == "Called: he is."
    assert Conversation.objects.get(pk=strangers.pk).state == State.JOINED
    assert written(karim, at=at + 5 * HOUR, references=("<a@x>",)) == matter


def test_it_can_be_taken_back(
    matter: Conversation, strangers: Conversation, karim: Customer, ada: Agent, at: datetime, work: Work
) -> None:
    work(at + 2 * HOUR)
    before = [columns(matter), columns(strangers), facts(), ConversationFact.objects.count()]
    admit_to_conversation(strangers, by=ada.actor, at=at + 3 * HOUR)
    work(at + 3 * HOUR)
    assert {conversation for _touchpoint, conversation, _is_contact in facts()} == {matter.pk}
    assert ConversationFact.objects.count() == 1
    part_from_conversation(strangers, by=ada.actor, at=at + 4 * HOUR)
    work(at + 4 * HOUR)
    assert [columns(matter), columns(strangers), facts(), ConversationFact.objects.count()] == before
    assert written(karim, at=at + 5 * HOUR, references=("<a@x>",)).mentions == matter


def test_what_was_begun_to_one_does_not_stay_with_the_other(
    matter: Conversation, strangers: Conversation, ada: Agent, lin: Agent, at: datetime
) -> None:
    for conversation, writer, text in ((strangers, ada, "Dear Karim"), (strangers, lin, "Hi"), (matter, lin, "Carla,")):
        save_draft(conversation, text=text, by=writer.actor, at=at + 3 * HOUR)
    admit_to_conversation(strangers, by=ada.actor, at=at + 3 * HOUR)
    assert drafts(matter) == ["Carla,\n\nHi", "Dear Karim"]
    part_from_conversation(strangers, by=ada.actor, at=at + 4 * HOUR)
    assert (drafts(strangers), drafts(matter)) == (["Dear Karim"], ["Carla,\n\nHi"])


def test_a_settled_matter_is_taken_up_again(
    matter: Conversation, strangers: Conversation, ada: Agent, at: datetime
) -> None:
    resolve_conversation(matter, by=ada.actor, at=at + 3 * HOUR)
    admit_to_conversation(strangers, by=ada.actor, at=at + 4 * HOUR)
    matter.refresh_from_db()
    assert (matter.state, matter.reopen_count) == ("open", 1)


def test_it_is_not_taken_back_under_what_they_wrote_since(
    matter: Conversation, strangers: Conversation, karim: Customer, ada: Agent, at: datetime
) -> None:
    admit_to_conversation(strangers, by=ada.actor, at=at + 3 * HOUR)
    written(karim, at=at + 4 * HOUR, references=("<a@x>",))
    with pytest.raises(ValidationError, match="written in it since"):
        part_from_conversation(strangers, by=ada.actor, at=at + 5 * HOUR)


def test_only_what_mentions_another_can_join_it_and_only_once(
    matter: Conversation, strangers: Conversation, ada: Agent, at: datetime
) -> None:
    with pytest.raises(ValidationError, match="mentions no other"):
        admit_to_conversation(matter, by=ada.actor, at=at + 3 * HOUR)
    admit_to_conversation(strangers, by=ada.actor, at=at + 3 * HOUR)
    with pytest.raises(ValidationError, match="put together"):
        admit_to_conversation(strangers, by=ada.actor, at=at + 3 * HOUR)
    assert Entry.objects.filter(kind="conversation.joined").count() == 1


def test_taking_back_what_never_was_does_nothing(strangers: Conversation, ada: Agent, at: datetime) -> None:
    before = columns(strangers)
    part_from_conversation(strangers, by=ada.actor, at=at + 3 * HOUR)
    assert columns(strangers) == before


def test_what_has_joined_is_found_under_both_numbers_and_its_token_leads_on(
    matter: Conversation, strangers: Conversation, karim: Customer, ada: Agent, at: datetime
) -> None:
    admit_to_conversation(strangers, by=ada.actor, at=at + 3 * HOUR)
    assert conversation_for(ada, strangers.pk) == matter
    assert written(karim, at=at + 4 * HOUR, conversation=strangers.pk) == matter
