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

from rung.core.clock import epoch_ms
from rung.ladder.episodes.facts import (
    ANSWERED,
    ASSIGNED,
    JOINED,
    LOGGED,
    OPENED,
    RECEIVED,
    REOPENED,
    RESOLVED,
    SAID,
    Fact,
    Standing,
)
from rung.ladder.model.evidence import Evidence
from rung.ladder.model.parameters import Parameters
from rung.touchpoints.hands import Hands

MOST_TRANSFERS = 4
SHORTEST_WAIT_S = 60.0


@dataclass(slots=True)
class Episode:
    """One turn of service: what it was, what happened in it (raw, not centred), and its evidence by kind. ``thread``: the
    conversation it happened in, ``conversation`` the one in which that stands now."""

    touchpoint: int
    conversation: int
    thread: int
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
    is_opened: bool = False
    has_begun: bool = False
    hands: Hands = field(default_factory=Hands)
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
            thread.channel, thread.team, thread.is_opened = fact.data.get("channel", ""), fact.data.get("team"), True
        elif fact.kind == ASSIGNED:
            # The first who takes it up is no other, nor is the queue.
            thread.transfers += thread.hands.pass_on(fact.data) and bool(thread.waiting)
            thread.team = fact.data["team"]
        elif fact.kind == REOPENED:
            thread.reopened = True
        elif fact.kind == JOINED:
            _wait_there(thread, threads[fact.data["into"]])
        elif fact.kind == RESOLVED:
            turns += [turn for turn in _given_up(thread, standing) if turn.customer == customer]
        elif fact.touchpoint is None or fact.kind not in SAID:
            continue
        else:
            # What was split off was in the hands of those who had it then.
            held = threads[fact.said_in] if fact.said_in is not None and not thread.is_opened else thread
            turn = _episode(fact, thread, held.team, standing)
            if fact.kind == RECEIVED or (fact.data.get("direction") == "in" and fact.data.get("channel") in one_way):
                if not fact.data.get("automatic", False):
                    thread.waiting.append(turn)
            elif _is_turn(turn, fact, thread, standing) and turn.customer == customer:
                turns.append(turn)
            thread.has_begun = True
    return turns


def _wait_there(thread: Thread, into: Thread) -> None:
    """Whoever still waited when their conversation joined another waits there."""
    if thread.waiting:
        into.waiting = sorted([*into.waiting, *thread.waiting], key=lambda touch: touch.occurred_at)
        into.transfers += thread.transfers
        into.reopened |= thread.reopened
    thread.waiting, thread.transfers, thread.reopened = [], 0, False


def _episode(fact: Fact, thread: Thread, team: int | None, standing: Standing) -> Episode:
    data, touchpoint, conversation = fact.data, fact.touchpoint or 0, fact.conversation or 0
    return Episode(
        touchpoint=touchpoint,
        conversation=standing.stands_in(conversation),
        thread=conversation,
        customer=fact.customer or 0,
        channel=data.get("channel", "") or thread.channel,
        phase=standing.phases.get(touchpoint, data.get("phase", "")),
        team=team,
        agent=data.get("agent"),
        occurred_at=fact.occurred_at,
        transfers=thread.transfers,
    )


def _only_thanks(waiting: Episode, standing: Standing) -> bool:
    return waiting.touchpoint in standing.thanks or "thanks" in standing.signals.get(waiting.touchpoint, ())


def _is_turn(turn: Episode, fact: Fact, thread: Thread, standing: Standing) -> bool:
    """Fill in what one of our touchpoints was as a turn; False when it only adds to the turn before."""
    data = fact.data
    waited, proactive = _waited_ms(fact, thread, standing), bool(data.get("proactive", False))
    if waited is None and data.get("waited_ms") is not None and not thread.has_begun:
        proactive = True  # what it answered stands elsewhere, and this conversation begins with it
    if fact.kind == ANSWERED and waited is None and not proactive:
        return False
    asked_again = any(not _only_thanks(touch, standing) for touch in thread.waiting)
    # "Thank you" reopens a conversation without anything having been left undone.
    turn.reopened = thread.reopened and (asked_again or not thread.waiting)
    if waited is not None:
        turn.wait_s = waited / 1000
        turn.wait_channel = thread.waiting[0].channel if thread.waiting else turn.channel
    turn.proactive = proactive or (fact.kind == LOGGED and data.get("direction") == "out" and waited is None)
    thread.waiting, thread.transfers, thread.reopened = [], 0, False
    return True


def _waited_ms(fact: Fact, thread: Thread, standing: Standing) -> int | None:
    """How long the customer had waited for it, as it was recorded; where what they waited since stands elsewhere by now, for
    what is left."""
    waited: int | None = fact.data.get("waited_ms")
    if waited is None or fact.conversation is None:
        return waited
    said_ms, here = epoch_ms(fact.occurred_at), standing.stands_in(fact.conversation)
    asked_in = standing.spoken.get(said_ms - waited)
    if asked_in is None and fact.said_in is None:
        return waited
    if asked_in is not None and any(standing.stands_in(each) == here for each in asked_in):
        return waited
    return said_ms - epoch_ms(thread.waiting[0].occurred_at) if thread.waiting else None


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
