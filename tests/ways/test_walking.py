"""Which step a turn belongs to, what came next, and which step is called the weakest."""

from datetime import UTC, datetime, timedelta

import pytest

from rung.ways.built_in import built_in
from rung.ways.steps import Step, Turn, place_of, step_from
from rung.ways.walking import delivered, walk

AT = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
EXPECTED = (0.0, 0.0, 1.0, 0.0, 0.0, 0.0)
STEPS = (Step("before", phase="before"), Step("during", phase="during"), Step("after", phase="after"))


def turn(number, customer, phase, day, *, conversation=None, level=3, **more):
    shares = tuple(float(k == level) for k in range(1, 7))
    return Turn(
        number, number if conversation is None else conversation, customer, more.pop("channel", "email"), phase, None,
        AT + day * DAY, float(level - 3), float(level - 3), True, shares, **more,
    )  # fmt: skip


def walked(turns, steps=STEPS, *, days=100, now=200, **more):
    return walk(turns, steps, start=AT, end=AT + days * DAY, at=AT + now * DAY, **more)


def after(step):
    return tuple(sum(getattr(each, what) for each in step.after.values()) for what in ("onward", "back", "quiet"))


@pytest.mark.parametrize(
    ("given", "place"),
    [
        ({"phase": "before", "moments": frozenset({"first"})}, 0),
        ({"phase": "before"}, 1),
        ({"phase": "during", "order": "sent"}, 2),
        ({"phase": "during", "order": "placed"}, None),
        ({"phase": "after", "channel": "phone", "tags": frozenset({7})}, 3),
        ({"phase": "after", "channel": "phone"}, None),
        ({"phase": "after", "topic": 5}, 4),
    ],
)
def test_a_turn_belongs_to_the_first_step_all_of_whose_conditions_hold(given, place):
    steps = (
        Step("first", phase="before", moment="first"),
        Step("before", phase="before"),
        Step("sent", order="sent"),
        Step("call", channel="phone", tag=7),
        Step("about", topic=5),
    )
    assert place_of(turn(1, 1, given.pop("phase"), 0, **given), steps) == place


def test_a_step_is_kept_and_read_again_and_what_is_not_known_is_left_out():
    step = Step("Delivery", phase="during", order="sent", team=3)
    assert step.kept == {"name": "Delivery", "phase": "during", "order": "sent", "team": 3}
    assert step_from({**step.kept, "weather": "rain"}) == step


def test_every_phase_has_its_place_on_the_built_in_way():
    steps = built_in()[0].steps
    assert [place_of(turn(1, 1, phase, 0), steps) for phase in ("before", "during", "after")] == [1, 2, 3]


def test_what_came_next_is_onward_back_or_nothing_and_elsewhere_is_none_of_them():
    turns = [
        turn(1, 1, "before", 0), turn(2, 1, "during", 10), turn(3, 1, "during", 20), turn(4, 1, "before", 30),
        turn(5, 2, "before", 0), turn(6, 2, "elsewhere", 5),
        turn(7, 3, "before", 0), turn(8, 3, "during", 31),
    ]  # fmt: skip
    before, during, _after = walked(turns)
    assert (before.visits, before.followed, after(before)) == (4, 4, (1, 0, 2))
    assert (during.visits, after(during)) == (3, (0, 2, 1))


def test_several_turns_of_one_conversation_are_one_visit_and_its_end_counts():
    turns = [turn(n, 1, "before", n, conversation=1) for n in range(3)] + [turn(9, 1, "during", 31)]
    before = walked(turns)[0]
    assert (len(before.turns), before.visits, after(before)) == (3, 1, (1, 0, 0))


def test_a_visit_without_thirty_days_behind_it_says_nothing_of_what_came_next():
    before = walked([turn(1, 1, "before", 80)], now=100)[0]
    assert (before.visits, before.followed) == (1, 0)


def test_what_lies_after_the_period_tells_what_came_next_and_is_not_counted():
    before, during, _after = walked([turn(1, 1, "before", 99), turn(2, 1, "during", 105)])
    assert (after(before), len(during.turns)) == ((1, 0, 0), 0)


def test_of_a_channel_alone_only_its_turns_count_but_anything_may_come_next():
    turns = [turn(1, 1, "before", 0, channel="phone"), turn(2, 1, "during", 5)]
    before, during, _after = walked(turns, meant=lambda each: each.channel == "phone")
    assert (len(before.turns), after(before), len(during.turns)) == (1, (1, 0, 0), 0)


def test_the_step_with_most_below_expected_is_the_weakest_in_all_draws_where_it_is_plain():
    turns = [turn(n, n, "before", 1) for n in range(60)]
    turns += [turn(100 + n, n, "during", 2, level=2 if n % 2 else 5) for n in range(60)]
    gave = delivered(walked(turns))
    assert gave[1].shares.below.value == pytest.approx(0.5)
    assert (gave[0].weakest, gave[1].weakest, gave[2].weakest) == (0.0, 1.0, None)
    # The mean of half Basic and half Surprising is above Expected: by the mean, it would have been the strongest.
    assert gave[1].level.value > gave[0].level.value


def test_below_five_turns_only_counts_are_known_and_one_step_alone_is_no_weakest():
    gave = delivered(walked([turn(n, n, "before", 1) for n in range(5)] + [turn(9, 9, "during", 1)]))
    assert gave[0].level is not None
    assert gave[0].weakest is None
    assert (gave[1].level, gave[1].shares.count, gave[1].shares.below) == (None, 1, None)


def test_a_journey_that_nobody_walked_has_no_levels():
    assert [each.level for each in delivered(walked([]))] == [None, None, None]
