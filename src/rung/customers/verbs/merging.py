"""Two records of one person become one, and two again."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from rung.core.actor import Actor
from rung.core.text import folded
from rung.customers.belongings import belonging_named, belongings
from rung.customers.events import CustomersDistinguished, CustomersMerged, CustomersParted
from rung.customers.models import Address, Customer, Distinction, Merge
from rung.fields.verbs import give_values_back, take_values
from rung.journal.verbs import record

# What the kept person lacks is taken over.
_COMPLETED = ("name", "role_title", "language", "time_zone", "captive", "company_id", "decision_role")

# Under which name a merge remembers the values of custom fields that it moved.
_VALUES = "fields.Value"

# Of these the words of both are kept, one below the other.
_JOINED = ("about", "avoid")


@transaction.atomic
def merge_customers(kept: Customer, merged: Customer, *, by: Actor, at: datetime) -> Merge:
    """Make one person of two records: everything of `merged` moves to `kept`, and its record leads there from now on.

    Raises ValidationError when they are the same already, or one of them has been merged into somebody.
    """
    if kept.pk == merged.pk:
        raise ValidationError(_("This is the same record."))
    _lock_both(kept, merged)
    if kept.merged_into_id is not None or merged.merged_into_id is not None:
        raise ValidationError(_("One of the two has been merged with somebody a moment ago."))
    moved = {belonging.name: belonging.take(merged.pk, kept.pk) for belonging in belongings()}
    moved[_VALUES] = take_values("customer", merged.pk, kept.pk, by=by, at=at)
    merge = Merge(
        kept=kept,
        merged=merged,
        agent_id=by.agent_key,
        merged_at=at,
        moved={name: keys for name, keys in moved.items() if keys},
        completed=_complete(kept, merged),
    )
    merge.save(force_insert=True)
    merged.merged_into = kept
    merged.save(update_fields=["merged_into"])
    record(CustomersMerged(customer=kept.pk, merged=merged.pk), by=by, at=at)
    return merge


@transaction.atomic
def part_customers(merge: Merge, *, by: Actor, at: datetime) -> None:
    """Take a merge back: what it moved goes back, and only that. Taken back already: nothing happens.

    What has come in since stays with the kept person, as do words that were changed by hand since. Raises ValidationError
    while a later merge of the kept person stands: that one has to be taken back first.
    """
    kept, merged = merge.kept, merge.merged
    _lock_both(kept, merged)
    merge.refresh_from_db()
    if merge.ended_at is not None:
        return
    if kept.merged_into_id is not None:
        raise ValidationError(_("%(name)s was merged with somebody later; take that back first.") % {"name": kept})
    later = Merge.objects.filter(kept=kept, ended_at__isnull=True, pk__gt=merge.pk).select_related("merged").first()
    if later is not None:
        raise ValidationError(_("Take back the later merge with %(name)s first.") % {"name": later.merged})
    Merge.objects.filter(pk=merge.pk).update(ended_at=at)
    merge.ended_at = at
    merged.merged_into = None
    merged.save(update_fields=["merged_into"])
    values = merge.moved.get(_VALUES, [])
    give_values_back("customer", merged.pk, kept.pk, values, since=merge.merged_at, by=by, at=at)
    for name, keys in merge.moved.items():
        if (belonging := belonging_named(name)) is not None:
            belonging.give_back(merged.pk, kept.pk, keys)
    _take_words_back(kept, merge.completed)
    record(CustomersParted(customer=kept.pk, merged=merged.pk), by=by, at=at)


@transaction.atomic
def distinguish_customers(one: Customer, other: Customer, *, by: Actor, at: datetime) -> None:
    """Keep that two records are two people, so that they are not suggested as one again. Twice is once.

    Raises ValidationError when it is one record.
    """
    if one.pk == other.pk:
        raise ValidationError(_("This is the same record."))
    lower, higher = sorted((one.pk, other.pk))
    _distinction, is_new = Distinction.objects.get_or_create(
        one_id=lower, other_id=higher, defaults={"agent_id": by.agent_key, "said_at": at}
    )
    if is_new:
        record(CustomersDistinguished(customer=one.pk, other=other.pk), by=by, at=at)


def _lock_both(one: Customer, other: Customer) -> None:
    """The older first, so that nobody who locks both waits for somebody who waits for them; and before them their addresses,
    as whoever is recognised or forgotten has it. A letter that is being read is in before, or finds the one record.

    The keys are not touched: whoever writes in a conversation of theirs proves its reference without waiting for us, who
    wait for that conversation.
    """
    known_by = Address.objects.filter(customer__in=(one.pk, other.pk)).order_by("pk")
    list(known_by.select_for_update().values_list("pk"))
    for each in sorted((one, other), key=lambda each: each.pk):
        each.refresh_from_db(from_queryset=Customer.objects.select_for_update(no_key=True).order_by())


def _complete(kept: Customer, merged: Customer) -> dict[str, list[Any]]:
    changes: dict[str, list[Any]] = {}
    for field in _COMPLETED:
        mine, theirs = getattr(kept, field), getattr(merged, field)
        if mine in ("", None) and theirs not in ("", None):
            changes[field] = [mine, theirs]
    for field in _JOINED:
        mine, theirs = getattr(kept, field), getattr(merged, field)
        if theirs and theirs not in mine:
            changes[field] = [mine, f"{mine}\n\n{theirs}".strip()]
    _set(kept, {field: after for field, (_before, after) in changes.items()})
    if merged.first_seen_at < kept.first_seen_at:
        changes["first_seen_at"] = [kept.first_seen_at.isoformat(), merged.first_seen_at.isoformat()]
        _set(kept, {"first_seen_at": merged.first_seen_at})
    return changes


def _take_words_back(kept: Customer, completed: dict[str, list[Any]]) -> None:
    back: dict[str, Any] = {}
    for field, (before, after) in completed.items():
        if field == "first_seen_at":
            if kept.first_seen_at == datetime.fromisoformat(after):
                back[field] = datetime.fromisoformat(before)
        elif getattr(kept, field) == after:
            back[field] = before
    _set(kept, back)


def _set(customer: Customer, facts: dict[str, Any]) -> None:
    if not facts:
        return
    for field, value in facts.items():
        setattr(customer, field, value)
    columns = [field.removesuffix("_id") for field in facts]
    if "name" in facts:
        customer.name_folded = folded(customer.name)[:200]
        columns.append("name_folded")
    customer.save(update_fields=columns)
