"""`python -m rung worker`: runs what is waiting, and sweeps for what was left."""

import gc
import signal
import time
from argparse import ArgumentParser
from contextlib import suppress
from types import FrameType
from typing import Any

import structlog
from django.core.management.base import BaseCommand
from django.db import DatabaseError, InterfaceError, InternalError, OperationalError, connection, transaction
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands.db_worker import Worker

from rung.core import clock
from rung.journal.models import Undelivered
from rung.journal.ringing import ERRANDS, OUTSIDE, Errand, InOtherHands, ring

log = structlog.get_logger(__name__)

TROUBLE_PAUSE_S = 2.0
"""Seconds until the next look at a database that could not be used."""


class SweepingWorker(Worker):
    """The queue library's worker, which between two looks into the queue rings for errands whose time has come.

    It rings for those alone that hang in the queues it looks into.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.swept_at: dict[str, float] = {}

    def run(self) -> None:
        while self.running:
            pause = self.interval
            try:
                self.sweep()
                super().run()  # a "batch" run: returns as soon as the queue is empty
            except (OperationalError, InterfaceError, InternalError) as trouble:
                # The disk is full, or the database was restarted, or only reads while another takes its place. What waits
                # are rows; they are there when it is back.
                log.warning("the database cannot be used just now", reason=str(trouble))
                with suppress(DatabaseError):
                    connection.close()
                pause = TROUBLE_PAUSE_S
            if self.running:
                time.sleep(pause)

    def run_task(self, db_task_result: Any) -> None:
        super().run_task(db_task_result)
        self.sweep()

    def sweep(self) -> None:
        moment = time.monotonic()
        due = [
            errand
            for errand in filter(self._is_mine, ERRANDS.values())
            if moment - self.swept_at.get(errand.name, float("-inf")) >= errand.every.total_seconds()
        ]
        if not due:
            return
        try:
            with transaction.atomic():
                for errand in due:
                    ring(errand, now=True)
        except OperationalError as busy:
            log.warning("sweep postponed", reason=str(busy))
            return
        self.swept_at.update({errand.name: moment for errand in due})

    def _is_mine(self, errand: Errand) -> bool:
        if errand.is_outside:
            return OUTSIDE not in self.excluded_queue_names
        return self.process_all_queues


class Command(BaseCommand):
    help = "Run what is waiting: reactions, letters to read, answers to send. Stops cleanly on Ctrl-C and SIGTERM."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--interval", type=float, default=0.2, help="seconds between two looks at an empty queue")
        parser.add_argument("--once", action="store_true", help="run until nothing is waiting, then stop")
        share = parser.add_mutually_exclusive_group()
        share.add_argument("--inside", action="store_true", help="leave out what waits for servers of others")
        share.add_argument("--outside", action="store_true", help="only that: letters to send, questions to DNS")

    def handle(self, *, interval: float, once: bool, inside: bool, outside: bool, **options: Any) -> None:
        # Of what a letter makes nearly everything goes by itself. At its usual measure the collector looks several times
        # into every batch, for a twentieth of the worker's time, and finds next to nothing.
        gc.set_threshold(20_000, 20, 20)
        if once:
            run_all_errands()
            return
        worker = SweepingWorker(
            queue_names=[OUTSIDE] if outside else ["*"],
            interval=interval,
            batch=True,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=get_random_string(32),
            excluded_queue_names=[OUTSIDE] if inside else [],
        )

        def stop(signum: int, frame: FrameType | None) -> None:
            worker.shutdown(signum, frame)

        signal.signal(signal.SIGINT, stop)
        signal.signal(signal.SIGTERM, stop)
        worker.run()


def run_all_errands() -> None:
    """Run every errand until a whole round finds nothing left to do."""
    while True:
        more = False
        for errand in tuple(ERRANDS.values()):
            # What another worker is at, it does.
            with suppress(InOtherHands):
                while errand(at=clock.now()):
                    more = True
        if not more and not Undelivered.objects.due(clock.now()).exists():
            return
