"""What a training changed: against comparable colleagues, with an interval, and not where too little is known."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from django.core.exceptions import ValidationError

from rung.business.models import Business
from rung.core.actor import SYSTEM
from rung.journal.models import Entry
from rung.training.effect import Side, comparable, effect_of
from rung.training.models import Opportunity, Training
from rung.training.verbs import Plan, log_training, withdraw_training
from rung.training.working import _midnight, measured
from tests.training.conftest import work_round

DAY = timedelta(days=1)


def side(rng, before, after, n=60, usual=0.8):
    """Cases of one of us with these shares before and after, as what is left of `usual`."""
    hits = np.concatenate([rng.random(n) < before, rng.random(n) < after])
    return Side(hits - usual, rng.integers(0, 40, size=2 * n), np.arange(2 * n) >= n)


def test_the_difference_of_differences_is_that_of_the_means():
    rng = np.random.default_rng(1)
    trained, others = side(rng, 0.5, 0.8), [side(rng, 0.5, 0.6) for _ in range(3)]
    found = effect_of([trained], others, 0.8)
    left = [np.concatenate([other.left[other.is_after == after] for other in others]).mean() for after in (False, True)]
    assert found.value == pytest.approx(trained.change() - (left[1] - left[0]))
    assert found.low < found.value < found.high


def test_who_was_picked_for_being_weak_and_improves_as_all_such_do_has_learned_nothing():
    """Regression to the mean: everybody's true share is the same, those trained were the unlucky ones."""
    verdicts, changes = [], []
    for seed in range(20):
        rng = np.random.default_rng(seed)
        everybody = [side(rng, 0.7, 0.7, usual=0.7) for _ in range(12)]
        everybody.sort(key=lambda each: float(each.left[~each.is_after].mean()))
        changes.append(everybody[0].change())
        verdicts.append(effect_of(everybody[:1], everybody[1:], 0.7).verdict)
    assert np.mean(changes) > 0.05
    assert verdicts.count("better") <= 1


def test_a_true_effect_is_found():
    rng = np.random.default_rng(4)
    trained, others = side(rng, 0.45, 0.85, n=150), [side(rng, 0.5, 0.5, n=150) for _ in range(5)]
    found = effect_of([trained], others, 0.6)
    assert found.verdict == "better"
    assert found.low > 0.1
    assert found.controls >= 4
    assert found.as_much == 0


def test_only_those_of_about_the_same_share_before_are_compared_with():
    rng = np.random.default_rng(2)
    trained, like, unlike = side(rng, 0.4, 0.7, n=200), side(rng, 0.42, 0.4, n=200), side(rng, 0.95, 0.95, n=200)
    assert comparable(trained, [like, unlike], 0.7) == [like]


@pytest.mark.parametrize(("n", "controls"), [(9, 4), (60, 1)])
def test_with_too_little_it_cannot_be_told(n, controls):
    rng = np.random.default_rng(3)
    found = effect_of([side(rng, 0.5, 0.9, n=n)], [side(rng, 0.5, 0.5) for _ in range(controls)], 0.6)
    assert (found.verdict, found.value, found.low) == ("unknown", None, None)
    assert effect_of([], [], 0.5).verdict == "unknown"


def plan(who, at, **more):
    return Plan(**{"about": "An hour", "held_on": (at - 120 * DAY).date(), "minutes": 60, "agents": (who.pk,), **more})


@pytest.mark.django_db
def test_a_training_is_measured_again_with_every_round(found, lin, at):
    zed = found.people["zed"]
    weak = Opportunity.objects.get(agent=zed, outcome="level")
    made = log_training(weak, plan(zed, at, predicted=0.1, predicted_low=0.0, predicted_high=0.2), by=lin.actor, at=at)
    assert (made.topic, made.outcome) == (weak.topic, weak.outcome)
    assert Entry.objects.get(kind="training.logged").data["agents"] == [zed.pk]
    work_round(at + DAY)
    made.refresh_from_db()
    assert made.measured_at == at + DAY
    assert made.before >= 10
    assert made.after >= 10
    assert made.verdict in ("unknown", "none")  # nothing was made to go better
    assert Entry.objects.filter(kind="training.measured").count() == 1
    work_round(at + 2 * DAY)
    assert Entry.objects.filter(kind="training.measured").count() == 1
    assert withdraw_training(made, by=lin.actor, at=at)
    work_round(at + 3 * DAY)
    made.refresh_from_db()
    assert made.measured_at == at + 2 * DAY
    assert not withdraw_training(made, by=lin.actor, at=at)


@pytest.mark.django_db
def test_a_button_pressed_twice_logs_one_training(found, lin, at):
    zed = found.people["zed"]
    weak = Opportunity.objects.get(agent=zed, outcome="level")
    made = log_training(weak, plan(zed, at), by=lin.actor, at=at)
    assert log_training(weak, plan(zed, at), by=lin.actor, at=at + timedelta(seconds=9)) == made
    assert log_training(weak, plan(zed, at, about="Another"), by=lin.actor, at=at) != made
    assert log_training(weak, plan(zed, at), by=lin.actor, at=at + timedelta(hours=1)) != made


@pytest.mark.django_db
def test_a_training_on_delivery_is_compared_with_those_who_had_none(found, lin, at):
    """Everybody is as weak at it, and two learn it: Mia's later cases are made to go well, Tom's are left as they were."""
    mia, tom = found.people["mia"], found.people["tom"]
    house = Opportunity.objects.get(agent=None, outcome="level")
    made = log_training(house, plan(mia, at, agents=(mia.pk, tom.pk)), by=lin.actor, at=at)
    found_again = _gathered(at, better=mia.pk, since=(at - 120 * DAY).timestamp(), topic=house.topic)
    both = measured(made, *found_again)
    assert both.controls >= 3
    assert both.value > 0.05
    assert both.low < both.value < both.high


def _gathered(at, *, better, since, topic):
    from rung.training.gathering import gathered
    from rung.training.judging import judged

    served = gathered(at=at, go_on=lambda *_: None)
    level = served["level"]
    level.hits[(level.agents == better) & (level.topics == topic) & (level.moments > since)] = True
    return served, {"level": judged(level)}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong",
    [
        {"about": " "},
        {"agents": ()},
        {"minutes": 0},
        {"minutes": 6001},
        {"predicted_low": 0.1},
        {"predicted": 0.3, "predicted_low": 0.1, "predicted_high": 0.2},
    ],
)
def test_what_cannot_be_so_is_not_logged(found, at, wrong):
    zed = found.people["zed"]
    weak = Opportunity.objects.get(agent=zed, outcome="level")
    with pytest.raises(ValidationError):
        log_training(weak, plan(zed, at, **wrong), by=SYSTEM, at=at)
    for day in (at + 5 * DAY, at - 400 * DAY):
        with pytest.raises(ValidationError):
            log_training(weak, plan(zed, at, held_on=day.date()), by=SYSTEM, at=at)
    assert not Training.objects.exists()


def test_a_day_of_training_is_a_day_of_the_house(db):
    assert _midnight(date(2026, 3, 10)) == datetime(2026, 3, 10, tzinfo=UTC).timestamp()
    Business.objects.create(pk=1, time_zone="Asia/Tokyo")
    assert _midnight(date(2026, 3, 10)) == datetime(2026, 3, 9, 15, tzinfo=UTC).timestamp()
