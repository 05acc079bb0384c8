"""Whom work can be given to, and who of them is not at work now, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from rung.accounts.access import Agent
from rung.business.access import Hand, hands


@dataclass(frozen=True, slots=True)
class Helper:
    """`rests`: "away, back Tue 3 Mar", "works from Mon 09:00"; empty for whoever is there."""

    pk: int
    name: str
    rests: str = ""

    @property
    def label(self) -> str:
        """As one reads it in a list to choose from."""
        return f"{self.name} · {self.rests}" if self.rests else self.name


def helpers(agent: Agent, *, at: datetime) -> dict[int, Helper]:
    """Everyone whom work can be given to, by key. One query, or two where calendars are kept."""
    return {each.pk: Helper(each.pk, each.name, _rests(each, agent, at)) for each in hands(agent, at=at)}


def _rests(hand: Hand, agent: Agent, at: datetime) -> str:
    if hand.away_until is not None:
        return _("away, back %(day)s") % {"day": _moment(hand.away_until, agent, at, "D j M")}
    if hand.works_from is not None:
        return _("works from %(moment)s") % {"moment": _moment(hand.works_from, agent, at, "D H:i")}
    return ""


def _moment(moment: datetime, agent: Agent, at: datetime, other_day: str) -> str:
    """As whoever reads it has it on their clock: the hour where it is today."""
    local, now = moment.astimezone(agent.zone), at.astimezone(agent.zone)
    return date_format(local, "H:i" if local.date() == now.date() else other_day)
