"""Time as it passes in a team's working hours, for facts and for the moments of a question. Pure but for what it remembers.

A moment is turned into the working milliseconds that have passed since EPOCH; the difference of two such numbers is the
working time between them. What has ended is subtracted when it is folded. What is still open keeps the number of its
opening, and the question brings that of its own moments (`:clocks`), so that no engine has to know a calendar.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zlib import crc32

from rung.business.access import Hours
from rung.insight.engine import Clock
from rung.insight.models import ENDLESS, ClockFact, ConversationFact, SpellFact
from rung.insight.spans import Span

EPOCH = date(2015, 1, 1)
"""Nothing is counted before it: what we did before that is imported, and counts from when it is taken up here."""

DAY = timedelta(days=1)
# A moment beyond it is somebody's broken clock, and no reason to count through the centuries up to it.
LAST_YEAR = 2100


def name_of(hours: Hours) -> int:
    """A number that changes with the hours, the same in every process: numbers counted by other hours are never mixed."""
    days = sorted(day.isoformat() for day in hours.holidays)
    return crc32(f"{hours.zone.key} {hours.week} {days}".encode()) & 0x7FFF_FFFF


def worked_ms(hours: Hours, moment_ms: int) -> int:
    """Working milliseconds from EPOCH to a moment in milliseconds since 1970 UTC; 0 before EPOCH."""
    year = min(datetime.fromtimestamp(moment_ms / 1000, UTC).year, LAST_YEAR)
    if year < EPOCH.year:
        return 0
    before, opens, closes, so_far = _year(hours, year)
    at = bisect_right(opens, moment_ms) - 1
    if at < 0:
        return before
    return so_far[at] + min(moment_ms, closes[at]) - opens[at]


@lru_cache(maxsize=512)
def _year(hours: Hours, year: int) -> tuple[int, list[int], list[int], list[int]]:
    """What had been worked when a year of UTC began, and in it: when it opens, closes, and what had been worked by then."""
    before = 0
    if year > EPOCH.year:
        before, _opens, closes, so_far = _year(hours, year - 1)
        if closes:
            before = so_far[-1] + closes[-1] - _opens[-1]
    begins, ends = (_ms(datetime(each, 1, 1, tzinfo=UTC)) for each in (year, year + 1))
    opens: list[int] = []
    closes = []
    so_far = []
    day, worked = date(year, 1, 1) - DAY, before
    while day <= date(year + 1, 1, 1):
        for one, other in hours.on(day):
            # A span over midnight of UTC at the turn of the year belongs in part to each.
            opening, closing = max(_ms(one), begins), min(_ms(other), ends)
            if opening < closing:
                opens.append(opening)
                closes.append(closing)
                so_far.append(worked)
                worked += closing - opening
        day += DAY
    return before, opens, closes, so_far


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def clock_fact(told: ConversationFact, spells: Iterable[SpellFact], hours: Hours | None) -> ClockFact | None:
    """One conversation's durations in the hours of the team that holds it; None where that team keeps none."""
    if hours is None:
        return None
    opened = worked_ms(hours, told.opened_ms)

    def since(moment_ms: int | None) -> int | None:
        return None if moment_ms is None else _minutes(worked_ms(hours, moment_ms) - opened)

    waited = sum(
        worked_ms(hours, spell.ended_ms) - worked_ms(hours, spell.began_ms)
        for spell in spells
        if spell.turn == "us" and spell.ended_ms != ENDLESS
    )
    return ClockFact(
        conversation=told.conversation,
        customer=told.customer,
        channel=told.channel,
        team=told.team,
        opened_by=told.opened_by,
        opened_ms=told.opened_ms,
        hours=name_of(hours),
        opened_worked_ms=opened,
        reply_minutes=since(told.first_reply_ms),
        first_minutes=since(told.first_resolved_ms),
        full_minutes=since(told.last_resolved_ms),
        us_minutes=_minutes(waited),
        is_resolved=told.is_resolved,
    )


def clocks_of(kept: Mapping[int, Hours], spans: Sequence[Span], now_ms: int) -> tuple[Clock, ...]:
    """What the clocks of the teams show at the moments of a question."""
    return tuple(
        Clock(team, name_of(hours), span.number, worked_ms(hours, now_ms), worked_ms(hours, span.to_ms))
        for team, hours in sorted(kept.items())
        for span in spans
    )


def _minutes(ms: int) -> int:
    return (ms + 30_000) // 60_000
