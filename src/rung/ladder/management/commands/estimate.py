import os
from argparse import ArgumentParser
from contextlib import suppress
from traceback import format_exception_only
from typing import Any

import structlog
from django.core.management.base import BaseCommand
from django.db import DatabaseError, OperationalError

from rung.core import clock
from rung.core.actor import SYSTEM
from rung.core.beside import GENTLE, Orphaned, Words
from rung.ladder.estimating import gathered_sequences, kept, work_out
from rung.ladder.model.parameters import DEFAULTS
from rung.ladder.models import Estimation
from rung.ladder.verbs import (
    ask_estimation,
    begin_estimation,
    fail_estimation,
    finish_estimation,
    hand_back_estimation,
    progress_estimation,
)

log = structlog.get_logger(__name__)


class Command(BaseCommand):
    help = (
        "Estimate the ladder's numbers from this company's own customers, and keep what is found for a lead to publish."
        " The worker calls it; without arguments it does an estimation of its own, here and now."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("estimation", type=int, nargs="?", help="the one to work on, which has been begun")

    def handle(self, *args: Any, estimation: int | None, **options: Any) -> None:
        if estimation is None:
            ask_estimation(by=SYSTEM, at=clock.now())
            begun = begin_estimation(by=SYSTEM, at=clock.now())
            if begun is None:
                self.stdout.write("An estimation is running already.")
                return
        else:
            os.nice(GENTLE)
            begun = Estimation.objects.get(pk=estimation)
        said = Work(begun, parent=None if estimation is None else os.getppid()).do()
        self.stdout.write(f"Estimation {begun.pk}: {said}")


class Work:
    """One process's work on an estimation; leaves when it was stopped, or taken for dead, or its parent is gone."""

    def __init__(self, estimation: Estimation, parent: int | None = None) -> None:
        self.estimation = estimation
        self.words = Words(parent)

    def do(self) -> str:
        """How it ended, in a few words for the log."""
        try:
            given = gathered_sequences(at=clock.now(), parameters=DEFAULTS, progress=self.go_on)
            found = work_out(given, self.estimation.pk, progress=self.go_on) if given is not None else None
            if found is None:
                return "stopped"
            numbers, report = found
            done = finish_estimation(self.estimation, numbers, kept(report), by=SYSTEM, at=clock.now())
            return f"done, {numbers.version if numbers else 'the defaults stay'}" if done else "stopped"
        except Orphaned:
            hand_back_estimation(self.estimation, by=SYSTEM, at=clock.now())
            return "to be begun again"
        except DatabaseError:
            raise  # nobody's fault that another try would repeat
        except Exception as failure:
            log.exception("estimation failed", estimation=self.estimation.pk)
            reason = "".join(format_exception_only(failure))
            fail_estimation(self.estimation, reason, by=SYSTEM, at=clock.now())
            return "failed"

    def go_on(self, doing: str, steps: int) -> bool:
        if not self.words.are_due():
            return True
        with suppress(OperationalError):  # the database is busy: what matters will be said the next time
            return progress_estimation(self.estimation, doing=doing, steps=steps, by=SYSTEM, at=clock.now())
        return True
