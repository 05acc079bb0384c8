"""What the screens of targets need."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from rung.promises.access import Clock, Target, targets
from rung.promises.forms import TargetForm
from rung.promises.times import in_words
from rung.touchpoints.access import Priority
from rung.touchpoints.doors import door


@dataclass(frozen=True, slots=True)
class Line:
    """`whom`: for what it is; `aims`: within which time what."""

    pk: int
    name: str
    whom: str
    aims: tuple[str, ...]
    clock: str


@dataclass(frozen=True)
class TargetsPage:
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class TargetPage:
    form: TargetForm
    pk: int | None
    name: str


def targets_page() -> TargetsPage:
    return TargetsPage(tuple(_line(each) for each in targets()))


def target_page(form: TargetForm, target: Target | None = None) -> TargetPage:
    return TargetPage(form, target.pk if target else None, target.name if target else "")


def _line(target: Target) -> Line:
    whom = [
        target.team.name if target.team else "",
        _("priority %(name)s") % {"name": Priority(target.priority).label} if target.priority else "",
        str(door(target.channel).label) if target.channel else "",
    ]
    aims = [
        (target.first_minutes, _("first reply within %(time)s")),
        (target.next_minutes, _("further replies within %(time)s")),
        (target.resolution_minutes, _("settled within %(time)s")),
    ]
    clock = str(Clock(target.clock).label)
    if target.clock == Clock.CALENDAR and target.calendar is not None:
        clock = _("in the hours of “%(name)s”") % {"name": target.calendar.name}
    elif target.clock == Clock.CALENDAR:
        clock = str(Clock.TEAM.label)
    return Line(
        pk=target.pk,
        name=target.name,
        whom=", ".join(filter(None, whom)) or _("everything that comes in"),
        aims=tuple(words % {"time": in_words(minutes)} for minutes, words in aims if minutes is not None),
        clock=clock,
    )
