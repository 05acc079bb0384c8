"""Working out one estimation: customers' stories from the journal, through the model, to what the screen explains."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import numpy as np

from rung.ladder.grading import sequences_of
from rung.ladder.model.filter import Sequences
from rung.ladder.model.parameters import DEFAULTS, Parameters
from rung.ladder.model.stages import EPISODES_EACH, MOST_EPISODES, Kind, Stage, estimate
from rung.ladder.models import Expectation
from rung.ladder.reading import gathered_signals, stories_of
from rung.ladder.version_names import version_name

BATCH = 200
SEED = 20261121
READING = "reading"

Progress = Callable[[str, int], bool]
"""Called with what is being done and the steps it has made; returns whether to go on."""


@dataclass(frozen=True, slots=True)
class Report:
    """What an estimation stood on and found, beside the numbers themselves.

    ``scores``: kind and nats per held-out customer, best first; ``ahead`` the lead of the first over the second with its
    95 % interval. ``learnt_from`` and ``held_out`` count episodes, ``regulars`` the customers with EPISODES_EACH or more,
    ``months`` the longest time one customer was followed, ``level_answers`` the answers to the six-level question, which
    alone sets the scale of d.
    """

    stage: str
    chosen: str
    scores: tuple[tuple[str, float], ...]
    ahead: tuple[float, float, float]
    episodes: int
    customers: int
    regulars: int
    months: float
    level_answers: int
    learnt_from: int
    held_out: int


def report_from(kept: dict[str, Any]) -> Report:
    """A report as it was kept in JSON."""
    scores = tuple((str(kind), float(score)) for kind, score in kept["scores"])
    ahead, low, high = kept["ahead"]
    return Report(**{**kept, "scores": scores, "ahead": (ahead, low, high)})


def some_customers(most: int = MOST_EPISODES) -> list[int]:
    """Customers drawn by lot until their episodes are ``most``; everybody where there are fewer. Seeded, in order of key."""
    known = np.array(Expectation.objects.order_by("customer").values_list("customer_id", "episodes"), dtype=np.int64)
    if not len(known):
        return []
    order = np.random.default_rng(SEED).permutation(len(known))
    taken = order[np.cumsum(known[order, 1]) <= most]
    return [int(pk) for pk in np.sort(known[taken, 0])]


def gathered_sequences(*, at: datetime, parameters: Parameters, progress: Progress) -> Sequences | None:
    """The episodes of some customers as of ``at``; None when ``progress`` says to stop."""
    people, recorded, rows = some_customers(), gathered_signals(), []
    for first in range(0, len(people), BATCH):
        stories = stories_of(people[first : first + BATCH], at=at, parameters=parameters, recorded=recorded)
        rows += [(pk, episode) for pk in sorted(stories) for episode in stories[pk].episodes]
        if not progress(READING, len(rows)):
            return None
    return sequences_of(rows, parameters)


def work_out(
    given: Sequences, estimation: int, *, progress: Progress | None = None
) -> tuple[Parameters | None, Report] | None:
    """The numbers that foretell customers best, None where those are the defaults; None for all when stopped."""
    found = estimate(given, DEFAULTS, version=version_name(estimation), progress=progress)
    if found is None:
        return None
    people, counts = np.unique(given.customer, return_counts=True)
    scores = [(str(candidate.kind), candidate.score) for candidate in found.candidates]
    asked = np.array([any(item.kind == "level" for item in items) for items in given.signatures], dtype=bool)
    report = Report(
        stage=str(found.stage),
        chosen=str(found.chosen.kind),
        scores=() if found.stage is Stage.DEFAULTS else tuple(sorted(scores, key=lambda pair: -pair[1])),
        ahead=found.ahead,
        episodes=len(given.customer),
        customers=len(people),
        regulars=int((counts >= EPISODES_EACH).sum()),
        months=round(float(given.months.max() - given.months.min()), 1) if len(people) else 0.0,
        level_answers=int(asked[given.seen].sum()) if len(people) else 0,
        learnt_from=found.learnt_from,
        held_out=found.held_out,
    )
    return (None if found.chosen.kind is Kind.DEFAULTS else found.chosen.parameters), report


def kept(report: Report) -> dict[str, Any]:
    """A report as JSON can hold it."""
    return asdict(report)
