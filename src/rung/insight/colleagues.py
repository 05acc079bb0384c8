"""Folding which customers were colleagues of ours, and when."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from rung.core.clock import epoch_ms
from rung.insight.mirroring import note_changed
from rung.insight.models import ENDLESS, ColleagueFact
from rung.insight.moves import Told
from rung.journal.access import Entry, entries_among

OF_KINDS = ("customer.met", "customer.described")


def tells_of_colleagues(kind: str, data: Mapping[str, object]) -> bool:
    """Whether an entry says that somebody is a colleague, or is none any more."""
    if kind == "customer.met":
        return bool(data.get("is_internal"))
    changed = data.get("changed")
    return kind == "customer.described" and isinstance(changed, list) and "is_internal" in changed


def colleague_facts(customer: int, entries: Iterable[Told]) -> list[ColleagueFact]:
    """The stretches in which somebody was a colleague, from the entries of OF_KINDS about them in the order they happened.

    What stood in a field is blanked when somebody is forgotten, that it was changed is not: of two states it is the other.
    """
    is_one, began_ms = False, 0
    stretches = []
    for entry in entries:
        if not tells_of_colleagues(entry.kind, entry.data):
            continue
        ms = epoch_ms(entry.occurred_at)
        if entry.kind == "customer.met":
            is_one, began_ms = True, 0
        elif is_one:
            is_one = False
            stretches.append((began_ms, ms))
        else:
            is_one, began_ms = True, ms
    if is_one:
        stretches.append((began_ms, ENDLESS))
    return [
        ColleagueFact(customer=customer, ordinal=n, began_ms=began, ended_ms=ended)
        for n, (began, ended) in enumerate(stretches)
    ]


def fold_colleagues(told: Iterable[Entry]) -> None:
    """Fold of whom some entries say that they are colleagues, or were, from all that was ever said of it."""
    concerned = {entry.customer for entry in told if entry.customer and tells_of_colleagues(entry.kind, entry.data)}
    if concerned:
        _fold(concerned)


def refold_known_colleagues() -> int:
    """Fold everybody again of whom it is kept that they were a colleague. Returns how many of these facts are gone."""
    before = ColleagueFact.objects.count()
    _fold(set(ColleagueFact.objects.values_list("customer", flat=True)))
    return before - ColleagueFact.objects.count()


def _fold(customers: set[int]) -> None:
    # Not those they were merged with: facts name whom we kept, and whether that one is a colleague is theirs to say.
    stories = defaultdict(list)
    for entry in entries_among(customers).filter(kind__in=OF_KINDS).order_by("occurred_at", "id"):
        stories[entry.customer or 0].append(entry)
    facts = [fact for customer in customers for fact in colleague_facts(customer, stories[customer])]
    wanted = {_said(fact) for fact in facts}
    kept = {_said(fact): fact.pk for fact in ColleagueFact.objects.filter(customer__in=customers)}
    ColleagueFact.objects.filter(pk__in=[pk for said, pk in kept.items() if said not in wanted]).delete()
    ColleagueFact.objects.bulk_create([fact for fact in facts if _said(fact) not in kept])
    note_changed("customer", sorted({said[0] for said in wanted ^ kept.keys()}))


def _said(fact: ColleagueFact) -> tuple[int, int, int, int]:
    return fact.customer, fact.ordinal, fact.began_ms, fact.ended_ms
