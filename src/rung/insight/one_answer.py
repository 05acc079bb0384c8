"""One matter, one answer: where conversations that people were asked about became one, the last of their answers counts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from rung.insight.models import AnswerFact
from rung.insight.moves import Told
from rung.journal.access import entries_about

OF_JOINING = ("conversation.joined", "conversation.parted", "touchpoint.joined")


@dataclass(slots=True)
class _Joins:
    """Which conversation has joined which, as far as was read."""

    into: dict[int, int] = field(default_factory=dict)
    guests: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    read: set[int] = field(default_factory=set)

    def take_in(self, conversation: int, story: Iterable[Told]) -> None:
        self.read.add(conversation)
        for entry in story:
            if entry.kind == "conversation.joined":
                self.into[conversation] = entry.data["into"]
            elif entry.kind == "conversation.parted":
                self.into.pop(conversation, None)
            elif entry.kind == "touchpoint.joined" and not entry.data.get("split"):
                self.guests[conversation].add(entry.data["former"])

    def unread(self) -> set[int]:
        return {*self.into.values(), *(each for guests in self.guests.values() for each in guests)} - self.read

    def one_with(self, conversation: int) -> int:
        while conversation in self.into:
            conversation = self.into[conversation]
        return conversation


def keep_last_answers(stories: Mapping[int, Iterable[Told]]) -> set[int]:
    """After these conversations were folded, each by itself: of what was answered about several that became one, let only
    the last answer to each question count. Returns those whose answers count otherwise now. No query where none has joined
    another."""
    joins = _Joins()
    for conversation, story in stories.items():
        joins.take_in(conversation, story)
    while asked := joins.unread():
        told: dict[int, list[Told]] = {each: [] for each in asked}
        for entry in entries_about(asked).filter(kind__in=OF_JOINING):
            told[entry.conversation or 0].append(entry)
        for conversation, story in told.items():
            joins.take_in(conversation, story)
    together: dict[int, set[int]] = defaultdict(set)
    for conversation in joins.read:
        together[joins.one_with(conversation)].add(conversation)
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
