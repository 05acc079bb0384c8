"""Rounds: asked for, worked on by a process of their own, stopped, finished. As studies of patterns are.

Every write of the working process is conditional on its try still being the one that counts.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F

from rung.core.actor import Actor
from rung.core.text import storable
from rung.journal.verbs import record
from rung.training.events import (
    OpportunitiesAsked,
    OpportunitiesFailed,
    OpportunitiesStopped,
    OpportunitiesWorkedOut,
)
from rung.training.models import Opportunity, Round, RoundQuerySet, RoundState, Spread

SILENT = timedelta(minutes=3)
"""A process not heard of for so long is taken for dead."""
MOST_TRIES = 3


@transaction.atomic
def ask_round(*, by: Actor, at: datetime) -> Round:
    """Have opportunities worked out; the round under way, where there is one that has not begun.

    One that runs already may have read what has changed since, so another is put behind it.
    """
    if found := Round.objects.filter(state=RoundState.WAITING).order_by("pk").first():
        return found
    made = Round.objects.create(asked_at=at, asked_by_id=by.agent_key)
    record(OpportunitiesAsked(round=made.pk), by=by, at=at)
    return made


@transaction.atomic
def begin_round(*, by: Actor, at: datetime) -> Round | None:
    """The round that a process is to be started for now, or None: one at a time."""
    if Round.objects.filter(state=RoundState.RUNNING, beat_at__gt=at - SILENT).exists():
        return None
    for waiting in Round.objects.open().order_by("pk"):
        same = Round.objects.filter(pk=waiting.pk, state=waiting.state, tries=waiting.tries)
        if waiting.tries >= MOST_TRIES:
            error = (
                f"The process that worked on it ended {MOST_TRIES} times before its time, and was not started again."
            )
            if same.update(state=RoundState.FAILED, ended_at=at, error=error):
                record(OpportunitiesFailed(round=waiting.pk), by=by, at=at)
        elif same.update(state=RoundState.RUNNING, beat_at=at, tries=F("tries") + 1, doing="", steps=0, steps_in_all=0):
            waiting.refresh_from_db()
            return waiting
    return None


def progress_round(going: Round, *, doing: str, steps: int, of: int, by: Actor, at: datetime) -> bool:
    """Say that it is being worked on, and how far it has come; False when it is this process's no more."""
    return _own(going).update(doing=doing, steps=steps, steps_in_all=of, beat_at=at) > 0


def finish_round(going: Round, report: dict[str, Any], *, study: int | None, by: Actor, at: datetime) -> bool:
    """What was found counts from now on; what is drawn in funnels goes with the round before. In the caller's transaction,
    so that opportunities and the round they are of are one. False when it is this process's no more."""
    if not _own(going).update(state=RoundState.DONE, ended_at=at, report=report, study=study):
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


@transaction.atomic
def fail_round(going: Round, error: str, *, by: Actor, at: datetime) -> bool:
    """It broke, and would break again."""
    failed = _own(going).update(state=RoundState.FAILED, ended_at=at, error=storable(error)[:2000])
    if failed:
        record(OpportunitiesFailed(round=going.pk), by=by, at=at)
    return failed > 0


def hand_back_round(going: Round, *, by: Actor, at: datetime) -> bool:
    """The process has to leave through no fault of the round: it waits again, and the try does not count."""
    return _own(going).update(state=RoundState.WAITING, tries=F("tries") - 1) > 0


def _own(going: Round) -> RoundQuerySet:
    return Round.objects.filter(pk=going.pk, state=RoundState.RUNNING, tries=going.tries)


@transaction.atomic
def stop_round(going: Round, *, by: Actor, at: datetime) -> bool:
    """Call it off; its process leaves at its next word. False when it has ended already."""
    stopped = Round.objects.open().filter(pk=going.pk).update(state=RoundState.STOPPED, ended_at=at)
    if stopped:
        record(OpportunitiesStopped(round=going.pk), by=by, at=at)
    return stopped > 0
