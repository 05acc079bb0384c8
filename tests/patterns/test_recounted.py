"""What drives either side, from the journal to the page's rows, against a second count: every turn's drivers by their
sentences, Shapley's values by every order in which drivers can come, penalties and rewards by least squares."""

from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from itertools import combinations
from math import factorial

import numpy as np
import pytest
from django.core.exceptions import ValidationError

from rung.accounts.models import Agent, Team
from rung.core.clock import epoch_ms
from rung.ladder.errands import grade_matured_customers, grade_stale_customers
from rung.patterns.drivers import ATTRIBUTES, BITS, FAILURES, MERITS
from rung.patterns.models import Case, Contrast, Driver, Method, Side, Slice
from rung.promises.models import Promise
from tests.insight.conftest import Story
from tests.insight.recount import DAY_MS, ENDLESS, Matter, Touch
from tests.ladder.recount import Ladder, Lived
from tests.ladder.test_recounted import Company
from tests.patterns.conftest import study

NOW = 190
LOW, HIGH = {"level": 2, "csat": 2, "ces": 3}, {"level": 5, "csat": 5, "ces": 7}


class Recount(Ladder):
    """The turns of a ladder, with what was the case in each and which side the customer came down on."""

    def sides(self) -> dict[int, tuple[bool, bool]]:
        found = {}
        for turn in self.turns:
            acts = {kind for kind, value in turn.shown.items() if value == 1}
            bad = bool(acts & {"complaint", "escalation", "negative_review"})
            bad |= any(turn.shown.get(name, 9) <= most for name, most in LOW.items())
            good = bool(acts & {"thanks", "referral"})
            good |= any(turn.shown.get(name, 0) >= least for name, least in HIGH.items())
            if bad or good or "complaint" in turn.shown or set(turn.shown) & set(LOW):
                found[turn.touchpoint] = (bad, good and not bad)
        return found

    def drivers(self) -> dict[int, set[str]]:
        by_talk: dict[int, list[Lived]] = defaultdict(list)
        for turn in sorted(self.turns, key=lambda each: (each.ms, each.touchpoint)):
            by_talk[turn.conversation].append(turn)
        return {
            turn.touchpoint: self._drivers(turn, number, mine)
            for mine in by_talk.values() for number, turn in enumerate(mine)
        }  # fmt: skip

    def _drivers(self, turn: Lived, number: int, mine: list[Lived]) -> set[str]:
        matter = self.world.matters[turn.conversation]
        said = [touch for touch in matter.said if touch.side == "customer" and touch.said_ms < turn.ms]
        since = mine[number - 1].ms if number else 0
        place = "first" if number == 0 else "later"
        found = {
            "asked_again": sum(touch.said_ms > since for touch in said) > 1,
            "switched": len(said) > 1 and said[-1].channel != said[-2].channel,
            "handed_on": turn.transfers > 0, "reopened": turn.reopened, "proactive": turn.proactive,
            "known": turn.known is True, "stranger": turn.known is False, "long": number >= 3,
            "came_back": self._came_back(turn, matter), "one_answer": self._one_answer(turn, mine, matter),
        }  # fmt: skip
        if turn.wait_s is not None and turn.led_to_expect_s:
            found[f"late_{place}"] = turn.wait_s > 2 * turn.led_to_expect_s
            found[f"quick_{place}"] = turn.wait_s < turn.led_to_expect_s / 2
        return {name for name, is_so in found.items() if is_so} | self._promised(turn)

    def _came_back(self, turn: Lived, matter: Matter) -> bool:
        def begun(each: Matter) -> Touch | None:
            return each.said[0] if each.counts and each.said[0].side == "customer" else None

        first = begun(matter)
        others = [begun(each) for each in self.world.matters.values() if self.world.person(each.who) == turn.who]
        return first is not None and any(
            other is not None and first.said_ms - 14 * DAY_MS <= other.said_ms < first.said_ms for other in others
        )

    def _one_answer(self, turn: Lived, mine: list[Lived], matter: Matter) -> bool:
        return len(mine) == 1 and not turn.proactive and [until for _since, until in matter.settled] == [ENDLESS]

    def _promised(self, turn: Lived) -> set[str]:
        found = set()
        for promise in Promise.objects.filter(conversation=turn.conversation):
            due, kept, broken = (
                epoch_ms(each) if each else ENDLESS for each in (promise.due_at, promise.kept_at, promise.broken_at)
            )
            if promise.withdrawn_at:
                continue
            if kept <= due:
                found |= {"promise_kept"} if kept <= turn.ms else set()
            elif min(due, broken) <= turn.ms:
                found.add("promise_broken")
        return found


def shapley(flags: np.ndarray, hit: np.ndarray) -> list[float]:
    """Of reach minus noise, over every set of the other drivers."""

    def worth(members: tuple[int, ...]) -> float:
        reached = np.asarray(flags[:, list(members)].any(axis=1))
        return float(reached[hit].mean() - reached[~hit].mean())

    n, found = flags.shape[1], []
    for one in range(n):
        others = [each for each in range(n) if each != one]
        found.append(sum(
            factorial(size) * factorial(n - size - 1) / factorial(n) * (worth((*those, one)) - worth(those))
            for size in range(n) for those in combinations(others, size)
        ))  # fmt: skip
    return found


@pytest.mark.parametrize("seed", [1])
def test_what_drives_either_side_comes_to_the_same(
    at: datetime, work: Callable[..., None], ada: Agent, lin: Agent, bo: Agent, support: Team, billing: Team, seed: int
) -> None:
    story = Story(start=at.replace(hour=0), agent=ada, work=work)
    company = Company(story, (ada, lin, bo), (support, billing, None), seed)
    company.lives(150, 260)
    for number in range(45):  # and much is said of how it was
        for deed in (company.writes_again, company.answers, company.marks):
            with suppress(ValidationError):
                deed(story.moment(151 + number / 2))
    now = story.moment(NOW)
    work(at=now)
    while grade_stale_customers(at=now) or grade_matured_customers(at=now):
        pass
    again = Recount(epoch_ms(now))
    sides, drivers = again.sides(), again.drivers()
    study(now)
    cases = {case.touchpoint: case for case in Case.objects.all()}
    # What was served before that very moment.
    sides = {turn.touchpoint: sides[turn.touchpoint] for turn in again.turns
             if turn.touchpoint in sides and turn.ms < again.now_ms}  # fmt: skip
    assert cases.keys() == sides.keys()
    told = {pk: {name for name, bit in BITS.items() if case.flags & bit} for pk, case in cases.items()}
    assert told == {pk: drivers[pk] for pk in cases}
    assert {pk: (case.is_frustrated, case.is_delighted) for pk, case in cases.items()} == sides
    whole = Slice.objects.get(days=365, team=None, channel="")
    told_of = []
    for side, names, k in ((Side.FRUSTRATION, FAILURES, 0), (Side.DELIGHT, MERITS, 1)):
        # Delight is looked at where nothing went wrong.
        mine = [pk for pk, verdict in sides.items() if k == 0 or not verdict[0]]
        often = [name for name in names if sum(name in drivers[pk] for pk in mine) >= 5]
        flags = np.array([[name in drivers[pk] for name in often] for pk in mine])
        hit = np.array([sides[pk][k] for pk in mine])
        found = Driver.objects.filter(slice=whole, side=side, method=Method.REACH)
        shares = {each.key: each.share for each in found}
        people = {cases[pk].customer for pk, is_one in zip(mine, hit, strict=True) if is_one}
        if min(hit.sum(), (~hit).sum(), len(people)) < 5:
            assert not shares
            continue
        told_of.append(side)
        assert shares == pytest.approx(dict(zip(often, shapley(flags, hit), strict=True)))
        assert len(shares) > 1
    assert told_of
    _penalties_and_rewards(sides, drivers, whole)


def _penalties_and_rewards(sides: dict[int, tuple[bool, bool]], drivers: dict[int, set[str]], whole: Slice) -> None:
    y = np.array([float(good) - float(bad) for bad, good in sides.values()])
    ends = [
        (each.key, end, name) for each in ATTRIBUTES for end, name in (("low", each.low), ("high", each.high)) if name
    ]
    columns = {(key, end): [float(name in drivers[pk]) for pk in sides] for key, end, name in ends}
    columns = {which: column for which, column in columns.items() if 5 <= sum(column) <= len(y) - 5}
    fit = np.linalg.lstsq(np.array([np.ones(len(y)), *columns.values()]).T, y, rcond=None)[0]
    by_hand = dict(zip(columns, fit[1:], strict=True))
    found = list(Contrast.objects.filter(slice=whole, is_shrunk=False))
    assert len(found) > 3
    for each in found:
        penalty, reward = by_hand.get((each.attribute, "low")), by_hand.get((each.attribute, "high"))
        assert (each.penalty, each.reward) == pytest.approx((penalty, reward))
        if penalty is not None and reward is not None and each.asymmetry is not None:
            hurts, pleases = max(-penalty, 0.0), max(reward, 0.0)
            assert each.asymmetry == pytest.approx((pleases - hurts) / (pleases + hurts))
