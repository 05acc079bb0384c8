"""Bounds in seconds that mean the same on every machine.

A bound is stated for a processor of its own; a slower one, or one that others crowd, takes longer for the same work and has
done nothing wrong. What is held against the bound is measured beside a piece of work that is always the same.
"""

import re
from collections import Counter
from collections.abc import Callable
from statistics import median
from time import process_time

STATED_FOR_S = 0.0013
"""CPU seconds that the piece of work takes on a processor that the bounds are stated for."""

_LINES = [f"On {n} March 2026 at 9:{n % 60:02}, Carla <carla@example.org> wrote: {'x' * (n % 40)}" for n in range(400)]
_SOUGHT = re.compile(r"^\W*on\b.{0,80}\bwrote\s*:?\s*$", re.IGNORECASE)


def seconds_of(work: Callable[[], object]) -> float:
    """CPU seconds that something takes, as on a processor that bounds are stated for; never more than it took here."""
    before = _piece()
    started = process_time()
    work()
    took = process_time() - started
    return took / max(1.0, (before + _piece()) / 2 / STATED_FOR_S)


def _piece() -> float:
    """CPU seconds of the same work as ever: words are counted and a pattern is tried, as readers do. The middle of some
    tries, not the best, because others crowd the processor during what is measured too."""
    tries = []
    for _each in range(15):
        started, words = process_time(), Counter[str]()
        for line in _LINES:
            for word in line.split():
                words[word] += 1
            _SOUGHT.match(line)
            line.casefold().find("schrieb")
        tries.append(process_time() - started)
    return median(tries)
