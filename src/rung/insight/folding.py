"""Keeping the facts true: a batch of waiting entries at a time, or everything again from nothing.

Not verbs: nothing happens here that anybody did. The same journal gives the same facts, whoever folds and when.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

from django.db import connection, transaction
from django.db.models import Model

from rung.business.access import Hours, hours_kept
from rung.core.rows import insert_together
from rung.customers.access import kept_instead_of
from rung.insight.clocks import clock_fact
from rung.insight.colleagues import OF_KINDS as OF_COLLEAGUES
from rung.insight.colleagues import fold_colleagues, refold_known_colleagues
from rung.insight.dues import OF_CALLS, OF_PROMISES, deadline_facts
from rung.insight.facts import conversation_facts, order_fact
from rung.insight.loose import OF_STANDING, fold_calls, fold_promises, move_promises
from rung.insight.meanwhile import OF_STAYS
from rung.insight.mirroring import note_changed
from rung.insight.models import (
    AnswerFact,
    CallFact,
    ClockFact,
    ComplaintFact,
    ConversationFact,
    DeadlineFact,
    LeftOutFact,
    OrderFact,
    PromiseFact,
    Recounting,
    ResolutionFact,
    SignalFact,
    SpellFact,
    TouchpointFact,
    Turnstile,
    Unfolded,
)
from rung.insight.one_matter import Joins
from rung.journal.access import Entry, entries, entries_about, entries_numbered

BATCH = 500

# The columns that say which fact it is; the others are what it says.
_KEYS: dict[type[Model], tuple[str, ...]] = {
    ConversationFact: ("conversation",),
    ClockFact: ("conversation",),
    SpellFact: ("conversation", "ordinal"),
    ResolutionFact: ("conversation", "ordinal"),
    TouchpointFact: ("touchpoint",),
    AnswerFact: ("invitation", "question"),
    ComplaintFact: ("conversation",),
    DeadlineFact: ("deadline",),
    SignalFact: ("touchpoint", "signal"),
    LeftOutFact: ("conversation",),
}
# What is folded by itself, an entry at a time.
_LOOSE = ("order.placed", *OF_CALLS, *OF_PROMISES, *OF_COLLEAGUES)


@transaction.atomic
def fold_waiting() -> bool:
    """Fold the subjects of a batch of waiting entries. True when more may be waiting.

    Does nothing while another worker folds: its sweep, or the next, finds the rows that this one leaves.
    """
    if not _hold_turnstile(wait=False):
        return False
    waiting = list(Unfolded.objects.order_by("id")[:BATCH])
    _fold_conversations({row.conversation for row in waiting if row.conversation is not None})
    _fold_loose(list(entries_numbered(row.entry for row in waiting if row.conversation is None)))
    Unfolded.objects.filter(pk__in=[row.pk for row in waiting]).delete()
    return len(waiting) == BATCH


def refold_conversations(after: int) -> tuple[int, int]:
    """Fold the next batch of conversations from nothing, by the number of the entry that opened them.

    Returns how many there were, and that number for the next batch.
    """
    opened = entries().filter(kind="conversation.opened", pk__gt=after).order_by("pk")
    batch = list(opened.values_list("pk", "conversation")[:BATCH])
    if not batch:
        return 0, after
    with transaction.atomic():
        _hold_turnstile(wait=True)
        _fold_conversations({conversation for _, conversation in batch if conversation is not None})
    return len(batch), batch[-1][0]


def refold_loose(after: int) -> tuple[int, int]:
    """The same for what stands beside conversations: orders, calls, promises, and who is a colleague."""
    told = entries().filter(kind__in=_LOOSE, pk__gt=after)
    # Most people are met from outside, and that is all there is to say of them.
    batch = list(told.exclude(kind="customer.met", data__is_internal=False).order_by("pk")[:BATCH])
    if not batch:
        return 0, after
    with transaction.atomic():
        _hold_turnstile(wait=True)
        _fold_loose(batch)
    return len(batch), batch[-1].pk


@transaction.atomic
def drop_strays() -> int:
    """Delete facts of which the journal knows nothing. Returns how many."""
    _hold_turnstile(wait=True)
    opened = entries().filter(kind="conversation.opened", conversation__isnull=False).values("conversation")
    strays = 0
    for model in _KEYS:
        stray = model._default_manager.exclude(conversation__in=opened)
        note_changed("conversation", sorted(set(stray.values_list("conversation", flat=True))))
        strays += stray.delete()[0]
    # An order's number stands in the entry's data, which SQL cannot compare on every engine.
    placed = {data["order"] for data in entries().filter(kind="order.placed").values_list("data", flat=True).iterator()}
    gone = [pk for pk in OrderFact.objects.values_list("pk", flat=True).iterator() if pk not in placed]
    note_changed("placed_order", gone)
    for start in range(0, len(gone), BATCH):
        strays += OrderFact.objects.filter(pk__in=gone[start : start + BATCH]).delete()[0]
    return (
        strays
        + _drop_loose(CallFact, "call", "call.announced")
        + _drop_loose(PromiseFact, "promise", "promise.made")
        + refold_known_colleagues()
    )


def _drop_loose(model: type[CallFact] | type[PromiseFact], named: str, kind: str) -> int:
    told = {data[named] for data in entries().filter(kind=kind).values_list("data", flat=True).iterator()}
    gone = [pk for pk in model._default_manager.values_list("pk", flat=True).iterator() if pk not in told]
    note_changed(model._meta.pk.attname if model._meta.pk else "", gone)
    return sum(
        model._default_manager.filter(pk__in=gone[start : start + BATCH]).delete()[0]
        for start in range(0, len(gone), BATCH)
    )


def _hold_turnstile(*, wait: bool) -> bool:
    """Whether we are the one who folds until this transaction ends. SQLite has a single writer anyway."""
    if not connection.features.has_select_for_update:
        return True
    Turnstile.objects.bulk_create([Turnstile(pk=1)], ignore_conflicts=True)
    return Turnstile.objects.select_for_update(skip_locked=not wait).filter(pk=1).first() is not None


def _fold_conversations(pks: set[int]) -> None:
    if not pks:
        return
    told: dict[int, list[_Read]] = defaultdict(list)
    for entry in _as_known_now(_Read(*row) for row in entries_about(pks).values_list(*_Read._fields)):
        told[entry.conversation or 0].append(entry)
    wanted: dict[type[Model], list[Model]] = {model: [] for model in _KEYS}
    kept, meanwhile, joins = hours_kept(), _told_meanwhile(told), Joins.of(told)
    handed_on = joins.handed_on_elsewhere()
    for story in told.values():
        facts = conversation_facts(story, meanwhile)
        own = [fact for fact in facts if isinstance(fact, ConversationFact)]
        for each in own:
            each.transfers += handed_on.get(each.conversation, 0)
        for fact in [*facts, *_clock_facts(facts, kept), *deadline_facts(story, own)]:
            wanted[type(fact)].append(fact)
    changed: set[int] = set()
    for model, facts in wanted.items():
        changed |= _reconcile(model, facts, model._default_manager.filter(conversation__in=pks))
    note_changed("conversation", sorted(changed | joins.keep_last_answers()))
    move_promises(fact for fact in wanted[ConversationFact] if isinstance(fact, ConversationFact))
    fold_promises(_promised_where_it_moved(told.values()))


def _promised_where_it_moved(stories: Iterable[Sequence["_Read"]]) -> list["_Read"]:
    """What was promised in conversations that joined another, were spam, or did or were for a while."""
    return [
        entry
        for story in stories
        if any(entry.kind in OF_STANDING for entry in story)
        for entry in story
        if entry.kind in OF_PROMISES
    ]


def _told_meanwhile(told: Mapping[int, Iterable["_Read"]]) -> dict[int, list["_Read"]]:
    """What was told of touchpoints in the conversations that theirs had joined before it stood by itself again, by
    touchpoint. No query where none did."""
    found: dict[int, list[_Read]] = defaultdict(list)
    read: set[int] = set()
    stays = {entry.data["into"] for story in told.values() for entry in story if entry.kind == "conversation.parted"}
    while stays:
        rows = entries_about(stays).filter(kind__in=OF_STAYS).values_list(*_Read._fields)
        read, stays = read | stays, set()
        for entry in (_Read(*row) for row in rows):
            if entry.kind == "conversation.parted":
                stays |= {entry.data["into"]} - read
            else:
                found[entry.data["touchpoint"]].append(entry)
    return found


def _fold_loose(told: list[Entry]) -> None:
    _fold_orders(told)
    fold_calls(told)
    fold_promises(told)
    fold_colleagues(told)


def _clock_facts(facts: Sequence[Model], kept: Mapping[int, Hours]) -> list[ClockFact]:
    told = [fact for fact in facts if isinstance(fact, ConversationFact)]
    spells = [fact for fact in facts if isinstance(fact, SpellFact)]
    found = (clock_fact(each, spells, kept.get(each.team)) for each in told)
    return [fact for fact in found if fact is not None]


@transaction.atomic
def recount_clocks() -> bool:
    """Count a batch of conversations again by the hours that are kept now, from their facts. True when more may wait."""
    row = Recounting.objects.filter(pk=1).first()
    if row is None or not _hold_turnstile(wait=False):
        return False
    told = list(ConversationFact.objects.filter(pk__gt=row.after).order_by("pk")[:BATCH])
    if not told:
        # Hours that were changed meanwhile have put the row back to the beginning.
        Recounting.objects.filter(pk=1, asked=row.asked).delete()
        return False
    pks = [fact.conversation for fact in told]
    spells: dict[int, list[SpellFact]] = defaultdict(list)
    for spell in SpellFact.objects.filter(conversation__in=pks):
        spells[spell.conversation].append(spell)
    kept = hours_kept()
    found = (clock_fact(fact, spells[fact.conversation], kept.get(fact.team)) for fact in told)
    wanted = [fact for fact in found if fact is not None]
    changed = _reconcile(ClockFact, wanted, ClockFact.objects.filter(conversation__in=pks))
    note_changed("conversation", sorted(changed))
    Recounting.objects.filter(pk=1, asked=row.asked).update(after=pks[-1])
    return True


def _fold_orders(placed: Iterable[Entry]) -> None:
    facts = [order_fact(entry) for entry in _as_known_now(placed) if entry.kind == "order.placed"]
    columns = ["customer", "amount_cents", "placed_ms", "day", "week", "month"]
    OrderFact.objects.bulk_create(
        {fact.placed_order: fact for fact in facts}.values(),
        update_conflicts=True,
        unique_fields=["placed_order"],
        update_fields=columns,
    )
    note_changed("placed_order", sorted({fact.placed_order for fact in facts}))


class _Read(NamedTuple):
    """What folding needs of an entry: an answer has all those of its conversation read again."""

    id: int
    conversation: int | None
    customer: int | None
    kind: str
    occurred_at: datetime
    actor_kind: str
    data: dict[str, Any]


AnyEntry = TypeVar("AnyEntry", Entry, _Read)


def _as_known_now(told: Iterable[AnyEntry]) -> list[AnyEntry]:
    """The same entries, not to be saved, with whom we kept in place of those who have been merged into them."""
    read = list(told)
    kept = kept_instead_of(entry.customer for entry in read if entry.customer)
    for entry in read:
        if entry.customer in kept:
            entry.data["customer"] = kept[entry.customer]
    return read


def _reconcile(model: type[Model], wanted: Sequence[Model], kept: Any) -> set[int]:
    """Make the kept rows the wanted ones, writing only what differs: most of a long conversation does not.

    Returns the conversations in which something did."""
    key = _KEYS[model]
    columns = [field.attname for field in model._meta.concrete_fields if field.attname != "id"]
    says = {tuple(getattr(fact, name) for name in key): fact for fact in wanted}
    gone, changed = [], set()
    for row in kept.values("pk", *columns):
        identity = tuple(row[name] for name in key)
        fact = says.get(identity)
        if fact is not None and all(getattr(fact, name) == row[name] for name in columns):
            del says[identity]
        else:
            gone.append(row["pk"])
            changed.add(row["conversation"])
    if gone:
        model._default_manager.filter(pk__in=gone).delete()
    insert_together(says.values())
    return changed | {int(fact.conversation) for fact in says.values()}  # type: ignore[attr-defined]  # each of _KEYS has it
