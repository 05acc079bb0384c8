"""A level as it stands beside a touchpoint or a customer. Callers hand in what they have already been let in to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from django.db.models import QuerySet, Subquery
from django.utils.translation import gettext as _

from rung.core.addresses import reverse
from rung.core.ahead import Question, ahead
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
    """A grade in words, each of which is made when it is shown: a page shows few of them, of fifty grades.

    ``level`` is None when there is not enough evidence; ``low`` to ``high`` is the run of levels holding 90 %.
    ``sure`` says in words how sure the level is, ``likely`` is its bare probability, empty without a level.
    """

    grade: Grade

    @property
    def touchpoint(self) -> int:
        return self.grade.touchpoint_id

    @property
    def level(self) -> int | None:
        return self.grade.level if self.grade.is_stated else None

    @property
    def word(self) -> str:
        return level_name(self.grade.level) if self.grade.is_stated else _("Not enough evidence")

    @property
    def low(self) -> int:
        return self.grade.level_low

    @property
    def high(self) -> int:
        return self.grade.level_high

    @property
    def interval(self) -> str:
        return run_in_words(self.grade.level_low, self.grade.level_high)

    @property
    def sure(self) -> str:
        return sureness(self._share) if self.grade.is_stated else _("a guess from how it usually is")

    @property
    def likely(self) -> str:
        return percent(self._share) if self.grade.is_stated else ""

    @property
    def note(self) -> str:
        return settings_note(self.grade.parameters)

    @property
    def moved_by(self) -> str:
        return headline(self.grade.parts)

    @property
    def occurred_at(self) -> datetime:
        return self.grade.occurred_at

    @property
    def href(self) -> str:
        return reverse("ladder:explanation", args=[self.grade.touchpoint_id])

    @property
    def _share(self) -> float:
        return self.grade.shares[self.grade.level - 1]


@dataclass(frozen=True, slots=True)
class CustomerLevel:
    """``last`` is the last level delivered; ``expects`` continues a sentence that begins with the customer's name.

    ``relationship`` is the level of the whole by peak and end over twelve months, ``worst_word`` the likeliest level of its
    lowest moment, ``below_expected`` the mean probability of less than Expected: each moment has one, whatever is likeliest.
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
    return LevelChip(grade)


def levels_of(touchpoints: Iterable[int], *, are_explained: bool = False) -> dict[int, LevelChip]:
    """The levels of those touchpoints that are a turn of service; one query. `are_explained`: it is shown what moved them,
    which would else be asked for one by one."""
    found = (_whole_grades if are_explained else _grades)(tuple(touchpoints))
    return {grade.touchpoint_id: level_from(grade) for grade in found}


def levels_in(conversation: int) -> dict[int, LevelChip]:
    """The levels of all touchpoints of a conversation; one query."""
    return {grade.touchpoint_id: level_from(grade) for grade in _grades_in(conversation)}


def levels_asked_for(conversation: int) -> Question:
    """What `levels_in` asks."""
    return _grades_in, (conversation,)


# What a chip says without its parts, which only tables of chips show: they are most of a grade, and asked for by themselves.
_SAID = (
    *("touchpoint", "occurred_at", "mean", "sd", "level", "level_low", "level_high", "is_stated", "parameters"),
    *("share_1", "share_2", "share_3", "share_4", "share_5", "share_6"),
)


@compiled
def _whole_grades(touchpoints: Sequence[int]) -> QuerySet[Grade]:
    return Grade.objects.filter(touchpoint__in=touchpoints)


@compiled
def _grades(touchpoints: Sequence[int]) -> QuerySet[Grade]:
    return Grade.objects.filter(touchpoint__in=touchpoints).only(*_SAID)


@compiled
def _grades_in(conversation: int) -> QuerySet[Grade]:
    # By where its touchpoints are: what has become part of it is graded anew later.
    return Grade.objects.filter(touchpoint__conversation=conversation).only(*_SAID)


def level_of(touchpoint: int) -> LevelChip | None:
    """The level of one touchpoint; None when it is no turn of service, or not graded yet."""
    return levels_of([touchpoint]).get(touchpoint)


def customer_level(customer: Customer | int) -> CustomerLevel | None:
    """What was last delivered to a customer and what they have come to expect; None before the first. Two queries."""
    customer = customer if isinstance(customer, int) else customer.pk
    expectation = next(iter(_expectations(customer)), None)
    grades = _grades_of_last_year(customer) if expectation is not None else []
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


@ahead(lambda page: (page.customer,))
@compiled
def _expectations(customer: int) -> QuerySet[Expectation]:
    return Expectation.objects.filter(customer=customer)


@ahead(lambda page: (page.customer,))
@compiled
def _grades_of_last_year(customer: int) -> QuerySet[Grade]:
    """Of the year before the last of them that counts."""
    last = Expectation.objects.filter(customer=customer).values("last_episode_at")
    since_then = Grade.objects.filter(customer=customer, occurred_at__gte=Subquery(last) - YEAR)
    return since_then.only(*_SAID).order_by("occurred_at", "touchpoint")
