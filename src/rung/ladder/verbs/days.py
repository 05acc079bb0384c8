"""Days of grades laid together as columns (`cells`), and which of them no longer say what the grades say.

Whoever writes a grade marks its day in the same transaction, last. Laying together takes the mark away and then reads, in
one transaction: a grade that commits later finds the mark gone and sets it anew, so none is missed.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Max, Min

from rung.core.actor import Actor
from rung.ladder.cells import FIELDS, begin_of, day_of, packed
from rung.ladder.models import Grade, GradedDay, StaleDay

DAY = timedelta(days=1)


def mark_days(moments: Iterable[datetime], *, by: Actor, at: datetime) -> None:
    """Remember that grades of these moments' days have changed."""
    _mark((day_of(moment) for moment in moments), at)


def mark_days_of(customers: Iterable[int], *, by: Actor, at: datetime) -> None:
    """The same of all days on which these customers were served: something about them changed that no grade holds."""
    mark_days(Grade.objects.filter(customer__in=customers).values_list("occurred_at", flat=True), by=by, at=at)


def mark_days_seen_anew(conversations: Iterable[int], *, by: Actor, at: datetime) -> None:
    """The same of the days of these conversations: others may see them now."""
    mark_days(Grade.objects.filter(conversation__in=conversations).values_list("occurred_at", flat=True), by=by, at=at)


def mark_all_days(*, by: Actor, at: datetime) -> None:
    """The same of every day from the first grade to the last."""
    found = Grade.objects.aggregate(first=Min("occurred_at"), last=Max("occurred_at"))
    if found["first"] is not None:
        _mark(_days_between(day_of(found["first"]), day_of(found["last"])), at)


@transaction.atomic
def fold_day(day: date, *, by: Actor, at: datetime) -> int:
    """Lay a day's grades together; returns how many there are."""
    # A day on which nobody was served is a fact too: without a row it would be looked up among the grades each time.
    # Before this day's own mark is taken: all who hold several marks take them in the order of the days.
    if before := GradedDay.objects.filter(day_on__lt=day).aggregate(last=Max("day_on"))["last"]:
        _mark(_days_between(before + DAY, day - DAY), at)
    StaleDay.objects.filter(day_on=day).delete()
    grades = Grade.objects.filter(occurred_at__gte=begin_of(day), occurred_at__lt=begin_of(day + DAY))
    channels: list[str] = []
    _days, light, more = packed(grades.order_by("occurred_at", "pk").values_list(*FIELDS), channels)
    GradedDay.objects.update_or_create(
        day_on=day, defaults={"channels": channels, "light": light.tobytes(), "more": more.tobytes()}
    )
    return len(light)


def _days_between(first: date, last: date) -> Iterable[date]:
    return (first + DAY * n for n in range((last - first).days + 1))


def _mark(days: Iterable[date], at: datetime) -> None:
    """An upsert that changes nothing, not an ignored conflict: it waits for a laying together that takes the mark away."""
    StaleDay.objects.bulk_create(
        [StaleDay(day_on=day, marked_at=at) for day in sorted(set(days))],
        update_conflicts=True,
        unique_fields=["day_on"],
        update_fields=["day_on"],
        batch_size=400,
    )
