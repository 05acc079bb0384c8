"""Finished numbers, kept as long as the facts they were made of stand: who asks the same of the same state is answered at
once, and nobody is answered from a former one.

What is still open grows older while nothing happens. So the moment it is looked at from is part of the question: the last
full quarter of an hour, or the moment the mirror was last brought up, whichever is later. Whatever has happened is in.
"""

import threading
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils.translation import get_language

from rung.insight.access import Scope
from rung.insight.engine import Engine
from rung.insight.engines import Mirrored
from rung.insight.kpi import KPI
from rung.insight.periods import Period
from rung.insight.reckoning import Reckoning, reckon

MOST = 300
"""Reckonings kept in a process, some 20 KB each."""
QUARTER = timedelta(minutes=15)

_kept: "OrderedDict[tuple[Any, ...], Reckoning]" = OrderedDict()
_turn = threading.Lock()


def reckoned(kpis: Iterable[KPI], period: Period, scope: Scope, *, channel: str, engine: Engine) -> list[Reckoning]:
    """Each KPI reckoned, from memory where the mirror has not changed since. Other engines do not tell their state; they are
    asked each time."""
    if not isinstance(engine, Mirrored):
        return [reckon(kpi, period, scope, channel=channel, engine=engine) for kpi in kpis]
    period = replace(period, now=_looked_from(engine, period.now))
    found = []
    for kpi in kpis:
        # A result carries words, so its language is part of what it is.
        key = (
            str(engine.mirror.folder),
            engine.state.line,
            engine.state.step,
            kpi.name,
            period,
            scope,
            channel,
            get_language(),
        )
        with _turn:
            known = _kept.get(key)
            if known is not None:
                _kept.move_to_end(key)
        if known is None:
            known = reckon(kpi, period, scope, channel=channel, engine=engine)
            with _turn:
                _kept[key] = known
                while len(_kept) > MOST:
                    _kept.popitem(last=False)
        found.append(known)
    return found


def _looked_from(engine: Mirrored, now: datetime) -> datetime:
    day = datetime(now.year, now.month, now.day, tzinfo=now.tzinfo)
    quarter = day + (now - day) // QUARTER * QUARTER
    return min(now, max(quarter, datetime.fromtimestamp(engine.published_s, UTC)))
