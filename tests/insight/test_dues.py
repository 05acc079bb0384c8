"""Calls, promises, deadlines, ease and causes: what their entries come to, and the KPIs over them by hand."""

from dataclasses import asdict
from datetime import timedelta

import pytest
from django.db import transaction

from rung.accounts.models import Agent, Team
from rung.channels.phone.models import Telephone
from rung.channels.phone.verbs import Announced, add_telephone, announce_call
from rung.core.actor import SYSTEM
from rung.customers.models import Customer
from rung.customers.verbs import add_address, merge_customers
from rung.insight.folding import drop_strays, fold_waiting, refold_conversations, refold_loose
from rung.insight.kpi import Measure
from rung.insight.kpis import KPIS
from rung.insight.models import CallFact, DeadlineFact, PromiseFact, SignalFact
from rung.insight.statistics import wilson
from rung.insight.words import value as said
from rung.journal.verbs import record
from rung.promises.events import DeadlineDropped, DeadlineMet, DeadlineMissed, DeadlineReopened
from rung.promises.verbs import break_promise, keep_promise, make_promise, move_promise, withdraw_promise
from rung.touchpoints.models import Conversation
from rung.touchpoints.verbs import assign_conversation
from tests.insight.conftest import Story
from tests.insight.test_kpis import excluded, value

S = timedelta(seconds=1)


def counted(measure: Measure | None) -> tuple[int | None, int]:
    assert measure is not None
    return measure.count, measure.n


@pytest.fixture
def telephone(story: Story, root: Agent, support: Team) -> Telephone:
    return add_telephone("Front desk", team=support, by=root.actor, at=story.start)[0]


def calls(
    story: Story,
    telephone: Telephone,
    name: str,
    days: float,
    *,
    rings: int | None,
    spoken: int | None,
    number: str = "",
    way: str = "in",
) -> None:
    """A call that rings so many seconds (None: announced only afterwards) and is spoken for so many (None: in vain)."""
    at = story.moment(days)
    base = Announced(name=name, state="ringing", number=number, way=way)

    def announced(state: str, seconds: int | None = None) -> None:
        announce_call(telephone, Announced(**{**asdict(base), "state": state, "seconds": seconds}), by=SYSTEM, at=at)

    if rings is not None:
        announced("ringing")
        at += rings * S
    if spoken is not None:
        announced("answered")
        at += spoken * S
    announced("ended", spoken)


def test_calls_that_were_taken_given_up_or_hardly_begun(story: Story, telephone: Telephone, support: Team) -> None:
    for n, rings in enumerate((5, 10, 19, 20, 40)):
        calls(story, telephone, f"taken {n}", 1 + n / 24, rings=rings, spoken=60, number=f"+4930123450{n}")
    calls(story, telephone, "in vain", 2, rings=30, spoken=None, number="+4930123460")
    calls(story, telephone, "hung up", 2.1, rings=3, spoken=None)
    calls(story, telephone, "told late", 2.2, rings=None, spoken=45, number="+4930123461")
    calls(story, telephone, "told late, in vain", 2.3, rings=None, spoken=None)
    calls(story, telephone, "ours", 2.4, rings=9, spoken=None, way="out", number="+4930123462")
    result = story.result("abandonment", 0, 10, now=20)
    assert counted(result.headline) == (2, 8)
    assert result.headline.estimate == wilson(2, 8)
    assert value(result.parts[0]) == 30
    assert counted(result.parts[1]) == (1, 9)
    assert counted(result.counter) == (1, 2)
    assert excluded(result, "hung up within") == 1
    level = story.result("service_level", 0, 10, now=20)
    assert counted(level.headline) == (3, 6)
    assert counted(level.parts[0]) == (3, 5)
    assert counted(level.counter) == (1, 6)
    assert excluded(level, "announced only") == 2
    speed = story.result("speed_of_answer", 0, 10, now=20)
    assert value(speed.headline) == pytest.approx((5 + 10 + 19 + 20 + 40) / 5)
    assert speed.headline.n == 5
    assert value(speed.parts[0]) == 40
    assert said("seconds", 18.8) == "19 s"
    assert CallFact.objects.filter(team=support.pk).count() == 10


def test_a_call_that_still_rings_is_neither_taken_nor_given_up(story: Story, telephone: Telephone) -> None:
    announce_call(telephone, Announced(name="now", state="ringing"), by=SYSTEM, at=story.moment(1))
    assert story.result("abandonment", 0, 10, now=1 + 20 / 86_400).headline.n == 0


def test_folding_calls_again_in_another_order_comes_to_the_same(story: Story, telephone: Telephone) -> None:
    calls(story, telephone, "one", 1, rings=12, spoken=30, number="+4930123450")
    calls(story, telephone, "two", 1.1, rings=12, spoken=None, number="+4930123450")
    story.folded(2)
    before = list(CallFact.objects.order_by("pk").values())
    refold_loose(0)
    assert list(CallFact.objects.order_by("pk").values()) == before
    CallFact.objects.all().delete()
    refold_loose(0)
    assert list(CallFact.objects.order_by("pk").values()) == before
    CallFact.objects.create(phone_call=999_999, began_ms=1)
    assert drop_strays() == 1


def test_the_calls_of_a_merged_caller_are_those_of_whom_we_kept(story: Story, telephone: Telephone) -> None:
    kept, merged = story.person(), story.person()
    add_address(merged, "+4930123450", kind="phone", by=story.agent.actor, at=story.start)
    calls(story, telephone, "one", 1, rings=12, spoken=None, number="+4930123450")
    story.folded(2)
    assert CallFact.objects.get().customer == merged.pk
    merge_customers(kept, merged, by=story.agent.actor, at=story.moment(3))
    story.folded(4)
    assert CallFact.objects.get().customer == kept.pk
    refold_loose(0)
    assert CallFact.objects.get().customer == kept.pk


def promised(story: Story, customer: Customer, due: float, *, conversation: Conversation | None = None) -> object:
    return make_promise(
        customer, "The table arrives", due_at=story.moment(due), conversation=conversation, by=story.agent.actor,
        at=story.moment(0.5),
    )  # fmt: skip


def test_promises_kept_late_broken_and_forgotten(story: Story, support: Team, billing: Team) -> None:
    held = story.writes(story.person(), 0.1, team=support)
    people = [held.customer, *(story.person() for _ in range(6))]
    kept, late, broken, forgotten, moved, mistaken, later = (
        promised(story, customer, 3 if n < 6 else 30, conversation=held if n == 0 else None)
        for n, customer in enumerate(people)
    )
    keep_promise(kept, by=story.agent.actor, at=story.moment(2))
    keep_promise(late, by=story.agent.actor, at=story.moment(4))
    break_promise(broken, told="It is sold out.", by=story.agent.actor, at=story.moment(2))
    move_promise(moved, due_at=story.moment(6), by=story.agent.actor, at=story.moment(2))
    keep_promise(moved, by=story.agent.actor, at=story.moment(5))
    withdraw_promise(mistaken, by=story.agent.actor, at=story.moment(1))
    assert (forgotten, later) is not None
    result = story.result("promise_kept_rate", 0, 10, now=10)
    assert counted(result.headline) == (2, 5)
    assert [counted(part) for part in result.parts] == [(1, 5), (1, 5), (1, 5), (1, 5)]
    assert value(result.counter) == 1
    assert (PromiseFact.objects.get(pk=kept.pk).team, PromiseFact.objects.count()) == (support.pk, 6)
    assign_conversation(held, agent=None, team=billing, by=story.agent.actor, at=story.moment(11))
    story.folded(11.5)
    assert PromiseFact.objects.get(pk=kept.pk).team == billing.pk
    before = list(PromiseFact.objects.order_by("pk").values())
    PromiseFact.objects.all().delete()
    while refold_loose(0)[0]:
        break
    assert list(PromiseFact.objects.order_by("pk").values()) == before


def test_deadlines_met_missed_and_owed_no_longer(story: Story, support: Team) -> None:
    matter = story.writes(story.person(), 1, team=support)
    of = {"conversation": matter.pk, "customer": matter.customer_id, "target": 1}
    due = {"due_ms": 0, "team": support.pk, "priority": "normal"}
    with transaction.atomic():
        for n in range(4):
            record(
                DeadlineMet(deadline=n, owed="first", **of, **due, paused_s=60 * (n % 2)), by=SYSTEM, at=story.moment(2)
            )
        record(DeadlineMissed(deadline=4, owed="resolution", **of, **due), by=SYSTEM, at=story.moment(3))
        record(DeadlineMissed(deadline=5, owed="next", **of, **due), by=SYSTEM, at=story.moment(3))
        record(DeadlineReopened(deadline=2, owed="first", **of), by=SYSTEM, at=story.moment(4))
        record(DeadlineDropped(deadline=3, owed="first", **of), by=SYSTEM, at=story.moment(4))
        record(DeadlineMissed(deadline=0, owed="first", **of, **due), by=SYSTEM, at=story.moment(5))
    result = story.result("sla_attainment", 0, 10, now=20)
    assert counted(result.headline) == (1, 4)
    assert [counted(part) for part in result.parts[:3]] == [(1, 2), (0, 1), (0, 1)]
    assert counted(result.parts[3]) == (1, 4)
    assert counted(result.counter) == (1, 4)
    assert [each.count for each in result.excluded] == [1]
    assert DeadlineFact.objects.count() == 5


def test_the_customer_worst_off_is_told_once_enough_was_owed_to_them() -> None:
    further = KPIS["sla_attainment"].further
    assert further is not None
    rows = [{"amount_n": 1, "count_n": 2, "people": 1}, {"amount_n": 3, "count_n": 6, "people": 1},
            {"amount_n": 9, "count_n": 10, "people": 4}]  # fmt: skip
    (worst,) = further.finish(rows)
    assert counted(worst) == (3, 6)
    assert further.finish(rows[:1]) == ()


def test_how_easy_it_was_in_both_forms(story: Story) -> None:
    for answer in (7, 6, 5, 4, 1):
        story.survey("ces", answer, 2)
    story.survey("ces", None, 2)
    story.survey("csat", 5, 2)
    result = story.result("customer_effort_score", 0, 10, now=20)
    assert counted(result.headline) == (3, 5)
    assert result.headline.estimate == wilson(3, 5)
    mean = result.parts[0].estimate
    assert mean is not None
    assert mean.value == pytest.approx(4.6)
    # Student's t with 4 degrees of freedom is 2.7764; the standard error is 2.3022 / √5.
    assert mean.high - mean.value == pytest.approx(2.7764 * 2.3022 / 5**0.5, rel=1e-3)
    assert counted(result.parts[1]) == (5, 6)
    assert [each.count for each in result.distribution] == [1, 0, 0, 1, 1, 1, 1]


def test_failure_demand_counts_only_where_a_cause_was_noted(story: Story) -> None:
    assert story.result("failure_demand", 0, 10, now=0.5).headline.n == 0
    conversations = [story.writes(story.person(), 1) for _ in range(7)]
    for conversation in conversations[:3]:
        story.signal(conversation, "failure_demand", 1.1)
    for conversation in conversations[2:5]:
        story.signal(conversation, "value_demand", 1.1)
    story.signal(conversations[5], "failure_demand", 1.1, withdrawn=True)
    result = story.result("failure_demand", 0, 10, now=20)
    assert counted(result.headline) == (3, 5)  # the one coded both ways is a failure
    assert counted(result.counter) == (5, 7)
    before = list(SignalFact.objects.order_by("touchpoint", "signal").values("touchpoint", "signal", "said_ms"))
    refold_conversations(0)
    assert not fold_waiting()
    assert list(SignalFact.objects.order_by("touchpoint", "signal").values("touchpoint", "signal", "said_ms")) == before
