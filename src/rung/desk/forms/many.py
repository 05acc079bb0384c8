"""What is to be done to many conversations at once, as it was entered."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _

from rung.accounts.access import Agent, Team, colleague_for, team_for
from rung.core.actor import Actor
from rung.core.given import given_key
from rung.core.text import storable
from rung.desk.forms.moments import moment_in
from rung.queues.deeds import DEEDS, Wish
from rung.touchpoints.access import Outcome, Priority, Tag, tag_for
from rung.touchpoints.verbs import create_tag


def wish_in(given: QueryDict, agent: Agent, *, by: Actor, at: datetime) -> Wish:
    """Read the pressed button: a deed, and behind a colon what it is done with, or a question mark where a field beside it
    says that. A tag that is only named is made.

    Raises ValidationError when nothing is said to do, or it lacks what it needs.
    """
    deed, _colon, value = given.get("do", "").partition(":")
    if deed not in DEEDS:
        raise ValidationError(_("Choose what is to be done."))
    match deed:
        case "assign":
            return Wish(deed, agent=_agent(given.get("assign_agent", "") if value == "?" else value, agent))
        case "team":
            return Wish(deed, team=_team(given.get("team_team", "") if value == "?" else value, agent))
        case "tag" | "untag":
            chosen = given.get("untag_tag", "") if value == "?" else value
            return Wish(deed, tag=_tag(chosen, given, agent, by=by, at=at))
        case "priority":
            if value not in Priority.values:
                raise ValidationError(_("That is no priority."))
            return Wish(deed, priority=value)
        case "snooze":
            until = moment_in(given.get("snooze_day", "") if value == "?" else value, agent.zone)
            if until <= at:
                raise ValidationError(_("Choose a moment that is still to come."))
            return Wish(deed, until=until)
        case "resolve":
            return Wish(deed, outcome=value if value in Outcome.values else Outcome.UNKNOWN.value)
        case "answer":
            return _answer(given, agent)
    return Wish(deed)


def _answer(given: QueryDict, agent: Agent) -> Wish:
    if not agent.may("answers.write"):
        raise PermissionDenied
    text = storable(given.get("text", "")).strip()
    if not text:
        raise ValidationError(_("Write something first."))
    return Wish("answer", text=text, resolves="resolves" in given)


def _agent(value: str, agent: Agent) -> Agent | None:
    if value == "me":
        return agent
    key = given_key(value)
    return colleague_for(agent, key) if key else None


def _team(value: str, agent: Agent) -> Team | None:
    key = given_key(value)
    return team_for(agent, key) if key else None


def _tag(value: str, given: QueryDict, agent: Agent, *, by: Actor, at: datetime) -> Tag:
    key = given_key(value)
    if key is not None:
        return tag_for(agent, key)
    return create_tag(given.get("tag_name", ""), by=by, at=at)
