"""The only writes to grades and expectations. All of it can be worked out again from the journal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import numpy as np
from django.db import transaction

from rung.core.actor import Actor
from rung.customers.access import Customer
from rung.ladder.episodes import Episode, Story
from rung.ladder.model.evidence import Evidence
from rung.ladder.model.filter import Filtered, Sequences, explain, filter_sequences, publish
from rung.ladder.model.parameters import DEFAULTS, Parameters
from rung.ladder.model.relationship import relationship
from rung.ladder.models import Expectation, Grade, Regrade
from rung.ladder.reading import gathered_signals, stories_of

MONTH_S = 30.4375 * 86400
_KEPT = [field.attname for field in Grade._meta.concrete_fields if field.attname not in ("id", "touchpoint_id")]


def mark_stale(customers: Iterable[int], *, by: Actor, at: datetime) -> None:
    """Remember that something happened about these customers.

    An upsert, not get-or-create: on PostgreSQL it waits for a grading of the same customer to commit and then leaves a
    new row, where get-or-create would find the row which that grading is about to delete.
    """
    Regrade.objects.bulk_create(
        [Regrade(customer_id=pk, asked_at=at) for pk in sorted(set(customers))],
        update_conflicts=True,
        unique_fields=["customer"],
        update_fields=["asked_at"],
        batch_size=400,
    )


@transaction.atomic
def mark_everyone_stale(*, by: Actor, at: datetime) -> None:
    """The same for everybody who has been graded: something changed that bears on all."""
    mark_stale(Expectation.objects.values_list("customer_id", flat=True), by=by, at=at)


@transaction.atomic
def grade_customers(customers: Sequence[int], *, by: Actor, at: datetime, parameters: Parameters = DEFAULTS) -> int:
    """Grade all touchpoints of these customers from the journal as of ``at``; returns how many there are.

    Doing it twice changes nothing. No fact is recorded: a grade is no event but a reading of events.
    """
    pks = sorted(Customer.objects.filter(pk__in=customers).values_list("pk", flat=True))
    Regrade.objects.filter(customer__in=pks).delete()
    stories = stories_of(pks, at=at, parameters=parameters, recorded=gathered_signals())
    rows = [(pk, episode) for pk in pks for episode in stories[pk].episodes]
    grades, expectations = _graded(rows, stories, parameters) if rows else ([], [])
    kept = [grade.touchpoint_id for grade in grades]
    stale = set(Grade.objects.filter(customer__in=pks).values_list("touchpoint_id", flat=True)).difference(kept)
    if stale:
        Grade.objects.filter(touchpoint__in=stale).delete()
    Grade.objects.bulk_create(
        grades, update_conflicts=True, unique_fields=["touchpoint"], update_fields=_KEPT, batch_size=500
    )
    Expectation.objects.filter(customer__in=set(pks).difference(e.customer_id for e in expectations)).delete()
    Expectation.objects.bulk_create(
        expectations,
        update_conflicts=True,
        unique_fields=["customer"],
        update_fields=[
            "m", "variance", "last_episode_at", "episodes", "relationship", "due_at", "parameters",
        ],
        batch_size=500,
    )  # fmt: skip
    return len(grades)


def sequences_of(rows: Sequence[tuple[int, Episode]], parameters: Parameters) -> Sequences:
    """Episodes, adjacent by customer and in time order, as the filter wants them."""
    codes: dict[tuple[Evidence, ...], int] = {}
    seen = [codes.setdefault(episode.items(), len(codes)) for _, episode in rows]
    return Sequences(
        customer=np.array([pk for pk, _ in rows], dtype=np.int64),
        months=np.array([episode.occurred_at.timestamp() for _, episode in rows]) / MONTH_S,
        x=np.array([episode.centred(parameters) for _, episode in rows]),
        seen=np.array(seen, dtype=np.int64),
        signatures=list(codes),
    )


def _graded(
    rows: Sequence[tuple[int, Episode]], stories: dict[int, Story], parameters: Parameters
) -> tuple[list[Grade], list[Expectation]]:
    given = sequences_of(rows, parameters)
    found = filter_sequences(given, parameters)
    said = publish(given, found, parameters)
    causes, expectation, shares = explain(given, found, parameters)
    sd = np.sqrt(found.variance)
    grades = []
    for i, (pk, episode) in enumerate(rows):
        items = given.signatures[given.seen[i]]
        level = found.levels[i]
        grades.append(
            Grade(
                touchpoint_id=episode.touchpoint,
                customer_id=pk,
                conversation_id=episode.conversation,
                channel=episode.channel,
                phase=episode.phase,
                team_id=episode.team,
                occurred_at=episode.occurred_at,
                mean=float(found.mean[i]),
                sd=float(sd[i]),
                p5=float(found.p5[i]),
                p50=float(found.p50[i]),
                p95=float(found.p95[i]),
                level=int(said.level[i]),
                level_low=int(said.low[i]),
                level_high=int(said.high[i]),
                share_1=float(level[0]),
                share_2=float(level[1]),
                share_3=float(level[2]),
                share_4=float(level[3]),
                share_5=float(level[4]),
                share_6=float(level[5]),
                is_stated=bool(said.stated[i]),
                parts=_parts(episode, causes[i].tolist(), float(expectation[i]), items, shares[i].tolist(), parameters),
                evidence_count=len(items),
                expected=float(found.m[i]),
                parameters=parameters.version,
            )
        )
    return grades, _expectations(rows, given, found, stories, parameters)


def _parts(
    episode: Episode,
    causes: list[float],
    expectation: float,
    items: Sequence[Evidence],
    shares: list[float],
    parameters: Parameters,
) -> dict[str, Any]:
    return {
        "causes": {cause.name: round(part, 4) for cause, part in zip(parameters.causes, causes, strict=True)},
        "expectation": round(expectation, 4),
        "evidence": [
            {"kind": item.kind, "value": item.value, "part": round(share, 4)}
            for item, share in zip(items, shares, strict=True)
        ],
        "facts": {
            "wait_s": episode.wait_s,
            "expected_wait_s": episode.expected_wait_s,
            "reopened": episode.reopened,
            "transfers": episode.transfers,
            "proactive": episode.proactive,
            "known": episode.known,
        },
    }


def _expectations(
    rows: Sequence[tuple[int, Episode]],
    given: Sequences,
    found: Filtered,
    stories: dict[int, Story],
    parameters: Parameters,
) -> list[Expectation]:
    ends = np.flatnonzero(np.append(given.customer[1:] != given.customer[:-1], True))
    expectations = []
    start = 0
    for end in ends.tolist():
        pk, last = rows[end]
        stands = relationship(found.mean[start : end + 1], given.months[start : end + 1])
        assert stands is not None
        expectations.append(
            Expectation(
                customer_id=pk,
                m=float(found.m_after[end]),
                variance=float(found.p_after[end]),
                last_episode_at=last.occurred_at,
                episodes=end + 1 - start,
                relationship=stands.r,
                due_at=stories[pk].due_at,
                parameters=parameters.version,
            )
        )
        start = end + 1
    return expectations
