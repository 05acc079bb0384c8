"""A second count: what KPIs come to, from the entries of the journal alone and by their definitions in plain words.

It shares nothing with `rung.insight`: no fact, no statement, no fold. Every entry is replayed in the order it was written,
and a touchpoint is one thing that stands somewhere, wherever it stood before; the product folds each conversation by itself.
What each figure counts is a list of cases, so that a wrong one can be looked at.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Any, NamedTuple

from rung.journal.models import Entry

DAY_MS = 86_400_000
ENDLESS = 2**62
BOTH_SPEAK = ("phone", "visit")
ESCALATED = ("escalation", "negative_review")


@dataclass
class Touch:
    """One moment of contact, as it is known now."""

    number: int
    stands_in: int
    said_in: int
    said_ms: int
    who: int
    channel: str
    side: str  # "customer", "us", "machine"
    is_contact: bool
    phase: str
    is_history: bool
    signals: set[str] = field(default_factory=set)
    came_by: list[int] = field(default_factory=list)


@dataclass
class Matter:
    """One conversation, as it is known now."""

    number: int
    who: int
    channel: str
    team: int
    is_beside: bool
    is_history: bool
    is_spam: bool = False
    joined: int = 0
    agent: int | None = None
    transfers: int = 0
    handed_on_elsewhere: int = 0  # before those that were have joined this
    had: list[tuple[int | None, int | None]] = field(default_factory=list)  # by which of us and which team, in turn
    settled: list[tuple[int, int]] = field(default_factory=list)  # from, until (ENDLESS: it still is)
    said: list[Touch] = field(default_factory=list)

    @property
    def counts(self) -> bool:
        return not (self.is_spam or self.joined or self.is_beside) and bool(self.said)

    @property
    def opened_ms(self) -> int:
        return self.said[0].said_ms

    @property
    def opened_by(self) -> str:
        return self.said[0].side

    @property
    def contacts(self) -> list[Touch]:
        return [each for each in self.said if each.is_contact]

    @property
    def switches(self) -> int:
        return sum(one.channel != other.channel for one, other in pairwise(self.contacts))

    def is_open_at(self, ms: int) -> bool:
        return self.opened_ms <= ms and not any(since <= ms < until for since, until in self.settled)

    def said_with(self, *signals: str) -> list[int]:
        return sorted(each.said_ms for each in self.said if each.signals & set(signals))


class Vow(NamedTuple):
    """A promise, as it stands."""

    number: int
    who: int
    conversation: int
    made_ms: int
    due_ms: int
    moved: int
    state: str


class Asked(NamedTuple):
    """A question of a survey: to whom, when, and what they answered last and when."""

    number: int
    question: str
    who: int
    conversation: int
    asked_ms: int
    answer: int | None = None
    answered_ms: int | None = None


class Case(NamedTuple):
    """One case of a figure: whose it is, where it counts, whether it is what is counted, and the conversation behind it."""

    who: int
    team: int
    channel: str
    amount: int
    n: int = 1
    conversation: int = 0


class World:
    """Everything the journal tells, as it is known now."""

    def __init__(self) -> None:
        self.matters: dict[int, Matter] = {}
        self.touches: dict[int, Touch] = {}
        self.orders: dict[int, tuple[int, int]] = {}
        self.vows: dict[int, Vow] = {}
        self.asked: dict[tuple[int, str], Asked] = {}
        self.owed: dict[int, tuple[bool, int, dict[str, Any]]] = {}
        # A letter that leaves later has a conversation before that is opened, and it may be settled or assigned by then.
        self._settled: dict[int, list[tuple[int, int]]] = defaultdict(list)
        self._read_from: dict[int, set[str]] = defaultdict(set)
        self._marked: dict[int, bool] = {}
        self._merged: dict[int, int] = {}
        self._parting: list[int] = []
        for entry in Entry.objects.order_by("pk"):
            told = getattr(self, "_" + entry.kind.replace(".", "_"), None)
            if told is not None:
                told(entry, _ms(entry.occurred_at), entry.data)
        self._gather()

    def person(self, number: int) -> int:
        while number in self._merged:
            number = self._merged[number]
        return number

    def counting(self) -> list[Matter]:
        return [matter for matter in self.matters.values() if matter.counts]

    def _gather(self) -> None:
        for joining in self.matters.values():
            one = joining
            while one.joined:
                one = self.matters[one.joined]
            # Of what became one matter each handing on was one of it.
            one.handed_on_elsewhere += 0 if one is joining else joining.transfers
        for each in self.matters.values():
            each.transfers += each.handed_on_elsewhere
        for touch in self.touches.values():
            touch.signals = self._read_from[touch.number]
            matter = self.matters.get(touch.stands_in)
            if matter is not None and not touch.is_history:
                matter.said.append(touch)
        for matter in self.matters.values():
            matter.said.sort(key=lambda touch: (touch.said_ms, touch.number))
            matter.settled = self._settled[matter.number]
            matter.is_spam = self._marked.get(matter.number, False)

    # What each kind of entry tells.

    def _customer_merged(self, entry: Entry, ms: int, data: dict[str, Any]) -> None:
        self._merged[data["merged"]] = data["customer"]

    def _customer_parted(self, entry: Entry, ms: int, data: dict[str, Any]) -> None:
        self._merged.pop(data["merged"], None)

    def _conversation_opened(self, entry: Entry, ms: int, data: dict[str, Any]) -> None:
        self.matters[data["conversation"]] = Matter(
            data["conversation"], data["customer"], data["channel"], data["team"] or 0,
            data.get("beside") is not None, bool(data.get("archived")),
        )  # fmt: skip

    def _said(self, data: dict[str, Any], ms: int, side: str, *, is_contact: bool, is_history: bool = False) -> None:
        self.touches[data["touchpoint"]] = Touch(
            data["touchpoint"], data["conversation"], data["conversation"], ms, data["customer"], data["channel"], side,
            is_contact, data["phase"], is_history,
        )  # fmt: skip

    def _touchpoint_received(self, entry: Entry, ms: int, data: dict[str, Any]) -> None:
        side = "machine" if data["automatic"] else "customer"
        self._said(data, ms, side, is_contact=side == "customer", is_history=bool(data.get("archived")))

    def _conversation_answered(self, entry: Entry, ms: int, data: dict[str, Any]) -> None:
        self._said(data, ms, "us", is_contact=False)

    def _touchpoint_logged(self, entry: Entry, ms: int, data: dict[str, Any]) -> None:
        is_theirs = data["direction"] == "in"
        is_contact = is_theirs or data["channel"] in BOTH_SPEAK
        self._said(data, ms, "customer" if is_theirs else "us", is_contact=is_contact)

    def _touchpoint_joined(self, entry: Entry, ms: int, data: dict[str, Any]) -> None:
        touch = self.touches.get(data["touchpoint"])
        if touch is not None:
            touch.came_by.append(touch.stands_in)
            touch.stands_in = data["conversation"]

    def _touchpoint_parted(self, entry: Entry, ms: int, data: dict[str, Any]) -> None:
        if not data["split"]:
            self._parting.append(data["touchpoint"])

    def _conversation_joined(self, entry: Entry, ms: int, data: dict[str, Any]) -> None:
        self.matters[data["conversation"]].joined = data["into"]

    def _conversation_parted(self, entry: Entry, ms: int, data: dict[str, Any]) -> None:
        self.matters[data["conversation"]].joined = 0
        for number in self._parting:
            if number in self.touches:  # a letter that has not left yet is not
                self.touches[number].stands_in = data["conversation"]
        self._parting = []

    def _conversation_assigned(self, entry: Entry, ms: int, data: dict[str, Any]) -> None:
        matter = self.matters.get(data["conversation"])
        if matter is None:
            return
        # To others than had it last. The queue is nobody, and whoever takes it up in the team it went to is no other.
        matter.had.append((data["from_agent"], data["from_team"]))
        agent, team = (next((each[k] for each in reversed(matter.had) if each[k]), None) for k in range(2))
        went = bool(team and data["team"] and team != data["team"])
        matter.transfers += went or bool(agent and data["agent"] and agent != data["agent"])
        matter.had = [*([] if went else matter.had), (data["agent"], data["team"] or team)]
        matter.team = data["team"] or 0

    def _conversation_resolved(self, entry: Entry, ms: int, data: dict[str, Any]) -> None:
        self._settled[data["conversation"]].append((ms, ENDLESS))

    def _conversation_reopened(self, entry: Entry, ms: int, data: dict[str, Any]) -> None:
        times = self._settled[data["conversation"]]
        if times:  # history comes in settled
            times[-1] = (times[-1][0], ms)

    def _touchpoint_phase_set(self, entry: Entry, ms: int, data: dict[str, Any]) -> None:
        if data["touchpoint"] in self.touches:  # a letter still to leave says it itself when it does
            self.touches[data["touchpoint"]].phase = data["phase"]

    def _signal_noted(self, entry: Entry, ms: int, data: dict[str, Any]) -> None:
        self._read_from[data["touchpoint"]].add(data["signal"])

    def _signal_withdrawn(self, entry: Entry, ms: int, data: dict[str, Any]) -> None:
        self._read_from[data["touchpoint"]].discard(data["signal"])

    def _spam_marked(self, entry: Entry, ms: int, data: dict[str, Any]) -> None:
        self._marked[data["conversation"]] = True

    def _spam_unmarked(self, entry: Entry, ms: int, data: dict[str, Any]) -> None:
        self._marked[data["conversation"]] = False

    def _order_placed(self, entry: Entry, ms: int, data: dict[str, Any]) -> None:
        self.orders[data["order"]] = (data["customer"], ms)

    def _survey_offered(self, entry: Entry, ms: int, data: dict[str, Any]) -> None:
        who, where = data["customer"], data["conversation"]
        self.asked[data["invitation"], data["question"]] = Asked(data["invitation"], data["question"], who, where, ms)

    def _survey_answered(self, entry: Entry, ms: int, data: dict[str, Any]) -> None:
        key = (data["invitation"], data["question"])
        self.asked[key] = self.asked[key]._replace(answer=data["value"], answered_ms=ms)

    def _promise_made(self, entry: Entry, ms: int, data: dict[str, Any]) -> None:
        where = data["conversation"] or 0
        self.vows[data["promise"]] = Vow(data["promise"], data["customer"], where, ms, data["due_ms"], 0, "open")

    def _promise_moved(self, entry: Entry, ms: int, data: dict[str, Any]) -> None:
        self._vowed(data, moved=data["moved"], due_ms=data["due_ms"])

    def _promise_kept(self, entry: Entry, ms: int, data: dict[str, Any]) -> None:
        self._vowed(data, state="kept" if ms <= data["due_ms"] else "late")

    def _promise_broken(self, entry: Entry, ms: int, data: dict[str, Any]) -> None:
        self._vowed(data, state="broken")

    def _promise_withdrawn(self, entry: Entry, ms: int, data: dict[str, Any]) -> None:
        self._vowed(data, state="none")

    def _promise_reopened(self, entry: Entry, ms: int, data: dict[str, Any]) -> None:
        self._vowed(data, state="open")

    def _vowed(self, data: dict[str, Any], **said: Any) -> None:
        self.vows[data["promise"]] = self.vows[data["promise"]]._replace(**said)

    def _deadline_met(self, entry: Entry, ms: int, data: dict[str, Any]) -> None:
        self.owed[data["deadline"]] = (True, ms, data)

    def _deadline_missed(self, entry: Entry, ms: int, data: dict[str, Any]) -> None:
        self.owed[data["deadline"]] = (False, ms, data)

    def _deadline_reopened(self, entry: Entry, ms: int, data: dict[str, Any]) -> None:
        self.owed.pop(data["deadline"], None)

    _deadline_dropped = _deadline_reopened


def _ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


@dataclass(frozen=True)
class Counted:
    """A figure: of `n` cases `count`, the conversations behind it, and what else it says by name."""

    count: int
    n: int
    cases: Sequence[Case]
    behind: frozenset[int]
    further: dict[str, tuple[int, int]] = field(default_factory=dict)


def counted(cases: Iterable[Case], behind: Iterable[int] = (), **further: tuple[int, int]) -> Counted:
    told = list(cases)
    return Counted(sum(each.amount for each in told), sum(each.n for each in told), told, frozenset(behind), further)


@dataclass
class Asking:
    """The figures of one stretch of time, as seen at `now_ms`; of one team or channel where these are named."""

    world: World
    from_ms: int
    to_ms: int
    now_ms: int
    team: int | None = None
    channel: str = ""

    def within(self, ms: int) -> bool:
        return self.from_ms <= ms < self.to_ms

    def about(self, place: Any) -> bool:
        return self.team in (None, place.team) and self.channel in ("", place.channel)

    def about_touch(self, matter: Matter, touch: Touch) -> bool:
        """A touchpoint counts for the channel it went through, and the team that holds its conversation."""
        return self.team in (None, matter.team) and self.channel in ("", touch.channel)

    def place(self, conversation: int) -> Matter | None:
        """Where a touchpoint, an answer or a promise counts now: in the conversation that its own has joined, if any."""
        matter = self.world.matters.get(conversation)
        while matter is not None and matter.joined:
            matter = self.world.matters.get(matter.joined)
        return matter

    def begun(self) -> list[Matter]:
        return [each for each in self.world.counting() if self.within(each.opened_ms) and self.about(each)]

    def case(self, matter: Matter, amount: int, n: int = 1, who: int = 0) -> Case:
        person = self.world.person(who or matter.who)
        return Case(person, matter.team, matter.channel, amount, n, matter.number)

    def complaints_of(self) -> dict[int, list[int]]:
        """By person, when each complained first in a conversation."""
        found: dict[int, list[int]] = defaultdict(list)
        for matter in self.world.counting():
            if said := matter.said_with("complaint", "escalation"):
                found[self.world.person(matter.who)].append(said[0])
        return found
