"""One matter is one case: one answer to a question, one customer in whichever teams, one handing on from hand to hand."""

import pytest

from rung.accounts.models import Agent, Team
from rung.insight.kpi import Result
from rung.insight.models import ConversationFact
from rung.touchpoints.models import Conversation
from rung.touchpoints.verbs import assign_conversation, merge_conversations, part_from_conversation
from tests.insight.conftest import Story


def counted(story: Story, name: str = "overall_satisfaction") -> tuple[int | None, int]:
    headline = story.result(name, 0, 30, now=40).headline
    return headline.count, headline.n


@pytest.fixture
def asked_twice(story: Story) -> tuple[Conversation, Conversation]:
    """Somebody who wrote twice about one matter and was asked twice: content the first time, and not the second."""
    customer = story.person()
    matters = (story.writes(customer, 1), story.writes(customer, 2))
    for days, matter, value in zip((3, 4), matters, (5, 1), strict=True):
        story.answer(matter, days - 0.5, resolve=True)
        story.says(matter, story.asked(matter, "csat", days), "csat", value, days + 0.25)
    return matters


@pytest.mark.parametrize("kept", [0, 1])
def test_of_two_that_became_one_the_last_answer_counts(
    story: Story, asked_twice: tuple[Conversation, Conversation], kept: int
) -> None:
    assert counted(story) == (1, 2)
    joining = asked_twice[1 - kept]
    merge_conversations(joining, asked_twice[kept], by=story.agent.actor, at=story.moment(6))
    assert counted(story) == (0, 1)
    assert story.result("overall_satisfaction", 0, 30, now=40).excluded[0].count == 1
    assert {each.conversation for each in story.behind("overall_satisfaction", 0, 30, now=40)} == {asked_twice[1].pk}
    part_from_conversation(Conversation.objects.get(pk=joining.pk), by=story.agent.actor, at=story.moment(7))
    assert counted(story) == (1, 2)


def test_an_answer_that_comes_after_they_became_one_is_the_last(
    story: Story, asked_twice: tuple[Conversation, Conversation]
) -> None:
    first, second = asked_twice
    third = story.writes(first.customer, 5)
    merge_conversations(first, second, by=story.agent.actor, at=story.moment(6))
    second.refresh_from_db()
    merge_conversations(second, third, by=story.agent.actor, at=story.moment(7))
    assert counted(story) == (0, 1)
    story.says(first, 1, "csat", 4, 8)
    assert counted(story) == (1, 1)
    story.says(third, story.asked(third, "csat", 9), "csat", 2, 10)
    assert counted(story) == (0, 1)


def test_a_customer_with_matters_in_two_teams_is_one_customer(story: Story, support: Team, billing: Team) -> None:
    """Whoever writes often writes often everywhere: in two teams or in one, it is as sure."""

    def told(first: Team, second: Team, name: str) -> Result:
        days = 1 + 10 * len(ends)
        for number in range(12):
            customer = story.person()
            for later, team in enumerate((first, second)):
                matter = story.writes(customer, days + later, team=team)
                for again in range(4 if number % 3 == 0 else 0):
                    story.writes_again(matter, days + later + 0.1 + again / 10)
        return story.result(name, days, days + 5, now=days + 6)

    ends: list[tuple[float, float]] = []
    for name, teams in (
        ("contacts_per_need", (support, support)), ("contacts_per_need", (support, billing)),
        ("observed_effort", (support, support)), ("observed_effort", (support, billing)),
    ):  # fmt: skip
        headline = told(*teams, name).headline
        assert headline.estimate is not None
        ends.append((headline.estimate.low, headline.estimate.high))
        assert headline.people == 12
    assert ends[0] == pytest.approx(ends[1])
    assert ends[2] == pytest.approx(ends[3])


Hands = tuple[str, str]


@pytest.mark.parametrize(
    ("hands", "transfers"),
    [
        ([("", "support"), ("ada", "support")], 0),  # the first who takes it up
        ([("ada", "support"), ("", "support")], 0),  # given back, and nobody has it
        ([("ada", "support"), ("", "support"), ("ada", "support")], 0),
        ([("ada", "support"), ("", "support"), ("bo", "support")], 1),
        ([("ada", "support"), ("bo", "support")], 1),
        ([("ada", "support"), ("", "billing")], 1),
        ([("ada", "support"), ("", "billing"), ("bo", "billing")], 1),  # one handing on, in two steps
        ([("ada", "support"), ("", ""), ("bo", "billing")], 1),
        ([("ada", "support"), ("bo", "billing"), ("ada", "support")], 2),
    ],
)
def test_a_matter_is_handed_on_when_others_have_it_than_had_it_last(
    story: Story, ada: Agent, bo: Agent, support: Team, billing: Team, hands: list[Hands], transfers: int
) -> None:
    people, teams = {"ada": ada, "bo": bo}, {"support": support, "billing": billing}
    matter = story.writes(story.person(), 1)
    for number, (agent, team) in enumerate(hands):
        assign_conversation(
            matter, agent=people.get(agent), team=teams.get(team), by=ada.actor, at=story.moment(1.1 + number / 10)
        )
    story.folded(5)
    assert ConversationFact.objects.get().transfers == transfers
    # Put into another it was handed on all the same.
    other = story.writes(matter.customer, 5)
    merge_conversations(Conversation.objects.get(pk=matter.pk), other, by=ada.actor, at=story.moment(6))
    story.folded(7)
    assert ConversationFact.objects.get().transfers == transfers
    part_from_conversation(Conversation.objects.get(pk=matter.pk), by=ada.actor, at=story.moment(8))
    story.folded(9)
    counted = dict(ConversationFact.objects.values_list("conversation", "transfers"))
    assert counted == {matter.pk: transfers, other.pk: 0}
