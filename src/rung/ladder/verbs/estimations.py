"""Estimations: asked for, worked on by a process of their own, stopped, published, taken back.

Every write of the working process is conditional on its try still being the one that counts. So one that was believed dead
and is not, or that was stopped, learns of it at its next word and leaves.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F

from rung.core.actor import Actor
from rung.core.text import storable
from rung.journal.verbs import record
from rung.ladder.events import (
    EstimationAsked,
    EstimationFailed,
    EstimationFinished,
    EstimationPublished,
    EstimationStopped,
    LadderReturned,
)
from rung.ladder.model.parameters import DEFAULTS, Parameters
from rung.ladder.models import Estimation, EstimationQuerySet, EstimationState
from rung.ladder.versions import numbers_of

SILENT = timedelta(minutes=2)
"""A process not heard of for so long is taken for dead."""
MOST_TRIES = 3


@transaction.atomic
def ask_estimation(*, by: Actor, at: datetime) -> Estimation:
    """Have the numbers estimated; the one under way, where there is one."""
    if found := Estimation.objects.open().order_by("pk").first():
        return found
    made = Estimation.objects.create(asked_at=at, asked_by_id=by.agent_key)
    record(EstimationAsked(estimation=made.pk), by=by, at=at)
    return made


@transaction.atomic
def begin_estimation(*, by: Actor, at: datetime) -> Estimation | None:
    """The estimation that a process is to be started for now, or None. One at a time.

    One whose process is not heard of any more is begun again; after MOST_TRIES it has failed.
    """
    lost = at - SILENT
    if Estimation.objects.filter(state=EstimationState.RUNNING, beat_at__gt=lost).exists():
        return None
    for waiting in Estimation.objects.open().order_by("pk"):
        same = Estimation.objects.filter(pk=waiting.pk, state=waiting.state, tries=waiting.tries)
        if waiting.tries >= MOST_TRIES:
            if same.update(state=EstimationState.FAILED, ended_at=at, error=_died()):
                record(EstimationFailed(estimation=waiting.pk), by=by, at=at)
        elif same.update(state=EstimationState.RUNNING, beat_at=at, tries=F("tries") + 1, doing="", steps=0):
            waiting.refresh_from_db()
            return waiting
    return None


def _died() -> str:
    return f"The process that worked on it ended {MOST_TRIES} times before its time, and was not started again."


def progress_estimation(estimation: Estimation, *, doing: str, steps: int, by: Actor, at: datetime) -> bool:
    """Say that it is being worked on, and how far it has come; False when it is this process's no more."""
    return _own(estimation).update(doing=doing, steps=steps, beat_at=at) > 0


@transaction.atomic
def finish_estimation(
    estimation: Estimation, found: Parameters | None, report: dict[str, Any], *, by: Actor, at: datetime
) -> bool:
    """Keep what came of it. ``found`` None: the defaults foretold best, and there is nothing to publish."""
    version = found.version if found else ""
    done = _own(estimation).update(
        state=EstimationState.DONE,
        ended_at=at,
        version=version,
        numbers=numbers_of(found) if found else None,
        report=report,
    )
    if done:
        record(EstimationFinished(estimation=estimation.pk, version=version), by=by, at=at)
    return done > 0


@transaction.atomic
def fail_estimation(estimation: Estimation, error: str, *, by: Actor, at: datetime) -> bool:
    """It broke, and would break again."""
    failed = _own(estimation).update(state=EstimationState.FAILED, ended_at=at, error=storable(error)[:2000])
    if failed:
        record(EstimationFailed(estimation=estimation.pk), by=by, at=at)
    return failed > 0


def hand_back_estimation(estimation: Estimation, *, by: Actor, at: datetime) -> bool:
    """The process has to leave through no fault of the estimation: it waits again, and the try does not count."""
    return _own(estimation).update(state=EstimationState.WAITING, tries=F("tries") - 1) > 0


def _own(estimation: Estimation) -> EstimationQuerySet:
    return Estimation.objects.filter(pk=estimation.pk, state=EstimationState.RUNNING, tries=estimation.tries)


@transaction.atomic
def stop_estimation(estimation: Estimation, *, by: Actor, at: datetime) -> bool:
    """Call it off; its process leaves at its next word. False when it has ended already."""
    stopped = Estimation.objects.open().filter(pk=estimation.pk).update(state=EstimationState.STOPPED, ended_at=at)
    if stopped:
        record(EstimationStopped(estimation=estimation.pk), by=by, at=at)
    return stopped > 0


def publish_estimation(estimation: Estimation, *, by: Actor, at: datetime) -> bool:
    """Grade with its numbers from now on. False when it has none, is in force, or somebody published at this moment."""
    return _put_in_force(
        estimation, EstimationPublished(estimation=estimation.pk, version=estimation.version), by=by, at=at
    )


def return_to(estimation: Estimation | None, *, by: Actor, at: datetime) -> bool:
    """Grade with earlier numbers again, None for the defaults. False when those are in force."""
    version = estimation.version if estimation else DEFAULTS.version
    fact = LadderReturned(estimation=estimation.pk if estimation else None, version=version)
    return _put_in_force(estimation, fact, by=by, at=at)


def _put_in_force(
    estimation: Estimation | None, fact: EstimationPublished | LadderReturned, *, by: Actor, at: datetime
) -> bool:
    try:
        with transaction.atomic():
            others = Estimation.objects.in_force()
            if estimation is not None:
                others = others.exclude(pk=estimation.pk)
            changed = others.update(in_force_until=at)
            if estimation is not None:
                usable = Estimation.objects.filter(
                    pk=estimation.pk, state=EstimationState.DONE, numbers__isnull=False
                ).exclude(in_force_from__isnull=False, in_force_until__isnull=True)
                changed = usable.update(in_force_from=at, in_force_until=None)
                if not changed:
                    transaction.set_rollback(True)
            if changed:
                record(fact, by=by, at=at)
    except IntegrityError:  # one at a time may be in force, and another's came first
        return False
    return changed > 0
