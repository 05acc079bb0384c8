"""Short pauses for a process that many desks are open on.

Python looks for cycles of garbage among all that lives: with a thousand desks for a sixth of a second, in which no page is
made and nobody is told anything. Here what a full collection left is not looked at again, until there is half as much
again as when all was looked at last: only then can much of it be garbage. To look at all also makes a process's own copy of
what those that were forked share.
"""

import gc
from typing import Any

GROWTH = 1.5


class Collecting:
    """Called by the collector, before and after."""

    def __init__(self) -> None:
        self._after_all = gc.get_freeze_count()
        self._is_all = False

    def __call__(self, phase: str, info: dict[str, Any]) -> None:
        if info["generation"] != 2:
            return
        if phase == "start":
            self._is_all = gc.get_freeze_count() > GROWTH * self._after_all
            if self._is_all:
                gc.unfreeze()
            return
        gc.freeze()
        if self._is_all:
            self._after_all = gc.get_freeze_count()


def pause_shortly() -> None:
    """For the rest of this process's life."""
    gc.freeze()
    gc.callbacks.append(Collecting())
