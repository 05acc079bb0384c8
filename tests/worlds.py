"""Customers made up from the ladder's model, whose true levels are known, and from worlds the model does not assume.

This judges the code and the estimator; it does not prove that customers behave so.
"""

from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from rung.ladder.model.evidence import (
    Evidence,
    answer_probability,
    answering_probability,
    behaviour_probability,
    return_probability,
)
from rung.ladder.model.filter import Sequences
from rung.ladder.model.parameters import DEFAULTS, Cause, Ordinal, Parameters

Array = npt.NDArray[np.float64]
Levels = npt.NDArray[np.int64]

TRUTH = replace(
    DEFAULTS,
    version="truth",
    causes=tuple(
        Cause(cause.name, weight, cause.centre)
        for cause, weight in zip(DEFAULTS.causes, (-0.45, -0.8, -0.35, 0.6, 0.35), strict=True)
    ),
    quality_sd=0.8,
    expectation_variance=0.5,
    adapt_up=0.35,
    adapt_down=0.20,
    market_drift=0.04,
    answered=(-1.3, 0.0, 0.18),
)
# Asked beside the satisfaction question, only to have a score of recommendation to compare with.
RECOMMEND = Ordinal(1.4, (-3.0, -2.6, -2.3, -2.0, -1.6, -1.2, -0.7, -0.1, 0.7, 1.7), lowest=0)


@dataclass(frozen=True)
class World:
    """What is so in a world. ``assimilation``: share of quality that is lived beyond d. ``classes``: half of the customers
    live everything that much better than said, half worse. ``mood``: deviation of a mood shared by answer and wording of
    one survey. ``is_poor``: no wording is read and nobody is seen to return. ``asks_level``: the survey also asks the
    six-level question; otherwise satisfaction alone."""

    name: str = "as assumed"
    truth: Parameters = TRUTH
    assimilation: float = 0.0
    classes: float = 0.0
    mood: float = 0.0
    is_poor: bool = False
    asks_level: bool = False
    gap_months: float = 2.0
    captives: float = 0.25


NO_ADAPTATION = replace(TRUTH, version="no adaptation", adapt_up=0.0, adapt_down=0.0, market_drift=0.0)
WRONG_WORLDS = (
    World("no adaptation at all", truth=NO_ADAPTATION),
    World("quality matters beyond d", assimilation=0.35),
    World("two classes of customers", classes=0.5),
    World("survey mood shared", mood=0.8),
    World("poor evidence", is_poor=True),
)


@dataclass(frozen=True)
class Lived:
    """What happened: the sequences as the filter gets them, and for each row the true d and level.

    ``csat`` and ``recommend`` are the answers, -1 where nobody answered.
    """

    given: Sequences
    d: Array
    level: Levels
    csat: Levels
    recommend: Levels = field(repr=False)


def live(world: World, customers: int, times: int, seed: int) -> Lived:
    """``customers`` who are each served ``times`` times. The same seed makes the same lives."""
    draw = np.random.default_rng(seed)
    truth = world.truth
    count = customers * times
    x = np.column_stack(
        (
            draw.normal(size=count),
            (draw.random(count) < 0.15) - 0.15,
            draw.poisson(0.6, count) - 0.6,
            (draw.random(count) < 0.2) - 0.2,
            (draw.random(count) < 0.5) - 0.5,
        )
    ).reshape(customers, times, 5)
    quality = x @ np.array([cause.weight for cause in truth.causes]) + draw.normal(
        0, truth.quality_sd, (customers, times)
    )
    shift = world.classes * np.where(np.arange(customers) % 2 == 0, 1.0, -1.0)
    captive = draw.random(customers) < world.captives
    expected, now = draw.normal(0, truth.expectation_variance**0.5, customers), np.zeros(customers)
    d, months = np.zeros((customers, times)), np.zeros((customers, times))
    for turn in range(times):
        gone_by = draw.exponential(world.gap_months, customers) if turn else np.zeros(customers)
        market, later = truth.market_drift * now, truth.market_drift * (now + gone_by)
        expected = later + np.exp(-gone_by / truth.regression_months) * (expected - market)
        now = now + gone_by
        months[:, turn] = now
        apart = quality[:, turn] - expected
        d[:, turn] = apart + world.assimilation * quality[:, turn] + shift
        expected = expected + np.where(apart > 0, truth.adapt_up, truth.adapt_down) * apart
        expected = expected + draw.normal(0, truth.expectation_noise_sd, customers)
    lived = d.ravel()
    level = 1 + (lived[:, None] > np.array(truth.cutpoints)).sum(axis=1)
    return _told(world, draw, customers, times, months, x, lived, level, captive)


def _told(
    world: World,
    draw: np.random.Generator,
    customers: int,
    times: int,
    months: Array,
    x: Array,
    d: Array,
    level: Levels,
    captive: npt.NDArray[np.bool_],
) -> Lived:
    truth = world.truth
    count = customers * times
    columns: list[tuple[str, Array, npt.NDArray[np.bool_]]] = []
    always = np.ones(count, dtype=bool)
    for kind in ("complaint", "escalation", "negative_review", "referral"):
        happened = draw.random(count) < behaviour_probability(getattr(truth, kind), d)
        columns.append((kind, happened.astype(float), always))
    held = np.repeat(captive, times)
    felt = d + draw.normal(0, world.mood, count) if world.mood else d
    if not world.is_poor:
        for kind, who in (("returned_captive", held), ("returned_free", ~held)):
            columns.append((kind, (draw.random(count) < return_probability(truth, d, kind)).astype(float), who))
        reading = truth.sentiment_slope * felt + draw.normal(0, truth.sentiment_sd, count)
        columns.append(("sentiment", reading.round(2), draw.random(count) < 0.7))
    answered = draw.random(count) < answering_probability(truth, d)
    columns.append(("answered", answered.astype(float), always))
    csat = np.where(answered, _answers(truth.csat, felt, draw), -1)
    columns.append(("csat", csat.astype(float), answered))
    recommend = np.where(answered, _answers(RECOMMEND, felt, draw), -1)
    if world.asks_level:
        # drawn last: whoever is not asked lives the same life
        columns.append(("level", _answers(truth.level, felt, draw).astype(float), answered))
    codes: dict[tuple[Evidence, ...], int] = {}
    seen = np.zeros(count, dtype=np.int64)
    for row in range(count):
        items = tuple(Evidence(kind, float(values[row])) for kind, values, there in columns if there[row])
        seen[row] = codes.setdefault(items, len(codes))
    people = np.repeat(np.arange(customers), times)
    given = Sequences(people, months.ravel(), x.reshape(count, 5), seen, list(codes))
    return Lived(given, d, level, csat, recommend)


def _answers(item: Ordinal, d: Array, draw: np.random.Generator) -> Levels:
    shares = np.stack([answer_probability(item, v, d) for v in range(item.lowest, item.highest + 1)])
    below = np.cumsum(shares, axis=0) / shares.sum(axis=0)
    return np.asarray(item.lowest + (draw.random(len(d))[None, :] > below).sum(axis=0), dtype=np.int64)
