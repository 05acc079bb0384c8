"""Folding what stands beside conversations: calls and promises, each by itself."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Protocol

from rung.customers.access import kept_instead_of
from rung.customers.merged import once_one_with
from rung.insight.dues import OF_CALLS, OF_PROMISES, promise_facts, take_in
from rung.insight.mirroring import note_changed
from rung.insight.models import CallFact, ConversationFact, PromiseFact
from rung.insight.moves import Told
from rung.journal.access import Entry, entries_about, entries_among

FAR_MS = 2**62
# What tells whether a conversation stands by itself.
OF_STANDING = ("conversation.joined", "conversation.parted", "spam.marked", "spam.unmarked")
SPAM = -1


def fold_calls(told: Iterable[Entry]) -> None:
    """Take entries about calls in. Each adds to what is known; none needs the others."""
    entries = [entry for entry in told if entry.kind in OF_CALLS]
    if not entries:
        return
    numbers = {entry.data["call"] for entry in entries}
    known = CallFact.objects.in_bulk(numbers)
    for entry in entries:
        number = entry.data["call"]
        take_in(known.setdefault(number, CallFact(phone_call=number, began_ms=FAR_MS)), entry)
    kept = kept_instead_of(fact.customer for fact in known.values() if fact.customer)
    for fact in known.values():
        fact.customer = kept.get(fact.customer, fact.customer)
    _write(CallFact, list(known.values()), "phone_call")


def follow_caller(merged: int, kept: int) -> None:
    """The calls of somebody who turned out to be somebody else. Parted again they are told apart by folding anew."""
    theirs = list(CallFact.objects.filter(customer=merged).values_list("pk", flat=True))
    CallFact.objects.filter(pk__in=theirs).update(customer=kept)
    note_changed("phone_call", sorted(theirs))


class _OfSomebody(Told, Protocol):
    @property
    def customer(self) -> int | None: ...


def fold_promises(told: Iterable[_OfSomebody]) -> None:
    """Fold the promises that some entries are about, from all that was ever told of them."""
    entries = [entry for entry in told if entry.kind in OF_PROMISES]
    wanted = {entry.data["promise"] for entry in entries}
    if not wanted:
        return
    # Made to somebody who turned out to be somebody else, and kept since.
    people = once_one_with(entry.customer for entry in entries if entry.customer)
    story = list(entries_among(people).filter(kind__in=OF_PROMISES).order_by("occurred_at", "id"))
    kept = kept_instead_of(entry.customer for entry in story if entry.customer)
    for entry in story:
        entry.data["customer"] = kept.get(entry.customer or 0, entry.customer)
    facts = stand_in([fact for fact in promise_facts(story) if fact.promise in wanted])
    PromiseFact.objects.filter(pk__in=wanted - {fact.promise for fact in facts}).delete()
    note_changed("promise", sorted(wanted))
    _write(PromiseFact, facts, "promise")


def stand_in(facts: Sequence[PromiseFact]) -> list[PromiseFact]:
    """Promises with the channel and the team of the conversations they were made in, or that those have joined, as these
    stand now; without those made under Spam."""
    made_in = {fact.conversation for fact in facts if fact.conversation}
    held = ConversationFact.objects.in_bulk(made_in)
    stands = _where_they_stand(made_in - held.keys())
    held |= ConversationFact.objects.in_bulk(set(stands.values()) - held.keys())
    for fact in facts:
        while fact.conversation in stands:
            fact.conversation = stands[fact.conversation]
        own = held.get(fact.conversation)
        fact.channel, fact.team = (own.channel, own.team) if own else ("", 0)
    return [fact for fact in facts if fact.conversation != SPAM]


def _where_they_stand(conversations: Collection[int]) -> dict[int, int]:
    """Of those that stand elsewhere by now, in which conversation; SPAM for those that are."""
    found: dict[int, int] = {}
    read: set[int] = set()
    asked = {*conversations}
    while asked:
        for entry in entries_about(asked).filter(kind__in=OF_STANDING):
            if entry.kind == "conversation.joined":
                found[entry.data["conversation"]] = entry.data["into"]
            elif entry.kind == "spam.marked":
                found[entry.data["conversation"]] = SPAM
            else:
                found.pop(entry.data["conversation"], None)
        read |= asked
        asked = set(found.values()) - read - {SPAM}
    return found


def move_promises(told: Iterable[ConversationFact]) -> None:
    """The promises made in conversations follow these to another team."""
    held = {fact.conversation: fact for fact in told}
    by_place: dict[tuple[str, int], list[int]] = defaultdict(list)
    for pk, conversation, channel, team in PromiseFact.objects.filter(conversation__in=held).values_list(
        "pk", "conversation", "channel", "team"
    ):
        own = held[conversation]
        if (channel, team) != (own.channel, own.team):
            by_place[own.channel, own.team].append(pk)
    for (channel, team), pks in by_place.items():
        PromiseFact.objects.filter(pk__in=pks).update(channel=channel, team=team)
        note_changed("promise", sorted(pks))


def _write(model: type[CallFact] | type[PromiseFact], facts: Sequence[CallFact | PromiseFact], key: str) -> None:
    columns = [field.attname for field in model._meta.concrete_fields if field.attname != key]
    model._default_manager.bulk_create(facts, update_conflicts=True, unique_fields=[key], update_fields=columns)  # type: ignore[arg-type]  # of one model, as the callers show
    note_changed(key, sorted(getattr(fact, key) for fact in facts))
