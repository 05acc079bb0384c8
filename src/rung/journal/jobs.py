"""Work of minutes that somebody asks for: its row's life, from being asked to its end.

A process of its own does it (`rung.core.beside`). Every write of that process is conditional on its try still being the one
that counts. So one that was believed dead and is not, or that was stopped, learns of it at its next word and leaves.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, Self, TypeVar

from django.db import models, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from rung.core.actor import Actor
from rung.core.text import storable
from rung.journal.events import Event
from rung.journal.verbs import record

MOST_TRIES = 3
DIED = f"The process that worked on it ended {MOST_TRIES} times before its time, and was not started again."


class JobState(models.TextChoices):
    WAITING = "waiting", _("waiting")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    STOPPED = "stopped", _("stopped")
    FAILED = "failed", _("failed")


OPEN = (JobState.WAITING, JobState.RUNNING)


class Stopped(Exception):
    """The job was called off, or is another process's by now."""


class Job(models.Model):
    """What each kind of such work keeps. ``steps`` were made of what it is ``doing``; ``beat_at``: when the process that
    works on it was last heard of; ``tries``: how many have begun; ``report``: what it stood on."""

    asked_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=JobState.choices, default=JobState.WAITING)
    doing = models.CharField(max_length=20, blank=True)
    steps = models.PositiveIntegerField(default=0)
    beat_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    ended_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)
    report = models.JSONField(default=dict)

    class Meta:
        abstract = True

    @property
    def is_open(self) -> bool:
        return self.state in OPEN


J = TypeVar("J", bound=Job)


class JobQuerySet(models.QuerySet[J]):
    def open(self) -> Self:
        """Those that are still to come to an end."""
        return self.filter(state__in=OPEN)


@dataclass(frozen=True)
class Life(Generic[J]):
    """The life of the jobs of a kind. ``silent``: a process not heard of for so long is taken for dead. ``failed`` and
    ``stopped`` are the facts told of a job by its key."""

    model: type[J]
    silent: timedelta
    failed: Callable[[int], Event]
    stopped: Callable[[int], Event]

    def rows(self) -> models.QuerySet[J]:
        return self.model._default_manager.all()

    @transaction.atomic
    def begin(self, *, by: Actor, at: datetime, **afresh: Any) -> J | None:
        """The job that a process is to be started for now, or None: one at a time. ``afresh``: what else is as at the start.

        One whose process is not heard of any more is begun again; after MOST_TRIES it has failed.
        """
        if self.rows().filter(state=JobState.RUNNING, beat_at__gt=at - self.silent).exists():
            return None
        for waiting in self.rows().filter(state__in=OPEN).order_by("pk"):
            same = self.rows().filter(pk=waiting.pk, state=waiting.state, tries=waiting.tries)
            if waiting.tries >= MOST_TRIES:
                if same.update(state=JobState.FAILED, ended_at=at, error=DIED):
                    record(self.failed(waiting.pk), by=by, at=at)
            elif same.update(state=JobState.RUNNING, beat_at=at, tries=F("tries") + 1, doing="", steps=0, **afresh):
                waiting.refresh_from_db()
                return waiting
        return None

    def progress(self, job: J, *, at: datetime, **said: Any) -> bool:
        """Say that it is being worked on, and how far it has come; False when it is this process's no more."""
        return self._own(job).update(beat_at=at, **said) > 0

    def finish(self, job: J, *, at: datetime, **found: Any) -> bool:
        """It is done. In the caller's transaction, with what is kept of it; False when it is this process's no more."""
        return self._own(job).update(state=JobState.DONE, ended_at=at, **found) > 0

    @transaction.atomic
    def fail(self, job: J, error: str, *, by: Actor, at: datetime) -> bool:
        """It broke, and would break again."""
        failed = self._own(job).update(state=JobState.FAILED, ended_at=at, error=storable(error)[:2000])
        if failed:
            record(self.failed(job.pk), by=by, at=at)
        return failed > 0

    def hand_back(self, job: J) -> bool:
        """The process has to leave through no fault of the job: it waits again, and the try does not count."""
        return self._own(job).update(state=JobState.WAITING, tries=F("tries") - 1) > 0

    @transaction.atomic
    def stop(self, job: J, *, by: Actor, at: datetime) -> bool:
        """Call it off; its process leaves at its next word. False when it has ended already."""
        stopped = self.rows().filter(pk=job.pk, state__in=OPEN).update(state=JobState.STOPPED, ended_at=at)
        if stopped:
            record(self.stopped(job.pk), by=by, at=at)
        return stopped > 0

    def _own(self, job: J) -> models.QuerySet[J]:
        return self.rows().filter(pk=job.pk, state=JobState.RUNNING, tries=job.tries)
