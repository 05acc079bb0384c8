"""Gates: journeys are of the whole company; the turns in them only as far as an agent may see their conversations."""

from __future__ import annotations

from django.http import Http404
from django.shortcuts import get_object_or_404

from rung.accounts.access import Agent
from rung.core.given import given_key
from rung.ways.built_in import Drawn, built_in
from rung.ways.models import Journey
from rung.ways.steps import step_from

__all__ = ["Journey", "drawn_for", "journey_for", "journey_names_ever", "journeys_shown"]


def drawn(journey: Journey) -> Drawn:
    return Drawn(str(journey.pk), journey.name, tuple(step_from(each) for each in journey.steps), is_own=True)


def journeys_shown() -> tuple[Drawn, ...]:
    """Those the company drew, and the built-in ones after them. One query."""
    return (*(drawn(each) for each in Journey.objects.standing()), *built_in())


def journey_names_ever() -> dict[str, str]:
    """The names of all journeys there ever were, by key; one query."""
    own = {str(pk): name for pk, name in Journey.objects.values_list("pk", "name")}
    return own | {each.key: each.name for each in built_in()}


def drawn_for(agent: Agent, key: str) -> Drawn:
    """A journey by its key; 404 when there is none."""
    found = next((each for each in built_in() if each.key == key), None)
    return found or drawn(journey_for(agent, given_key(key) or 0))


def journey_for(agent: Agent, pk: int) -> Journey:
    """A journey that somebody drew; 404 when there is none, or it was taken away."""
    if pk <= 0:
        raise Http404
    return get_object_or_404(Journey.objects.standing(), pk=pk)
