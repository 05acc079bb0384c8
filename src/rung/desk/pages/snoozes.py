"""Moments people mean by "later"."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _


@dataclass(frozen=True, slots=True)
class Moment:
    value: str
    label: str
    hint: str


def snooze_moments(at: datetime, zone: ZoneInfo) -> tuple[Moment, ...]:
    """In the agent's zone: in three hours, tomorrow morning, Monday, in a week; each moment once, by its nearer name."""
    return _moments(at.replace(second=0, microsecond=0), zone, get_language())


@lru_cache(maxsize=64)
def _moments(at: datetime, zone: ZoneInfo, language: str | None) -> tuple[Moment, ...]:
    """Within a minute they are the same for everybody there who speaks the language."""
    local = at.astimezone(zone)
    morning = local.replace(hour=9, minute=0, second=0, microsecond=0)
    monday = morning + timedelta(days=7 - local.weekday())
    moments = [
        (_("In three hours"), local + timedelta(hours=3)),
        (_("Tomorrow morning"), morning + timedelta(days=1)),
        (_("Next Monday"), monday),
        (_("In a week"), morning + timedelta(days=7)),
    ]
    # On a Sunday tomorrow is Monday, and on a Monday the next one is in a week.
    once = sorted({moment: label for label, moment in reversed(moments)}.items())
    return tuple(Moment(moment.isoformat(), label, date_format(moment, "D j M, H:i")) for moment, label in once)
