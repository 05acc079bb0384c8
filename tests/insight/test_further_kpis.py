"""The KPIs beyond the eight named ones, over small journals whose values were worked out by hand."""

import pytest
from django.core.management import call_command

from rung.accounts.models import Team
from rung.customers.models import Customer
from rung.insight.kpi import Measure
from rung.insight.models import ConversationFact
from rung.journal.models import Entry
from rung.touchpoints.incoming import Logged
from rung.touchpoints.models import Touchpoint
from rung.touchpoints.verbs import assign_conversation, log_touchpoint, merge_conversations, start_conversation
from tests.insight.conftest import Story
from tests.insight.test_kpis import excluded, value

DAY_MIN = 24 * 60


def counted(measure: Measure | None) -> tuple[int | None, int]:
    assert measure is not None
    return measure.count, measure.n


def test_first_reply_time_counts_who_still_waits(story: Story) -> None:
    for hours in (2, 4, 6):
        story.answer(story.writes(story.person(), 0.1), 0.1 + hours / 24)
    for age in (5, 10):
        story.writes(story.person(), 1 - age / 24)
    story.resolve(story.writes(story.person(), 0.2), 0.3)  # settled without a word
    story.writes(story.person(), 0.2, is_automatic=True)
    result = story.result("first_reply_time", 0, 1, now=1.0)
    assert result.headline.n == 5
    assert value(result.headline) == pytest.approx(6 * 60)  # as anchor A17; the naive median of the answered is 4 h
    assert counted(result.parts[1]) == (3, 5)
    assert excluded(result, "resolved without") == 1
    assert excluded(result, "conversations we or") == 1
    assert value(result.counter) == 1


def test_reopen_rate_looks_seven_days_ahead(story: Story) -> None:
    held, soon, late, again, instead = (story.writes(story.person(), 0.5) for _ in range(5))
    for conversation in (held, soon, late, again, instead):
        story.answer(conversation, 1, resolve=True)
    story.writes_again(soon, 7.5)  # six and a half days after
    story.writes_again(late, 11)  # ten
    story.reopen(again, 2)
    story.answer(again, 2.5, resolve=True)
    story.writes(instead.customer, 3)
    result = story.result("reopen_rate", 0, 10, now=60)
    assert counted(result.headline) == (2, 5)
    assert counted(result.parts[0]) == (3, 5)
    assert excluded(result, "further resolutions") == 1
    assert counted(result.counter) == (1, 6)


def test_reopen_rate_leaves_out_whose_days_have_not_passed(story: Story) -> None:
    for days in (2, 9):
        story.answer(story.writes(story.person(), days), days + 0.5, resolve=True)
    reckoning = story.reckoning("reopen_rate", 8, 12, now=12)
    assert reckoning.cut.end == story.moment(5)
    assert reckoning.result.headline.n == 1


def test_first_contact_resolution(story: Story) -> None:
    once, twice, reopened, repeated, never, slow = (story.writes(story.person(), 1) for _ in range(6))
    story.answer(once, 2, resolve=True)
    story.answer(twice, 1.5)
    story.writes_again(twice, 2)
    story.answer(twice, 3, resolve=True)
    story.answer(reopened, 2, resolve=True)
    story.reopen(reopened, 3)
    story.answer(repeated, 2, resolve=True)
    story.writes(repeated.customer, 8)  # six days after it was settled; that matter itself is never settled
    story.answer(slow, 8.5, resolve=True)  # seven and a half days after it was opened
    result = story.result("first_contact_resolution", 0, 10, now=60)
    assert counted(result.headline) == (1, 7)
    assert counted(result.parts[0]) == (3, 7)
    assert counted(result.parts[1]) == (1, 7)
    assert counted(result.counter) == (2, 3)
    assert never is not None


THANKS = "Perfect, thank you very much!"
SECOND = 1 / 86_400


def test_thanks_reopen_nothing(story: Story) -> None:
    thanked, complained, late, moved_in = (story.writes(story.person(), 0.5) for _ in range(4))
    for conversation in (thanked, complained, late, moved_in):
        story.answer(conversation, 1, resolve=True)
        story.writes_again(conversation, 2, THANKS)
        conversation.refresh_from_db()
        assert (conversation.state, conversation.reopen_count) == ("open", 1)  # the desk has it to be read
    story.resolve(thanked, 2.1)
    story.writes_again(complained, 3, "Thanks, but now it is broken.")
    story.answer(complained, 4.5, resolve=True)
    story.resolve(late, 2.1)
    story.writes_again(late, 9, "It is broken after all.")  # eight days after it was settled, seven after the thanks
    other = story.writes(moved_in.customer, 5)
    merge_conversations(other, moved_in, by=story.agent.actor, at=story.moment(5.5))
    result = story.result("reopen_rate", 0, 10, now=60)
    assert counted(result.headline) == (2, 4)
    assert counted(result.parts[0]) == (3, 4)
    # The second settling of `complained`; that of a thank-you is none.
    assert excluded(result, "further resolutions") == 1
    kept = ConversationFact.objects.get(pk=thanked.pk)
    assert (kept.reopen_count, kept.is_resolved, kept.contacts, kept.us_ms) == (0, 1, 1, DAY_MIN * 30_000)
    # Open at the desk all the same, and no number counts it as waiting.
    assert counted(story.result("active_issues", 0, 4, now=60).parts[0])[0] == 1  # `complained`
    assert counted(story.result("resolved_issues", 0, 3, now=60).parts[0]) == (2, 4)


@pytest.mark.parametrize(
    ("days", "came_back"), [(8 - SECOND, 1), (8, 0), (8 + SECOND, 0)], ids=["a second less", "to the moment", "more"]
)
def test_seven_days_are_seven_days(story: Story, days: float, came_back: int) -> None:
    again = story.writes(story.person(), 0.5)
    story.answer(again, 1, resolve=True)
    story.writes_again(again, days)
    elsewhere = story.writes(story.person(), 0.5)
    story.answer(elsewhere, 1, resolve=True)
    story.writes(elsewhere.customer, days)
    assert counted(story.result("reopen_rate", 0, 5, now=60).headline) == (came_back, 2)
    assert counted(story.result("first_contact_resolution", 0, 5, now=60).headline) == (2 - 2 * came_back, 2)


@pytest.mark.parametrize(("days", "in_time"), [(7.5, 1), (7.5 + SECOND, 0)])
def test_a_first_contact_settles_within_seven_days(story: Story, days: float, in_time: int) -> None:
    story.answer(story.writes(story.person(), 0.5), days, resolve=True)
    assert counted(story.result("first_contact_resolution", 0, 5, now=60).headline) == (in_time, 1)


def test_what_comes_after_both_windows_changes_nothing(story: Story) -> None:
    """A figure once told stands: nobody's letter of next spring makes it another."""
    matters = [story.writes(story.person(), 0.5) for _ in range(3)]
    for conversation in matters:
        story.answer(conversation, 1, resolve=True)
    story.writes_again(matters[1], 4, THANKS)
    told = story.result("first_contact_resolution", 0, 1, now=16)
    assert counted(told.headline) == (3, 3)
    story.writes_again(matters[0], 40)
    story.answer(matters[0], 41, resolve=True)
    story.writes_again(matters[1], 42)
    story.reopen(matters[2], 43)
    assert story.result("first_contact_resolution", 0, 1, now=60) == told


def test_whose_fourteen_days_have_not_passed_is_not_judged(story: Story) -> None:
    for days in (2.5, 3.5):
        story.answer(story.writes(story.person(), days), days + 0.1, resolve=True)
    reckoning = story.reckoning("first_contact_resolution", 15, 18, now=17.9)
    assert reckoning.cut.end == story.moment(3)
    assert reckoning.result.headline.n == 1


def test_a_matter_that_joins_another_is_one_more_contact(story: Story) -> None:
    soon, late, thanked = (story.writes(story.person(), 0.5) for _ in range(3))
    for conversation, days in ((soon, 5), (late, 9)):
        story.answer(conversation, 1, resolve=True)
        other = story.writes(conversation.customer, days)
        story.answer(other, days + 0.1, resolve=True)
        merge_conversations(other, conversation, by=story.agent.actor, at=story.moment(days + 1))
    story.answer(thanked, 1, resolve=True)
    story.writes_again(thanked, 1.5, THANKS)
    result = story.result("first_contact_resolution", 0, 12, now=60)
    # The one of day 9 came eight days after the first was settled.
    assert counted(result.headline) == (2, 3)
    assert counted(result.parts[0]) == (3, 3)
    assert counted(result.counter) == (1, 3)


def test_thanks_of_before_are_found_by_refolding(story: Story) -> None:
    thanked, more = (story.writes(story.person(), 0.5) for _ in range(2))
    for conversation, text in ((thanked, THANKS), (more, "Thanks, and the other one?")):
        story.answer(conversation, 1, resolve=True)
        story.writes_again(conversation, 2, text)
        story.resolve(conversation, 2.5)
    for entry in Entry.objects.filter(kind__in=("conversation.reopened", "touchpoint.received")):
        entry.data.pop("thanks")  # as they were written before it was noted
        entry.save()
    assert counted(story.result("reopen_rate", 0, 10, now=60).headline) == (2, 2)
    for _ in range(2):
        call_command("refold", verbosity=0)
        assert counted(story.result("reopen_rate", 0, 10, now=60).headline) == (1, 2)
        assert counted(story.result("first_contact_resolution", 0, 10, now=60).headline) == (1, 2)
        assert Entry.objects.filter(kind="thanks.recognised").count() == 1
    Touchpoint.objects.update(text="")  # forgotten: what was found stands
    call_command("refold", verbosity=0)
    assert counted(story.result("reopen_rate", 0, 10, now=60).headline) == (1, 2)


def test_backlog_age_at_the_end_of_the_period(story: Story) -> None:
    for days in (0, 1, 2, 8, 9):
        story.writes(story.person(), days)
    story.answer(story.writes(story.person(), 3), 4, resolve=True)
    result = story.result("backlog_age", 0, 10, now=40)
    assert result.headline.n == 5
    assert value(result.headline) == pytest.approx(8 * DAY_MIN)
    assert value(result.parts[0]) == pytest.approx(10 * DAY_MIN)
    assert counted(result.parts[1]) == (3, 5)
    # In the series the ages are good to half a day.
    assert value(story.reckoning("backlog_age", 3, 10, now=40).points[-1][2].headline) == pytest.approx(7.5 * DAY_MIN)


def test_contacts_channels_and_transfers_are_effort(
    story: Story, karim: Customer, support: Team, billing: Team
) -> None:
    smooth = story.writes(story.person(), 1)
    story.answer(smooth, 2, resolve=True)
    hard = story.writes(karim, 1, team=support)
    assign_conversation(hard, agent=story.agent, team=support, by=story.agent.actor, at=story.moment(1.1))
    story.answer(hard, 1.5)
    call = Logged(channel="phone", direction="in", text="Still not here.", occurred_at=story.moment(2))
    log_touchpoint(karim, call, conversation=hard, by=story.agent.actor, at=story.moment(2.1))
    story.writes_again(hard, 3)
    assign_conversation(hard, agent=None, team=billing, by=story.agent.actor, at=story.moment(3.1))
    fact = ConversationFact.objects
    story.folded(4)
    assert fact.get(pk=hard.pk).contacts == 3
    assert fact.get(pk=hard.pk).switches == 2  # from e-mail to the phone and back
    assert fact.get(pk=hard.pk).transfers == 1  # whoever took it up first was no transfer
    effort = story.result("observed_effort", 0, 10, now=20)
    assert effort.headline.n == 2
    assert value(effort.headline) == pytest.approx((0 + 2 + 2 + 1) / 2)
    assert [part.count for part in effort.parts] == [1, 1, 1, 1]
    assert counted(effort.counter) == (0, 2)
    contacts = story.result("contacts_per_need", 0, 10, now=20)
    assert value(contacts.headline) == pytest.approx(2)
    assert value(contacts.parts[1]) == pytest.approx(0.5)
    assert [each.count for each in contacts.distribution] == [1, 0, 1, 0]


def test_churn_is_what_retention_leaves(story: Story) -> None:
    old, kept, lost, new = (story.person() for _ in range(4))
    story.writes(old, 0)
    for customer in (kept, lost):
        story.writes(customer, 80)
    story.writes(kept, 150)
    story.writes(new, 140)
    churn = story.result("churn", 100, 180, now=200)
    retention = story.result("customer_retention", 100, 180, now=200)
    assert counted(churn.headline) == (1, 2)
    assert value(churn.headline) + value(retention.headline) == 1
    assert counted(churn.counter) == (1, 2)


def test_repeat_rate_gives_everybody_the_same_time(story: Story) -> None:
    again, late, once, complaining, earlier = (story.person() for _ in range(5))
    story.order(earlier, -20)
    for customer in (again, late, once, complaining, earlier):
        story.order(customer, 2)
    story.order(again, 50)
    story.order(late, 93)
    story.order(complaining, 30)
    story.signal(story.writes(complaining, 20), "complaint", 20.1)
    result = story.result("repeat_rate", 0, 10, now=200)
    assert counted(result.headline) == (2, 4)
    assert counted(result.counter) == (1, 2)
    assert excluded(result, "second orders later") == 1
    assert story.reckoning("repeat_rate", 0, 10, now=50).result.headline.n <= 1  # moved back: only `earlier` is ripe


def test_proactive_share(story: Story) -> None:
    for _ in range(3):
        story.writes(story.person(), 1)
    story.writes(story.person(), 1, is_automatic=True)
    start_conversation(
        story.person(), subject="It comes later", text="A week.", by=story.agent.actor, at=story.moment(2)
    )
    result = story.result("proactive_share", 0, 10, now=20)
    assert counted(result.headline) == (1, 4)
    assert excluded(result, "conversations begun by an automatic") == 1
    assert counted(result.counter) == (0, 1)
