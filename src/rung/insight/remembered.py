"""Finished numbers, kept as long as the facts they were made of stand.

Whole reckonings are kept for one state of the mirror. Of their spans each is kept by itself, until a day it reads (`engine.
reach`) is touched by a later step (`State.touched`): a fact of today leaves what is over as it is, one of an old month has
asked anew what reads that month.

What is still open grows older while nothing happens. So the moment it is looked at from is part of the question: the last
full quarter of an hour, or the moment the mirror was last brought up, whichever is later. Whatever has happened is in. Of a
span that nothing has touched, what is open is as old as it was in the same quarter of an hour.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from time import monotonic
from typing import Any

from django.utils.translation import get_language

from rung.insight.access import Scope
from rung.insight.engine import Engine, Question, reach
from rung.insight.engines import Mirrored
from rung.insight.kpi import KPI, Result
from rung.insight.periods import FIRST_POINT, QUARTER, THE_PERIOD, Cut, Period
from rung.insight.reckoning import (
    Behind,
    Reckoning,
    behind,
    further_of,
    further_question,
    left_out_of,
    over,
    reckon,
    tells_whose_together,
)
from rung.insight.shared import Shared, Side, shared_by
from rung.insight.together import together

MOST = 600
"""Reckonings and what stands beside them on their pages, kept in a process; some 20 KB each."""
MOST_SPANS = 4_000
"""Spans kept in a process, some 3 KB each: thirty overviews."""
PATIENCE_S = 0.15
"""What takes longer is shown as it was, while what is true now is read."""
MOST_TOLD = 40
"""Overviews kept in a process as they were told last."""
_QUARTER_MS = QUARTER // timedelta(milliseconds=1)

Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Kept:
    """What was made of a span, and the step of the mirror it was true at."""

    made: Any
    step: int


@dataclass(frozen=True, slots=True)
class Told:
    """Reckonings given together: the step of the mirror they were true at, and the moment they were looked at from."""

    found: list[Reckoning]
    step: int
    looked_from: datetime
    took_s: float  # when something of it was last asked


_kept: "OrderedDict[Key, Any]" = OrderedDict()
_told: "OrderedDict[Key, Told]" = OrderedDict()
_spans: "OrderedDict[Key, Kept]" = OrderedDict()
_turn = threading.Lock()


def reckoned(kpis: Iterable[KPI], period: Period, scope: Scope, *, channel: str, engine: Engine) -> list[Reckoning]:
    """Each KPI reckoned, from memory where the mirror has not changed since, and else asked for the spans that may have
    changed. Other engines do not tell their state; they are asked each time."""
    if not isinstance(engine, Mirrored):
        return [reckon(kpi, period, scope, channel=channel, engine=engine) for kpi in kpis]
    period = replace(period, now=_looked_from(engine, period.now))
    began, is_asked = monotonic(), False

    def reckon_anew(kpi: KPI, engine: Engine, memory: OfSpans) -> Reckoning:
        nonlocal is_asked
        is_asked = True
        return reckon(kpi, period, scope, channel=channel, engine=engine, memory=memory)

    def asked(kpi: KPI) -> Key:
        return "overview", _asked(engine, kpi, period, scope, channel)

    def make(kpi: KPI, asking: Engine) -> Reckoning:
        made: Reckoning = _once(engine, period, asked(kpi), partial(reckon_anew, kpi, asking, OfSpans(engine)))
        return made

    # What a company's own file does is its own affair, and done where its failure spoils nothing.
    kpis = list(kpis)
    unknown = [kpi for kpi in kpis if not kpi.is_own and not _is_kept(engine, period, asked(kpi))]
    together(engine, [partial(make, kpi) for kpi in unknown])
    found = [make(kpi, engine) for kpi in kpis]
    with _turn:
        key = tuple(_asked(engine, kpi, period, scope, channel) for kpi in kpis)
        before = _told.get(key)
        took_s = monotonic() - began if is_asked or before is None else before.took_s
        _put(_told, key, Told(found, engine.state.step, period.now, took_s), MOST_TOLD)
    return found


def reckoned_whole(kpi: KPI, period: Period, scope: Scope, *, channel: str, engine: Engine) -> Reckoning:
    """A KPI as its own page shows it: by team and channel, with what it tells further and what it leaves out."""
    # What a company's own file does is its own affair; here it is asked anew.
    if not isinstance(engine, Mirrored) or kpi.is_own:
        return reckon(kpi, period, scope, channel=channel, engine=engine, is_whole=True)
    period = replace(period, now=_looked_from(engine, period.now))
    asked = _asked(engine, kpi, period, scope, channel)
    memory = None if tells_whose_together(kpi.statement) else OfSpans(engine, has_groups=True)
    found: Reckoning = _once(
        engine, period, ("page", asked),
        lambda: reckon(kpi, period, scope, channel=channel, engine=engine, memory=memory),
    )  # fmt: skip
    # Working hours are no facts of the mirror, so they are part of what is asked.
    question = further_question(kpi, found.cut, period, scope, channel)
    further = _once(engine, period, ("further", asked, question), lambda: further_of(kpi, question, engine))
    left_out = _once(
        engine, period, ("left out", asked),
        lambda: left_out_of(kpi, found.cut, period, scope, channel, engine),
    )  # fmt: skip
    return replace(found, further=further, left_out=left_out)


def behind_it(kpi: KPI, period: Period, scope: Scope, *, most: int, channel: str, engine: Engine) -> Sequence[Behind]:
    """The conversations behind a KPI, as `behind` gives them."""
    if not isinstance(engine, Mirrored) or kpi.is_own:
        return behind(kpi, period, scope, most=most, channel=channel, engine=engine)
    period = replace(period, now=_looked_from(engine, period.now))
    asked = _asked(engine, kpi, period, scope, channel)
    found: list[Behind] = _once(
        engine, period, ("behind", asked, most),
        lambda: behind(kpi, period, scope, most=most, channel=channel, engine=engine),
    )  # fmt: skip
    return found


def told_over(kpi: KPI, period: Period, scope: Scope, *, channel: str, engine: Engine) -> tuple[Cut, Result]:
    """A KPI over one period alone, as `over` gives it."""
    if not isinstance(engine, Mirrored) or kpi.is_own:
        return over(kpi, period, scope, channel=channel, engine=engine)
    period = replace(period, now=_looked_from(engine, period.now))
    asked = _asked(engine, kpi, period, scope, channel)
    found: tuple[Cut, Result] = _once(
        engine, period, ("alone", asked),
        lambda: over(kpi, period, scope, channel=channel, engine=engine, memory=OfSpans(engine)),
    )  # fmt: skip
    return found


def shared_between(one: Side, other: Side, channel: str, *, engine: Engine) -> Shared:
    """The customers on both sides of a comparison, as `shared_by` gives them."""
    if not isinstance(engine, Mirrored):
        return shared_by(one, other, channel, engine)
    now = _looked_from(engine, one.period.now)
    one, other = (replace(side, period=replace(side.period, now=now)) for side in (one, other))
    asked = "shared", str(engine.mirror.folder), engine.state.line, one, other, channel
    found: Shared = _once(engine, one.period, asked, lambda: shared_by(one, other, channel, engine))
    return found


def told_before(
    kpis: Iterable[KPI], period: Period, scope: Scope, *, channel: str, engine: Engine
) -> tuple[list[Reckoning], datetime] | None:
    """What `reckoned` gave last for the same, and the moment it was looked at from.

    None where nothing has changed since, where asking takes no longer than PATIENCE_S, and where it was given in place of
    what is true now already: nobody is answered from the same former state twice.
    """
    if not isinstance(engine, Mirrored):
        return None
    key = tuple(_asked(engine, kpi, period, scope, channel) for kpi in kpis)
    with _turn:
        told = _told.get(key)
        if told is None or told.step == engine.state.step or told.took_s < PATIENCE_S:
            return None
        del _told[key]
    return told.found, told.looked_from


def _asked(engine: Mirrored, kpi: KPI, period: Period, scope: Scope, channel: str) -> Key:
    """What is asked, whenever it is. A result carries words, so its language is part of what it is."""
    where = str(engine.mirror.folder), engine.state.line
    return *where, kpi.name, period.from_day, period.to_day, scope, channel, get_language()


def _once(engine: Mirrored, period: Period, asked: Key, make: Callable[[], Any]) -> Any:
    """What was made of this state of the mirror before, looked at from the same moment; else it is made."""
    key = _key(engine, period, asked)
    with _turn:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    made = make()
    with _turn:
        _put(_kept, key, made, MOST)
    return made


def _is_kept(engine: Mirrored, period: Period, asked: Key) -> bool:
    with _turn:
        return _key(engine, period, asked) in _kept


def _key(engine: Mirrored, period: Period, asked: Key) -> Key:
    return engine.state.step, period.now, *asked


class OfSpans:
    """The memory of single spans, as one state of the mirror may read it."""

    def __init__(self, engine: Mirrored, *, has_groups: bool = False) -> None:
        self.engine = engine
        self.has_groups = has_groups

    def known(self, kpi: KPI, statement: str, question: Question) -> dict[int, Any]:
        state, found = self.engine.state, {}
        after_ms, until_ms = reach(statement, kpi.numbers)
        for span, key in self._keys(kpi, statement, question):
            with _turn:
                kept = _spans.get(key)
            from_ms = None if after_ms is None else span.from_ms + after_ms
            to_ms = None if until_ms is None else span.to_ms + until_ms
            if kept is None or state.is_touched(kept.step, from_ms, to_ms):
                continue
            found[span.number] = kept.made
            with _turn:
                _put(_spans, key, replace(kept, step=max(kept.step, state.step)), MOST_SPANS)
        return found

    def keep(self, kpi: KPI, statement: str, question: Question, made: Mapping[int, Any]) -> None:
        for span, key in self._keys(kpi, statement, question):
            with _turn:
                _put(_spans, key, Kept(made[span.number], self.engine.state.step), MOST_SPANS)

    def _keys(self, kpi: KPI, statement: str, question: Question) -> Iterator[tuple[Any, Key]]:
        # What looks at all spans at once, to say which team somebody counts for, says so of these spans together.
        if tells_whose_together(statement) and (question.teams is not None or question.channel):
            return
        for span in question.spans:
            yield (
                span,
                (
                    str(self.engine.mirror.folder),
                    self.engine.state.line,
                    kpi.name,
                    statement,
                    # The period and the one before are asked for more than a point of the series is.
                    min(span.number, FIRST_POINT),
                    self.has_groups and span.number == THE_PERIOD,
                    span.from_ms,
                    span.to_ms,
                    question.now_ms // _QUARTER_MS if ":now_ms" in statement else 0,
                    question.teams,
                    question.channel,
                    get_language(),
                ),
            )


def _put(kept: "OrderedDict[Key, Any]", key: Key, made: Any, most: int) -> None:
    kept[key] = made
    kept.move_to_end(key)
    while len(kept) > most:
        kept.popitem(last=False)


def _looked_from(engine: Mirrored, now: datetime) -> datetime:
    day = datetime(now.year, now.month, now.day, tzinfo=now.tzinfo)
    quarter = day + (now - day) // QUARTER * QUARTER
    return min(now, max(quarter, datetime.fromtimestamp(engine.published_s, UTC)))
