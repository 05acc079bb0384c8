"""Studies: asked for, worked on by a process of their own, stopped, finished (`journal.jobs`)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from rung.core.actor import Actor
from rung.journal.jobs import Life
from rung.journal.verbs import record
from rung.patterns.events import StudyAsked, StudyFailed, StudyFinished, StudyStopped
from rung.patterns.models import Case, Fit, Slice, Study

MOST_WAITING = 5
"""Studies that may be open for more days to be asked for."""
LIFE = Life(
    Study,
    silent=timedelta(minutes=3),
    failed=lambda pk: StudyFailed(study=pk),
    stopped=lambda pk: StudyStopped(study=pk),
)


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


def begin_study(*, by: Actor, at: datetime) -> Study | None:
    """The study that a process is to be started for now, or None."""
    return LIFE.begin(by=by, at=at, steps_in_all=0)


def progress_study(study: Study, *, doing: str, steps: int, of: int, by: Actor, at: datetime) -> bool:
    """Say that it is being worked on, and how far it has come; False when it is this process's no more."""
    return LIFE.progress(study, at=at, doing=doing, steps=steps, steps_in_all=of)


@transaction.atomic
def finish_study(study: Study, report: dict[str, Any], *, fit: Fit | None, by: Actor, at: datetime) -> bool:
    """What was found counts from now on, and what was found before goes; of fits only the one in force stays whole."""
    done = LIFE.finish(study, at=at, report=report)
    if done:
        if fit is not None:
            Fit.objects.filter(pk=fit.pk).update(in_force_from=at)
        if study.since is None:  # or a round of training would follow days that somebody only looked at
            record(StudyFinished(study=study.pk), by=by, at=at)
    return done


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


def fail_study(study: Study, error: str, *, by: Actor, at: datetime) -> bool:
    return LIFE.fail(study, error, by=by, at=at)


def hand_back_study(study: Study, *, by: Actor, at: datetime) -> bool:
    return LIFE.hand_back(study)


def stop_study(study: Study, *, by: Actor, at: datetime) -> bool:
    """Call it off. False when it has ended already."""
    return LIFE.stop(study, by=by, at=at)
