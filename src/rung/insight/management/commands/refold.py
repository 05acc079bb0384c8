"""`python -m rung refold`: every fact again from the journal, in place, while the desk keeps working."""

from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand

from rung.core import clock
from rung.core.actor import SYSTEM
from rung.insight.folding import drop_strays, refold_conversations, refold_loose
from rung.touchpoints.verbs import recognise_old_thanks


class Command(BaseCommand):
    help = "Work out every fact again from the journal. May be stopped and started again at any time."

    def handle(self, **options: Any) -> None:
        thanks, after = 0, 0
        while True:
            found, after = recognise_old_thanks(after, by=SYSTEM, at=clock.now())
            thanks += found
            if not after:
                break
        conversations = self._refold("conversations", refold_conversations)
        loose = self._refold("orders, calls, promises and colleagues", refold_loose)
        strays = drop_strays()
        self.stdout.write(
            f"{conversations} conversations and {loose} entries about orders, calls, promises and colleagues folded,"
            f" {strays} stray facts dropped. {thanks} letters of before were mere thanks."
        )

    def _refold(self, what: str, batch: Callable[[int], tuple[int, int]]) -> int:
        done, after = 0, 0
        while True:
            count, after = batch(after)
            if not count:
                return done
            done += count
            self.stdout.write(f"{done} {what} …")
