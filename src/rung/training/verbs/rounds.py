"""Rounds: asked for, worked on by a process of their own, stopped, finished (`journal.jobs`)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from rung.core.actor import Actor
from rung.journal.jobs import JobState, Life
from rung.journal.verbs import record
from rung.training.events import (
    OpportunitiesAsked,
    OpportunitiesFailed,
    OpportunitiesStopped,
    OpportunitiesWorkedOut,
)
from rung.training.models import Opportunity, Round, Spread

LIFE = Life(
    Round,
    silent=timedelta(minutes=3),
    failed=lambda pk: OpportunitiesFailed(round=pk),
    stopped=lambda pk: OpportunitiesStopped(round=pk),
)


@transaction.atomic
def ask_round(*, by: Actor, at: datetime) -> Round:
    """Have opportunities worked out; the round under way, where there is one that has not begun.

    One that runs already may have read what has changed since, so another is put behind it.
    """
    if found := Round.objects.filter(state=JobState.WAITING).order_by("pk").first():
        return found
    made = Round.objects.create(asked_at=at, asked_by_id=by.agent_key)
    record(OpportunitiesAsked(round=made.pk), by=by, at=at)
    return made


def begin_round(*, by: Actor, at: datetime) -> Round | None:
    """The round that a process is to be started for now, or None."""
    return LIFE.begin(by=by, at=at, steps_in_all=0)


def progress_round(going: Round, *, doing: str, steps: int, of: int, by: Actor, at: datetime) -> bool:
    """Say that it is being worked on, and how far it has come; False when it is this process's no more."""
    return LIFE.progress(going, at=at, doing=doing, steps=steps, steps_in_all=of)


def finish_round(going: Round, report: dict[str, Any], *, study: int | None, by: Actor, at: datetime) -> bool:
    """What was found counts from now on; what is drawn in funnels goes with the round before. In the caller's transaction,
    so that opportunities and the round they are of are one. False when it is this process's no more."""
    if not LIFE.finish(going, at=at, report=report, study=study):
        return False
    Spread.objects.exclude(round=going.pk).delete()
    standing = Opportunity.objects.standing()
    found = OpportunitiesWorkedOut(
        round=going.pk,
        of_house=standing.filter(agent__isnull=True).count(),
        of_people=standing.filter(agent__isnull=False).count(),
        passed=Opportunity.objects.filter(ended_at=at).count(),
    )
    record(found, by=by, at=at)
    return True


def fail_round(going: Round, error: str, *, by: Actor, at: datetime) -> bool:
    return LIFE.fail(going, error, by=by, at=at)


def hand_back_round(going: Round, *, by: Actor, at: datetime) -> bool:
    return LIFE.hand_back(going)


def stop_round(going: Round, *, by: Actor, at: datetime) -> bool:
    """Call it off. False when it has ended already."""
    return LIFE.stop(going, by=by, at=at)
