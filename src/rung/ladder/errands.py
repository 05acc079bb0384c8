from datetime import datetime, timedelta

from rung.core.actor import SYSTEM
from rung.journal.ringing import errand
from rung.ladder.models import Expectation, Regrade
from rung.ladder.verbs import grade_customers

BATCH = 100


@errand(every=timedelta(minutes=1))
def grade_stale_customers(*, at: datetime) -> bool:
    """Grade a batch of those about whom something happened, longest waiting first."""
    waiting = Regrade.objects.order_by("asked_at", "pk").values_list("customer_id", flat=True)
    customers = list(waiting[: BATCH + 1])
    if customers:
        grade_customers(customers[:BATCH], by=SYSTEM, at=at)
    return len(customers) > BATCH


@errand(every=timedelta(minutes=10))
def grade_matured_customers(*, at: datetime) -> bool:
    """Grade a batch of those of whom the mere passing of time has something to say: a quiet week, no return."""
    matured = Expectation.objects.filter(due_at__lte=at).order_by("due_at", "pk")
    customers = list(matured.values_list("customer_id", flat=True)[: BATCH + 1])
    if customers:
        grade_customers(customers[:BATCH], by=SYSTEM, at=at)
    return len(customers) > BATCH
