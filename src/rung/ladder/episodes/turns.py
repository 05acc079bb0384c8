"""Turns of service: which touchpoint ended what, and its causes.

Order of recording decides what answered what, because that is what we knew; order of happening decides what a customer
had lived before.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from math import exp, log
from typing import Any

from rung.ladder.episodes.facts import ANSWERED, ASSIGNED, LOGGED, OPENED, RECEIVED, REOPENED, RESOLVED, Fact, Standing
from rung.ladder.model.evidence import Evidence
from rung.ladder.model.parameters import Parameters

MOST_TRANSFERS = 4
SHORTEST_WAIT_S = 60.0


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


@dataclass(slots=True)
class Thread:
    """A conversation while it is being read."""

    channel: str = ""
    team: int | None = None
    waiting: list[Episode] = field(default_factory=list)
    transfers: int = 0
    reopened: bool = False


def turns_of(customer: int, ordered: Sequence[Fact], standing: Standing, one_way: frozenset[str]) -> list[Episode]:
    threads: dict[int, Thread] = defaultdict(Thread)
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


def _assign(thread: Thread, data: dict[str, Any]) -> None:
    passed_on = (data["agent"] is not None and data["from_agent"] not in (None, data["agent"])) or (
        data["team"] is not None and data["from_team"] not in (None, data["team"])
    )
    if passed_on and thread.waiting:
        thread.transfers += 1
    thread.team = data["team"]


def _episode(fact: Fact, thread: Thread, standing: Standing) -> Episode:
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


def _only_thanks(waiting: Episode, standing: Standing) -> bool:
    return "thanks" in standing.signals.get(waiting.touchpoint, ())


def _served(fact: Fact, thread: Thread, standing: Standing) -> Episode | None:
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


def _given_up(thread: Thread, standing: Standing) -> list[Episode]:
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


def remember(turns: Sequence[Episode], parameters: Parameters) -> None:
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
