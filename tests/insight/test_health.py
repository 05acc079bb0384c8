"""Customer health: the model fits what was drawn from it, and its chances are held against what came."""

import numpy as np
import pytest

from rung.core.clock import epoch_ms
from rung.insight.days import calendar
from rung.insight.health import Foretold, health
from rung.insight.kpis import KPIS
from rung.insight.lifetimes import BuyTillYouDie, fitted_buying
from rung.insight.models import OrderFact
from tests.insight.conftest import DAY, Story
from tests.insight.test_kpis import value

MODEL = BuyTillYouDie(r=0.9, alpha=4.0, a=0.8, b=2.5)


def lives(people: int, until: float, seed: int) -> list[list[float]]:
    """When each of some people bought, in months from 0, drawn from MODEL; each bought first at a time of their own."""
    lot = np.random.default_rng(seed)
    found = []
    for _ in range(people):
        rate, leaves = lot.gamma(MODEL.r, 1 / MODEL.alpha), lot.beta(MODEL.a, MODEL.b)
        moment = float(lot.uniform(0, until * 0.6))
        bought = [moment]
        while True:
            moment += float(lot.exponential(1 / rate))
            if moment > until:
                break
            bought.append(moment)
            if lot.random() < leaves:
                break
        found.append(bought)
    return found


def state(bought: list[float], at: float) -> tuple[int, float, float, int]:
    so_far = [each for each in bought if each < at]
    return len(so_far) - 1, so_far[-1] - so_far[0], at - so_far[0], 1


def test_the_fit_finds_what_was_planted() -> None:
    found = fitted_buying([state(each, 36) for each in lives(4_000, 36, 5)])
    for planted, fitted in ((MODEL.r, found.r), (MODEL.alpha, found.alpha)):
        assert fitted == pytest.approx(planted, rel=0.12)
    assert found.a / (found.a + found.b) == pytest.approx(MODEL.a / (MODEL.a + MODEL.b), rel=0.15)


def test_the_chance_of_buying_is_that_of_who_did() -> None:
    drawn = lives(20_000, 36, 6)
    told = [MODEL.active(12, *state(each, 24)[:3]) for each in drawn if each[0] < 24]
    came = [any(24 <= moment < 36 for moment in each) for each in drawn if each[0] < 24]
    assert np.mean(told) == pytest.approx(np.mean(came), abs=0.012)
    high = [hit for chance, hit in zip(told, came, strict=True) if chance > 0.6]
    assert np.mean(high) == pytest.approx(np.mean([chance for chance in told if chance > 0.6]), abs=0.03)


def test_nobody_repeats_or_too_few_are_known() -> None:
    with pytest.raises(ValueError, match="again"):
        fitted_buying([(0, 0.0, 5.0, 40)])
    assert health([(1, 2.0, 5.0, 50)], [Foretold((1, 1.0, 4.0, 29), 3)]) is None
    assert health([(0, 0.0, 5.0, 50)], [Foretold((0, 0.0, 5.0, 50), 0)]) is None


def test_chances_are_moved_to_where_they_would_have_been_right() -> None:
    drawn = [each for each in lives(3_000, 36, 8) if each[0] < 24]
    before = [Foretold(state(each, 24), int(any(moment >= 24 for moment in each))) for each in drawn]
    halved = [Foretold(each.state, each.came * (n % 2)) for n, each in enumerate(before)]
    fair = health([state(each, 36) for each in drawn], before)
    worse = health([state(each, 36) for each in drawn], halved)
    assert fair is not None
    assert worse is not None
    assert abs(fair.calibration.shift[0]) < 0.25
    assert fair.calibration.brier < fair.calibration.brier_of_the_mean
    for band in fair.calibration.bands:
        if band.n > 100:
            assert band.came / band.n == pytest.approx(band.told, abs=0.1)
    assert worse.mean[0] < 0.75 * fair.mean[0]
    assert fair.mean[1] < fair.mean[0] < fair.mean[2]


def test_the_kpi_over_orders(story: Story) -> None:
    assert value_missing(story)
    month = 30.4375
    orders = []
    for customer, bought in enumerate(lives(400, 36, 11)):
        for moment in bought:
            ms = epoch_ms(story.start + DAY * (moment * month))
            fact = OrderFact(
                placed_order=1_000 + len(orders),
                customer=10_000 + customer,
                amount_cents=1,
                placed_ms=ms,
                **calendar(ms),
            )
            orders.append(fact)
    OrderFact.objects.bulk_create(orders)
    result = story.result("customer_health", 1000, 1096, now=1096)
    people = len({order.customer for order in orders})
    assert result.headline.n == people + 1
    assert result.counter is not None
    assert result.counter.count is not None
    assert result.headline.told is not None
    assert result.headline.told.low < value(result.headline) < result.headline.told.high
    # Of those who were customers a year ago so many came; those of today have had a year more in which to leave.
    assert 0.3 * value(result.counter) < value(result.headline) < 1.1 * value(result.counter)
    assert sum(part.n for part in result.parts[1:-1]) == result.counter.n


def value_missing(story: Story) -> bool:
    story.order(story.person(), 1)
    result = story.result("customer_health", 0, 10, now=20)
    return (
        result.headline.estimate is None
        and "30" in str(result.headline.missing)
        and KPIS["customer_health"].order == 29
    )
