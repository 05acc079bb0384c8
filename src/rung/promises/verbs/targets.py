"""The targets of service, as they stand in the settings."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from rung.accounts.access import Team
from rung.business.access import Calendar
from rung.core.actor import Actor
from rung.core.seen import UNSEEN, Seen, differences
from rung.core.text import one_line
from rung.journal.ringing import ring
from rung.journal.verbs import record
from rung.promises.events import TargetChanged, TargetEnded, TargetMade
from rung.promises.models import Clock, Deadline, Target
from rung.promises.times import in_hours, in_words
from rung.promises.verbs.deadlines import drop_deadlines
from rung.touchpoints.access import Priority
from rung.touchpoints.doors import doors

LONGEST_MINUTES = 366 * 24 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """A target as it is entered. Times in minutes; None: nothing is aimed at."""

    name: str
    team: Team | None = None
    priority: str = ""
    channel: str = ""
    first_minutes: int | None = None
    next_minutes: int | None = None
    resolution_minutes: int | None = None
    clock: str = Clock.TEAM.value
    calendar: Calendar | None = None
    pauses: bool = True

    @classmethod
    def of(cls, target: Target) -> Aim:
        """What a target says now."""
        return cls(**{each.name: getattr(target, each.name) for each in fields(cls)})

    @property
    def said(self) -> dict[str, Any]:
        return {each.name: getattr(self, each.name) for each in fields(self)}

    @property
    def entered(self) -> dict[str, Any]:
        """As the form shows it: times in hours, and whose clock counts as one choice."""
        return {
            "name": self.name,
            "team": str(self.team.pk) if self.team else "",
            "priority": self.priority,
            "channel": self.channel,
            "first_hours": in_hours(self.first_minutes),
            "next_hours": in_hours(self.next_minutes),
            "resolution_hours": in_hours(self.resolution_minutes),
            "clock": f"calendar:{self.calendar.pk}" if self.calendar else self.clock,
            "pauses": self.pauses,
        }

    @property
    def told(self) -> dict[str, Any]:
        """In words instead of keys and minutes, for whoever reads later what was changed."""
        times = {
            "first_reply": self.first_minutes,
            "further_replies": self.next_minutes,
            "settled": self.resolution_minutes,
        }
        return {
            "name": self.name,
            "team": str(self.team or ""),
            "priority": str(Priority(self.priority).label) if self.priority else "",
            "begun_by": next((str(door.label) for door in doors() if door.kind == self.channel), self.channel),
            **{name: in_words(minutes) if minutes is not None else "" for name, minutes in times.items()},
            "which_hours_count": str(self.calendar) if self.calendar else str(Clock(self.clock).label),
            "stands_still_while_it_is_their_turn": _("yes") if self.pauses else _("no"),
        }


# What stands behind a field of the form, where it is called otherwise.
_PARTS = {
    "first_hours": ("first_minutes",),
    "next_hours": ("next_minutes",),
    "resolution_hours": ("resolution_minutes",),
    "clock": ("clock", "calendar"),
}


@transaction.atomic
def make_target(aim: Aim, *, by: Actor, at: datetime) -> Target:
    """It counts for what customers wait for from `at` on. Raises ValidationError when it has no name or aims at nothing."""
    aim = _checked(aim)
    # Letters tell their moment in whole seconds: one that comes in this very second is not before it.
    target = Target(begins_at=at.replace(microsecond=0), **aim.said)
    target.save(force_insert=True)
    _mark_stale()
    record(TargetMade(target=target.pk, name=target.name, values=differences(aim.told, {})), by=by, at=at)
    return target


@transaction.atomic
def change_target(target: Target, aim: Aim, *, seen: Seen = UNSEEN, by: Actor, at: datetime) -> None:
    """What is open is reckoned anew; what was met or missed stays so. Raises ValidationError as for a new one, Overtaken
    when somebody else was quicker."""
    target.refresh_from_db(from_queryset=Target.objects.select_for_update())
    present = Aim.of(target)
    asked = aim.entered
    settled = seen.settled(asked, present.entered)
    kept = [name for name in asked if settled[name] is not asked[name]]
    aim = _checked(
        replace(aim, **{part: getattr(present, part) for name in kept for part in _PARTS.get(name, (name,))})
    )
    values = differences(aim.told, present.told)
    if not values or target.ended_at is not None:
        return
    for name, value in aim.said.items():
        setattr(target, name, value)
    target.save(update_fields=list(aim.said))
    _mark_stale()
    record(TargetChanged(target=target.pk, name=target.name, values=values), by=by, at=at)


@transaction.atomic
def end_target(target: Target, *, by: Actor, at: datetime) -> None:
    """Take it off the list. What is open by it is owed no longer, unless another target says so."""
    if Target.objects.in_use().filter(pk=target.pk).update(ended_at=at):
        if Target.objects.in_use().exists():
            _mark_stale(target)  # another one may say until when what it left is due
        else:
            drop_deadlines(target, by=by, at=at)
        record(TargetEnded(target=target.pk, name=target.name), by=by, at=at)


@transaction.atomic
def await_reckoning(*, by: Actor, at: datetime) -> None:
    """Have everything that is open reckoned anew, because working hours have changed."""
    _mark_stale()


def _mark_stale(target: Target | None = None) -> None:
    from rung.promises.errands import tell_what_is_due  # the errand calls the verbs of this package

    running = Deadline.objects.running()
    moving = running.filter(missed_at__isnull=True) if target is None else running.filter(target=target)
    if moving.update(is_stale=True):
        ring(tell_what_is_due)


def _checked(aim: Aim) -> Aim:
    said = aim.said | {"name": one_line(aim.name, 80)}
    if not said["name"]:
        raise ValidationError({"name": _("A target needs a name.")})
    minutes = [said[name] for name in ("first_minutes", "next_minutes", "resolution_minutes")]
    if not any(minutes):
        raise ValidationError(_("Say within which time we mean to reply, or to settle it."))
    if any(each is not None and not 0 < each <= LONGEST_MINUTES for each in minutes):
        raise ValidationError(_("A time is at least a minute and at most a year."))
    if said["priority"] not in ("", *Priority.values) or said["channel"] not in ("", *(door.kind for door in doors())):
        raise ValidationError(_("There is no such priority or channel."))
    if Clock(said["clock"]) == Clock.CALENDAR and said["calendar"] is None:
        raise ValidationError({"calendar": _("Choose the calendar whose hours count.")})
    if Clock(said["clock"]) != Clock.CALENDAR:
        said["calendar"] = None
    return Aim(**said)
