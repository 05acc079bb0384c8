"""From cases, levels and the journal to who served what and how it went: a few queries for many conversations.

What is gathered are the conversations of the latest study of patterns, with their topics.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from rung.ladder.access import Grade
from rung.patterns.access import cases_in_force
from rung.patterns.drivers import BITS
from rung.patterns.settling import settlings_in
from rung.touchpoints.access import Conversation, Direction, Touchpoint
from rung.training.models import Outcome
from rung.training.served import Row, Served

EXPECTED_LEVEL = 3
"""The third of the six levels is "Expected"."""
DURABLE = timedelta(days=14)
"""A matter is settled for good when it is not taken up again within so long; younger resolutions are not looked at."""
BATCH = 250
_REACHED, _UNKNOWN = "reached", "unknown"


class Turn(NamedTuple):
    """A case of patterns."""

    touchpoint: int
    conversation: int
    customer: int
    channel: str
    occurred_at: datetime
    flags: int
    topic: int


class Settled(NamedTuple):
    """The first time that one of us declared a matter settled."""

    at: datetime
    outcome: str
    lasted: bool | None


def gathered(*, at: datetime, go_on: Callable[[int, int], None]) -> dict[str, Served]:
    """All cases by outcome. ``go_on`` hears how many conversations of how many are done."""
    cases = cases_in_force().order_by()
    keys = sorted(cases.values_list("conversation", flat=True).distinct())
    rows: dict[str, list[Row]] = {outcome: [] for outcome in Outcome.values}
    for first in range(0, len(keys), BATCH):
        go_on(first, len(keys))
        batch = keys[first : first + BATCH]
        turns = cases.filter(conversation__in=batch).values_list(*Turn._fields)
        for outcome, row in _rows(batch, [Turn(*turn) for turn in turns], at):
            rows[outcome].append(row)
    return {outcome: Served.of(mine) for outcome, mine in rows.items()}


def _rows(batch: Sequence[int], turns: list[Turn], at: datetime) -> Iterable[tuple[str, Row]]:
    grades: dict[int, tuple[int, bool, float]] = {
        pk: (level, is_stated, expected)
        for pk, level, is_stated, expected in Grade.objects.filter(
            touchpoint__in=[turn.touchpoint for turn in turns]
        ).values_list("touchpoint_id", "level", "is_stated", "expected")
    }
    served: dict[int, list[tuple[int, int, datetime]]] = defaultdict(list)
    written = Touchpoint.objects.filter(conversation__in=batch, direction=Direction.OUT, agent__isnull=False)
    for conversation, pk, agent, moment in written.values_list("conversation_id", "pk", "agent_id", "occurred_at"):
        served[conversation].append((pk, agent, moment))
    settled = _settled(batch, at)
    priorities = dict(Conversation.objects.filter(pk__in=batch).values_list("pk", "priority"))
    mine: dict[int, list[Turn]] = defaultdict(list)
    for turn in sorted(turns, key=lambda each: (each.occurred_at, each.touchpoint)):
        mine[turn.conversation].append(turn)
    for conversation, of in mine.items():
        whose = {pk: agent for pk, agent, _moment in served[conversation]}
        priority = priorities.get(conversation, "")
        last_of = {whose.get(turn.touchpoint, 0): turn for turn in of}  # the later overwrites: how it ended with them
        for agent, turn in last_of.items():
            grade = grades.get(turn.touchpoint)
            if grade is not None and grade[1]:
                yield (
                    Outcome.LEVEL.value,
                    _row(turn, agent, priority, grade[2], of[0] is turn, grade[0] >= EXPECTED_LEVEL),
                )
        end = settled.get(conversation)
        if end is None:
            continue
        until = [agent for _pk, agent, moment in served[conversation] if moment <= end.at]
        agent = until[0] if until and len(set(until)) == 1 else 0  # in several hands: nobody's alone
        # Not what came after: turns that a matter took because it did not last would explain away that it did not.
        until_then = [turn for turn in of if turn.occurred_at <= end.at] or of[:1]
        last, is_first = until_then[-1], len(until_then) == 1
        expected = grades[last.touchpoint][2] if last.touchpoint in grades else float("nan")
        if end.lasted is not None:
            yield Outcome.DURABLE.value, _row(last, agent, priority, expected, is_first, end.lasted)
        if end.outcome not in ("", _UNKNOWN):
            yield Outcome.NEED.value, _row(last, agent, priority, expected, is_first, end.outcome == _REACHED)


def _settled(batch: Sequence[int], at: datetime) -> dict[int, Settled]:
    """The first time that one of us declared each settled; ``lasted`` None while it is too young to tell."""
    found = {}
    for conversation, settlings in settlings_in(batch).items():
        first = next((each for each in settlings if each.by_person), None)
        if first is not None:
            lasted = first.again_at is None or first.again_at > first.at + DURABLE
            is_young = lasted and first.at + DURABLE > at
            found[conversation] = Settled(first.at, first.outcome, None if is_young else lasted)
    return found


def _row(turn: Turn, agent: int, priority: str, expectation: float, is_first: bool, hit: bool) -> Row:
    return Row(
        touchpoint=turn.touchpoint,
        conversation=turn.conversation,
        customer=turn.customer,
        agent=agent,
        topic=turn.topic,
        channel=turn.channel,
        priority=priority,
        is_first_turn=is_first,
        came_back=bool(turn.flags & BITS["came_back"]),
        handed_on=bool(turn.flags & BITS["handed_on"]),
        expectation=expectation,
        moment=turn.occurred_at.timestamp(),
        flags=turn.flags,
        hit=hit,
    )
