"""A second count of the ladder: turns of service, what customers showed of them, and d, from the journal and by the text of
the model alone.

It shares nothing with `rung.ladder`. A touchpoint is one thing that stands somewhere (`tests.insight.recount.World`): it
counts in the first of the conversations it was said in or put into that stands there too, from when it was said. Order of
recording decides what answered what, order of happening what somebody had lived before.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from math import exp, log
from statistics import median
from typing import Any

import numpy as np

from rung.customers.models import Customer
from rung.journal.models import Entry
from tests.insight.recount import DAY_MS, World, _ms

HOUR_S = 3600.0
USUAL_S = {"email": 8 * HOUR_S, "inhouse": 8 * HOUR_S, "letter": 5 * 24 * HOUR_S}
CUTS = (-2.0, -0.75, 0.75, 1.75, 2.75)
WEIGHTS = {
    "wait": (-0.4, 0.0),
    "reopened": (-0.7, 0.15),
    "transfers": (-0.3, 0.6),
    "proactive": (0.5, 0.2),
    "known": (0.3, 0.5),
}
ORDINAL = {
    "level": (1.7, CUTS), "csat": (1.5, (-2.2, -1.4, -0.5, 1.0)), "ces": (1.2, (-2.6, -1.9, -1.3, -0.6, 0.2, 1.5)),
}  # fmt: skip
ACTS = {
    "complaint": (-1, 2.0, -2.0, 0.005, 0.5), "escalation": (-1, 2.0, -2.3, 0.005, 0.5),
    "negative_review": (-1, 2.0, -2.0, 0.002, 0.2), "referral": (1, 2.0, 2.2, 0.005, 0.4),
    "thanks": (1, 2.0, 1.75, 0.03, 0.4),
}  # fmt: skip
TAU, P0, UP, DOWN, OMEGA, FADES = 0.9, 0.6, 0.30, 0.20, 0.1, 24.0
MONTH_MS = 30.4375 * DAY_MS
D = np.arange(-700, 701) / 100


@dataclass
class Lived:
    """One turn of service, as it was lived."""

    touchpoint: int
    thread: int
    conversation: int
    who: int
    channel: str
    team: int | None
    agent: int | None
    ms: int
    wait_s: float | None = None
    waited_in: str = ""
    led_to_expect_s: float | None = None
    reopened: bool = False
    transfers: int = 0
    proactive: bool = False
    known: bool | None = None
    shown: dict[str, float] = field(default_factory=dict)
    mean: float = 0.0
    expected: float = 0.0
    levels: tuple[float, ...] = ()


@dataclass
class Thread:
    team: int | None = None
    held: list[tuple[int | None, int | None]] = field(default_factory=list)
    begun: bool = False
    waiting: list[Lived] = field(default_factory=list)
    handed_on: int = 0
    reopened: bool = False

    def goes_to(self, agent: int | None, team: int | None) -> bool:
        """Whether others have it now than had it last; nobody is not others, and the first to have it are not."""
        was, was_with = (next((each[k] for each in reversed(self.held) if each[k]), None) for k in range(2))
        to_others = bool(team and was_with and team != was_with)
        self.held = [*([] if to_others else self.held), (agent, team or was_with)]
        return to_others or bool(agent and was and agent != was)


class Ladder:
    """Every turn of service that the journal tells of, graded, as of a moment."""

    def __init__(self, now_ms: int) -> None:
        self.world, self.now_ms = World(), now_ms
        self.entries = sorted(Entry.objects.order_by("pk"), key=lambda each: (each.recorded_at, each.pk))
        self.split_into: dict[int, list[int]] = defaultdict(list)
        self.joined_by: dict[int, int] = {}
        self.said_at: dict[int, list[int]] = defaultdict(list)  # what customers said, by the moment
        self.signals: dict[int, set[str]] = defaultdict(set)
        for entry in sorted(self.entries, key=lambda each: each.pk):
            self._read_ahead(entry)
        self.threads: dict[int, Thread] = defaultdict(Thread)
        self.turns: list[Lived] = []
        for entry in self.entries:
            self._tell(entry, entry.data)
        self.turns = [turn for turn in self.turns if self._counts(turn.conversation)]
        self.theirs: dict[int, list[Lived]] = defaultdict(list)
        for turn in sorted(self.turns, key=lambda each: (each.ms, each.touchpoint)):
            self.theirs[turn.who].append(turn)
        self._show()
        self._grade()

    # Where things stand.

    def _read_ahead(self, entry: Entry) -> None:
        data = entry.data
        if entry.kind == "touchpoint.joined" and data.get("split"):
            self.split_into[data["touchpoint"]].append(data["conversation"])
        elif entry.kind == "conversation.joined":
            self.joined_by[data["conversation"]] = entry.pk
        elif entry.kind in ("touchpoint.received", "touchpoint.logged"):
            if not data.get("archived"):
                self.said_at[_ms(entry.occurred_at)].append(data["touchpoint"])
        elif entry.kind == "signal.noted":
            self.signals[data["touchpoint"]].add(data["signal"])
        elif entry.kind == "signal.withdrawn":
            self.signals[data["touchpoint"]].discard(data["signal"])

    def root(self, conversation: int) -> int:
        matter = self.world.matters.get(conversation)
        while matter is not None and matter.joined:
            conversation = matter.joined
            matter = self.world.matters.get(conversation)
        return conversation

    def home(self, touchpoint: int) -> int:
        touch = self.world.touches[touchpoint]
        stands = self.root(touch.stands_in)
        each = (touch.said_in, *self.split_into[touchpoint])
        return next((place for place in each if self.root(place) == stands), touch.stands_in)

    def _counts(self, conversation: int) -> bool:
        matter = self.world.matters.get(conversation)
        return matter is not None and not (matter.is_spam or matter.is_beside)

    # What happened, in the order it was written.

    def _tell(self, entry: Entry, data: dict[str, Any]) -> None:
        kind = entry.kind
        if kind == "conversation.opened":
            self.threads[data["conversation"]].team = data["team"]
            self.threads[data["conversation"]].held.insert(0, (None, data["team"]))
        elif kind == "conversation.assigned":
            thread = self.threads[data["conversation"]]
            if data["from_agent"] and not any(agent for agent, _team in thread.held):
                thread.held.append((data["from_agent"], data["from_team"]))
            thread.handed_on += thread.goes_to(data["agent"], data["team"]) and bool(thread.waiting)
            thread.team = data["team"]
        elif kind == "conversation.reopened":
            self.threads[data["conversation"]].reopened = True
        elif kind == "conversation.resolved":
            self._given_up(self.threads[data["conversation"]])
        elif kind == "conversation.joined" and self.joined_by.get(data["conversation"]) == entry.pk:
            if self.world.matters[data["conversation"]].joined:
                self._goes_on_waiting(self.threads[data["conversation"]], self.threads[data["into"]])
        elif kind in ("touchpoint.received", "touchpoint.logged", "conversation.answered") and not data.get("archived"):
            self._said(entry, data)

    def _given_up(self, thread: Thread) -> None:
        asked = [each for each in thread.waiting if not self._is_thanks(each)]
        if asked:
            asked[0].reopened, asked[0].transfers = thread.reopened, thread.handed_on
            asked[0].team, asked[0].agent = thread.team, None
            self.turns.append(asked[0])
        thread.waiting, thread.handed_on, thread.reopened = [], 0, False

    def _goes_on_waiting(self, thread: Thread, into: Thread) -> None:
        if thread.waiting:
            into.waiting = sorted(into.waiting + thread.waiting, key=lambda each: each.ms)
            into.handed_on += thread.handed_on
            into.reopened = into.reopened or thread.reopened
        thread.waiting, thread.handed_on, thread.reopened = [], 0, False

    def _said(self, entry: Entry, data: dict[str, Any]) -> None:
        home, said_in, ms = self.home(data["touchpoint"]), data["conversation"], _ms(entry.occurred_at)
        thread = self.threads[home]
        # What was split off was with those who had it when it was said.
        holder = self.threads[said_in] if home != said_in and not thread.held else thread
        turn = Lived(
            data["touchpoint"], home, self.root(home), self.world.person(data["customer"]), data["channel"], holder.team,
            data.get("agent"), ms, transfers=thread.handed_on,
        )  # fmt: skip
        has_begun, thread.begun = thread.begun, True
        is_theirs = entry.kind == "touchpoint.received" or data.get("direction") == "in"
        if is_theirs and data["channel"] not in ("phone", "visit"):
            if not data.get("automatic"):
                thread.waiting.append(turn)
            return
        waited = data["waited_ms"]
        proactive = bool(data.get("proactive"))
        if waited is not None:
            since = [self.root(self.home(each)) for each in self.said_at.get(ms - waited, ())]
            if self.root(home) not in since and (since or home != said_in):
                # What they had waited since stands elsewhere.
                waited = ms - thread.waiting[0].ms if thread.waiting else None
                proactive = waited is None and not has_begun
        if entry.kind == "conversation.answered" and waited is None and not proactive:
            return
        turn.reopened = thread.reopened and (
            not thread.waiting or not all(self._is_thanks(each) for each in thread.waiting)
        )
        turn.proactive = proactive or (
            entry.kind == "touchpoint.logged" and data["direction"] == "out" and waited is None
        )
        if waited is not None:
            turn.wait_s = waited / 1000
            turn.waited_in = thread.waiting[0].channel if thread.waiting else turn.channel
        thread.waiting, thread.handed_on, thread.reopened = [], 0, False
        self.turns.append(turn)

    def _is_thanks(self, turn: Lived) -> bool:
        return "thanks" in self.signals[turn.touchpoint]

    # What customers had lived before, and what they showed afterwards.

    def _show(self) -> None:
        gathered = {kind for told in self.signals.values() for kind in told}
        for who, turns in self.theirs.items():
            self._remember(turns)
            self._signals(who, turns)
            self._surveys(who, turns)
            self._silence(who, turns, gathered)
            self._returns(who, turns)

    def _remember(self, turns: list[Lived]) -> None:
        waits: dict[str, list[float]] = defaultdict(list)
        knew: set[int] = set()
        for turn in turns:
            if turn.wait_s is not None and turn.waited_in in USUAL_S:
                before = [USUAL_S[turn.waited_in], *waits[turn.waited_in]]
                turn.led_to_expect_s = exp(sum(map(log, before)) / len(before))
                waits[turn.waited_in].append(max(turn.wait_s, 60.0))
            if turn.agent is not None:
                turn.known = turn.agent in knew if knew else None
                knew.add(turn.agent)

    def _spoken(self, who: int) -> Iterator[tuple[int, int]]:
        """Each touchpoint of somebody's that counts, with its moment."""
        for touch in self.world.touches.values():
            if (
                not touch.is_history
                and self._counts(self.root(touch.stands_in))
                and self.world.person(touch.who) == who
            ):
                yield touch.number, touch.said_ms

    def _signals(self, who: int, turns: list[Lived]) -> None:
        for number, ms in self._spoken(who):
            if not self.signals[number]:
                continue
            stands = self.root(self.world.touches[number].stands_in)
            here = [turn for turn in turns if turn.conversation == stands]
            before = [turn for turn in here if turn.ms <= ms]
            lately = [turn for turn in turns if ms - 90 * DAY_MS <= turn.ms <= ms]
            meant = before[-1] if before else lately[-1] if lately else here[0] if here else None
            if meant is not None:
                meant.shown.update({kind: 1.0 for kind in self.signals[number] if kind in ACTS})

    def _surveys(self, who: int, turns: list[Lived]) -> None:
        asked: dict[int, dict[str, Any]] = defaultdict(dict)
        for (invitation, question), each in self.world.asked.items():
            if self.world.person(each.who) == who:
                asked[invitation][question] = each
        for _invitation, questions in sorted(asked.items()):
            said = {name: each for name, each in questions.items() if each.answered_ms is not None}
            first = next(iter(questions.values()))
            ms = min(each.answered_ms for each in said.values()) if said else first.asked_ms
            here = [turn for turn in turns if turn.thread == first.conversation and turn.ms <= ms]
            if not here:
                continue
            if said:
                told = [name for name in ("level", "csat", "ces") if name in said][:2]
                here[-1].shown.update({name: float(said[name].answer) for name in told})
                here[-1].shown["answered"] = 1.0
            elif first.asked_ms + 14 * DAY_MS <= self.now_ms:
                here[-1].shown.setdefault("answered", 0.0)

    def _silence(self, who: int, turns: list[Lived], gathered: set[str]) -> None:
        moments = sorted(
            ms for number, ms in self._spoken(who) if self.world.touches[number].side == "customer"
        )  # fmt: skip
        for turn in turns:
            if turn.ms + 7 * DAY_MS <= self.now_ms or any(ms > turn.ms for ms in moments):
                for kind in ("complaint", "escalation", *({"negative_review", "referral"} & gathered)):
                    turn.shown.setdefault(kind, 0.0)

    def _returns(self, who: int, turns: list[Lived]) -> None:
        captive = Customer.objects.get(pk=who).captive
        name = {None: "returned", True: "returned_captive", False: "returned_free"}[captive]
        bought = sorted(ms for customer, ms in self.world.orders.values() if self.world.person(customer) == who)
        for turn in turns:
            before = [ms for ms in bought if ms < turn.ms]
            if len(before) < 2 or median(b - a for a, b in pairwise(before)) > 90 * DAY_MS:
                continue
            after = bought[bisect_right(bought, turn.ms) :]
            if after and after[0] <= turn.ms + 90 * DAY_MS:
                turn.shown[name] = 1.0
            elif turn.ms + 90 * DAY_MS <= self.now_ms:
                turn.shown[name] = 0.0

    # The model, equation by equation, on a line of its own.

    def _grade(self) -> None:
        for turns in self.theirs.values():
            m, p, before = 0.0, P0, turns[0].ms
            for turn in turns:
                rho = exp(-(turn.ms - before) / MONTH_MS / FADES)
                m, p = rho * m, rho * rho * p
                mu, spread = _operations(turn) - m, TAU**2 + p
                weight = np.exp(-((D - mu) ** 2) / (2 * spread))
                for kind, value in turn.shown.items():
                    weight = weight * _chance(kind, value)
                weight /= weight.sum()
                turn.expected, turn.mean = m, float(weight @ D)
                edges = (-np.inf, *CUTS, np.inf)
                inside = [np.logical_and(low < D, high > D) for low, high in pairwise(edges)]
                turn.levels = tuple(
                    float(weight[each].sum() + weight[np.isin(D, edges[k : k + 2])].sum() / 2)
                    for k, each in enumerate(inside)
                )
                gain = p / spread
                after = m - gain * (D - mu) + np.where(D > 0, UP, DOWN) * D
                m, p = (
                    float(weight @ after),
                    float(weight @ after**2 - (weight @ after) ** 2) + p * (1 - gain) + OMEGA**2,
                )
                before = turn.ms

    def relationship(self, who: int) -> float:
        """Half the peak and half the last of the twelve months before the last; the peak is what weighs most, half as much
        for every six months, what was bad one and a half times."""
        turns = self.theirs[who]
        last = turns[-1]
        recent = [turn for turn in turns if last.ms - turn.ms <= 12 * MONTH_MS]

        def weighs(turn: Lived) -> float:
            fades = 0.5 ** ((last.ms - turn.ms) / MONTH_MS / 6)
            return float(abs(turn.mean) * fades * (1.5 if turn.mean < 0 else 1.0))

        return (max(recent, key=weighs).mean + last.mean) / 2


def _operations(turn: Lived) -> float:
    lived: dict[str, float] = {
        "reopened": float(turn.reopened), "transfers": float(min(turn.transfers, 4)), "proactive": float(turn.proactive),
    }  # fmt: skip
    if turn.wait_s is not None and turn.led_to_expect_s:
        lived["wait"] = max(-2.5, min(2.5, log(max(turn.wait_s, 60.0) / max(turn.led_to_expect_s, 60.0)) / 1.25))
    if turn.known is not None:
        lived["known"] = float(turn.known)
    return sum(WEIGHTS[name][0] * (value - WEIGHTS[name][1]) for name, value in lived.items())


def _sigma(x: Any) -> Any:
    return 1 / (1 + np.exp(-x))


def _chance(kind: str, value: float) -> Any:
    if kind in ORDINAL:
        slope, cuts = ORDINAL[kind]
        at_least = [np.ones_like(D), *(_sigma(slope * (D - cut)) for cut in cuts), np.zeros_like(D)]
        return at_least[int(value) - 1] - at_least[int(value)]
    if kind == "answered":
        happened = _sigma(-1.3 + 0.1 * D**2)
    elif kind in ACTS:
        sign, slope, at, low, high = ACTS[kind]
        happened = low + (high - low) * _sigma(sign * slope * (D - at))
    else:
        free, captive = (low + (0.95 - low) * _sigma(1.5 * (D + 0.5)) for low in (0.10, 0.85))
        mixed = 0.25 * captive + 0.75 * free
        happened = {"returned": mixed, "returned_free": free, "returned_captive": captive}[kind]
    return happened if value == 1 else 1 - happened
