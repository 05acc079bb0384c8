from datetime import datetime, timedelta

import pytest
from django.core.exceptions import ValidationError

from rung.accounts.models import Agent, Team
from rung.customers.models import Customer
from rung.journal.models import Entry
from rung.touchpoints.access import all_tags, tagged_with, tags_of, tags_with_counts
from rung.touchpoints.models import Conversation, Tagging
from rung.touchpoints.verbs import (
    change_tag,
    create_tag,
    delete_tag,
    merge_tags,
    set_priority,
    tag_conversation,
    untag_conversation,
)
from tests.cast import written


@pytest.fixture
def matter(carla: Customer, support: Team, at: datetime) -> Conversation:
    return written(carla, at=at, team=support)


def said_of(conversation: Conversation) -> list[str]:
    told = Entry.objects.filter(conversation=conversation.pk, kind__contains="tag").order_by("pk")
    return [entry.event.describe() for entry in told]


def names_on(conversation: Conversation) -> list[str]:
    return [tag.name for tag in tags_of([conversation.pk]).get(conversation.pk, ())]


def test_a_tag_is_put_on_once_and_taken_off_once(ada: Agent, matter: Conversation, at: datetime) -> None:
    late = create_tag("Late delivery", by=ada.actor, at=at)
    for _twice in range(2):
        tag_conversation(matter, late, by=ada.actor, at=at)
    assert names_on(matter) == ["Late delivery"]
    assert Tagging.objects.get().agent == ada
    for _twice in range(2):
        untag_conversation(matter, late, by=ada.actor, at=at)
    assert names_on(matter) == []
    assert said_of(matter) == ["put on the tag Late delivery", "took off the tag Late delivery"]


def test_there_is_one_tag_of_a_name_however_it_is_spelt(ada: Agent, at: datetime) -> None:
    first = create_tag("Straße", by=ada.actor, at=at)
    assert create_tag(" #STRASSE ", by=ada.actor, at=at) == first
    other = create_tag("Road", by=ada.actor, at=at)
    with pytest.raises(ValidationError):
        change_tag(other, name="strasse", colour="grey", by=ada.actor, at=at)
    with pytest.raises(ValidationError):
        create_tag("  # ", by=ada.actor, at=at)


def test_making_two_tags_one_keeps_what_both_were_on(
    ada: Agent, carla: Customer, matter: Conversation, at: datetime
) -> None:
    late, delay = create_tag("late", by=ada.actor, at=at), create_tag("delay", by=ada.actor, at=at)
    second = written(carla, at=at + timedelta(hours=1), subject="Still nothing")
    tag_conversation(matter, late, by=ada.actor, at=at)
    tag_conversation(matter, delay, by=ada.actor, at=at)
    tag_conversation(second, delay, by=ada.actor, at=at)
    merge_tags(delay, into=late, by=ada.actor, at=at)
    assert names_on(matter) == names_on(second) == ["late"]
    assert tags_with_counts() == [(late, 2)]
    with pytest.raises(ValidationError):
        merge_tags(late, into=late, by=ada.actor, at=at)


def test_a_deleted_tag_is_nowhere_and_its_name_is_free(ada: Agent, matter: Conversation, at: datetime) -> None:
    late = create_tag("late", by=ada.actor, at=at)
    tag_conversation(matter, late, by=ada.actor, at=at)
    delete_tag(late, by=ada.actor, at=at)
    assert names_on(matter) == []
    assert all_tags() == []
    assert list(tagged_with(late.pk)) == [matter.pk]
    assert create_tag("late", by=ada.actor, at=at) != late


def test_priority_is_set_and_told_once(ada: Agent, matter: Conversation, at: datetime) -> None:
    for _twice in range(2):
        set_priority(matter, "urgent", by=ada.actor, at=at)
    matter.refresh_from_db()
    assert matter.priority == "urgent"
    told = Entry.objects.filter(conversation=matter.pk, kind="conversation.priority_set")
    assert [entry.data["former"] for entry in told] == ["normal"]
    with pytest.raises(ValueError):
        set_priority(matter, "whatever", by=ada.actor, at=at)
