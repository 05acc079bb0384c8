"""The product's own worker, on the core that is named, and counted: what `bench.ingest` starts. It loads, does what waits,
says "ready", waits for a line, works until SIGTERM, and then says what that took."""

import json
import os
import resource
import sys
import time
from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bench.measure import counting, on_one_core

# What is done as seldom as that is not of one letter's cost: in an hour there are a million of them.
SELDOM = timedelta(hours=1)
# They start processes that compute for minutes, once a week or when asked, and would share the worker's core here.
STUDIES = ("patterns.study_again", "patterns.start_study", "ladder.start_estimation")


def main() -> None:
    on_one_core(int(sys.argv[1]))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rung.config.settings")
    import django

    django.setup()
    from django.core.management import call_command
    from django.urls import get_resolver

    from rung.journal.management.commands.worker import run_all_errands
    from rung.journal.ringing import ERRANDS

    _ = get_resolver().url_patterns
    for name in STUDIES:
        ERRANDS[name] = replace(ERRANDS[name], do=_nothing)
    errands = _timed_errands()
    run_all_errands()
    seldom = {name: errand for name, errand in ERRANDS.items() if errand.every >= SELDOM}
    _have_just_been_swept(seldom)
    hourly = {f"hourly: {name}": errands[f"cpu: {name}"] for name in seldom}
    errands.clear()
    print("ready", flush=True)
    sys.stdin.readline()
    began = resource.getrusage(resource.RUSAGE_SELF)
    # Asked to stop while it rests, the worker leaves by SystemExit.
    with counting() as counted, suppress(SystemExit):
        call_command("worker")
    ended = resource.getrusage(resource.RUSAGE_SELF)
    cpu_s = ended.ru_utime + ended.ru_stime - began.ru_utime - began.ru_stime
    print(
        json.dumps(
            {
                "cpu_s": cpu_s,
                "queries": counted.queries,
                "commits": counted.commits,
                "peak_kib": ended.ru_maxrss,
                **errands,
                **hourly,
            }
        ),
        flush=True,
    )


def _nothing(*, at: datetime) -> bool:
    return False


def _have_just_been_swept(names: Iterable[str]) -> None:
    """Let the worker know that these were done, which a worker that begins does all at once."""
    from rung.journal.management.commands.worker import SweepingWorker

    begin = SweepingWorker.__init__

    def begun(self: SweepingWorker, **options: Any) -> None:
        begin(self, **options)
        self.swept_at.update(dict.fromkeys(names, time.monotonic()))

    SweepingWorker.__init__ = begun  # type: ignore[method-assign]  # of this process only


def _timed_errands() -> dict[str, float]:
    """Filled while the worker works: CPU and wall seconds of every errand, as "cpu: name" and "wall: name"."""
    from rung.journal.ringing import ERRANDS

    took: dict[str, float] = defaultdict(float)

    def timed(name: str, do: Any) -> Any:
        def run(*, at: datetime) -> bool:
            began, cpu_began = time.perf_counter(), time.process_time()
            try:
                return bool(do(at=at))
            finally:
                took[f"cpu: {name}"] += time.process_time() - cpu_began
                took[f"wall: {name}"] += time.perf_counter() - began

        return run

    for name, errand in ERRANDS.items():
        ERRANDS[name] = replace(errand, do=timed(name, errand.do))
    return took


if __name__ == "__main__":
    main()
