"""Evidence: which turn of service a survey, a signal, a silence or a return belongs to, and from when on it counts."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

from rung.ladder.episodes.facts import Standing
from rung.ladder.episodes.turns import Episode
from rung.ladder.model.evidence import SIGNALS
from rung.ladder.model.parameters import Parameters

QUIET = timedelta(days=7)  # after which no complaint counts as none
UNANSWERED_SURVEY = timedelta(days=14)  # after which no answer counts as none
RETURN = timedelta(days=90)  # within which a customer comes back or does not
BELONGS = timedelta(days=90)  # how far back a word in an opening letter may reach
WATCHED = ("complaint", "escalation")
SURVEY_ORDER = ("level", "csat", "ces", "nps")
ITEMS_A_SURVEY = 2  # items of one survey share the rater's mood


def _last_before(turns: Sequence[Episode], moment: datetime) -> Episode | None:
    position = bisect_right(turns, moment, key=lambda turn: turn.occurred_at)
    return turns[position - 1] if position else None


def _meant(turns: Sequence[Episode], here: Sequence[Episode], moment: datetime) -> Episode | None:
    """The turn of service that a customer's word at a moment is about; ``here`` are those of the same conversation."""
    if turn := _last_before(here, moment):
        return turn
    earlier = _last_before(turns, moment)
    if earlier is not None and moment - earlier.occurred_at <= BELONGS:
        return earlier
    return here[0] if here else None


def attach_signals(turns: Sequence[Episode], standing: Standing) -> None:
    by_conversation: dict[int, list[Episode]] = defaultdict(list)
    for turn in turns:
        by_conversation[turn.conversation].append(turn)
    for touchpoint, kinds in standing.signals.items():
        if not kinds or touchpoint not in standing.own:
            continue
        conversation, moment = standing.moments[touchpoint]
        meant = _meant(turns, by_conversation[standing.stands_in(conversation)], moment)
        if meant is not None:
            for kind in kinds & set(SIGNALS):
                meant.evidence[kind] = 1.0


def attach_surveys(
    turns: Sequence[Episode], standing: Standing, parameters: Parameters, at: datetime
) -> list[datetime]:
    due = []
    for invitation in sorted({*standing.asked, *standing.replied}):
        replies = standing.replied.get(invitation, {})
        first = standing.asked.get(invitation) or next(iter(replies.values()))
        moment = min(fact.occurred_at for fact in replies.values()) if replies else first.occurred_at
        # As it was asked, also where that conversation has joined another since.
        here = [turn for turn in turns if turn.thread == first.conversation]
        turn = _last_before(here, moment)
        if turn is None:
            continue
        if replies:
            questions = [q for q in SURVEY_ORDER if q in replies and getattr(parameters, q) is not None]
            for question in questions[:ITEMS_A_SURVEY]:
                turn.evidence[question] = float(replies[question].data["value"])
            turn.evidence["answered"] = 1.0
        elif first.occurred_at + UNANSWERED_SURVEY <= at:
            turn.evidence.setdefault("answered", 0.0)
        else:
            due.append(first.occurred_at + UNANSWERED_SURVEY)
    return due


def attach_silence(
    turns: Sequence[Episode], standing: Standing, recorded: frozenset[str], at: datetime
) -> list[datetime]:
    """What was watched for and did not happen, once there was time for it to happen."""
    due = []
    kinds = (*WATCHED, *(kind for kind in ("negative_review", "referral") if kind in recorded))
    for turn in turns:
        over = turn.occurred_at + QUIET
        came_again = bisect_right(standing.touches, turn.occurred_at) < len(standing.touches)
        if came_again or over <= at:
            for kind in kinds:
                turn.evidence.setdefault(kind, 0.0)
        else:
            due.append(over)
    return due


def attach_returns(turns: Sequence[Episode], standing: Standing, captive: bool | None, at: datetime) -> list[datetime]:
    """Whether the customer bought again, where they used to buy often enough for staying away to mean something."""
    name = {None: "returned", True: "returned_captive", False: "returned_free"}[captive]
    orders = standing.orders
    due = []
    for turn in turns:
        before = orders[: bisect_left(orders, turn.occurred_at)]
        gaps = [later - earlier for earlier, later in pairwise(before)]
        if not gaps or median(gap.total_seconds() for gap in gaps) > RETURN.total_seconds():
            continue
        over = turn.occurred_at + RETURN
        position = bisect_right(orders, turn.occurred_at)
        if position < len(orders) and orders[position] <= over:
            turn.evidence[name] = 1.0
        elif over <= at:
            turn.evidence[name] = 0.0
        else:
            due.append(over)
    return due
