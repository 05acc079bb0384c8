"""Holding many conversations at once. Not verbs: nothing is written here."""

from collections.abc import Collection

from rung.touchpoints.models import Conversation, Link, LinkKind


def hold_with_waiting(numbers: Collection[int]) -> None:
    """Lock these conversations and those that wait for any of them, which are told when it is settled; two queries.

    In the order of their numbers, as `Conversation.lock_with`: else whoever settles many and whoever puts two together wait
    for one another.
    """
    linked = Link.objects.filter(other__in=numbers, kind=LinkKind.WAITS_FOR, ended_at__isnull=True)
    beside = Conversation.objects.filter(pk__in=numbers, beside__isnull=False).order_by()
    waiting = linked.order_by().values_list("one").union(beside.values_list("beside"))
    keys = {*numbers, *(key for (key,) in waiting)}
    list(Conversation.objects.filter(pk__in=keys).order_by("pk").select_for_update(no_key=True).values_list("pk"))
