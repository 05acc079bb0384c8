"""The ladder over a company in which everything happens that makes counting hard, against a second count."""

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime
from random import Random
from statistics import mean
from zoneinfo import ZoneInfo

import pytest

from rung.accounts.models import Agent, Team
from rung.core.actor import SYSTEM
from rung.core.clock import epoch_ms
from rung.customers.models import Customer
from rung.customers.verbs import describe_customer
from rung.ladder.filters import LadderFilters, filters_from
from rung.ladder.models import Expectation, Grade
from rung.ladder.pages import ladder_page
from rung.ladder.pages.ladder import period_shares
from rung.ladder.shares import Span
from rung.touchpoints.verbs import note_signal
from tests.insight import awkward
from tests.insight.conftest import Story
from tests.insight.recount import _ms
from tests.ladder.recount import Ladder, Lived

NOW = 190


class Company(awkward.Company):
    """One in which people also answer how it was, say thank you, and are bound to us or not."""

    def marks(self, at: datetime) -> None:
        kinds = (*awkward.SIGNALS, "thanks", "thanks")
        note_signal(self.touchpoint(), self.draw.choice(kinds), by=self.agent().actor, at=at)

    def is_asked(self, at: datetime) -> None:
        matter, days = self.matter(), (at - self.story.start).total_seconds() / 86_400
        question = self.draw.choice(("level", "level", "csat", "ces", "nps"))
        invitation = self.story.asked(matter, question, days)
        for after in range(self.draw.choice((0, 1, 1, 2))):
            self.story.says(matter, invitation, question, self.draw.randrange(1, 6), days + 1 + after)


def story_of(at: datetime, ada: Agent, work: Callable[..., None]) -> Story:
    return Story(start=at.replace(hour=0), agent=ada, work=work)


@pytest.mark.parametrize("seed", [1, 3])
def test_a_second_count_of_the_ladder_comes_to_the_same(
    at: datetime, work: Callable[..., None], graded: Callable[[datetime], None], ada: Agent, lin: Agent, bo: Agent,
    support: Team, billing: Team, seed: int,
) -> None:  # fmt: skip
    story = story_of(at, ada, work)
    company = Company(story, (ada, lin, bo), (support, billing, None), seed)
    company.lives(150, 260)
    for place, customer in enumerate(Customer.objects.filter(merged_into__isnull=True).order_by("pk")):
        describe_customer(customer, captive=(None, True, False)[place % 3], by=SYSTEM, at=story.moment(NOW))
    # Long after all that can be said by saying nothing was said.
    work(at=story.moment(NOW))
    graded(story.moment(NOW))
    again = Ladder(epoch_ms(story.moment(NOW)))
    assert len(again.turns) > 25
    grades = {grade.touchpoint_id: grade for grade in Grade.objects.all()}
    assert grades.keys() == {turn.touchpoint for turn in again.turns}
    differing = [
        (turn.touchpoint, name, value, told(grades[turn.touchpoint])[name])
        for turn in again.turns for name, value in lived(turn).items()
        if told(grades[turn.touchpoint])[name] != value
    ]  # fmt: skip
    assert differing == []
    for turn in again.turns:
        grade = grades[turn.touchpoint]
        assert (grade.mean, grade.expected) == pytest.approx((turn.mean, turn.expected), abs=0.003)
        assert [getattr(grade, f"share_{k}") for k in range(1, 7)] == pytest.approx(turn.levels, abs=0.003)
    for query in (
        {"days": "90"}, {"days": "90", "channel": "email"}, {"days": "90", "team": str(support.pk)},
        {"days": "90", "freedom": "free"},
        {"from": "2026-03-28", "to": "2026-06-30"}, {"from": "2026-05-01", "to": "2026-05-31"},
    ):  # fmt: skip
        the_page_says_the_same(lin, again, filters_from(query, at=story.moment(160), zone=ZoneInfo("Europe/Berlin")))
    whole = dict(Expectation.objects.values_list("customer", "relationship"))
    assert whole == pytest.approx({who: again.relationship(who) for who in again.theirs}, abs=0.003)


def the_page_says_the_same(lin: Agent, again: Ladder, given: LadderFilters) -> None:
    """Shares on each level, by channel and by who is free to leave, what became of the level and why, and all of it over
    time: counted from turns, with customers drawn by another hand."""
    page = ladder_page(lin, given)
    bound = dict(Customer.objects.values_list("pk", "captive"))
    freedom = {None: "unknown", True: "captive", False: "free"}
    turns = [
        turn for turn in again.turns
        if given.channel in ("", turn.channel) and given.team in (None, turn.team)
        and given.freedom in ("", freedom[bound[turn.who]])
    ]  # fmt: skip
    now, before = ([turn for turn in turns if _ms(a) <= turn.ms < _ms(b)] for a, b in stretches_of(given))
    assert (page.count, page.before) == (len(now), len(before))
    for (kind, name), part in period_shares(lin, given).items():
        mine, theirs = (
            [
                turn for turn in each
                if kind == "all" or (kind == "channel" and turn.channel == name)
                or (kind == "freedom" and freedom[bound[turn.who]] == name)
            ]
            for each in (now, before)
        )  # fmt: skip
        if kind == "phase":
            continue
        assert (kind, name, part.count, part.before) == (kind, name, len(mine), len(theirs))
        if len(mine) >= 5:
            a_share_is_what_it_says(part.shares[2], mine, lambda turn: turn.levels[2])
            assert part.below is not None
            a_share_is_what_it_says(part.below, mine, lambda turn: sum(turn.levels[:2]))
        if min(len(mine), len(theirs)) >= 5:
            assert part.differences[1].value == pytest.approx(
                mean([turn.levels[1] for turn in mine]) - mean([turn.levels[1] for turn in theirs]), abs=0.003
            )
    if page.erosion.changes:
        level, ours, theirs_of_it = (change.span.value for change in page.erosion.changes)
        moved, risen = (
            mean([getattr(turn, name) for turn in now]) - mean([getattr(turn, name) for turn in before])
            for name in ("mean", "expected")
        )  # fmt: skip
        assert (level, ours, theirs_of_it) == pytest.approx((moved, moved + risen, -risen), abs=0.005)
    for point in page.over_time.points:
        lived_then = [turn for turn in turns if _ms(point.begins) <= turn.ms < _ms(point.ends)]
        assert point.n == len(lived_then)
        if point.span is not None:
            assert point.span.value == pytest.approx(mean([turn.mean for turn in lived_then]), abs=0.003)


def stretches_of(given: LadderFilters) -> tuple[tuple[datetime, datetime], tuple[datetime, datetime]]:
    """The period, and as many days before it."""
    return (given.start, given.end), (given.start - (given.end - given.start), given.start)


def a_share_is_what_it_says(span: Span, turns: list[Lived], of: Callable[[Lived], float]) -> None:
    assert span.value == pytest.approx(mean([of(turn) for turn in turns]), abs=0.003)
    people: dict[int, list[float]] = defaultdict(list)
    for turn in turns:
        people[turn.who].append(of(turn))
    if span.low is None or span.high is None:
        assert len(people) < 5
        return
    draw = Random(3)
    theirs = list(people.values())
    drawn = sorted(mean([each for one in draw.choices(theirs, k=len(theirs)) for each in one]) for _ in range(800))
    ends = (drawn[20], drawn[779])
    assert (span.low, span.high) == pytest.approx(ends, abs=0.2 * (ends[1] - ends[0]))


def told(grade: Grade) -> dict[str, object]:
    facts = grade.parts["facts"]
    return {
        "who": grade.customer_id, "conversation": grade.conversation_id, "channel": grade.channel, "team": grade.team_id,
        "ms": _ms(grade.occurred_at), "wait_s": facts["wait_s"], "led": round(facts["expected_wait_s"] or 0),
        "reopened": facts["reopened"], "transfers": facts["transfers"], "proactive": facts["proactive"],
        "known": facts["known"],
        "shown": {item["kind"]: item["value"] for item in grade.parts["evidence"]},
    }  # fmt: skip


def lived(turn: Lived) -> dict[str, object]:
    return {
        "who": turn.who, "conversation": turn.conversation, "channel": turn.channel, "team": turn.team, "ms": turn.ms,
        "wait_s": turn.wait_s, "led": round(turn.led_to_expect_s or 0), "reopened": turn.reopened,
        "transfers": turn.transfers, "proactive": turn.proactive, "known": turn.known, "shown": turn.shown,
    }  # fmt: skip
