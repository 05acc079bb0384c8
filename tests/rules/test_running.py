"""Rules at work: order, log, brakes, and what they may not do."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from rung.accounts.models import Agent, Team
from rung.accounts.verbs import create_agent
from rung.business.verbs import go_away
from rung.canned.verbs import Wording, make_canned
from rung.core.actor import SYSTEM
from rung.customers.models import Customer
from rung.fields.models import Value
from rung.fields.verbs import make_field
from rung.journal.models import Entry
from rung.rules import reactions
from rung.rules.conditions import Condition
from rung.rules.deeds import DEEDS, Deed
from rung.rules.models import PassedOver, Rule, Run
from rung.rules.plans import Plan
from rung.rules.verbs import make_rule, move_rule, run_rules_on_waits, switch_rule
from rung.rules.verbs.running import DEEPEST, MOST_FAILURES, MOST_IN_AN_HOUR
from rung.touchpoints.access import tags_of
from rung.touchpoints.models import Conversation, Note, Tag, Touchpoint
from rung.touchpoints.verbs import answer_conversation, create_tag, mark_spam, resolve_conversation, tag_conversation
from tests.cast import written

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
Make = Callable[..., Rule]


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch, at: datetime) -> None:
    """The reaction asks the clock; here it is ten minutes after everything begins."""
    monkeypatch.setattr(reactions.clock, "now", lambda: at + 10 * MINUTE)


@pytest.fixture
def rule(at: datetime) -> Make:
    def make(*deeds: Deed, name: str = "Rule", **said: Any) -> Rule:
        made = make_rule(Plan(name=name, deeds=deeds, **said), by=SYSTEM, at=at)
        switch_rule(made, on=True, by=SYSTEM, at=at)
        made.refresh_from_db()
        return made

    return make


@pytest.fixture
def tag(at: datetime) -> Tag:
    return create_tag("refund", by=SYSTEM, at=at)


def on(matter: Conversation) -> list[str]:
    return [tag.name for tag in tags_of([matter.pk]).get(matter.pk, ())]


def test_what_is_met_is_done_and_written_down(
    rule: Make, tag: Tag, carla: Customer, support: Team, at: datetime, work: Any
) -> None:
    made = rule(
        Deed("tag", (str(tag.pk),)),
        Deed("team", (str(support.pk),)),
        Deed("priority", ("high",)),
        conditions=(Condition("said", "any", ("refund",)),),
        name="Refunds",
    )
    matter = written(carla, at=at + MINUTE, subject="My refund")
    other = written(carla, at=at + MINUTE, subject="Thanks", reference="<2@x>")
    work(at + 10 * MINUTE)
    matter.refresh_from_db()
    assert (on(matter), matter.team, matter.priority) == (["refund"], support, "high")
    assert on(other) == []
    run = Run.objects.get()
    assert (run.rule, run.conversation, run.result, run.depth) == (made, matter, "done", 1)
    assert run.met == ["Subject or text contains one of: refund"]
    assert [how for _said, how, _why in run.done] == ["done"] * 3
    facts = Entry.objects.filter(actor_kind="system", actor_key=made.pk)
    assert {fact.kind for fact in facts} == {
        "conversation.tagged", "conversation.assigned", "conversation.priority_set", "rule.ran",
    }  # fmt: skip
    assert (run.first_entry, run.last_entry) == (facts.order_by("pk")[0].pk, facts.order_by("-pk")[0].pk)


def test_the_same_fact_told_again_is_no_second_run(rule: Make, carla: Customer, at: datetime, work: Any) -> None:
    rule(Deed("note", text="Look at this."))
    matter = written(carla, at=at + MINUTE)
    work(at + 10 * MINUTE)
    entry = Entry.objects.get(kind="touchpoint.received")
    reactions.let_rules_look([reactions.Told(entry.event, entry)])
    assert Note.objects.filter(conversation=matter).count() == Run.objects.count() == 1


def test_what_came_before_a_rule_was_on_is_not_its_business(
    rule: Make, carla: Customer, at: datetime, work: Any
) -> None:
    written(carla, at=at - MINUTE)
    rule(Deed("priority", ("urgent",)))
    work(at + 10 * MINUTE)
    assert not Run.objects.exists()


def test_a_rule_that_is_off_or_deleted_does_nothing(rule: Make, carla: Customer, at: datetime, work: Any) -> None:
    switch_rule(rule(Deed("priority", ("urgent",))), on=False, by=SYSTEM, at=at)
    written(carla, at=at + MINUTE)
    work(at + 10 * MINUTE)
    assert not Run.objects.exists()


def test_each_sees_what_those_above_it_did_and_the_last_ends_it(
    rule: Make, tag: Tag, carla: Customer, at: datetime, work: Any
) -> None:
    first = rule(Deed("tag", (str(tag.pk),)), name="first")
    second = rule(
        Deed("priority", ("high",)), name="second", conditions=(Condition("tag", "any", (str(tag.pk),)),), is_last=True
    )
    third = rule(Deed("resolve"), name="third")
    matter = written(carla, at=at + MINUTE)
    work(at + 10 * MINUTE)
    matter.refresh_from_db()
    assert [run.rule for run in Run.objects.order_by("pk")] == [first, second]
    assert (matter.priority, matter.state) == ("high", "open")
    move_rule(third, up=True, by=SYSTEM, at=at)
    assert list(Rule.objects.standing()) == [first, third, second]


@pytest.mark.parametrize(
    ("moment", "times"),
    [("incoming", 2), ("opened", 1), ("again", 1), ("answered", 1), ("assigned", 1), ("resolved", 1), ("tagged", 1)],
)
def test_moments_come_when_they_come(
    moment: str, times: int, rule: Make, tag: Tag, carla: Customer, ada: Agent, at: datetime, work: Any
) -> None:
    rule(Deed("untag", (str(tag.pk),)), moment=moment)
    matter = written(carla, at=at + MINUTE, reference="<1@x>")
    written(carla, at=at + 2 * MINUTE, reference="<2@x>", references=("<1@x>",))
    tag_conversation(matter, tag, by=ada.actor, at=at + 3 * MINUTE)
    answer_conversation(matter, text="Yes.", by=ada.actor, at=at + 3 * MINUTE)
    resolve_conversation(matter, by=ada.actor, at=at + 4 * MINUTE)
    work(at + 10 * MINUTE)
    assert Run.objects.count() == times


def test_a_rule_can_wait_for_one_tag(
    rule: Make, tag: Tag, carla: Customer, ada: Agent, at: datetime, work: Any
) -> None:
    other = create_tag("other", by=SYSTEM, at=at)
    rule(Deed("priority", ("low",)), moment="tagged", tag=other.pk)
    matter = written(carla, at=at + MINUTE)
    tag_conversation(matter, tag, by=ada.actor, at=at + MINUTE)
    work(at + 10 * MINUTE)
    assert not Run.objects.exists()
    tag_conversation(matter, other, by=ada.actor, at=at + MINUTE)
    work(at + 10 * MINUTE)
    assert Run.objects.count() == 1


def test_spam_history_and_what_is_asked_beside_are_nothing_for_rules(
    rule: Make, carla: Customer, karim: Customer, ada: Agent, at: datetime, work: Any
) -> None:
    rule(Deed("priority", ("urgent",)))
    written(carla, at=at + MINUTE, is_spam=True)
    written(karim, at=at + MINUTE, is_archived=True)
    mark_spam(written(karim, at=at + MINUTE, reference="<x@y>"), by=ada.actor, at=at + MINUTE)
    work(at + 10 * MINUTE)
    assert not Run.objects.exists()


@pytest.fixture
def canned(lin: Agent, at: datetime) -> Deed:
    made = make_canned(Wording(title="Thanks", text="Dear {customer.first_name}, thanks."), by=lin.actor, at=at)
    return Deed("answer", (str(made.pk),))


def test_it_answers_once_and_as_a_notice(rule: Make, canned: Deed, carla: Customer, at: datetime, work: Any) -> None:
    rule(canned)
    matter = written(carla, at=at + MINUTE, reference="<1@x>")
    written(carla, at=at + 2 * MINUTE, reference="<2@x>", references=("<1@x>",))
    work(at + 10 * MINUTE)
    letter = Touchpoint.objects.get(direction="out")
    assert (letter.text, letter.is_automatic, letter.subject) == (
        "Dear Carla, thanks.",
        True,
        "Re: My table has not come",
    )
    matter.refresh_from_db()
    assert matter.awaits_us(), "no person of us has answered yet"
    assert [run.result for run in Run.objects.order_by("pk")] == ["done", "refused"]


def test_a_machine_gets_no_answer(rule: Make, canned: Deed, carla: Customer, at: datetime, work: Any) -> None:
    rule(canned)
    written(carla, at=at + MINUTE, is_automatic=True)
    work(at + 10 * MINUTE)
    assert not Touchpoint.objects.filter(direction="out").exists()
    assert "machine" in Run.objects.get().done[0][2]


def test_somebodys_own_canned_answer_is_not_for_rules(
    rule: Make, ada: Agent, carla: Customer, at: datetime, work: Any
) -> None:
    own = make_canned(Wording(title="Mine", text="Secret", owner=ada), by=ada.actor, at=at)
    rule(Deed("answer", (str(own.pk),)))
    written(carla, at=at + MINUTE)
    work(at + 10 * MINUTE)
    assert Run.objects.get().result == "refused"


def test_turns_go_round_among_those_who_are_there(
    rule: Make, ada: Agent, lin: Agent, support: Team, carla: Customer, at: datetime, work: Any
) -> None:
    away = create_agent(email="al@desk.example", name="Al", teams=[support], by=SYSTEM, at=at)
    go_away(away, until=at + timedelta(days=2), by=away.actor, at=at)
    rule(Deed("turn", (str(support.pk),)), moment="opened")
    matters = [written(carla, at=at + n * MINUTE, subject=f"{n}", reference=f"<{n}@x>") for n in range(1, 6)]
    work(at + 10 * MINUTE)
    given = [Conversation.objects.get(pk=each.pk).assignee for each in matters]
    assert given == [ada, lin, ada, lin, ada]


def test_where_nobody_is_there_the_team_gets_it_and_the_log_says_so(
    rule: Make, billing: Team, carla: Customer, at: datetime, work: Any
) -> None:
    rule(Deed("turn", (str(billing.pk),)))
    matter = written(carla, at=at + MINUTE)
    work(at + 10 * MINUTE)
    matter.refresh_from_db()
    assert (matter.team, matter.assignee) == (billing, None)
    assert "Nobody of Billing is there" in Run.objects.get().done[0][2]


def test_the_rest_is_done_where_one_deed_is_refused(rule: Make, carla: Customer, at: datetime, work: Any) -> None:
    field = make_field("conversation", "Cost", kind="number", by=SYSTEM, at=at)
    rule(Deed("field", (str(field.pk),), "a lot"), Deed("team", ("9999",)), Deed("priority", ("low",)))
    matter = written(carla, at=at + MINUTE)
    work(at + 10 * MINUTE)
    matter.refresh_from_db()
    assert matter.priority == "low"
    assert not Value.objects.exists()
    assert [how for _said, how, _why in Run.objects.get().done] == ["refused", "refused", "done"]


def test_rules_run_upon_rules_so_deep_and_no_deeper(
    rule: Make, lin: Agent, carla: Customer, at: datetime, work: Any
) -> None:
    tags = [create_tag(f"t{n}", by=SYSTEM, at=at) for n in range(6)]
    rule(Deed("tag", (str(tags[0].pk),)))
    for before, after in pairwise(tags):
        rule(Deed("tag", (str(after.pk),)), moment="tagged", tag=before.pk, name=f"on {before}")
    matter = written(carla, at=at + MINUTE)
    work(at + 10 * MINUTE)
    assert on(matter) == ["t0", "t1", "t2"]
    assert sorted(Run.objects.filter(result="done").values_list("depth", flat=True)) == [1, 2, 3]
    held = Run.objects.get(result="held")
    assert held.depth == DEEPEST + 1
    assert Entry.objects.get(kind="rule.held").data["agents"] == [lin.pk]


def test_two_rules_that_undo_each_other_come_to_rest(
    rule: Make, tag: Tag, carla: Customer, at: datetime, work: Any
) -> None:
    rule(Deed("untag", (str(tag.pk),)), Deed("reopen"), moment="resolved", name="open")
    rule(Deed("resolve"), moment="reopened", name="close")
    matter = written(carla, at=at + MINUTE)
    resolve_conversation(matter, by=SYSTEM, at=at + MINUTE)
    work(at + 10 * MINUTE)
    assert Run.objects.exclude(result="held").count() == DEEPEST


def test_a_conversation_has_a_brake_of_its_own(
    rule: Make, carla: Customer, karim: Customer, at: datetime, work: Any
) -> None:
    rule(Deed("note", text="again"), moment="incoming")
    for number in range(MOST_IN_AN_HOUR + 5):
        written(carla, at=at + MINUTE, reference=f"<{number}@x>", references=("<0@x>",) if number else ())
    calm = written(karim, at=at + MINUTE)
    work(at + 10 * MINUTE)
    assert Run.objects.filter(result="done", conversation__customer=carla).count() == MOST_IN_AN_HOUR
    held = Run.objects.get(result="held")
    assert held.times == 5
    assert Entry.objects.filter(kind="rule.held").count() == 1
    assert Run.objects.get(conversation=calm).result == "done"


def test_one_poisoned_rule_holds_nobody_up_and_switches_itself_off(
    rule: Make, carla: Customer, lin: Agent, at: datetime, work: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(doing: Any, deed: Any) -> bool:
        raise ZeroDivisionError("poison")

    monkeypatch.setitem(DEEDS, "reopen", DEEDS["reopen"].__class__("Reopen", broken))
    poisoned = rule(Deed("priority", ("low",)), Deed("reopen"), name="poisoned")
    rule(Deed("priority", ("urgent",)), name="sound")
    matters = [written(carla, at=at + MINUTE, subject=f"{n}", reference=f"<{n}@x>") for n in range(MOST_FAILURES + 2)]
    work(at + 10 * MINUTE)
    assert {Conversation.objects.get(pk=each.pk).priority for each in matters} == {"urgent"}
    poisoned.refresh_from_db()
    assert not poisoned.is_on
    assert "failed" in poisoned.stopped_because
    assert Run.objects.filter(rule=poisoned, result="failed").count() == MOST_FAILURES
    assert "ZeroDivisionError" in Run.objects.filter(rule=poisoned).first().why
    assert Entry.objects.filter(kind="rule.switched", data__on=False).count() == 1


def test_whoever_waits_so_long_is_looked_at_once(
    rule: Make, carla: Customer, karim: Customer, ada: Agent, at: datetime
) -> None:
    rule(Deed("priority", ("urgent",)), moment="waited", hours=2, conditions=(Condition("team", "is", ("",)),))
    long, answered = written(carla, at=at), written(karim, at=at)
    answer_conversation(answered, text="Yes.", by=ada.actor, at=at + MINUTE)
    sweep = {"by": SYSTEM, "limit": 50}
    run_rules_on_waits(at=at + timedelta(minutes=119), **sweep)
    assert not Run.objects.exists()
    for _twice in range(2):
        run_rules_on_waits(at=at + timedelta(minutes=121), **sweep)
    assert [run.conversation for run in Run.objects.all()] == [long]


def test_whoever_had_waited_so_long_before_is_not_its_business(rule: Make, carla: Customer, at: datetime) -> None:
    written(carla, at=at - timedelta(hours=3))
    rule(Deed("priority", ("urgent",)), moment="waited", hours=2)
    run_rules_on_waits(by=SYSTEM, at=at + timedelta(hours=9), limit=50)
    assert not Run.objects.exists()


def test_a_wait_that_is_none_of_its_business_is_looked_at_once(rule: Make, carla: Customer, at: datetime) -> None:
    rule(Deed("resolve"), moment="waited", hours=1, conditions=(Condition("subject", "any", ("nothing",)),))
    written(carla, at=at)
    for _twice in range(2):
        run_rules_on_waits(by=SYSTEM, at=at + timedelta(hours=2), limit=50)
    assert PassedOver.objects.count() == 1
    assert not Run.objects.exists()


@pytest.mark.parametrize(
    "plan",
    [
        {"name": " ", "deeds": (Deed("resolve"),)},
        {"name": "x"},
        {"name": "x", "deeds": (Deed("team"),)},
        {"name": "x", "deeds": (Deed("note"),)},
        {"name": "x", "deeds": (Deed("snooze", ("0",)),)},
        {"name": "x", "deeds": (Deed("resolve"),), "moment": "never"},
        {"name": "x", "deeds": (Deed("resolve"),), "conditions": (Condition("subject", "any", (" , ",)),)},
        {"name": "x", "deeds": (Deed("resolve"),), "conditions": (Condition("subject", "sort of", ("x",)),)},
    ],
)
def test_a_rule_that_lacks_something_is_not_made(plan: dict[str, Any], db: None, at: datetime) -> None:
    with pytest.raises(ValidationError):
        make_rule(Plan(**plan), by=SYSTEM, at=at)
    assert not Rule.objects.exists()


def test_without_rules_a_batch_costs_one_statement(
    carla: Customer, at: datetime, django_assert_num_queries: Any
) -> None:
    for number in range(5):
        written(carla, at=at + MINUTE, reference=f"<{number}@x>")
    told = [reactions.Told(entry.event, entry) for entry in Entry.objects.filter(kind="touchpoint.received")]
    assert len(told) == 5
    with django_assert_num_queries(1):
        reactions.let_rules_look(told)


def test_what_no_rule_meets_costs_the_same_however_much_it_is(
    rule: Make, tag: Tag, carla: Customer, karim: Customer, at: datetime, django_assert_num_queries: Any
) -> None:
    asks = (Condition("subject", "any", ("nothing",)), Condition("tag", "any", (str(tag.pk),)))
    for number in range(3):
        rule(Deed("resolve"), name=f"{number}", conditions=asks)
    for number in range(20):
        written((carla, karim)[number % 2], at=at + MINUTE, subject=f"{number}", reference=f"<{number}@x>")
    told = [reactions.Told(entry.event, entry) for entry in Entry.objects.filter(kind="touchpoint.received")]
    with django_assert_num_queries(4):  # rules, conversations, touchpoints, tags
        reactions.let_rules_look(told)
