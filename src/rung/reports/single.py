"""One journey, pattern, topic or training opportunity as a report: whose it is to see, what it is called, how it is
put on paper, and when there is nothing more to tell of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from django.http import Http404
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from rung.accounts.access import Agent
from rung.core.given import given_key
from rung.patterns.access import Side, has_driver, topic_for, topic_names
from rung.patterns.drivers import TOPIC, driver_name
from rung.patterns.filters import filters_from as pattern_filters
from rung.patterns.pages import pattern_paper, topic_paper
from rung.training.access import Opportunity, opportunity_for, visible_opportunities
from rung.training.pages import opportunity_paper, title_of
from rung.ui.paper import Paper
from rung.ways.access import drawn_for, journey_names_ever, journeys_shown
from rung.ways.filters import filters_from as way_filters
from rung.ways.pages import journey_paper

Asked = Mapping[str, str]


def of_journey(agent: Agent, which: str, _asked: Asked, _at: datetime) -> None:
    drawn_for(agent, which.partition("/")[0])


def journey(agent: Agent, which: str, asked: Asked, at: datetime) -> Paper:
    """``which``: its key, and behind a slash the place of the step it is to tell of over time, where it is to."""
    key, _slash, step = which.partition("/")
    filters = way_filters({**asked, "step": step}, at=at, zone=agent.zone)
    return journey_paper(agent, drawn_for(agent, key), filters, at=at)


def journey_names(_agent: Agent, wanted: Collection[str], _at: datetime) -> dict[str, str]:
    names, found = journey_names_ever(), {}
    for which in wanted:
        key, _slash, step = which.partition("/")
        if key in names:
            found[which] = (
                _("%(journey)s, step %(step)s") % {"journey": names[key], "step": step} if step else names[key]
            )
    return found


def journey_gone(_agent: Agent, which: str) -> str:
    key, _slash, step = which.partition("/")
    steps = {each.key: len(each.steps) for each in journeys_shown()}
    if key not in steps:
        return _("Somebody took this journey away.")
    if step and not 0 < (given_key(step) or 0) <= steps[key]:
        return _("This journey has no such step any more.")
    return ""


def of_pattern(agent: Agent, which: str, _asked: Asked, _at: datetime) -> None:
    side, _slash, key = which.partition("/")
    if side not in Side.values or not has_driver(agent, key):
        raise Http404


def pattern(agent: Agent, which: str, asked: Asked, at: datetime) -> Paper:
    side, _slash, key = which.partition("/")
    return pattern_paper(agent, side, key, pattern_filters(asked, agent), at=at)


def pattern_names(_agent: Agent, wanted: Collection[str], _at: datetime) -> dict[str, str]:
    """Also of words that no study looks at any more: whoever reads of their end is to know of what."""
    topics = topic_names()
    found = {}
    for which in wanted:
        side, _slash, key = which.partition("/")
        is_one = not key.startswith(TOPIC) or (given_key(key[len(TOPIC) :]) or 0) in topics
        if side in Side.values and key and is_one:
            found[which] = f"{capfirst(driver_name(key, topics))} ({Side(side).label})"
    return found


def pattern_gone(agent: Agent, which: str) -> str:
    key = which.partition("/")[2]
    if key.startswith(TOPIC) and (given_key(key[len(TOPIC) :]) or 0) in topic_names():
        return topic_gone(agent, key[len(TOPIC) :])
    return "" if has_driver(agent, key) else _("The latest look at all conversations does not know this word any more.")


def of_topic(agent: Agent, which: str, _asked: Asked, _at: datetime) -> None:
    topic_for(agent, given_key(which) or 0)


def topic(agent: Agent, which: str, asked: Asked, at: datetime) -> Paper:
    return topic_paper(agent, topic_for(agent, given_key(which) or 0), pattern_filters(asked, agent), at=at)


def topic_names_of(_agent: Agent, wanted: Collection[str], _at: datetime) -> dict[str, str]:
    return {str(pk): name for pk, name in topic_names().items() if str(pk) in wanted}


def topic_gone(agent: Agent, which: str) -> str:
    if topic_for(agent, given_key(which) or 0).retired_at is None:
        return ""
    return _("The latest look at all conversations did not find this topic again.")


def of_opportunity(agent: Agent, which: str, _asked: Asked, at: datetime) -> None:
    _opportunity(agent, which, at)


def opportunity(agent: Agent, which: str, _asked: Asked, at: datetime) -> Paper:
    return opportunity_paper(agent, _opportunity(agent, which, at), at=at)


def opportunity_names(agent: Agent, wanted: Collection[str], at: datetime) -> dict[str, str]:
    keys = [key for each in wanted if (key := given_key(each))]
    topics = topic_names()
    rows = visible_opportunities(agent, at=at).filter(pk__in=keys).select_related("agent")
    return {str(row.pk): _titled(row, agent, topics) for row in rows}


def _titled(row: Opportunity, agent: Agent, topics: dict[int, str]) -> str:
    whose = "" if row.agent is None or row.agent_id == agent.pk else f", {row.agent.name}"
    return f"{title_of(row, topics)}{whose}"


def opportunity_gone(_agent: Agent, which: str) -> str:
    if Opportunity.objects.standing().filter(pk=given_key(which) or 0).exists():
        return ""
    return _("The latest round did not find this any more.")


def _opportunity(agent: Agent, which: str, at: datetime) -> Opportunity:
    return opportunity_for(agent, given_key(which) or 0, at=at)
