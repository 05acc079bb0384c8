"""Reading the journal. The floors above take entries from here, never from `models`."""

from collections.abc import Iterable

from django.db.models import QuerySet

from rung.journal.models import Entry

__all__ = ["Entry", "entries", "entries_about", "entries_numbered"]


def entries() -> QuerySet[Entry]:
    """Every entry, in no order."""
    return Entry.objects.all()


def entries_about(conversations: Iterable[int]) -> QuerySet[Entry]:
    """Everything that happened in these conversations, in the order it happened; at the same moment, as it was written."""
    return Entry.objects.filter(conversation__in=list(conversations)).order_by("occurred_at", "id")


def entries_numbered(pks: Iterable[int]) -> QuerySet[Entry]:
    """These entries, oldest first."""
    return Entry.objects.filter(pk__in=list(pks)).order_by("occurred_at", "id")
