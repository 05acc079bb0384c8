"""What a KPI is: a declaration that says all one has to know to believe it, and the results it gives.

A company adds its own by adding a file to `kpis/`; the guards of this module hold for it too.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from math import inf, sqrt
from typing import Literal

from django.utils.functional import Promise

from rung.core.proportion import TOLD_FROM, TREND_FROM
from rung.insight.engine import Row
from rung.insight.exclusions import OF_CONVERSATIONS
from rung.insight.resampling import Brought, linearised, people_of, repeats, widened
from rung.insight.statistics import Estimate, difference, wilson

Text = str | Promise
Unit = Literal["share", "score", "minutes", "seconds", "count", "mean"]
Better = Literal["more", "less", "neither"]


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure: what it is, over how many, and its estimate in its unit (a share is a fraction of 1).

    `estimate` None: not to be known from these data, and `missing` says why. `count` is what was counted of the `n`.
    """

    label: Text
    unit: Unit
    n: int
    estimate: Estimate | None
    noun: Text = ""
    count: int | None = None
    missing: Text = ""
    people: int | None = None  # of how many customers, where the interval was widened because some count repeatedly

    @property
    def told(self) -> Estimate | None:
        """The estimate when there is enough behind it to be told; a plain count always is."""
        if self.unit == "count" or self.n >= TOLD_FROM:
            return self.estimate
        return None

    def change_from(self, before: "Measure") -> Estimate | None:
        """The difference against an earlier measure with its interval, when both may be told and both are bounded."""
        if self.told is None or before.told is None or min(self.n, before.n) < TOLD_FROM:
            return None
        if self.unit != "count" and (_is_bare(self.told) or _is_bare(before.told)):
            return None
        change = difference(self.told, before.told)
        return change if change.is_bounded else None

    def moved_from(self, before: "Measure") -> Literal["up", "down", "unclear", "unknown"]:
        """Where it went: a direction only if the interval of the difference leaves 0 out and both sides count 30."""
        change = self.change_from(before)
        if change is None or min(self.n, before.n) < TREND_FROM:
            return "unknown"
        if change.low > 0:
            return "up"
        return "down" if change.high < 0 else "unclear"


def _is_bare(estimate: Estimate) -> bool:
    """Whether a value stands without an interval: nothing may be said of where it went."""
    return estimate.low == estimate.high


@dataclass(frozen=True, slots=True)
class Excluded:
    """What was left out of the population, and how many of it."""

    label: Text
    count: int


@dataclass(frozen=True, slots=True)
class Slice:
    """One class of a distribution."""

    label: Text
    count: int


@dataclass(frozen=True, slots=True)
class Result:
    """A KPI over one stretch of time: its headline, further measures, the counter-metric, and what was left out.

    `failed`: why there is none, where a company's own file went wrong over the facts; empty elsewhere."""

    headline: Measure
    parts: tuple[Measure, ...] = ()
    counter: Measure | None = None
    excluded: tuple[Excluded, ...] = ()
    distribution: tuple[Slice, ...] = ()
    remark: Text = ""
    failed: str = ""


@dataclass(frozen=True, slots=True)
class Further:
    """What the page of a KPI tells beside its result, from a statement of its own that the overview does not wait for."""

    statement: str
    finish: Callable[[Sequence[Row]], tuple[Measure, ...]]


@dataclass(frozen=True, kw_only=True)
class KPI:
    """One KPI, whole: what it asks, of whom, in which unit, by which clock, and how it is worked out.

    `statement` is SQL in the portable subset (see `engine`); its rows carry `span`, `team`, `channel` and whole numbers
    that add up. `finish` makes the result of any subset of those rows. `behind` lists conversations to look at, the most
    telling first, as (conversation, moment_ms, and what `remark` reads). `numbers` are parameters of both.
    `follow_up_days`: how long one has to wait before a case can be judged; periods that end later are moved back.
    `further`: asked over the period alone. `clusters`: SQL for what each customer brought to the headline, a ratio: span,
    amount_n, count_n, and how many `people` brought just that; its interval then knows that one customer's cases are alike.
    `left_out`: SQL for what was left out beyond what its rows say, reason and cases, asked on its own page alone; empty
    where it is made of no conversations. `series` "week": each point stands for a week; "rolling": for a period of the
    chosen length that ends there.
    """

    name: str
    order: int
    title: Text
    question: Text
    population: Text
    unit: Unit
    unit_words: Text
    clock: Text
    exclusions: tuple[Text, ...]
    uncertainty: Text
    counter_metric: Text
    outcome: Text
    side: Literal["customers", "service"]  # what came of it for the customers, or what we did
    unmeasured: Text  # why there may be nothing to see, as the end of "Not yet measured, because …"
    better: Better
    statement: str
    finish: Callable[[Sequence[Row]], Result]
    behind: str
    behind_words: Text
    remark: Callable[[Row], Text]
    numbers: tuple[tuple[str, int], ...] = ()
    follow_up_days: int = 0
    series: Literal["week", "rolling"] = "week"
    further: Further | None = None
    clusters: str = ""
    left_out: str = OF_CONVERSATIONS
    is_own: bool = False  # from a file of the company's, told by `own`
    is_named: bool = True  # a card on the overview; the others stand below it by name

    def __post_init__(self) -> None:
        for each in fields(self):
            if each.name in _MAY_BE_EMPTY:
                continue
            said = getattr(self, each.name)
            if said is None or said == () or (isinstance(said, str) and not said.strip()):
                raise ValueError(f"KPI {self.name or '?'}: say its {each.name}; nobody can check a number without it.")


# Of the scale itself: distances that are laid on an adjusted value, or stretched, may reach beyond it.
_ENDS: dict[Unit, tuple[float, float]] = {"share": (0.0, 1.0), "score": (-100.0, 100.0)}


def over_customers(measure: Measure, rows: Sequence[Row]) -> Measure:
    """A ratio whose interval knows that one customer's cases are alike, from the rows of a KPI's `clusters`."""
    if measure.estimate is None:
        return measure
    brought = [Brought(int(row["amount_n"]), int(row["count_n"]), int(row["people"])) for row in rows]
    if not repeats(brought):
        return measure
    if measure.unit == "mean" and all(each.amount >= 0 for each in brought):
        # Rows by team and channel know no more than that each has customers of its own; these know who is in several.
        return replace(measure, estimate=linearised(brought), people=people_of(brought))
    per = 100.0 if measure.unit == "score" else 1.0
    found = widened(measure.estimate, brought, per=per)
    lowest, highest = _ENDS.get(measure.unit, (-inf, inf))
    found = replace(found, low=max(lowest, found.low), high=min(highest, found.high))
    return replace(measure, estimate=found, people=people_of(brought))


def as_alike(measure: Measure, effect: float) -> Measure:
    """A part's measure with the design effect of its whole, for want of drawing its own customers: a proportion is as sure
    as of n / effect cases (Korn and Graubard 1998), anything else has its distances stretched by the root."""
    estimate = measure.estimate
    if effect <= 1 or estimate is None or not measure.n:
        return measure
    if measure.count is not None and estimate == wilson(measure.count, measure.n):
        found = wilson(measure.count / effect, measure.n / effect)
        return replace(measure, estimate=replace(estimate, low=found.low, high=found.high))
    lowest, highest = _ENDS.get(measure.unit, (0.0, inf))
    far = sqrt(effect)
    low = max(lowest, estimate.value - far * (estimate.value - estimate.low))
    high = min(highest, estimate.value + far * (estimate.high - estimate.value))
    return replace(measure, estimate=replace(estimate, low=low, high=high))


_MAY_BE_EMPTY = ("numbers", "follow_up_days", "order", "further", "clusters", "left_out")


def total(rows: Sequence[Row], column: str) -> int:
    """The sum of one column, 0 over nothing."""
    return sum(int(row[column] or 0) for row in rows)


def share(label: Text, successes: int, n: int, *, noun: Text, missing: Text = "") -> Measure:
    """A proportion with Wilson's interval; no estimate where there is nothing to divide by."""
    return Measure(label, "share", n, wilson(successes, n) if n else None, noun, successes, missing)
