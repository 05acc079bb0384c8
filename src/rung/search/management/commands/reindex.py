from time import perf_counter
from typing import Any

from django.core.management.base import BaseCommand

from rung.core import clock
from rung.core.actor import SYSTEM
from rung.search.indexes import index
from rung.search.verbs import rebuild_index


class Command(BaseCommand):
    help = "Build the index of the search anew, from conversations, people and companies. The desk may go on working."

    def handle(self, *args: Any, **options: Any) -> None:
        began = told = perf_counter()

        def tell(done: int) -> None:
            nonlocal told
            now = perf_counter()
            if now - told > 10:
                told = now
                self.stderr.write(f"{done:,} documents, {done / (now - began):,.0f} a second")

        done = rebuild_index(progress=tell, by=SYSTEM, at=clock.now())
        took, size = perf_counter() - began, index().bytes_on_disk() / 1e6
        self.stdout.write(f"{done:,} documents in {took:,.0f} s; the index takes {size:,.0f} MB")
