"""Reading the journal. The floors above take entries from here, never from `models`."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Max, QuerySet, Subquery

from rung.core.ahead import Question
from rung.core.compiled import compiled
from rung.journal.models import Entry, Undelivered

__all__ = [
    "Entry",
    "Undelivered",
    "entries",
    "entries_about",
    "entries_numbered",
    "entries_of",
    "given_up",
    "newest_and_news_of",
    "newest_entry",
    "news_asked_for",
    "news_of",
]


def entries() -> QuerySet[Entry]:
    """Every entry, in no order."""
    return Entry.objects.all()


def newest_entry() -> int:
    """The number of the newest entry; 0 in an empty journal."""
    return next(iter(_newest()), 0)


@compiled
def _newest() -> QuerySet[Entry, int]:
    return Entry.objects.order_by("-pk").values_list("pk", flat=True)[:1]


def news_of(conversation: int) -> tuple[int, int]:
    """The newest entry about a conversation, and how many there are; nought for nothing."""
    return next(iter(_news(conversation)), (0, 0))


def newest_and_news_of(conversation: int) -> tuple[int, int, int]:
    """`newest_entry`, and what `news_of` tells. One query."""
    for newest, of_it, count in _newest_and_news(conversation):
        return newest, of_it or 0, count or 0
    return 0, 0, 0


def news_asked_for(conversation: int) -> Question:
    """What `newest_and_news_of` asks."""
    return _newest_and_news, (conversation,)


@compiled
def _newest_and_news(conversation: int) -> QuerySet[Entry, Any]:
    of_it = Entry.objects.filter(conversation=conversation).order_by().values("conversation")
    newest, count = of_it.annotate(newest=Max("pk")).values("newest"), of_it.annotate(count=Count("pk")).values("count")
    return Entry.objects.order_by("-pk").values_list("pk", Subquery(newest), Subquery(count))[:1]


@compiled
def _news(conversation: int) -> QuerySet[Entry, tuple[int, int]]:
    told = Entry.objects.filter(conversation=conversation).order_by().values("conversation")
    return told.annotate(newest=Max("pk"), count=Count("pk")).values_list("newest", "count")


def entries_about(conversations: Iterable[int]) -> QuerySet[Entry]:
    """Everything that happened in these conversations, in the order it happened; at the same moment, as it was written."""
    return Entry.objects.filter(conversation__in=list(conversations)).order_by("occurred_at", "id")


def entries_of(customer: int) -> QuerySet[Entry]:
    """Everything about a person, as they were known when it happened, in no order."""
    return Entry.objects.filter(customer=customer).order_by()


def entries_among(customers: Iterable[int]) -> QuerySet[Entry]:
    """Everything about these people, as they were known when it happened, in no order."""
    return Entry.objects.filter(customer__in=list(customers)).order_by()


def entries_numbered(pks: Iterable[int]) -> QuerySet[Entry]:
    """These entries, oldest first."""
    return Entry.objects.filter(pk__in=list(pks)).order_by("occurred_at", "id")


def given_up() -> QuerySet[Undelivered]:
    """What a room should have done about an entry and could not, however often it was tried; the latest first."""
    return Undelivered.objects.given_up().select_related("entry").order_by("-given_up_at", "-id")
