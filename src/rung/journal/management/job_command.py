"""The command that does jobs of a kind: in a process of its own for the worker, here and now for a person."""

import os
from argparse import ArgumentParser
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from traceback import format_exception_only
from typing import Any, Generic, TypeVar

import structlog
from django.core.management.base import BaseCommand
from django.db import DatabaseError, OperationalError

from rung.core import clock
from rung.core.actor import SYSTEM
from rung.core.beside import GENTLE, Orphaned, Words
from rung.journal.jobs import Job, Stopped

log = structlog.get_logger(__name__)

J = TypeVar("J", bound=Job)


@dataclass(frozen=True)
class JobVerbs(Generic[J]):
    """The verbs of a kind of job that its process says. ``begin``: None where one is running already."""

    ask: Callable[..., J]
    begin: Callable[..., J | None]
    progress: Callable[..., bool]
    hand_back: Callable[..., bool]
    fail: Callable[..., bool]


class JobCommand(BaseCommand, Generic[J]):
    """``named``: what a job of this kind is called in the log."""

    named: str
    job: type[J]
    verbs: JobVerbs[J]

    def work(self, job: J, progress: Callable[..., bool]) -> str:
        """Do the whole of it and keep what was found; how it ended, in a few words for the log.

        ``progress(doing, steps[, of])`` is to be called on the way, and False means to leave. Raises Stopped.
        """
        raise NotImplementedError

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("begun", type=int, nargs="?", help="the one to work on, which has been begun")
        parser.add_argument("tries", type=int, nargs="?", help="which try of it this is; without it, the latest")

    def handle(self, *args: Any, begun: int | None, tries: int | None = None, **options: Any) -> None:
        if begun is None:
            self.verbs.ask(by=SYSTEM, at=clock.now())
            job = self.verbs.begin(by=SYSTEM, at=clock.now())
            if job is None:
                self.stdout.write(f"{self.named.capitalize()}: one is running already.")
                return
        else:
            os.nice(GENTLE)
            job = self.job._default_manager.get(pk=begun)
            job.tries = job.tries if tries is None else tries
        said = self.do(job, parent=None if begun is None else os.getppid())
        self.stdout.write(f"{self.named.capitalize()} {job.pk}: {said}")

    def do(self, job: J, parent: int | None = None) -> str:
        """How it ended, in a few words. Leaves when it was stopped, or taken for dead, or its ``parent`` is gone."""
        try:
            return self.work(job, partial(self.go_on, job, Words(parent)))
        except Stopped:
            return "stopped"
        except Orphaned:
            self.verbs.hand_back(job, by=SYSTEM, at=clock.now())
            return "to be begun again"
        except DatabaseError:
            raise  # nobody's fault that another try would repeat
        except Exception as failure:
            log.exception("job failed", job=self.named, key=job.pk)
            self.verbs.fail(job, "".join(format_exception_only(failure)), by=SYSTEM, at=clock.now())
            return "failed"

    def go_on(self, job: J, words: Words, doing: str, steps: int, of: int | None = None) -> bool:
        """Whether to go on; says how far it has come when that is due."""
        if not words.are_due(doing):
            return True
        counted = {} if of is None else {"of": of}
        with suppress(OperationalError):  # the database is busy: what matters will be said the next time
            return self.verbs.progress(job, doing=doing, steps=steps, **counted, by=SYSTEM, at=clock.now())
        return True
