"""What a turn of service is, over the journal; the decisions stand in docs/records/010-what-an-episode-is.md.

Pure: facts in, episodes out. The order of recording decides what answered what, because that is what we knew; the order
of happening decides what a customer had lived before.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from math import exp, log
from statistics import median
from typing import Any, NamedTuple

from rung.ladder.model.evidence import Evidence
from rung.ladder.model.parameters import Parameters

OPENED = "conversation.opened"
RECEIVED = "touchpoint.received"
ANSWERED = "conversation.answered"
LOGGED = "touchpoint.logged"
ASSIGNED = "conversation.assigned"
RESOLVED = "conversation.resolved"
REOPENED = "conversation.reopened"
PHASE = "touchpoint.phase_set"
NOTED = "signal.noted"
WITHDRAWN = "signal.withdrawn"
ASKED = "survey.offered"
REPLIED = "survey.answered"
ORDERED = "order.placed"

KINDS = (
    OPENED,
    RECEIVED,
    ANSWERED,
    LOGGED,
    ASSIGNED,
    RESOLVED,
    REOPENED,
    PHASE,
    NOTED,
    WITHDRAWN,
    ASKED,
    REPLIED,
    ORDERED,
)

QUIET = timedelta(days=7)  # after which no complaint counts as none
UNANSWERED_SURVEY = timedelta(days=14)  # after which no answer counts as none
RETURN = timedelta(days=90)  # within which a customer comes back or does not
BELONGS = timedelta(days=90)  # how far back a word in an opening letter may reach
WATCHED = ("complaint", "escalation")
SURVEY_ORDER = ("level", "csat", "ces", "nps")
ITEMS_A_SURVEY = 2  # items of one survey share the rater's mood
MOST_TRANSFERS = 4
SHORTEST_WAIT_S = 60.0


class Fact(NamedTuple):
    """One entry of the journal, as little of it as is needed."""

    id: int
    kind: str
    occurred_at: datetime
    recorded_at: datetime
    conversation: int | None
    customer: int | None
    touchpoint: int | None
    data: dict[str, Any]


@dataclass(slots=True)
class Episode:
    """One turn of service: what it was, what happened in it (raw, not centred), and its evidence by kind."""

    touchpoint: int
    conversation: int
    customer: int
    channel: str
    phase: str
    team: int | None
    agent: int | None
    occurred_at: datetime
    wait_s: float | None = None
    wait_channel: str = ""
    expected_wait_s: float | None = None
    reopened: bool = False
    transfers: int = 0
    proactive: bool = False
    known: bool | None = None
    evidence: dict[str, float] = field(default_factory=dict)

    def items(self) -> tuple[Evidence, ...]:
        return tuple(sorted(Evidence(kind, value) for kind, value in self.evidence.items()))

    def centred(self, parameters: Parameters) -> list[float]:
        """The causes in the parameters' order; 0 is the ordinary, and also what we do not know."""
        raw: dict[str, float | None] = {
            "wait": None,
            "reopened": float(self.reopened),
            "transfers": float(min(self.transfers, MOST_TRANSFERS)),
            "proactive": float(self.proactive),
            "known": None if self.known is None else float(self.known),
        }
        if self.wait_s is not None and self.expected_wait_s:
            ratio = max(self.wait_s, SHORTEST_WAIT_S) / max(self.expected_wait_s, SHORTEST_WAIT_S)
            limit = parameters.wait_limit
            raw["wait"] = min(max(log(ratio) / parameters.wait_sd, -limit), limit)
        row = []
        for cause in parameters.causes:
            value = raw[cause.name]
            row.append(0.0 if value is None else value - cause.centre)
        return row


@dataclass(frozen=True, slots=True)
class Story:
    """A customer's episodes in time order, and when the passing of time alone will say something new about them."""

    episodes: list[Episode]
    due_at: datetime | None


@dataclass(slots=True)
class _Thread:
    """A conversation while it is being read."""

    channel: str = ""
    team: int | None = None
    waiting: list[Episode] = field(default_factory=list)
    transfers: int = 0
    reopened: bool = False


@dataclass(slots=True)
class _Standing:
    """What holds in the end, however often it was changed on the way."""

    signals: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    phases: dict[int, str] = field(default_factory=dict)
    moments: dict[int, tuple[int, datetime]] = field(default_factory=dict)
    touches: list[datetime] = field(default_factory=list)
    orders: list[datetime] = field(default_factory=list)
    asked: dict[int, Fact] = field(default_factory=dict)
    replied: dict[int, dict[str, Fact]] = field(default_factory=lambda: defaultdict(dict))


def story_of(
    customer: int,
    facts: Iterable[Fact],
    *,
    at: datetime,
    parameters: Parameters,
    captive: bool | None = None,
    recorded: frozenset[str] = frozenset(),
    one_way: frozenset[str] = frozenset(),
) -> Story:
    """All episodes of one customer as they stand at ``at``.

    ``facts`` are the entries of KINDS about the customer and about their conversations, in any order. ``captive``: not
    free to leave, None when unknown. ``recorded``: kinds of signal this company notes at all, whose absence therefore
    says something. ``one_way``: channels in which a logged touchpoint of the customer's is not yet an answer.
    """
    ordered = sorted((f for f in facts if f.recorded_at <= at), key=lambda f: (f.recorded_at, f.id))
    standing = _standing(customer, ordered)
    turns = _turns(customer, ordered, standing, one_way)
    turns.sort(key=lambda turn: (turn.occurred_at, turn.touchpoint))
    _remember(turns, parameters)
    _attach_signals(turns, standing)
    due = [
        *_attach_surveys(turns, standing, parameters, at),
        *_attach_silence(turns, standing, recorded, at),
        *_attach_returns(turns, standing, captive, at),
    ]
    return Story(turns, min(due, default=None))


def _standing(customer: int, ordered: Sequence[Fact]) -> _Standing:
    found = _Standing()
    for fact in ordered:
        kind, touchpoint, data = fact.kind, fact.touchpoint, fact.data
        if touchpoint is not None and kind in (RECEIVED, ANSWERED, LOGGED) and fact.conversation is not None:
            found.moments[touchpoint] = (fact.conversation, fact.occurred_at)
        if fact.customer != customer:
            continue
        if kind == NOTED and touchpoint is not None:
            found.signals[touchpoint].add(data["signal"])
        elif kind == WITHDRAWN and touchpoint is not None:
            found.signals[touchpoint].discard(data["signal"])
        elif kind == PHASE and touchpoint is not None:
            found.phases[touchpoint] = data["phase"]
        elif kind == ASKED:
            found.asked[data["invitation"]] = fact
        elif kind == REPLIED:
            found.replied[data["invitation"]][data["question"]] = fact
        elif kind == ORDERED:
            found.orders.append(fact.occurred_at)
        elif _is_customers_touch(fact):
            found.touches.append(fact.occurred_at)
    found.touches.sort()
    found.orders.sort()
    return found


def _is_customers_touch(fact: Fact) -> bool:
    if fact.kind == RECEIVED:
        return not fact.data.get("automatic", False)
    return fact.kind == LOGGED and fact.data.get("direction") == "in"


def _turns(customer: int, ordered: Sequence[Fact], standing: _Standing, one_way: frozenset[str]) -> list[Episode]:
    threads: dict[int, _Thread] = defaultdict(_Thread)
    turns: list[Episode] = []
    for fact in ordered:
        if fact.conversation is None:
            continue
        thread = threads[fact.conversation]
        if fact.kind == OPENED:
            thread.channel, thread.team = fact.data.get("channel", ""), fact.data.get("team")
        elif fact.kind == ASSIGNED:
            _assign(thread, fact.data)
        elif fact.kind == REOPENED:
            thread.reopened = True
        elif fact.kind == RESOLVED:
            turns += [turn for turn in _given_up(thread, standing) if turn.customer == customer]
        elif fact.touchpoint is None or fact.kind not in (RECEIVED, LOGGED, ANSWERED):
            continue
        elif fact.kind == RECEIVED or (fact.data.get("direction") == "in" and fact.data.get("channel") in one_way):
            if not fact.data.get("automatic", False):
                thread.waiting.append(_episode(fact, thread, standing))
        else:
            turn = _served(fact, thread, standing)
            if turn is not None and turn.customer == customer:
                turns.append(turn)
    return turns


def _assign(thread: _Thread, data: dict[str, Any]) -> None:
    passed_on = (data["agent"] is not None and data["from_agent"] not in (None, data["agent"])) or (
        data["team"] is not None and data["from_team"] not in (None, data["team"])
    )
    if passed_on and thread.waiting:
        thread.transfers += 1
    thread.team = data["team"]


def _episode(fact: Fact, thread: _Thread, standing: _Standing) -> Episode:
    data, touchpoint = fact.data, fact.touchpoint or 0
    return Episode(
        touchpoint=touchpoint,
        conversation=fact.conversation or 0,
        customer=fact.customer or 0,
        channel=data.get("channel", "") or thread.channel,
        phase=standing.phases.get(touchpoint, data.get("phase", "")),
        team=thread.team,
        agent=data.get("agent"),
        occurred_at=fact.occurred_at,
        transfers=thread.transfers,
    )


def _only_thanks(waiting: Episode, standing: _Standing) -> bool:
    return "thanks" in standing.signals.get(waiting.touchpoint, ())


def _served(fact: Fact, thread: _Thread, standing: _Standing) -> Episode | None:
    """The episode that one of our touchpoints is; None when it only adds to the turn before."""
    data = fact.data
    waited = data.get("waited_ms")
    if fact.kind == ANSWERED and waited is None and not data.get("proactive", False):
        return None
    turn = _episode(fact, thread, standing)
    asked_again = any(not _only_thanks(touch, standing) for touch in thread.waiting)
    # "Thank you" reopens a conversation without anything having been left undone.
    turn.reopened = thread.reopened and (asked_again or not thread.waiting)
    if waited is not None:
        turn.wait_s = waited / 1000
        turn.wait_channel = thread.waiting[0].channel if thread.waiting else turn.channel
    turn.proactive = bool(data.get("proactive", False)) or (
        fact.kind == LOGGED and data.get("direction") == "out" and waited is None
    )
    thread.waiting, thread.transfers, thread.reopened = [], 0, False
    return turn


def _given_up(thread: _Thread, standing: _Standing) -> list[Episode]:
    """Resolved over the customer's unanswered question: that question is the episode."""
    asked = [touch for touch in thread.waiting if not _only_thanks(touch, standing)]
    found = []
    if asked:
        turn = asked[0]
        turn.reopened, turn.transfers = thread.reopened, thread.transfers
        turn.team, turn.agent = thread.team, None
        found = [turn]
    thread.waiting, thread.transfers, thread.reopened = [], 0, False
    return found


def _remember(turns: Sequence[Episode], parameters: Parameters) -> None:
    """What the customer had lived with us before each turn: how long they waited, and who served them."""
    usual = dict(parameters.usual_wait_s)
    lived: dict[str, list[float]] = defaultdict(list)
    served_by: set[int] = set()
    for turn in turns:
        if turn.wait_s is not None and turn.wait_channel in usual:
            before = lived[turn.wait_channel]
            # The channel's usual wait counts as one wait of theirs: a single quick answer is not yet a habit.
            turn.expected_wait_s = exp((log(usual[turn.wait_channel]) + sum(before)) / (1 + len(before)))
            before.append(log(max(turn.wait_s, SHORTEST_WAIT_S)))
        if turn.agent is not None:
            turn.known = (turn.agent in served_by) if served_by else None
            served_by.add(turn.agent)


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


def _attach_signals(turns: Sequence[Episode], standing: _Standing) -> None:
    by_conversation: dict[int, list[Episode]] = defaultdict(list)
    for turn in turns:
        by_conversation[turn.conversation].append(turn)
    for touchpoint, kinds in standing.signals.items():
        if not kinds or touchpoint not in standing.moments:
            continue
        conversation, moment = standing.moments[touchpoint]
        turn = _meant(turns, by_conversation[conversation], moment)
        if turn is not None:
            for kind in kinds:
                turn.evidence[kind] = 1.0


def _attach_surveys(
    turns: Sequence[Episode], standing: _Standing, parameters: Parameters, at: datetime
) -> list[datetime]:
    due = []
    for invitation in sorted({*standing.asked, *standing.replied}):
        replies = standing.replied.get(invitation, {})
        first = standing.asked.get(invitation) or next(iter(replies.values()))
        moment = min(fact.occurred_at for fact in replies.values()) if replies else first.occurred_at
        here = [turn for turn in turns if turn.conversation == first.conversation]
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


def _attach_silence(
    turns: Sequence[Episode], standing: _Standing, recorded: frozenset[str], at: datetime
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


def _attach_returns(
    turns: Sequence[Episode], standing: _Standing, captive: bool | None, at: datetime
) -> list[datetime]:
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
