"""Who is told of what."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from rung.accounts.models import Agent, Team
from rung.core import clock
from rung.core.actor import SYSTEM
from rung.customers.models import Customer
from rung.journal.models import Entry
from rung.journal.reacting import Told
from rung.notices import reactions
from rung.notices.access import bell_of
from rung.notices.models import Kind, Notice, Way
from rung.notices.verbs import choose_ways, read_notices
from rung.touchpoints.incoming import Logged
from rung.touchpoints.models import Conversation
from rung.touchpoints.verbs import (
    answer_conversation,
    assign_conversation,
    log_touchpoint,
    mark_spam,
    mark_undelivered,
    resolve_conversation,
    snooze_conversation,
    write_note,
)
from tests.cast import written

Work = Callable[..., None]


@pytest.fixture(autouse=True)
def today(at: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """The reactions' clock stands where the story is told."""
    monkeypatch.setattr(clock, "now", lambda: at + timedelta(minutes=1))


@pytest.fixture
def matter(carla: Customer, support: Team, ada: Agent, at: datetime) -> Conversation:
    """Carla's matter, which Ada looks after."""
    matter = written(carla, at=at, team=support)
    assign_conversation(matter, agent=ada, team=support, by=ada.actor, at=at)
    return matter


def told(agent: Agent) -> list[str]:
    return list(Notice.objects.filter(agent=agent).order_by("pk").values_list("kind", flat=True))


def test_nobody_is_told_of_what_they_did(matter: Conversation, ada: Agent, at: datetime, work: Work) -> None:
    write_note(matter, "@Ada Berg, remember the table", by=ada.actor, at=at)
    resolve_conversation(matter, outcome="reached", by=ada.actor, at=at)
    work(at)
    assert told(ada) == []


def test_whoever_is_given_a_conversation_is_told_and_who_had_it_too(
    matter: Conversation, ada: Agent, lin: Agent, root: Agent, support: Team, at: datetime, work: Work
) -> None:
    work(at)
    assign_conversation(matter, agent=lin, team=support, by=root.actor, at=at)
    work(at)
    assert told(lin) == [Kind.ASSIGNED]
    assert told(ada) == [Kind.COLLEAGUE]
    assert told(root) == []


def test_a_team_is_told_only_where_nobody_looks_after_it(
    carla: Customer, ada: Agent, lin: Agent, bo: Agent, support: Team, at: datetime, work: Work
) -> None:
    matter = written(carla, at=at)
    assign_conversation(matter, agent=None, team=support, by=bo.actor, at=at)
    work(at)
    assert (told(ada), told(lin), told(bo)) == ([Kind.TEAM], [Kind.TEAM], [])
    other = written(carla, at=at + timedelta(seconds=1), subject="A chair")
    assign_conversation(other, agent=lin, team=support, by=bo.actor, at=at)
    work(at)
    assert told(ada) == [Kind.TEAM]


def test_the_customer_in_touch_is_told_to_who_looks_after_them_alone(
    matter: Conversation, carla: Customer, ada: Agent, lin: Agent, at: datetime, work: Work
) -> None:
    work(at)
    written(carla, at=at + timedelta(seconds=9), conversation=matter.pk, text="And the chairs?")
    work(at + timedelta(seconds=9))
    assert (told(ada), told(lin)) == ([Kind.CUSTOMER], [])


@pytest.mark.parametrize("machine", [{"is_automatic": True}, {"is_archived": True}])
def test_what_a_machine_or_history_brings_is_no_news(
    matter: Conversation, carla: Customer, ada: Agent, at: datetime, work: Work, machine: dict[str, bool]
) -> None:
    written(carla, at=at + timedelta(seconds=9), conversation=matter.pk, **machine)
    work(at + timedelta(seconds=9))
    assert told(ada) == []


def test_a_colleague_who_calls_and_one_who_only_writes_are_told_apart(
    matter: Conversation, ada: Agent, lin: Agent, at: datetime, work: Work
) -> None:
    write_note(matter, "Have a look, @Ada Berg", by=lin.actor, at=at)
    work(at)
    assert told(ada) == [Kind.MENTIONED], "one act is one notice"
    write_note(matter, "The carrier says Friday.", by=lin.actor, at=at)
    answer_conversation(matter, text="On Friday.", by=lin.actor, at=at)
    log_touchpoint(
        matter.customer,
        Logged(channel="phone", direction="in", text="They rang.", occurred_at=at),
        conversation=matter,
        by=lin.actor,
        at=at,
    )
    work(at)
    assert told(ada) == [Kind.MENTIONED, Kind.COLLEAGUE, Kind.COLLEAGUE, Kind.COLLEAGUE]


def test_a_snooze_that_is_over_is_told_and_one_that_was_ended_by_hand_is_not(
    matter: Conversation, ada: Agent, at: datetime, work: Work
) -> None:
    snooze_conversation(matter, until=at + timedelta(minutes=2), by=ada.actor, at=at)
    work(at)
    assert told(ada) == []
    work(at + timedelta(minutes=3))
    assert told(ada) == [Kind.SNOOZE]


def test_what_could_not_be_delivered_is_told_to_who_wrote_it_and_who_looks_after_it(
    matter: Conversation, ada: Agent, lin: Agent, at: datetime, work: Work
) -> None:
    answer = answer_conversation(matter, text="On Friday.", by=lin.actor, at=at)
    mark_undelivered(answer, "no such mailbox", final=True, by=SYSTEM, at=at)
    work(at)
    assert told(lin) == [Kind.UNDELIVERED]
    assert told(ada).count(Kind.UNDELIVERED) == 1


def test_spam_rings_no_bell(
    matter: Conversation, carla: Customer, ada: Agent, lin: Agent, at: datetime, work: Work
) -> None:
    write_note(matter, "@Ada Berg?", by=lin.actor, at=at)
    work(at)
    assert bell_of(ada) == 1
    mark_spam(matter, by=ada.actor, at=at)
    assert bell_of(ada) == 0


def test_what_is_long_past_is_history(carla: Customer, ada: Agent, lin: Agent, at: datetime, work: Work) -> None:
    then = at - timedelta(days=30)
    matter = written(carla, at=then)
    assign_conversation(matter, agent=ada, team=None, by=lin.actor, at=then)
    work(at)
    assert told(ada) == []


def test_who_does_not_want_to_hear_is_not_told(
    matter: Conversation, ada: Agent, lin: Agent, at: datetime, work: Work
) -> None:
    choose_ways(ada, {Kind.COLLEAGUE: Way.NOTHING}, by=ada.actor, at=at)
    write_note(matter, "The carrier says Friday.", by=lin.actor, at=at)
    write_note(matter, "@Ada Berg, look", by=lin.actor, at=at)
    work(at)
    assert told(ada) == [Kind.MENTIONED]


def test_a_fact_told_twice_is_one_notice(
    matter: Conversation, ada: Agent, lin: Agent, at: datetime, work: Work
) -> None:
    write_note(matter, "@Ada Berg, look", by=lin.actor, at=at)
    work(at)
    entry = Entry.objects.get(kind="colleague.called")
    reactions.tell_those_concerned([Told(entry.event, entry)])
    assert told(ada) == [Kind.MENTIONED]


def test_the_bell_counts_conversations_and_falls_silent_when_they_are_read(
    matter: Conversation, carla: Customer, ada: Agent, lin: Agent, at: datetime, work: Work
) -> None:
    write_note(matter, "@Ada Berg, look", by=lin.actor, at=at)
    write_note(matter, "@Ada Berg, look again", by=lin.actor, at=at)
    other = written(carla, at=at + timedelta(seconds=1), subject="A chair")
    assign_conversation(other, agent=ada, team=None, by=lin.actor, at=at)
    work(at)
    assert bell_of(ada) == 2
    assert read_notices(matter, agent=ada, by=ada.actor, at=at)
    assert not read_notices(matter, agent=ada, by=ada.actor, at=at)
    assert bell_of(ada) == 1
    read_notices(None, agent=ada, by=ada.actor, at=at)
    assert bell_of(ada) == 0


def test_what_one_may_no_longer_see_is_not_told(
    carla: Customer, ada: Agent, lin: Agent, billing: Team, at: datetime, work: Work
) -> None:
    matter = written(carla, at=at)
    write_note(matter, "@Ada Berg, look", by=lin.actor, at=at)
    work(at)
    assert bell_of(ada) == 1
    assign_conversation(matter, agent=None, team=billing, by=lin.actor, at=at)
    assert bell_of(ada) == 0


def test_letters_that_are_nobodys_cost_one_look_together(
    carla: Customer, ada: Agent, at: datetime, django_assert_num_queries: Any
) -> None:
    for number in range(20):
        written(carla, at=at - timedelta(seconds=number), subject=f"Matter {number}")
    letters = [Told(entry.event, entry) for entry in Entry.objects.filter(kind="touchpoint.received")]
    with django_assert_num_queries(1):
        reactions.tell_those_concerned(letters)
