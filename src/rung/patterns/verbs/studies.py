"""Studies: asked for, worked on by a process of their own, stopped, finished. As estimations of the ladder are.

Every write of the working process is conditional on its try still being the one that counts. So one that was believed dead
and is not, or that was stopped, learns of it at its next word and leaves.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F

from rung.core.actor import Actor
from rung.core.text import storable
from rung.journal.verbs import record
from rung.patterns.events import StudyAsked, StudyFailed, StudyFinished, StudyStopped
from rung.patterns.models import Case, Fit, Slice, Study, StudyQuerySet, StudyState

SILENT = timedelta(minutes=3)
"""A process not heard of for so long is taken for dead."""
MOST_TRIES = 3
MOST_WAITING = 5
"""Studies that may be open for more days to be asked for."""


@transaction.atomic
def ask_study(*, finds_topics: bool = True, wanted: int | None = None, by: Actor, at: datetime) -> Study:
    """Have topics and drivers worked out; the study under way, where there is one."""
    if found := Study.objects.open().whole().order_by("pk").first():
        return found
    made = Study.objects.create(asked_at=at, asked_by_id=by.agent_key, finds_topics=finds_topics, wanted=wanted)
    record(StudyAsked(study=made.pk, finds_topics=finds_topics), by=by, at=at)
    return made


@transaction.atomic
def ask_period(
    since: datetime, until: datetime, *, team: int | None, channel: str, by: Actor, at: datetime
) -> Study | None:
    """Have days of one's own worked out as the usual periods are; the study of the same that is open, where there is one,
    and None where too many wait. Nothing that others read changes by it, so it is no event."""
    which = {"since": since, "until": until, "team": team, "channel": channel}
    if found := Study.objects.open().filter(**which).first():
        return found
    if Study.objects.open().count() >= MOST_WAITING:
        return None
    return Study.objects.create(asked_at=at, asked_by_id=by.agent_key, finds_topics=False, **which)


@transaction.atomic
def begin_study(*, by: Actor, at: datetime) -> Study | None:
    """The study that a process is to be started for now, or None. One at a time, as with estimations."""
    lost = at - SILENT
    if Study.objects.filter(state=StudyState.RUNNING, beat_at__gt=lost).exists():
        return None
    for waiting in Study.objects.open().order_by("pk"):
        same = Study.objects.filter(pk=waiting.pk, state=waiting.state, tries=waiting.tries)
        if waiting.tries >= MOST_TRIES:
            error = (
                f"The process that worked on it ended {MOST_TRIES} times before its time, and was not started again."
            )
            if same.update(state=StudyState.FAILED, ended_at=at, error=error):
                record(StudyFailed(study=waiting.pk), by=by, at=at)
        elif same.update(state=StudyState.RUNNING, beat_at=at, tries=F("tries") + 1, doing="", steps=0, steps_in_all=0):
            waiting.refresh_from_db()
            return waiting
    return None


def progress_study(study: Study, *, doing: str, steps: int, of: int, by: Actor, at: datetime) -> bool:
    """Say that it is being worked on, and how far it has come; False when it is this process's no more."""
    return _own(study).update(doing=doing, steps=steps, steps_in_all=of, beat_at=at) > 0


@transaction.atomic
def finish_study(study: Study, report: dict[str, Any], *, fit: Fit | None, by: Actor, at: datetime) -> bool:
    """What was found counts from now on, and what was found before goes; of fits only the one in force stays whole."""
    done = _own(study).update(state=StudyState.DONE, ended_at=at, report=report)
    if done:
        if fit is not None:
            Fit.objects.filter(pk=fit.pk).update(in_force_from=at)
        if study.since is None:  # or a round of training would follow days that somebody only looked at
            record(StudyFinished(study=study.pk), by=by, at=at)
    return done > 0


def forget_former(study: Study, *, by: Actor, at: datetime) -> None:
    """Take away what earlier studies found, by and by, so that nobody who wants to write waits long."""
    for model in (Case, Slice):
        while keys := list(model._default_manager.exclude(study=study).values_list("pk", flat=True)[:2000]):
            model._default_manager.filter(pk__in=keys).delete()
    in_force = Fit.objects.filter(in_force_from__isnull=False).order_by("-in_force_from", "-pk").first()
    for fit in Fit.objects.exclude(pk=in_force.pk) if in_force else ():
        while keys := list(fit.belongings.values_list("pk", flat=True)[:2000]):
            fit.belongings.filter(pk__in=keys).delete()
        with transaction.atomic():  # whoever assigns by it holds it, and what they kept goes with it
            for held in Fit.objects.select_for_update().filter(pk=fit.pk):
                held.delete()


@transaction.atomic
def fail_study(study: Study, error: str, *, by: Actor, at: datetime) -> bool:
    """It broke, and would break again."""
    failed = _own(study).update(state=StudyState.FAILED, ended_at=at, error=storable(error)[:2000])
    if failed:
        record(StudyFailed(study=study.pk), by=by, at=at)
    return failed > 0


def hand_back_study(study: Study, *, by: Actor, at: datetime) -> bool:
    """The process has to leave through no fault of the study: it waits again, and the try does not count."""
    return _own(study).update(state=StudyState.WAITING, tries=F("tries") - 1) > 0


def _own(study: Study) -> StudyQuerySet:
    return Study.objects.filter(pk=study.pk, state=StudyState.RUNNING, tries=study.tries)


@transaction.atomic
def stop_study(study: Study, *, by: Actor, at: datetime) -> bool:
    """Call it off; its process leaves at its next word. False when it has ended already."""
    stopped = Study.objects.open().filter(pk=study.pk).update(state=StudyState.STOPPED, ended_at=at)
    if stopped:
        record(StudyStopped(study=study.pk), by=by, at=at)
    return stopped > 0
