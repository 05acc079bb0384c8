"""Colleagues who are customers: what was done for them counts, whether they stay, buy and recommend us does not."""

import pytest

from rung.accounts.models import Agent
from rung.core.actor import SYSTEM
from rung.core.clock import epoch_ms
from rung.customers.models import Customer
from rung.customers.verbs import describe_customer, merge_customers, part_customers, recognise_customer
from rung.insight.exclusions import COLLEAGUES
from rung.insight.folding import drop_strays, refold_loose
from rung.insight.kpi import Result
from rung.insight.kpis import KPIS
from rung.insight.models import ENDLESS, ColleagueFact, Unfolded
from rung.insight.pages.detail import kpi_page
from rung.insight.pages.filters import filters_of
from rung.insight.sheets import sheet
from rung.journal.verbs import blank_entries
from rung.reports.making import paper_for
from rung.surveys.access import eligible_customers
from rung.touchpoints.models import Conversation
from tests.insight.conftest import Story

OUTSIDE = {
    "customer_retention", "churn", "net_promoter_score", "conversion_rate", "repeat_rate", "customer_health"
}  # fmt: skip


def colleague(story: Story, days: float = 0) -> Customer:
    story.people += 1
    return recognise_customer(
        f"colleague{story.people}@example.org", is_internal=True, by=SYSTEM, at=story.moment(days)
    )


def is_one(story: Story, customer: Customer, days: float, *, so: bool) -> None:
    describe_customer(customer, is_internal=so, by=story.agent.actor, at=story.moment(days))


def stretches(customer: Customer) -> list[tuple[int, int]]:
    own = ColleagueFact.objects.filter(customer=customer.pk).order_by("ordinal")
    return list(own.values_list("began_ms", "ended_ms"))


def inside(result: Result) -> int:
    found = [each.count for each in result.excluded if "colleagues" in str(each.label)]
    assert len(found) == 1
    return found[0]


def test_which_numbers_ask_those_outside_alone() -> None:
    assert {name for name, kpi in KPIS.items() if COLLEAGUES in kpi.statement} == OUTSIDE


def test_who_was_a_colleague_when(story: Story) -> None:
    always, later, outsider = colleague(story, 3), story.person(), story.person()
    is_one(story, later, 5, so=True)
    is_one(story, later, 9, so=False)
    is_one(story, later, 12, so=True)
    describe_customer(outsider, role_title="Baker", by=story.agent.actor, at=story.moment(5))
    story.folded(20)
    five, nine, twelve = (epoch_ms(story.moment(days)) for days in (5, 9, 12))
    assert stretches(always) == [(0, ENDLESS)]
    assert stretches(later) == [(five, nine), (twelve, ENDLESS)]
    assert not stretches(outsider)
    is_one(story, always, 21, so=False)
    story.folded(22)
    assert stretches(always) == [(0, epoch_ms(story.moment(21)))]


def test_the_facts_come_back_from_nothing_also_of_who_was_forgotten(story: Story) -> None:
    later = story.person()
    is_one(story, later, 5, so=True)
    is_one(story, later, 9, so=False)
    story.folded(20)
    before = stretches(later)
    assert blank_entries(customers=[later.pk], by=SYSTEM, at=story.moment(21))
    ColleagueFact.objects.all().delete()
    ColleagueFact.objects.create(customer=4_711, ordinal=0, began_ms=0, ended_ms=ENDLESS)
    after = 0
    while found := refold_loose(after):
        count, after = found
        if not count:
            break
    assert drop_strays() == 1
    assert stretches(later) == before
    assert ColleagueFact.objects.count() == 1


def test_whoever_was_merged_into_somebody_outside_counts_as_they_do(story: Story) -> None:
    kept, merged = story.person(), colleague(story)
    merge = merge_customers(kept, merged, by=story.agent.actor, at=story.moment(2))
    is_one(story, kept, 4, so=True)
    story.folded(5)
    assert stretches(kept) == [(epoch_ms(story.moment(4)), ENDLESS)]
    assert stretches(merged) == [(0, ENDLESS)]
    part_customers(merge, by=story.agent.actor, at=story.moment(6))
    story.folded(7)
    assert not Unfolded.objects.exists()
    assert stretches(merged) == [(0, ENDLESS)]


def recommends(story: Story, customer: Customer, answer: int, days: float) -> None:
    conversation = story.writes(customer, days - 0.02)
    story.says(conversation, story.asked(conversation, "nps", days - 0.01), "nps", answer, days)


def test_a_colleague_is_not_asked_whether_they_would_recommend_us(story: Story) -> None:
    person, ours = story.person(), colleague(story)
    for each in (person, ours):
        story.writes(each, 1)
    assert list(eligible_customers(at=story.moment(20))) == [person]


def test_a_colleague_recommends_nothing(story: Story) -> None:
    """Counted by hand: six outside say 10, one of them a colleague since; a colleague says 0 and is asked once more, and one
    who is none any more says 0."""
    people = [story.person() for _each in range(6)]
    for each in people:
        recommends(story, each, 10, 2)
    is_one(story, people[0], 3, so=True)
    ours, former = colleague(story), colleague(story)
    recommends(story, ours, 0, 2)
    story.asked(story.writes(ours, 4), "nps", 4.1)
    is_one(story, former, 3, so=False)
    recommends(story, former, 0, 4)
    result = story.result("net_promoter_score", 0, 7, now=8)
    assert (result.headline.n, result.distribution[0].count, result.distribution[2].count) == (7, 6, 1)
    assert inside(result) == 1
    assert result.counter is not None
    assert (result.counter.count, result.counter.n) == (7, 7)
    assert len(story.behind("net_promoter_score", 0, 7, now=8)) == 7


def test_a_colleague_is_neither_won_nor_kept_nor_lost(story: Story) -> None:
    """Counted by hand: three outside ask before they buy, and two order, one of them twice. Two colleagues ask and one
    orders twice; of one who asked it is said only later that they are one."""
    buys, again, asks, hired = (story.person() for _each in range(4))
    ours, other = colleague(story), colleague(story)
    for each in (buys, again, asks, ours, other, hired):
        story.writes(each, 1, phase="before")
    for each in (buys, again, ours):
        story.order(each, 3)
    for each in (again, ours):
        story.order(each, 30)
    for each in (buys, asks, ours, hired):
        story.writes(each, 110)
    is_one(story, hired, 60, so=True)
    conversion = story.result("conversion_rate", 0, 7, now=400)
    assert (conversion.headline.count, conversion.headline.n, inside(conversion)) == (2, 4, 2)
    assert len(story.behind("conversion_rate", 0, 7, now=400)) == 4
    repeat = story.result("repeat_rate", 0, 7, now=400)
    assert (repeat.headline.count, repeat.headline.n, inside(repeat)) == (1, 2, 1)
    assert len(story.behind("repeat_rate", 0, 7, now=400)) == 2
    # At the start of day 91 all six are active; whoever becomes a colleague before it has ended is neither.
    kept = story.result("customer_retention", 91, 130, now=400)
    assert (kept.headline.count, kept.headline.n, inside(kept)) == (2, 3, 3)
    lost = story.result("churn", 91, 130, now=400)
    assert (lost.headline.count, lost.headline.n, inside(lost)) == (1, 3, 3)
    behind = story.behind("customer_retention", 91, 250, now=400)
    silent = Conversation.objects.in_bulk([each.conversation for each in behind]).values()
    assert {each.customer_id for each in silent} == {buys.pk, asks.pk, again.pk}
    health = story.result("customer_health", 0, 130, now=400)
    assert (health.headline.n, inside(health)) == (2, 1)


@pytest.mark.parametrize("name", sorted(OUTSIDE))
def test_page_paper_and_file_say_that_colleagues_are_left_out(story: Story, lin: Agent, name: str) -> None:
    story.folded(8)
    filters = filters_of({"days": "7"}, lin, at=story.moment(8))
    page = kpi_page(KPIS[name], filters, lin)
    assert any("colleagues" in label for label, _count in page.excluded)
    assert any("Colleagues" in each for each in page.exclusions)
    assert not any("Colleagues who are customers of ours count" in each for each in page.not_left_out)
    parts = {part.heading: part for part in paper_for(lin, name, {"days": "7"}, at=story.moment(8)).parts}
    assert [tuple(row) for row in parts["Left out"].rows] == list(page.excluded)
    assert parts["Left out by definition"].notes == list(page.exclusions)
    reckoning = story.reckoning(name, 0, 7, now=8)
    assert "left out,colleagues who are customers of ours" in sheet([reckoning], filters, is_whole=True)


def test_what_was_done_for_colleagues_counts_and_the_page_says_so(story: Story, lin: Agent) -> None:
    for _each in range(5):
        story.answer(story.writes(colleague(story), 1), 2)
    assert story.result("first_reply_time", 0, 7, now=8).headline.n == 5
    page = kpi_page(KPIS["first_reply_time"], filters_of({"days": "7"}, lin, at=story.moment(8)), lin)
    assert any("Colleagues who are customers of ours count" in each for each in page.not_left_out)
