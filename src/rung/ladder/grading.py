"""From episodes through the model to rows, not yet written."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from typing import Any

import numpy as np

from rung.ladder.episodes import Episode, Story
from rung.ladder.model.evidence import Evidence
from rung.ladder.model.filter import Filtered, Sequences, explain, filter_sequences, publish
from rung.ladder.model.parameters import Parameters
from rung.ladder.model.relationship import relationship
from rung.ladder.models import Expectation, Grade

MONTH_S = 30.4375 * 86400


def sequences_of(rows: Sequence[tuple[int, Episode]], parameters: Parameters) -> Sequences:
    """Episodes, adjacent by customer and in time order, as the filter wants them.

    Months count from each customer's first episode: what they expected then is 0 by definition, and so is the market's
    level for them. From a common start they would be drawn towards a market of which they had known nothing.
    """
    codes: dict[tuple[Evidence, ...], int] = {}
    seen = [codes.setdefault(episode.items(), len(codes)) for _, episode in rows]
    customer = np.array([pk for pk, _ in rows], dtype=np.int64)
    months = np.array([episode.occurred_at.timestamp() for _, episode in rows]) / MONTH_S
    _, first, whose = np.unique(customer, return_index=True, return_inverse=True)
    return Sequences(
        customer=customer,
        months=months - months[first][whose] if rows else months,
        x=np.array([episode.centred(parameters) for _, episode in rows]).reshape(len(rows), len(parameters.causes)),
        seen=np.array(seen, dtype=np.int64),
        signatures=list(codes),
    )


def graded(
    rows: Sequence[tuple[int, Episode]], stories: dict[int, Story], parameters: Parameters
) -> tuple[list[Grade], list[Expectation]]:
    """Unsaved grades of the episodes and expectations of their customers; needs at least one episode."""
    given = sequences_of(rows, parameters)
    found = filter_sequences(given, parameters)
    said = publish(given, found, parameters)
    causes, expectation, shares = explain(given, found, parameters)
    numbers = np.column_stack(
        (found.mean, np.sqrt(found.variance), found.p5, found.p50, found.p95, found.levels, found.m)
    )
    grades = []
    for i, ((pk, episode), row) in enumerate(zip(rows, numbers.round(6).tolist(), strict=True)):
        items = given.signatures[given.seen[i]]
        mean, sd, p5, p50, p95, share_1, share_2, share_3, share_4, share_5, share_6, expected = row
        grade = Grade(
            touchpoint_id=episode.touchpoint,
            customer_id=pk,
            conversation_id=episode.conversation,
            channel=episode.channel,
            phase=episode.phase,
            team_id=episode.team,
            occurred_at=episode.occurred_at,
            mean=mean,
            sd=sd,
            p5=p5,
            p50=p50,
            p95=p95,
            level=int(said.level[i]),
            level_low=int(said.low[i]),
            level_high=int(said.high[i]),
            share_1=share_1,
            share_2=share_2,
            share_3=share_3,
            share_4=share_4,
            share_5=share_5,
            share_6=share_6,
            is_stated=bool(said.stated[i]),
            parts=_parts(episode, causes[i].tolist(), float(expectation[i]), items, shares[i].tolist(), parameters),
            evidence_count=len(items),
            expected=expected,
            parameters=parameters.version,
        )
        grade.fingerprint = _fingerprint(grade)
        grades.append(grade)
    return grades, _expectations(rows, given, found, stories, parameters)


_SEEN = [field.attname for field in Grade._meta.concrete_fields if field.attname not in ("id", "fingerprint")]


def _fingerprint(grade: Grade) -> int:
    values = repr([getattr(grade, name) for name in _SEEN]).encode()
    return int.from_bytes(blake2b(values, digest_size=8).digest(), signed=True)


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
