"""The levels beside touchpoints and people, where the ladder is installed; else nothing, and the desk works on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.apps import apps

from rung.core.ahead import Question

if TYPE_CHECKING:
    from rung.customers.access import Customer
    from rung.ladder.pages import CustomerLevel, LevelChip


def sheets() -> tuple[str, ...]:
    """The style sheets that the explanation of a level needs."""
    return ("ladder/ladder.css",) if "ladder" in apps.app_configs else ()


def levels_of(touchpoints: Iterable[int]) -> dict[int, LevelChip]:
    """The chip of each graded touchpoint. Ask only for touchpoints that came through a gate."""
    if "ladder" not in apps.app_configs:
        return {}
    from rung.ladder import pages

    return pages.levels_of(list(touchpoints))


def levels_in(conversation: int) -> dict[int, LevelChip]:
    """The same of all touchpoints of a conversation that came through its gate and has few."""
    if "ladder" not in apps.app_configs:
        return {}
    from rung.ladder import pages

    return pages.levels_in(conversation)


def levels_asked_for(conversation: int) -> tuple[Question, ...]:
    """What `levels_in` asks."""
    if "ladder" not in apps.app_configs:
        return ()
    from rung.ladder import pages

    return (pages.levels_asked_for(conversation),)


def customer_level(customer: Customer) -> CustomerLevel | None:
    """What this person was last given and has come to expect."""
    if "ladder" not in apps.app_configs:
        return None
    from rung.ladder import pages

    return pages.customer_level(customer)


def service_in(conversations: Iterable[int]) -> str:
    """How the people in these conversations were served, in words; empty where too little is known."""
    if "ladder" not in apps.app_configs:
        return ""
    from rung.ladder import pages

    return pages.service_in(conversations)
