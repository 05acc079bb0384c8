"""Calls, promises and deadlines as facts: what their entries come to, however often and in whatever order they are read."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from rung.core.clock import epoch_ms
from rung.insight.models import ENDLESS, CallFact, ConversationFact, DeadlineFact, PromiseFact
from rung.insight.moves import Told

OF_CALLS = ("call.announced", "call.answered", "call.recognised", "call.ended")
OF_PROMISES = (
    "promise.made", "promise.kept", "promise.broken", "promise.withdrawn", "promise.moved", "promise.reopened",
)  # fmt: skip


def take_in(fact: CallFact, entry: Told) -> None:
    """What one more entry tells of a call. The same entries in any order, and any of them twice, come to the same."""
    data, ms = entry.data, epoch_ms(entry.occurred_at)
    fact.began_ms = min(fact.began_ms, ms)
    if data.get("caller"):
        fact.customer = data["caller"] if entry.kind == "call.recognised" else fact.customer or data["caller"]
    if entry.kind == "call.announced":
        fact.way, fact.team = data["way"], data.get("team") or 0
    elif entry.kind == "call.answered":
        fact.is_answered = 1
        fact.rang_s = data.get("waited_s") if fact.rang_s is None else fact.rang_s
    elif entry.kind == "call.ended":
        fact.is_over, fact.spoken_s = 1, data["seconds"]
        fact.is_answered = 1 if data["seconds"] is not None else fact.is_answered
        fact.rang_s = data.get("rang_s") if fact.rang_s is None else fact.rang_s
        fact.conversation = data.get("matter") or 0


def promise_facts(entries: Iterable[Told]) -> list[PromiseFact]:
    """The promises among some entries, given in the order they happened: each as it stands."""
    facts: dict[int, PromiseFact] = {}
    for entry in entries:
        if entry.kind not in OF_PROMISES:
            continue
        data, ms = entry.data, epoch_ms(entry.occurred_at)
        if entry.kind == "promise.made":
            facts[data["promise"]] = PromiseFact(
                promise=data["promise"],
                customer=data["customer"],
                conversation=data["conversation"] or 0,
                made_ms=ms,
                due_ms=data["due_ms"],
                state="open",
                ended_ms=ENDLESS,
            )
        fact = facts.get(data["promise"])
        if fact is None:
            continue
        fact.customer, fact.due_ms = data["customer"], data["due_ms"]
        fact.moved = data.get("moved", fact.moved)
        if entry.kind == "promise.kept":
            fact.state, fact.ended_ms = "kept" if data.get("in_time", True) else "late", ms
        elif entry.kind == "promise.broken":
            fact.state, fact.ended_ms = "broken", ms
        elif entry.kind == "promise.withdrawn":
            fact.state, fact.ended_ms = "none", ms
        elif entry.kind == "promise.reopened":
            fact.state, fact.ended_ms = "open", ENDLESS
    return [fact for fact in facts.values() if fact.state != "none"]


# As `DeadlineFact.is_met` has it.
_HOW_IT_ENDED = {"deadline.missed": 0, "deadline.met": 1, "deadline.dropped": 2}


class Written(Told, Protocol):
    """An entry that knows its number in the journal."""

    @property
    def id(self) -> int: ...


def deadline_facts(entries: Iterable[Written], told: Sequence[ConversationFact]) -> list[DeadlineFact]:
    """The deadlines of a conversation that count: of several entries about one the last that was written holds. What was met
    or missed is told of that moment, also after it had been dropped and was reckoned again; what was dropped, of when it
    was. `told`: its own fact, if it has one; without it nothing in it counts."""
    if not told:
        return []
    own, standing = told[0], {}
    for entry in sorted(entries, key=lambda entry: entry.id):
        if entry.kind in _HOW_IT_ENDED:
            standing[entry.data["deadline"]] = entry
        elif entry.kind == "deadline.reopened":
            standing.pop(entry.data["deadline"], None)
    return [
        DeadlineFact(
            deadline=deadline,
            conversation=own.conversation,
            customer=own.customer,
            channel=own.channel,
            team=entry.data.get("team") or own.team,
            target=entry.data["target"],
            owed=entry.data["owed"],
            priority=entry.data.get("priority") or "",
            is_met=_HOW_IT_ENDED[entry.kind],
            settled_ms=epoch_ms(entry.occurred_at),
            paused_s=entry.data.get("paused_s") or 0,
        )
        for deadline, entry in standing.items()
    ]
