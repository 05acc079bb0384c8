"""Where somebody goes from a conversation that is done with: what each chooses for themselves."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

NEXT, LIST, STAY = "next", "list", "stay"


@dataclass(frozen=True, slots=True)
class Wish:
    value: str
    label: str
    symbol: str
    is_chosen: bool


def wishes(chosen: str) -> tuple[Wish, ...]:
    """What there is to choose from; what nobody offers counts as the first."""
    offered = (
        (NEXT, _("On to the next one"), "down"),
        (LIST, _("Back to the list"), "inbox"),
        (STAY, _("Stay in it"), "pin"),
    )
    chosen = chosen if chosen in (LIST, STAY) else NEXT
    return tuple(Wish(*each, each[0] == chosen) for each in offered)
