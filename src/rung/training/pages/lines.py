"""Opportunities and trainings as lines of a list."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse

from rung.training.access import Attendance, Opportunity, Training
from rung.training.pages.texts import (
    day,
    effect_in_words,
    figures_of,
    hours_in_words,
    outcome_name,
    predicted_in_words,
    reply_in_words,
    reply_tone,
    signs_in_words,
    title_of,
    topic_name,
    verdict_in_words,
    verdict_tone,
)


@dataclass(frozen=True, slots=True)
class OpportunityLine:
    """``who``: empty where it is the house's, or one's own."""

    href: str
    title: str
    figures: str
    signs: str
    who: str
    reply: str
    reply_tone: str
    words: str
    is_new: bool


@dataclass(frozen=True, slots=True)
class TrainingLine:
    pk: int
    about: str
    pattern: str
    held_on: str
    hours: str
    who: str
    teacher: str
    predicted: str
    effect: str
    verdict: str
    tone: str
    may_withdraw: bool


def opportunity_lines(
    rows: Iterable[Opportunity], names: dict[int, str], people: dict[int, str]
) -> tuple[OpportunityLine, ...]:
    """By topic and name, never by size: the order says nothing."""
    lines = [
        OpportunityLine(
            href=reverse("training:opportunity", args=[row.pk]),
            title=title_of(row, names),
            figures=figures_of(row),
            signs=signs_in_words(row),
            who=people.get(row.agent_id or 0, ""),
            reply=reply_in_words(row.reply),
            reply_tone=reply_tone(row.reply),
            words=row.reply_words,
            is_new=row.seen_at is None,
        )
        for row in rows
    ]
    return tuple(sorted(lines, key=lambda line: (line.title.casefold(), line.who.casefold())))


def training_lines(
    rows: Iterable[Training], names: dict[int, str], people: dict[int, str], *, by: int, shown: set[int] | None
) -> tuple[TrainingLine, ...]:
    """``by``: who looks, who may take back what they logged; ``shown``: whose names they may read beside a training, None
    for everybody's. One query."""
    held = list(rows)
    took_part: dict[int, list[int]] = defaultdict(list)
    for training, agent in Attendance.objects.filter(training__in=held).values_list("training_id", "agent_id"):
        took_part[training].append(agent)
    lines = []
    for row in held:
        mine = [pk for pk in took_part[row.pk] if shown is None or pk in shown]
        lines.append(
            TrainingLine(
                pk=row.pk,
                about=row.about,
                pattern=f"{topic_name(row.topic, names)}: {outcome_name(row.outcome)}",
                held_on=day(row.held_on),
                hours=hours_in_words(row.minutes),
                who=", ".join(sorted(people.get(pk, "?") for pk in mine)),
                teacher=people.get(row.teacher_id or 0, ""),
                predicted=predicted_in_words(row),
                effect=effect_in_words(row),
                verdict=verdict_in_words(row.verdict),
                tone=verdict_tone(row.verdict),
                may_withdraw=row.logged_by_id == by,
            )
        )
    return tuple(lines)
