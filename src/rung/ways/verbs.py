"""The only writes to journeys."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from rung.core.actor import Actor
from rung.core.seen import UNSEEN, Seen, differences
from rung.journal.verbs import record
from rung.ways.events import JourneyChanged, JourneyDrawn, JourneyEnded
from rung.ways.models import Journey
from rung.ways.steps import Step, entered


@transaction.atomic
def draw_journey(name: str, steps: Sequence[Step], *, by: Actor, at: datetime) -> Journey:
    kept = [step.kept for step in steps]
    journey = Journey.objects.create(name=name, steps=kept, drawn_at=at, changed_at=at)
    record(JourneyDrawn(journey=journey.pk, name=name, steps=kept), by=by, at=at)
    return journey


@transaction.atomic
def change_journey(
    journey: Journey, name: str, steps: Sequence[Step], *, seen: Seen = UNSEEN, by: Actor, at: datetime
) -> bool:
    """Give a journey this name and these steps. False where it had them, or is gone. Raises Overtaken when somebody else
    was quicker: the steps are one thing, since each stands where the others leave off."""
    kept = [step.kept for step in steps]
    now = Journey.objects.select_for_update().filter(pk=journey.pk, ended_at__isnull=True).first()
    if now is None:
        return False
    present = entered(now.name, now.steps)
    settled = seen.settled(entered(name, kept), present)
    name, kept = settled["name"], now.steps if settled["steps"] == present["steps"] else kept
    if (now.name, now.steps) == (name, kept):
        return False
    Journey.objects.filter(pk=now.pk).update(name=name, steps=kept, changed_at=at)
    values = differences(entered(name, kept), present)
    record(JourneyChanged(journey=now.pk, name=name, steps=kept, values=values), by=by, at=at)
    return True


@transaction.atomic
def end_journey(journey: Journey, *, by: Actor, at: datetime) -> bool:
    """Show a journey no longer. False where it was gone."""
    ended = Journey.objects.filter(pk=journey.pk, ended_at__isnull=True).update(ended_at=at)
    if ended:
        record(JourneyEnded(journey=journey.pk, name=journey.name), by=by, at=at)
    return ended > 0
