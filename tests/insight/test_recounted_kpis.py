"""KPIs over a company in which everything happens that makes counting hard, against a second count from the journal."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from rung.accounts.models import Agent, Team
from rung.core.clock import epoch_ms
from rung.insight.access import Scope
from rung.insight.kpi import Measure, Result
from rung.insight.kpis import KPIS
from rung.insight.periods import Period
from rung.insight.reckoning import Reckoning, behind, reckon
from tests.insight.awkward import Company
from tests.insight.conftest import DAY, Story
from tests.insight.recount import Asking, Counted, World
from tests.insight.recount_figures import FIGURES

NOW = 190
PERIODS = ((20, 27), (0, 100), (100, 150), (95, 185), (0, 190))
# A person counts for the team and channel of their last contact in all stretches together: only everybody is counted again.
OF_EVERYBODY = ("customer_retention", "churn", "repeat_rate")
OF_PARTS = {
    "contacts_per_need": ("single",), "observed_effort": ("again", "switched", "moved", "smooth"),
    "promise_kept_rate": ("late", "broken", "open", "moved"), "customer_effort_score": ("", "answered"),
}  # fmt: skip
OF_WHAT_WAS_LEFT_OUT = (
    "conversion_rate", "complaint_escalation_rate", "repeat_rate", "proactive_share", "contacts_per_need"
)  # fmt: skip


@dataclass
class Place:
    team: int | None = None
    channel: str = ""


def told(name: str, result: Result) -> Iterator[tuple[str, tuple[int | None, int]]]:
    """What a result says beside its headline, by the names of the second count."""
    for part, measure in zip(OF_PARTS.get(name, ()), result.parts, strict=False):
        yield part, _counts(measure)
    if result.counter is not None and name not in ("customer_effort_score", "overall_satisfaction"):
        yield "counter", _counts(result.counter)
    if name in OF_WHAT_WAS_LEFT_OUT:
        yield "excluded", (result.excluded[0].count, 0)


def headline(name: str, result: Result) -> tuple[int | None, int]:
    if name == "backlog_age":
        return result.parts[1].count, result.headline.n
    return _counts(result.headline)


def ages(result: Result) -> list[int]:
    return [round(each.estimate.value) for each in (result.headline, result.parts[0]) if each.estimate]


def _counts(measure: Measure) -> tuple[int | None, int]:
    if measure.unit == "mean" and measure.estimate is not None:
        return round(measure.estimate.value * measure.n), measure.n
    return measure.count or 0, measure.n


@pytest.mark.parametrize("seed", [1, 2])
def test_a_second_count_of_an_awkward_company_comes_to_the_same(
    story: Story, ada: Agent, lin: Agent, bo: Agent, support: Team, billing: Team, seed: int
) -> None:
    Company(story, (ada, lin, bo), (support, billing, None), seed).lives(150, 150)
    story.folded(NOW)
    world = World()
    places = (Place(), Place(support.pk), Place(0), Place(None, "phone"), Place(billing.pk, "email"))
    for name, figure in FIGURES.items():
        for from_day, to_day in PERIODS:
            period = Period(story.moment(from_day).date(), story.moment(to_day).date() - DAY, story.moment(NOW))
            for place in places[:1] if name in OF_EVERYBODY else places:
                scope = Scope(None if place.team is None else (place.team,))
                found = reckon(KPIS[name], period, scope, channel=place.channel)
                list_of = {
                    each.conversation for each in behind(KPIS[name], period, scope, channel=place.channel, most=2_000)
                }
                _is_the_same(name, found, list_of, _counted(figure, world, found, place, epoch_ms(story.moment(NOW))))


def _counted(figure: Callable[[Asking], Counted], world: World, found: Reckoning, place: Place, now_ms: int) -> Counted:
    cut = found.cut
    return figure(Asking(world, epoch_ms(cut.start), epoch_ms(cut.end), now_ms, place.team, place.channel))


def _is_the_same(name: str, found: Reckoning, list_of: set[int], again: Counted) -> None:
    result = found.result
    about = (name, found.cut.start, found.cut.end)
    assert (about, headline(name, result)) == (about, (again.count, again.n))
    for part, counts in told(name, result):
        if part in again.further:
            assert (about, part, counts) == (about, part, again.further[part])
    if name == "backlog_age":
        assert (about, ages(result)) == (about, [again.further[each][0] for each in ("median", "p90") if again.n])
    # Of a number that the records do not reach back for, the list tells what it can.
    if name != "repeat_rate" and again.n:
        assert (about, list_of) == (about, set(again.behind))
