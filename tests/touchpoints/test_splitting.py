from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.core.exceptions import ValidationError

from rung.accounts.models import Agent, Team
from rung.customers.models import Customer
from rung.insight.models import ENDLESS, ComplaintFact, ConversationFact, SpellFact, TouchpointFact
from rung.ladder.models import Grade
from rung.search.models import Document, Kind
from rung.touchpoints.access import conversation_for
from rung.touchpoints.models import Conversation, State, Touchpoint
from rung.touchpoints.verbs import (
    answer_conversation,
    mark_spam,
    name_touchpoint,
    note_signal,
    part_from_conversation,
    resolve_conversation,
    split_conversation,
    unsplit_conversation,
    write_note,
)
from tests.cast import written

HOUR = timedelta(hours=1)
Work = Callable[..., None]


@pytest.fixture
def matter(carla: Customer, support: Team, ada: Agent, at: datetime) -> Conversation:
    """A table (asked, answered), then a lamp (asked), then the table again."""
    matter = written(carla, at=at, team=support, reference="<1@x>", text="Where is the table?")
    answer_conversation(fresh(matter), text="On Friday.", by=ada.actor, at=at + HOUR)
    written(carla, at=at + 2 * HOUR, reference="<2@x>", conversation=matter.pk, subject="A lamp", text="And the lamp?")
    written(carla, at=at + 3 * HOUR, reference="<3@x>", conversation=matter.pk, text="Friday is fine for the table.")
    return fresh(matter)


def fresh(matter: Conversation) -> Conversation:
    return Conversation.objects.get(pk=matter.pk)


def lamp() -> Touchpoint:
    return Touchpoint.objects.get(reference="<2@x>")


def texts(conversation: Conversation) -> list[str]:
    return list(conversation.touchpoints.order_by("occurred_at").values_list("text", flat=True))


def test_one_letter_goes_into_a_conversation_of_its_own(matter: Conversation, ada: Agent, at: datetime) -> None:
    new = fresh(split_conversation(lamp(), by=ada.actor, at=at + 4 * HOUR))
    assert texts(new) == ["And the lamp?"]
    assert (new.subject, new.touch_count, new.last_snippet) == ("A lamp", 1, "And the lamp?")
    assert (new.team_id, new.state, new.awaits_us_since_at) == (matter.team_id, State.OPEN, at + 2 * HOUR)
    left = fresh(matter)
    assert (left.touch_count, left.awaits_us_since_at) == (3, at + 3 * HOUR)
    assert new.participants.get().address == "carla@example.org"


def test_what_came_later_goes_along_when_it_is_asked_to(matter: Conversation, ada: Agent, at: datetime) -> None:
    write_note(matter, "She means the blue one.", by=ada.actor, at=at + 3 * HOUR)
    new = split_conversation(lamp(), with_later=True, subject="Lamp, blue", by=ada.actor, at=at + 4 * HOUR)
    assert texts(new) == ["And the lamp?", "Friday is fine for the table."]
    assert (new.subject, new.notes.get().text) == ("Lamp, blue", "She means the blue one.")
    left = fresh(matter)
    assert (left.awaits_us_since_at, left.last_snippet, left.last_inbound_at) == (None, "On Friday.", at)


def test_a_question_that_only_the_split_off_answer_had_answered_waits_again(
    matter: Conversation, ada: Agent, at: datetime
) -> None:
    answer = answer_conversation(matter, text="The lamp comes too.", by=ada.actor, at=at + 4 * HOUR)
    split_conversation(answer, by=ada.actor, at=at + 5 * HOUR)
    assert fresh(matter).awaits_us_since_at == at + 2 * HOUR


def test_nothing_is_split_that_leaves_nothing_or_stands_under_spam(
    matter: Conversation, ada: Agent, at: datetime
) -> None:
    first = matter.touchpoints.order_by("occurred_at").first()
    assert first is not None
    with pytest.raises(ValidationError, match="Nothing would be left"):
        split_conversation(first, with_later=True, by=ada.actor, at=at + 4 * HOUR)
    mark_spam(matter, reason="", by=ada.actor, at=at + 4 * HOUR)
    with pytest.raises(ValidationError):
        split_conversation(lamp(), by=ada.actor, at=at + 5 * HOUR)
    assert Conversation.objects.count() == 1


def test_a_later_answer_follows_the_letter_it_answers(
    matter: Conversation, carla: Customer, ada: Agent, at: datetime
) -> None:
    answer = answer_conversation(matter, text="The lamp comes too.", by=ada.actor, at=at + 4 * HOUR)
    name_touchpoint(answer, "<ours@desk>", by=ada.actor, at=at + 4 * HOUR)
    new = split_conversation(lamp(), by=ada.actor, at=at + 5 * HOUR)
    moved = split_conversation(fresh_touch(answer), by=ada.actor, at=at + 6 * HOUR)
    # Both carry the token of the conversation they were sent from.
    told = written(carla, at=at + 7 * HOUR, references=("<1@x>", "<2@x>"), conversation=matter.pk, reference="<5@x>")
    assert told.pk == new.pk
    told = written(carla, at=at + 8 * HOUR, references=("<1@x>", "<ours@desk>"), conversation=matter.pk)
    assert told.pk == moved.pk
    assert written(carla, at=at + 9 * HOUR, references=("<1@x>",), conversation=matter.pk).pk == matter.pk


def fresh_touch(touchpoint: Touchpoint) -> Touchpoint:
    return Touchpoint.objects.select_related("conversation").get(pk=touchpoint.pk)


def test_undoing_brings_back_what_was_split_off_and_what_came_since(
    matter: Conversation, carla: Customer, ada: Agent, at: datetime
) -> None:
    new = split_conversation(lamp(), by=ada.actor, at=at + 4 * HOUR)
    written(carla, at=at + 5 * HOUR, conversation=new.pk, text="Any lamp will do.")
    assert unsplit_conversation(new, by=ada.actor, at=at + 6 * HOUR).pk == matter.pk
    assert len(texts(matter)) == 5
    assert conversation_for(ada, new.pk).pk == matter.pk
    with pytest.raises(ValidationError):
        unsplit_conversation(new, by=ada.actor, at=at + 7 * HOUR)


def test_search_finds_it_where_it_stands(matter: Conversation, ada: Agent, at: datetime, work: Work) -> None:
    work(at + 4 * HOUR)
    new = split_conversation(lamp(), by=ada.actor, at=at + 4 * HOUR)
    work(at + 5 * HOUR)
    assert Document.objects.filter(kind=Kind.CONVERSATION, key=new.pk).exists()


def figures() -> list[object]:
    touches = TouchpointFact.objects.values_list("conversation", "touchpoint", "occurred_ms", "is_contact")
    spells = SpellFact.objects.values_list("conversation", "turn", "began_ms", "ended_ms")
    whole = ConversationFact.objects.values_list("conversation", "opened_ms", "first_reply_ms", "opened_by")
    grades = Grade.objects.values_list("touchpoint_id", "level")
    return [sorted(rows, key=str) for rows in (touches, spells, whole, grades)]


def test_numbers_are_as_if_it_had_always_been_two(
    carla: Customer, support: Team, ada: Agent, at: datetime, work: Work
) -> None:
    """The same days twice: once as two conversations, once as one that is split."""
    day = timedelta(days=100)

    def answered(matter: Conversation, text: str, moment: datetime) -> Touchpoint:
        return answer_conversation(fresh(matter), text=text, by=ada.actor, at=moment)

    table = written(carla, at=at, team=support, text="The table?")
    answered(table, "Friday.", at + HOUR)
    lamp = written(carla, at=at + 2 * HOUR, team=support, subject="Quite another lamp 77", text="The lamp?")
    note_signal(lamp.touchpoints.get(), "complaint", by=ada.actor, at=at + 2 * HOUR)
    answered(lamp, "Blue.", at + 4 * HOUR)
    resolve_conversation(fresh(lamp), by=ada.actor, at=at + 9 * HOUR)
    one = written(carla, at=at + day, team=support, text="The table?")
    answered(one, "Friday.", at + day + HOUR)
    written(carla, at=at + day + 2 * HOUR, conversation=one.pk, reference="<s@x>", text="The lamp?")
    asked = Touchpoint.objects.get(reference="<s@x>")
    note_signal(asked, "complaint", by=ada.actor, at=at + day + 2 * HOUR)
    answered(one, "Blue.", at + day + 4 * HOUR)
    two = split_conversation(fresh_touch(asked), with_later=True, by=ada.actor, at=at + day + 5 * HOUR)
    resolve_conversation(fresh(two), by=ada.actor, at=at + day + 9 * HOUR)
    work(at + day + 10 * HOUR)

    def told(pk: int, shift: timedelta) -> list[object]:
        ms = int(shift / timedelta(milliseconds=1))
        fact = ConversationFact.objects.get(conversation=pk)
        spells = (
            SpellFact.objects.filter(conversation=pk).order_by("ordinal").values_list("turn", "began_ms", "ended_ms")
        )
        touches = TouchpointFact.objects.filter(conversation=pk).order_by("occurred_ms")
        return [
            (fact.opened_ms - ms, fact.first_reply_ms and fact.first_reply_ms - ms, fact.opened_by, fact.is_resolved),
            [(turn, began - ms, ended - ms if ended != ENDLESS else None) for turn, began, ended in spells],
            [(each.occurred_ms - ms, each.direction, each.is_contact) for each in touches],
            ComplaintFact.objects.filter(conversation=pk).count(),
        ]

    assert told(two.pk, day) == told(lamp.pk, timedelta())
    assert told(one.pk, day) == told(table.pk, timedelta())
    grades = {grade.touchpoint_id: grade for grade in Grade.objects.all()}
    waits = [
        grades[each.pk].parts["facts"]["wait_s"] for each in Touchpoint.objects.filter(text="Blue.").order_by("pk")
    ]
    assert waits == [7200, 7200]


def test_split_and_taken_back_numbers_are_as_before(matter: Conversation, ada: Agent, at: datetime, work: Work) -> None:
    answer_conversation(matter, text="All of it on Friday.", by=ada.actor, at=at + 4 * HOUR)
    note_signal(lamp(), "complaint", by=ada.actor, at=at + 4 * HOUR)
    work(at + 5 * HOUR)
    before = figures(), ComplaintFact.objects.count()
    new = split_conversation(lamp(), by=ada.actor, at=at + 5 * HOUR)
    work(at + 6 * HOUR)
    assert figures() != before[0]
    unsplit_conversation(new, by=ada.actor, at=at + 6 * HOUR)
    work(at + 7 * HOUR)
    assert (figures(), ComplaintFact.objects.count()) == before
    part_from_conversation(fresh(new), by=ada.actor, at=at + 8 * HOUR)
    work(at + 9 * HOUR)
    assert list(TouchpointFact.objects.filter(conversation=new.pk).values_list("touchpoint", flat=True)) == [lamp().pk]
