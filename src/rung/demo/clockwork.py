"""Time in the demo: everything that happens is put on one agenda and done in the order of its moments.

A story is a generator that yields the moment at which it wants to go on. What lies beyond the present is never done: that
is where unresolved work of every age comes from.
"""

import heapq
from collections.abc import Generator
from datetime import datetime, timedelta
from random import Random

Story = Generator[datetime, None, None]

OPENS, CLOSES = 7, 18
"""Working hours, UTC, on every day but Sunday; the shop is open on Saturdays."""


class Agenda:
    def __init__(self, until: datetime) -> None:
        self.until = until
        self.now = until
        self._waiting: list[tuple[datetime, int, Story]] = []
        self._count = 0
        self._is_running = False

    def add(self, story: Story, begins: datetime) -> None:
        """Let a story begin at a moment. One that lies ahead of the present never begins; nothing begins in the past."""
        if self._is_running:
            begins = max(begins, self.now)
        if begins <= self.until:
            self._count += 1
            heapq.heappush(self._waiting, (begins, self._count, story))

    def run(self) -> None:
        self._is_running = True
        while self._waiting:
            self.now, _count, story = heapq.heappop(self._waiting)
            wanted = next(story, None)
            if wanted is not None:
                self.add(story, wanted)


def in_hours(moment: datetime) -> datetime:
    """The same moment if somebody is at work then, else shortly after the next opening, by the minute of the moment."""
    while True:
        if moment.weekday() == 6 or moment.hour >= CLOSES:
            moment = _opening(moment + timedelta(days=1), moment)
        elif moment.hour < OPENS:
            moment = _opening(moment, moment)
        else:
            return moment


def _opening(day: datetime, before: datetime) -> datetime:
    return day.replace(hour=OPENS, minute=before.minute, second=before.second)


def some_time_of_day(lot: Random, day: datetime) -> datetime:
    """When people write: mostly by day, a good deal in the evening, a little at night."""
    hour = lot.choices(range(24), weights=(1, 1, 0, 0, 0, 1, 3, 6, 9, 10, 10, 9, 8, 8, 8, 8, 8, 7, 6, 7, 8, 7, 5, 2))[0]
    return day.replace(hour=hour, minute=lot.randrange(60), second=lot.randrange(60), microsecond=0)


def hours(lot: Random, median: float, spread: float = 0.7) -> timedelta:
    """A wait with a long tail around a median, in hours."""
    return timedelta(seconds=round(3600 * median * lot.lognormvariate(0, spread)))
