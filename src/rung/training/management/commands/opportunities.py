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
from rung.training.models import Round
from rung.training.verbs import ask_round, begin_round, fail_round, hand_back_round, progress_round
from rung.training.working import Stopped, work_out

log = structlog.get_logger(__name__)


class Command(BaseCommand):
    help = (
        "Work out training opportunities from the latest study of patterns. The worker calls it; without arguments it does a"
        " round of its own, here and now."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("begun", type=int, nargs="?", help="the one to work on, which has been begun")

    def handle(self, *args: Any, begun: int | None, **options: Any) -> None:
        if begun is None:
            ask_round(by=SYSTEM, at=clock.now())
            going = begin_round(by=SYSTEM, at=clock.now())
            if going is None:
                self.stdout.write("A round is running already.")
                return
        else:
            os.nice(GENTLE)
            going = Round.objects.get(pk=begun)
        said = Work(going, parent=None if begun is None else os.getppid()).do()
        self.stdout.write(f"Round {going.pk}: {said}")


class Work:
    """One process's work on a round; leaves when it was stopped, or taken for dead, or its parent is gone."""

    def __init__(self, going: Round, parent: int | None = None) -> None:
        self.going = going
        self.words = Words(parent)

    def do(self) -> str:
        """How it ended, in a few words for the log."""
        try:
            report = work_out(self.going, at=clock.now(), progress=self.go_on)
            if report is None:
                return "stopped"
            return (
                f"done, {sum(report.cases.values())} cases, {report.topics} topics and {report.pairs} pairs looked at"
            )
        except Stopped:
            return "stopped"
        except Orphaned:
            hand_back_round(self.going, by=SYSTEM, at=clock.now())
            return "to be begun again"
        except DatabaseError:
            raise  # nobody's fault that another try would repeat
        except Exception as failure:
            log.exception("round of opportunities failed", round=self.going.pk)
            fail_round(self.going, "".join(format_exception_only(failure)), by=SYSTEM, at=clock.now())
            return "failed"

    def go_on(self, doing: str, steps: int, of: int) -> bool:
        if not self.words.are_due(doing):
            return True
        with suppress(OperationalError):  # the database is busy: what matters will be said the next time
            return progress_round(self.going, doing=doing, steps=steps, of=of, by=SYSTEM, at=clock.now())
        return True
