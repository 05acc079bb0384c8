"""What the ladder page needs of very many grades, from days laid together (`cells`) where they stand, else from the grades.

The same numbers as `sums_of`, `level_over_time` and `lines_of` ask a database for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db.models import Q, QuerySet

from rung.accounts.access import Agent, Scope, teams_of
from rung.ladder.cells import (
    FIELDS,
    FREEDOMS,
    LIGHT,
    MILLIONTH,
    MORE,
    PHASES,
    begin_of,
    day_of,
    ms_of,
    packed,
)
from rung.ladder.erosion import Erosion, erosion_of_sums
from rung.ladder.filters import LadderFilters
from rung.ladder.model.grid import Array
from rung.ladder.models import Grade, GradedDay, StaleDay
from rung.ladder.pages.over_time import POINTS, stretches
from rung.ladder.shares import GROUPS, SliceShares, shares_of, shares_of_sums

DAY = timedelta(days=1)
DAYS_AT_ONCE = 30
GRADES_AT_ONCE = 20_000
# So many grades a page reads one by one: a quarter of a second. All of them are read only where nobody waits.
MOST_ON_A_PAGE = 15_000

Ints = npt.NDArray[np.int64]
Slices = dict[tuple[str, str], SliceShares]


@dataclass(slots=True)
class Chunk:
    """Some grades. ``more`` is None where only the level over time is wanted of them; ``channel`` numbers the reader's."""

    at: Ints
    channel: Ints
    light: npt.NDArray[Any]
    more: npt.NDArray[Any] | None

    def where(self, mask: npt.NDArray[np.bool_]) -> Chunk:
        more = None if self.more is None else self.more[mask]
        return Chunk(self.at[mask], self.channel[mask], self.light[mask], more)


@dataclass(frozen=True, slots=True)
class Progress:
    """Of how many days all that is known is added up, and of how many there is anything."""

    ready: int
    days: int


@dataclass(slots=True)
class Reader:
    """Grades of days, in chunks. ``channels`` grows as channels are met.

    ``most``: where more grades than this would have to be read one by one, they are not. Their days stand as they were when
    last laid together if ``may_be_former``, else they are left out, and ``progress`` says so.
    """

    channels: list[str] = field(default_factory=list)
    most: int | None = None
    may_be_former: bool = False
    progress: Progress | None = None

    def chunks(self, first: date, last: date, whole_from: date) -> Iterator[Chunk]:
        """All grades from ``first`` to ``last``; those before ``whole_from`` without what only the shares need.

        At most six queries.
        """
        stale = set(StaleDay.objects.filter(day_on__gte=first, day_on__lte=last).values_list("day_on", flat=True))
        if stale and self.most is not None:
            self._give_up_where_many(first, last, stale, self.most)
        if self.progress and self.may_be_former:
            stale = set()
        folded: set[date] = set()
        days = GradedDay.objects.filter(day_on__lte=last).order_by("day_on")
        light = ("day_on", "channels", "light")
        spans: list[tuple[QuerySet[GradedDay], tuple[str, ...]]] = [
            (days.filter(day_on__gte=whole_from), (*light, "more"))
        ]
        if first < whole_from:
            spans.append((days.filter(day_on__gte=first, day_on__lt=whole_from), light))
        for found, columns in spans:
            rows = found.values_list(*columns).iterator(chunk_size=DAYS_AT_ONCE)
            for part in _parts(rows, DAYS_AT_ONCE):
                kept = [row for row in part if row[0] not in stale]
                folded.update(row[0] for row in kept)
                if kept:
                    yield self._unpacked(kept, len(columns) > 3)
        if not self.progress and (gaps := list(_gaps(first, last, folded))):
            yield from self._of_grades(gaps)

    def _give_up_where_many(self, first: date, last: date, stale: set[date], most: int) -> None:
        days = GradedDay.objects.filter(day_on__gte=first, day_on__lte=last)
        known = set(days.values_list("day_on", flat=True))
        theirs = _within(_gaps(first, last, known - stale))
        if Grade.objects.filter(theirs).order_by().values("pk")[: most + 1].count() > most:
            self.progress = Progress(len(known - stale), len(known | stale))

    def _unpacked(self, rows: list[tuple[Any, ...]], is_whole: bool) -> Chunk:
        light = np.frombuffer(b"".join(row[2] for row in rows), LIGHT)
        more = np.frombuffer(b"".join(row[3] for row in rows), MORE) if is_whole else None
        counts = [len(row[2]) // LIGHT.itemsize for row in rows]
        begins = np.repeat(np.array([ms_of(begin_of(row[0])) for row in rows], dtype=np.int64), counts)
        # Every day numbers its own channels; few days differ in them.
        places = [[self._place(name) for name in row[1]] for row in rows]
        width = max(map(len, places), default=0) or 1
        lookup = np.array([each + [0] * (width - len(each)) for each in places], dtype=np.int64)
        channel = lookup[np.repeat(np.arange(len(rows)), counts), light["channel"]]
        return Chunk(begins + light["ms"], channel, light, more)

    def _of_grades(self, gaps: list[tuple[date, date]]) -> Iterator[Chunk]:
        rows = Grade.objects.filter(_within(gaps)).values_list(*FIELDS).iterator(chunk_size=GRADES_AT_ONCE)
        for part in _parts(rows, GRADES_AT_ONCE):
            days, light, more = packed(part, self.channels)
            yield Chunk(days + light["ms"], light["channel"].astype(np.int64), light, more)

    def _place(self, name: str) -> int:
        if name not in self.channels:
            self.channels.append(name)
        return self.channels.index(name)


def _parts(rows: Iterable[tuple[Any, ...]], size: int) -> Iterator[list[tuple[Any, ...]]]:
    left = iter(rows)
    while part := list(islice(left, size)):
        yield part


def _within(gaps: Iterable[tuple[date, date]]) -> Q:
    theirs = Q()
    for first, last in gaps:
        theirs |= Q(occurred_at__gte=begin_of(first), occurred_at__lt=begin_of(last + DAY))
    return theirs


def _gaps(first: date, last: date, known: set[date]) -> Iterator[tuple[date, date]]:
    """Runs of days that are not known."""
    begun: date | None = None
    for n in range((last - first).days + 2):
        day = first + DAY * n
        is_missing = day <= last and day not in known
        if is_missing and begun is None:
            begun = day
        if not is_missing and begun is not None:
            yield begun, day - DAY
            begun = None


@dataclass(slots=True)
class AddedUp:
    """``over_time``: (groups, stretches, [touchpoints, sum of d, sum of what was expected]). ``weakest``: keys of grades."""

    shares: Slices
    moved: Erosion | None
    over_time: Array
    weakest: list[int]
    has_more: bool
    progress: Progress | None


VALUES = 10  # touchpoints, stated, six shares, d, what was expected


class _Adding:
    """The sums while they grow."""

    def __init__(self, agent: Agent, filters: LadderFilters, begins: list[datetime], most: int) -> None:
        self.agent, self.filters, self.most = agent, filters, most
        self.teams = [] if agent.sees_all else list(teams_of(agent))
        self.before, self.start, self.end = (ms_of(each) for each in (filters.before, filters.start, filters.end))
        self.begins = np.array([ms_of(each) for each in begins], dtype=np.int64)
        self.stretches = np.zeros((POINTS, GROUPS, 3))
        self.sums = np.zeros((0, len(PHASES) * len(FREEDOMS) * GROUPS * 2, VALUES))
        self.weakest = np.zeros((0, 3), dtype=np.int64)

    def add(self, chunk: Chunk, channels: list[str]) -> None:
        chunk = self._narrowed(chunk, channels)
        self._add_over_time(chunk.where((chunk.at >= self.begins[0]) & (chunk.at < self.end)))
        if chunk.more is not None:
            self._add_shares(chunk.where((chunk.at >= self.before) & (chunk.at < self.end)), len(channels))
            self._add_weakest(chunk.where((chunk.at >= self.start) & (chunk.at < self.end)))

    def _narrowed(self, chunk: Chunk, channels: list[str]) -> Chunk:
        given = self.filters
        masks = []
        if given.channel:
            masks.append(chunk.channel == (channels.index(given.channel) if given.channel in channels else -1))
        if given.phase:
            masks.append(chunk.light["phase"] == PHASES.index(given.phase))
        if given.freedom:
            assert chunk.more is not None  # all days are read whole then
            masks.append(chunk.more["freedom"] == FREEDOMS.index(given.freedom))
        if given.team:
            masks.append(chunk.light["team"] == given.team)
        if not self.agent.sees_all:
            masks.append(self._seen(chunk.light))
        return chunk.where(np.logical_and.reduce(masks)) if masks else chunk

    def _seen(self, light: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
        """What `visible_conversations` says, of columns."""
        reach = np.isin(light["held_team"], [0, *self.teams])
        if self.agent.scope == Scope.OWN:
            reach &= light["held_by"] == 0
        return np.asarray(reach | (light["held_by"] == self.agent.pk))

    def _add_over_time(self, chunk: Chunk) -> None:
        stretch = np.searchsorted(self.begins, chunk.at, side="right") - 1
        key = stretch * GROUPS + chunk.light["group"]
        for n, values in enumerate((None, chunk.light["mean"], chunk.light["expected"])):
            found = np.bincount(key, weights=values, minlength=POINTS * GROUPS)
            self.stretches[..., n] += found.reshape(POINTS, GROUPS)

    def _add_shares(self, chunk: Chunk, channels: int) -> None:
        assert chunk.more is not None
        size = self.sums.shape[1]
        if len(self.sums) < channels:
            self.sums = np.concatenate([self.sums, np.zeros((channels - len(self.sums), size, VALUES))])
        key = chunk.channel * len(PHASES) + chunk.light["phase"]
        key = key * len(FREEDOMS) + chunk.more["freedom"]
        key = (key * GROUPS + chunk.light["group"]) * 2 + (chunk.at < self.start)
        shares = chunk.more["shares"]
        for n, values in enumerate(
            (
                None,
                chunk.more["stated"],
                *(shares[:, k] for k in range(6)),
                chunk.light["mean"],
                chunk.light["expected"],
            )
        ):
            found = np.bincount(key, weights=values, minlength=len(self.sums) * size)
            self.sums[..., n] += found.reshape(len(self.sums), size)

    def _add_weakest(self, chunk: Chunk) -> None:
        """Those that could be among the first, as rows of (p50 with the unstated behind all others, -at, key)."""
        assert chunk.more is not None
        rank = chunk.more["p50"].astype(np.int64) + (chunk.more["stated"] == 0) * (1 << 33)
        if len(rank) > self.most:
            mask = rank <= np.partition(rank, self.most - 1)[self.most - 1]
            rank, at, pk = rank[mask], chunk.at[mask], chunk.more["pk"][mask]
        else:
            at, pk = chunk.at, chunk.more["pk"]
        found = np.concatenate([self.weakest, np.column_stack((rank, -at, pk))])
        self.weakest = found[np.lexsort(found.T[::-1])][: self.most]

    def shares(self, channels: list[str]) -> tuple[Slices, Erosion | None]:
        sums = self.sums.reshape(-1, len(PHASES), len(FREEDOMS), GROUPS, 2, VALUES)
        sums = sums / np.array([1.0, 1.0, *[MILLIONTH] * 8])
        whole = sums.sum(axis=(0, 1, 2))
        seen = whole[..., 0].sum(axis=1) > 0
        if not seen.any():
            return {("all", ""): shares_of((), [("all", "")])["all", ""]}, None
        found = {("all", ""): whole}
        for kind, names, others in (
            ("channel", channels[: len(sums)], (1, 2)), ("phase", PHASES, (0, 2)), ("freedom", FREEDOMS, (0, 1)),
        ):  # fmt: skip
            found.update({(kind, name): each for name, each in zip(names, sums.sum(axis=others), strict=True)})
        slices = sorted(name for name, each in found.items() if name == ("all", "") or each[..., 0].any())
        told = np.stack([found[name][seen] for name in slices], axis=1)
        shares = shares_of_sums(told[..., :8], slices)
        moved = erosion_of_sums(whole[seen][..., [0, 8, 9]])
        return {name: shares[name] for name in slices}, moved


def added_up(agent: Agent, filters: LadderFilters, *, first: int, size: int, most: int | None = None) -> AddedUp:
    """Everything an agent may see under the filters; of the weakest ``size`` after the ``first``.

    With ``most``, not all of it where more grades than that would have to be read one by one: see ``progress``.
    """
    begins, _width = stretches(filters.end, filters.end - filters.start)
    adding, reader = _Adding(agent, filters, begins, first + size + 1), Reader(most=most)
    # Who had a conversation then, and so might see its grades, lies in a former day too: only for whom that is the same.
    reader.may_be_former = agent.sees_all
    last = day_of(filters.end)
    first_day = min(day_of(begins[0]), day_of(filters.before))
    whole_from = first_day if filters.freedom else day_of(filters.before)
    for chunk in reader.chunks(first_day, last, whole_from):
        adding.add(chunk, reader.channels)
    shares, moved = adding.shares(reader.channels)
    over_time = np.moveaxis(adding.stretches, 0, 1) / np.array([1.0, MILLIONTH, MILLIONTH])
    weakest = adding.weakest[first : first + size + 1, 2].tolist()
    over_time = over_time[over_time[..., 0].any(axis=1)]
    return AddedUp(shares, moved, over_time, weakest[:size], len(weakest) > size, reader.progress)
