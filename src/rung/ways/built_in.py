"""The journeys that every company has, until somebody draws their own."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from rung.ways.steps import Step


@dataclass(frozen=True, slots=True)
class Drawn:
    """A journey as it is walked: ``key`` names it in addresses; that of one's own is its number."""

    key: str
    name: str
    steps: tuple[Step, ...]
    is_own: bool = False


def built_in() -> tuple[Drawn, ...]:
    """The whole way by where the order stands, and what befalls those for whom something goes wrong."""
    return (
        Drawn(
            "way",
            _("From the first contact to after delivery"),
            (
                Step(_("First contact"), phase="before", moment="first"),
                Step(_("Before the order"), phase="before"),
                Step(_("While the order is under way"), phase="during"),
                Step(_("After delivery"), phase="after"),
            ),
        ),
        Drawn(
            "trouble",
            _("When something goes wrong"),
            (
                Step(_("They complained"), moment="complaint"),
                Step(_("They were handed on"), moment="handed_on"),
                Step(_("They had to come again"), moment="again"),
            ),
        ),
    )
