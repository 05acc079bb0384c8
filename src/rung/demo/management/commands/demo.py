"""`python -m rung demo`: fill an empty installation with the demo company."""

import gc
import time
from argparse import ArgumentParser
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from rung.core import clock
from rung.demo.company import NAME
from rung.demo.filling import SEED, NotEmpty, fill, settle


class Command(BaseCommand):
    help = f"Fill an empty installation with {NAME}, a made-up company with half a year of customers and letters."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--scale", type=float, default=1.0, help="1 is 400 customers")
        parser.add_argument("--seed", type=int, default=SEED)
        parser.add_argument("--at", type=datetime.fromisoformat, help="the present of the demo; default: now")

    def handle(self, *args: Any, **options: Any) -> None:
        at: datetime = options["at"] or clock.now()
        if at.tzinfo is None:
            at = at.replace(tzinfo=UTC)
        began = time.perf_counter()
        # Everything loaded stays loaded, and a tenth of the time would go into looking for garbage there is none of.
        gc.freeze()
        gc.set_threshold(200_000, 50, 100)
        try:
            filled = fill(at=at, scale=options["scale"], seed=options["seed"])
        except NotEmpty as refused:
            raise CommandError(str(refused)) from refused
        written = time.perf_counter()
        settle(at=at)
        self.stdout.write(
            f"{NAME}: {filled.customers} customers, {filled.orders} orders, {filled.conversations} conversations "
            f"({written - began:.0f} s written, {time.perf_counter() - written:.0f} s graded and counted)"
        )
