"""Trainings: logged with what is thought to come of them, and measured by later rounds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from rung.accounts.access import agents_by_key
from rung.core.actor import Actor
from rung.core.text import one_line
from rung.journal.verbs import record
from rung.training.events import TrainingLogged, TrainingMeasured, TrainingWithdrawn
from rung.training.models import Attendance, Opportunity, Round, Training

if TYPE_CHECKING:  # the screens write too, and have no use for scipy
    from rung.training.effect import Effect

TWICE = timedelta(minutes=1)
LONGEST_AGO = timedelta(days=365)
MOST_MINUTES = 100 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is logged. ``predicted`` with its 80 % interval: by how much the share is thought to rise, in shares of 1."""

    about: str
    held_on: date
    minutes: int
    agents: tuple[int, ...]
    teacher: int | None = None
    predicted: float | None = None
    predicted_low: float | None = None
    predicted_high: float | None = None


@transaction.atomic
def log_training(opportunity: Opportunity, plan: Plan, *, by: Actor, at: datetime) -> Training:
    """Log that a training for an opportunity took place. Raises ValidationError for what cannot be so.

    The pattern it is measured by is the opportunity's, from the start: nobody can choose a kinder one afterwards. The same
    once more within a minute is a button that was pressed twice, and returns the first.
    """
    about = one_line(plan.about, 200)
    known = agents_by_key(plan.agents)
    if not about:
        raise ValidationError({"about": _("Say what it was.")})
    if not known:
        raise ValidationError({"agents": _("Say who took part.")})
    if not 0 < plan.minutes <= MOST_MINUTES:
        raise ValidationError({"hours": _("Between a minute and a hundred hours.")})
    if plan.held_on > at.date() + timedelta(days=1) or plan.held_on < (at - LONGEST_AGO).date():
        raise ValidationError({"held_on": _("A day of the last year.")})
    low, middle, high = plan.predicted_low, plan.predicted, plan.predicted_high
    if (low is None) != (high is None) or (low is not None and middle is None):
        raise ValidationError({"predicted": _("An interval has two ends and something between them.")})
    if low is not None and high is not None and middle is not None and not low <= middle <= high:
        raise ValidationError({"predicted": _("What is expected lies between its ends.")})
    list(Opportunity.objects.select_for_update().filter(pk=opportunity.pk).values_list("pk"))
    just_logged = Training.objects.filter(
        opportunity=opportunity, logged_by=by.agent_key, logged_at__gt=at - TWICE, withdrawn_at__isnull=True
    )
    for each in just_logged.filter(about=about, held_on=plan.held_on, minutes=plan.minutes):
        if set(each.attendances.values_list("agent_id", flat=True)) == set(known):
            return each
    made = Training.objects.create(
        opportunity=opportunity,
        topic=opportunity.topic,
        outcome=opportunity.outcome,
        about=about,
        held_on=plan.held_on,
        minutes=plan.minutes,
        teacher_id=plan.teacher if plan.teacher in agents_by_key([plan.teacher]) else None,
        predicted=middle,
        predicted_low=low,
        predicted_high=high,
        logged_at=at,
        logged_by_id=by.agent_key,
    )
    Attendance.objects.bulk_create(Attendance(training=made, agent_id=pk) for pk in known)
    fact = TrainingLogged(
        training=made.pk,
        agents=sorted(known),
        topic=made.topic,
        outcome=made.outcome,
        held_on=made.held_on.isoformat(),
        minutes=made.minutes,
    )
    record(fact, by=by, at=at)
    return made


@transaction.atomic
def withdraw_training(training: Training, *, by: Actor, at: datetime) -> bool:
    """It was logged by mistake: it is shown no more, and whoever took part counts as untrained. False the second time."""
    if not Training.objects.filter(pk=training.pk, withdrawn_at__isnull=True).update(withdrawn_at=at):
        return False
    record(TrainingWithdrawn(training=training.pk), by=by, at=at)
    return True


def keep_effect(training: Training, found: Effect, *, going: Round, by: Actor, at: datetime) -> None:
    """Keep what a round measured; told when the verdict is another than before. In the caller's transaction."""
    former = training.verdict
    training.measured_at, training.verdict = at, found.verdict
    training.effect, training.effect_low, training.effect_high = found.value, found.low, found.high
    training.before, training.after = found.before, found.after
    training.controls, training.as_much = found.controls, found.as_much
    training.save(
        update_fields=[
            *("measured_at", "verdict", "effect", "effect_low", "effect_high"),
            *("before", "after", "controls", "as_much"),
        ]
    )
    if former != found.verdict:
        record(TrainingMeasured(training=training.pk, round=going.pk, verdict=found.verdict), by=by, at=at)
