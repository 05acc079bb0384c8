"""Conversations that became one are one matter: the last answer about it counts, and so does each handing on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from rung.insight.models import AnswerFact
from rung.insight.moves import Told
from rung.journal.access import entries_about
from rung.touchpoints.hands import Hands

OF_JOINING = frozenset(("conversation.joined", "conversation.parted", "touchpoint.joined"))


@dataclass(slots=True)
class Joins:
    """Which conversation has joined which, as far as was read, and how often each was handed on by itself."""

    into: dict[int, int] = field(default_factory=dict)
    guests: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    handed_on: dict[int, int] = field(default_factory=dict)

    @classmethod
    def of(cls, stories: Mapping[int, Sequence[Told]]) -> Joins:
        """As these conversations tell, and those that have joined them or that they have joined. No query where none has."""
        found = cls()
        for conversation, story in stories.items():
            if any(entry.kind in OF_JOINING for entry in story):
                found._take_in(conversation, story)
        while asked := found._unread():
            told: dict[int, list[Told]] = {each: [*stories.get(each, ())] for each in asked}
            if further := asked - stories.keys():
                for entry in entries_about(further).filter(kind__in=(*OF_JOINING, "conversation.assigned")):
                    told[entry.conversation or 0].append(entry)
            for conversation, mine in told.items():
                found._take_in(conversation, mine)
        return found

    def _take_in(self, conversation: int, story: Iterable[Told]) -> None:
        hands, handed_on = Hands(), 0
        for entry in story:
            if entry.kind == "conversation.joined":
                self.into[conversation] = entry.data["into"]
            elif entry.kind == "conversation.parted":
                self.into.pop(conversation, None)
            elif entry.kind == "touchpoint.joined" and not entry.data.get("split"):
                self.guests[conversation].add(entry.data["former"])
            elif entry.kind == "conversation.assigned":
                handed_on += hands.pass_on(entry.data)
        self.handed_on[conversation] = handed_on

    def _unread(self) -> set[int]:
        met = {*self.into.values(), *(each for guests in self.guests.values() for each in guests)}
        return met - self.handed_on.keys()

    def one_with(self, conversation: int) -> int:
        while conversation in self.into:
            conversation = self.into[conversation]
        return conversation

    def handed_on_elsewhere(self) -> dict[int, int]:
        """How often those were handed on that have joined a conversation, before they did."""
        found: dict[int, int] = defaultdict(int)
        for conversation in self.into:
            found[self.one_with(conversation)] += self.handed_on[conversation]
        return found

    def keep_last_answers(self) -> set[int]:
        """After these conversations were folded, each by itself: of what was answered about several that became one, let
        only the last answer to each question count. Returns those whose answers count otherwise now."""
        together: dict[int, set[int]] = defaultdict(set)
        for conversation in self.handed_on:
            together[self.one_with(conversation)].add(conversation)
        several = {pk: root for root, pks in together.items() if len(pks) > 1 for pk in pks}
        return _told_apart(several) if several else set()


def _told_apart(root_of: Mapping[int, int]) -> set[int]:
    answered = AnswerFact.objects.filter(conversation__in=root_of, answered_ms__isnull=False)
    by_question: dict[tuple[int, str], list[AnswerFact]] = defaultdict(list)
    for fact in answered:
        by_question[root_of[fact.conversation], fact.question].append(fact)
    changed = []
    for facts in by_question.values():
        last = max(facts, key=lambda fact: (fact.answered_ms or 0, fact.invitation))
        for fact in facts:
            if fact.is_last != int(fact is last):
                fact.is_last = int(fact is last)
                changed.append(fact)
    AnswerFact.objects.bulk_update(changed, ["is_last"])
    return {fact.conversation for fact in changed}
