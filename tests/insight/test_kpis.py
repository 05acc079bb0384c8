"""The eight KPIs over small journals whose values were worked out by hand."""

import pytest

from rung.accounts.models import Team
from rung.insight.kpi import Measure
from rung.insight.statistics import poisson, wilson
from tests.insight.conftest import DAY, Story


def value(measure: Measure | None) -> float:
    assert measure is not None
    assert measure.estimate is not None
    return measure.estimate.value


def excluded(result: object, beginning: str) -> int:
    return next(each.count for each in result.excluded if str(each.label).startswith(beginning))  # type: ignore[attr-defined]  # any Result


def test_anchor_a6_satisfaction_is_fours_and_fives() -> None:
    from rung.insight.kpis.overall_satisfaction import finish

    row = {"ones": 14, "twos": 9, "threes": 10, "fours": 32, "fives": 42, "superseded": 0, "invited": 107,
           "responded": 107, "responded_last": 107, "responded_well": 74, "resolved": 107}  # fmt: skip
    headline = finish([row]).headline
    assert (headline.count, headline.n) == (74, 107)
    assert round(100 * value(headline), 2) == 69.16


def test_anchor_a7_satisfaction() -> None:
    from rung.insight.kpis.overall_satisfaction import finish

    row = {"ones": 5, "twos": 5, "threes": 10, "fours": 20, "fives": 10, "superseded": 0, "invited": 50,
           "responded": 50, "responded_last": 50, "responded_well": 30, "resolved": 50}  # fmt: skip
    assert value(finish([row]).headline) == pytest.approx(0.6)


def test_overall_satisfaction(story: Story) -> None:
    for answer in (5, 4, 4, 3, 1):
        story.survey("csat", answer, 2)
    story.survey("csat", None, 3)  # asked, silent
    story.survey("csat", 5, 3, answered=12)  # asked in the period, answered after it
    early = story.survey("csat", 5, -2, answered=1)  # asked before the period, answered in it
    second = story.asked(early, "csat", 4)
    story.says(early, second, "csat", 2, 4.5)  # and once more about the same conversation: the last counts
    story.survey("level", 6, 2)  # another scale
    result = story.result("overall_satisfaction", 0, 10, now=40)
    assert (result.headline.count, result.headline.n) == (3, 6)
    assert result.headline.estimate == wilson(3, 6)
    assert [each.count for each in result.distribution] == [1, 1, 1, 2, 1]
    mean, of_those_asked, rate = result.parts
    assert value(mean) == pytest.approx((1 + 2 + 3 + 4 + 4 + 5) / 6)
    # Asked in the period: five, the silent one, the late one, and the second question: 8; all but one answered.
    assert (of_those_asked.count, of_those_asked.n) == (4, 7)
    assert (rate.count, rate.n) == (7, 8)
    assert excluded(result, "answers later replaced") == 1
    assert excluded(result, "people asked") == 1


def test_an_answer_counts_on_the_day_it_is_given(story: Story) -> None:
    for _ in range(5):
        story.survey("csat", 5, 3, answered=12)
    assert story.result("overall_satisfaction", 0, 10, now=40).headline.n == 0
    assert story.result("overall_satisfaction", 10, 20, now=40).headline.n == 5


def test_below_five_only_the_count_is_told(story: Story) -> None:
    for _ in range(4):
        story.survey("csat", 5, 2)
    headline = story.result("overall_satisfaction", 0, 10, now=20).headline
    assert headline.n == 4
    assert headline.told is None
    story.survey("csat", 5, 2)
    headline = story.result("overall_satisfaction", 0, 10, now=20).headline
    assert headline.told == wilson(5, 5)


def test_net_promoter_score(story: Story) -> None:
    for answer in (10, 9, 9, 8, 7, 6, 0):
        story.survey("nps", answer, 2)
    story.survey("nps", None, 2)
    result = story.result("net_promoter_score", 0, 10, now=20)
    assert result.headline.n == 7
    # 3 promoters, 2 detractors of 7; adjusted: 3.75 and 2.75 of 10
    assert value(result.headline) == pytest.approx(10.0)
    assert value(result.parts[0]) == pytest.approx(100 / 7)
    assert [each.count for each in result.distribution] == [3, 2, 2]
    assert result.counter is not None
    assert (result.counter.count, result.counter.n) == (7, 8)


def test_customer_retention(story: Story) -> None:
    old, kept, bought, lost, new, back, complaining = (story.person() for _ in range(7))
    story.writes(old, 0)  # so that the records reach back far enough; silent since
    for customer in (kept, bought, lost, complaining):
        story.writes(customer, 80)
    story.writes(kept, 150)
    story.order(bought, 160)
    story.writes(new, 140)
    story.writes(back, 5)
    story.writes(back, 130)
    again = story.writes(complaining, 155)
    story.signal(again, "complaint", 155.1)
    # From day 100 to day 180. Active at 100: written since day 10. Active at 180: since day 90.
    result = story.result("customer_retention", 100, 180, now=200)
    assert (result.headline.count, result.headline.n) == (3, 4)
    assert result.counter is not None
    assert (result.counter.count, result.counter.n) == (1, 3)
    assert excluded(result, "customers new or back") == 2


def test_what_we_send_keeps_nobody_active(story: Story) -> None:
    first, customer = story.person(), story.person()
    story.writes(first, 0)
    conversation = story.writes(customer, 80)
    story.answer(conversation, 150)
    story.writes(customer, 151, is_automatic=True)
    result = story.result("customer_retention", 100, 180, now=200)
    assert (result.headline.count, result.headline.n) == (0, 1)


def test_retention_waits_until_the_records_reach_back(story: Story) -> None:
    story.writes(story.person(), 20)
    story.writes(story.person(), 99)
    assert story.result("customer_retention", 100, 180, now=200).headline.n == 0


def test_conversion_rate(story: Story) -> None:
    buyer, late, twice, none, during, at_edge, complaining = (story.person() for _ in range(7))
    for customer in (buyer, late, twice, none, at_edge, complaining):
        story.writes(customer, 2, phase="before")
    story.order(buyer, 5)
    story.order(late, 32.5)  # 30.5 days after
    story.writes(twice, 4, phase="before")
    story.order(twice, 6)
    story.order(twice, 7)
    story.writes(during, 2, phase="during")
    story.order(during, 3)
    story.order(at_edge, 32)  # exactly 30 days after: not within
    story.order(complaining, 3)
    story.signal(story.writes(complaining, 6, phase="after"), "complaint", 6.1)
    result = story.result("conversion_rate", 0, 10, now=60)
    assert (result.headline.count, result.headline.n) == (3, 6)
    assert excluded(result, "further contacts") == 1
    assert result.counter is not None
    assert (result.counter.count, result.counter.n) == (1, 3)


def test_conversion_looks_only_at_people_whose_thirty_days_have_passed(story: Story) -> None:
    story.writes(story.person(), 2, phase="before")
    story.writes(story.person(), 12, phase="before")
    reckoning = story.reckoning("conversion_rate", 10, 20, now=40.5)
    # The last day whose 30 days have passed by the beginning of day 40 is day 9: days 0 to 9 are looked at.
    assert reckoning.cut.start == story.moment(0)
    assert reckoning.cut.end == story.moment(10)
    assert reckoning.result.headline.n == 1
    matured = story.reckoning("conversion_rate", 10, 20, now=60)
    assert not matured.cut.moved
    assert matured.result.headline.n == 1


def test_anchor_a17_resolution_time_counts_what_is_still_open(story: Story) -> None:
    hour = 1 / 24
    now = 1.0
    for hours in (2, 4, 6):
        story.resolve(story.writes(story.person(), 0.1), 0.1 + hours * hour)
    for age in (5, 10):
        story.writes(story.person(), now - age * hour)
    result = story.result("resolution_time", 0, 1, now=now)
    assert result.headline.n == 5
    assert value(result.headline) == pytest.approx(6 * 60)
    assert not result.headline.estimate.is_bounded  # type: ignore[union-attr]  # value() has looked
    still_open = result.parts[-1]
    assert value(still_open) == 2


def test_resolution_time_first_and_full(story: Story) -> None:
    once = story.writes(story.person(), 0)
    story.answer(once, 0.25)
    story.resolve(once, 0.5)
    twice = story.writes(story.person(), 0)
    story.answer(twice, 0.5, resolve=True)
    story.writes_again(twice, 1)
    story.answer(twice, 2, resolve=True)
    back_open = story.writes(story.person(), 0)
    story.answer(back_open, 1.5, resolve=True)
    story.reopen(back_open, 2)
    story.writes(story.person(), 0, is_automatic=True)
    result = story.result("resolution_time", 0, 1, now=4)
    assert result.headline.n == 3
    day = 24 * 60
    # First: 0.5, 0.5, 1.5 days. Full: 0.5 and 2 days; the third is open again, 4 days old.
    assert value(result.headline) == pytest.approx(0.5 * day)
    p90, mean, full, full_p90, full_mean, for_us, for_them, never = result.parts
    assert value(p90) == pytest.approx(1.5 * day)
    assert value(mean) == pytest.approx(2.5 / 3 * day)
    assert value(full) == pytest.approx(2 * day)
    assert full_p90.estimate is None
    assert value(full_mean) == pytest.approx((0.5 * 1 + 1.5 * 2 / 3 + 2 * 1 / 3) * day)
    # For us: 0.25; 0.5 + 1; 1.5. For them: 0.25.
    assert value(for_us) == pytest.approx((0.25 + 1.5 + 1.5) / 3 * day)
    assert value(for_them) == pytest.approx(0.25 / 3 * day)
    assert value(never) == 0
    assert result.counter is not None
    assert (result.counter.count, result.counter.n) == (2, 3)
    assert excluded(result, "conversations begun by an automatic") == 1


def test_active_issues_at_an_instant(story: Story) -> None:
    story.writes(story.person(), 1)
    theirs = story.writes(story.person(), 2)
    story.answer(theirs, 3)
    story.answer(story.writes(story.person(), 2), 4, resolve=True)
    reopened = story.writes(story.person(), 2)
    story.answer(reopened, 3, resolve=True)
    story.writes_again(reopened, 9)
    gone_since = story.writes(story.person(), 9.5)
    story.answer(gone_since, 12, resolve=True)
    story.writes(story.person(), 10)  # opened at that very instant: created ≤ t
    story.writes(story.person(), 10.001)
    result = story.result("active_issues", 0, 10, now=40)
    assert value(result.headline) == 5
    assert result.headline.estimate == poisson(5)
    assert [part.count for part in result.parts[:2]] == [4, 1]
    # Open at the end of day 10: 9, 8, 8, half a day and no time old.
    assert [each.count for each in result.distribution] == [2, 0, 0, 3, 0]
    # Open time within the ten days: 9 + 8 + 2 + (1 + 1) + 0.5 days.
    assert value(result.parts[2]) == pytest.approx(2.15)
    assert value(story.result("active_issues", 0, 5, now=40).headline) == 2


def test_littles_law_holds_where_as_much_is_resolved_as_opened(story: Story) -> None:
    for n in range(40):
        conversation = story.writes(story.person(), n / 2)
        story.answer(conversation, n / 2 + 1.5, resolve=True)
    result = story.result("active_issues", 5, 15, now=40)
    assert value(result.parts[2]) == pytest.approx(3.0)  # 2 a day, 1.5 days each
    assert value(result.parts[3]) == pytest.approx(3.0)


def test_resolved_issues(story: Story) -> None:
    durable, reopened_soon, reopened_late, repeated, later, twice, back_by_the_end = (story.person() for _ in range(7))
    for customer in (durable, reopened_late, repeated, later):
        story.answer(story.writes(customer, 1), 2, resolve=True)
    soon = story.writes(reopened_soon, 1)
    story.answer(soon, 8, resolve=True)
    story.writes_again(soon, 12)
    late = reopened_late.conversations.get()
    story.writes_again(late, 11)  # nine days after
    story.writes(repeated, 5)
    story.writes(later, 9.5)  # seven and a half days after
    again = story.writes(twice, 1)
    story.answer(again, 2, resolve=True)
    story.writes_again(again, 3)
    story.answer(again, 4, resolve=True)
    undone = story.writes(back_by_the_end, 1)
    story.answer(undone, 2, resolve=True)
    story.writes_again(undone, 4)
    result = story.result("resolved_issues", 0, 10, now=40)
    assert value(result.headline) == 6
    durable_share, came_back, was_repeated = result.parts
    assert (durable_share.count, durable_share.n) == (4, 6)
    assert came_back.count == 1
    assert was_repeated.count == 1
    assert excluded(result, "resolutions taken back") == 2
    assert result.counter is not None
    # Nine opened; `repeated` came four days after their first, `later` eight and a half.
    assert (result.counter.count, result.counter.n) == (1, 9)


def test_a_resolution_is_not_called_durable_before_its_time(story: Story) -> None:
    story.answer(story.writes(story.person(), 1), 2, resolve=True)
    story.answer(story.writes(story.person(), 1), 8, resolve=True)
    result = story.result("resolved_issues", 0, 10, now=12)
    assert value(result.headline) == 2
    assert result.parts[0].n == 1
    assert excluded(result, "resolved too lately") == 1


def test_complaint_escalation_rate(story: Story) -> None:
    quiet, escalated, reviewed, late, withdrawn, unmarked = (story.writes(story.person(), 2) for _ in range(6))
    for conversation in (quiet, escalated, reviewed, late):
        story.signal(conversation, "complaint", 2.1)
    story.writes_again(escalated, 5)
    story.signal(escalated, "escalation", 5.1)
    story.signal(escalated, "complaint", 5.2)  # the same complaint again
    story.writes_again(reviewed, 6)
    story.signal(reviewed, "negative_review", 6.1)
    story.writes_again(late, 33)
    story.signal(late, "escalation", 33.1)
    story.signal(withdrawn, "complaint", 2.1, withdrawn=True)
    story.signal(unmarked, "escalation", 2.1)
    result = story.result("complaint_escalation_rate", 0, 10, now=60)
    assert (result.headline.count, result.headline.n) == (3, 5)
    assert excluded(result, "escalations later") == 1
    assert result.counter is not None
    assert (result.counter.count, result.counter.n) == (5, 6)


def test_a_complaint_counts_from_when_it_was_said_not_from_when_it_was_marked(story: Story) -> None:
    conversation = story.writes(story.person(), 2)
    story.signal(conversation, "complaint", 15)
    assert story.result("complaint_escalation_rate", 0, 10, now=60).headline.n == 1


def test_teams_are_kept_apart_and_add_up(story: Story, support: Team, billing: Team) -> None:
    for team, count in ((support, 3), (billing, 2), (None, 1)):
        for _ in range(count):
            story.answer(story.writes(story.person(), 1, team=team), 2, resolve=True)
    whole = story.reckoning("resolved_issues", 0, 10, now=40)
    assert {team: value(part.headline) for team, part in whole.by_team.items()} == {support.pk: 3, billing.pk: 2, 0: 1}
    assert value(story.reckoning("resolved_issues", 0, 10, now=40, teams=(support.pk, 0)).result.headline) == 4
    assert {kind: value(part.headline) for kind, part in whole.by_channel.items()} == {"email": 6}


def test_the_series_and_the_period_before(story: Story) -> None:
    for days in (1, 8, 9, 15, 16, 17):
        story.answer(story.writes(story.person(), days), days + 0.1, resolve=True)
    reckoning = story.reckoning("resolved_issues", 14, 21, now=40)
    assert value(reckoning.result.headline) == 3
    assert value(reckoning.before.headline) == 2
    assert [value(result.headline) for _start, _end, result in reckoning.points[-3:]] == [1, 2, 3]


def test_a_day_that_is_not_over_is_compared_with_the_same_hours(story: Story) -> None:
    for days in (6.2, 6.8, 13.2):
        story.answer(story.writes(story.person(), days - 0.1), days, resolve=True)
    reckoning = story.reckoning("resolved_issues", 7, 14, now=13.5)
    assert reckoning.cut.end == story.moment(13.5)
    assert value(reckoning.before.headline) == 1


def test_no_interval_no_arrow_and_below_thirty_no_trend(story: Story) -> None:
    few, many = Measure("", "share", 20, wilson(20, 20)), Measure("", "share", 40, wilson(2, 40))
    assert few.moved_from(many) == "unknown"
    assert Measure("", "share", 40, wilson(38, 40)).moved_from(many) == "up"
    assert Measure("", "share", 40, wilson(3, 40)).moved_from(many) == "unclear"
    assert many.moved_from(Measure("", "share", 4, wilson(4, 4))) == "unknown"
    assert many.change_from(Measure("", "share", 4, wilson(4, 4))) is None


def test_where_weeks_hold_too_little_the_points_are_four_weeks_long(story: Story) -> None:
    for n in range(34):
        story.survey("csat", 5, 49 + n * 3.5)
    sparse = story.reckoning("overall_satisfaction", 78, 168, now=168)
    assert {end - start for start, end, _ in sparse.points} == {DAY * 28}
    assert sparse.points[-1][1] == story.moment(168)
    for n in range(90):
        story.survey("csat", 4, 78.5 + n)
    dense = story.reckoning("overall_satisfaction", 78, 168, now=168)
    assert {end - start for start, end, _ in dense.points} == {DAY * 7}
