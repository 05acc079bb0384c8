"""Gates: topics and what was found about them. What stands here holds no words of a customer's but those of many.

For rooms above: `topic_of`, `topics_standing`, `main_topics`, `drivers_in_force` and `cases_in_force`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import F, Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from rung.accounts.access import Agent
from rung.core.compiled import compiled
from rung.core.given import given_key
from rung.insight.access import NO_TEAM, visible_teams
from rung.patterns.drivers import BITS, TOPIC, WORD
from rung.patterns.models import (
    Belonging,
    Case,
    Contrast,
    Driver,
    Method,
    Side,
    Slice,
    Study,
    TellingWord,
    Topic,
)
from rung.patterns.standing import fit_in_force
from rung.patterns.vocabulary import Vocabulary

__all__ = [
    "Case",
    "Contrast",
    "Driver",
    "Method",
    "Side",
    "Slice",
    "Study",
    "TellingWord",
    "Topic",
    "Topical",
    "about",
    "cases_in_force",
    "cases_with",
    "drivers_in_force",
    "has_driver",
    "latest_study",
    "main_topics",
    "own_period_for",
    "study_for",
    "topic_for",
    "topic_names",
    "topic_of",
    "topics_asked",
    "topics_standing",
    "visible_slice_teams",
]


@dataclass(frozen=True, slots=True)
class Topical:
    """What a conversation is mainly about. ``weight``: its share of all the conversation's topics, 0 to 1."""

    topic: int
    name: str
    weight: float
    is_hidden: bool


def topic_of(conversations: Iterable[int]) -> dict[int, Topical]:
    """The main topic of each of these conversations, merged topics as what they were merged into; those about none, or not
    read yet, are left out. Two queries."""
    fit = fit_in_force()
    if fit is None:
        return {}
    rows = Belonging.objects.filter(fit=fit, place=0, conversation__in=list(conversations), topic__isnull=False)
    found = {}
    for row in rows.select_related("topic__merged_into"):
        topic = row.topic
        if topic is not None:
            topic = topic.merged_into or topic
            found[row.conversation_id] = Topical(topic.pk, topic.name, row.weight, topic.hidden_at is not None)
    return found


def main_topics(conversations: Iterable[int]) -> dict[int, int]:
    """The same, as keys alone."""
    return {pk: topical.topic for pk, topical in topic_of(conversations).items()}


def topics_standing() -> list[Topic]:
    """The topics conversations are assigned to, hidden ones too, in the order of their names."""
    return _standing()


@compiled
def _standing() -> QuerySet[Topic]:
    return Topic.objects.standing().order_by("name", "pk")


def topic_names() -> dict[int, str]:
    """The names of all topics there ever were, by key; one query."""
    return dict(Topic.objects.values_list("pk", "name"))


def topic_for(agent: Agent, pk: int) -> Topic:
    """A topic by its key; 404 when there is none. Topics are of the whole company: their words are those of many."""
    return get_object_or_404(Topic.objects.select_related("merged_into"), pk=pk)


def conversations_about(topic: Topic) -> QuerySet[Belonging]:
    """The main belongings to a topic and to what was merged into it, by the fit in force."""
    fit = fit_in_force()
    parts = [topic.pk, *Topic.objects.filter(merged_into=topic.pk).values_list("pk", flat=True)]
    return Belonging.objects.filter(fit=fit.pk if fit else None, place=0, topic__in=parts)


def about(topic: int) -> QuerySet[Belonging, int]:
    """The numbers of the conversations that are mainly about a topic, or what was merged into it; for `pk__in`."""
    return conversations_about(Topic(pk=topic)).values_list("conversation_id", flat=True)


def topics_asked() -> list[Topic]:
    """The topics that a list can be narrowed by, in the order of their names: those that nobody has hidden."""
    return [topic for topic in topics_standing() if topic.hidden_at is None]


def study_for(agent: Agent, pk: int) -> Study:
    return get_object_or_404(Study, pk=pk)


def own_period_for(agent: Agent, pk: int) -> Study:
    """A study of days that somebody chose, for whoever asked for it. Raises Http404."""
    return get_object_or_404(Study, pk=pk, since__isnull=False, asked_by=agent.pk)


def latest_study() -> Study | None:
    """The one whose findings count."""
    return Study.objects.done().first()


def cases_in_force() -> QuerySet[Case]:
    """The cases of the latest study: turns of service with what was the case in them (`drivers.BITS`), their main topic, and
    whether the customer was frustrated or delighted by their own words and acts."""
    return Case.objects.filter(study=latest_study())


def drivers_in_force(*, days: int = 365, team: int | None = None, channel: str = "") -> QuerySet[Driver]:
    """What drives either side in a slice of the latest study; none where the slice was not looked at."""
    return Driver.objects.filter(
        slice__study=latest_study(), slice__days=days, slice__team=team, slice__channel=channel
    ).order_by("side", "method", "place")


def cases_with(cases: QuerySet[Case], key: str, merged: Iterable[int] = ()) -> QuerySet[Case]:
    """Those of the cases that have a driver, are about a topic ("topic:12") or one of what was ``merged`` into it, or
    hold a word ("word:refund"). Raises Http404 for a driver that does not exist."""
    if key.startswith(TOPIC) and key[len(TOPIC) :].isdecimal():
        return cases.filter(Q(topic=int(key[len(TOPIC) :])) | Q(topic__in=list(merged)))
    if key.startswith(WORD):
        study = latest_study()
        bits = Vocabulary.of(study.words if study else {}).bits_of_word(key[len(WORD) :])
        if not bits:
            raise Http404
        return cases.annotate(bit=F("words").bitand(bits)).filter(bit__gt=0)
    if key not in BITS:
        raise Http404
    return cases.annotate(bit=F("flags").bitand(BITS[key])).filter(bit__gt=0)


def has_driver(agent: Agent, key: str) -> bool:
    """Whether there is such a driver to tell of: a topic, a word of the latest study, or one of those always sought."""
    if key.startswith(TOPIC):
        pk = given_key(key[len(TOPIC) :])
        return pk is not None and Topic.objects.filter(pk=pk).exists()
    try:
        cases_with(Case.objects.none(), key)
    except Http404:
        return False
    return True


def visible_slice_teams(agent: Agent) -> list[tuple[int, str]]:
    """The teams whose slices an agent may see, with their names; also what no team has taken."""
    return [*((team.pk, team.name) for team in visible_teams(agent)), (NO_TEAM, "")]
