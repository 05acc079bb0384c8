"""From episodes through the model to rows, not yet written."""

from __future__ import annotations

from collections.abc import Sequence
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


def graded(
    rows: Sequence[tuple[int, Episode]], stories: dict[int, Story], parameters: Parameters
) -> tuple[list[Grade], list[Expectation]]:
    """Unsaved grades of the episodes and expectations of their customers; needs at least one episode."""
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
