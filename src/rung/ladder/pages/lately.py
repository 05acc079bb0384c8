"""How somebody's customers were served lately, in words alone.

No number and no place among colleagues: a level is the customer's, and a figure on a colleague's own page would be aimed at.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from rung.ladder.models import Grade

# Fewer say nothing of how somebody serves: the next would turn it over.
ENOUGH, ENOUGH_PEOPLE = 12, 6


def service_in(conversations: Iterable[int]) -> str:
    """A sentence on the levels in these conversations; empty where too few are known well enough. One query."""
    known = Grade.objects.filter(conversation__in=list(conversations)).stated()
    grades = list(known.values_list("customer", "share_1", "share_2", "share_3"))
    if len(grades) < ENOUGH or len({customer for customer, *_shares in grades}) < ENOUGH_PEOPLE:
        return ""
    below = sum(basic + criminal for _customer, criminal, basic, _expected in grades) / len(grades)
    expected = sum(expected for _customer, _criminal, _basic, expected in grades) / len(grades)
    return f"{_above(1 - below - expected)} {_below(below)}"


def _above(share: float) -> str:
    if share >= 0.8:
        return _("Nearly every contact was better than your customers expected.")
    if share >= 0.55:
        return _("Most contacts were better than your customers expected.")
    if share >= 0.3:
        return _("Many contacts were better than your customers expected, the others what they expected.")
    return _("Most contacts were what your customers expected.")


def _below(share: float) -> str:
    if share < 0.05:
        return _("Hardly any fell short.")
    if share < 0.2:
        return _("A few fell short of it.")
    return _("Quite a few fell short of it; their explanations say of what.")
