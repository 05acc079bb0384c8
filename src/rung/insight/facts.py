"""What the entries of one conversation, or of one order, come to: pure functions from journal to facts.

A conversation is always folded from all its entries, never added to. That makes the order in which entries are delivered,
and how often, of no consequence, and a rebuild the same as what was kept up.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from types import MappingProxyType
from typing import Any

from django.db.models import Model

from rung.core.clock import epoch_ms
from rung.insight.days import calendar
from rung.insight.meanwhile import Known, Meanwhile, known_of
from rung.insight.models import (
    ENDLESS,
    ConversationFact,
    LeftOutFact,
    OrderFact,
    ResolutionFact,
    SpellFact,
    TouchpointFact,
)
from rung.insight.moves import OF_TOUCHPOINTS, Told, as_it_was_said, began_with, owing_nothing, said_here, split_off
from rung.insight.opinions import Answer, answer_facts, complaint_facts, signal_facts
from rung.touchpoints.doors import door
from rung.touchpoints.hands import Hands


def _minutes(ms: int) -> int:
    return (ms + 30_000) // 60_000


def order_fact(entry: Told) -> OrderFact:
    """What an order.placed entry comes to."""
    placed_ms = epoch_ms(entry.occurred_at)
    return OrderFact(
        placed_order=entry.data["order"],
        customer=entry.data["customer"],
        amount_cents=entry.data["amount_cents"],
        placed_ms=placed_ms,
        **calendar(placed_ms),
    )


def conversation_facts(entries: Iterable[Told], meanwhile: Meanwhile = MappingProxyType({})) -> list[Model]:
    """Every fact about one conversation, from all its entries in the order they happened. `meanwhile`: what was told of its
    touchpoints while it had joined another.

    Nothing when the entry of its opening is not among them. When all of it is imported history, when it is our own question
    beside another, while it is spam, and while it has joined another: one fact that says so, and no other; but what people
    answered about it when they were asked stands, whatever it joined.
    """
    told, entries = _Conversation(), list(entries)
    told.note_thanks(entries)
    told.known = known_of(entries, meanwhile)
    elsewhere, own = split_off(entries, meanwhile), said_here(entries)
    told.begins_later = bool(elsewhere) and began_with(entries) in elsewhere
    told.settled_elsewhere = owing_nothing(entries)
    for entry in as_it_was_said(entries, but=elsewhere | own):
        telling = _TELLINGS.get(entry.kind)
        if entry.kind in OF_TOUCHPOINTS and entry.data["touchpoint"] in elsewhere:
            continue
        if entry.kind == "touchpoint.joined" and entry.data["touchpoint"] in own:
            continue  # it came home, and counts as when it was said here first
        if telling is not None:
            telling(told, entry, epoch_ms(entry.occurred_at))
    if reason := told.left_out_for():
        return [told.left_out(reason), *(told.answered_when_asked() if reason == "joined" else ())]
    return told.facts() if told.opened_ms is not None else []


@dataclass
class _Conversation:
    """A conversation while its entries are read."""

    conversation: int = 0
    customer: int = 0
    channel: str = ""
    team: int = 0
    opened_ms: int | None = None
    came_ms: int = 0  # when it was opened, whether or not it counts from then
    is_archive: bool = False
    begins_later: bool = False  # what it was opened with stands in another by now
    is_aside: bool = False
    is_spam: bool = False
    is_joined: bool = False
    opened_by: str = ""
    first_reply_ms: int | None = None
    turn: str = "us"
    turn_ms: int = 0
    is_resolved: bool = False
    # Open at the desk for a letter of mere thanks, which is no matter for any number.
    is_thanked: bool = False
    has_spoken: bool = False  # the customer, since it was settled, and not to say thank you
    thanked_ms: set[int] = field(default_factory=set)
    thanks: set[int] = field(default_factory=set)
    settled_elsewhere: set[int] = field(default_factory=set)
    reopen_count: int = 0
    transfers: int = 0
    hands: Hands = field(default_factory=Hands)
    spells: list[tuple[str, int, int]] = field(default_factory=list)
    resolutions: list[dict[str, Any]] = field(default_factory=list)
    touchpoints: dict[int, dict[str, Any]] = field(default_factory=dict)
    known: Known = field(default_factory=lambda: Known(set(), {}))
    answers: dict[tuple[int, str], Answer] = field(default_factory=dict)

    def note_thanks(self, entries: Iterable[Told]) -> None:
        """Which letters were mere thanks, and which reopenings were for one: noted as they came, or found later."""
        for entry in entries:
            if entry.kind == "thanks.recognised":
                self.thanks.add(entry.data["touchpoint"])
                self.thanked_ms.add(entry.data["reopened_ms"])
            elif entry.data.get("thanks") and entry.kind == "touchpoint.received":
                self.thanks.add(entry.data["touchpoint"])
            elif entry.data.get("thanks") and entry.kind == "conversation.reopened":
                self.thanked_ms.add(epoch_ms(entry.occurred_at))

    # One method for each kind of entry, named for what it tells.

    def opened(self, entry: Told, ms: int) -> None:
        if self.opened_ms is not None:
            return
        self.came_ms = ms
        self.conversation, self.customer = entry.data["conversation"], entry.data["customer"]
        self.channel, self.team = entry.data["channel"], entry.data.get("team") or 0
        self.is_archive, self.is_aside = bool(entry.data.get("archived")), bool(entry.data.get("beside"))
        if not self.is_archive and not self.begins_later:
            self.opened_ms = self.turn_ms = ms

    def received(self, entry: Told, ms: int) -> None:
        if entry.data.get("archived"):
            return
        automatic = bool(entry.data.get("automatic"))
        is_contact = not automatic and entry.data["touchpoint"] not in self.thanks
        self._touched(entry, ms, direction="in", is_contact=is_contact)
        if automatic and not self.opened_by:
            self.turn = "customer"  # nobody waits for an answer to what a machine wrote
        self.opened_by = self.opened_by or ("machine" if automatic else "customer")
        if is_contact:
            self._speaks(ms)
            self._turn_to("us", ms)

    def answered(self, entry: Told, ms: int) -> None:
        self._touched(entry, ms, direction="out", is_contact=False)
        self.opened_by = self.opened_by or "us"
        if entry.data.get("agent") is not None:
            self._replied(ms)
        self._turn_to("customer", ms)

    def logged(self, entry: Told, ms: int) -> None:
        direction = entry.data["direction"]
        both_speak = door(entry.data["channel"]).both_speak
        self._touched(entry, ms, direction=direction, is_contact=both_speak or direction == "in")
        self.opened_by = self.opened_by or ("customer" if direction == "in" else "us")
        if direction == "in":
            self._speaks(ms)
        if both_speak or direction == "out":
            self._replied(ms)
            self._turn_to("customer", ms)
        else:
            self._turn_to("us", ms)

    def assigned(self, entry: Told, ms: int) -> None:
        self.transfers += self.hands.pass_on(entry.data)
        self.team = entry.data.get("team") or 0

    def resolved(self, entry: Told, ms: int) -> None:
        self.is_thanked = False
        if self.is_resolved:
            return
        self.has_spoken = False
        self.is_resolved = True
        if self.opened_ms is None:
            return  # of words that have not been said yet, or stand in another conversation by now
        self._end_spell(ms)
        by_agent = 1 if entry.actor_kind == "agent" else 0
        self.resolutions.append(
            {"resolved_ms": ms, "reopened_ms": ENDLESS, "outcome": entry.data["outcome"], "by_agent": by_agent}
        )

    def reopened(self, entry: Told, ms: int) -> None:
        if not self.is_resolved:
            return
        # A letter that says more may have been written before the thanks and have come after them.
        if ms in self.thanked_ms and not self.has_spoken:
            self.is_thanked = True
            return
        self._taken_up(ms)

    def survey_offered(self, entry: Told, ms: int) -> None:
        data = entry.data
        self.answers.setdefault((data["invitation"], data["question"]), Answer(data["customer"], ms))

    def survey_answered(self, entry: Told, ms: int) -> None:
        data = entry.data
        answer = self.answers.setdefault((data["invitation"], data["question"]), Answer(data["customer"], ms))
        answer.answered_ms, answer.answer = ms, data["value"]

    def marked_spam(self, entry: Told, ms: int) -> None:
        self.is_spam = True

    def unmarked_spam(self, entry: Told, ms: int) -> None:
        self.is_spam = False

    def joined(self, entry: Told, ms: int) -> None:
        self.is_joined = True

    def parted(self, entry: Told, ms: int) -> None:
        self.is_joined = False

    def touch_joined(self, entry: Told, ms: int) -> None:
        data = entry.data
        if data["archived"]:
            return
        both_speak = door(data["channel"]).both_speak
        is_contact = not data["automatic"] and (both_speak or data["direction"] == "in")
        said_ms = data["occurred_ms"]
        if self.opened_ms is not None and said_ms < self.opened_ms:
            # Of two that became one the clock starts at the earliest word.
            self.opened_ms = self.turn_ms = said_ms
        if not self.opened_by and (data["automatic"] or data["touchpoint"] in self.settled_elsewhere):
            self.turn = "customer"
        self._touched(entry, said_ms, direction=data["direction"], is_contact=is_contact)
        self._said_before(entry, said_ms, is_contact=is_contact)

    def waits(self, entry: Told, ms: int) -> None:
        if self.is_thanked:
            self._taken_up(ms)
        self._turn_to("us", ms)

    def _said_before(self, entry: Told, ms: int, *, is_contact: bool) -> None:
        """What was said before it was found to belong here counts from when it was said."""
        is_ours = entry.data["direction"] == "out" and not entry.data["automatic"]
        self.opened_by = self.opened_by or ("us" if is_ours else "customer" if is_contact else "machine")
        if is_ours or (is_contact and door(entry.data["channel"]).both_speak):
            self._replied(ms)
            self._turn_to("customer", ms)
        elif is_contact and entry.data["touchpoint"] not in self.settled_elsewhere:
            self._turn_to("us", ms)

    def left_out_for(self) -> str:
        """Why no number counts it; empty where they do."""
        if not self.conversation:
            return ""
        if self.is_spam:
            return "spam"
        if self.is_joined:
            return "joined"
        if self.is_aside:
            return "beside"
        return "archived" if self.is_archive and self.opened_ms is None else ""

    # What the methods share.

    def _begun(self, ms: int) -> None:
        """A matter that was imported as history counts from when it is taken up again here, and one whose first words were
        split off from the first that are left."""
        if (self.is_archive or self.begins_later) and self.opened_ms is None:
            self.opened_ms = self.turn_ms = ms

    def _touched(self, entry: Told, ms: int, *, direction: str, is_contact: bool) -> None:
        self._begun(ms)
        self.touchpoints[entry.data["touchpoint"]] = {
            "customer": entry.data["customer"],
            "channel": entry.data["channel"],
            "direction": direction,
            "phase": self.known.phases.get(entry.data["touchpoint"]) or "during",
            "is_contact": int(is_contact),
            "occurred_ms": ms,
        }

    def _replied(self, ms: int) -> None:
        if self.first_reply_ms is None and self.opened_by == "customer":
            self.first_reply_ms = ms

    def _speaks(self, ms: int) -> None:
        """The customer says something that is not mere thanks: what lies open for thanks is taken up again with it."""
        self.has_spoken = True
        if self.is_thanked:
            self._taken_up(ms)

    def _taken_up(self, ms: int) -> None:
        self.is_resolved = self.is_thanked = False
        if self.resolutions:
            self.reopen_count += 1
            self.resolutions[-1]["reopened_ms"] = ms
        self.turn, self.turn_ms = "us", ms

    def _turn_to(self, turn: str, ms: int) -> None:
        if self.is_resolved or turn == self.turn:
            return
        self._end_spell(ms)
        self.turn, self.turn_ms = turn, ms

    def _end_spell(self, ms: int) -> None:
        if ms > self.turn_ms:
            self.spells.append((self.turn, self.turn_ms, ms))

    def left_out(self, reason: str) -> LeftOutFact:
        began_ms = self.opened_ms or self.came_ms
        where = {"customer": self.customer, "channel": self.channel, "team": self.team}
        return LeftOutFact(conversation=self.conversation, began_ms=began_ms, reason=reason, **where)

    def answered_when_asked(self) -> list[Model]:
        return answer_facts(self.answers, conversation=self.conversation, channel=self.channel, team=self.team)

    def facts(self) -> list[Model]:
        assert self.opened_ms is not None
        who = {"conversation": self.conversation, "customer": self.customer}
        where = {"channel": self.channel, "team": self.team}
        spells = [*self.spells] if self.is_resolved else [*self.spells, (self.turn, self.turn_ms, ENDLESS)]
        waited = {
            side: sum(ended - began for turn, began, ended in self.spells if turn == side)
            for side in ("us", "customer")
        }
        resolved = [resolution["resolved_ms"] for resolution in self.resolutions]
        # What a rule settles nobody has resolved: it is no time to a resolution.
        by_people = [resolution["resolved_ms"] for resolution in self.resolutions if resolution["by_agent"]]
        stands = (2 - self.resolutions[-1]["by_agent"]) if self.is_resolved and self.resolutions else 0
        contacts = [touchpoint for touchpoint in self.touchpoints.values() if touchpoint["is_contact"]]
        used = [contact["channel"] for contact in sorted(contacts, key=lambda contact: int(contact["occurred_ms"]))]
        facts: list[Model] = [
            ConversationFact(
                **who,
                **where,
                opened_ms=self.opened_ms,
                **calendar(self.opened_ms),
                opened_by=self.opened_by or "customer",
                first_reply_ms=self.first_reply_ms,
                first_resolved_ms=by_people[0] if by_people else None,
                last_resolved_ms=resolved[-1] if resolved else None,
                first_minutes=_minutes(by_people[0] - self.opened_ms) if by_people else None,
                full_minutes=_minutes(resolved[-1] - self.opened_ms) if resolved else None,
                is_resolved=stands,
                reopen_count=self.reopen_count,
                transfers=self.transfers,
                reply_minutes=_minutes(self.first_reply_ms - self.opened_ms) if self.first_reply_ms else None,
                contacts=len(used),
                switches=sum(1 for one, next_one in pairwise(used) if one != next_one),
                us_ms=waited["us"],
                customer_ms=waited["customer"],
            )
        ]
        facts += [
            SpellFact(**who, **where, ordinal=n, turn=turn, opened_ms=self.opened_ms, began_ms=began, ended_ms=ended)
            for n, (turn, began, ended) in enumerate(spells)
        ]
        facts += [
            ResolutionFact(**who, **where, ordinal=n, **resolution, **calendar(resolution["resolved_ms"]))
            for n, resolution in enumerate(self.resolutions)
        ]
        facts += [
            TouchpointFact(
                touchpoint=pk,
                conversation=self.conversation,
                team=self.team,
                **touchpoint,
                **calendar(touchpoint["occurred_ms"]),
            )
            for pk, touchpoint in self.touchpoints.items()
        ]
        facts += self.answered_when_asked()
        # What counts is when the customer said it, not when one of us marked it.
        signals = {
            (pk, kind): int(self.touchpoints[pk]["occurred_ms"])
            for pk, kind in sorted(self.known.signals)
            if pk in self.touchpoints
        }
        return facts + complaint_facts(signals, **who, **where) + signal_facts(signals, **who, **where)


_TELLINGS = {
    "conversation.opened": _Conversation.opened,
    "touchpoint.received": _Conversation.received,
    "conversation.answered": _Conversation.answered,
    "touchpoint.logged": _Conversation.logged,
    "conversation.assigned": _Conversation.assigned,
    "conversation.resolved": _Conversation.resolved,
    "conversation.reopened": _Conversation.reopened,
    "conversation.joined": _Conversation.joined,
    "conversation.parted": _Conversation.parted,
    "touchpoint.joined": _Conversation.touch_joined,
    "conversation.waits": _Conversation.waits,
    "spam.marked": _Conversation.marked_spam,
    "spam.unmarked": _Conversation.unmarked_spam,
    "survey.offered": _Conversation.survey_offered,
    "survey.answered": _Conversation.survey_answered,
}
