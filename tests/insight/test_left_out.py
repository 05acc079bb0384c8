"""What is left out of the numbers, with counts, and what a rule settled."""

import csv
from importlib import import_module
from io import StringIO

import pytest
from django.apps import apps
from django.test import Client
from django.utils.translation import gettext as _

from rung.accounts.models import Agent, Team
from rung.core.actor import Actor
from rung.core.clock import epoch_ms
from rung.insight.access import Scope
from rung.insight.exclusions import WORDS, counted
from rung.insight.folding import fold_waiting
from rung.insight.kpis import KPIS
from rung.insight.models import ConversationFact, LeftOutFact, ResolutionFact, SpellFact, Unfolded
from rung.insight.periods import Period
from rung.insight.reckoning import Reckoning, reckon
from rung.touchpoints.incoming import Party
from rung.touchpoints.models import Conversation
from rung.touchpoints.verbs import (
    ask_beside,
    mark_spam,
    merge_conversations,
    part_from_conversation,
    resolve_conversation,
    unmark_spam,
)
from tests.cast import Desk, written
from tests.insight.conftest import DAY, Story

RULE = Actor("system", 7, "Quiet for a week")


def whole(
    story: Story, name: str, from_day: int, to_day: int, *, now: float, teams: tuple[int, ...] | None = None
) -> Reckoning:
    """A number as its own page tells it."""
    story.folded(now)
    period = Period(story.moment(from_day).date(), story.moment(to_day).date() - DAY, story.moment(now))
    return reckon(KPIS[name], period, Scope(teams), is_whole=True)


def left_out(reckoning: Reckoning) -> dict[str, int]:
    """Reason to count, told apart by its words."""
    reasons = {str(words): reason for reason, words in WORDS.items()}
    return {reasons[str(each.label)]: each.count for each in reckoning.left_out}


def settled_by_rule(conversation: Conversation, story: Story, days: float) -> None:
    resolve_conversation(conversation, by=RULE, at=story.moment(days))


def test_spam_and_what_was_merged_are_counted_where_they_are_left_out(
    story: Story, support: Team, billing: Team
) -> None:
    kept = story.writes(story.person(), 2, team=support)
    for days, team in ((2, support), (3, support), (4, billing), (9, support)):
        mark_spam(story.writes(story.person(), days, team=team), by=story.agent.actor, at=story.moment(days + 0.1))
    no_spam = story.writes(story.person(), 5, team=support)
    mark_spam(no_spam, by=story.agent.actor, at=story.moment(5.1))
    unmark_spam(no_spam, by=story.agent.actor, at=story.moment(5.2))
    double, parted = (story.writes(story.person(), days, team=support) for days in (6, 6.5))
    merge_conversations(double, kept, by=story.agent.actor, at=story.moment(6.6))
    merge_conversations(parted, kept, by=story.agent.actor, at=story.moment(6.7))
    part_from_conversation(parted, by=story.agent.actor, at=story.moment(6.8))
    written(story.person(), at=story.moment(3), team=support, is_archived=True)
    found = whole(story, "first_reply_time", 0, 7, now=10)
    assert left_out(found) == {"spam": 3, "joined": 1, "archived": 1}
    assert found.result.headline.n == ConversationFact.objects.count() == 3
    assert left_out(whole(story, "first_reply_time", 0, 7, now=10, teams=(billing.pk,))) == {"spam": 1, "joined": 0}
    assert left_out(whole(story, "first_reply_time", 8, 10, now=10)) == {"spam": 1, "joined": 0}
    # What no conversation is part of leaves none out.
    assert left_out(whole(story, "repeat_rate", 0, 7, now=100)) == {}


def test_our_own_question_to_others_is_left_out_and_counted(story: Story) -> None:
    matter = story.writes(story.person(), 2)
    asked = ask_beside(
        matter, text="Is it there?", subject="Table", to=(Party("joe@example.net"),), by=story.agent.actor,
        at=story.moment(3),
    )  # fmt: skip
    assert left_out(whole(story, "contacts_per_need", 0, 7, now=8)) == {"spam": 0, "joined": 0, "beside": 1}
    assert LeftOutFact.objects.get().began_ms == epoch_ms(story.moment(3))
    assert asked.conversation_id == LeftOutFact.objects.get().conversation


def test_what_a_rule_settled_is_closed_and_not_resolved(story: Story) -> None:
    """Counted by hand: six begun on the second day. Two resolved by a person after half a day and a day, one by a rule, one
    by a rule and then by a person, one by a person and then by a rule, one open."""
    half, day, silent, later, first, _waiting = (story.writes(story.person(), 2) for _each in range(6))
    story.answer(half, 2.5, resolve=True)
    story.answer(day, 3, resolve=True)
    story.answer(silent, 2.25)
    settled_by_rule(silent, story, 4)
    story.answer(later, 2.25)
    settled_by_rule(later, story, 4)
    story.writes_again(later, 5)
    story.answer(later, 6, resolve=True)
    story.answer(first, 3, resolve=True)
    story.writes_again(first, 4)
    story.answer(first, 4.25)
    settled_by_rule(first, story, 8)
    resolved = whole(story, "resolved_issues", 0, 9, now=30)
    # "later" and the two that stayed; the rule was the last to settle two others.
    assert resolved.result.headline.n == 3
    assert left_out(resolved) == {"spam": 0, "joined": 0, "rule": 2}
    assert {each.conversation for each in story.behind("resolved_issues", 0, 9, now=30)} == {half.pk, day.pk, later.pk}
    reopened = whole(story, "reopen_rate", 0, 9, now=30)
    # Of four that a person resolved one came back; what came back after a rule had settled it was resolved for good.
    assert (reopened.result.headline.count, reopened.result.headline.n) == (1, 4)
    assert left_out(reopened)["rule"] == 3
    time = whole(story, "resolution_time", 0, 9, now=30)
    assert left_out(time) == {"spam": 0, "joined": 0, "rule": 1, "rule_last": 1}
    # Half a day, a day, a day ("first") and four days ("later"), one open for 28 days: the third of five is a day.
    assert time.result.headline.n == 5
    assert time.result.headline.estimate is not None
    assert time.result.headline.estimate.value == 1440
    # In full without the one that a rule settled in the end: half a day, a day, four days, and one open.
    assert time.result.parts[2].n == 4
    assert time.result.parts[2].estimate is not None
    assert time.result.parts[2].estimate.value == 1440
    once = whole(story, "first_contact_resolution", 0, 9, now=30)
    # "later" took two contacts until a person had settled it, "first" came back; the open one is not settled.
    assert (once.result.headline.count, once.result.headline.n) == (2, 5)
    assert left_out(once) == {"spam": 0, "joined": 0, "rule": 1, "not_theirs": 0}
    # Closed they are all the same: one is active.
    active = story.result("active_issues", 0, 9, now=30)
    assert active.headline.n == 1


def test_what_a_rule_settles_after_their_days_leaves_nothing_out_of_the_first_contact(story: Story) -> None:
    silent = story.writes(story.person(), 2)
    settled_by_rule(silent, story, 20)
    once = whole(story, "first_contact_resolution", 0, 9, now=30)
    assert (once.result.headline.count, once.result.headline.n, left_out(once)["rule"]) == (0, 1, 0)


def test_satisfaction_by_the_day_of_asking_takes_the_last_answer_too(story: Story) -> None:
    for _each in range(5):
        story.survey("csat", 5, 2)
    conversation = story.survey("csat", 1, 2)
    story.says(conversation, story.asked(conversation, "csat", 3), "csat", 5, 3.5)
    asked = story.result("overall_satisfaction", 0, 7, now=8).parts[1]
    # Six people were satisfied in the end; that one of them had said no before is left out on both clocks.
    assert (asked.count, asked.n) == (6, 6)
    answered = story.result("overall_satisfaction", 0, 7, now=8).parts[2]
    assert (answered.count, answered.n) == (7, 7)


def test_a_bad_answer_does_not_leave_by_merging_what_it_was_about(story: Story) -> None:
    for _each in range(5):
        story.survey("csat", 5, 2)
    bad, kept = story.survey("csat", 1, 2), story.writes(story.person(), 3)

    def satisfied() -> tuple[int | None, int]:
        headline = whole(story, "overall_satisfaction", 0, 7, now=8).result.headline
        return headline.count, headline.n

    assert satisfied() == (5, 6)
    merge_conversations(bad, kept, by=story.agent.actor, at=story.moment(4))
    assert satisfied() == (5, 6)
    assert left_out(whole(story, "overall_satisfaction", 0, 7, now=8)) == {"spam": 0}
    assert bad.pk in {each.conversation for each in story.behind("overall_satisfaction", 0, 7, now=8)}
    assert left_out(whole(story, "resolved_issues", 0, 7, now=8))["joined"] == 1
    # It may be answered once more, and taken back out.
    story.says(bad, story.asked(bad, "csat", 4.5), "csat", 4, 5)
    assert satisfied() == (6, 6)
    part_from_conversation(bad, by=story.agent.actor, at=story.moment(6))
    assert satisfied() == (6, 6)
    # Spam is no service, and so no answer about it.
    mark_spam(bad, by=story.agent.actor, at=story.moment(6.5))
    assert satisfied() == (5, 5)


def test_a_machine_waits_for_nobody(story: Story) -> None:
    notice = story.writes(story.person(), 2, is_automatic=True)
    story.folded(3)
    assert not Conversation.objects.get(pk=notice.pk).awaits_us()
    assert [spell.turn for spell in SpellFact.objects.filter(conversation=notice.pk)] == ["customer"]
    story.writes_again(notice, 4)
    story.folded(5)
    assert Conversation.objects.get(pk=notice.pk).awaits_us()
    assert [spell.turn for spell in SpellFact.objects.filter(conversation=notice.pk).order_by("ordinal")] == [
        "customer", "us",
    ]  # fmt: skip


@pytest.mark.parametrize("is_settled", [True, False])
def test_what_was_settled_waits_no_more_when_it_is_merged(story: Story, is_settled: bool) -> None:
    kept, double = story.writes(story.person(), 3), story.writes(story.person(), 2)
    story.answer(kept, 3.5)
    if is_settled:
        story.resolve(double, 2.5)
    merge_conversations(double, kept, by=story.agent.actor, at=story.moment(4))
    story.folded(5)
    last = SpellFact.objects.filter(conversation=kept.pk).order_by("ordinal").last()
    assert last is not None
    assert (last.turn == "us") == Conversation.objects.get(pk=kept.pk).awaits_us() == (not is_settled)
    # The clock of the one that is kept starts at the earliest word either way.
    assert ConversationFact.objects.get().opened_ms == epoch_ms(story.moment(2))


def test_the_page_and_the_file_say_what_was_left_out(story: Story, root: Agent, client_of: Desk) -> None:
    conversation = story.writes(story.person(), 2)
    story.answer(conversation, 2.1)
    settled_by_rule(conversation, story, 4)
    mark_spam(story.writes(story.person(), 3), by=story.agent.actor, at=story.moment(3.1))
    story.folded(10)
    days = f"from={story.moment(0).date()}&to={story.moment(9).date()}"
    client: Client = client_of(root)
    page = client.get(f"/numbers/resolved_issues?{days}").content.decode()
    assert "settled by a rule and not by a person" in page
    assert 'scope="row">spam</th><td class="number">1</td>' in page
    told = csv.DictReader(StringIO(client.get(f"/numbers/resolved_issues.csv?{days}").content.decode()))
    counts = {row["label"]: row["counted"] or row["value"] for row in told if row["row"] == "left out"}
    assert (counts["spam"], counts["settled by a rule and not by a person"]) == ("1", "1")


def test_what_was_left_out_before_there_were_facts_of_it_is_folded_anew(story: Story) -> None:
    mark_spam(story.writes(story.person(), 2), by=story.agent.actor, at=story.moment(2.1))
    matter = story.writes(story.person(), 2)
    settled_by_rule(matter, story, 4)
    written(story.person(), at=story.moment(3), is_archived=True)
    story.writes(story.person(), 5)
    story.folded(10)
    LeftOutFact.objects.all().delete()
    assert ResolutionFact.objects.filter(by_agent=0).count() == 1
    import_module("rung.insight.migrations.0006_left_out").fold_again(apps, None)
    assert Unfolded.objects.count() == 3
    while fold_waiting():
        pass
    assert sorted(LeftOutFact.objects.values_list("reason", flat=True)) == ["archived", "spam"]


@pytest.mark.parametrize("name", KPIS)
def test_of_nothing_nothing_is_left_out(story: Story, name: str) -> None:
    assert not any(left_out(whole(story, name, 0, 7, now=8)).values())


def test_a_reason_of_a_companys_own_is_told_by_its_name() -> None:
    told = counted("SELECT 'tried' AS reason, 0 AS cases", [{"reason": "tried", "cases": 2}])
    assert [(str(words), count) for words, count in told] == [
        (_("spam"), 0), (str(WORDS["joined"]), 0), ("tried", 2),
    ]  # fmt: skip
