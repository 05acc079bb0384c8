"""A level as it stands beside a touchpoint or a customer. Callers hand in what they have already been let in to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from rung.core.addresses import reverse
from rung.core.compiled import compiled
from rung.customers.access import Customer
from rung.ladder.evidence_words import headline
from rung.ladder.grading import MONTH_S
from rung.ladder.levels import expectation_in_words, level_name, percent, run_in_words, settings_note, sureness
from rung.ladder.model.adaptation import rung_for
from rung.ladder.model.parameters import DEFAULTS
from rung.ladder.model.relationship import relationship, relationship_interval
from rung.ladder.models import Expectation, Grade

YEAR = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class LevelChip:
    """``level`` is None when there is not enough evidence; ``low`` to ``high`` is the run of levels holding 90 %.

    ``sure`` says in words how sure the level is, ``likely`` is its bare probability, empty without a level.
    """

    touchpoint: int
    level: int | None
    word: str
    low: int
    high: int
    interval: str
    sure: str
    likely: str
    note: str
    moved_by: str
    occurred_at: datetime
    href: str


@dataclass(frozen=True, slots=True)
class CustomerLevel:
    """``last`` is the last level delivered; ``expects`` continues a sentence that begins with the customer's name.

    ``relationship`` is the level of the whole by peak and end over twelve months, ``worst`` that of its lowest moment;
    ``is_stated`` says whether a level could be named for any moment of it: without one, neither means much.
    """

    last: LevelChip
    expects: str
    expected: float
    episodes: int
    is_stated: bool
    relationship: int
    relationship_word: str
    relationship_interval: str
    worst_word: str
    below_expected: str
    note: str


def level_from(grade: Grade) -> LevelChip:
    """A grade in words."""
    stated = grade.is_stated
    return LevelChip(
        touchpoint=grade.touchpoint_id,
        level=grade.level if stated else None,
        word=level_name(grade.level) if stated else _("Not enough evidence"),
        low=grade.level_low,
        high=grade.level_high,
        interval=run_in_words(grade.level_low, grade.level_high),
        sure=sureness(grade.shares[grade.level - 1]) if stated else _("a guess from how it usually is"),
        likely=percent(grade.shares[grade.level - 1]) if stated else "",
        note=settings_note(grade.parameters),
        moved_by=headline(grade.parts),
        occurred_at=grade.occurred_at,
        href=reverse("ladder:explanation", args=[grade.touchpoint_id]),
    )


def levels_of(touchpoints: Iterable[int]) -> dict[int, LevelChip]:
    """The levels of those touchpoints that are a turn of service; one query."""
    return {grade.touchpoint_id: level_from(grade) for grade in _grades(tuple(touchpoints))}


@compiled
def _grades(touchpoints: Sequence[int]) -> QuerySet[Grade]:
    return Grade.objects.filter(touchpoint__in=touchpoints)


def level_of(touchpoint: int) -> LevelChip | None:
    """The level of one touchpoint; None when it is no turn of service, or not graded yet."""
    return levels_of([touchpoint]).get(touchpoint)


def customer_level(customer: Customer | int) -> CustomerLevel | None:
    """What was last delivered to a customer and what they have come to expect; None before the first. Two queries."""
    customer = customer if isinstance(customer, int) else customer.pk
    expectation = next(iter(_expectations(customer)), None)
    grades = _grades_since(customer, expectation.last_episode_at - YEAR) if expectation is not None else []
    if expectation is None or not grades:
        return None
    mean = np.array([grade.mean for grade in grades])
    sd = np.array([grade.sd for grade in grades])
    months = np.array([grade.occurred_at.timestamp() for grade in grades]) / MONTH_S
    stands = relationship(mean, months)
    assert stands is not None
    low, high = relationship_interval(mean, sd, months)
    below = sum(grade.share_1 + grade.share_2 for grade in grades) / len(grades)
    return CustomerLevel(
        last=level_from(grades[-1]),
        expects=expectation_in_words(expectation.m),
        expected=expectation.m,
        episodes=expectation.episodes,
        is_stated=any(grade.is_stated for grade in grades),
        relationship=rung_for(stands.r, DEFAULTS),
        relationship_word=level_name(rung_for(stands.r, DEFAULTS)),
        relationship_interval=run_in_words(rung_for(low, DEFAULTS), rung_for(high, DEFAULTS)),
        worst_word=level_name(rung_for(stands.worst, DEFAULTS)),
        below_expected=f"{round(100 * below)}\u00a0%",
        note=settings_note(expectation.parameters),
    )


@compiled
def _expectations(customer: int) -> QuerySet[Expectation]:
    return Expectation.objects.filter(customer=customer)


@compiled
def _grades_since(customer: int, since: datetime) -> QuerySet[Grade]:
    return Grade.objects.filter(customer=customer, occurred_at__gte=since).order_by("occurred_at", "touchpoint")
