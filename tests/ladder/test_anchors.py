"""The published anchors of the ladder, at their printed tolerance."""

import numpy as np
import pytest

from rung.ladder.model.evidence import Evidence
from rung.ladder.model.filter import Filtered, Sequences, explain, filter_sequences, publish
from rung.ladder.model.parameters import DEFAULTS, Parameters

FINE = 0.01
TOLERANCE = 0.005


def lived(
    items: list[Evidence], *, x: dict[str, float] | None = None, m: float = 0.0, p: float = 0.6, step: float = FINE
) -> tuple[Sequences, Filtered]:
    """One touchpoint through the filter. ``x`` are centred causes."""
    row = [(x or {}).get(cause.name, 0.0) for cause in DEFAULTS.causes]
    given = Sequences(
        customer=np.array([1]),
        months=np.array([0.0]),
        x=np.array([row]),
        seen=np.array([0]),
        signatures=[tuple(items)],
        start_m=np.array([m]),
        start_p=np.array([p]),
    )
    return given, filter_sequences(given, DEFAULTS, step)


def absent(*kinds: str) -> list[Evidence]:
    return [Evidence(kind, 0) for kind in kinds]


FOUR = ("complaint", "escalation", "negative_review", "referral")
T5 = (
    [Evidence("csat", 2), Evidence("complaint", 1), *absent("escalation", "negative_review", "referral")],
    {"wait": 1.0, "reopened": 0.85},
)
T6 = (
    [Evidence("csat", 5), Evidence("referral", 1), *absent("complaint", "escalation", "negative_review")],
    {"wait": -1.0, "reopened": -0.15, "transfers": -0.6, "proactive": 0.8, "known": 0.5},
)

ANCHORS = {
    "T0": ([], {}, 0.0, 0.6, 0.0, 1.187, (0.046, 0.219, 0.472, 0.193, 0.060, 0.010)),
    "T1": ([Evidence("csat", 5)], {}, 0.0, 0.6, 1.037, 0.948, (0.001, 0.030, 0.350, 0.400, 0.183, 0.036)),
    "T2": ([Evidence("csat", 1)], {}, 0.0, 0.6, -1.458, 0.974, (0.293, 0.481, 0.211, 0.014, 0.001, 0.000)),
    "T3": (
        [Evidence("complaint", 1), *absent("escalation", "referral", "negative_review")],
        {},
        0.0,
        0.6,
        -1.338,
        1.002,
        (0.250, 0.514, 0.202, 0.028, 0.006, 0.001),
    ),
    "T4": (absent(*FOUR), {}, 0.0, 0.6, 0.092, 1.068, (0.021, 0.199, 0.513, 0.205, 0.054, 0.008)),
    "T5": (*T5, 0.0, 0.6, -1.896, 0.655, (0.435, 0.526, 0.039, 0, 0, 0)),
    "T6": (*T6, 0.0, 0.6, 2.552, 0.821, (0, 0, 0.012, 0.145, 0.456, 0.386)),
    "T7": (*T6, 1.5, 0.2, 1.521, 0.779, (0, 0.005, 0.149, 0.451, 0.347, 0.047)),
    "T8": ([Evidence("returned_free", 0)], {}, 0.0, 0.6, -0.742, 1.031, (0.106, 0.399, 0.422, 0.061, 0.011, 0.001)),
}


@pytest.mark.parametrize("name", ANCHORS)
def test_anchor_comes_out_as_printed(name: str) -> None:
    items, x, m, p, mean, sd, levels = ANCHORS[name]
    _, found = lived(items, x=x, m=m, p=p)
    assert found.mean[0] == pytest.approx(mean, abs=TOLERANCE)
    assert np.sqrt(found.variance[0]) == pytest.approx(sd, abs=TOLERANCE)
    assert found.levels[0] == pytest.approx(levels, abs=TOLERANCE)


@pytest.mark.parametrize("name", ANCHORS)
def test_production_grid_agrees_with_the_fine_one(name: str) -> None:
    items, x, m, p, *_ = ANCHORS[name]
    _, fine = lived(items, x=x, m=m, p=p)
    _, coarse = lived(items, x=x, m=m, p=p, step=0.1)
    assert coarse.mean[0] == pytest.approx(fine.mean[0], abs=0.001)
    assert coarse.variance[0] == pytest.approx(fine.variance[0], abs=0.002)
    assert coarse.levels[0] == pytest.approx(fine.levels[0], abs=0.001)
    for quantile in ("p5", "p50", "p95"):
        assert getattr(coarse, quantile)[0] == pytest.approx(getattr(fine, quantile)[0], abs=0.005)


def parts(items: list[Evidence], x: dict[str, float]) -> tuple[dict[str, float], float]:
    given, found = lived(items, x=x)
    causes, expectation, shares = explain(given, found, DEFAULTS, FINE)
    said = {cause.name: value for cause, value in zip(DEFAULTS.causes, causes[0], strict=True)}
    said["expectation"] = expectation[0]
    for item, share in zip(items, shares[0], strict=True):
        said[f"{item.kind} {item.value:g}"] = share
    return said, found.mean[0]


def test_a_complaint_after_a_long_wait_is_explained_as_printed() -> None:
    said, mean = parts(*T5)
    printed = {
        "wait": -0.400,
        "reopened": -0.595,
        "complaint 1": -0.880,
        "csat 2": -0.184,
        "escalation 0": 0.121,
        "negative_review 0": 0.047,
        "referral 0": -0.006,
    }
    for key, value in printed.items():
        assert said[key] == pytest.approx(value, abs=TOLERANCE), key
    assert sum(said.values()) == pytest.approx(mean, abs=1e-9)
    assert mean == pytest.approx(-1.896, abs=TOLERANCE)


def test_a_referral_after_swift_proactive_service_is_explained_as_printed() -> None:
    said, mean = parts(*T6)
    printed = {
        "wait": 0.400,
        "reopened": 0.105,
        "transfers": 0.180,
        "proactive": 0.400,
        "known": 0.150,
        "referral 1": 0.919,
        "csat 5": 0.385,
    }
    for key, value in printed.items():
        assert said[key] == pytest.approx(value, abs=TOLERANCE), key
    rest = said["complaint 0"] + said["escalation 0"] + said["negative_review 0"]
    assert rest == pytest.approx(0.013, abs=TOLERANCE)
    assert sum(said.values()) == pytest.approx(mean, abs=1e-9)


def test_identical_service_is_surprising_for_one_and_desired_for_who_expects_it() -> None:
    given, found = lived(*[T6[0]], x=T6[1])
    assert publish(given, found, DEFAULTS).level[0] == 5
    given, found = lived(*[T6[0]], x=T6[1], m=1.5, p=0.2)
    assert publish(given, found, DEFAULTS).level[0] == 4


def test_the_defaults_are_the_published_ones() -> None:
    assert Parameters() == DEFAULTS
    assert DEFAULTS.cutpoints == DEFAULTS.level.thresholds
    with pytest.raises(AttributeError):
        DEFAULTS.quality_sd = 1.0  # type: ignore[misc]  # that it refuses is the point
