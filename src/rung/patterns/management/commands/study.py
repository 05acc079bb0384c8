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
from rung.patterns.models import Study
from rung.patterns.verbs import (
    ask_study,
    begin_study,
    fail_study,
    finish_study,
    hand_back_study,
    progress_study,
)
from rung.patterns.verbs.studies import forget_former
from rung.patterns.working import Stopped, work_out, work_out_period

log = structlog.get_logger(__name__)


class Command(BaseCommand):
    help = (
        "Work out topics and what drives frustration and delight. The worker calls it; without arguments it does a study of"
        " its own, here and now."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("study", type=int, nargs="?", help="the one to work on, which has been begun")

    def handle(self, *args: Any, study: int | None, **options: Any) -> None:
        if study is None:
            ask_study(by=SYSTEM, at=clock.now())
            begun = begin_study(by=SYSTEM, at=clock.now())
            if begun is None:
                self.stdout.write("A study is running already.")
                return
        else:
            os.nice(GENTLE)
            begun = Study.objects.get(pk=study)
        said = Work(begun, parent=None if study is None else os.getppid()).do()
        self.stdout.write(f"Study {begun.pk}: {said}")


class Work:
    """One process's work on a study; leaves when it was stopped, or taken for dead, or its parent is gone."""

    def __init__(self, study: Study, parent: int | None = None) -> None:
        self.study = study
        self.words = Words(parent)

    def do(self) -> str:
        """How it ended, in a few words for the log."""
        try:
            if self.study.since is None:
                report, fit = work_out(self.study, at=clock.now(), progress=self.go_on)
            else:
                report, fit = work_out_period(self.study, progress=self.go_on), None
            if not finish_study(self.study, report, fit=fit, by=SYSTEM, at=clock.now()):
                return "stopped"
            if self.study.since is None:
                forget_former(self.study, by=SYSTEM, at=clock.now())
            return f"done, {report['topics']} topics, {report['cases']} cases"
        except Stopped:
            return "stopped"
        except Orphaned:
            hand_back_study(self.study, by=SYSTEM, at=clock.now())
            return "to be begun again"
        except DatabaseError:
            raise  # nobody's fault that another try would repeat
        except Exception as failure:
            log.exception("study failed", study=self.study.pk)
            reason = "".join(format_exception_only(failure))
            fail_study(self.study, reason, by=SYSTEM, at=clock.now())
            return "failed"

    def go_on(self, doing: str, steps: int, of: int) -> bool:
        if not self.words.are_due(doing):
            return True
        with suppress(OperationalError):  # the database is busy: what matters will be said the next time
            return progress_study(self.study, doing=doing, steps=steps, of=of, by=SYSTEM, at=clock.now())
        return True
