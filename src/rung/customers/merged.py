"""Who was held to be one person with whom, now or for a while."""

from collections.abc import Iterable

from django.db.models import Q

from rung.customers.models import Merge


def once_one_with(customers: Iterable[int]) -> set[int]:
    """These and everybody who is, or for a while was held to be, one person with one of them, as primary keys."""
    found: set[int] = set()
    new = set(customers)
    while new:
        found |= new
        merges = Merge.objects.filter(Q(kept__in=new) | Q(merged__in=new)).order_by()
        new = {pk for pair in merges.values_list("kept_id", "merged_id") for pk in pair} - found
    return found
