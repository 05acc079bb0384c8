"""Estimations: asked for, worked on by a process of their own, stopped (`journal.jobs`), published, taken back."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from rung.core.actor import Actor
from rung.journal.jobs import JobState, Life
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
from rung.ladder.models import Estimation
from rung.ladder.versions import numbers_of

LIFE = Life(
    Estimation,
    silent=timedelta(minutes=2),
    failed=lambda pk: EstimationFailed(estimation=pk),
    stopped=lambda pk: EstimationStopped(estimation=pk),
)


@transaction.atomic
def ask_estimation(*, by: Actor, at: datetime) -> Estimation:
    """Have the numbers estimated; the one under way, where there is one."""
    if found := Estimation.objects.open().order_by("pk").first():
        return found
    made = Estimation.objects.create(asked_at=at, asked_by_id=by.agent_key)
    record(EstimationAsked(estimation=made.pk), by=by, at=at)
    return made


def begin_estimation(*, by: Actor, at: datetime) -> Estimation | None:
    """The estimation that a process is to be started for now, or None."""
    return LIFE.begin(by=by, at=at)


def progress_estimation(estimation: Estimation, *, doing: str, steps: int, by: Actor, at: datetime) -> bool:
    """Say that it is being worked on, and how far it has come; False when it is this process's no more."""
    return LIFE.progress(estimation, at=at, doing=doing, steps=steps)


@transaction.atomic
def finish_estimation(
    estimation: Estimation, found: Parameters | None, report: dict[str, Any], *, by: Actor, at: datetime
) -> bool:
    """Keep what came of it. ``found`` None: the defaults foretold best, and there is nothing to publish."""
    version = found.version if found else ""
    numbers = numbers_of(found) if found else None
    done = LIFE.finish(estimation, at=at, version=version, numbers=numbers, report=report)
    if done:
        record(EstimationFinished(estimation=estimation.pk, version=version), by=by, at=at)
    return done


def fail_estimation(estimation: Estimation, error: str, *, by: Actor, at: datetime) -> bool:
    return LIFE.fail(estimation, error, by=by, at=at)


def hand_back_estimation(estimation: Estimation, *, by: Actor, at: datetime) -> bool:
    return LIFE.hand_back(estimation)


def stop_estimation(estimation: Estimation, *, by: Actor, at: datetime) -> bool:
    """Call it off. False when it has ended already."""
    return LIFE.stop(estimation, by=by, at=at)


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
                    pk=estimation.pk, state=JobState.DONE, numbers__isnull=False
                ).exclude(in_force_from__isnull=False, in_force_until__isnull=True)
                changed = usable.update(in_force_from=at, in_force_until=None)
                if not changed:
                    transaction.set_rollback(True)
            if changed:
                record(fact, by=by, at=at)
    except IntegrityError:  # one at a time may be in force, and another's came first
        return False
    return changed > 0
