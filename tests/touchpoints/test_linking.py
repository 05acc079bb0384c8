from datetime import datetime, timedelta

import pytest
from django.core.exceptions import ValidationError

from rung.accounts.models import Agent, Team
from rung.accounts.verbs import create_team
from rung.core.actor import SYSTEM
from rung.customers.models import Customer
from rung.journal.models import Entry
from rung.touchpoints.addresses import Recipients
from rung.touchpoints.incoming import Party
from rung.touchpoints.linked import links_of, open_requests
from rung.touchpoints.models import Conversation, Link, State
from rung.touchpoints.verbs import (
    ask_beside,
    assign_conversation,
    link_conversations,
    merge_conversations,
    part_from_conversation,
    resolve_conversation,
    snooze_conversation,
    unlink_conversations,
)
from tests.cast import written

HOUR = timedelta(hours=1)


@pytest.fixture
def matter(carla: Customer, support: Team, at: datetime) -> Conversation:
    return written(carla, at=at, team=support)


@pytest.fixture
def other(karim: Customer, support: Team, at: datetime) -> Conversation:
    return written(karim, at=at, team=support, subject="The warehouse is shut")


def told(kind: str) -> list[tuple[int | None, object]]:
    entries = Entry.objects.filter(kind=kind).order_by("pk")
    return [(entry.conversation, entry.data.get("how") or entry.data.get("request")) for entry in entries]


def test_both_ends_tell_how_they_stand(matter: Conversation, other: Conversation, ada: Agent, at: datetime) -> None:
    link = link_conversations(matter, other, kind="waits_for", by=ada.actor, at=at)
    assert link_conversations(matter, other, kind="waits_for", by=ada.actor, at=at) == link
    assert told("conversation.linked") == [(matter.pk, "waits_for"), (other.pk, "waits_for_by")]
    for one, two in ((matter, other), (other, matter)):
        [(seen, there)] = links_of(ada, one)
        assert (seen, there) == (link, two)


def test_what_is_said_anew_ends_what_was_said(
    matter: Conversation, other: Conversation, ada: Agent, at: datetime
) -> None:
    link_conversations(matter, other, kind="waits_for", by=ada.actor, at=at)
    link_conversations(other, matter, kind="waits_for", by=ada.actor, at=at)
    related = link_conversations(matter, other, kind="related", by=ada.actor, at=at)
    assert link_conversations(other, matter, kind="related", by=ada.actor, at=at) == related
    assert Link.objects.filter(ended_at__isnull=True).get() == related
    unlink_conversations(related, by=ada.actor, at=at)
    unlink_conversations(related, by=ada.actor, at=at)
    assert len(told("conversation.unlinked")) == 6
    assert links_of(ada, matter) == []


def test_what_makes_no_sense_is_not_linked(
    matter: Conversation, other: Conversation, ada: Agent, carla: Customer, at: datetime
) -> None:
    joined = written(carla, at=at + HOUR, subject="Quite another thing 17")
    merge_conversations(joined, matter, by=ada.actor, at=at + HOUR)
    for one, two, kind in ((matter, matter, "related"), (matter, joined, "related"), (matter, other, "split_from")):
        with pytest.raises(ValidationError):
            link_conversations(one, two, kind=kind, by=ada.actor, at=at)
    with pytest.raises(ValueError, match="knows"):
        link_conversations(matter, other, kind="knows", by=ada.actor, at=at)


def test_who_may_not_see_the_other_learns_only_that_there_is_one(
    matter: Conversation, other: Conversation, ada: Agent, bo: Agent, at: datetime
) -> None:
    billing = create_team("Accounts payable", by=SYSTEM, at=at)
    assign_conversation(other, agent=bo, team=billing, by=bo.actor, at=at)
    link_conversations(matter, other, kind="related", by=bo.actor, at=at)
    assert [there for _link, there in links_of(ada, matter)] == [None]


def test_whoever_waits_is_told_when_it_is_settled_and_comes_back(
    matter: Conversation, other: Conversation, ada: Agent, at: datetime
) -> None:
    link_conversations(matter, other, kind="waits_for", by=ada.actor, at=at)
    snooze_conversation(matter, until=at + 9 * HOUR, by=ada.actor, at=at + HOUR)
    assert open_requests(matter) == [other.pk]
    resolve_conversation(other, by=ada.actor, at=at + 2 * HOUR)
    matter.refresh_from_db()
    assert matter.state == State.OPEN
    assert told("request.settled") == [(matter.pk, other.pk)]
    assert open_requests(matter) == []
    resolve_conversation(other, by=ada.actor, at=at + 3 * HOUR)
    assert len(told("request.settled")) == 1


def test_a_question_beside_is_waited_for_without_a_link(
    matter: Conversation, ada: Agent, lin: Agent, at: datetime
) -> None:
    to = Recipients((Party(lin.email, lin.name),)).to
    asked = ask_beside(matter, to=to, subject="Stock?", text="Is it there?", by=ada.actor, at=at + HOUR)
    aside = asked.conversation
    assert aside.customer.is_internal
    assert open_requests(matter) == [aside.pk]
    with pytest.raises(ValidationError):
        link_conversations(matter, aside, kind="waits_for", by=ada.actor, at=at)
    resolve_conversation(aside, by=lin.actor, at=at + 2 * HOUR)
    assert told("request.settled") == [(matter.pk, aside.pk)]


def test_a_settled_matter_is_not_told_of_what_it_waited_for(
    matter: Conversation, other: Conversation, ada: Agent, at: datetime
) -> None:
    link_conversations(matter, other, kind="waits_for", by=ada.actor, at=at)
    resolve_conversation(matter, by=ada.actor, at=at + HOUR)
    resolve_conversation(other, by=ada.actor, at=at + 2 * HOUR)
    assert told("request.settled") == []


def test_links_go_along_with_a_merge_and_back(
    matter: Conversation, other: Conversation, ada: Agent, carla: Customer, at: datetime
) -> None:
    third = written(carla, at=at + HOUR, subject="Quite another thing 17")
    link_conversations(matter, other, kind="waits_for", by=ada.actor, at=at)
    link_conversations(matter, third, kind="related", by=ada.actor, at=at)
    merge_conversations(matter, third, by=ada.actor, at=at + HOUR)
    assert [there for _link, there in links_of(ada, third)] == [other]
    assert open_requests(third) == [other.pk]
    matter.refresh_from_db()
    part_from_conversation(matter, by=ada.actor, at=at + 2 * HOUR)
    assert {there for _link, there in links_of(ada, matter)} == {other, third}
    assert open_requests(third) == []
