"""Errands, and the bell that wakes the worker for one.

What is to be done is always a row of the room that owns it: a kept letter, an answer not yet sent, an undelivered entry.
An errand is a function that does a bounded batch of such rows. The task in the queue is only the bell: it is put there in
the transaction that wrote the row, one bell serves any number of rows, and a sweep rings for whatever a killed worker left.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import structlog
from django.db import OperationalError, connection, transaction
from django_tasks import TaskResultStatus, task
from django_tasks.base import Task
from django_tasks_db.models import DBTaskResult

from rung.core import clock

log = structlog.get_logger(__name__)

OVERTAKEN = ("40P01", "40001")
"""How PostgreSQL says that two waited for each other, or changed the same: one of them is undone whole, and to try again."""

GIVES_WAY = -1
"""The queue's priority of a bell that is not heard while any other is waiting; others have 0."""


OUTSIDE = "outside"
"""The queue of errands that wait for servers of others, which may take minutes: nothing that is ours waits behind them."""

AGAIN_AFTER = timedelta(milliseconds=250)
"""So long after an errand was found in other hands its bell is heard again."""


class InOtherHands(Exception):
    """Another worker is at what an errand would do, and two would only wait for each other."""


class ErrandFunction(Protocol):
    __name__: str
    __module__: str

    def __call__(self, *, at: datetime) -> bool: ...


@dataclass(frozen=True)
class Errand:
    """A bounded batch of a room's waiting work. Calling it returns True when more may be waiting, and raises InOtherHands
    where another worker is at it.

    `gathers`: so long after it was rung its bell is heard, for work that costs less the more of it is done at once. It gives
    way to every other that hangs, such as letters to be read, until it is swept.

    `is_outside`: it waits for servers of others, and hangs in a queue of its own.
    """

    name: str
    do: ErrandFunction
    every: timedelta
    gathers: timedelta = timedelta(0)
    is_outside: bool = False

    def __call__(self, *, at: datetime) -> bool:
        return self.do(at=at)


ERRANDS: dict[str, Errand] = {}


def errand(
    *, every: timedelta, gathers: timedelta = timedelta(0), is_outside: bool = False
) -> Callable[[ErrandFunction], Errand]:
    """Register a function as an errand that the worker also sweeps after each `every`, bell or no bell."""

    def register(function: ErrandFunction) -> Errand:
        room = function.__module__.removeprefix("rung.").rsplit(".", 1)[0]
        name = f"{room}.{function.__name__}"
        made = Errand(name=name, do=function, every=every, gathers=gathers, is_outside=is_outside)
        ERRANDS[name] = made
        return made

    return register


@task()
def run_errand(name: str) -> None:
    """Do one batch of an errand; ring again when more may be waiting, so that no errand starves another."""
    waiting = ERRANDS[name]
    try:
        is_more_waiting = waiting(at=clock.now())
    except InOtherHands:
        # Whoever is at it may have looked before what this bell was hung for was there.
        _bell(waiting).using(run_after=clock.now() + AGAIN_AFTER).enqueue(name)
        return
    except OperationalError as failure:
        if getattr(failure.__cause__, "sqlstate", None) not in OVERTAKEN:
            raise
        log.info("overtaken by another worker", errand=name)
        is_more_waiting = True
    if is_more_waiting:
        with transaction.atomic():
            ring(waiting, now=True)


def _bell(waiting: Errand) -> Task[[str], None]:
    return run_errand.using(queue_name=OUTSIDE) if waiting.is_outside else run_errand


def ring(waiting: Errand, *, now: bool = False) -> None:
    """See to it that the worker runs this errand after the present transaction commits; `now`, although it `gathers`.

    A bell that already hangs in the queue serves this row too, provided that it cannot be taken down before we commit.
    SQLite has one writer, so seeing it is enough. On PostgreSQL we hold its row lock: the worker skips locked rows, and
    finds the bell again, with our row visible, once we have committed. When it is not to be had we hang another.
    """
    if not connection.in_atomic_block:
        raise RuntimeError(f"ring({waiting.name}) belongs in the transaction that wrote the waiting row")
    if _rung_already(waiting):
        return
    hanging = DBTaskResult.objects.filter(status=TaskResultStatus.READY)
    if now:
        # One that gives way may never be heard while there is much to do.
        hanging = DBTaskResult.objects.ready().exclude(priority=GIVES_WAY)
    hanging = hanging.filter(task_path=run_errand.module_path, args_kwargs={"args": [waiting.name], "kwargs": {}})
    if connection.features.has_select_for_update_skip_locked:
        hanging = hanging.select_for_update(skip_locked=True)
    if not list(hanging.order_by().values_list("pk")[:1]):
        bell = _bell(waiting)
        if waiting.gathers and not now:
            bell = bell.using(priority=GIVES_WAY, run_after=clock.now() + waiting.gathers)
        bell.enqueue(waiting.name)
    transaction.on_commit(_Rung(waiting.name))


class _Rung:
    """A mark in the connection's own list of commit hooks that a bell was rung in this transaction.

    Django drops the hooks of a savepoint that is rolled back, and the bell is rolled back with them: the mark is there
    exactly as long as the bell is.
    """

    __name__ = __qualname__ = "rung"

    def __init__(self, name: str) -> None:
        self.name = name

    def __call__(self) -> None:
        return None


def _rung_already(waiting: Errand) -> bool:
    return any(
        isinstance(hook, _Rung) and hook.name == waiting.name for _, hook, *_ in reversed(connection.run_on_commit)
    )
