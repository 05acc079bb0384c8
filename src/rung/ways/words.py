"""What steps ask for, in words."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from rung.ladder.pages import phase_label
from rung.touchpoints.doors import door
from rung.ways.steps import Step


def moment_label(moment: str) -> str:
    return {
        "first": _("their first contact ever"),
        "began": _("we wrote or called first"),
        "complaint": _("they complained"),
        "handed_on": _("they were handed on"),
        "again": _("they came back to what was settled"),
    }[moment]


@dataclass(frozen=True, slots=True)
class Names:
    """Of what steps name by its key; what is gone is called so."""

    teams: dict[int, str] = field(default_factory=dict)
    topics: dict[int, str] = field(default_factory=dict)
    tags: dict[int, str] = field(default_factory=dict)


def conditions(step: Step, names: Names) -> str:
    """Which turns are meant: "before · email · their first contact ever"."""
    gone = _("(gone)")
    said = [
        phase_label(step.phase) if step.phase else "",
        moment_label(step.moment) if step.moment else "",
        _("order: %(state)s") % {"state": step.order} if step.order else "",
        str(door(step.channel).label) if step.channel else "",
        names.teams.get(step.team, gone) if step.team is not None else "",
        _("about %(topic)s") % {"topic": names.topics.get(step.topic, gone)} if step.topic is not None else "",
        _("tag %(tag)s") % {"tag": names.tags.get(step.tag, gone)} if step.tag is not None else "",
    ]
    return capfirst(" · ".join(each for each in said if each)) or _("Everything else")
