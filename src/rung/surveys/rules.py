"""Whom we may ask, and when: pure, so that tables of cases can test it. Source: section 6.2 of the domain notes."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Literal
from zlib import crc32
from zoneinfo import ZoneInfo

from django.db import models
from django.utils.translation import gettext_lazy as _

TRANSACTIONAL_REST = timedelta(days=90)
"""Nobody is asked after a contact more often than this, whatever the question."""

RELATIONSHIP_REST = timedelta(days=180)
"""Nobody is asked about the relationship (NPS) more often than this."""

CLASH = timedelta(days=7)
"""A relationship question this recent takes the place of one about a contact."""

STALE = timedelta(days=7)
"""A resolution that we hear of later than this is not asked about any more: the memory would be of something else."""

CHANGEABLE = timedelta(days=14)
"""How long after the first answer it may be changed."""

LINK_LIFE = timedelta(days=45)
"""How long after sending the first answer is taken."""

EASE_AFTER = timedelta(hours=24)
"""How easy it was is asked no earlier after the resolution: until then nobody knows whether it holds."""

MORNING = time(9, 0)
"""When a letter that had to wait for the next day goes out, in the customer's zone."""


class Question(models.TextChoices):
    LEVEL = "level", _("six levels")
    CSAT = "csat", _("satisfaction, 1 to 5")
    NPS = "nps", _("recommendation, 0 to 10")
    CES = "ces", _("ease, 1 to 7")


class Reason(models.TextChoices):
    """Why somebody was not asked."""

    OFF = "off", _("surveys are switched off")
    AUTOMATIC = "automatic", _("only machines wrote")
    NOT_BY_PERSON = "not_by_person", _("no person resolved it")
    REFUSED = "refused", _("does not want to be asked")
    NO_ADDRESS = "no_address", _("no e-mail address that works")
    ASKED_RECENTLY = "asked_recently", _("asked within the last 90 days")
    RELATIONSHIP_WINS = "relationship_wins", _("just asked about the relationship")
    REOPENED = "reopened", _("the matter was reopened")
    STALE = "stale", _("resolved too long ago")


@dataclass(frozen=True, kw_only=True)
class Case:
    """What is known when it has to be decided whether to ask. `transactional_at`, `relationship_at`: when this person was
    last asked, or will be (invitations other than this one). `complained_on`: days, in `zone`, with a complaint."""

    resolved_at: datetime
    is_on: bool = True
    is_automatic: bool = False
    by_person: bool = True
    has_address: bool = True
    is_resolved: bool = True
    has_refused: bool = False
    transactional_at: datetime | None = None
    relationship_at: datetime | None = None
    complained_on: frozenset[date] = frozenset()
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))


@dataclass(frozen=True)
class Verdict:
    """`wait` comes with a moment, `skip` with a reason."""

    kind: Literal["ask", "wait", "skip"]
    reason: str = ""
    until: datetime | None = None


def judge(case: Case, *, at: datetime) -> Verdict:
    """Whether a customer may be asked after a contact at the moment `at`.

    On the day of a complaint nobody is asked. The question waits for the next morning rather than being dropped: a firm that
    never asks those who complained would publish the satisfaction of the others.
    """
    reason = _skip_reason(case, at)
    if reason is not None:
        return Verdict("skip", reason=str(reason.value))
    today = at.astimezone(case.zone).date()
    if today in case.complained_on:
        return Verdict("wait", until=datetime.combine(today + timedelta(days=1), MORNING, case.zone))
    return Verdict("ask")


def _skip_reason(case: Case, at: datetime) -> Reason | None:
    checks = (
        (not case.is_on, Reason.OFF),
        (case.is_automatic, Reason.AUTOMATIC),
        (not case.by_person, Reason.NOT_BY_PERSON),
        (not case.is_resolved, Reason.REOPENED),
        (at - case.resolved_at > STALE, Reason.STALE),
        (case.has_refused, Reason.REFUSED),
        (not case.has_address, Reason.NO_ADDRESS),
        (_rests(case.relationship_at, CLASH, at), Reason.RELATIONSHIP_WINS),
        (_rests(case.transactional_at, TRANSACTIONAL_REST, at), Reason.ASKED_RECENTLY),
    )
    return next((reason for holds, reason in checks if holds), None)


def _rests(asked_at: datetime | None, rest: timedelta, at: datetime) -> bool:
    """Also when the asking still lies ahead: it is counted from the day it was decided."""
    return asked_at is not None and at - asked_at < rest


def question_for(nonce: str, level_share: int, ease_share: int = 0) -> Question:
    """Which question an invitation puts: the six levels for `level_share` per cent of them, how easy it was for
    `ease_share`, satisfaction for the rest.

    The nonce is the lot that was drawn already, so no second one is needed.
    """
    drawn = crc32(f"question {nonce}".encode()) % 100
    if drawn < level_share:
        return Question.LEVEL
    return Question.CES if drawn < level_share + ease_share else Question.CSAT


def delay_of(question: Question, minutes: int) -> timedelta:
    """How long after the resolution it is put, where the policy says so many minutes."""
    wanted = timedelta(minutes=minutes)
    return max(wanted, EASE_AFTER) if question is Question.CES else wanted


def values(question: str) -> range:
    """The answers a question takes, from the worst."""
    taken = {
        Question.LEVEL: range(1, 7), Question.CSAT: range(1, 6), Question.NPS: range(11), Question.CES: range(1, 8),
    }  # fmt: skip
    return taken[Question(question)]


def accepts(*, sent_at: datetime | None, answered_at: datetime | None, at: datetime) -> bool:
    """Whether an answer, the first or a changed one, still counts."""
    if sent_at is None:
        return False
    if answered_at is not None:
        return at - answered_at <= CHANGEABLE
    return at - sent_at <= LINK_LIFE
