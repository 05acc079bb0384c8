"""What is owed in a conversation and until when, reckoned from what was said in it. Pure.

It is reckoned anew from the beginning whenever something happens: so merging, splitting, reopening and a changed calendar
need no rules of their own, and the same history always gives the same moments.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import inf

from rung.business.access import Hours, business_seconds, moment_after

# When so much of the time is over, what is owed is near.
NEAR = 0.75

Span = tuple[datetime, datetime | None]
"""From and to; no end: it lasts."""


@dataclass(frozen=True, slots=True)
class Said:
    """One touchpoint: when, and whether one of us spoke in it (else the customer did)."""

    at: datetime
    is_ours: bool


@dataclass(frozen=True, slots=True)
class History:
    """What was said, in order; when the matter was settled and until when it stayed so; and since when the customer waits
    for us now, None when they do not."""

    said: Sequence[Said]
    settled: Sequence[Span]
    waits_since: datetime | None


@dataclass(frozen=True, slots=True)
class Wait:
    """The customer waited for a word of ours. `until`: None while they do. `is_answered`: a word of ours ended it."""

    since: datetime
    until: datetime | None
    is_answered: bool
    is_first: bool


@dataclass(frozen=True, slots=True)
class Owed:
    """Something owed since a moment. `runs`: the spans in which its clock runs. `done_at`: when it was done; while it is
    not, `is_owed` says whether it still is."""

    begun_at: datetime
    runs: tuple[Span, ...]
    done_at: datetime | None
    is_owed: bool


@dataclass(frozen=True, slots=True)
class Reckoned:
    """Until when it is due, and from when on that is near; both None while the clock stands still (since `paused_at`) or
    nobody works for years. `pauses` are the spans over, and in, which it stood still."""

    due_at: datetime | None
    near_at: datetime | None
    paused_at: datetime | None
    pauses: tuple[Span, ...]


def waits_in(history: History) -> list[Wait]:
    """Every time the customer waited for us, in order. What is settled without a word ends a wait too."""
    waits: list[Wait] = []
    since: datetime | None = None
    has_spoken = False

    def end(until: datetime | None, *, is_answered: bool) -> None:
        nonlocal since
        if since is not None:
            waits.append(Wait(since, until, is_answered, is_first=not has_spoken))
        since = None

    moments = [(each.at, 1, each) for each in history.said]
    settled = [(begin, 2, None) for begin, _end in history.settled]
    for at, _order, each in sorted([*moments, *settled], key=lambda moment: moment[:2]):
        if each is None:
            end(at, is_answered=False)
        elif each.is_ours:
            end(at, is_answered=True)
            has_spoken = True
        elif since is None:
            since = at
    # The conversation itself says whether they wait now: it alone knows what was taken back by hand.
    present = history.waits_since
    if present is None:
        end(history.said[-1].at if history.said else since, is_answered=False)
        return waits
    if since is None and waits and not waits[-1].is_answered and waits[-1].since == present:
        waits.pop()
    since = present
    end(None, is_answered=False)
    return waits


def replies_owed(waits: Iterable[Wait], *, first: bool) -> list[Owed]:
    """A reply for each wait: the first of the conversation, or all the others."""
    return [
        Owed(wait.since, ((wait.since, wait.until),), wait.until if wait.is_answered else None, wait.until is None)
        for wait in waits
        if wait.is_first is first
    ]


def resolution_owed(history: History, waits: Sequence[Wait], *, pauses: bool) -> Owed | None:
    """That the matter be settled, since the customer first asked. With `pauses` its clock runs only while they wait for us;
    never while it is settled. None where they never asked before it was."""
    if not waits:
        return None
    begun = waits[0].since
    last = history.settled[-1] if history.settled else None
    done_at = last[0] if last is not None and last[1] is None else None
    if done_at is not None and done_at < begun:
        return None
    if pauses:
        runs = [(wait.since, wait.until) for wait in waits if done_at is None or wait.since <= done_at]
    else:
        runs, begin = [], begun
        for settled, reopened in history.settled:
            if settled >= begin:
                runs.append((begin, settled))
            if reopened is None:
                break
            begin = max(begin, reopened)
        else:
            runs.append((begin, None))
    return Owed(begun, tuple(runs), done_at, done_at is None)


def reckon(owed: Owed, seconds: int, hours: Hours | None) -> Reckoned:
    """Until when it is due that has `seconds` of time, in opening hours, or with None around the clock."""
    pauses: list[Span] = []
    used = 0.0
    stands_since = owed.begun_at
    near_at: datetime | None = None
    for begin, end in owed.runs:
        if begin > stands_since:
            pauses.append((stands_since, begin))
        open_s = inf if end is None else _open_seconds(begin, end, hours)
        if near_at is None and used + open_s >= seconds * NEAR:
            near_at = _after(begin, max(seconds * NEAR - used, 0), hours)
        if end is None or used + open_s >= seconds:
            return Reckoned(_after(begin, seconds - used, hours), near_at, None, tuple(pauses))
        used += open_s
        stands_since = end
    if owed.done_at is None or owed.done_at > stands_since:
        pauses.append((stands_since, owed.done_at))
    return Reckoned(None, None, stands_since if owed.done_at is None else None, tuple(pauses))


def due_had_it_run_on(owed: Owed, seconds: int, hours: Hours | None) -> datetime | None:
    """Until when it would have been due that was done in time: as if its clock had run on from then, also where it stood
    still just then."""
    former, last = owed.runs[:-1], owed.runs[-1]
    if owed.done_at is None or last[1] == owed.done_at:
        runs = (*former, (last[0], None))
    else:
        runs = (*former, last, (owed.done_at, None))
    return reckon(Owed(owed.begun_at, runs, None, True), seconds, hours).due_at


def paused_seconds(pauses: Iterable[Span]) -> int:
    """How long the clock stood still, in calendar seconds; a span that lasts is left out."""
    return int(sum((end - begin for begin, end in pauses if end is not None), timedelta()).total_seconds())


def _open_seconds(begin: datetime, end: datetime, hours: Hours | None) -> float:
    return (end - begin).total_seconds() if hours is None else business_seconds(begin, end, hours)


def _after(begin: datetime, seconds: float, hours: Hours | None) -> datetime | None:
    return begin + timedelta(seconds=seconds) if hours is None else moment_after(begin, seconds, hours)
