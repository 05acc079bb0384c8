"""Putting a KPI's question to the facts: one statement answers for the period, the one before, and every point."""

import logging
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from django.db import transaction

from rung.business.access import hours_kept
from rung.core.clock import epoch_ms
from rung.core.proportion import TOLD_FROM
from rung.core.text import one_line
from rung.insight.access import Scope
from rung.insight.clocks import clocks_of
from rung.insight.engine import Engine, OwnDatabase, Question, Row
from rung.insight.exclusions import counted
from rung.insight.kpi import KPI, Excluded, Measure, Result, as_alike, over_customers
from rung.insight.periods import FIRST_POINT, THE_ONE_BEFORE, THE_PERIOD, Cut, Period, cut
from rung.insight.resampling import design_effect
from rung.insight.spans import Span

log = logging.getLogger(__name__)

# Fewer points are no line worth looking at.
LINE_FROM = 3


@dataclass(frozen=True, slots=True)
class Reckoning:
    """A KPI's results: over the period, the one before, each point (from, to), each team and each channel.

    Team 0 stands for "no team". `cut` says which stretch of time it is really about. `effect`: the design effect of
    customers who count more than once, found for the period and taken on by points, teams and channels.
    """

    kpi: KPI
    cut: Cut
    result: Result
    before: Result
    points: tuple[tuple[datetime, datetime, Result], ...]
    by_team: dict[int, Result]
    by_channel: dict[str, Result]
    further: tuple[Measure, ...] = ()
    left_out: tuple[Excluded, ...] = ()
    effect: float = 1.0

    @property
    def points_told(self) -> int:
        """How many points of the series have a value that may be told."""
        return sum(1 for _, _, result in self.points if result.headline.told is not None and result.headline.n)

    @property
    def points_counted(self) -> int:
        """How much was counted in all points of the series together."""
        return sum(result.headline.n for _, _, result in self.points)


@dataclass(frozen=True, slots=True)
class Stretch:
    """What a KPI comes to over one span; where they are wanted, for the period alone, also by team and channel."""

    result: Result
    by_team: dict[int, Result]
    by_channel: dict[str, Result]


class Memory(Protocol):
    """What was made of single spans before (see `remembered`). `has_groups`: by team and channel too, for the period."""

    has_groups: bool

    def known(self, kpi: KPI, statement: str, question: Question) -> dict[int, Any]:
        """By the number of the span: of those whose rows cannot have changed."""
        ...

    def keep(self, kpi: KPI, statement: str, question: Question, made: Mapping[int, Any]) -> None: ...


@dataclass(frozen=True, slots=True)
class Behind:
    """A conversation a number was made of: which, when, and what about it."""

    conversation: int
    moment_ms: int
    remark: str


def reckon(
    kpi: KPI,
    period: Period,
    scope: Scope,
    *,
    channel: str = "",
    engine: Engine | None = None,
    is_whole: bool = False,
    memory: Memory | None = None,
) -> Reckoning:
    """Ask a KPI's statement once and finish every subset of its rows that a screen shows. `is_whole`: what it tells
    further and what it leaves out, too, as on its own page. `memory`: spans that it knows are not asked again, and by team
    and channel is told only what it has of them: those of a person are told by all spans that are asked together
    (`tells_whose_together`).

    Where single weeks hold too little to be told, but several together do, it is asked again for points of four weeks.
    """
    try:
        with _apart(kpi):
            return _reckoned(kpi, period, scope, channel, engine or OwnDatabase(), is_whole, memory)
    except Exception as broken:
        return _failed(kpi, period, _why(kpi, broken))


def _apart(kpi: KPI) -> AbstractContextManager[object]:
    """So that a statement the database refuses spoils no transaction around it."""
    return transaction.atomic() if kpi.is_own else nullcontext()


def _why(kpi: KPI, broken: Exception) -> str:
    """What went wrong with a company's own KPI, whatever its file raises or an engine refuses: the others are told without
    it. Raises it again for one of ours."""
    if not kpi.is_own:
        raise broken
    log.error("the KPI of kpis/%s.py could not be worked out: %s", kpi.name, broken, exc_info=broken)
    return one_line(f"{type(broken).__name__}: {broken}", 300)


def _failed(kpi: KPI, period: Period, why: str) -> Reckoning:
    pieces, nothing = cut(kpi, period), replace(kpi.finish([]), failed=why)
    points = tuple((*point, nothing) for point in pieces.points)
    return Reckoning(kpi, pieces, nothing, nothing, points, {}, {})


def _reckoned(
    kpi: KPI, period: Period, scope: Scope, channel: str, asked: Engine, is_whole: bool, memory: Memory | None
) -> Reckoning:
    found = _reckon(kpi, cut(kpi, period), period, scope, channel, asked, memory)
    if kpi.series == "week" and found.points_told < LINE_FROM and found.points_counted >= LINE_FROM * TOLD_FROM:
        found = _reckon(kpi, cut(kpi, period, weeks=4), period, scope, channel, asked, memory)
    if kpi.clusters and _is_told(found):
        found = _over_customers(found, period, scope, channel, asked, memory)
    if is_whole:
        question = further_question(kpi, found.cut, period, scope, channel)
        found = replace(found, further=further_of(kpi, question, asked))
        found = replace(found, left_out=left_out_of(kpi, found.cut, period, scope, channel, asked))
    return found


def further_question(kpi: KPI, pieces: Cut, period: Period, scope: Scope, channel: str) -> Question | None:
    """What is asked to tell what a KPI tells further; None where it tells nothing."""
    if kpi.further is None:
        return None
    return _with_clocks(_about(pieces.spans[:1], period, scope, channel), kpi.further.statement)


def further_of(kpi: KPI, question: Question | None, engine: Engine) -> tuple[Measure, ...]:
    if kpi.further is None or question is None:
        return ()
    return kpi.further.finish(engine.rows(kpi.further.statement, question, **dict(kpi.numbers)))


def left_out_of(
    kpi: KPI, pieces: Cut, period: Period, scope: Scope, channel: str, engine: Engine
) -> tuple[Excluded, ...]:
    """What was left out of the period itself, beyond what the rows of the KPI say."""
    if not kpi.left_out:
        return ()
    rows = engine.rows(kpi.left_out, _about(pieces.spans[:1], period, scope, channel), **dict(kpi.numbers))
    return tuple(Excluded(*each) for each in counted(kpi.left_out, rows))


def tells_whose_together(statement: str) -> bool:
    """Whether a statement looks at all spans at once to say which team and channel somebody counts for."""
    return "<<" in statement


def _is_told(found: Reckoning) -> bool:
    """Whether there is an interval to be widened at all."""
    return any(each.headline.told is not None for each in (found.result, found.before))


def _over_customers(
    found: Reckoning, period: Period, scope: Scope, channel: str, engine: Engine, memory: Memory | None
) -> Reckoning:
    kpi = found.kpi
    question = _about(found.cut.spans[:2], period, scope, channel)
    by_span = _by_span(kpi, kpi.clusters, question, engine, memory, lambda _span, rows: rows)
    result, before = (
        replace(each, headline=over_customers(each.headline, by_span[span]))
        for each, span in ((found.result, THE_PERIOD), (found.before, THE_ONE_BEFORE))
    )
    if found.result.headline.told is None or result.headline.told is None:
        return replace(found, result=result, before=before)
    effect = design_effect(found.result.headline.told, result.headline.told)
    return replace(
        found,
        result=result,
        before=before,
        points=tuple((begins, ends, _as_alike(each, effect)) for begins, ends, each in found.points),
        by_team={team: _as_alike(each, effect) for team, each in found.by_team.items()},
        by_channel={kind: _as_alike(each, effect) for kind, each in found.by_channel.items()},
        effect=effect,
    )


def _as_alike(result: Result, effect: float) -> Result:
    return replace(result, headline=as_alike(result.headline, effect))


def _about(spans: tuple[Span, ...], period: Period, scope: Scope, channel: str) -> Question:
    return Question(spans, epoch_ms(period.now), scope.teams, channel)


def _with_clocks(question: Question, statement: str) -> Question:
    """The question with what the working hours of the teams show, where the statement asks for them."""
    if ":clocks" not in statement:
        return question
    return replace(question, clocks=clocks_of(hours_kept(), question.spans, question.now_ms))


def _reckon(
    kpi: KPI, pieces: Cut, period: Period, scope: Scope, channel: str, engine: Engine, memory: Memory | None
) -> Reckoning:
    question = _about(pieces.spans, period, scope, channel)
    groups_of = THE_PERIOD if memory is None or memory.has_groups else None
    made = _by_span(
        kpi, kpi.statement, question, engine, memory, lambda span, rows: _stretch(kpi, rows, span == groups_of)
    )
    own = made[THE_PERIOD]
    return Reckoning(
        kpi=kpi,
        cut=pieces,
        result=own.result,
        before=made[THE_ONE_BEFORE].result,
        points=tuple((*point, made[FIRST_POINT + i].result) for i, point in enumerate(pieces.points)),
        by_team=own.by_team,
        by_channel=own.by_channel,
    )


def _by_span(
    kpi: KPI,
    statement: str,
    question: Question,
    engine: Engine,
    memory: Memory | None,
    make: Callable[[int, list[Row]], Any],
) -> dict[int, Any]:
    """What is made of each span's rows. Those that are not known are asked for in one statement."""
    made = memory.known(kpi, statement, question) if memory else {}
    missing = tuple(span for span in question.spans if span.number not in made)
    if missing:
        question = replace(question, spans=missing)
        rows = _grouped(engine.rows(statement, question, **dict(kpi.numbers)), lambda row: int(row["span"]))
        anew = {span.number: make(span.number, rows[span.number]) for span in missing}
        if memory:
            memory.keep(kpi, statement, question, anew)
        made = made | anew
    return made


def _stretch(kpi: KPI, rows: Sequence[Row], has_groups: bool) -> Stretch:
    teams = _grouped(rows, lambda row: int(row["team"])) if has_groups else {}
    channels = _grouped(rows, lambda row: str(row["channel"])) if has_groups else {}
    return Stretch(
        kpi.finish(rows),
        {team: kpi.finish(part) for team, part in sorted(teams.items())},
        {kind: kpi.finish(part) for kind, part in sorted(channels.items())},
    )


def over(
    kpi: KPI, period: Period, scope: Scope, *, channel: str, engine: Engine, memory: Memory | None = None
) -> tuple[Cut, Result]:
    """A KPI over one period alone, without what came before and without a series; and what it is really about."""
    pieces = cut(kpi, period)
    question = _about(pieces.spans[:1], period, scope, channel)
    try:
        with _apart(kpi):
            made = _by_span(
                kpi, kpi.statement, question, engine, memory, lambda _span, rows: _stretch(kpi, rows, False)
            )
            result: Result = made[THE_PERIOD].result
            if kpi.clusters and result.headline.told is not None:
                brought = _by_span(kpi, kpi.clusters, question, engine, memory, lambda _span, rows: rows)
                result = replace(result, headline=over_customers(result.headline, brought[THE_PERIOD]))
    except Exception as broken:
        result = replace(kpi.finish([]), failed=_why(kpi, broken))
    return pieces, result


def behind(
    kpi: KPI, period: Period, scope: Scope, *, most: int, channel: str = "", engine: Engine | None = None
) -> list[Behind]:
    """The conversations a KPI is about in a period, the most telling first."""
    pieces = cut(kpi, period)
    question = Question(pieces.spans[:1], epoch_ms(period.now), scope.teams, channel)
    try:
        with _apart(kpi):
            rows = (engine or OwnDatabase()).rows(kpi.behind, question, most=most, **dict(kpi.numbers))
            return [Behind(int(row["conversation"]), int(row["moment_ms"]), str(kpi.remark(row))) for row in rows]
    except Exception as broken:
        _why(kpi, broken)
        return []


def _grouped(rows: Sequence[Row], by: Callable[[Row], Any]) -> dict[Any, list[Row]]:
    groups: dict[Any, list[Row]] = defaultdict(list)
    for row in rows:
        groups[by(row)].append(row)
    return groups
