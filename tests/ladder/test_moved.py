"""What was served and said before conversations were put together, split, or were under Spam."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from rung.accounts.models import Agent, Team
from rung.core.actor import SYSTEM
from rung.customers.models import Customer
from rung.customers.verbs import merge_customers, part_customers, recognise_customer
from rung.ladder.model.parameters import DEFAULTS
from rung.ladder.models import Grade
from rung.ladder.versions import numbers_of, parameters_from
from rung.touchpoints.doors import doors
from rung.touchpoints.incoming import Logged
from rung.touchpoints.models import Conversation
from rung.touchpoints.verbs import (
    answer_conversation,
    assign_conversation,
    log_touchpoint,
    mark_spam,
    merge_conversations,
    note_signal,
    part_from_conversation,
    resolve_conversation,
    split_conversation,
)
from tests.cast import written

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
Graded = Callable[[datetime], None]


def kinds(grade: Grade) -> dict[str, float]:
    return {item["kind"]: item["value"] for item in grade.parts["evidence"]}


def all_told() -> list[tuple[int, float, object]]:
    return list(Grade.objects.order_by("touchpoint").values_list("touchpoint", "mean", "parts"))


@pytest.fixture
def two(carla: Customer, ada: Agent, support: Team, at: datetime) -> tuple[Conversation, Conversation]:
    """Somebody complained of the answer to one letter, and wrote another that waits."""
    bad = written(carla, at=at, team=support, reference="<1@x>")
    answer_conversation(bad, text="No.", by=ada.actor, at=at + 2 * HOUR)
    written(carla, at=at + 3 * HOUR, conversation=bad.pk, reference="<2@x>")
    note_signal(bad.touchpoints.order_by("-pk")[0], "complaint", by=ada.actor, at=at + 3 * HOUR)
    return bad, written(carla, at=at + 5 * HOUR, team=support, subject="And a lamp", reference="<3@x>")


def test_a_complaint_is_not_merged_away(
    two: tuple[Conversation, Conversation], carla: Customer, ada: Agent, surveyed: Callable[..., None], graded: Graded,
    at: datetime,
) -> None:  # fmt: skip
    surveyed(carla, two[0], at=at + 4 * HOUR, value=1)
    graded(at + DAY)
    [before] = all_told()
    merge_conversations(two[0], two[1], by=ada.actor, at=at + DAY)
    graded(at + DAY)
    grade = Grade.objects.get()
    assert all_told() == [before]
    assert (kinds(grade)["complaint"], kinds(grade)["level"]) == (1, 1)
    assert grade.conversation_id == two[1].pk
    # Who waited in it waits there, since they wrote.
    answer_conversation(Conversation.objects.get(pk=two[1].pk), text="Sorry.", by=ada.actor, at=at + DAY + 3 * HOUR)
    graded(at + DAY + 3 * HOUR)
    assert Grade.objects.latest("occurred_at").parts["facts"]["wait_s"] == DAY.total_seconds()
    part_from_conversation(Conversation.objects.get(pk=two[0].pk), by=ada.actor, at=at + 2 * DAY)
    graded(at + 2 * DAY)
    assert Grade.objects.get(touchpoint=before[0]).conversation_id == two[0].pk
    # What they waited for in the first was not answered there.
    waits = [each.parts["facts"]["wait_s"] for each in Grade.objects.order_by("occurred_at")]
    assert waits == [2 * 3600, 22 * 3600]


def test_an_answer_to_what_is_split_off_has_left_nobody_waiting(
    carla: Customer, ada: Agent, bo: Agent, support: Team, billing: Team, graded: Graded, at: datetime
) -> None:
    matter = written(carla, at=at, team=support, reference="<1@x>")
    written(carla, at=at + 4 * HOUR, conversation=matter.pk, text="And the lamp?", reference="<2@x>")
    answer_conversation(matter, text="The lamp is blue.", by=ada.actor, at=at + 6 * HOUR)
    graded(at + DAY)
    assert Grade.objects.get().parts["facts"]["wait_s"] == 6 * 3600
    table = matter.touchpoints.get(reference="<1@x>")
    new = split_conversation(table, by=ada.actor, at=at + DAY)
    assign_conversation(new, agent=bo, team=billing, by=ada.actor, at=at + DAY)
    graded(at + DAY)
    # What is left was asked four hours later, and answered by those who had it then.
    grade = Grade.objects.get()
    assert (grade.parts["facts"]["wait_s"], grade.team_id, grade.conversation_id) == (2 * 3600, support.pk, matter.pk)
    answer_conversation(new, text="The table is green.", by=bo.actor, at=at + 2 * DAY)
    graded(at + 2 * DAY)
    late = Grade.objects.latest("occurred_at")
    assert (late.parts["facts"]["wait_s"], late.team_id) == (48 * 3600, billing.pk)


def test_what_was_split_off_spam_was_in_the_hands_of_those_who_had_that(
    carla: Customer, ada: Agent, support: Team, graded: Graded, at: datetime
) -> None:
    matter = written(carla, at=at, team=support, reference="<1@x>")
    written(carla, at=at + HOUR, conversation=matter.pk, text="And the lamp?", reference="<2@x>")
    answer_conversation(matter, text="Blue.", by=ada.actor, at=at + 2 * HOUR)
    split_conversation(matter.touchpoints.get(reference="<2@x>"), with_later=True, by=ada.actor, at=at + 3 * HOUR)
    mark_spam(Conversation.objects.get(pk=matter.pk), by=ada.actor, at=at + 4 * HOUR)
    graded(at + 4 * HOUR)
    assert Grade.objects.get().team_id == support.pk


def test_what_was_noted_of_somebody_while_they_were_one_with_another_stays_theirs(
    two: tuple[Conversation, Conversation], carla: Customer, ada: Agent, graded: Graded, at: datetime
) -> None:
    other = recognise_customer("carla@elsewhere.example", by=SYSTEM, at=at)
    answer_conversation(two[1], text="Blue.", by=ada.actor, at=at + 6 * HOUR)
    merge = merge_customers(other, carla, by=ada.actor, at=at + 7 * HOUR)
    written(other, at=at + 8 * HOUR, conversation=two[1].pk, reference="<4@x>")
    letter = two[1].touchpoints.get(reference="<3@x>")
    note_signal(letter, "escalation", by=ada.actor, at=at + 9 * HOUR)
    part_customers(merge, by=ada.actor, at=at + 10 * HOUR)
    graded(at + DAY)
    told = {
        kind for grade in Grade.objects.filter(customer=carla) for kind, value in kinds(grade).items() if value == 1
    }
    assert told == {"complaint", "escalation"}


def test_a_letter_of_thanks_is_no_coming_back_also_where_nobody_marked_it(
    carla: Customer, ada: Agent, graded: Graded, at: datetime
) -> None:
    matter = written(carla, at=at, reference="<1@x>")
    answer_conversation(matter, text="Here.", resolve=True, by=ada.actor, at=at + HOUR)
    written(carla, at=at + DAY, conversation=matter.pk, text="Thank you!", reference="<2@x>")
    answer_conversation(Conversation.objects.get(pk=matter.pk), text="Gladly.", by=ada.actor, at=at + DAY + HOUR)
    graded(at + 2 * DAY)
    assert not Grade.objects.latest("occurred_at").parts["facts"]["reopened"]
    resolve_conversation(Conversation.objects.get(pk=matter.pk), by=ada.actor, at=at + 2 * DAY)
    written(carla, at=at + 3 * DAY, conversation=matter.pk, text="It broke.", reference="<3@x>")
    answer_conversation(Conversation.objects.get(pk=matter.pk), text="Oh.", by=ada.actor, at=at + 3 * DAY + HOUR)
    graded(at + 4 * DAY)
    assert Grade.objects.latest("occurred_at").parts["facts"]["reopened"]


def test_a_paper_letter_is_waited_for_as_long_as_paper_takes(
    carla: Customer, ada: Agent, graded: Graded, at: datetime
) -> None:
    letter = Logged(channel="letter", direction="in", text="My table?", occurred_at=at)
    matter = log_touchpoint(carla, letter, by=ada.actor, at=at + HOUR).conversation
    answer_conversation(matter, text="On Friday.", by=ada.actor, at=at + 5 * DAY)
    graded(at + 6 * DAY)
    facts = Grade.objects.get().parts["facts"]
    assert (facts["wait_s"], facts["expected_wait_s"]) == (5 * 86_400, pytest.approx(5 * 86_400))
    # Wherever somebody can wait for an answer they are used to some wait.
    usual = dict(DEFAULTS.usual_wait_s)
    assert {door.kind for door in doors() if not door.both_speak} <= usual.keys()
    # Numbers that were estimated under the former name know it too.
    kept = numbers_of(DEFAULTS)
    kept["usual_wait_s"] = [["letterpost", 5 * 86_400.0]]
    kept["usual_wait_s"].append(["email", 60.0])
    assert dict(parameters_from(kept).usual_wait_s) == usual | {"email": 60.0}
