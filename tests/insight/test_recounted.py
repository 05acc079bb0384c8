"""Cases that a recount from the journal told otherwise than the numbers did."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from rung.accounts.models import Team
from rung.business.hours import Hours
from rung.core.clock import epoch_ms
from rung.core.proportion import TOLD_FROM
from rung.insight.clocks import worked_ms
from rung.insight.kpi import Measure, over_customers
from rung.insight.models import ConversationFact
from rung.insight.statistics import adjusted_net_promoter
from rung.touchpoints.verbs import split_conversation
from tests.insight.conftest import Story

MINUTE = timedelta(minutes=1)


def test_who_was_settled_by_mistake_waits_for_a_first_reply_as_before(story: Story) -> None:
    for _ in range(5):
        story.answer(story.writes(story.person(), 2), 2.25)
    waiting = [story.writes(story.person(), 2) for _ in range(6)]
    for conversation in waiting:
        story.resolve(conversation, 2.01)
        story.reopen(conversation, 2.02)
    settled = story.writes(story.person(), 2)
    story.resolve(settled, 2.01)
    result = story.result("first_reply_time", 0, 7, now=8)
    # Five have a reply, six still wait; the one that stands settled gets none.
    assert result.headline.n == 11
    assert (result.parts[1].count, result.parts[1].n) == (5, 11)
    assert result.headline.estimate is None
    assert next(each.count for each in result.excluded) == 1
    behind = {each.conversation for each in story.behind("first_reply_time", 0, 7, now=8)}
    assert behind >= {conversation.pk for conversation in waiting}
    assert settled.pk not in behind


def test_the_clock_of_what_is_left_starts_at_the_first_word_left(story: Story) -> None:
    conversation = story.writes(story.person(), 1)
    story.answer(conversation, 1.25)
    story.writes_again(conversation, 4)
    new = split_conversation(story.first(conversation), by=story.agent.actor, at=story.moment(4.25))
    # What is left begins with our answer: one of us began it. What was split off waits since it was written.
    story.folded(5)
    left, gone = (ConversationFact.objects.get(pk=each.pk) for each in (conversation, new))
    assert (left.opened_ms, left.opened_by) == (epoch_ms(story.moment(1.25)), "us")
    assert (gone.opened_ms, gone.opened_by) == (epoch_ms(story.moment(1)), "customer")


def test_a_second_letter_waits_from_its_own_day_once_the_first_is_split_off(story: Story) -> None:
    conversation = story.writes(story.person(), 1)
    story.writes_again(conversation, 4)
    split_conversation(story.first(conversation), by=story.agent.actor, at=story.moment(4.25))
    story.answer(conversation, 4.5, resolve=True)
    story.folded(5)
    left = ConversationFact.objects.get(pk=conversation.pk)
    assert left.opened_ms == epoch_ms(story.moment(4))
    assert (left.reply_minutes, left.full_minutes) == (720, 720)
    assert (left.us_ms, left.customer_ms) == (43_200_000, 0)


def test_who_fell_silent_within_a_long_period_is_behind_its_retention(story: Story) -> None:
    old, within, before, back = (story.person() for _ in range(4))
    story.writes(old, 0)
    for customer, days in ((within, 95), (before, 96), (back, 97), (back, 290)):
        story.writes(customer, days)
    last = story.writes(within, 120)
    result = story.result("customer_retention", 100, 300, now=310)
    assert (result.headline.count, result.headline.n) == (1, 3)
    behind = {each.conversation for each in story.behind("customer_retention", 100, 300, now=310)}
    assert last.pk in behind
    assert len(behind) == 2


def test_a_score_widened_by_whole_customers_stays_on_its_scale() -> None:
    # One customer said no four times, another yes once: a draw may hold the second alone, 160 points away.
    alone = Measure("", "score", 5, adjusted_net_promoter(1, 0, 4))
    rows = [{"amount_n": -4, "count_n": 4, "people": 1}, {"amount_n": 1, "count_n": 1, "people": 1}]
    found = over_customers(alone, rows).estimate
    assert found is not None
    assert -100 <= found.low < found.high == 100


@pytest.mark.parametrize("n", [0, 1, 4, 5, 29, 30, 31])
def test_below_five_nothing_is_told_and_below_thirty_no_direction(story: Story, support: Team, n: int) -> None:
    for _ in range(n):
        story.survey("csat", 5, 10)
    for _ in range(30):
        story.survey("csat", 1, 3)
    found = story.reckoning("overall_satisfaction", 7, 14, now=20)
    now, before = found.result.headline, found.before.headline
    assert (now.n, before.n) == (n, 30)
    assert (now.told is None) == (n < TOLD_FROM)
    assert (now.change_from(before) is None) == (n < TOLD_FROM)
    assert now.moved_from(before) == ("up" if n >= 30 else "unknown")


@pytest.mark.parametrize(
    ("zone", "begin", "end", "minutes"),
    [
        # Berlin sets its clocks back on 25 October: open from midnight to six, it is open for seven hours.
        ("Europe/Berlin", datetime(2026, 10, 24, 22, tzinfo=UTC), datetime(2026, 10, 25, 5, tzinfo=UTC), 420),
        ("Europe/Berlin", datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 15, tzinfo=UTC), 45),
        # On 29 March it is five.
        ("Europe/Berlin", datetime(2026, 3, 28, 23, tzinfo=UTC), datetime(2026, 3, 29, 4, tzinfo=UTC), 300),
        # New York a week later, and the Tuesday after it is a holiday.
        ("America/New_York", datetime(2026, 11, 1, 4, tzinfo=UTC), datetime(2026, 11, 1, 11, tzinfo=UTC), 420),
        ("America/New_York", datetime(2026, 10, 31, 4, tzinfo=UTC), datetime(2026, 11, 4, 5, tzinfo=UTC), 1140),
    ],
)
def test_working_time_over_a_change_of_the_clocks(zone: str, begin: datetime, end: datetime, minutes: int) -> None:
    holidays = frozenset({date(2026, 11, 3)})
    hours = Hours(ZoneInfo(zone), (((time(0), time(6)),),) * 7, holidays)
    assert worked_ms(hours, epoch_ms(end)) - worked_ms(hours, epoch_ms(begin)) == minutes * 60_000
    # Counted minute by minute by the clock on the wall.
    counted, at = 0, begin
    while at < end:
        wall = at.astimezone(ZoneInfo(zone))
        counted += wall.hour < 6 and wall.date() not in holidays
        at += MINUTE
    assert counted == minutes
