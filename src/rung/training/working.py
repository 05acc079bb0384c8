"""The work of one round: who served what, what stands out, what trainings changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from zoneinfo import ZoneInfo

import numpy as np
from django.db import transaction

from rung.accounts.access import names_of_colleagues
from rung.business.access import business
from rung.core.actor import SYSTEM, Actor
from rung.journal.jobs import Stopped
from rung.patterns.access import latest_study
from rung.patterns.telling import words_where_not
from rung.training.access import agreement
from rung.training.effect import Effect, Side, effect_of
from rung.training.gathering import gathered
from rung.training.judging import Finding, Judged, believed, judged
from rung.training.models import Agreement, Attendance, Direction, Outcome, Round, Spread, Standing, Training
from rung.training.served import Served, Truths
from rung.training.verbs import finish_round, hand_back_round, keep_effect, keep_opportunities
from rung.training.verbs.opportunities import Behind, Words

WINDOW_DAYS = 90
"""So long before and after a training is looked at."""
MOST_BEHIND = 200
MOST_WORDS = 8

CIRCULAR = {Outcome.DURABLE.value: ("reopened",)}

Progress = Callable[[str, int, int], bool]
"""Called with what is being done, the steps made and of how many; returns whether to go on."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a round stood on. ``cases`` by outcome; ``topics`` and ``pairs``: how many were tested of the house, and of agent
    and topic; ``with_people``: whether single colleagues were looked at."""

    cases: dict[str, int]
    topics: int
    pairs: int
    with_people: bool


def work_out(going: Round, *, at: datetime, progress: Progress, by: Actor = SYSTEM) -> Report | None:
    """Do the whole of it and keep it; None when it is another process's by now. Raises Stopped."""

    def go_on(doing: str, steps: int, of: int) -> None:
        if not progress(doing, steps, of):
            raise Stopped

    study = latest_study()
    with_people = agreement().is_on
    served = gathered(at=at, go_on=lambda steps, of: go_on("gathering", steps, of)) if study else {}
    served = {outcome: cases for outcome, cases in served.items() if len(cases)}
    if not with_people:
        served = {outcome: replace(cases, agents=np.zeros_like(cases.agents)) for outcome, cases in served.items()}
    found: dict[str, Judged] = {}
    for number, (outcome, cases) in enumerate(served.items()):
        go_on("judging", number, len(served))
        found[outcome] = judged(cases, circular=CIRCULAR.get(outcome, ()))
    told = believed(found)
    here = names_of_colleagues()
    go_on("keeping", 0, 0)
    kept: dict[str, list[tuple[Finding, Behind, Words]]] = {}
    for outcome, findings in told.items():
        kept[outcome] = []
        for each in findings:
            if not each.agent or each.agent in here:
                go_on("keeping", 0, 0)
                talks = behind(served[outcome], each)
                kept[outcome].append((each, talks, _words(each, talks)))
    report = Report(
        cases={outcome: len(cases) for outcome, cases in served.items()},
        topics=sum(len(each.tested_topics) for each in found.values()),
        pairs=sum(len(each.tested_people) for each in found.values()) // 2,
        with_people=with_people,
    )
    effects = [(training, measured(training, served, found)) for training in _to_measure(at)] if with_people else []
    with transaction.atomic():
        if with_people and not Agreement.objects.select_for_update().filter(pk=1, is_on=True).first():
            # Switched off meanwhile, and what was found about people is gone: it must not come back by this.
            hand_back_round(going, by=by, at=at)
            return None
        _keep_spreads(going, found, set(here))
        keep_opportunities(kept, going=going, by=by, at=at)
        for training, effect in effects:
            keep_effect(training, effect, going=going, by=by, at=at)
        if not finish_round(going, asdict(report), study=study.pk if study else None, by=by, at=at):
            transaction.set_rollback(True)
            return None
    return report


def behind(served: Served, finding: Finding) -> Behind:
    """The conversations behind a finding, the latest MOST_BEHIND of either kind."""
    mine = served.topics == finding.topic
    if finding.agent:
        mine &= served.agents == finding.agent
    kept: list[tuple[int, float, bool]] = []
    for hit in (False, True):
        places = np.flatnonzero(mine & (served.hits == hit))
        latest = places[np.argsort(-served.moments[places], kind="stable")][:MOST_BEHIND]
        kept += [(int(served.conversations[at]), float(served.moments[at]), hit) for at in latest]
    return kept


def _words(finding: Finding, talks: Behind) -> Words:
    """What customers write more often where it did not go well; of a strength nothing is asked."""
    if finding.side != Direction.WEAK:
        return []
    found = words_where_not({conversation: hit for conversation, _moment, hit in talks})
    return [(row["word"], row["lift"], row["low"], row["high"], row["with_it"]) for row in found[:MOST_WORDS]]


def _keep_spreads(going: Round, found: dict[str, Judged], here: set[int]) -> None:
    Spread.objects.filter(round=going).delete()  # of an earlier try
    for outcome, each in found.items():
        for pool in each.pools:
            spread = Spread.objects.create(
                round=going,
                topic=pool.topic,
                outcome=outcome,
                n=pool.n,
                mean=pool.mean,
                rho=pool.rho,
                strength=pool.strength,
                colleagues=pool.colleagues,
            )
            Standing.objects.bulk_create(
                Standing(
                    spread=spread,
                    agent_id=cell.agent,
                    n=cell.n,
                    hits=cell.hits,
                    expected=cell.expected,
                    rate=cell.rate,
                    mean=cell.mean,
                    low=cell.low,
                    high=cell.high,
                )
                for cell in pool.cells
                if cell.agent in here
            )


def _to_measure(at: datetime) -> list[Training]:
    """Trainings of which both windows can still be read, and that have not been taken back."""
    today = at.astimezone(_zone()).date()
    since = today - timedelta(days=365 - WINDOW_DAYS)
    return list(Training.objects.filter(withdrawn_at__isnull=True, held_on__gte=since, held_on__lte=today))


def _zone() -> ZoneInfo:
    """By whose clock a day of training begins and ends: ours, as the house is set up."""
    try:
        return ZoneInfo(business().time_zone)
    except (KeyError, ValueError, OSError):
        return ZoneInfo("UTC")


def _midnight(day: date) -> float:
    return datetime.combine(day, clock_time(), _zone()).timestamp()


def measured(training: Training, served: dict[str, Served], found: dict[str, Judged]) -> Effect:
    """What a training changed in its own pattern, so far, against comparable colleagues who had none for it."""
    cases, judgement = served.get(training.outcome), found.get(training.outcome)
    if cases is None or judgement is None:
        return effect_of([], [], 0.0)
    held, held_until = _midnight(training.held_on), _midnight(training.held_on + timedelta(days=1))
    window = WINDOW_DAYS * 86_400
    about = (cases.topics == training.topic) & (np.abs(cases.moments - held) < window) & (cases.agents > 0)
    trained = set(Attendance.objects.filter(training=training).values_list("agent_id", flat=True))
    near = timedelta(days=2 * WINDOW_DAYS)
    others_trained = set(
        Attendance.objects.filter(
            training__topic=training.topic,
            training__outcome=training.outcome,
            training__withdrawn_at__isnull=True,
            training__held_on__gte=training.held_on - near,
            training__held_on__lte=training.held_on + near,
        ).values_list("agent_id", flat=True)
    )
    left = cases.hits - judgement.expected
    # Of the day itself nobody knows whether it was before or after.
    that_day = (cases.moments >= held) & (cases.moments < held_until)

    def side(mine: Truths) -> Side:
        return Side(left[mine], cases.customers[mine], cases.moments[mine] >= held)

    sides = {int(agent): side(about & ~that_day & (cases.agents == agent)) for agent in np.unique(cases.agents[about])}
    mine = [sides[agent] for agent in sorted(trained) if agent in sides]
    others = [each for agent, each in sorted(sides.items()) if agent not in others_trained]
    return effect_of(mine, others, judgement.mean)


__all__ = ["WINDOW_DAYS", "Report", "behind", "measured", "work_out"]
