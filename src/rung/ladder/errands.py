import subprocess
from datetime import datetime, timedelta

from rung.core.actor import SYSTEM
from rung.core.beside import living, start
from rung.journal.ringing import errand
from rung.ladder.models import Estimation, Expectation, Regrade, StaleDay
from rung.ladder.verbs import begin_estimation, fold_day, grade_customers

BATCH = 100
DAYS = 20


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


@errand(every=timedelta(minutes=1))
def fold_stale_days(*, at: datetime) -> bool:
    """Lay the grades of some days together, longest marked first.

    While many customers are still to be graded, nearly every day is marked again as soon as it is done: then once a minute
    is enough.
    """
    stale = StaleDay.objects.order_by("marked_at", "day_on").values_list("day_on", flat=True)
    for day in list(stale[:DAYS]):
        fold_day(day, by=SYSTEM, at=at)
    return stale.exists() and not Regrade.objects.exists()


_started: list[subprocess.Popen[bytes]] = []


@errand(every=timedelta(seconds=30))
def start_estimation(*, at: datetime) -> bool:
    """Start a process for the estimation that waits for one, or whose own has died.

    A process, because it computes for a minute and the worker's other errands, such as mail, do not wait so long. It is a
    gentle one, leaves with this worker, and is then begun again by the next.
    """
    _started[:] = living(_started)
    if begun := begin_estimation(by=SYSTEM, at=at):
        _started.append(start_process(begun))
    return False


def start_process(estimation: Estimation) -> "subprocess.Popen[bytes]":
    """A process that works on an estimation which has been begun."""
    return start("estimate", estimation.pk, estimation.tries)
